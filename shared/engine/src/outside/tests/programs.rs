//! Programs: their order among the writes, and when none is begun.

use std::collections::BTreeMap;

use serde_json::json;
use sgh_core::ids::EntityRef;
use sgh_queue::Owner;
use sgh_site::SiteError;

use super::*;

#[tokio::test]
async fn what_a_program_answers_stands_in_the_acknowledgement() {
    let cases = [
        (exit(0, "3 plates"), "done\npublish: done: 3 plates", "finish"),
        (
            exit(0, r#"{"outcome": "skipped", "text": "no"}"#),
            "skipped\npublish: skipped: no",
            "finish",
        ),
        (exit(3, "no"), "failed\npublish: failed: publish.py ended with exit 3: no", "finish"),
        (exit(75, "full"), "", "back"),
    ];
    for (ran, expect, fate) in cases {
        let stage = stage(RUN);
        stage.programs.ran.lock().unwrap().push(ran);
        let report = stage.work(vec![apr(1, 1)]).await;
        assert_eq!((stage.said().as_str(), fates(&report)), (expect, vec![fate]));
    }
}

#[tokio::test]
async fn a_program_is_run_after_the_writes_before_it_and_knows_of_them() {
    let stage = stage(
        "automations:
  - { name: set, on: Version/update/sg_status_list, do: set, values: { code: v2 } }
  - { name: publish, on: Version/update/sg_status_list, do: run, command: [p], fields: code }
",
    );
    let code = |stage: &Stage| {
        stage.house.site.records.lock().unwrap()[&EntityRef::new("Version", 1)]["code"].clone()
    };
    assert_eq!(code(&stage), "v1");
    stage.work(vec![apr(1, 1)]).await;
    assert_eq!(stage.told()[0]["entity"]["fields"]["code"], "v2");
    assert_eq!(code(&stage), "v2");
}

#[tokio::test]
async fn what_a_program_changed_on_the_site_is_seen_by_what_comes_after() {
    let stage = stage(
        "automations:
  - { name: publish, on: Version/update/sg_status_list, do: run, command: [p], fields: [code] }
  - { name: final, on: Version/update/sg_status_list, do: set, target: sg_task,
      where: { sg_status_list: rev }, values: { sg_status_list: fin } }
",
    );
    let held = Change {
        entity: EntityRef::new("Task", 5),
        fields: BTreeMap::from([("sg_status_list".to_owned(), json!("hld"))]),
    };
    *stage.programs.writes.lock().unwrap() = Some((stage.house.site.clone(), held));
    stage.work(vec![apr(1, 1)]).await;
    assert_eq!(stage.house.site.status(5), "hld", "the task was put on hold by the program");
    assert!(stage.said().contains("final: skipped"), "{}", stage.said());
}

#[tokio::test]
async fn nothing_goes_out_past_an_event_that_has_to_wait() {
    let stage = stage(RUN);
    stage.programs.ran.lock().unwrap().push(exit(75, ""));
    let report = stage.work(vec![apr(1, 1), apr(2, 2)]).await;
    assert_eq!(fates(&report), ["back", "back"]);
    assert_eq!(stage.told().len(), 1);
}

#[tokio::test]
async fn a_write_that_has_to_wait_holds_up_the_programs_behind_it() {
    let stage = stage(
        "automations:
  - { name: set, on: Note/create, do: set, values: { content: x } }
  - { name: publish, on: Version/update/sg_status_list, do: run, command: [p] }
",
    );
    let down = SiteError::Unavailable { reason: "503".into(), after: None };
    stage.house.site.put("Note", 3, json!({"subject": "s", "content": "c"}));
    stage.house.site.write_faults.lock().unwrap().push(down);
    let report = stage.work(vec![message(&note_event(1, 3)), apr(2, 1)]).await;
    assert_eq!(fates(&report), ["back", "back"]);
    assert_eq!(stage.told().len(), 0);
}

#[tokio::test]
async fn a_program_that_would_not_be_through_in_time_is_not_begun() {
    let stage = stage(RUN);
    let soon = stage.house.engine.clock.now() + jiff::SignedDuration::from_secs(30);
    let report = stage.house.engine.work(vec![apr(1, 1)], &Owner("me".into()), soon).await;
    assert_eq!(fates(&report), ["back"]);
    assert_eq!(stage.told().len(), 0, "it may take 30 s, and some of these are kept to tell");
}
