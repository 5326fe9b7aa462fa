//! `children:` of `roll_up` and `push_down`: which entities belong to a parent, and by which link.

use super::trigger::is_name;

/// Entities that link to their parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Children {
    /// Their entity type.
    pub kind: String,
    /// Their field that links to the parent.
    pub link: String,
}

/// Reads `Task.entity`, which is also what is meant where nothing is said.
pub(super) fn of(low: Option<&str>) -> Result<Children, String> {
    let text = low.unwrap_or("Task.entity");
    let parts = text.split_once('.').filter(|(kind, link)| is_name(kind) && is_name(link));
    let children = |(kind, link): (&str, &str)| Children { kind: kind.into(), link: link.into() };
    parts.map(children).ok_or_else(|| {
        format!("`children: {text}`: write a type and its link field, e.g. `Task.entity`")
    })
}
