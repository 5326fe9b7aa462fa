//! What the site says of its types and fields.

use serde_json::{Value, json};

use super::Stand;

#[tokio::test]
async fn the_schema_tells_which_codes_a_project_may_use() {
    let stand = Stand::new().await;
    stand.site.hide_statuses("Shot", 7, &["na", "omt", "no such code"]);
    let path = "/api/v1/schema/Shot/fields/sg_status_list";
    let (status, all) = stand.get(path).await;
    let field = &all["data"];
    assert_eq!((status, &field["data_type"]["value"]), (200, &json!("status_list")));
    assert_eq!(field["properties"]["hidden_values"]["value"], json!([]));
    assert!(field["properties"]["valid_values"]["value"].as_array().unwrap().len() > 5);
    assert_eq!(field["properties"]["display_values"]["value"]["omt"], "Omit");
    assert_eq!(field["name"]["value"], "Status");
    let (_, seven) = stand.get(&format!("{path}?project_id=7")).await;
    let hidden = &seven["data"]["properties"]["hidden_values"]["value"];
    assert_eq!(*hidden, json!(["omt", "na"]), "in the order of the field");
    let (_, eight) = stand.get(&format!("{path}?project_id=8")).await;
    assert_eq!(eight["data"]["properties"]["hidden_values"]["value"], json!([]));
    assert_eq!(stand.get(&format!("{path}?project_id=x")).await.0, 400);
}

#[tokio::test]
async fn all_fields_of_a_type_come_with_what_they_hold_and_whether_they_can_be_written() {
    let stand = Stand::new().await;
    let (status, answer) = stand.get("/api/v1.1/schema/Task/fields?project_id=1").await;
    assert_eq!(status, 200);
    let fields = &answer["data"];
    let word = |field: &str, name: &str| fields[field][name]["value"].clone();
    for (field, data_type, editable, name) in [
        ("content", "text", true, "Task Name"),
        ("step", "entity", true, "Pipeline Step"),
        ("upstream_tasks", "multi_entity", true, "Upstream Tasks"),
        ("due_date", "date", true, "Due Date"),
        ("created_at", "date_time", false, "Date Created"),
    ] {
        assert_eq!(word(field, "data_type"), data_type, "{field}");
        assert_eq!(word(field, "editable"), editable, "{field}");
        assert_eq!(word(field, "name"), name, "{field}");
        assert_eq!(word(field, "entity_type"), "Task", "{field}");
    }
    assert_eq!(fields["step"]["properties"]["valid_types"]["value"], json!(["Step"]));
    let links = fields["entity"]["properties"]["valid_types"]["value"].as_array().unwrap();
    assert!(links.contains(&json!("Shot")) && links.contains(&json!("Asset")), "{links:?}");
    assert_eq!(answer["links"]["self"], "/api/v1.1/schema/Task/fields");
    let (_, steps) = stand.get("/api/v1.1/schema/Step/fields").await;
    for field in ["code", "short_name", "entity_type"] {
        assert_eq!(steps["data"][field]["data_type"]["value"], "text", "{field}");
    }
    assert_eq!(stand.get("/api/v1.1/schema/Cloud/fields").await.0, 404);
}

#[tokio::test]
async fn the_site_lists_its_entity_types() {
    let stand = Stand::new().await;
    let (status, answer) = stand.get("/api/v1.1/schema?project_id=1").await;
    assert_eq!(status, 200);
    for (kind, name) in
        [("LocalStorage", "Local Storage"), ("PipelineConfiguration", "Pipeline Configuration")]
    {
        let known = &answer["data"][kind];
        assert_eq!(known["name"], json!({"value": name, "editable": false}));
        assert_eq!(known["visible"]["value"], true);
    }
    assert_eq!(answer["data"]["Cloud"], Value::Null);
}

#[tokio::test]
async fn statuses_are_records_with_a_code_and_a_name() {
    let stand = Stand::new().await;
    let found = stand.found("statuses", json!([["code", "is", "fin"]])).await;
    let [id] = found[..] else { panic!("{found:?}") };
    let (_, final_) = stand.get(&format!("/api/v1.1/entity/Status/{id}?fields=code,name")).await;
    assert_eq!(final_["data"]["attributes"], json!({"code": "fin", "name": "Final"}));
}
