//! Writes of one group, gathered and made together: one write per changed value.

use std::collections::BTreeMap;

use serde_json::Value;
use sgh_automations::Planned;
use sgh_core::ids::EntityRef;
use sgh_core::limits::BATCH_REQUESTS_MAX;
use sgh_core::outcome::Outcome;
use sgh_queue::ledger::{Chain, OwnWrite, ValueMark};
use sgh_site::{Change, SiteError};

use crate::Engine;
use crate::group::Shared;
use crate::refused::explain;

/// Which automation of which item of the group wants a write.
pub(crate) type Wish = (usize, usize);

/// How one wish ended, and what it was.
pub(crate) struct Granted {
    pub wish: Wish,
    pub entity: EntityRef,
    pub what: String,
    /// `Done` without a text, or what came instead.
    pub outcome: Outcome,
}

/// Writes that are decided and not made yet, in the order they were decided.
#[derive(Default)]
pub(crate) struct Pending {
    entities: Vec<EntityRef>,
    fields: BTreeMap<EntityRef, BTreeMap<String, Value>>,
    wishes: Vec<(Wish, Planned)>,
    own_writes: Vec<OwnWrite>,
    /// Where the event was that an entity is written for.
    projects: BTreeMap<EntityRef, u64>,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.wishes.is_empty()
    }

    /// Whether as many entities wait as one `_batch` takes.
    pub(crate) fn is_full(&self) -> bool {
        self.entities.len() >= BATCH_REQUESTS_MAX
    }

    /// Takes a write in. Of two writes of one field the later one counts, and both are granted.
    pub(crate) fn add(
        &mut self,
        wish: Wish,
        planned: Planned,
        chain: &Chain,
        project: Option<u64>,
    ) {
        let entity = planned.change.entity.clone();
        if let Some(project) = project {
            self.projects.insert(entity.clone(), project);
        }
        if !self.fields.contains_key(&entity) {
            self.entities.push(entity.clone());
        }
        let fields = self.fields.entry(entity.clone()).or_default();
        for (field, value) in &planned.change.fields {
            fields.insert(field.clone(), value.clone());
            // Of some types of field the event does not say this value: then the field has to do.
            for value in [ValueMark::of(value), ValueMark::any()] {
                let (entity, field) = (entity.clone(), field.clone());
                self.own_writes.push(OwnWrite { entity, field, value, chain: chain.clone() });
            }
        }
        self.wishes.push((wish, planned));
    }

    /// Makes all writes and says how each wish ended.
    pub(crate) async fn flush(self, shared: &Shared<'_>) -> Vec<Granted> {
        if self.is_empty() {
            return Vec::new();
        }
        // Remembered first: the event of a write may be here before the write has returned.
        let engine = shared.engine;
        let now = engine.clock.now();
        let mut results = match engine.ledger.remember_writes(&self.own_writes, now).await {
            Ok(()) => write_all(shared, &self.changes()).await,
            Err(error) => {
                let retry = Outcome::Retry { why: error.to_string(), after: None };
                self.entities.iter().map(|entity| (entity.clone(), whole(&retry))).collect()
            }
        };
        for (entity, result) in &mut results {
            let place = (entity, self.projects.get(entity).copied());
            for (field, value, why) in result.failures(self.fields.get(entity)) {
                explain(shared, place, (field, value), why).await;
            }
        }
        self.wishes.into_iter().map(|(wish, planned)| granted(&results, wish, planned)).collect()
    }

    fn changes(&self) -> Vec<Change> {
        let change = |entity: &EntityRef| {
            let fields = self.fields.get(entity).cloned().unwrap_or_default();
            Change { entity: entity.clone(), fields }
        };
        self.entities.iter().map(change).collect()
    }
}

/// How the write of an entity ended: as a whole, or each field by itself.
#[derive(Clone, Default)]
struct Result {
    whole: Option<Outcome>,
    fields: BTreeMap<String, Outcome>,
}

impl Result {
    /// The fields that were refused for themselves, what they were to get, and why not.
    fn failures<'a>(
        &'a mut self,
        fields: Option<&'a BTreeMap<String, Value>>,
    ) -> Vec<(&'a str, &'a Value, &'a mut String)> {
        let Some(fields) = fields else { return Vec::new() };
        if let Some(outcome) = &mut self.whole {
            return match (outcome, fields.first_key_value().filter(|_| fields.len() == 1)) {
                (Outcome::Failed(why), Some((field, value))) => vec![(field, value, why)],
                (_, _) => Vec::new(),
            };
        }
        let failed = self.fields.iter_mut().filter_map(|(field, outcome)| match outcome {
            Outcome::Failed(why) => Some((field.as_str(), fields.get(field)?, why)),
            Outcome::Done(_) | Outcome::Skipped(_) | Outcome::Retry { .. } => None,
        });
        failed.collect()
    }
}

