//! Why a request is refused before anything is made: who, which field, which name, what to do.

use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::limits::{FOLDER_DEPTH_MAX, FOLDERS_PER_REQUEST_MAX};

use super::items::Named;
use crate::error::SchemaError;

/// A request that cannot be planned. Nothing was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// The schema does not fit the roots.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Steps have no folders of their own.
    #[error("folders cannot be asked for by Step; ask for the entity or the task")]
    StepRequested,
    /// It does not exist, is retired, or our script may not see it.
    #[error("{entity} is not on the site: it is retired, or the script user may not see it")]
    NotFound {
        /// Type and id.
        entity: String,
    },
    /// A link that the schema's tokens need is empty.
    #[error("{entity} has no {field}, which the folder `{node}` needs; set it on the site")]
    LinkBlank {
        /// Whose field.
        entity: String,
        /// The empty field.
        field: String,
        /// The file of the schema that asks for it.
        node: String,
    },
    /// A field holds several links where the schema's token needs one.
    #[error(
        "{entity}: {field} holds several links, so `{node}` cannot tell its parent; \
             use a field with one link in its filter"
    )]
    LinkMany {
        /// Whose field.
        entity: String,
        /// The field.
        field: String,
        /// The file of the schema that asks for it.
        node: String,
    },
    /// The site does not give a field that a filter needs.
    #[error("the site gives no field `{field}` of {kind}, which a filter in `{node}` names")]
    FieldUnknown {
        /// Entity type.
        kind: String,
        /// The field.
        field: String,
        /// The file of the schema that asks for it.
        node: String,
    },
    /// A name's fields are empty.
    #[error(
        "{entity} has no {fields}, which its folder's name `{expression}` needs; \
             set it on the site"
    )]
    NameBlank {
        /// Whose folder.
        entity: String,
        /// The empty fields.
        fields: String,
        /// The name expression.
        expression: String,
    },
    /// A name that no folder may have.
    #[error("{entity}: `{expression}` gives the folder name {name:?}, which {why}")]
    NameInvalid {
        /// Whose folder.
        entity: String,
        /// The name expression.
        expression: String,
        /// The name.
        name: String,
        /// What is wrong with it, and the fix.
        why: String,
        /// Whether it is just too long.
        is_too_long: bool,
    },
    /// A regular expression in a name gave up, or gave a group that took no part.
    #[error("{entity}: the regular expression for `{field}` in `{expression}` {why}")]
    NamePattern {
        /// Whose folder.
        entity: String,
        /// The field.
        field: String,
        /// The name expression.
        expression: String,
        /// What happened.
        why: String,
    },
    /// A project's folder is not named as the project says, so Toolkit could not find it.
    #[error(
        "{entity}: its folder would be `{name}`, but tank_name is {tank_name:?}, and Toolkit \
             finds a project by that; set tank_name to `{name}`"
    )]
    ProjectName {
        /// The project.
        entity: String,
        /// What is left of the name.
        name: String,
        /// What the project says.
        tank_name: String,
    },
    /// Nothing leads from an entity to its project.
    #[error("nothing in `{node}` and above leads to a project; add a filter on `project`")]
    NoProject {
        /// The file of the schema.
        node: String,
    },
    /// The valid values of a list field are not known.
    #[error("the valid values of {field} are not known, and `{node}` makes a folder for each")]
    ListUnknown {
        /// `Type.field`.
        field: String,
        /// The file of the schema.
        node: String,
    },
    /// A link's token stands for nothing on the way.
    #[error("`{node}`: token `{token}` stands for nothing here; use a type on the way to it")]
    LinkToken {
        /// The file of the schema.
        node: String,
        /// The token with its `$`.
        token: String,
    },
    /// A workspace is wanted, but nobody is named.
    #[error("`{node}` is a user's workspace, but the request names no user")]
    UserNotFound {
        /// The file of the schema.
        node: String,
    },
    /// Two entities would have one folder.
    #[error("{path} would be the folder of {first} and of {second}; rename one of them")]
    TwoForOne {
        /// Root and path.
        path: String,
        /// One of the entities.
        first: String,
        /// The other.
        second: String,
    },
    /// A folder is registered for another entity.
    #[error(
        "{wanted_for} would have the folder {}, which belongs to {owner}; rename {wanted_for}, \
             or, if {owner} needs that folder no more, run `sgh folders forget {}` and have it \
             made again", place(.at), .owner.entity
    )]
    PathTaken {
        /// The folder.
        at: Box<FolderPath>,
        /// Who wants it.
        wanted_for: Box<Named>,
        /// Whose it is, and what that was called then.
        owner: Box<Named>,
    },
    /// An entity has another folder in the same place.
    #[error(
        "{wanted_for} has the folder {} already, made when it was called `{}`, so `{}` \
             is not made beside it; {}, or rename that directory by hand and run \
             `sgh folders forget {}`, then have it made again",
        place(&.known.at), .known.name, .at.name(), back(.wanted_for, &.known.name),
        .wanted_for.entity
    )]
    Elsewhere {
        /// The folder that is wanted.
        at: Box<FolderPath>,
        /// Whose.
        wanted_for: Box<Named>,
        /// The folder that it has, and what the entity was called then.
        known: Box<RegisteredFolder>,
    },
    /// Two names differ only by case, which half of all file systems take for one.
    #[error("{path} and `{other}` beside it differ only by case; rename one of them")]
    CaseFold {
        /// Root and path.
        path: String,
        /// The other name.
        other: String,
    },
    /// A folder and a file or link of the schema would have one name.
    #[error("{path} would be both a folder and a file or link; rename one in the schema")]
    FolderAndFile {
        /// Root and path.
        path: String,
    },
    /// More folders than one request makes.
    #[error("more than {FOLDERS_PER_REQUEST_MAX} folders; ask for fewer ids at once")]
    TooMany,
    /// Deeper than we make.
    #[error("{path} is deeper than {FOLDER_DEPTH_MAX} levels")]
    TooDeep {
        /// Root and path.
        path: String,
    },
}

