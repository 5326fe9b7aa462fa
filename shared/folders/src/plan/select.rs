//! Which records a level takes, for many ways with as few reads as there can be.
//!
//! The site evaluates filters; we only sort its answers. Constant filters always go with the
//! read. A `$token` that is a link, compared by `is`, is not sent for each way: one read brings
//! the records of all ways, and the link in each record says whose it is. Every other token goes
//! with the read, one for each value there is.

use foldhash::HashMap;
use std::collections::BTreeSet;

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_site::facts::{By, Read};
use sgh_site::{Condition, Record};

use super::Work;
use super::context::{self, Context, Held};
use super::error::FolderError;
use super::names::name_field;
use super::pins::Pin;
use crate::expression::Expression;
use crate::schema::{Filter, FilterValue, Node};

/// The records of each way; `None` where something has to be read first.
type Found<'a> = Option<Vec<Vec<&'a Record>>>;

/// What goes with the same conditions.
type Groups<T> = Vec<(Vec<Condition>, Vec<T>)>;

/// What a level asks of its records, whichever they are: constant filters for the site, the
/// fields of the name and of the tokens. By ids it is the same question on the way up and on the
/// way down, so it is asked once.
pub(super) fn question(kind: &str, name: Option<&Expression>, filters: &[Filter]) -> Read {
    let fields = name.map(Expression::fields).unwrap_or_default();
    let mut read = Read::of_ids(kind, [], fields);
    read.fields.insert(name_field(kind).to_owned());
    for filter in filters {
        match &filter.value {
            FilterValue::Constant(value) => {
                let (path, relation) = (filter.path.as_str(), filter.relation.as_str());
                read.conditions.push(Condition::new(path, relation, value.clone()));
            }
            FilterValue::Token(_) if filter.path.starts_with("$FROM$") => {}
            FilterValue::Token(_) => {
                read.fields.insert(filter.path.clone());
            }
        }
    }
    read
}

/// A filter with a token, and what that stands for on one way.
struct Asked<'t, 'a> {
    filter: &'a Filter,
    held: &'t Held<'a>,
}

impl<'a> Work<'a> {
    pub(super) fn select(
        &mut self,
        node: &Node,
        filters: &'a [Filter],
        ask: Read,
        contexts: &[Context<'a>],
        pins: &[Pin],
    ) -> Result<Found<'a>, FolderError> {
        let tokens: Vec<&Filter> = filters.iter().filter(|f| f.token().is_some()).collect();
        let mut pins = pins.to_vec();
        let mut asked: Vec<Vec<Asked<'_, 'a>>> = Vec::with_capacity(contexts.len());
        for (context, pin) in contexts.iter().zip(&mut pins) {
            let all = self.asked(&tokens, context);
            if all.is_none() {
                // A token without a value takes nothing; to leave it out would take everything.
                *pin = Some(BTreeSet::new());
            }
            asked.push(all.unwrap_or_default());
        }
        let pinned = self.pinned(&ask, &asked, &pins);
        let free = self.free(node, &ask, &asked, &pins)?;
        let (Some(pinned), Some(free)) = (pinned, free) else { return Ok(None) };
        let both = pinned.into_iter().zip(free);
        Ok(Some(both.map(|(a, b)| if a.is_empty() { b } else { a }).collect()))
    }

