//! The page, and who may use it.

use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN};
use serde_json::{Value, json};

use super::Stand;

#[tokio::test]
async fn the_page_says_what_it_is_and_loads_only_its_own_files() {
    let stand = Stand::new().await;
    let get = async |path: &str| {
        let answer = stand.client.get(format!("{}{path}", stand.emulator.url())).send().await;
        let answer = answer.expect("answers");
        assert_eq!(answer.status(), 200, "{path}");
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'self'"), "{policy}");
        assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
        answer.text().await.unwrap()
    };
    let page = get("/").await;
    assert!(page.contains("not your site"));
    let mut scripts = String::new();
    for file in ["page.js", "form.js", "draw.js"] {
        scripts += &get(&format!("/emulator/{file}")).await;
    }
    assert!(scripts.contains("textContent"), "what is looked at are the scripts");
    for never in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!scripts.contains(never) && !page.contains(never), "{never}");
    }
    let imports = scripts.matches(" from '").count();
    let own = ["draw", "form"].map(|file| scripts.matches(&format!("'./{file}.js'")).count());
    assert_eq!(imports, own.iter().sum::<usize>(), "each is a file of its own");
    for inline in ["<script>", "<style>", "style=", "onclick="] {
        assert!(!page.contains(inline), "{inline}");
    }
    get("/emulator/page.css").await;
    get("/emulator/icon.svg").await;
}

#[tokio::test]
async fn another_host_or_origin_sees_and_does_nothing() {
    let stand = Stand::new().await;
    let port = stand.emulator.url().rsplit(':').next().unwrap().to_owned();
    let own = format!("127.0.0.1:{port}");
    let local = format!("localhost:{port}");
    let (own_origin, local_origin) = (format!("http://{own}"), format!("http://{local}"));
    let state = format!("{}/emulator/api/state", stand.emulator.url());
    for (host, origin, status) in [
        (own.as_str(), None, 200),
        (local.as_str(), None, 200),
        (own.as_str(), Some(own_origin.as_str()), 200),
        ("evil.example", None, 403),
        ("127.0.0.1:1", None, 403),
        (own.as_str(), Some("http://evil.example"), 403),
        (own.as_str(), Some("null"), 403),
    ] {
        let mut request = stand.client.get(&state).header(HOST, host);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        assert_eq!(request.send().await.unwrap().status(), status, "{host} {origin:?}");
    }
    let make = format!("{}/emulator/api/record", stand.emulator.url());
    let shot = json!({"type": "Shot", "name": "<script>alert(1)</script>"});
    for (origin, kind, status) in [
        (None, "application/json", 403),
        (Some("http://evil.example"), "application/json", 403),
        (Some(own_origin.as_str()), "text/plain", 415),
        (Some(own_origin.as_str()), "application/json", 201),
        (Some(local_origin.as_str()), "application/json", 201),
    ] {
        let request = stand.client.post(&make).header(CONTENT_TYPE, kind).body(shot.to_string());
        let request = match origin {
            Some(origin) => request.header(ORIGIN, origin),
            None => request,
        };
        assert_eq!(request.send().await.unwrap().status(), status, "{origin:?} {kind}");
    }
    assert_eq!(stand.site.records("Shot").len(), 2);
}

/// What the page's own script would send.
async fn post(stand: &Stand, path: &str, body: Value) -> (u16, Value) {
    let request = stand.client.post(format!("{}/emulator/api/{path}", stand.emulator.url()));
    let answer = request.header(ORIGIN, stand.emulator.url()).json(&body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json::<Value>().await.unwrap_or_default())
}

