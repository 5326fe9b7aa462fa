//! Looks at a log, one table for each rule. Times are seconds after noon.

use super::*;

const START: i64 = -7200;

fn at(seconds: i64) -> Timestamp {
    let noon: Timestamp = "2026-01-01T12:00:00Z".parse().expect("a time");
    noon + SignedDuration::from_secs(seconds)
}

/// Up to an id, with gaps of `(first, last, since)`.
fn reached(through: u64, gaps: &[(u64, u64, i64)]) -> Reached {
    let gap = |(first, last, since): &(u64, u64, i64)| Gap {
        ids: IdRange::new(*first, *last).expect("a range"),
        since: at(*since),
    };
    let gaps = gaps.iter().map(gap).collect();
    Reached { through, at: Some(at(-600)), is_beginning: false, gaps }
}

fn look(asked: &[(u64, u64)], found: &[(u64, i64)]) -> Look {
    let range = |(first, last): &(u64, u64)| IdRange::new(*first, *last).expect("a range");
    let sighting =
        |(id, created): &(u64, i64)| Sighting { id: *id, created_at: Some(at(*created)) };
    Look { asked: asked.iter().map(range).collect(), found: found.iter().map(sighting).collect() }
}

/// What a step comes to, in few words.
fn told(step: &Step) -> String {
    let gaps: Vec<String> = step.reached.gaps.iter().map(|gap| gap.ids.to_string()).collect();
    let off: Vec<String> = step.written_off.iter().map(ToString::to_string).collect();
    format!(
        "consider {:?}, through {}, wait for [{}], off [{}]{}",
        step.consider,
        step.reached.through,
        gaps.join(", "),
        off.join(", "),
        step.held.map(|held| format!(", held {held:?}")).unwrap_or_default(),
    )
}

fn check(reached: &Reached, look: &Look, now: i64, expect: &str) {
    assert_eq!(told(&advance(at(START), reached, look, at(now))), expect);
}

#[test]
fn entries_are_considered_in_their_order_each_once() {
    let look = look(&[(5, 90)], &[(8, -300), (6, -310), (7, -300), (5, -600), (7, -300)]);
    check(&reached(5, &[]), &look, 0, "consider [6, 7, 8], through 8, wait for [], off []");
    check(&reached(8, &[]), &look, 0, "consider [], through 8, wait for [], off []");
}

#[test]
fn what_is_missing_is_waited_for_and_then_written_off() {
    let first = look(&[(5, 90)], &[(5, -600), (9, -300), (11, -200)]);
    let expect = "consider [9, 11], through 11, wait for [6-8, 10], off []";
    check(&reached(5, &[]), &first, 0, expect);
    let waiting = reached(11, &[(6, 8, 0), (10, 10, 0)]);
    let still_missing = look(&[(6, 8), (10, 10)], &[]);
    let expect = "consider [], through 11, wait for [6-8, 10], off []";
    check(&waiting, &still_missing, 299, expect);
    check(&waiting, &still_missing, 300, "consider [], through 11, wait for [], off [6-8, 10]");
}

#[test]
fn nothing_is_written_off_that_was_not_asked_for_just_now() {
    let waiting = reached(11, &[(6, 8, 0), (10, 10, 0)]);
    check(&waiting, &look(&[], &[]), 9000, "consider [], through 11, wait for [6-8, 10], off []");
    check(
        &waiting,
        &look(&[(7, 7)], &[]),
        9000,
        "consider [], through 11, wait for [6, 8, 10], off [7]",
    );
}

#[test]
fn an_id_that_appears_late_is_considered_and_leaves_its_gap() {
    let waiting = reached(11, &[(6, 9, 0)]);
    let expect = "consider [7], through 11, wait for [6, 8-9], off []";
    check(&waiting, &look(&[(6, 9)], &[(7, 20)]), 200, expect);
    let expect = "consider [6, 9], through 11, wait for [], off [7-8]";
    check(&waiting, &look(&[(6, 9)], &[(9, 20), (6, 20)]), 300, expect);
}

#[test]
fn a_new_entry_is_left_for_its_delivery_and_so_is_all_behind_it() {
    let found = look(&[(5, 90)], &[(5, -600), (6, -120), (7, -119), (8, -300)]);
    let expect = "consider [6], through 6, wait for [], off [], held New";
    check(&reached(5, &[]), &found, 0, expect);
    let expect = "consider [6, 7, 8], through 8, wait for [], off []";
    check(&reached(5, &[]), &found, 1, expect);
}

#[test]
fn a_late_id_that_is_new_is_never_written_off() {
    let waiting = reached(11, &[(6, 9, 0)]);
    let step = advance(at(START), &waiting, &look(&[(6, 9)], &[(7, 390)]), at(400));
    assert_eq!(told(&step), "consider [], through 11, wait for [6-9], off []");
    let expect = "consider [7], through 11, wait for [6, 8-9], off []";
    check(&step.reached, &look(&[(6, 9)], &[(7, 390)]), 510, expect);
}

#[test]
fn what_is_missing_before_an_old_entry_was_waited_for_long_enough() {
    let found = look(&[(5, 90)], &[(5, -9000), (8, -3600), (12, -3599)]);
    let expect = "consider [8, 12], through 12, wait for [9-11], off [6-7]";
    check(&reached(5, &[]), &found, 0, expect);
}

