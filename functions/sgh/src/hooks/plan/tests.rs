use serde_json::{Value, json};

use super::*;
use crate::hooks::{config, hook, needs};

const URL: &str = "https://hooks.example.org/";

fn making(update: bool) -> Making {
    Making { url: URL.into(), token: Some(Secret::new("canary")), update }
}

/// What is planned, as `create {..}`, `update 1 {..}: why`, `tell what: why`. A token is said
/// to be there, and a create is without what is the same for all.
fn lines(plan: &Plan) -> Vec<String> {
    let shown = |fields: &HookFields| {
        let mut shown = fields.shown();
        if fields.token.is_some() {
            shown.insert("token".into(), json!(true));
        }
        for same in ["url", "description"] {
            shown.remove(same);
        }
        // By name, whatever order the map of this build keeps.
        json!(shown.into_iter().collect::<BTreeMap<String, Value>>()).to_string()
    };
    let line = |step: &Step| match step {
        Step::Create { fields } => format!("create {}", shown(fields)),
        Step::Update { id, fields, why, .. } => format!("update {id} {}: {why}", shown(fields)),
        Step::Tell { what, why, .. } => format!("tell {what}: {why}"),
    };
    plan.steps.iter().map(line).collect()
}

fn check(hooks: &[Value], rules: &[&str], update: bool, expect: &[&str]) {
    let hooks: Vec<Hook> = hooks.iter().cloned().map(hook).collect();
    let plan = plan(&hooks, &needs(&config(rules)), &making(update));
    assert_eq!(lines(&plan), expect, "{rules:?}");
}

#[test]
fn what_is_not_there_is_made_signed_and_batched_one_hook_for_all_of_a_kind() {
    check(
        &[],
        &[
            "on: [Task/update/sg_status_list, Shot/create]",
            "on: [Task/update/entity, 'event:Shotgun_User_Login']",
            "on: Note/create, projects: [65, 66]",
        ],
        false,
        &[
            r#"create {"batch_deliveries":true,"entity_types":{"Shot":{"create":[]},"Task":{"update":["entity","sg_status_list"]}},"name":"shotgrid-hooks","token":true}"#,
            r#"create {"batch_deliveries":true,"event_type":"Shotgun_User_Login","name":"shotgrid-hooks: Shotgun_User_Login","token":true}"#,
            r#"create {"batch_deliveries":true,"entity_types":{"Note":{"create":[]}},"name":"shotgrid-hooks","projects":[65,66],"token":true}"#,
        ],
    );
}

#[test]
fn what_was_made_leaves_nothing_for_the_next_plan() {
    let rules = [
        "on: [Task/update/sg_status_list, 'event:Shotgun_User_Login', 'event:Shotgun_Shot_New']",
        "on: [Task/update, Note/create], projects: [65]",
        "on: Task/update/entity, projects: [65, 66]",
    ];
    let needs = needs(&config(&rules));
    let first = plan(&[], &needs, &making(false));
    let made = |step: &Step| match step {
        Step::Create { fields } => {
            let mut shown = Value::Object(fields.shown());
            (shown["status"], shown["is_token_set"]) = (json!("active"), json!(true));
            hook(shown)
        }
        Step::Update { .. } | Step::Tell { .. } => panic!("nothing is there yet"),
    };
    let hooks: Vec<Hook> = first.steps.iter().map(made).collect();
    assert_eq!(hooks.len(), 4, "{:?}", lines(&first));
    for update in [false, true] {
        assert_eq!(lines(&plan(&hooks, &needs, &making(update))), [""; 0]);
    }
}

fn there(fields: Value) -> Value {
    let mut there = json!({
        "id": "h", "name": "ours", "url": URL, "status": "active", "is_token_set": true,
        "batch_deliveries": true, "entity_types": {"Task": {"update": ["entity"]}},
    });
    for (name, value) in fields.as_object().expect("fields") {
        there[name] = value.clone();
    }
    there
}

#[test]
fn a_hook_that_lacks_something_is_told_and_with_update_changed() {
    let rules = ["on: [Task/update/sg_status_list, Shot/create]"];
    check(
        &[there(json!({}))],
        &rules,
        false,
        &["tell hook `ours`: it lacks Shot create; Task update (sg_status_list); run it again \
           with --update"],
    );
    check(
        &[there(json!({}))],
        &rules,
        true,
        &[
            r#"update h {"entity_types":{"Shot":{"create":[]},"Task":{"update":["entity","sg_status_list"]}}}: it lacks Shot create; Task update (sg_status_list)"#,
        ],
    );
    // All fields of it: the list that was there is no limit any more.
    check(
        &[there(json!({}))],
        &["on: Task/update"],
        true,
        &[r#"update h {"entity_types":{"Task":{"update":[]}}}: it lacks Task update"#],
    );
}

#[test]
fn a_hook_of_other_projects_is_left_alone_and_one_is_made_for_the_rest() {
    let of_65 = there(json!({"projects": [65]}));
    check(
        std::slice::from_ref(&of_65),
        &["on: Task/update/entity, projects: [65, 66]"],
        true,
        &[
            r#"create {"batch_deliveries":true,"entity_types":{"Task":{"update":["entity"]}},"name":"shotgrid-hooks","projects":[66],"token":true}"#,
        ],
    );
    check(&[of_65], &["on: Task/update/entity, projects: [65]"], true, &[]);
}

#[test]
fn what_failed_is_enabled_and_what_somebody_switched_off_is_not() {
    let rules = ["on: Task/update/entity"];
    let failed = there(json!({"status": "failed", "is_token_set": false}));
    check(
        std::slice::from_ref(&failed),
        &rules,
        true,
        &[
            r#"update h {"status":"active","token":true}: the site stopped it after too many failures; it has no secret token"#,
        ],
    );
    check(
        &[failed],
        &rules,
        false,
        &["tell hook `ours`: the site stopped it after too many failures; it has no secret \
           token; run it again with --update"],
    );
    for update in [false, true] {
        check(
            &[there(json!({"status": "disabled"}))],
            &rules,
            update,
            &["tell hook `ours`: its status is `disabled`; it delivers nothing until it is \
               enabled; enable it on the site's webhooks page"],
        );
    }
}

#[test]
fn a_hook_without_batches_is_changed_on_demand_only() {
    let rules = ["on: Task/update/entity"];
    let single = there(json!({"batch_deliveries": false}));
    check(std::slice::from_ref(&single), &rules, false, &[]);
    check(
        &[single],
        &rules,
        true,
        &[r#"update h {"batch_deliveries":true}: it sends every event by itself"#],
    );
}

#[test]
fn an_event_that_no_hook_can_be_for_is_told() {
    check(
        &[],
        &["on: 'event:Studio_Done'"],
        false,
        &["tell event:Studio_Done: the site has no hooks for it; only the sweep of the event log \
           finds it"],
    );
}

#[test]
fn where_deliveries_are_unsigned_no_token_is_set_and_none_is_missed() {
    let unsigned = Making { token: None, ..making(true) };
    let needs = needs(&config(&["on: Task/update/entity"]));
    let there = hook(there(json!({"is_token_set": false})));
    assert_eq!(lines(&plan(&[there], &needs, &unsigned)), [""; 0]);
    let created = plan(&[], &needs, &unsigned);
    assert!(!lines(&created)[0].contains("token"), "{:?}", lines(&created));
}
