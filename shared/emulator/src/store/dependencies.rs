//! `TaskDependency`: the record that stands behind each link between two tasks.
//!
//! Its names read the wrong way round: `task` is the downstream task, `dependent_task` the
//! upstream one.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use super::{Kept, Write, bare};

const KIND: &str = "TaskDependency";

impl Write<'_> {
    /// Makes and retires dependencies so that they say what the task's links say.
    pub(super) fn match_dependencies(&mut self, task: &EntityRef) {
        let mut wanted: Vec<(EntityRef, EntityRef)> = Vec::new();
        for upstream in self.store.links(task, "upstream_tasks") {
            wanted.push((task.clone(), upstream));
        }
        for downstream in self.store.links(task, "downstream_tasks") {
            wanted.push((downstream, task.clone()));
        }
        let known = self.dependencies_of(task);
        for (of, _) in known.iter().filter(|(_, pair)| !wanted.contains(pair)) {
            self.set_retired(of, true);
        }
        for pair in wanted {
            if !known.iter().any(|(_, known)| *known == pair) {
                self.add_dependency(&pair);
            }
        }
    }

    /// Puts the links of two tasks where a dependency was made, or takes them away.
    pub(super) fn match_links(&mut self, dependency: &EntityRef) {
        let Some(kept) = self.store.kept(dependency) else { return };
        let (retired, Some((task, upstream))) = (kept.retired, ends(kept)) else { return };
        let mut links = self.store.links(&task, "upstream_tasks");
        links.retain(|link| *link != upstream);
        if !retired {
            links.push(upstream);
        }
        self.set_links(&task, "upstream_tasks", &links);
    }

    fn dependencies_of(&self, task: &EntityRef) -> Vec<(EntityRef, (EntityRef, EntityRef))> {
        let of_task = |(of, kept): (EntityRef, &Kept)| {
            let pair = ends(kept).filter(|(down, up)| down == task || up == task)?;
            (!kept.retired).then_some((of, pair))
        };
        self.store.all(KIND).filter_map(of_task).collect()
    }

    fn add_dependency(&mut self, (task, upstream): &(EntityRef, EntityRef)) {
        let of = EntityRef::new(KIND, self.store.next_id(KIND));
        let fields = BTreeMap::from([
            ("task".to_owned(), bare(task)),
            ("dependent_task".to_owned(), bare(upstream)),
            ("dependency_type".to_owned(), json!("finish-to-start-next-day")),
            ("offset_days".to_owned(), json!(0)),
        ]);
        self.insert(&of, fields);
    }
}

fn ends(kept: &Kept) -> Option<(EntityRef, EntityRef)> {
    let end =
        |field: &str| kept.fields.get(field).and_then(|link: &Value| EntityRef::from_json(link));
    Some((end("task")?, end("dependent_task")?))
}
