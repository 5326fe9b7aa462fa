//! From the project down to the level that was asked for, and what belongs beside and below.

use foldhash::HashSet;

use super::Work;
use super::context::Context;
use super::error::FolderError;
use super::items::Note;
use crate::schema::{Kind, Node, NodeId};

impl<'a> Work<'a> {
    /// Down along the levels that lead to `target`. On the way a folder need not come with its
    /// parent, but one that waits for an engine ends the way. Static folders beside the way are
    /// made whole; at its end everything below is.
    pub(super) fn downward(
        &mut self,
        target: NodeId,
        contexts: Vec<Context<'a>>,
    ) -> Result<(), FolderError> {
        let path = self.schema.path_to(target);
        let mut contexts = contexts;
        for (position, id) in path.iter().enumerate() {
            let node = &self.schema.nodes[*id];
            if !node.defer.takes(&self.engines) {
                self.note(Note::Deferred { node: node.file.clone() });
                return Ok(());
            }
            // Of the folders in one place, Toolkit comes last to the one on the way.
            contexts = self.expand(node, contexts, self.schema.nodes.len())?;
            let next = path.get(position + 1);
            for child in node.children.iter().filter(|child| Some(*child) != next) {
                if next.is_none() || self.schema.nodes[*child].is_static() {
                    self.beside(*child, &contexts)?;
                }
            }
            if contexts.is_empty() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A folder that comes with its parent, and all below it.
    fn beside(&mut self, id: NodeId, contexts: &[Context<'a>]) -> Result<(), FolderError> {
        let node = &self.schema.nodes[id];
        if contexts.is_empty() || !node.with_parent || !node.defer.takes(&self.engines) {
            return Ok(());
        }
        let contexts = if self.is_same_for_all(id) {
            // Many ways meet in one folder, and what is in it is the same for all of them.
            let mut seen = HashSet::default();
            contexts.iter().filter(|context| seen.insert(context.at)).cloned().collect()
        } else {
            contexts.to_vec()
        };
        let made = self.expand(node, contexts, id)?;
        node.children.iter().try_for_each(|child| self.beside(*child, &made))
    }

    /// Whether a folder and all below it depends on nothing but where it is.
    fn is_same_for_all(&self, id: NodeId) -> bool {
        let node = &self.schema.nodes[id];
        is_plain(node) && node.children.iter().all(|child| self.is_same_for_all(*child))
    }
}

fn is_plain(node: &Node) -> bool {
    let has_tokens = node.links.iter().any(|link| link.target.contains('$'));
    match &node.kind {
        Kind::Static { constraint } => constraint.is_none() && !has_tokens,
        Kind::Entity(_) | Kind::Project { .. } | Kind::List(_) => false,
    }
}
