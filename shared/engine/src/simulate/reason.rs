//! Reasons without the names in them, so that a thousand of one kind can be counted as one.

use std::collections::BTreeMap;

/// The kind of a reason: without names and numbers, and what it says of many entities only once.
///
/// ``Task `Comp` of `SH010` is at `fin` already; and 3 more`` becomes ``Task is at `fin` already``.
pub(super) fn kind(reason: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in reason.split("; ") {
        let part = without_names(part);
        if !part.starts_with("and N more") && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join("; ")
}

/// The most frequent first, of the equally frequent by name.
pub(super) fn by_count(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// Entities lose their names (``Task `Comp` of `SH010` ``, `Task 7`), numbers become `N`; codes
/// and fields stay, for they are what a reason is about.
fn without_names(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_uppercase() && !kept.ends_with(|c: char| c.is_alphanumeric() || c == '`')
        {
            let (word, after) = split(rest, |c| c.is_ascii_alphanumeric());
            kept.push_str(word);
            rest = named(after);
        } else if first == '`' {
            let end = rest[1..].find('`').map_or(rest.len(), |end| end + 2);
            kept.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if first.is_ascii_digit() {
            kept.push('N');
            rest = split(rest, |c| c.is_ascii_digit()).1;
        } else {
            kept.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    kept
}

/// What follows behind the name of an entity; all of it where there is none.
fn named(text: &str) -> &str {
    let quoted = |text: &str| -> Option<usize> {
        let inner = text.strip_prefix('`')?;
        Some(inner.find('`')? + 2)
    };
    let Some(after) = text.strip_prefix(' ') else { return text };
    if after.starts_with(|c: char| c.is_ascii_digit()) {
        return split(after, |c| c.is_ascii_digit()).1;
    }
    let Some(end) = quoted(after) else { return text };
    let rest = &after[end..];
    let on = rest.strip_prefix(" of ").and_then(|on| Some(&on[quoted(on)?..]));
    on.unwrap_or(rest)
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reason: &str, expect: &str) {
        assert_eq!(kind(reason), expect, "{reason}");
    }

    #[test]
    fn names_go_and_codes_stay() {
        check("Task `Comp` of `SH010` is at `fin` already", "Task is at `fin` already");
        check(
            "Task `a` of `x` is at `ip`, not at wtg; Task `b` of `y` is at `ip`, not at wtg; \
             and 7 more",
            "Task is at `ip`, not at wtg",
        );
        check(
            "Task `a` of `x` is at `ip`; only `fin` opens what waits",
            "Task is at `ip`; only `fin` opens what waits",
        );
        check("Task 7 is deleted or not visible", "Task is deleted or not visible");
        check(
            "Shot `SH 1` has sg_status_list `ip`, not `fin` or `apr`",
            "Shot has sg_status_list `ip`, not `fin` or `apr`",
        );
        check(
            "no other Version links to Task `Comp` by sg_task",
            "no other Version links to Task by sg_task",
        );
        check("every Task that counts (3) is at fin", "every Task that counts (N) is at fin");
        check("a `Quoted Name` stays", "a `Quoted Name` stays");
        check("Task `unfinished", "Task `unfinished");
        check("Version `샷`", "Version");
        check("", "");
    }
}
