//! Which events are run again, and which of their automations.

use std::collections::{BTreeMap, BTreeSet};

use sgh_core::event::Event;
use sgh_core::ids::EventKey;
use sgh_core::outcome::EndingKind;
use sgh_queue::{Failure, FailureFilter};

use super::{Again, Replay, ReplayError, Wanted};

impl Replay {
    /// Looks for what is wanted, and tells how many were found so far. In the order of the event
    /// log; what stands in none comes last.
    ///
    /// # Errors
    /// The ledger does not answer.
    pub async fn select(
        &self,
        wanted: &Wanted,
        mut progress: impl FnMut(usize),
    ) -> Result<Vec<Again>, ReplayError> {
        let now = self.clock.now();
        let halted = self.halted().await?;
        let filter = FailureFilter {
            automation: wanted.automation.clone(),
            since: wanted.since,
            until: wanted.until,
        };
        let mut found: BTreeMap<(u64, EventKey), Again> = BTreeMap::new();
        let mut take = |failure: &Failure| {
            if let Some(again) = self.again(failure, wanted, &halted) {
                let place = again.event.entry().unwrap_or(u64::MAX);
                found.insert((place, again.event.clone()), again);
            }
            found.len()
        };
        // By their ids they are found at once, without looking through the ledger.
        for entry in &wanted.events {
            let event = EventKey::of_entry(&self.site_host, *entry);
            let Some(entry) = self.ledger.entry(&event, now).await? else { continue };
            progress(take(&Failure { event, entry, recorded_at: now }));
        }
        let mut after = None;
        while wanted.events.is_empty() {
            let page = self.failures.failures(&filter, after.as_ref(), now).await?;
            for failure in &page.failures {
                progress(take(failure));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(found.into_values().collect())
    }

    /// What of a failure is run again; `None` if it is not wanted.
    fn again(
        &self,
        failure: &Failure,
        wanted: &Wanted,
        halted: &BTreeSet<String>,
    ) -> Option<Again> {
        let Failure { event, entry, recorded_at } = failure;
        let kept = entry.kept_event.as_ref();
        let read = kept.and_then(|kept| Event::read(kept.as_bytes()).ok());
        let delivery = entry.delivery.or(read.as_ref().and_then(|event| event.delivery));
        if wanted.delivery.is_some() && wanted.delivery != delivery {
            return None;
        }
        let (mut automations, mut left) = (Vec::new(), Vec::new());
        for (name, ending) in &entry.endings {
            let is_wanted = wanted.automation.as_ref().is_none_or(|wanted| wanted == name);
            if ending.kind == EndingKind::Failed && is_wanted {
                match self.not_run(name, halted) {
                    None => automations.push((name.clone(), ending.text.clone())),
                    Some(why) => left.push((name.clone(), why)),
                }
            }
        }
        let place = |name: &String| {
            self.config.automations.iter().position(|automation| automation.name == *name)
        };
        automations.sort_by_key(|(name, _)| place(name));
        let nothing = automations.is_empty() && left.is_empty();
        (!nothing).then(|| Again {
            event: event.clone(),
            event_type: read.as_ref().map(|read| read.event_type.clone()).unwrap_or_default(),
            entity: read.and_then(|read| read.entity),
            failed_at: *recorded_at,
            delivery,
            automations,
            left,
        })
    }

    /// Why an automation that failed cannot be run again.
    fn not_run(&self, name: &str, halted: &BTreeSet<String>) -> Option<String> {
        let mut automations = self.config.automations.iter();
        if !automations.any(|automation| automation.name == name) {
            Some("sgh.yaml has no such automation any more".to_owned())
        } else if halted.contains(name) {
            Some("it is halted: its events go in their order, with --automation alone".to_owned())
        } else {
            None
        }
    }

    async fn halted(&self) -> Result<BTreeSet<String>, ReplayError> {
        let names = self.config.automations.iter().map(|automation| automation.name.clone());
        let names: Vec<String> = names.filter(|name| self.may_halt(name)).collect();
        match self.ledger.halts() {
            Some(halts) if !names.is_empty() => {
                Ok(halts.standing(&names).await?.into_keys().collect())
            }
            Some(_) | None => Ok(BTreeSet::new()),
        }
    }
}