fn place(at: &FolderPath) -> String {
    format!("`{}` in {}", at.path, at.root)
}

/// How to make a folder's new name its old one again.
fn back(wanted_for: &Named, known_name: &str) -> String {
    if wanted_for.name == known_name {
        return "take back what changed its name in the schema or on the site".to_owned();
    }
    format!("rename it back to `{known_name}`")
}

impl FolderError {
    /// The stable name of this kind of error, e.g. `entity.not_found`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Schema(error) => error.kind(),
            Self::StepRequested => "request.step",
            Self::NotFound { .. } => "entity.not_found",
            Self::LinkBlank { .. } => "link.blank_field",
            Self::LinkMany { .. } => "link.many",
            Self::FieldUnknown { .. } => "filter.field",
            Self::NameBlank { .. } => "name.blank_field",
            Self::NameInvalid { is_too_long: true, .. } => "os.ENAMETOOLONG",
            Self::NameInvalid { is_too_long: false, .. } => "name.invalid",
            Self::NamePattern { .. } => "name.pattern",
            Self::ProjectName { .. } => "path.outside_roots",
            Self::NoProject { .. } => "link.no_project",
            Self::ListUnknown { .. } => "list.field",
            Self::LinkToken { .. } => "symlink.token",
            Self::UserNotFound { .. } => "user.not_found",
            Self::TwoForOne { .. } => "conflict.concurrent",
            Self::PathTaken { .. } => "conflict.path_taken",
            Self::Elsewhere { .. } => "conflict.entity_elsewhere",
            Self::CaseFold { .. } => "conflict.case",
            Self::FolderAndFile { .. } => "conflict.file",
            Self::TooMany => "limit.folders",
            Self::TooDeep { .. } => "limit.depth",
        }
    }
}
