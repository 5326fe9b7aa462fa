//! Reads the site for a whole batch: what all decisions need, in as few searches as possible.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sgh_core::limits::READS_PER_BATCH_MAX;
use sgh_site::SiteError;
use sgh_site::facts::{Facts, Need, Read, merge_reads};

use sgh_automations::set::Judge;

use crate::Rules;
use crate::decide::decide;
use crate::intake::Item;

/// What is known of the site, and what could not be read.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub facts: Facts,
    failures: Arc<Vec<(Read, SiteError)>>,
    /// Why the site cannot be read just now: then no more of this batch's time is spent on trying.
    down: Option<SiteError>,
}

/// Searches taken so far by one batch.
#[derive(Default)]
pub(crate) struct Count(AtomicUsize);

impl Count {
    pub(crate) fn taken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether there is one more; if so it is taken.
    pub(crate) fn take(&self) -> bool {
        let more = |taken| (taken < READS_PER_BATCH_MAX).then_some(taken + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }
}

impl Known {
    /// Why one of these reads failed, if one did.
    pub(crate) fn failure(&self, reads: &[Read]) -> Option<&SiteError> {
        let failed =
            |read: &Read| self.failures.iter().find(|(failed, _)| failed.merges_with(read));
        reads.iter().find_map(failed).map(|(_, error)| error).or(self.down.as_ref())
    }

    /// Reads what is not known yet. Ends early when the batch has had all its searches.
    pub(crate) async fn read(&mut self, rules: &Rules, reads: Vec<Read>, count: &Count) -> Budget {
        for read in merge_reads(reads) {
            if self.failure(std::slice::from_ref(&read)).is_some() {
                continue;
            }
            if !count.take() {
                return Budget::Spent;
            }
            match rules.site.search(&read.search()).await {
                Ok(records) => self.facts.learn(read, records),
                Err(error) if error.is_passing() => self.down = Some(error),
                Err(error) => Arc::make_mut(&mut self.failures).push((read, error)),
            }
        }
        Budget::Left
    }
}

/// Whether the batch may search on.
#[derive(PartialEq, Eq)]
pub(crate) enum Budget {
    Left,
    Spent,
}

/// What was read for a batch before any of it is worked.
pub(crate) struct Reading {
    pub known: Known,
    pub count: Count,
}

impl Reading {
    /// Asks every automation of every event what it needs, reads it all at once, and asks again
    /// until none needs more. Events that nothing wants cost nothing.
    pub(crate) async fn for_batch(rules: &Rules, items: &[Item], count: Count) -> Self {
        let mut reading = Self { known: Known::default(), count };
        loop {
            let mut reads = Vec::new();
            for item in items {
                let Item::Event(item) = item else { continue };
                if item.ended {
                    continue;
                }
                for automation in &item.wanted {
                    let automation = &rules.config.automations[*automation];
                    match decide(
                        rules,
                        automation,
                        &item.event,
                        Judge::Compare,
                        &reading.known.facts,
                    ) {
                        Ok(Need::Reads(more)) if reading.known.failure(&more).is_none() => {
                            reads.extend(more);
                        }
                        Ok(Need::Reads(_) | Need::Ready(_)) | Err(_) => {}
                    }
                }
            }
            if reads.is_empty() {
                return reading;
            }
            if reading.known.read(rules, reads, &reading.count).await == Budget::Spent {
                return reading;
            }
        }
    }
}
