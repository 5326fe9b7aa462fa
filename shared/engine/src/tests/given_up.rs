//! What comes for the last time while the ledger does not answer at once.

use sgh_core::ids::EventKey;

use super::other_ledger::OtherLedger;
use super::site::down;
use super::*;

#[tokio::test]
async fn what_was_worked_is_not_called_given_up_for_a_ledger_that_stutters() {
    let mut house = house();
    house.site.task(5, "rev");
    house.site.note(3, &[5]);
    house.site.acknowledge_faults.lock().unwrap().push(down());
    let mut note = message(&note_event(1, 3));
    assert_eq!(fates(&house.work(vec![note.clone()]).await), ["back"]);
    assert_eq!(house.site.status(5), "ip");

    let inner = house.engine.ledger.clone();
    house.engine.ledger = Arc::new(OtherLedger::stuttering(inner, 1));
    note.receives = 5;
    assert_eq!(fates(&house.work(vec![note]).await), ["finish"]);
    let texts = house.site.texts();
    assert!(texts[0].starts_with("done\nnote-reopens-task: done"), "{texts:?}");
    let key = EventKey::of_entry("studio.example", 1);
    let entry = house.engine.ledger.entry(&key, house.engine.clock.now()).await.unwrap();
    assert_eq!(entry.expect("recorded").kept_event, None, "nothing is to be replayed");
}

#[tokio::test]
async fn what_was_done_at_the_last_receive_is_not_called_given_up() {
    for (refusals, fate) in [(1, "finish"), (2, "dead")] {
        let mut house = house();
        house.site.task(5, "rev");
        house.site.note(3, &[5]);
        let inner = house.engine.ledger.clone();
        house.engine.ledger = Arc::new(OtherLedger::refusing_records(inner, refusals));
        let mut note = message(&note_event(1, 3));
        note.receives = 5;
        assert_eq!(fates(&house.work(vec![note]).await), [fate]);
        let texts = house.site.texts();
        assert!(texts[0].starts_with("done\nnote-reopens-task: done"), "{texts:?}");
        let key = EventKey::of_entry("studio.example", 1);
        let entry = house.engine.ledger.entry(&key, house.engine.clock.now()).await.unwrap();
        assert_eq!(entry.is_some(), fate == "finish", "recorded at the second try, or not at all");
    }
}
