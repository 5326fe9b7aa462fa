//! Dry runs: decided as in earnest, told, and not done.

use super::site::down;
use super::*;
use sgh_core::outcome::EndingKind;

/// The rules of the others, and with them one that sees what the first would do.
const RULES: &str = "automations:
  - { name: drives, on: Version/update/sg_status_list, dry_run: FIRST, do: set, target: sg_task,
      map: { sg_status_list: { apr: fin } } }
  - { name: flags, on: Version/update/sg_status_list, dry_run: SECOND, do: set, target: sg_task,
      where: { sg_status_list: fin }, values: { sg_flag: true } }
";

fn rules(first: bool, second: bool) -> Arc<Config> {
    let text = RULES.replace("FIRST", &first.to_string()).replace("SECOND", &second.to_string());
    Arc::new(Config::read(&text, Path::new("sgh.yaml")).expect("valid"))
}

fn approved(first: bool, second: bool) -> House {
    let mut house = house();
    house.engine.rules.config = rules(first, second);
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    house
}

const WOULD: &str = "drives: skipped: dry run: would set Task `Comp` of `SH010`: \
                     sg_status_list `rev` -> `fin`";

#[tokio::test]
async fn a_dry_run_says_what_it_would_set_and_writes_nothing() {
    let house = approved(true, true);
    let report = house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(fates(&report), ["finish"]);
    let flags = "flags: skipped: dry run: would set Task `Comp` of `SH010`: sg_flag false -> true";
    assert_eq!(house.site.texts(), [format!("skipped\n{WOULD}\n{flags}")]);
    assert_eq!(house.site.write_count(), 0);
    assert_eq!(house.site.status(5), "rev");
}

#[tokio::test]
async fn what_runs_in_earnest_does_not_see_what_a_dry_run_would_do() {
    let house = approved(true, false);
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    let flags = "flags: skipped: Task `Comp` of `SH010` has sg_status_list `rev`, not `fin`";
    assert_eq!(house.site.texts(), [format!("skipped\n{WOULD}\n{flags}")]);
    assert_eq!(house.site.write_count(), 0);
}

#[tokio::test]
async fn a_dry_run_sees_what_was_done_in_earnest() {
    let house = approved(false, true);
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    let text = &house.site.texts()[0];
    assert!(text.starts_with("done\ndrives: done: Task `Comp`"), "{text}");
    assert!(text.contains("\nflags: skipped: dry run: would set Task `Comp`"), "{text}");
    assert_eq!(house.site.write_count(), 1);
    assert_eq!(house.site.status(5), "fin");
}

#[tokio::test]
async fn the_next_event_does_not_see_what_a_dry_run_would_do() {
    let house = approved(true, true);
    let batch = vec![message(&version_event(1, 1, "apr")), message(&version_event(2, 1, "apr"))];
    house.work(batch).await;
    let texts = house.site.texts();
    assert_eq!(texts[0], texts[1]);
}

#[tokio::test]
async fn what_ran_dry_is_done_when_it_is_delivered_again_in_earnest() {
    let mut house = approved(true, true);
    let event = version_event(1, 1, "apr");
    house.work(vec![message(&event)]).await;
    house.work(vec![message(&with_delivery(&event, "e"))]).await;
    let texts = house.site.texts();
    assert_eq!(texts[0], texts[1], "still dry: said again");
    assert_eq!(house.site.write_count(), 0);

    house.engine.rules.config = rules(false, false);
    house.work(vec![message(&with_delivery(&event, "f"))]).await;
    assert!(house.site.texts()[2].starts_with("done\ndrives: done: "), "{:?}", house.site.texts());
    assert_eq!(house.site.status(5), "fin");
    house.site.task(5, "rev");
    house.work(vec![message(&with_delivery(&event, "d"))]).await;
    assert!(house.site.texts()[3].starts_with("skipped\nalready done by delivery "));
    assert_eq!(house.site.status(5), "rev");
}

#[tokio::test]
async fn what_was_done_beside_a_dry_run_is_not_done_again() {
    let house = approved(false, true);
    let event = version_event(1, 1, "apr");
    house.work(vec![message(&event)]).await;
    house.site.task(5, "rev");
    house.work(vec![message(&with_delivery(&event, "f"))]).await;
    assert_eq!(house.site.write_count(), 1);
    assert_eq!(house.site.status(5), "rev");
}

#[tokio::test]
async fn an_acknowledgement_that_fails_does_not_run_a_dry_run_again() {
    let mut house = approved(true, true);
    house.site.acknowledge_faults.lock().unwrap().push(down());
    let event = version_event(1, 1, "apr");
    assert_eq!(fates(&house.work(vec![message(&event)]).await), ["back"]);
    // Switched off before the message is back: that it comes back is no delivery.
    house.engine.rules.config = rules(false, false);
    let mut again = message(&event);
    again.receives = 2;
    let searches = house.site.searches.lock().unwrap().len();
    assert_eq!(fates(&house.work(vec![again]).await), ["finish"]);
    assert_eq!(house.site.searches.lock().unwrap().len(), searches);
    assert!(house.site.texts()[0].contains(WOULD));
    assert_eq!(house.site.write_count(), 0);
}

#[tokio::test]
async fn the_ledger_has_an_ending_of_a_dry_run_so_that_no_sweep_takes_it_for_lost() {
    let house = approved(true, true);
    let event = version_event(1, 1, "apr");
    house.work(vec![message(&event)]).await;
    let entry = house.engine.ledger.entry(&key(&event), house.engine.clock.now()).await;
    let entry = entry.expect("asked").expect("recorded");
    assert!(entry.endings.values().all(|ending| ending.dry_run));
    assert!(entry.endings.values().all(|ending| ending.kind == EndingKind::Skipped));
    assert_eq!((entry.endings.len(), entry.kept_event), (2, None));
}

#[tokio::test]
async fn what_would_fail_is_said_and_holds_up_nothing() {
    let yaml = "dry_run: true
automations:
  - { name: a, on: Note/create, do: set, values: { sg_tpyo: true } }
";
    let mut house = house();
    house.engine.rules.config = Arc::new(Config::read(yaml, Path::new("sgh.yaml")).unwrap());
    house.site.note(3, &[]);
    let report = house.work(vec![message(&note_event(1, 3)), message(&note_event(2, 9))]).await;
    assert_eq!(fates(&report), ["finish", "finish"]);
    let texts = house.site.texts();
    assert!(texts[0].starts_with("skipped\na: skipped: dry run: would fail: Note has no field"));
    let gone = "skipped\na: skipped: dry run: would do nothing: Note 9 is deleted or not visible";
    assert_eq!(texts[1], gone);
}

#[tokio::test]
async fn a_site_that_is_down_is_waited_for() {
    let house = approved(true, true);
    house.site.search_faults.lock().unwrap().push(down());
    let event = version_event(1, 1, "apr");
    assert_eq!(fates(&house.work(vec![message(&event)]).await), ["back"]);
    assert_eq!(fates(&house.work(vec![message(&event)]).await), ["finish"]);
    assert!(house.site.texts()[0].contains(WOULD));
}
