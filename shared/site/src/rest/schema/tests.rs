use serde_json::{Value, json};

use super::*;
use crate::port::Site;
use crate::rest::test_site::TestSite;

/// As the site wraps it.
fn property(value: Value) -> Value {
    json!({"value": value, "editable": false})
}

fn statuses() -> Value {
    json!({
        "name": property(json!("Status")),
        "data_type": property(json!("status_list")),
        "editable": property(json!(true)),
        "properties": {
            "valid_values": property(json!(["wtg", "ip", "fin"])),
            "hidden_values": property(json!(["ip"])),
        },
    })
}

#[tokio::test]
async fn usable_codes_are_the_valid_ones_that_are_not_hidden() {
    let site = TestSite::start().await;
    let path = "/api/v1.1/schema/Task/fields/sg_status_list";
    site.answers("GET", path, 200, json!({"data": statuses()})).await;
    let field = site.rest.schema_field("Task", "sg_status_list", Some(7)).await.expect("field");
    assert_eq!(field.usable_values().collect::<Vec<_>>(), ["wtg", "fin"]);
    assert_eq!(field.data_type.as_deref(), Some("status_list"));
    let usable = site.rest.valid_values("Task", "sg_status_list", None).await.expect("values");
    assert_eq!(usable, ["wtg", "fin"]);
    let sent = site.sent("/schema/").await;
    assert_eq!(sent[0].url.query(), Some("project_id=7"));
    assert_eq!(sent[1].url.query(), None);
    assert_eq!(site.rest.calls().of(Verb::Describe), 2);
}

#[tokio::test]
async fn a_field_without_codes_has_none_and_an_unknown_one_is_not_found() {
    let site = TestSite::start().await;
    let text = json!({"data": {"data_type": property(json!("text")), "properties": {}}});
    site.answers("GET", "/api/v1.1/schema/Shot/fields/code", 200, text).await;
    let none = site.rest.valid_values("Shot", "code", None).await.expect("values");
    assert_eq!(none, [""; 0]);
    let missing = json!({"errors": [{"code": 104, "detail": "no field `colour`"}]});
    site.answers("GET", "/api/v1.1/schema/Shot/fields/colour", 404, missing).await;
    let error = site.rest.valid_values("Shot", "colour", None).await.expect_err("no such field");
    assert!(matches!(error, SiteError::NotFound { .. }), "{error}");
    assert!(error.to_string().ends_with("no field `colour`"), "{error}");
}

#[tokio::test]
async fn all_fields_of_a_type_come_at_once() {
    let site = TestSite::start().await;
    let link = json!({
        "name": property(json!("Link")),
        "data_type": property(json!("entity")),
        "editable": property(json!(true)),
        "properties": {"valid_types": property(json!(["Shot", "Asset"]))},
    });
    let made_at = json!({
        "name": property(json!("Date Created")),
        "data_type": property(json!("date_time")),
        "editable": property(json!(false)),
        "properties": {"default_value": property(Value::Null)},
    });
    let fields = json!({"data": {
        "entity": link, "created_at": made_at, "sg_status_list": statuses(), "odd": "no object",
    }, "links": {"self": "/api/v1.1/schema/Task/fields"}});
    site.answers("GET", "/api/v1.1/schema/Task/fields", 200, fields).await;
    let fields = site.rest.entity_schema("Task", Some(7)).await.expect("fields");
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["created_at", "entity", "odd", "sg_status_list"]);
    let link = &fields["entity"];
    assert_eq!((link.display_name.as_deref(), link.editable), (Some("Link"), true));
    assert_eq!(link.data_type.as_deref(), Some("entity"));
    assert_eq!(link.valid_types, ["Shot", "Asset"]);
    assert!(!fields["created_at"].editable, "the field's own word counts, not the property's");
    assert_eq!(fields["sg_status_list"].hidden_values, ["ip"]);
    assert_eq!((&fields["odd"].data_type, &fields["odd"].display_name), (&None, &None));
    assert_eq!(site.sent("/schema/").await[0].url.query(), Some("project_id=7"));
}

#[tokio::test]
async fn entity_types_have_a_name_and_may_be_hidden() {
    let site = TestSite::start().await;
    let types = json!({"data": {
        "Shot": {"name": property(json!("Shot")), "visible": property(json!(true))},
        "CustomEntity01":
            {"name": property(json!("Delivery Note")), "visible": property(json!(false))},
        "Odd": {},
    }});
    site.answers("GET", "/api/v1.1/schema", 200, types).await;
    let types = site.rest.entity_types(Some(7)).await.expect("types");
    let shown: Vec<_> = types
        .iter()
        .map(|one| (one.name.as_str(), one.display_name.as_str(), one.visible))
        .collect();
    let expect =
        [("CustomEntity01", "Delivery Note", false), ("Odd", "Odd", true), ("Shot", "Shot", true)];
    assert_eq!(shown, expect);
    assert_eq!(site.sent("/schema").await[0].url.query(), Some("project_id=7"));
    site.rest.entity_types(None).await.expect("types");
    assert_eq!(site.sent("/schema").await[1].url.query(), None);
}

#[tokio::test]
async fn a_type_that_is_no_name_is_never_asked_for() {
    let site = TestSite::start().await;
    let error = site.rest.entity_schema("../auth", None).await.expect_err("no name");
    assert!(matches!(error, SiteError::Refused { status: 400, .. }), "{error}");
    assert_eq!(site.rest.calls().total(), 0);
}