#[test]
fn a_jump_of_ids_is_one_gap_however_far_it_is() {
    let far = 5_000_000_000;
    let found = look(&[(5, far)], &[(5, -600), (far, -300)]);
    let expect = "consider [5000000000], through 5000000000, wait for [6-4999999999], off []";
    check(&reached(5, &[]), &found, 0, expect);
    let found = look(&[(5, u64::MAX)], &[(5, -600), (u64::MAX, -4000)]);
    let expect =
        format!("consider [{0}], through {0}, wait for [], off [6-{1}]", u64::MAX, u64::MAX - 1);
    check(&reached(5, &[]), &found, 0, &expect);
    check(
        &reached(u64::MAX, &[]),
        &look(&[(u64::MAX, u64::MAX)], &[]),
        0,
        &format!("consider [], through {}, wait for [], off []", u64::MAX),
    );
}

#[test]
fn no_more_gaps_are_waited_for_than_may_be_and_nothing_is_lost_by_it() {
    let every_other: Vec<(u64, i64)> =
        (0..=GAPS_MAX as u64 + 1).map(|number| (2 * number, -300)).collect();
    let found = look(&[(0, 9000)], &every_other);
    let step = advance(at(START), &reached(0, &[]), &found, at(0));
    assert_eq!((step.reached.gaps.len(), step.consider.len()), (GAPS_MAX, GAPS_MAX));
    assert_eq!((step.reached.through, step.held), (2 * GAPS_MAX as u64, Some(Held::Gaps)));
    // When those are over, it goes on where it was.
    let asked: Vec<(u64, u64)> =
        step.reached.gaps.iter().map(|gap| (gap.ids.first, 3000)).collect();
    let after = advance(at(START), &step.reached, &look(&asked, &[]), at(300));
    assert_eq!((after.reached.gaps.len(), after.written_off.len()), (0, GAPS_MAX));
    let last = advance(at(START), &after.reached, &found, at(300));
    assert_eq!((last.consider, last.held), (vec![2 * GAPS_MAX as u64 + 2], None));
}

#[test]
fn a_gap_is_not_split_where_there_is_no_room_and_its_id_is_not_lost() {
    let mut gaps: Vec<(u64, u64, i64)> =
        (1..GAPS_MAX as u64).map(|number| (10 * number, 10 * number, 200)).collect();
    gaps.insert(0, (1, 3, 0));
    let full = reached(90_000, &gaps);
    let step = advance(at(START), &full, &look(&[(1, 3)], &[(2, 0)]), at(300));
    assert_eq!((step.consider.len(), step.written_off.len()), (0, 0));
    assert_eq!(step.reached.gaps[0].since, at(300), "it is waited for anew");
    let edge = advance(at(START), &full, &look(&[(1, 3)], &[(1, 0)]), at(200));
    assert_eq!((edge.consider, edge.reached.gaps.len()), (vec![1], GAPS_MAX));
}

#[test]
fn a_clock_that_goes_back_neither_writes_off_nor_waits_for_ever() {
    let waiting = reached(11, &[(6, 8, 90_000)]);
    let missing = look(&[(6, 8)], &[]);
    let step = advance(at(START), &waiting, &missing, at(0));
    assert_eq!(told(&step), "consider [], through 11, wait for [6-8], off []");
    check(&step.reached, &missing, 300, "consider [], through 11, wait for [], off [6-8]");
}

#[test]
fn an_entry_from_a_wrong_future_is_not_waited_for() {
    let found = look(&[(5, 90)], &[(5, -600), (6, 3600), (7, 3599)]);
    let expect = "consider [6], through 6, wait for [], off [], held New";
    check(&reached(5, &[]), &found, 0, expect);
}

#[test]
fn what_happened_before_the_start_is_passed_over_without_a_word() {
    let found = look(&[(1, 90)], &[(3, START - 1), (6, START - 1), (9, START), (12, -300)]);
    let expect = "consider [9, 12], through 12, wait for [10-11], off [7-8]";
    check(&Reached { at: None, ..reached(0, &[]) }, &found, 0, expect);
    let late = look(&[(6, 6)], &[(6, START - 1)]);
    let expect = "consider [], through 11, wait for [], off []";
    check(&reached(11, &[(6, 6, 0)]), &late, 0, expect);
}

#[test]
fn nothing_is_missing_right_behind_a_beginning() {
    let found = look(&[(500, 1500)], &[(1000, -300), (1002, -300)]);
    let expect = "consider [1000, 1002], through 1002, wait for [1001], off []";
    check(&Reached::before(1000), &found, 0, expect);
}

#[test]
fn an_entry_without_a_time_is_considered_at_once() {
    let untimed = Sighting { id: 6, created_at: None };
    let found = Look { found: vec![untimed], ..look(&[(5, 90)], &[]) };
    let step = advance(at(START), &reached(5, &[]), &found, at(0));
    assert_eq!(told(&step), "consider [6], through 6, wait for [], off []");
    assert_eq!(step.reached.at, None);
}

#[test]
fn an_empty_log_changes_nothing() {
    let found = look(&[(1, u64::MAX)], &[]);
    check(&reached(0, &[]), &found, 0, "consider [], through 0, wait for [], off []");
}

#[test]
fn a_log_whose_last_entry_is_gone_or_another_is_not_the_same_log() {
    let reached = reached(11, &[]);
    let check = |asked: &[(u64, u64)], found: &[(u64, i64)], expect: bool| {
        assert_eq!(reached.is_contradicted_by(&look(asked, found)), expect, "{found:?}");
    };
    check(&[(11, 90)], &[(11, -600), (12, 0)], false);
    check(&[(11, 90)], &[], true);
    check(&[(11, 90)], &[(12, 0)], true);
    check(&[(11, 90)], &[(11, -599)], true);
    check(&[(12, 90)], &[], false);
    let no_entry = Reached { at: None, ..reached.clone() };
    assert!(!no_entry.is_contradicted_by(&look(&[(11, 90)], &[])));
}
