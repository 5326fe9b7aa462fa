//! What may be the name of a folder, checked before the first one is made.

use std::sync::Arc;

use sgh_core::limits::FOLDER_NAME_MAX;
use sgh_site::Record;

use super::error::FolderError;
use super::items::Named;
use crate::expression::{Expression, NoName};
use crate::sanitise::is_word;

/// Why a text cannot be a folder's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bad {
    Invalid(String),
    TooLong,
}

/// The names that a text stands for: its pieces between slashes.
pub(super) fn split(text: &str) -> Result<Vec<Arc<str>>, Bad> {
    text.split('/').map(|piece| check(piece).map(|()| Arc::from(piece))).collect()
}

fn check(piece: &str) -> Result<(), Bad> {
    let bad = |why: &str| Err(Bad::Invalid(why.to_owned()));
    if piece.is_empty() {
        return bad("is empty, or has an empty level; give the field a value");
    }
    if piece == "." || piece == ".." {
        return bad("is no name of a folder, but of another one; rename it");
    }
    if let Some(c) = piece.chars().find(|c| !is_word(*c) && !matches!(c, '-' | '.')) {
        return Err(Bad::Invalid(format!(
            "holds {c:?}; use letters, numbers, `.`, `-` and `_` in the schema's expression"
        )));
    }
    if piece.len() > FOLDER_NAME_MAX { Err(Bad::TooLong) } else { Ok(()) }
}

/// What an entity type calls its records by.
pub(super) fn name_field(kind: &str) -> &'static str {
    match kind {
        "Project" | "HumanUser" => "name",
        "Task" => "content",
        _ => "code",
    }
}

/// What people call a record; empty where it has no name.
pub(super) fn name_of(record: &Record) -> &str {
    record.fields.get(name_field(&record.entity.kind)).and_then(|v| v.as_str()).unwrap_or_default()
}

/// A record for a message: type, name and id.
pub(super) fn shown(record: &Record) -> String {
    Named { entity: record.entity.clone(), name: name_of(record).to_owned() }.to_string()
}

/// An error about a name, as one of ours.
pub(super) fn no_name(of: String, expression: &Expression, error: NoName) -> FolderError {
    let expression = expression.text.clone();
    match error {
        NoName::Blank(fields) => {
            FolderError::NameBlank { entity: of, fields: fields.join(", "), expression }
        }
        NoName::Pattern { field, why } => {
            FolderError::NamePattern { entity: of, field, expression, why: why.to_owned() }
        }
    }
}

/// The same for a name that cannot be one.
pub(super) fn bad_name(of: String, expression: &Expression, name: &str, bad: Bad) -> FolderError {
    let (why, is_too_long) = match bad {
        Bad::Invalid(why) => (why, false),
        Bad::TooLong => {
            (format!("is longer than {FOLDER_NAME_MAX} bytes; shorten it on the site"), true)
        }
    };
    let (expression, name) = (expression.text.clone(), name.to_owned());
    FolderError::NameInvalid { entity: of, expression, name, why, is_too_long }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<String> {
        split(text).ok().map(|names| names.join("|"))
    }

    #[test]
    fn a_name_is_one_or_more_pieces_of_letters_numbers_and_three_signs() {
        assert_eq!(names("SQ010/a.b-c_d").as_deref(), Some("SQ010|a.b-c_d"));
        assert_eq!(names(".hidden").as_deref(), Some(".hidden"));
        assert_eq!(names("...").as_deref(), Some("..."));
        assert_eq!(names("샷²").as_deref(), Some("샷²"));
        for bad in [
            "", ".", "..", "/", "/a", "a/", "a//b", "a/../b", "a/.", "a\n", "a b", "a\0", "a\\b",
            "[x]", "C:", "~", "$HOME", "a\u{301}", "\u{202e}",
        ] {
            assert_eq!(names(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_at_most_255_bytes() {
        assert!(split(&"a".repeat(255)).is_ok());
        assert_eq!(split(&"a".repeat(256)), Err(Bad::TooLong));
        assert_eq!(split(&"샷".repeat(86)), Err(Bad::TooLong));
    }
}
