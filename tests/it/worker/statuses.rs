//! A status that is set on the site ends as another status there, and as an acknowledgement.

use serde_json::json;

use super::Stage;
use crate::studio::{APPROVED, version_statuses};

#[tokio::test]
async fn an_approved_version_makes_its_task_final_and_says_so() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    stage.drain().await;
    assert_eq!(stage.studio.status(&task), "fin");
    assert_eq!(stage.told(), [APPROVED]);
}

#[tokio::test]
async fn what_an_automation_writes_is_an_event_for_the_next() {
    let stage = Stage::start().await;
    stage.hook(&json!({"Version": {"create": []}, "Task": {"update": ["sg_status_list"]}}));
    let film = stage.studio.film("Night Train");
    let (_, task) = stage.studio.version(&film, "Comp");
    stage.drain().await;
    assert_eq!(stage.studio.status(&task), "rev");
    let told = stage.told();
    assert_eq!(told.len(), 2, "the version, and the task that we wrote: {told:?}");
    assert!(told[0].starts_with("done\nnew-version-to-review: done: "), "{told:?}");
    assert!(told[1].starts_with("skipped\nno automation matched; the nearest is "), "{told:?}");
}

#[tokio::test]
async fn a_status_that_was_changed_again_meanwhile_is_overtaken() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    stage.studio.set_status(&version, "apr");
    stage.studio.set_status(&version, "vwd");
    stage.drain().await;
    assert_eq!(stage.studio.status(&task), "ip", "nobody approves of it by now");
    let told = stage.told();
    assert!(told[0].starts_with("skipped\nversion-drives-task: skipped: overtaken: "), "{told:?}");
    assert!(told[1].contains("which `map` does not name"), "{told:?}");
    assert_eq!(stage.studio.calls("PUT /entity/{type}/{id}"), 0);
}
