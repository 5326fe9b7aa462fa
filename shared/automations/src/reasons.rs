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

/// The first few of a list within a reason, and how many more there are.
pub(crate) fn few_of(names: &[String]) -> String {
    let mut text = names[..names.len().min(WITHIN_MAX)].join(", ");
    if names.len() > WITHIN_MAX {
        text.push_str(&format!(" and {} more", names.len() - WITHIN_MAX));
    }
    text
}
