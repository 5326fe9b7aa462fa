//! The site as a process of ours has it: slow, down, or answering too late.

use std::time::Duration;

use async_trait::async_trait;
use sgh_core::event_log::EVENT_LOG_ENTRY;
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_core::settings::Ordering;
use sgh_site::{Change, NewRecord, Record, Search, Site, SiteError};

use super::us;
use crate::hands::Hands;
use crate::mutants::Mutant;
use crate::world::World;

const SEARCH: [&str; 2] = ["search fails", "search is not answered in time"];
const WRITE: [&str; 2] = ["write is refused", "written, the answer is lost"];
const POST: [&str; 2] = ["acknowledgement is refused", "acknowledged, the answer is lost"];

impl Hands {
    /// What a site says that does not do what it was asked: it is down, has too much to do, or
    /// does not know our key for a while.
    fn trouble(&self) -> SiteError {
        let after = Some(Duration::from_secs(self.world.dice.between(1, 90)));
        let reasons = [
            SiteError::Unavailable { reason: "503".into(), after: None },
            SiteError::Unavailable { reason: "429".into(), after },
            SiteError::Unavailable { reason: "this is no JSON".into(), after: None },
            SiteError::Login { reason: "the key is not known".into() },
        ];
        let picked = self.world.dice.pick(&reasons).cloned();
        picked.unwrap_or(SiteError::Unavailable { reason: "503".into(), after: None })
    }

    /// What the site does not want, however often it is asked.
    fn refusal(&self, what: &'static str) -> Result<(), SiteError> {
        if self.world.faults.happens(what, self.world.knobs.refusals) {
            self.invocation().trouble();
            return Err(SiteError::Refused { status: 400, reason: "as the seed wants it".into() });
        }
        Ok(())
    }

    async fn ask<T>(
        &self,
        names: [&'static str; 2],
        effect: impl FnOnce(&World) -> T,
    ) -> Result<T, SiteError> {
        let world = &self.world;
        let is_down = world.site_is_down();
        let permille = if is_down { 1000 } else { world.knobs.site_faults };
        let names = if is_down { ["site is down", "site is down"] } else { names };
        // A site that is down does nothing; one that only fails may have done it.
        let answered = self.call(names, permille, |world| (!is_down).then(|| effect(world))).await;
        answered.flatten().ok_or_else(|| self.trouble())
    }
}

#[async_trait]
impl Site for Hands {
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        if search.kind != EVENT_LOG_ENTRY {
            self.refusal("search is refused for good")?;
        }
        let found = self.ask(SEARCH, |world| {
            let found = world.site.lock().unwrap().find(search, world.clock.true_now());
            world.note(|| format!("search {}: {} found", search.kind, found.len()));
            found
        });
        let found = found.await?;
        if search.kind != EVENT_LOG_ENTRY {
            let invocation = self.invocation();
            let mut read = invocation.read.lock().unwrap();
            for record in &found {
                let known = record
                    .fields
                    .iter()
                    .map(|(field, value)| ((record.entity.clone(), field.clone()), value.clone()));
                read.extend(known);
            }
        }
        Ok(found)
    }

    async fn write(&self, changes: &[Change]) -> Result<(), SiteError> {
        self.refusal("write is refused for good")?;
        let invocation = self.invocation();
        let written = self.ask(WRITE, |world| {
            let is_late = invocation.is_lapsed(world);
            let mut site = world.site.lock().unwrap();
            for change in changes {
                world.note(|| format!("write {change:?}"));
                if is_late {
                    *site.written_late.entry(change.entity.clone()).or_default() += 1;
                }
                for (field, value) in &change.fields {
                    let place = (change.entity.clone(), field.clone());
                    let mut read = invocation.read.lock().unwrap();
                    // Rules that undo each other within one batch may come back to what was there.
                    let is_ring = field == "sg_flip";
                    // Groups of one batch know nothing of one another.
                    let by_project = world.knobs.ordering == Ordering::Project;
                    let before = read.insert(place.clone(), value.clone());
                    if before.as_ref() == Some(value) && !is_ring && by_project {
                        world.wrong(format!(
                            "{field} of {} was written although it was known to be {value}",
                            change.entity
                        ));
                    }
                    if site.set(&change.entity, field, value, &us(), &world.moment()) {
                        *site.our_writes.entry(place).or_default() += 1;
                    }
                }
            }
        });
        written.await
    }

    async fn create(&self, _: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError> {
        Err(SiteError::Refused { status: 400, reason: "nothing is made here".into() })
    }

    async fn valid_values(
        &self,
        _: &str,
        field: &str,
        _: Option<u64>,
    ) -> Result<Vec<String>, SiteError> {
        Err(SiteError::NotFound { reason: field.into() })
    }

    async fn acknowledge(&self, delivery: DeliveryId, text: &str) -> Result<(), SiteError> {
        let posted = self.ask(POST, |world| {
            let mut site = world.site.lock().unwrap();
            let Some(known) = site.deliveries.get_mut(&delivery) else { return false };
            world.note(|| format!("acknowledged {delivery} of {}: {text}", known.entry));
            if !(world.is(Mutant::AcknowledgementDropped) && world.dice.chance(100)) {
                known.acknowledgement = Some(text.to_owned());
            }
            true
        });
        let is_there = posted.await?;
        if is_there { Ok(()) } else { Err(SiteError::NotFound { reason: delivery.to_string() }) }
    }

    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError> {
        Ok(Some(us()))
    }
}
