//! What writes do, and that they do it whole or not at all.

use serde_json::json;

use super::{JSON, Stand, code};

#[tokio::test]
async fn a_record_is_made_changed_retired_and_revived() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let body = json!({"code": "SH030", "project": filled.project});
    let (status, made) = stand.call("POST /api/v1/entity/shots", JSON, &body).await;
    assert_eq!((status, &made["data"]["attributes"]["sg_status_list"]), (201, &json!("wtg")));
    let one = format!("/api/v1/entity/shots/{}", made["data"]["id"]);
    let set = json!({"sg_status_list": "ip"});
    let (status, changed) = stand.call(&format!("PUT {one}"), JSON, &set).await;
    assert_eq!((status, &changed["data"]["attributes"]["code"]), (200, &json!("SH030")));
    assert_eq!(changed["data"]["attributes"]["sg_status_list"], "ip");
    assert_eq!(stand.call(&format!("DELETE {one}"), JSON, &json!({})).await.0, 204);
    assert_eq!(stand.get(&one).await.0, 404);
    assert_eq!(stand.call(&format!("DELETE {one}"), JSON, &json!({})).await.0, 404);
    let revive = format!("POST {one}?revive=1");
    let (status, revived) = stand.call(&revive, JSON, &json!({})).await;
    assert_eq!((status, &revived["meta"]["did_revive"]), (200, &json!(true)));
    let (_, again) = stand.call(&revive, JSON, &json!({})).await;
    assert_eq!(again["meta"]["did_revive"], false);
    assert_eq!(
        stand.get(&format!("{one}?fields=code")).await.1["data"]["attributes"],
        json!({"code": "SH030"})
    );
}

#[tokio::test]
async fn a_batch_is_all_or_nothing() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let [anim, light] = &filled.tasks;
    let events = stand.site.records("EventLogEntry").len();
    let update = |id, status: &str| {
        json!({"request_type": "update", "entity": "Task", "record_id": id,
            "data": {"sg_status_list": status}})
    };
    let shot = json!({"request_type": "create", "entity": "Shot",
        "data": {"code": "NEW", "project": filled.project}});
    let gone = json!({"request_type": "delete", "entity": "Task", "record_id": light.id});
    let wrong = json!({"request_type": "update", "entity": "Task",
        "data": {"sg_status_list": "fin"}});
    for (last, status, number) in
        [(update(anim.id, "Final"), 400, 104), (wrong, 404, 104), (json!({}), 404, 103)]
    {
        let body = json!({"requests": [update(anim.id, "ip"), shot, gone, last]});
        let (got, answer) = stand.call("POST /api/v1.1/entity/_batch", JSON, &body).await;
        assert_eq!((got, code(&answer)), (status, number), "{last}");
        assert_eq!(stand.site.find("Task", anim.id).unwrap().fields["sg_status_list"], "wtg");
        assert!(!stand.site.find("Task", light.id).unwrap().retired);
        assert_eq!(stand.site.records("Shot").len(), 2);
        assert_eq!(stand.site.records("EventLogEntry").len(), events, "and makes no event");
    }
    let body = json!({"requests": [update(anim.id, "ip"), shot, gone]});
    let (status, answer) = stand.call("POST /api/v1.1/entity/_batch", JSON, &body).await;
    assert_eq!(status, 200, "{answer}");
    let data = &answer["data"];
    assert_eq!(data[0]["status"], 200);
    assert_eq!(data[0]["data"]["attributes"]["sg_status_list"], "ip");
    assert_eq!(data[1]["data"]["attributes"]["code"], "NEW");
    assert_eq!(data[2], json!({"id": light.id, "type": "Task", "did_delete": true}));
}

#[tokio::test]
async fn a_list_replaces_unless_it_says_add_or_remove() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let people: Vec<_> =
        ["Ann", "Bo"].map(|name| stand.make("HumanUser", json!({"name": name}))).into();
    let put = format!("PUT /api/v1/entity/tasks/{}", filled.tasks[0].id);
    let mode = |mode: &str, person| {
        let value = json!({"multi_entity_update_mode": mode, "value": [person]});
        json!({ "task_assignees": value })
    };
    for (body, expect) in [
        (json!({"task_assignees": [people[0]]}), vec!["Ann"]),
        (mode("add", &people[1]), vec!["Ann", "Bo"]),
        (mode("add", &people[1]), vec!["Ann", "Bo"]),
        (mode("remove", &people[0]), vec!["Bo"]),
        (mode("set", &people[0]), vec!["Ann"]),
    ] {
        let (status, answer) = stand.call(&put, JSON, &body).await;
        assert_eq!(status, 200, "{answer}");
        let links = answer["data"]["relationships"]["task_assignees"]["data"].as_array().unwrap();
        let names: Vec<_> = links.iter().map(|link| link["name"].as_str().unwrap()).collect();
        assert_eq!(names, expect, "{body}");
    }
    for wrong in [
        json!({"task_assignees": null}),
        json!({"task_assignees": {"multi_entity_update_mode": "replace", "value": []}}),
        json!({"task_assignees": {"multi_entity_update_mode": "add", "value": null}}),
        json!({"entity": {"multi_entity_update_mode": "add", "value": filled.shots[0]}}),
    ] {
        assert_eq!(stand.call(&put, JSON, &wrong).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_link_with_two_sides_is_one_link() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let [anim, light] = &filled.tasks;
    let ids = |kind: &str, id, field: &str| -> Vec<u64> {
        let links = stand.site.find(kind, id).unwrap().fields[field].clone();
        links.as_array().unwrap().iter().map(|link| link["id"].as_u64().unwrap()).collect()
    };
    assert_eq!(ids("Shot", filled.shots[0].id, "tasks"), [anim.id, light.id]);
    stand.site.update(anim, json!({"entity": filled.shots[1]}), &stand.by).unwrap();
    assert_eq!(ids("Shot", filled.shots[0].id, "tasks"), [light.id]);
    assert_eq!(ids("Shot", filled.shots[1].id, "tasks"), [anim.id]);
    stand.site.update(&filled.shots[0], json!({"tasks": [anim, light]}), &stand.by).unwrap();
    assert_eq!(ids("Shot", filled.shots[1].id, "tasks"), [0; 0]);
    stand.site.update(anim, json!({"downstream_tasks": [light]}), &stand.by).unwrap();
    assert_eq!(ids("Task", light.id, "upstream_tasks"), [anim.id]);
    let behind = stand.site.records("TaskDependency");
    assert_eq!(behind.len(), 1);
    assert_eq!(behind[0].fields["task"]["id"], light.id, "the downstream one");
    assert_eq!(behind[0].fields["dependent_task"]["id"], anim.id);
    stand.site.retire(&behind[0].entity, &stand.by).unwrap();
    assert_eq!(ids("Task", anim.id, "downstream_tasks"), [0; 0]);
    let link = json!({"task": anim, "dependent_task": light, "dependency_type": "start-to-start"});
    stand.make("TaskDependency", link);
    assert_eq!(ids("Task", anim.id, "upstream_tasks"), [light.id]);
    assert_eq!(stand.site.records("TaskDependency").len(), 1);
    stand.site.update(anim, json!({"upstream_tasks": []}), &stand.by).unwrap();
    assert_eq!(stand.site.records("TaskDependency").len(), 0);
}
