//! What searches find, and how records are shown.

use serde_json::{Value, json};

use super::{ARRAY, Stand};

#[tokio::test]
async fn each_operator_finds_what_it_says() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let [anim, light] = filled.tasks.clone();
    stand
        .site
        .update(&light, json!({"sg_status_list": "fin", "upstream_tasks": [anim]}), &stand.by)
        .unwrap();
    let [shot, other] = &filled.shots;
    let both = vec![anim.id, light.id];
    let (anim, light) = (vec![anim.id], vec![light.id]);
    let cases = [
        (json!([["content", "is", "Anim"]]), &anim),
        (json!([["content", "is_not", "Anim"]]), &light),
        (json!([["content", "in", ["Anim", "Light"]]]), &both),
        (json!([["content", "not_in", ["Anim"]]]), &light),
        (json!([["content", "starts_with", "li"]]), &light),
        (json!([["content", "ends_with", "NIM"]]), &anim),
        (json!([["content", "contains", "i"]]), &both),
        (json!([["content", "not_contains", "ght"]]), &anim),
        (json!([["id", "greater_than", anim[0]]]), &light),
        (json!([["id", "less_than", light[0]]]), &anim),
        (json!([["id", "between", [anim[0], light[0]]]]), &both),
        (json!([["id", "in", [light[0], 99]]]), &light),
        (json!([["id", "is", anim[0]]]), &anim),
        (json!([["sg_status_list", "in", ["fin", "no such"]]]), &light),
        (json!([["sg_status_list", "is", "no such"]]), &vec![]),
        (json!([["entity", "is", shot]]), &both),
        (json!([["entity", "is", other]]), &vec![]),
        (json!([["entity", "in", [shot, other]]]), &both),
        (json!([["entity", "is", null]]), &vec![]),
        (json!([["entity", "type_is", "Shot"]]), &both),
        (json!([["entity", "type_is_not", "Shot"]]), &vec![]),
        (json!([["entity", "name_contains", "h01"]]), &both),
        (json!([["entity", "name_starts_with", "SH02"]]), &vec![]),
        (json!([["upstream_tasks", "is", {"type": "Task", "id": anim[0]}]]), &light),
        (json!([["upstream_tasks", "is", null]]), &anim),
        (json!([["upstream_tasks", "is_not", null]]), &light),
        (json!([["entity.Shot.code", "is", "SH010"], ["content", "is", "Anim"]]), &anim),
        (json!([["entity.Shot.sg_sequence.Sequence.code", "is", "SQ01"]]), &both),
        (json!([["entity.Asset.code", "is", "SH010"]]), &vec![]),
        (json!([["downstream_tasks.Task.sg_status_list", "is", "fin"]]), &anim),
        (json!([["project.Project.tank_name", "is", "big_film"]]), &both),
        (json!([["created_at", "in_last", [1, "HOUR"]]]), &both),
        (json!([["created_at", "less_than", "2001-01-01T00:00:00Z"]]), &vec![]),
        (
            json!({"logical_operator": "or", "conditions": [
            ["content", "is", "Anim"],
            {"logical_operator": "and", "conditions": [
                ["content", "is", "Light"], ["sg_status_list", "is", "fin"]]}]}),
            &both,
        ),
        (json!({"logical_operator": "or", "conditions": []}), &vec![]),
    ];
    for (filters, expect) in cases {
        assert_eq!(stand.found("tasks", filters.clone()).await, *expect, "{filters}");
    }
}

#[tokio::test]
async fn scalars_are_attributes_links_are_relationships_dots_keep_their_name() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let body = json!({
        "filters": [["id", "is", filled.tasks[0].id]],
        "fields": ["content", "entity", "entity.Shot.code", "entity.Shot.sg_sequence",
            "entity.Asset.code", "task_assignees", "no_such_field", "entity.Shot.nothing"],
    });
    let (status, answer) = stand.call("POST /api/v1.1/entity/tasks/_search", ARRAY, &body).await;
    assert_eq!(status, 200, "{answer}");
    let row = &answer["data"][0];
    let id = filled.tasks[0].id;
    assert_eq!((&row["type"], &row["id"]), (&json!("Task"), &json!(id)));
    assert_eq!(
        row["attributes"],
        json!({"content": "Anim", "entity.Shot.code": "SH010", "entity.Asset.code": null})
    );
    let shot = json!({"id": filled.shots[0].id, "name": "SH010", "type": "Shot"});
    assert_eq!(row["relationships"]["entity"]["data"], shot);
    assert_eq!(row["relationships"]["entity.Shot.sg_sequence"]["data"]["name"], "SQ01");
    assert_eq!(row["relationships"]["task_assignees"]["data"], json!([]));
    assert_eq!(row["links"]["self"], format!("/api/v1.1/entity/tasks/{id}"));
}

#[tokio::test]
async fn pages_go_on_until_they_are_empty_and_always_name_a_next_one() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let mut seen = Vec::new();
    for number in 1..=3 {
        let body = json!({"page": {"size": 1, "number": number}, "sort": "-code"});
        let (_, answer) = stand.call("POST /api/v1/entity/shots/_search", ARRAY, &body).await;
        assert!(answer["links"]["next"].is_string());
        seen.extend(answer["data"].as_array().unwrap().iter().map(|row| row["id"].clone()));
    }
    assert_eq!(seen, [json!(filled.shots[1].id), json!(filled.shots[0].id)]);
    let (_, list) = stand.get("/api/v1/entity/shots?fields=code&filter[code]=SH020").await;
    assert_eq!(list["data"][0]["attributes"], json!({"code": "SH020"}));
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_retired_are_found_only_among_the_retired() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    stand.site.retire(&filled.shots[0], &stand.by).unwrap();
    assert_eq!(stand.found("shots", json!([])).await, [filled.shots[1].id]);
    let body = json!({"options": {"return_only": "retired"}, "fields": ["code"]});
    let (_, answer) = stand.call("POST /api/v1/entity/shots/_search", ARRAY, &body).await;
    assert_eq!(answer["data"][0]["attributes"]["code"], "SH010");
    assert_eq!(answer["data"].as_array().unwrap().len(), 1);
    assert_eq!(stand.found("tasks", json!([["entity", "is", null]])).await.len(), 2);
    let archive = json!({"archived": true});
    stand.site.update(&filled.project, archive, &stand.by).unwrap();
    let body = json!({"options": {"include_archived_projects": false}});
    let (_, answer) = stand.call("POST /api/v1/entity/shots/_search", ARRAY, &body).await;
    assert_eq!(answer["data"], json!([]));
}

#[tokio::test]
async fn a_summary_counts() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    stand.site.update(&filled.tasks[0], json!({"sg_status_list": "fin"}), &stand.by).unwrap();
    let body = json!({
        "summary_fields": [{"field": "id", "type": "count"}],
        "grouping": [{"field": "sg_status_list", "type": "exact", "direction": "asc"}],
    });
    let (status, answer) = stand.call("POST /api/v1/entity/tasks/_summarize", ARRAY, &body).await;
    assert_eq!((status, &answer["data"]["summaries"]["id"]), (200, &json!(2)));
    let groups: Vec<&Value> = answer["data"]["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| &group["group_name"])
        .collect();
    assert_eq!(groups, ["fin", "wtg"]);
}
