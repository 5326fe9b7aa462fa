//! `sgh folders create`, killed while the site does not answer.

use sgh_emulator::Fault;

use super::super::Running;
use super::*;
use crate::studio::in_time;

#[tokio::test]
async fn a_run_that_is_killed_before_its_event_is_completed_by_the_next() {
    let (studio, film, env) = studio();
    let storage = studio.storage().display().to_string();
    studio.site().put_storage("primary", &storage).unwrap();
    edit(&studio, "folders:\n", "folders:\n  register: true\n");
    task(&studio, &film, &film.shot, "anim");
    studio.site().plan_fault("POST /entity/event_log_entries", 1, Fault::Hang);
    let id = film.shot.id.to_string();
    let running = Running::start(&env, &["folders", "create", "Shot", &id]);
    let located = || studio.site().records("FilesystemLocation").len();
    in_time("the records", studio.site().until(|_| located() > 0)).await;
    running.kill().await;
    let (disk, records) = (tree(&studio.storage()), located());
    assert!(records >= 4 && !disk.is_empty(), "{records}: {disk:?}");
    studio.site().heal();

    let made = answer(&env, "create", &["Shot", &id]).await;
    assert_eq!(made["made"], 0);
    assert_eq!((located(), tree(&studio.storage())), (records, disk), "nothing twice");
    let rows = studio.site().records("EventLogEntry");
    let events: Vec<&Value> = rows
        .iter()
        .filter(|row| row.fields["event_type"] == "Toolkit_Folders_Create")
        .map(|row| &row.fields["meta"]["sg_folder_ids"])
        .collect();
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].as_array().unwrap().len(), records);
}
