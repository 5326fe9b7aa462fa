//! What a request starts from: entities, each with the task it was asked for by, if it was.

use std::collections::BTreeSet;

use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::Read;

use super::Work;
use super::items::Note;
use crate::schema::{Kind, Role};

/// An entity to make folders for.
#[derive(Debug, Clone)]
pub(super) struct Seed<'a> {
    pub(super) entity: EntityRef,
    pub(super) task: Option<&'a Record>,
    /// Which of the request it is.
    pub(super) turn: usize,
}

impl<'a> Work<'a> {
    /// The entities of the request; `None` while the tasks have to be read.
    pub(super) fn seeds(&mut self) -> Option<Vec<Seed<'a>>> {
        let ids: BTreeSet<u64> = self.request.ids.iter().copied().collect();
        if self.request.kind != "Task" {
            let mut left = ids;
            let once = self.request.ids.iter().filter(|id| left.remove(id)).enumerate();
            let entity = |id: &u64| EntityRef::new(self.request.kind.as_str(), *id);
            let seed = |(turn, id)| Seed { entity: entity(id), task: None, turn };
            return Some(once.map(seed).collect());
        }
        let fields = self.task_fields();
        let read = Read::of_ids("Task", ids.iter().copied(), fields);
        let tasks = self.answer(read)?;
        let known: BTreeSet<u64> = tasks.iter().map(|task| task.entity.id).collect();
        for task in ids.difference(&known) {
            self.note(Note::NoTask { task: *task });
        }
        let mut seeds = Vec::new();
        for (turn, task) in tasks.into_iter().enumerate() {
            match task.fields.get("entity").and_then(EntityRef::from_json) {
                Some(entity) => seeds.push(Seed { entity, task: Some(task), turn }),
                None => self.note(Note::TaskOnNothing { task: task.entity.id }),
            }
        }
        Some(seeds)
    }

    /// What to read of the tasks: their entity, and every field that ties them to a step.
    fn task_fields(&self) -> BTreeSet<&'a str> {
        let links = self.schema.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Entity(entity) => match &entity.role {
                Role::Step { task_link, .. } => Some(task_link.as_str()),
                Role::Entity | Role::Task { .. } | Role::User => None,
            },
            Kind::Static { .. } | Kind::Project { .. } | Kind::List(_) => None,
        });
        links.chain(["entity", "step"]).collect()
    }
}
