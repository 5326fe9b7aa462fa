//! An acknowledgement that fails is made good by itself: the work behind it is never repeated.

use sgh_emulator::Fault;

use super::Stage;
use crate::studio::version_statuses;

const WRITE: &str = "PUT /entity/{type}/{id}";
const SEARCH: &str = "POST /entity/{type}/_search";
const ACKNOWLEDGE: &str = "PUT /webhook/deliveries";

/// A version that is approved, and the message of it.
async fn approved() -> (Stage, Vec<super::Message>) {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    let (version, _) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    let batch = stage.arrived().await;
    (stage, batch)
}

#[tokio::test]
async fn an_acknowledgement_that_fails_is_made_next_time_and_nothing_else_is() {
    for fault in [
        Fault::Status { code: 503, retry_after: None },
        Fault::Close,
        Fault::Status { code: 429, retry_after: Some(30) },
    ] {
        let (stage, batch) = approved().await;
        stage.site().plan_fault(ACKNOWLEDGE, 3, fault.clone());
        let back = stage.work(&batch).await;
        assert_eq!(back.ids(), ["m0"], "{fault:?}");
        assert!((2..=30).contains(&back.0[0].1), "{fault:?}: {back:?}");
        assert_eq!((stage.studio.calls(WRITE), stage.told()[0].as_str()), (1, ""), "{fault:?}");

        stage.site().heal();
        stage.site().forget_calls();
        assert_eq!(stage.work(&[batch[0].at_receive(2)]).await.0, [], "{fault:?}");
        assert_eq!(stage.studio.calls(WRITE), 0, "no second write: {fault:?}");
        assert!(stage.told()[0].starts_with("done\n"), "{fault:?}: {:?}", stage.told());
        assert_eq!(stage.deliveries()[0].acknowledgements, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn only_acknowledging_reads_nothing_of_the_site() {
    let (stage, batch) = approved().await;
    stage.site().plan_fault(ACKNOWLEDGE, 3, Fault::Status { code: 503, retry_after: None });
    stage.work(&batch).await;
    stage.site().forget_calls();
    stage.work(&[batch[0].at_receive(2)]).await;
    let counts = stage.site().call_counts();
    assert_eq!(stage.studio.calls(SEARCH), 0, "{counts:?}");
}

#[tokio::test]
async fn an_answer_that_was_lost_repeats_no_work() {
    let (stage, batch) = approved().await;
    stage.site().plan_fault(ACKNOWLEDGE, 3, Fault::DoneThenClose);
    let back = stage.work(&batch).await;
    let again = if back.0.is_empty() { vec![] } else { vec![batch[0].at_receive(2)] };
    stage.work(&again).await;
    assert_eq!(stage.studio.calls(WRITE), 1);
    assert!(stage.told()[0].starts_with("done\n"), "the same each time: {:?}", stage.told());
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_not_made_twice() {
    let (stage, batch) = approved().await;
    stage.site().plan_fault("PUT /entity/{type}", 1, Fault::DoneThenClose);
    let mut back = stage.work(&batch).await;
    for receives in 2..5 {
        if back.0.is_empty() {
            break;
        }
        back = stage.work(&[batch[0].at_receive(receives)]).await;
    }
    assert_eq!(back.0, []);
    let changes: Vec<usize> = stage.studio.our_changes().into_values().collect();
    assert_eq!(changes, [1], "one task's status changed, once");
    assert!(!stage.told()[0].starts_with("failed"), "{:?}", stage.told());
}

#[tokio::test]
async fn a_delivery_that_the_site_does_not_know_any_more_is_final() {
    for code in [400, 404] {
        let (stage, batch) = approved().await;
        stage.site().plan_fault(ACKNOWLEDGE, 9, Fault::Status { code, retry_after: None });
        assert_eq!(stage.work(&batch).await.0, [], "{code}");
        assert_eq!(stage.studio.calls("PUT /webhook/deliveries/{id}"), 1, "{code}");
        assert_eq!(stage.studio.calls(WRITE), 1, "{code}");
    }
}

#[tokio::test]
async fn after_the_fifth_receive_an_acknowledgement_is_given_up_logged_and_counted() {
    let (stage, batch) = approved().await;
    stage.site().plan_fault(ACKNOWLEDGE, 100, Fault::Status { code: 503, retry_after: None });
    assert_eq!(stage.work(&batch).await.ids(), ["m0"]);
    assert_eq!(stage.work(&[batch[0].at_receive(5)]).await.0, [], "the work is done");
    let log = stage.worker.log();
    assert!(log.contains("never acknowledged"), "{log}");
    assert!(log.contains("acknowledgement_given_up"), "{log}");
    assert_eq!(stage.studio.calls(WRITE), 1);
}
