//! One level of the schema for many ways at once: which folders it makes for each.

use foldhash::HashMap;
use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{By, Read};

use super::Work;
use super::context::{self, Context, Held};
use super::entries::Own;
use super::error::FolderError;
use super::items::{Named, Owner};
use super::names::{bad_name, name_of, no_name, shown, split};
use super::select::question;
use super::turn::Turn;
use crate::expression::Expression;
use crate::sanitise::Also;
use crate::schema::{Constraint, EntityNode, Kind, ListNode, Node};

/// A folder's name, once for all ways to it.
#[derive(Clone)]
struct Name {
    pieces: Rc<[Arc<str>]>,
    whole: Rc<str>,
}

/// An entity's folder, once for all ways to it.
struct Folder {
    name: Name,
    named: Arc<Named>,
    /// Who else it is registered for.
    linked: Vec<Arc<Named>>,
}

impl<'a> Work<'a> {
    /// The ways one level further down. Empty where something has to be read first, and below
    /// folders of entities that nothing is in.
    pub(super) fn expand(
        &mut self,
        node: &'a Node,
        contexts: Vec<Context<'a>>,
        turn: usize,
    ) -> Result<Vec<Context<'a>>, FolderError> {
        let made = match &node.kind {
            Kind::Static { constraint } => {
                self.statics(node, constraint.as_ref(), contexts, turn)?
            }
            Kind::Project { entity, .. } => {
                let root = self.schema.root_of(node, self.roots)?.unwrap_or_default();
                let at = self.tree.root(root);
                let below_root = |context: Context<'a>| Context { at, ..context };
                let contexts = contexts.into_iter().map(below_root).collect();
                self.entities(node, entity, contexts, turn)?
            }
            Kind::Entity(entity) => self.entities(node, entity, contexts, turn)?,
            Kind::List(list) => self.listed(node, list, contexts, turn)?,
        };
        for context in &made {
            for (name, path) in &node.files {
                self.tree.file(context.at, name, path)?;
            }
            for link in &node.links {
                let target = super::links::target(link, &context.trail)?;
                self.tree.link(context.at, &link.name, &target)?;
            }
        }
        Ok(made)
    }

    fn statics(
        &mut self,
        node: &'a Node,
        constraint: Option<&'a Constraint>,
        contexts: Vec<Context<'a>>,
        turn: usize,
    ) -> Result<Vec<Context<'a>>, FolderError> {
        let taken = match constraint {
            None => vec![true; contexts.len()],
            Some(constraint) => match self.constrained(node, constraint, &contexts)? {
                Some(taken) => taken,
                None => return Ok(Vec::new()),
            },
        };
        let names = [node.name.clone()];
        let mut made = Vec::with_capacity(contexts.len());
        for (mut context, _) in contexts.into_iter().zip(taken).filter(|(_, taken)| *taken) {
            context.at = self.tree.folder(context.at, &names, &Owner::Static)?;
            if !node.children.is_empty() {
                context.turn = Turn::below(&context.turn, turn, 0);
            }
            made.push(context);
        }
        Ok(made)
    }

    /// For each way, whether the entity that a static folder is tied to fulfils its filters.
    fn constrained(
        &mut self,
        node: &'a Node,
        constraint: &'a Constraint,
        contexts: &[Context<'a>],
    ) -> Result<Option<Vec<bool>>, FolderError> {
        let Some(entity) = self.schema.nodes[constraint.node].entity() else { return Ok(None) };
        let pins: Vec<_> = contexts
            .iter()
            .map(|context| {
                let known = context::entity(&context.trail, &entity.entity_type);
                Some(known.map(|entity| entity.id).into_iter().collect())
            })
            .collect();
        let ask = question(&entity.entity_type, None, &constraint.filters);
        let found = self.select(node, &constraint.filters, ask, contexts, &pins)?;
        Ok(found.map(|found| found.iter().map(|records| !records.is_empty()).collect()))
    }

    fn entities(
        &mut self,
        node: &'a Node,
        entity: &'a EntityNode,
        contexts: Vec<Context<'a>>,
        turn: usize,
    ) -> Result<Vec<Context<'a>>, FolderError> {
        let Some(pins) = self.pins(node, entity, &contexts)? else { return Ok(Vec::new()) };
        let is_project = matches!(node.kind, Kind::Project { .. });
        if is_project && pins.iter().any(Option::is_none) {
            return Err(FolderError::NoProject { node: node.file.clone() });
        }
        let mut ask = question(&entity.entity_type, Some(&entity.name), &entity.filters);
        ask.fields.extend(entity.role.linked().map(str::to_owned));
        let found = self.select(node, &entity.filters, ask, &contexts, &pins)?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let metadata = self.metadata(node)?;
        let is_leaf = node.children.is_empty() && node.files.is_empty() && node.links.is_empty();
        let mut known: HashMap<u64, Folder> = HashMap::default();
        let mut made = Vec::with_capacity(contexts.len());
        for (context, records) in contexts.iter().zip(found) {
            for (nth, record) in records.into_iter().enumerate() {
                let folder = match known.entry(record.entity.id) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => {
                        let name = name_for(entity, record)?;
                        if is_project {
                            check_tank_name(record, &name)?;
                        }
                        entry.insert(Folder::of(entity, record, name))
                    }
                };
                let Folder { name, named, linked } = folder;
                let owner = Owner::Entity(named.clone());
                let at = self.tree.folder(context.at, &name.pieces, &owner)?;
                let turn = Turn::below(&context.turn, turn, nth);
                self.entries.add(at, &turn, &Own { named, linked, metadata: &metadata });
                if is_project {
                    self.entries.project(at, &record.entity);
                }
                if is_leaf {
                    continue;
                }
                let (entity_ref, folder) = (record.entity.clone(), Some(name.whole.clone()));
                let held = Held::Entity { entity: entity_ref, folder };
                let trail = context::with(&context.trail, &entity.entity_type, held);
                made.push(Context { at, trail, turn, task: context.task });
            }
        }
        Ok(made)
    }

    /// What Toolkit keeps with the folders of a level: its sidecar, or what a project without one
    /// stands for.
    fn metadata(&self, node: &'a Node) -> Result<Arc<Value>, FolderError> {
        match &node.kind {
            Kind::Project { root: None, .. } => {
                let root = self.schema.root_of(node, self.roots)?;
                Ok(Arc::new(json!({"type": "project", "root_name": root})))
            }
            Kind::Project { .. } | Kind::Entity(_) | Kind::Static { .. } | Kind::List(_) => {
                Ok(node.metadata.clone())
            }
        }
    }

    fn listed(
        &mut self,
        node: &'a Node,
        list: &'a ListNode,
        contexts: Vec<Context<'a>>,
        turn: usize,
    ) -> Result<Vec<Context<'a>>, FolderError> {
        let mut made = Vec::with_capacity(contexts.len());
        for context in &contexts {
            let values = match context::find(&context.trail, &list.key) {
                Some(value) => vec![value.clone()],
                None => match self.valid(node, list, context)? {
                    Some(values) => values.into_iter().map(Held::Valid).collect(),
                    None => return Ok(Vec::new()),
                },
            };
            for (nth, held) in values.into_iter().enumerate() {
                let pieces = list_name(list, &held.to_json())?.pieces;
                let at = self.tree.folder(context.at, &pieces, &Owner::Listed)?;
                let trail = context::with(&context.trail, &list.key, held);
                let turn = Turn::below(&context.turn, turn, nth);
                made.push(Context { at, trail, turn, task: context.task });
            }
        }
        Ok(made)
    }

    /// All valid values of a list field, or those that the project uses.
    fn valid(
        &mut self,
        node: &Node,
        list: &'a ListNode,
        context: &Context<'a>,
    ) -> Result<Option<Vec<&'a str>>, FolderError> {
        let (kind, field) = &list.source;
        let key = format!("{kind}.{field}");
        let Some(values) = self.request.list_values.get(&key) else {
            return Err(FolderError::ListUnknown { field: key, node: node.file.clone() });
        };
        let values = values.iter().map(String::as_str);
        if !list.skip_unused {
            return Ok(Some(values.collect()));
        }
        let project = context::entity(&context.trail, "Project");
        let mut read = Read::of_ids(kind, [], [field.as_str()]);
        read.by =
            By::Links { field: "project".to_owned(), to: project.cloned().into_iter().collect() };
        let Some(records) = self.answer(read) else { return Ok(None) };
        let value = |record: &&'a Record| Some(record.fields.get(field)?.as_str()?.to_lowercase());
        // The site compares text without case.
        let used: BTreeSet<String> = records.iter().filter_map(value).collect();
        Ok(Some(values.filter(|value| used.contains(&value.to_lowercase())).collect()))
    }
}

