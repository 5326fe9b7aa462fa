//! From an entity up to its project: which parents the schema's filters lead to.

use foldhash::HashMap;
use std::collections::BTreeSet;

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{By, Read};

use super::Work;
use super::context::{self, Held, Trail};
use super::error::FolderError;
use super::items::Note;
use super::names::{name_field, shown};
use super::select::question;
use super::tasks::Seed;
use crate::schema::{EntityNode, Kind, Node, NodeId};

/// What a token's field says.
enum Step<'a> {
    Up(&'a str, Held<'a>),
    OtherType,
}

impl<'a> Work<'a> {
    /// The values of all levels that the entities' own fields lead to: for each seed a trail, or
    /// `None` where this node is not for it. The outer `None`: something has to be read first.
    pub(super) fn upward(
        &mut self,
        target: NodeId,
        seeds: &[&Seed<'a>],
    ) -> Result<Option<Vec<Option<Trail<'a>>>>, FolderError> {
        let path = self.schema.path_to(target);
        let Some(key) = self.schema.nodes[target].key() else { return Ok(None) };
        let start = |seed: &&Seed<'a>| {
            let held = Held::Entity { entity: seed.entity.clone(), folder: None };
            Some(context::with(&None, key, held))
        };
        let mut trails: Vec<Option<Trail<'a>>> = seeds.iter().map(start).collect();
        for id in path.into_iter().rev() {
            let node = &self.schema.nodes[id];
            let Some(entity) = node.entity() else { continue };
            let ids: BTreeSet<u64> =
                trails.iter().flatten().filter_map(|trail| id_in(trail, entity)).collect();
            if ids.is_empty() {
                continue;
            }
            let Some(records) = self.by_id(entity, ids) else { return Ok(None) };
            let Some(()) = self.check_missing(node, entity, &records, &mut trails)? else {
                return Ok(None);
            };
            for trail in &mut trails {
                let Some(known) = trail else { continue };
                let Some(id) = id_in(known, entity) else { continue };
                let Some(record) = records.get(&id) else { continue };
                *trail = self.one_up(node, entity, record, known)?;
            }
        }
        Ok(Some(trails))
    }

    fn by_id(
        &mut self,
        entity: &EntityNode,
        ids: BTreeSet<u64>,
    ) -> Option<HashMap<u64, &'a Record>> {
        let mut read = question(&entity.entity_type, Some(&entity.name), &entity.filters);
        read.by = By::Ids(ids);
        let records = self.answer(read)?;
        Some(records.into_iter().map(|record| (record.entity.id, record)).collect())
    }

    /// Tells what is filtered out from what is not there; the first ends a trail, the second all.
    fn check_missing(
        &mut self,
        node: &Node,
        entity: &EntityNode,
        records: &HashMap<u64, &'a Record>,
        trails: &mut [Option<Trail<'a>>],
    ) -> Result<Option<()>, FolderError> {
        let ids = trails.iter().flatten().filter_map(|trail| id_in(trail, entity));
        let missing: BTreeSet<u64> = ids.filter(|id| !records.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(Some(()));
        }
        let kind = entity.entity_type.as_str();
        let mut there = BTreeSet::new();
        if entity.filters.iter().any(|filter| filter.token().is_none()) {
            let read = Read::of_ids(kind, missing.iter().copied(), [name_field(kind)]);
            let Some(found) = self.answer(read) else { return Ok(None) };
            there.extend(found.into_iter().map(|record| record.entity.id));
        }
        if let Some(id) = missing.difference(&there).next() {
            let entity = EntityRef::new(kind, *id).to_string();
            return Err(FolderError::NotFound { entity });
        }
        for trail in trails.iter_mut() {
            let id = trail.as_ref().and_then(|trail| id_in(trail, entity));
            if let Some(id) = id.filter(|id| missing.contains(id)) {
                let (entity, node) = (EntityRef::new(kind, id), node.file.clone());
                self.note(Note::LeftOut { entity, node });
                *trail = None;
            }
        }
        Ok(Some(()))
    }

    /// One entity's parents, as its tokens' fields say; `None` where this node is not for it.
    fn one_up(
        &mut self,
        node: &Node,
        entity: &'a EntityNode,
        record: &'a Record,
        trail: &Trail<'a>,
    ) -> Result<Option<Trail<'a>>, FolderError> {
        let mut trail = trail.clone();
        for filter in entity.filters.iter().filter(|filter| !filter.path.starts_with("$FROM$")) {
            let Some(token) = filter.token() else { continue };
            match self.step_up(node, record, &filter.path, token)? {
                Step::Up(key, held) => trail = context::with(&trail, key, held),
                Step::OtherType => {
                    self.note(Note::OtherType {
                        entity: record.entity.clone(),
                        field: filter.path.clone(),
                        node: node.file.clone(),
                    });
                    return Ok(None);
                }
            }
        }
        Ok(Some(trail))
    }

    fn step_up(
        &self,
        node: &Node,
        record: &'a Record,
        field: &str,
        token: NodeId,
    ) -> Result<Step<'a>, FolderError> {
        let (file, field_name) = (|| node.file.clone(), || field.to_owned());
        let value = match record.fields.get(field) {
            None | Some(Value::Null) => {
                let entity = shown(record);
                return Err(FolderError::LinkBlank { entity, field: field_name(), node: file() });
            }
            Some(value) => value,
        };
        let above = &self.schema.nodes[token];
        match (&above.kind, above.key()) {
            (Kind::List(_), Some(key)) => Ok(Step::Up(key, Held::Listed(value))),
            (_, Some(key)) => {
                if value.is_array() {
                    let entity = shown(record);
                    return Err(FolderError::LinkMany {
                        entity,
                        field: field_name(),
                        node: file(),
                    });
                }
                match EntityRef::from_json(value) {
                    Some(entity) if entity.kind == key => {
                        Ok(Step::Up(key, Held::Entity { entity, folder: None }))
                    }
                    Some(_) | None => Ok(Step::OtherType),
                }
            }
            (_, None) => Ok(Step::OtherType),
        }
    }
}

fn id_in(trail: &Trail<'_>, entity: &EntityNode) -> Option<u64> {
    context::entity(trail, &entity.entity_type).map(|entity| entity.id)
}
