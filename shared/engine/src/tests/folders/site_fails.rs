//! A site that does not take what Toolkit is to be told.

use sgh_emulator::Fault;

use super::*;
use crate::Disposition;

const RECORDS: &str = "POST /entity/_batch";

fn after(report: &Report) -> &Disposition {
    &report.messages[0].1
}

#[tokio::test]
async fn records_that_the_site_refuses_are_a_failure_that_says_the_directories_are_there() {
    for code in [400, 403] {
        let studio = Studio::with_toolkit();
        let event = studio.event("New", &studio.shot("SH010"));
        studio.site.plan_fault(RECORDS, 1, Fault::Status { code, retry_after: None });
        let report = studio.work(&[&event]).await;
        let said = told(&report, 0);
        let what =
            "failed: the directories are there, but they could not be registered for Toolkit: ";
        assert!(said.starts_with(what), "{said}");
        assert_eq!(after(&report), &Disposition::Finish, "a retry would not mend it");
        assert_eq!(studio.disk().len(), 7);
        assert_eq!(studio.locations().len(), 0);

        let report = studio.work(&[&event]).await;
        let said = told(&report, 0);
        assert!(said.starts_with("skipped: all there already, 7 directories"), "{said}");
        assert_eq!((studio.locations().len(), studio.told_ids().len()), (3, 1));
    }
}

#[tokio::test]
async fn a_site_that_is_down_for_the_records_is_tried_again() {
    let studio = Studio::with_toolkit();
    let event = studio.event("New", &studio.shot("SH010"));
    studio.site.plan_fault(RECORDS, 9, Fault::Status { code: 502, retry_after: None });
    let report = studio.work(&[&event]).await;
    assert!(matches!(after(&report), Disposition::Return { .. }), "{report:?}");
    studio.site.heal();
    let said = told(&studio.work(&[&event]).await, 0);
    assert!(said.starts_with("skipped: all there already"), "{said}");
    assert_eq!((studio.locations().len(), studio.told_ids().len()), (3, 1));
}

/// The records are made and the answer is lost: the next run finds them.
#[tokio::test]
async fn records_whose_answer_is_lost_are_not_made_twice() {
    let studio = Studio::with_toolkit();
    let event = studio.event("New", &studio.shot("SH010"));
    studio.site.plan_fault(RECORDS, 1, Fault::DoneThenClose);
    let report = studio.work(&[&event]).await;
    assert!(matches!(after(&report), Disposition::Return { .. }), "{report:?}");
    assert_eq!((studio.locations().len(), studio.told_ids().len()), (3, 0));
    studio.work(&[&event]).await;
    assert_eq!((studio.locations().len(), studio.told_ids().len()), (3, 1));
}

#[tokio::test]
async fn an_event_that_the_site_refuses_comes_with_the_next_run() {
    let studio = Studio::with_toolkit();
    let event = studio.event("New", &studio.shot("SH010"));
    let refuse = Fault::Status { code: 403, retry_after: None };
    studio.site.plan_fault("POST /entity/event_log_entries", 1, refuse);
    let said = told(&studio.work(&[&event]).await, 0);
    assert!(said.starts_with("failed: the directories are there, but "), "{said}");
    studio.work(&[&event]).await;
    assert_eq!((studio.locations().len(), studio.told_ids().len()), (3, 1));
}

#[tokio::test]
async fn what_toolkit_registered_has_to_be_known_before_anything_is_made() {
    let studio = Studio::with_toolkit();
    let event = studio.event("New", &studio.shot("SH010"));
    let down = Fault::Status { code: 502, retry_after: None };
    studio.site.plan_fault("POST /entity/filesystem_locations/_search", 9, down);
    let report = studio.work(&[&event]).await;
    assert!(matches!(after(&report), Disposition::Return { .. }), "{report:?}");
    assert_eq!(studio.disk(), [""; 0]);
    studio.site.heal();
    assert!(told(&studio.work(&[&event]).await, 0).starts_with("done: 7 directories made"));
}

/// A path that is guessed would be refused, or be a wrong one on the site.
#[tokio::test]
async fn toolkit_is_told_no_path_that_is_only_guessed() {
    let studio = Studio::with_toolkit();
    let event = studio.event("New", &studio.shot("SH010"));
    let down = Fault::Status { code: 502, retry_after: None };
    studio.site.plan_fault("POST /entity/local_storages/_search", 9, down);
    let report = studio.work(&[&event]).await;
    assert!(matches!(after(&report), Disposition::Return { .. }), "{report:?}");
    assert_eq!(studio.locations().len(), 0);
    studio.site.heal();
    studio.work(&[&event]).await;
    assert_eq!(studio.locations().len(), 3);
}
