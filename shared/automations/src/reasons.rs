//! Reasons and names as people read them: a few of many, and how many more there are.

/// Entities named in one line.
const NAMED_MAX: usize = 10;
/// Entities named within one reason.
const WITHIN_MAX: usize = 3;

/// The first of many reasons, and how many more there are.
#[must_use]
pub fn some_of(reasons: &[String]) -> String {
    let mut text = reasons[..reasons.len().min(NAMED_MAX)].join("; ");
    if reasons.len() > NAMED_MAX {
        text.push_str(&format!("; and {} more", reasons.len() - NAMED_MAX));
    }
    text
}

/// The first few of a list within a reason, and how many more there are; the rest is not even
/// put into words, for a shot may have hundreds of tasks.
pub(crate) fn few_of<T>(of: impl IntoIterator<Item = T>, name: impl Fn(T) -> String) -> String {
    let mut of = of.into_iter();
    let mut text = of.by_ref().take(WITHIN_MAX).map(name).collect::<Vec<_>>().join(", ");
    match of.count() {
        0 => {}
        more => text.push_str(&format!(" and {more} more")),
    }
    text
}
