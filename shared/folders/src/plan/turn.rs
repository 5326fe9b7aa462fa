//! Which of two folders Toolkit would come to first.
//!
//! A plan is worked level by level for all entities at once; Toolkit works one entity of the
//! request after the other, each down to its leaves. What is registered, and which conflict is
//! told first, follows Toolkit's order, so every way remembers its turns. Not here: the order of
//! a plan's items, which is that of the tree.

use std::rc::Rc;

use crate::schema::NodeId;

/// A folder's place among its siblings, and those of the folders above it.
#[derive(Debug)]
pub(super) struct Turn {
    above: Option<Rc<Turn>>,
    /// Which of the schema's folders in one place.
    node: usize,
    /// Which of the folders that it makes there.
    nth: usize,
}

impl Turn {
    /// The start of a way: an entity of the request, and the schema's folder it is wanted for.
    pub(super) fn start(seed: usize, target: NodeId) -> Rc<Self> {
        Rc::new(Self { above: None, node: seed, nth: target })
    }

    /// One level down.
    pub(super) fn below(above: &Rc<Self>, node: usize, nth: usize) -> Rc<Self> {
        Rc::new(Self { above: Some(above.clone()), node, nth })
    }

    /// What turns are compared by: Toolkit makes all folders of one schema folder in one place
    /// before it goes into the first of them.
    pub(super) fn key(&self) -> (Vec<usize>, usize) {
        let above = || std::iter::successors(self.above.as_deref(), |turn| turn.above.as_deref());
        let mut key = Vec::with_capacity(2 * above().count() + 1);
        key.push(self.node);
        key.extend(above().flat_map(|turn| [turn.nth, turn.node]));
        key.reverse();
        (key, self.nth)
    }
}
