//! The schema: a folder of folders and sidecars, read whole and checked before anything is asked.
//!
//! Reading knows nothing of a site or a disk to write on; `plan` turns a schema and facts into
//! folders. Nodes stand in one list, parents before children, siblings sorted by name, so that
//! the same schema always gives the same plan.

mod build;
mod defer;
mod filter;
mod ignore;
mod merge;
mod node;
mod read;
mod roots_file;
mod scalar;
mod sidecar;
mod tag;
mod yaml;

use std::path::Path;

pub(crate) use defer::{Defer, Engines};
pub(crate) use filter::{Filter, FilterValue};
pub(crate) use node::{Constraint, EntityNode, Kind, Link, ListNode, Node, NodeId, Role};

use crate::error::{SchemaError, SchemaProblem};
use crate::roots::Roots;

/// A schema, read and checked.
#[derive(Debug, Clone)]
pub struct Schema {
    pub(crate) nodes: Vec<Node>,
    /// The default root by `roots.yml`, where there is one.
    pub(crate) default_root: Option<String>,
}

impl Schema {
    /// Reads the schema in a folder, all of it, and `roots.yml` beside that folder where it is.
    ///
    /// # Errors
    /// The first place that is wrong: file, line, and what to do.
    pub fn read(folder: &Path) -> Result<Self, SchemaError> {
        let nodes = build::build(read::tree(folder)?)?;
        let default_root = roots_file::default_root(folder)?;
        Ok(Self { nodes, default_root })
    }

    /// Checks that every project folder's root is one of these.
    ///
    /// # Errors
    /// The first project folder whose root is not among them.
    pub fn check_roots(&self, roots: &Roots) -> Result<(), SchemaError> {
        self.nodes.iter().try_for_each(|node| self.root_of(node, roots).map(drop))
    }

    /// The root of a project folder; `None` for other nodes.
    pub(crate) fn root_of<'a>(
        &'a self,
        node: &'a Node,
        roots: &'a Roots,
    ) -> Result<Option<&'a str>, SchemaError> {
        let Kind::Project { root, .. } = &node.kind else { return Ok(None) };
        let root_error =
            |text: String| Err(SchemaError::new(&node.file, node.line, SchemaProblem::Root(text)));
        let default = || self.default_root.as_deref().or(roots.default_name());
        match root.as_deref().or_else(default) {
            Some(name) if roots.path(name).is_some() => Ok(Some(name)),
            Some(name) => {
                let known = roots.names().collect::<Vec<_>>().join(", ");
                root_error(format!(
                    "root `{name}` is not among `folders.roots` ({known}); add it there"
                ))
            }
            None => root_error(
                "no root is the default; name one in the sidecar's `root_name`".to_owned(),
            ),
        }
    }

    /// How many folders the schema describes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The list fields whose valid values a plan may need, as `(entity type, field)`.
    #[must_use]
    pub fn list_fields(&self) -> Vec<(&str, &str)> {
        let lists = self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::List(ListNode { source: (kind, field), .. }) => {
                Some((kind.as_str(), field.as_str()))
            }
            Kind::Static { .. } | Kind::Project { .. } | Kind::Entity(_) => None,
        });
        lists.collect()
    }

    /// The nodes that make a folder for an entity of this type when it is asked for.
    pub(crate) fn targets(&self, kind: &str) -> Vec<NodeId> {
        let is_target = |node: &Node| match &node.kind {
            Kind::Project { entity, .. } => entity.entity_type == kind,
            Kind::Entity(entity) => entity.entity_type == kind && entity.role == Role::Entity,
            Kind::Static { .. } | Kind::List(_) => false,
        };
        (0..self.nodes.len()).filter(|id| is_target(&self.nodes[*id])).collect()
    }

    /// The nodes from the project down to this one, both included.
    pub(crate) fn path_to(&self, node: NodeId) -> Vec<NodeId> {
        let mut path: Vec<_> =
            std::iter::successors(Some(node), |id| self.nodes[*id].parent).collect();
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests;
