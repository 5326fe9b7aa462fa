//! The heart of the sweep: a look at the log goes in, what to do about it comes out.
//!
//! Pure. Ids are reserved early and their entries appear late, so an id that is missing is waited
//! for, then written off; an entry that is very new is left for its delivery to come first.
//! Not here: reading the log, and what an automation wants.

use jiff::{SignedDuration, Timestamp};

use crate::limits::{FUTURE_MAX, GAP_OLD, GAP_WAIT, GAPS_MAX, SETTLE};
use crate::ranges::{IdRange, joined};
use crate::state::{Gap, Reached};

/// What was there when the log was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The ids that were asked for: one of these that was not found was not there.
    pub asked: Vec<IdRange>,
    /// What was found of them.
    pub found: Vec<Sighting>,
}

/// An entry that was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Its id.
    pub id: u64,
    /// When it was made, by the site's clock.
    pub created_at: Option<Timestamp>,
}

/// What a look leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Entries to consider now, in the order of the log. Each id comes once, whatever is read.
    pub consider: Vec<u64>,
    /// Ids that never appeared and are waited for no longer.
    pub written_off: Vec<IdRange>,
    /// How far the sweep is then.
    pub reached: Reached,
    /// Why entries that were found are left for the next time.
    pub held: Option<Held>,
}

/// Why an entry is left for the next time, and with it all behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It is so new that its delivery may be on its way.
    New,
    /// As many gaps as may be are waited for.
    Gaps,
}

/// What to do about a look at the log. What happened before `start` is passed over.
#[must_use]
pub fn advance(start: Timestamp, reached: &Reached, look: &Look, now: Timestamp) -> Step {
    let mut found = look.found.clone();
    found.sort_unstable();
    found.dedup_by_key(|sighting| sighting.id);
    let beyond = found.split_off(found.partition_point(|one| one.id <= reached.through));
    let mut gaps = reached.gaps.clone();
    for gap in &mut gaps {
        // A clock that was turned back: the wait begins anew.
        gap.since = gap.since.min(now);
    }
    let mut consider = late(&mut gaps, &found, start, now);
    let (gaps, written_off) = write_off(gaps, &joined(look.asked.clone()), now);
    let reached = Reached { gaps, ..reached.clone() };
    let mut step = Step { consider: Vec::new(), written_off, reached, held: None };
    for sighting in beyond {
        if is_new(sighting, now) {
            step.held = Some(Held::New);
            break;
        }
        if !step.open_gap_before(sighting, start, now) {
            step.held = Some(Held::Gaps);
            break;
        }
        if !happened_before(sighting, start) {
            consider.push(sighting.id);
        }
        (step.reached.through, step.reached.at) = (sighting.id, sighting.created_at);
        step.reached.is_beginning = false;
    }
    Step { consider, ..step }
}

impl Step {
    /// Takes in the ids that are missing before an entry. `false` if there is no room for them.
    fn open_gap_before(&mut self, next: Sighting, start: Timestamp, now: Timestamp) -> bool {
        let missing = IdRange::new(self.reached.through.saturating_add(1), next.id - 1);
        let is_missed = !self.reached.is_beginning && !happened_before(next, start);
        let Some(ids) = missing.filter(|_| is_missed) else { return true };
        if age(next, now).is_some_and(|age| age >= GAP_OLD) {
            self.written_off.push(ids);
        } else if self.reached.gaps.len() < GAPS_MAX {
            self.reached.gaps.push(Gap { ids, since: now });
        } else {
            return false;
        }
        true
    }
}

impl Reached {
    /// Whether a look at the last entry that was taken in shows another one, or none: the log is
    /// not the one it was, as when a site is restored from a backup.
    #[must_use]
    pub fn is_contradicted_by(&self, look: &Look) -> bool {
        let Some(at) = self.at else { return false };
        let same = Sighting { id: self.through, created_at: Some(at) };
        look.asked.iter().any(|asked| asked.contains(self.through)) && !look.found.contains(&same)
    }
}

/// Takes ids that have appeared out of the gaps. A new one stays, and is waited for anew; so does
/// one for which a gap would have to be split while there is no room for two.
fn late(gaps: &mut Vec<Gap>, found: &[Sighting], start: Timestamp, now: Timestamp) -> Vec<u64> {
    let mut consider = Vec::new();
    for sighting in found {
        let place = gaps.partition_point(|gap| gap.ids.last < sighting.id);
        let Some(gap) = gaps.get(place).copied().filter(|gap| gap.ids.contains(sighting.id)) else {
            continue;
        };
        let [before, after] = gap.ids.around(IdRange::one(sighting.id));
        let splits = before.is_some() && after.is_some();
        if is_new(*sighting, now) || (splits && gaps.len() >= GAPS_MAX) {
            gaps[place].since = now;
            continue;
        }
        let rest = [before, after].into_iter().flatten().map(|ids| Gap { ids, ..gap });
        gaps.splice(place..=place, rest);
        if !happened_before(*sighting, start) {
            consider.push(sighting.id);
        }
    }
    consider
}

/// Writes off what was waited for and was missing once more just now; what was not asked for stays.
fn write_off(gaps: Vec<Gap>, asked: &[IdRange], now: Timestamp) -> (Vec<Gap>, Vec<IdRange>) {
    let (mut kept, mut written_off) = (Vec::with_capacity(gaps.len()), Vec::new());
    for gap in gaps {
        let mut rest = Some(gap.ids);
        if now.duration_since(gap.since) >= GAP_WAIT {
            for part in asked.iter().filter_map(|asked| asked.meet(gap.ids)) {
                let [before, after] = rest.map_or([None, None], |rest| rest.around(part));
                kept.extend(before.map(|ids| Gap { ids, ..gap }));
                written_off.push(part);
                rest = after;
            }
        }
        kept.extend(rest.map(|ids| Gap { ids, ..gap }));
    }
    (kept, written_off)
}

fn age(sighting: Sighting, now: Timestamp) -> Option<SignedDuration> {
    Some(now.duration_since(sighting.created_at?))
}

fn is_new(sighting: Sighting, now: Timestamp) -> bool {
    age(sighting, now).is_some_and(|age| age < SETTLE && age > -FUTURE_MAX)
}

fn happened_before(sighting: Sighting, start: Timestamp) -> bool {
    sighting.created_at.is_some_and(|at| at < start)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
