//! Tests through the front: a real listener, a real client, a receiver that keeps what it gets.

mod deliveries;
mod events;
mod hooks;
mod page;
mod receiver;
mod rest;
mod schema;
mod search;
mod toolkit;
mod writes;

use std::sync::Arc;

use serde_json::{Value, json};
use sgh_core::clock::SystemClock;
use sgh_core::ids::EntityRef;

use crate::{EmulatedSite, Emulator, EmulatorConfig};

pub(crate) const ARRAY: &str = "application/vnd+shotgun.api3_array+json";
pub(crate) const HASH: &str = "application/vnd+shotgun.api3_hash+json";
pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// An emulator, and a script that is logged in.
pub(crate) struct Stand {
    pub(crate) emulator: Emulator,
    pub(crate) site: EmulatedSite,
    pub(crate) by: EntityRef,
    client: reqwest::Client,
    token: String,
}

pub(crate) fn config() -> EmulatorConfig {
    EmulatorConfig::new(0, "robot", "key with ~!& in it", Arc::new(SystemClock))
}

impl Stand {
    pub(crate) async fn new() -> Self {
        Self::with(config()).await
    }

    pub(crate) async fn with(config: EmulatorConfig) -> Self {
        let emulator = Emulator::start(config).expect("starts");
        let site = emulator.site();
        let client = reqwest::Client::builder().no_proxy().build().expect("builds");
        let by = site.coordinator();
        let mut stand = Self { emulator, site, by, client, token: String::new() };
        let (status, answer) = stand.login("robot", "key with ~!& in it").await;
        assert_eq!(status, 200, "{answer}");
        stand.token = answer["access_token"].as_str().expect("a token").to_owned();
        stand
    }

    pub(crate) async fn login(&self, name: &str, key: &str) -> (u16, Value) {
        let form =
            [("grant_type", "client_credentials"), ("client_id", name), ("client_secret", key)];
        let url = format!("{}/api/v1/auth/access_token", self.emulator.url());
        let answer = self.client.post(url).form(&form).send().await.expect("answers");
        (answer.status().as_u16(), answer.json().await.expect("json"))
    }

    /// A call with the token; the answer's status and JSON (null if there is no body).
    pub(crate) async fn call(&self, call: &str, kind: &str, body: &Value) -> (u16, Value) {
        self.raw_call(call, &self.token, kind, body.to_string()).await
    }

    pub(crate) async fn raw_call(
        &self,
        call: &str,
        token: &str,
        kind: &str,
        body: String,
    ) -> (u16, Value) {
        let (method, path) = call.split_once(' ').expect("METHOD path");
        let method = method.parse().expect("a method");
        let url = format!("{}{path}", self.emulator.url());
        let request = self.client.request(method, url).header("content-type", kind).body(body);
        let answer = request.bearer_auth(token).send().await.expect("answers");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("text");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(&format!("GET {path}"), JSON, &Value::Null).await
    }

    /// Ids that a search finds.
    pub(crate) async fn found(&self, slug: &str, filters: Value) -> Vec<u64> {
        let kind = if filters.is_array() { ARRAY } else { HASH };
        let call = format!("POST /api/v1.1/entity/{slug}/_search");
        let (status, answer) = self.call(&call, kind, &json!({"filters": filters})).await;
        assert_eq!(status, 200, "{answer}");
        let rows = answer["data"].as_array().expect("rows");
        rows.iter().map(|row| row["id"].as_u64().expect("an id")).collect()
    }

    pub(crate) fn make(&self, kind: &str, fields: Value) -> EntityRef {
        EntityRef::new(kind, self.site.create(kind, fields, &self.by).expect("is made"))
    }

    /// A project, a sequence, two shots, and two tasks on the first shot.
    pub(crate) fn fill(&self) -> Filled {
        let project = self.make("Project", json!({"name": "Big Film", "tank_name": "big_film"}));
        let sequence = self.make("Sequence", json!({"code": "SQ01", "project": project}));
        let shot = |code: &str| {
            let fields = json!({"code": code, "project": project, "sg_sequence": sequence});
            self.make("Shot", fields)
        };
        let shots = [shot("SH010"), shot("SH020")];
        let task = |name: &str| {
            let fields = json!({"content": name, "project": project, "entity": shots[0]});
            self.make("Task", fields)
        };
        let tasks = [task("Anim"), task("Light")];
        Filled { project, shots, tasks }
    }
}

pub(crate) struct Filled {
    pub(crate) project: EntityRef,
    pub(crate) shots: [EntityRef; 2],
    pub(crate) tasks: [EntityRef; 2],
}

pub(crate) fn code(answer: &Value) -> u64 {
    answer["errors"][0]["code"].as_u64().unwrap_or(0)
}

pub(crate) fn detail(answer: &Value) -> &str {
    answer["errors"][0]["detail"].as_str().unwrap_or_default()
}
