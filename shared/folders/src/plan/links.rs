//! The target of a symbolic link: its text, with tokens between slashes replaced.

use super::context::{self, Held, Trail};
use super::error::FolderError;
use crate::sanitise::text_of;
use crate::schema::Link;

/// A piece that starts with `$` is a token, whole: the type of an entity above, whose folder's
/// name it becomes, or `Type.field` of a list value, which stays as the site has it.
pub(super) fn target(link: &Link, trail: &Trail<'_>) -> Result<String, FolderError> {
    let pieces: Result<Vec<String>, FolderError> = link
        .target
        .split('/')
        .map(|piece| match piece.strip_prefix('$') {
            None => Ok(piece.to_owned()),
            Some(key) => value(key, trail).ok_or_else(|| FolderError::LinkToken {
                node: link.file.clone(),
                token: piece.to_owned(),
            }),
        })
        .collect();
    Ok(pieces?.join("/"))
}

fn value(key: &str, trail: &Trail<'_>) -> Option<String> {
    match context::find(trail, key)? {
        Held::Entity { folder, .. } => folder.as_deref().map(str::to_owned),
        Held::Listed(value) => text_of(value),
        Held::Valid(value) => Some((*value).to_owned()),
    }
}