impl Folder {
    fn of(entity: &EntityNode, record: &Record, name: Name) -> Self {
        let own = name_of(record).to_owned();
        let named = Arc::new(Named { entity: record.entity.clone(), name: own });
        let links = entity.name.links().into_iter().chain(entity.role.linked());
        // An empty link gives nobody; it stood in a part of the name that can be left out.
        let linked = links.filter_map(|link| linked(record.fields.get(link)?)).collect();
        Self { name, named, linked }
    }
}

fn linked(value: &Value) -> Option<Arc<Named>> {
    let name = value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    EntityRef::from_json(value).map(|entity| Arc::new(Named { entity, name }))
}

fn name_for(entity: &EntityNode, record: &Record) -> Result<Name, FolderError> {
    // The id is no field of a record, but may stand in a name.
    let id = json!(record.entity.id);
    let value_of = |path: &str| match record.fields.get(path) {
        None if path == "id" => Some(&id),
        value => value,
    };
    render(&entity.name, value_of, entity.also(), || shown(record))
}

fn list_name(list: &ListNode, value: &Value) -> Result<Name, FolderError> {
    let shown = || format!("{} {value}", list.key);
    render(&list.name, |_| Some(value), Also::of_kind(&list.entity_type), shown)
}

fn render<'v>(
    expression: &Expression,
    value_of: impl Fn(&str) -> Option<&'v Value>,
    also: Also,
    of: impl Fn() -> String,
) -> Result<Name, FolderError> {
    let text =
        expression.render(value_of, also).map_err(|error| no_name(of(), expression, error))?;
    let pieces = split(&text).map_err(|bad| bad_name(of(), expression, &text, bad))?;
    Ok(Name { pieces: Rc::from(pieces), whole: Rc::from(text) })
}

/// Toolkit looks for a project below the name that the project says, character by character.
fn check_tank_name(record: &Record, name: &Name) -> Result<(), FolderError> {
    let tank_name = record.fields.get("tank_name").and_then(Value::as_str).unwrap_or_default();
    if tank_name == &*name.whole {
        return Ok(());
    }
    let (name, tank_name) = (name.whole.to_string(), tank_name.to_owned());
    Err(FolderError::ProjectName { entity: shown(record), name, tank_name })
}