async fn state(stand: &Stand) -> Value {
    let url = format!("{}/emulator/api/state", stand.emulator.url());
    stand.client.get(url).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn what_is_made_on_the_page_hangs_where_it_was_put() {
    let stand = Stand::new().await;
    let filled = stand.fill();
    let other = stand.make("Project", json!({"name": "Other"}));
    let elsewhere = stand.make("Sequence", json!({"code": "SQ99", "project": other}));
    let step = stand.make("Step", json!({"code": "Comp", "short_name": "CMP"}));
    let make = async |body: Value| {
        let (status, made) = post(&stand, "record", body).await;
        assert_eq!(status, 201, "{made}");
        let id = made["id"].as_u64().unwrap();
        stand.site.find(made["type"].as_str().unwrap(), id).unwrap().fields
    };
    let shot = make(json!({"type": "Shot", "name": "SH990", "sequence": elsewhere})).await;
    assert_eq!(shot["sg_sequence"]["name"], "SQ99");
    assert_eq!(shot["project"]["id"], other.id, "it is in the project of its sequence");
    let loose = make(json!({"type": "Shot", "name": "LOST", "sequence": null})).await;
    assert_eq!(
        (&loose["sg_sequence"], &loose["project"]["id"]),
        (&Value::Null, &json!(filled.project.id))
    );
    let asset = make(json!({"type": "Asset", "name": "Robot", "asset_type": "Prop"})).await;
    assert_eq!(asset["sg_asset_type"], "Prop");
    let [anim, light] = &filled.tasks;
    let task = make(json!({"type": "Task", "name": "Comp", "parent": filled.shots[0],
        "step": step, "upstream": [anim, light]}));
    let task = task.await;
    assert_eq!(task["step"]["name"], "Comp");
    let upstream: Vec<&Value> =
        task["upstream_tasks"].as_array().unwrap().iter().map(|link| &link["name"]).collect();
    assert_eq!(upstream, ["Anim", "Light"]);
    for wrong in [
        json!({"type": "Task", "name": "on nothing"}),
        json!({"type": "Asset", "name": "Cloud", "asset_type": "Cloud"}),
        json!({"type": "Project", "name": "x"}),
    ] {
        assert_eq!(post(&stand, "record", wrong.clone()).await.0, 400, "{wrong}");
    }
    let state = state(&stand).await;
    assert_eq!(state["asset_types"][0], "Character");
    assert_eq!(state["steps"], json!([{"type": "Step", "id": step.id, "name": "Comp"}]));
    let records = state["records"].as_array().unwrap();
    let shown = |name: &str| records.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(shown("Comp")["more"], "Comp · after Anim, Light");
    assert_eq!(shown("Comp")["of"], json!(filled.shots[0]));
    assert_eq!(shown("Robot")["more"], "Prop");
}

#[tokio::test]
async fn what_the_page_does_is_what_a_person_does() {
    let stand = Stand::new().await;
    let receiver = super::receiver::Receiver::start().await;
    let types = json!({"Task": {"update": ["sg_status_list"]}});
    let hook = crate::NewHook::on_entities(&receiver.url, &types).named("tasks");
    stand.site.add_hook(&hook).unwrap();
    let post = async |path: &str, body: Value| post(&stand, path, body).await;
    let (_, shot) = post("record", json!({"type": "Shot", "name": "SH010"})).await;
    let (status, task) =
        post("record", json!({"type": "Task", "name": "Anim", "parent": shot})).await;
    assert_eq!(status, 201, "{task}");
    let set = |status: &str| json!({"type": "Task", "id": task["id"], "status": status});
    assert_eq!(post("status", set("fin")).await.0, 204);
    assert_eq!(post("status", set("no such")).await.0, 400);
    stand.site.deliveries_answered().await;
    let id = stand.site.deliveries()[0].id;
    assert_eq!(post("redeliver", json!({"id": id})).await.0, 204);
    assert_eq!(post("redeliver", json!({"id": uuid::Uuid::new_v4()})).await.0, 404);
    stand.site.deliveries_answered().await;
    assert_eq!(receiver.got().len(), 2);
    let state = state(&stand).await;
    let delivery = &state["deliveries"][0];
    assert_eq!((&delivery["attempts"], &delivery["response_code"]), (&json!(2), &json!(200)));
    assert_eq!(delivery["name"], "Anim");
    assert_eq!(state["hooks"][0]["name"], "tasks");
    let names: Vec<&Value> =
        state["records"].as_array().unwrap().iter().map(|record| &record["name"]).collect();
    assert_eq!(names, ["Emulated Project", "SH010", "Anim"]);
    assert!(state["statuses"]["Task"].as_array().unwrap().contains(&json!("fin")));
}
