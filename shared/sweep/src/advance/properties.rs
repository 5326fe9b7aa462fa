//! Any order in which ids appear, and any rhythm of sweeps: each id is considered once, or named.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::limits::WINDOW;
use crate::state::Ask;

/// Ids are taken in order; an entry appears this long after, or never.
#[derive(Debug, Clone)]
struct Taken {
    pause: i64,
    appears_after: Option<i64>,
    /// Whether its time is the one it was taken at, or the one it appeared at.
    timed_when_taken: bool,
    jump: u64,
}

fn taken() -> impl Strategy<Value = Taken> {
    let appears = prop_oneof![
        6 => (0..30_i64).prop_map(Some),
        3 => (0..=300_i64).prop_map(Some),
        1 => (301..900_i64).prop_map(Some),
        1 => Just(None),
    ];
    let pause = prop_oneof![8 => 0..20_i64, 1 => 0..2000_i64];
    let jump = prop_oneof![9 => Just(1_u64), 1 => 2..10 * WINDOW];
    (pause, appears, any::<bool>(), jump).prop_map(|(pause, appears_after, timed, jump)| Taken {
        pause,
        appears_after,
        timed_when_taken: timed,
        jump,
    })
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).expect("a time")
}

/// One id of the log: when it appears, and when the site says that it was made.
#[derive(Debug, Clone, Copy)]
struct Row {
    taken: i64,
    appears: Option<i64>,
    created: i64,
}

struct Log(BTreeMap<u64, Row>);

impl Log {
    fn of(taken: &[Taken]) -> (Self, i64) {
        let (mut id, mut now, mut rows) = (0, 0, BTreeMap::new());
        for taken in taken {
            now += taken.pause;
            id += taken.jump;
            let appears = taken.appears_after.map(|after| now + after);
            let created = if taken.timed_when_taken { now } else { appears.unwrap_or(now) };
            rows.insert(id, Row { taken: now, appears, created });
        }
        (Self(rows), now)
    }

    fn look(&self, asked: IdRange, now: i64) -> Look {
        let there = |(_, row): &(&u64, &Row)| row.appears.is_some_and(|appears| appears <= now);
        let rows = self.0.range(asked.first..=asked.last).filter(there);
        let found =
            rows.map(|(id, row)| Sighting { id: *id, created_at: Some(at(row.created)) }).collect();
        Look { asked: vec![asked], found }
    }
}

/// What all sweeps together came to.
#[derive(Default)]
struct Tally {
    considered: Vec<u64>,
    written_off: Vec<(IdRange, i64)>,
}

fn sweep(log: &Log, reached: Reached, now: i64, window: u64, tally: &mut Tally) -> Reached {
    let mut take = |reached: &Reached, look: &Look| {
        let step = advance(at(-9999), reached, look, at(now));
        tally.considered.extend(&step.consider);
        tally.written_off.extend(step.written_off.iter().map(|ids| (*ids, now)));
        (step.reached, step.held)
    };
    let mut reached = reached;
    for ask in reached.asks() {
        let looks: Vec<Look> = match ask {
            Ask::Ids(ids) => {
                let looks = ids.into_iter().map(|id| log.look(IdRange::one(id), now));
                let joined = looks.fold(Look::default(), |mut all, one| {
                    all.asked.extend(one.asked);
                    all.found.extend(one.found);
                    all
                });
                vec![joined]
            }
            Ask::Range(range) => vec![log.look(range, now)],
        };
        for look in looks {
            reached = take(&reached, &look).0;
        }
    }
    let last = log.0.keys().next_back().copied().unwrap_or(0);
    let mut first = reached.through;
    while first <= last {
        let end = first + window;
        let (next, held) = take(&reached, &log.look(IdRange { first, last: end }, now));
        reached = next;
        if held.is_some() {
            break;
        }
        first = end + 1;
    }
    reached
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn every_id_is_considered_once_or_named_as_written_off(
        taken in prop::collection::vec(taken(), 1..120),
        rhythm in prop::collection::vec(
            prop_oneof![9 => 5..120_i64, 1 => 120..12_000_i64], 1..60
        ),
        window in 1..60_u64,
    ) {
        let (log, end) = Log::of(&taken);
        let (at, is_beginning, gaps) = (None, false, Vec::new());
        let mut reached = Reached { through: 0, at, is_beginning, gaps };
        let (mut now, mut tally) = (0, Tally::default());
        for pause in rhythm.iter().cycle() {
            now += pause;
            reached = sweep(&log, reached, now, window, &mut tally);
            prop_assert!(reached.gaps.len() <= GAPS_MAX);
            if now > end + 9000 && reached.gaps.is_empty() {
                break;
            }
        }
        let mut once = tally.considered.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), tally.considered.len(), "twice: {:?}", tally.considered);
        let off = |id: u64| tally.written_off.iter().filter(|(ids, _)| ids.contains(id)).count();
        for (id, row) in &log.0 {
            let considered = once.contains(id);
            match row.appears {
                Some(appears) if appears - row.taken <= GAP_WAIT.as_secs() => {
                    prop_assert!(considered, "{} is lost: {:?}", id, row);
                    prop_assert_eq!(off(*id), 0, "{} is there and written off", id);
                }
                Some(_) => prop_assert_eq!(usize::from(considered) + off(*id), 1, "{}", id),
                None => prop_assert_eq!(
                    (considered, off(*id)),
                    // What never was at the end of the log nobody can miss.
                    (false, usize::from(*id < reached.through)),
                    "{}", id
                ),
            }
        }
        for (ids, when) in &tally.written_off {
            let next = log.0.range(ids.last..).find(|(id, row)| {
                **id > ids.last && row.appears.is_some_and(|appears| appears <= *when)
            });
            let next = next.expect("only what is before an entry can be missing").1;
            prop_assert!(when - next.taken >= GAP_WAIT.as_secs(), "{} at {}: {:?}", ids, when, next);
        }
    }
}
