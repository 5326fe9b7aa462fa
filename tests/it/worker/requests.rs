//! How often the site is asked: for a batch of ten, not ten times.

use std::collections::BTreeMap;

use serde_json::json;
use sgh_core::ids::EntityRef;

use super::Stage;
use crate::studio::version_statuses;

/// Calls of the site since they were forgotten, printed.
fn calls(stage: &Stage, what: &str) -> BTreeMap<String, u64> {
    let counts = stage.site().call_counts();
    println!("{what}:");
    for (call, count) in &counts {
        println!("  {count:3} {call}");
    }
    println!("  {:3} in all", counts.values().sum::<u64>());
    counts
}

fn expect(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(call, count)| ((*call).to_owned(), *count)).collect()
}

const TOKEN: &str = "POST /auth/access_token";
const SEARCH: &str = "POST /entity/{type}/_search";
const BATCH: &str = "POST /entity/_batch";
const ACKNOWLEDGE: &str = "PUT /webhook/deliveries/{id}";

#[tokio::test]
async fn ten_events_of_one_shot_are_two_searches_and_one_write() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    let versions: Vec<(EntityRef, EntityRef)> =
        (0..10).map(|n| stage.studio.version(&film, &format!("Task {n}"))).collect();
    for (version, _) in &versions {
        stage.studio.set_status(version, "apr");
    }
    let batch = stage.arrived().await;
    assert_eq!(batch.len(), 10);
    stage.site().forget_calls();
    assert_eq!(stage.work(&batch).await.0, []);
    assert!(versions.iter().all(|(_, task)| stage.studio.status(task) == "fin"));
    let calls = calls(&stage, "ten versions of one shot approved, ten tasks final");
    assert_eq!(calls, expect(&[(TOKEN, 1), (SEARCH, 2), (BATCH, 1), (ACKNOWLEDGE, 10)]));
}

#[tokio::test]
async fn ten_changes_of_one_version_are_one_write() {
    let stage = Stage::start().await;
    stage.hook(&version_statuses());
    let film = stage.studio.film("Night Train");
    let (version, task) = stage.studio.version(&film, "Comp");
    for status in ["vwd", "note", "rev", "apr", "rev", "note", "rev", "note", "rev", "apr"] {
        stage.studio.set_status(&version, status);
    }
    let batch = stage.arrived().await;
    stage.site().forget_calls();
    assert_eq!(stage.work(&batch).await.0, []);
    assert_eq!(stage.studio.status(&task), "fin");
    let calls = calls(&stage, "one version, its status changed ten times");
    let write = ("PUT /entity/{type}/{id}", 1);
    assert_eq!(calls, expect(&[(TOKEN, 1), (SEARCH, 2), write, (ACKNOWLEDGE, 10)]));
}

#[tokio::test]
async fn ten_new_shots_are_as_many_searches_as_one() {
    let mut searches = Vec::new();
    for count in [1, 10] {
        let stage = Stage::start().await;
        let film = stage.studio.film("Night Train");
        stage.hook(&json!({"Shot": {"create": []}}));
        for n in 0..count {
            let (project, sequence) = (&film.project, &film.sequence);
            let fields = json!({
                "code": format!("SQ010_1{n:03}"), "project": project, "sg_sequence": sequence,
            });
            stage.studio.make("Shot", fields);
        }
        let batch = stage.arrived().await;
        stage.site().forget_calls();
        assert_eq!(stage.work(&batch).await.0, []);
        let calls = calls(&stage, &format!("{count} new shots get directories"));
        searches.push(calls[SEARCH]);
        assert_eq!(calls[ACKNOWLEDGE], count);
    }
    assert_eq!(searches[0], searches[1], "however many there are");
    assert!(searches[0] <= 12);
}

#[tokio::test]
async fn events_that_nothing_is_for_are_only_acknowledged() {
    let stage = Stage::start().await;
    let film = stage.studio.film("Night Train");
    stage.hook(&json!({"Shot": {"update": []}}));
    for n in 0..10 {
        let site = stage.site();
        let fields = json!({"description": format!("take {n}")});
        site.update(&film.shot, fields, &site.coordinator()).unwrap();
    }
    let batch = stage.arrived().await;
    stage.site().forget_calls();
    assert_eq!(stage.work(&batch).await.0, []);
    let calls = calls(&stage, "ten changes that no automation is for");
    assert_eq!(calls, expect(&[(TOKEN, 1), (ACKNOWLEDGE, 10)]));
}
