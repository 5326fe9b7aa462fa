//! `ignore_files`: which folders and files of a schema do not count.
//!
//! One shell pattern a line against the bare name: `*`, `?`, `[ab]`, `[!a]`, case sensitive.
//! `#` starts a comment anywhere in a line, so no pattern holds one; white space around a pattern
//! does not count. Without patterns everything counts, dot files too.

/// The patterns of an `ignore_files`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ignore(Vec<Vec<char>>);

impl Ignore {
    pub(crate) fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let patterns = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        Self(patterns.filter(|p| !p.is_empty()).map(|p| p.chars().collect()).collect())
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        self.0.iter().any(|pattern| glob(pattern, &name))
    }
}

/// Whether a shell pattern matches a whole name. Only the last `*` is ever taken back, so the
/// time is at most the product of the two lengths.
fn glob(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at + 1, from));
            at += 1;
        } else if let Some(next) = one(pattern, at, name[from]) {
            at = next;
            from += 1;
        } else if let Some((after, tried)) = star {
            star = Some((after, tried + 1));
            at = after;
            from = tried + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

/// Matches one character; the answer is where the pattern goes on.
fn one(pattern: &[char], at: usize, c: char) -> Option<usize> {
    match *pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => match set_end(pattern, at) {
            Some(end) => in_set(&pattern[at + 1..end], c).then_some(end + 1),
            None => (c == '[').then_some(at + 1),
        },
        literal => (c == literal).then_some(at + 1),
    }
}

/// The `]` that closes a set; one right after `[` or `[!` is a member.
fn set_end(pattern: &[char], at: usize) -> Option<usize> {
    let first = at + 1 + usize::from(pattern.get(at + 1) == Some(&'!'));
    (first + 1..pattern.len()).find(|end| pattern[*end] == ']')
}

fn in_set(set: &[char], c: char) -> bool {
    let (negated, set) = match set.split_first() {
        Some(('!', rest)) => (true, rest),
        _ => (false, set),
    };
    let mut found = false;
    let mut at = 0;
    while at < set.len() {
        if at + 2 < set.len() && set[at + 1] == '-' {
            found |= (set[at]..=set[at + 2]).contains(&c);
            at += 3;
        } else {
            found |= set[at] == c;
            at += 1;
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_shell_patterns_against_the_whole_name() {
        let ignore = Ignore::read(
            "# comment\n*.bak   # trailing\n.git*\n  spaced.txt  \n[ab].tmp\n?.q\nfoo#bar\n[!x]y\n\
             *a*b*c\n[0-9]n\nopen[\n",
        );
        for name in [
            "x.bak",
            ".git",
            ".gitignore",
            "spaced.txt",
            "a.tmp",
            "1.q",
            "foo",
            "zy",
            "a-b-bc",
            "7n",
            "open[",
        ] {
            assert!(ignore.matches(name), "{name}");
        }
        for name in [
            "x.bak2",
            "x.BAK",
            "c.tmp",
            "12.q",
            ".q",
            "foobar",
            "foo#bar",
            "xy",
            "a-c-b",
            "an",
            "# comment",
            "",
        ] {
            assert!(!ignore.matches(name), "{name}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_is_no_burden() {
        let ignore = Ignore::read(&"*a".repeat(2000));
        assert!(!ignore.matches(&"a".repeat(1999)));
    }
}