    fn asked<'t>(
        &self,
        tokens: &[&'a Filter],
        context: &'t Context<'a>,
    ) -> Option<Vec<Asked<'t, 'a>>> {
        let held = |filter: &&'a Filter| {
            let key = self.schema.nodes[filter.token()?].key()?;
            Some(Asked { filter, held: context::find(&context.trail, key)? })
        };
        tokens.iter().map(held).collect()
    }

    /// Ways whose ids are known: one read for all; what a record does not show for certain is
    /// asked in a second one.
    fn pinned(&mut self, ask: &Read, asked: &[Vec<Asked<'_, 'a>>], pins: &[Pin]) -> Found<'a> {
        let mut read = ask.clone();
        read.by = By::Ids(pins.iter().flatten().flatten().copied().collect());
        let records = self.answer(read)?;
        let records: HashMap<u64, &'a Record> =
            records.into_iter().map(|record| (record.entity.id, record)).collect();
        let mut found: Vec<Vec<&'a Record>> = vec![Vec::new(); pins.len()];
        let mut unsure: Groups<(usize, u64)> = Vec::new();
        for (way, pin) in pins.iter().enumerate() {
            let known = pin.iter().flatten().filter_map(|id| records.get(id).copied());
            for record in known {
                let certain: Vec<_> = asked[way].iter().map(|asked| asked.holds(record)).collect();
                if certain.iter().all(|holds| *holds == Some(true)) {
                    found[way].push(record);
                } else if !certain.contains(&Some(false)) {
                    let conditions = asked[way].iter().map(Asked::condition).collect();
                    file_under(&mut unsure, conditions, (way, record.entity.id));
                }
            }
        }
        let mut is_known = true;
        for (conditions, ways) in unsure {
            let mut read = ask.clone();
            read.conditions.extend(conditions);
            read.by = By::Ids(ways.iter().map(|(_, id)| *id).collect());
            let Some(records) = self.answer(read) else {
                is_known = false;
                continue;
            };
            let by_id = |id: u64| records.binary_search_by_key(&id, |record| record.entity.id);
            for (way, id) in ways {
                found[way].extend(by_id(id).ok().map(|at| records[at]));
            }
        }
        is_known.then_some(found)
    }

    /// Ways that take whatever their filters take.
    fn free(
        &mut self,
        node: &Node,
        ask: &Read,
        asked: &[Vec<Asked<'_, 'a>>],
        pins: &[Pin],
    ) -> Result<Found<'a>, FolderError> {
        let mut groups: Groups<usize> = Vec::new();
        for way in (0..pins.len()).filter(|way| pins[*way].is_none()) {
            let sent = asked[way].iter().filter(|asked| !asked.is_link());
            file_under(&mut groups, sent.map(Asked::condition).collect(), way);
        }
        let mut found: Vec<Vec<&'a Record>> = vec![Vec::new(); pins.len()];
        let mut is_known = true;
        for (conditions, ways) in groups {
            let mut read = ask.clone();
            read.conditions.extend(conditions);
            // The nearest level above picks the fewest records. Nodes stand parents first.
            let anchor = ways.first().and_then(|way| {
                let links = asked[*way].iter().filter(|asked| asked.is_link());
                links.max_by_key(|asked| asked.filter.token()).map(|asked| &asked.filter.path)
            });
            let owner = |way: usize| {
                let path = anchor?;
                asked[way].iter().find(|a| a.is_link() && a.filter.path == *path)?.entity()
            };
            read.by = match anchor {
                None => By::All,
                Some(field) => {
                    let to = ways.iter().filter_map(|way| owner(*way)).cloned().collect();
                    By::Links { field: field.clone(), to }
                }
            };
            let Some(records) = self.answer(read) else {
                is_known = false;
                continue;
            };
            let of = by_link(&records, anchor.map(String::as_str));
            for way in ways {
                let records = match owner(way) {
                    Some(entity) => of.get(entity).map_or(&[][..], Vec::as_slice),
                    None => records.as_slice(),
                };
                for &record in records {
                    if all_hold(node, &asked[way], record)? {
                        found[way].push(record);
                    }
                }
            }
        }
        Ok(is_known.then_some(found))
    }
}

impl Asked<'_, '_> {
    fn entity(&self) -> Option<&EntityRef> {
        match self.held {
            Held::Entity { entity, .. } => Some(entity),
            Held::Listed(_) | Held::Valid(_) => None,
        }
    }

    /// Whether the record's own link shows if it holds, without asking the site.
    fn is_link(&self) -> bool {
        let path = &self.filter.path;
        self.filter.relation == "is" && self.entity().is_some() && !path.contains(['.', '$'])
    }

    fn condition(&self) -> Condition {
        let value = self.filter.operand(self.held.to_json());
        Condition::new(self.filter.path.as_str(), self.filter.relation.as_str(), value)
    }

    /// Whether it holds for a record, where the record shows it for certain. Text is compared by
    /// the site in its own way, so only equal text is certain.
    fn holds(&self, record: &Record) -> Option<bool> {
        if self.filter.relation != "is" {
            return None;
        }
        let value = record.fields.get(&self.filter.path)?;
        match self.held {
            Held::Entity { entity, .. } => Some(links(value).any(|link| is_link(link, entity))),
            Held::Listed(listed) => (value == *listed).then_some(true),
            Held::Valid(text) => (value.as_str() == Some(*text)).then_some(true),
        }
    }
}

fn all_hold(node: &Node, asked: &[Asked<'_, '_>], record: &Record) -> Result<bool, FolderError> {
    for asked in asked.iter().filter(|asked| asked.is_link()) {
        match asked.holds(record) {
            Some(true) => {}
            Some(false) => return Ok(false),
            None => {
                return Err(FolderError::FieldUnknown {
                    kind: record.entity.kind.clone(),
                    field: asked.filter.path.clone(),
                    node: node.file.clone(),
                });
            }
        }
    }
    Ok(true)
}

/// The links in a link or multi link.
fn links(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter()
}

/// Whether a link leads to an entity, without making one of it.
fn is_link(link: &Value, entity: &EntityRef) -> bool {
    let field = |name: &str| link.get(name);
    field("id").and_then(Value::as_u64) == Some(entity.id)
        && field("type").and_then(Value::as_str) == Some(&*entity.kind)
}

fn by_link<'a>(records: &[&'a Record], field: Option<&str>) -> HashMap<EntityRef, Vec<&'a Record>> {
    let mut of: HashMap<EntityRef, Vec<&'a Record>> = HashMap::default();
    let Some(field) = field else { return of };
    for &record in records {
        let links: BTreeSet<EntityRef> = record
            .fields
            .get(field)
            .into_iter()
            .flat_map(links)
            .filter_map(EntityRef::from_json)
            .collect();
        for link in links {
            of.entry(link).or_default().push(record);
        }
    }
    of
}

fn file_under<T>(groups: &mut Groups<T>, conditions: Vec<Condition>, item: T) {
    match groups.iter_mut().find(|(known, _)| *known == conditions) {
        Some((_, items)) => items.push(item),
        None => groups.push((conditions, vec![item])),
    }
}
