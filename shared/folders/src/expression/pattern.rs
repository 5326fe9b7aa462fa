//! Regular expressions in names: Python's rules on a backtracking engine.
//!
//! Python matches at the start only, and what counts is the text of the groups. Its `\w` is
//! another one than the engine's (see `sanitise`), its `\Z` is the engine's `\z`.

use fancy_regex::{Regex, RegexBuilder};

/// Steps back before a match is given up, so that no expression can hold a worker. Ours.
const BACKTRACK_MAX: usize = 100_000;

#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        // By itself first: the group around it must not hide a bracket too many.
        let translated = translated(text);
        let build = |text: &str| RegexBuilder::new(text).backtrack_limit(BACKTRACK_MAX).build();
        build(&translated).map_err(|error| error.to_string())?;
        build(&format!("\\A(?:{translated})")).map(Self).map_err(|error| error.to_string())
    }

    /// All groups of a match, joined; empty where nothing matches or there are no groups.
    pub(super) fn groups(&self, text: &str) -> Result<String, &'static str> {
        let found = self.0.captures(text).map_err(|_| "takes too many steps")?;
        let Some(found) = found else { return Ok(String::new()) };
        found
            .iter()
            .skip(1)
            .map(|group| group.map(|group| group.as_str()))
            .collect::<Option<String>>()
            .ok_or("has a group that took no part")
    }
}

fn translated(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('w') => out.push_str(r"[\p{L}\p{N}_]"),
            Some('W') => out.push_str(r"[^\p{L}\p{N}_]"),
            Some('Z') => out.push_str(r"\z"),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expect: Result<&str, &'static str>) {
        let found = Pattern::read(pattern).expect("reads").groups(text);
        assert_eq!(found.as_deref().map_err(|why| *why), expect, "{pattern} on {text}");
    }

    #[test]
    fn patterns_match_as_pythons_do() {
        check("^(..).*?(....)$", "SQ010_0010", Ok("SQ0010"));
        check("(\\d+)", "SQ010", Ok(""));
        check("^SQ", "SQ010", Ok(""));
        check("ZZ(.)", "SQ010", Ok(""));
        check("(?i)^sq(\\d+)", "SQ010", Ok("010"));
        check("^(\\w\\w)", "²샷x", Ok("²샷"));
        check("([\\w-]+)", "a-b.c", Ok("a-b"));
        check("^(?:SQ)(?=0)(\\d+)", "SQ010", Ok("010"));
        check("(?P<a>.)(?P=a)(.)", "xxy", Ok("xy"));
        check("(.)\\1", "xxy", Ok("x"));
        check("a|(b)", "b", Ok("b"));
        check("x|(.)b", "ab", Ok("a"));
        check("(.*)\\Z", "ab", Ok("ab"));
        check("^(ZZ)?(SQ)", "SQ010", Err("has a group that took no part"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for pattern in ["^(?:SQ)(?=0)(\\d{3,3", "(", "a)(b", "[", "*"] {
            assert!(Pattern::read(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_never_ends_is_given_up() {
        let text = "a".repeat(200);
        check("((?:a|a(?=a))*)*b\\1", &text, Err("takes too many steps"));
    }
}
