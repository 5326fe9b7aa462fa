//! The state of the site at a moment of the window: the present, with the log undone.
//!
//! What it cannot know it counts, so that a report can say so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_site::facts::{By, Read};
use sgh_site::{Record, SiteError};

use super::history::{History, State};
use super::links_of;
use super::present::{Present, only_the_site_knows};

/// The past, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub history: History,
    pub present: Present,
    failures: Vec<(Read, SiteError)>,
}

impl Past {
    /// Takes in the answer to a read of the present, or why there is none.
    pub(super) fn learn(&mut self, read: Read, answer: Result<Vec<Record>, SiteError>) {
        match answer {
            Ok(records) => self.present.learn(read, records),
            Err(error) => self.failures.push((read, error)),
        }
    }

    /// Why this cannot be read, if it was tried.
    pub(super) fn failure(&self, read: &Read) -> Option<&SiteError> {
        self.failures.iter().find(|(failed, _)| failed.merges_with(read)).map(|(_, error)| error)
    }

    /// What a read would have answered right after an entry.
    ///
    /// # Errors
    /// What has to be read of the present first.
    pub(super) fn answer(&self, read: &Read, at: u64) -> Result<Vec<Record>, Vec<Read>> {
        if only_the_site_knows(read) {
            return self.present.answered(read).ok_or_else(|| vec![read.clone()]);
        }
        let (candidates, mut missing) = self.candidates(read);
        let wanted = if read.retired { State::Retired } else { State::Live };
        let was = |id: &u64| {
            let entity = EntityRef::new(&read.kind, *id);
            let state = self.history.state(&entity, at).unwrap_or(State::Live);
            (state == wanted).then_some(entity)
        };
        let entities: Vec<EntityRef> = candidates.iter().filter_map(was).collect();
        let fields = with_heads(read);
        missing.extend(self.unread(&entities, &fields));
        if !missing.is_empty() {
            return Err(missing);
        }
        let records = entities.iter().filter_map(|entity| self.record(entity, &fields, at));
        let points = |record: &Record| match &read.by {
            By::Links { field, to } => {
                links_of(record.fields.get(field)).iter().any(|link| to.contains(link))
            }
            By::Ids(_) | By::All => true,
        };
        Ok(records.filter(points).collect())
    }

    /// The records that may be meant, and what has to be read to know them all.
    fn candidates(&self, read: &Read) -> (BTreeSet<u64>, Vec<Read>) {
        let (field, to) = match &read.by {
            By::Ids(ids) => return (ids.clone(), Vec::new()),
            By::Links { field, to } => (field, to),
            By::All => return (BTreeSet::new(), Vec::new()),
        };
        let mut found: BTreeSet<u64> = self.history.retired(&read.kind).collect();
        let mut unasked = BTreeSet::new();
        for to in to {
            found.extend(self.history.pointed(&read.kind, field, to));
            match self.present.pointing(&read.kind, field, to) {
                Some(ids) => found.extend(ids),
                None => _ = unasked.insert(to.clone()),
            }
        }
        if unasked.is_empty() {
            return (found, Vec::new());
        }
        let by = By::Links { field: field.clone(), to: unasked };
        (found, vec![Read { by, fields: with_heads(read), retired: false, ..read.clone() }])
    }

    /// What has to be read so that these fields of these records are known.
    fn unread(&self, entities: &[EntityRef], fields: &BTreeSet<String>) -> Vec<Read> {
        let unread = entities.iter().filter(|entity| !self.present.has(entity, fields));
        let is_retired =
            |entity: &&EntityRef| self.history.state(entity, u64::MAX) == Some(State::Retired);
        let (retired, live): (Vec<&EntityRef>, Vec<&EntityRef>) = unread.partition(is_retired);
        let read = |(entities, retired): (Vec<&EntityRef>, bool)| {
            let kind = &entities.first()?.kind;
            let ids = entities.iter().map(|entity| entity.id);
            let read = Read::of_ids(kind, ids, fields.iter().map(String::as_str));
            Some(Read { retired, ..read })
        };
        [(retired, true), (live, false)].into_iter().filter_map(read).collect()
    }

    /// A record as it was; `None` where the site does not show it.
    pub(super) fn record(
        &self,
        entity: &EntityRef,
        fields: &BTreeSet<String>,
        at: u64,
    ) -> Option<Record> {
        let present = self.present.fields(entity)?;
        let value = |field: &String| {
            let now = present.get(field)?;
            let mut value = self.value(entity, present, field, now, at);
            if let Value::Array(links) = &mut value {
                // The other side of a link may tell of it alone; but nothing leads to what was not
                // made yet.
                links.retain(|link| !self.is_unborn(link, at));
            }
            Some((field.clone(), value))
        };
        let fields = fields.iter().filter_map(value).collect();
        Some(Record { entity: entity.clone(), fields })
    }

    fn value(
        &self,
        entity: &EntityRef,
        present: &BTreeMap<String, Value>,
        field: &str,
        now: &Value,
        at: u64,
    ) -> Value {
        let Some((head, tail)) = through(field) else {
            return self.history.value(entity, field, at, now);
        };
        // The value at the end of the link, if the link led there.
        let link = present.get(head).unwrap_or(&Value::Null);
        let then = links_of(Some(&self.history.value(entity, head, at, link)));
        match then.first() {
            Some(end) if links_of(Some(link)).first() == Some(end) => {
                self.history.value(end, tail, at, now)
            }
            Some(_) | None => now.clone(),
        }
    }

    fn is_unborn(&self, link: &Value, at: u64) -> bool {
        let entity = EntityRef::from_json(link);
        entity.is_some_and(|entity| self.history.state(&entity, at) == Some(State::Unborn))
    }

    /// All that is known of a record, as it was.
    pub(super) fn whole(&self, entity: &EntityRef, at: u64) -> Option<Record> {
        let fields = self.present.fields(entity)?.keys().cloned().collect();
        self.record(entity, &fields, at)
    }

    /// Records that were asked for and that the site does not show, live or retired.
    pub(super) fn hidden(&self) -> usize {
        self.present.hidden().count()
    }

    /// Values that are not what their last change in the log left.
    pub(super) fn gaps(&self) -> usize {
        let records = self.present.all();
        let values = records.flat_map(|(entity, fields)| {
            fields.iter().map(move |(field, now)| (self.history.turns(entity, field).last(), now))
        });
        let changed = values.filter(|(last, now)| last.is_some_and(|last| last.left_not(now)));
        self.history.gaps() + changed.count()
    }

    /// Links that were read through, and that have led elsewhere since.
    pub(super) fn moved_through(&self) -> usize {
        let through = |(entity, fields): (&EntityRef, &BTreeMap<String, Value>)| {
            let heads = fields.keys().filter_map(|field| through(field));
            heads.filter(|(head, _)| !self.history.turns(entity, head).is_empty()).count()
        };
        self.present.all().map(through).sum()
    }
}

/// `entity.Shot.code` as `entity` and `code`; longer ways are taken as they are now.
fn through(field: &str) -> Option<(&str, &str)> {
    let (head, rest) = field.split_once('.')?;
    let (_, tail) = rest.split_once('.')?;
    Some((head, tail))
}

/// The fields of a read, the links that they lead through, and the link that it goes by.
fn with_heads(read: &Read) -> BTreeSet<String> {
    let mut fields = read.fields.clone();
    fields.extend(read.fields.iter().filter_map(|field| Some(through(field)?.0.to_owned())));
    if let By::Links { field, .. } = &read.by {
        fields.insert(field.clone());
    }
    fields
}

#[cfg(test)]
mod tests;
