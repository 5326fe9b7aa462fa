//! What a schema is made of: one node for each folder in it.
//!
//! Project, step, task and user folders are entity folders with a role: they differ in which
//! entities they take, not in how they are named, nested or asked for.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::defer::Defer;
use super::filter::Filter;
use crate::expression::Expression;
use crate::sanitise::Also;

/// Position of a node in the schema's list.
pub(crate) type NodeId = usize;

#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The folder's name in the schema: its name on disk where it is static, and its token.
    pub(crate) name: Arc<str>,
    /// The file that describes it, below the schema's folder.
    pub(crate) file: String,
    /// Where its description starts; 0 without a sidecar.
    pub(crate) line: usize,
    pub(crate) parent: Option<NodeId>,
    pub(crate) children: Vec<NodeId>,
    /// Files to copy: name and where it is.
    pub(crate) files: Vec<(Arc<str>, Arc<PathBuf>)>,
    pub(crate) links: Vec<Link>,
    /// Its sidecar as JSON.
    pub(crate) metadata: Arc<Value>,
    pub(crate) defer: Defer,
    /// Whether it comes with its parent where it is not asked for.
    pub(crate) with_parent: bool,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Static { constraint: Option<Constraint> },
    Project { root: Option<String>, entity: EntityNode },
    Entity(EntityNode),
    List(ListNode),
}

/// A folder for each entity of a type that its filters take.
#[derive(Debug, Clone)]
pub(crate) struct EntityNode {
    pub(crate) entity_type: String,
    pub(crate) name: Expression,
    pub(crate) filters: Vec<Filter>,
    pub(crate) role: Role,
}

/// Which entities a node takes besides what its filters say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// No others.
    Entity,
    /// Those that the tasks of `parent` name in `task_link`; where `current_only`, just the one
    /// of the task that was asked for.
    Step { parent: NodeId, task_link: String, current_only: bool },
    /// The filters name the parent and the step; where `current_only`, just the task that was
    /// asked for.
    Task { current_only: bool },
    /// The current user.
    User,
}

/// A folder for each value of a list field.
#[derive(Debug, Clone)]
pub(crate) struct ListNode {
    pub(crate) entity_type: String,
    pub(crate) field: String,
    pub(crate) name: Expression,
    pub(crate) skip_unused: bool,
    /// What its value is known by: `Asset.sg_asset_type`.
    pub(crate) key: String,
    /// The type and field that has the list of values: through a link, that of the other end.
    pub(crate) source: (String, String),
}

/// A static folder that is made only where an entity above fulfils some filters.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) node: NodeId,
    pub(crate) filters: Vec<Filter>,
}

/// A symbolic link that is made with its folder.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) name: Arc<str>,
    pub(crate) target: String,
    pub(crate) file: String,
}

impl Node {
    /// The entities it makes folders for, if it does.
    pub(crate) fn entity(&self) -> Option<&EntityNode> {
        match &self.kind {
            Kind::Project { entity, .. } | Kind::Entity(entity) => Some(entity),
            Kind::Static { .. } | Kind::List(_) => None,
        }
    }

    /// What the value of this level is known by in filters below it; static levels have none.
    pub(crate) fn key(&self) -> Option<&str> {
        match &self.kind {
            Kind::Project { entity, .. } | Kind::Entity(entity) => Some(&entity.entity_type),
            Kind::List(list) => Some(&list.key),
            Kind::Static { .. } => None,
        }
    }

    pub(crate) fn is_static(&self) -> bool {
        matches!(self.kind, Kind::Static { .. })
    }
}

impl Role {
    /// The link whose entity a folder of this role is registered for too.
    pub(crate) fn linked(&self) -> Option<&'static str> {
        match self {
            Self::Task { .. } => Some("step"),
            Self::Entity | Self::Step { .. } | Self::User => None,
        }
    }
}

impl EntityNode {
    /// What survives in its names besides word characters.
    pub(crate) fn also(&self) -> Also {
        Also::of_kind(&self.entity_type)
    }
}