fn whole(outcome: &Outcome) -> Result {
    Result { whole: Some(outcome.clone()), fields: BTreeMap::new() }
}

fn granted(results: &BTreeMap<EntityRef, Result>, wish: Wish, planned: Planned) -> Granted {
    let done = || Outcome::Done(String::new());
    let result = results.get(&planned.change.entity);
    let outcome = match result {
        None => done(),
        Some(Result { whole: Some(outcome), .. }) => outcome.clone(),
        Some(Result { fields, .. }) => {
            let mine = planned.change.fields.keys().filter_map(|field| fields.get(field));
            mine.into_iter()
                .find(|outcome| !matches!(outcome, Outcome::Done(_)))
                .cloned()
                .unwrap_or_else(done)
        }
    };
    Granted { wish, entity: planned.change.entity, what: planned.what, outcome }
}

/// Writes everything, in batches; what a batch refuses is tried record by record, then field by
/// field. Once the site does not answer, the rest is left for later.
async fn write_all(shared: &Shared<'_>, changes: &[Change]) -> BTreeMap<EntityRef, Result> {
    let mut results = BTreeMap::new();
    let engine = shared.engine;
    let mut later: Option<Outcome> = None;
    for batch in changes.chunks(BATCH_REQUESTS_MAX) {
        if engine.clock.now() >= shared.work_until {
            let why = "the time of this invocation is over".to_owned();
            later.get_or_insert(Outcome::Retry { why, after: None });
        }
        if later.is_none() {
            match engine.rules.site.write(batch).await {
                Ok(()) => {
                    let done = |change: &Change| (change.entity.clone(), Result::default());
                    results.extend(batch.iter().map(done));
                    continue;
                }
                Err(error) if error.is_passing() => later = Some(error.into()),
                Err(error) => {
                    later = one_by_one(engine, batch, error, &mut results).await;
                    continue;
                }
            }
        }
        if let Some(outcome) = &later {
            results.extend(batch.iter().map(|change| (change.entity.clone(), whole(outcome))));
        }
    }
    results
}

/// Writes what a batch refused, each record for itself. Returns why the rest has to wait, if it
/// has to.
async fn one_by_one(
    engine: &Engine,
    batch: &[Change],
    refused: SiteError,
    results: &mut BTreeMap<EntityRef, Result>,
) -> Option<Outcome> {
    let mut later: Option<Outcome> = None;
    for change in batch {
        let result = match &later {
            Some(outcome) => whole(outcome),
            None => match write_one(engine, change, batch.len(), &refused).await {
                Ok(result) => result,
                Err(error) => {
                    let outcome = Outcome::from(error);
                    later = Some(outcome.clone());
                    whole(&outcome)
                }
            },
        };
        results.insert(change.entity.clone(), result);
    }
    later
}

/// Writes one record; if it is refused, each of its fields.
///
/// # Errors
/// The site does not answer.
async fn write_one(
    engine: &Engine,
    change: &Change,
    batch: usize,
    refused: &SiteError,
) -> std::result::Result<Result, SiteError> {
    // A batch of one was this very write.
    let tried = if batch == 1 {
        Err(refused.clone())
    } else {
        engine.rules.site.write(std::slice::from_ref(change)).await
    };
    let error = match tried {
        Ok(()) => return Ok(Result::default()),
        Err(error) if error.is_passing() => return Err(error),
        Err(error) => error,
    };
    if change.fields.len() == 1 || matches!(error, SiteError::NotFound { .. }) {
        return Ok(whole(&error.into()));
    }
    let mut result = Result::default();
    for (field, value) in &change.fields {
        let fields = BTreeMap::from([(field.clone(), value.clone())]);
        let alone = Change { entity: change.entity.clone(), fields };
        let outcome = match engine.rules.site.write(&[alone]).await {
            Ok(()) => Outcome::Done(String::new()),
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => error.into(),
        };
        result.fields.insert(field.clone(), outcome);
    }
    Ok(result)
}
