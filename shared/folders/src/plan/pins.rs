//! Which entities a level is tied to on each way, before any filter: those that the request
//! leads to, the steps that tasks use, the current task or user.

use foldhash::HashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_site::facts::{By, Read};

use super::Work;
use super::context::{self, Context};
use super::error::FolderError;
use crate::schema::{EntityNode, Node, NodeId, Role};

/// The only ids that count on one way; `None` for no such tie.
pub(super) type Pin = Option<BTreeSet<u64>>;

/// The steps that entities have tasks on, by type and id.
pub(super) struct Steps<'a> {
    /// The type of the steps.
    kind: String,
    of: HashMap<(&'a str, u64), BTreeSet<u64>>,
}

impl Steps<'_> {
    fn of<'s>(&'s self, parent: &'s EntityRef) -> Option<&'s BTreeSet<u64>> {
        self.of.get(&(parent.kind.as_str(), parent.id))
    }
}

impl<'a> Work<'a> {
    /// A pin for each way; the outer `None`: something has to be read first.
    pub(super) fn pins(
        &mut self,
        node: &Node,
        entity: &EntityNode,
        contexts: &[Context<'a>],
    ) -> Result<Option<Vec<Pin>>, FolderError> {
        let known = |context: &Context<'a>| -> Pin {
            let found = context::entity(&context.trail, &entity.entity_type)?;
            Some(BTreeSet::from([found.id]))
        };
        let mut pins: Vec<Pin> = contexts.iter().map(known).collect();
        match &entity.role {
            Role::Entity | Role::Task { current_only: false } => {}
            Role::Task { current_only: true } => {
                for (pin, context) in pins.iter_mut().zip(contexts) {
                    let task = context.task.map(|task| task.entity.id);
                    narrow(pin, task.into_iter().collect());
                }
            }
            Role::User => {
                let nobody = || super::FolderError::UserNotFound { node: node.file.clone() };
                let user = self.request.user.as_ref().ok_or_else(nobody)?.id;
                pins.iter_mut().for_each(|pin| narrow(pin, BTreeSet::from([user])));
            }
            Role::Step { parent, task_link, current_only } => {
                if *current_only {
                    for (pin, context) in pins.iter_mut().zip(contexts) {
                        narrow(pin, current_step(context, task_link).into_iter().collect());
                    }
                }
                let Some(used) = self.steps_in_use(entity, *parent, task_link, contexts) else {
                    return Ok(None);
                };
                for (pin, used) in pins.iter_mut().zip(used) {
                    narrow(pin, used);
                }
            }
        }
        Ok(Some(pins))
    }

    /// For each way, the steps that at least one live task of the parent entity is on.
    fn steps_in_use(
        &mut self,
        entity: &EntityNode,
        parent: NodeId,
        task_link: &str,
        contexts: &[Context<'a>],
    ) -> Option<Vec<BTreeSet<u64>>> {
        let key = self.schema.nodes[parent].key().unwrap_or_default();
        let parents: Vec<Option<&EntityRef>> =
            contexts.iter().map(|context| context::entity(&context.trail, key)).collect();
        let to: BTreeSet<EntityRef> = parents.iter().flatten().copied().cloned().collect();
        if to.is_empty() {
            return Some(vec![BTreeSet::new(); contexts.len()]);
        }
        let mut read = Read::of_ids("Task", [], ["entity", task_link]);
        read.by = By::Links { field: "entity".to_owned(), to };
        let used = self.steps_by_parent(read, entity, task_link)?;
        let mut all = Vec::with_capacity(parents.len());
        for parent in parents {
            let steps = parent.and_then(|parent| used.of(parent));
            all.push(steps.cloned().unwrap_or_default());
        }
        Some(all)
    }

    /// The steps that the tasks of each entity are on.
    fn steps_by_parent(
        &mut self,
        read: Read,
        entity: &EntityNode,
        task_link: &str,
    ) -> Option<Rc<Steps<'a>>> {
        let is_same = |(known, steps): &&(Read, Rc<Steps<'a>>)| {
            steps.kind == entity.entity_type && *known == read
        };
        if let Some((_, steps)) = self.steps.iter().find(is_same) {
            return Some(steps.clone());
        }
        let mut of = HashMap::<_, BTreeSet<u64>>::default();
        for task in self.answer(read.clone())? {
            let link = |field: &str| task.fields.get(field).and_then(link);
            if let (Some(parent), Some((kind, step))) = (link("entity"), link(task_link))
                && kind == entity.entity_type
            {
                of.entry(parent).or_default().insert(step);
            }
        }
        let steps = Rc::new(Steps { kind: entity.entity_type.clone(), of });
        self.steps.push((read, steps.clone()));
        Some(steps)
    }
}

/// Type and id of a link, without making an entity of them: there are as many as tasks.
fn link(value: &Value) -> Option<(&str, u64)> {
    Some((value.get("type")?.as_str()?, value.get("id")?.as_u64()?))
}

fn current_step(context: &Context<'_>, task_link: &str) -> Option<u64> {
    let step = context.task?.fields.get(task_link)?;
    EntityRef::from_json(step).map(|step| step.id)
}

/// Leaves only what both say.
fn narrow(pin: &mut Pin, only: BTreeSet<u64>) {
    *pin = Some(match pin.take() {
        None => only,
        Some(before) => before.intersection(&only).copied().collect(),
    });
}
