//! A site that knows the entities of the samples, keeps what is written, and remembers what it is
//! told on deliveries that it never made. As small as that: not the emulator, which takes
//! acknowledgements of its own deliveries only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::request::Parts;
use http_body_util::Full;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::http::{Server, give};

/// Last acknowledgement by delivery.
type Told = BTreeMap<String, String>;

pub struct SampleSite {
    server: Server,
    told: watch::Receiver<Told>,
    records: Arc<Mutex<Records>>,
}

/// Records by the type in an address, then by id.
type Records = BTreeMap<(String, u64), Value>;

impl SampleSite {
    pub fn start() -> Self {
        let (tell, told) = watch::channel(Told::new());
        let (tell, records) = (Arc::new(tell), Arc::new(Mutex::new(records())));
        let inside = Arc::clone(&records);
        let server = Server::start(move |parts, body| {
            let (tell, records) = (Arc::clone(&tell), Arc::clone(&inside));
            async move { answer(&tell, &records, &parts, &body) }
        });
        Self { server, told, records }
    }

    pub fn url(&self) -> &str {
        self.server.url.trim_end_matches('/')
    }

    pub fn told(&self) -> Told {
        self.told.borrow().clone()
    }

    /// Statuses by record.
    pub fn statuses(&self) -> BTreeMap<String, Value> {
        let records = self.records.lock().unwrap();
        let status = |((kind, id), record): (&(String, u64), &Value)| {
            (format!("{kind} {id}"), record["attributes"]["sg_status_list"].clone())
        };
        records.iter().map(status).collect()
    }

    /// Waits until what was told is so.
    pub async fn until(&self, holds: impl FnMut(&Told) -> bool) {
        self.told.clone().wait_for(holds).await.unwrap();
    }
}

fn answer(
    tell: &watch::Sender<Told>,
    records: &Mutex<Records>,
    parts: &Parts,
    body: &Bytes,
) -> http::Response<Full<Bytes>> {
    let path = parts.uri.path();
    let value: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let json = |value: Value| give(200, value.to_string());
    if path.ends_with("/auth/access_token") {
        return json(json!({"access_token": "a.b.c", "expires_in": 600, "token_type": "Bearer"}));
    }
    if let Some((_, id)) = path.split_once("/webhook/deliveries/") {
        let text = value["acknowledgement"].as_str().expect("a text").to_owned();
        tell.send_modify(|told| drop(told.insert(id.to_owned(), text)));
        return json(json!({"data": {}}));
    }
    let rest = path.split_once("/entity/").map(|(_, rest)| rest).unwrap_or_default();
    let mut records = records.lock().unwrap();
    match rest.split_once('/') {
        Some((kind, "_search")) => {
            let of_kind = records.iter().filter(|((known, _), _)| known == kind);
            let wanted = of_kind.filter(|(_, record)| meets(record, &value["filters"]));
            json(json!({"data": wanted.map(|(_, record)| record).collect::<Vec<_>>()}))
        }
        Some((kind, id)) => {
            let key = (kind.to_owned(), id.parse().unwrap_or_default());
            let Some(record) = records.get_mut(&key) else { return give(404, "{}") };
            for (field, new) in value.as_object().unwrap() {
                record["attributes"][field] = new.clone();
            }
            json(json!({"data": record}))
        }
        None => give(404, "{}"),
    }
}

/// Whether a record has one of the ids, and the links, that the filters ask for.
fn meets(record: &Value, filters: &Value) -> bool {
    filters.as_array().into_iter().flatten().all(|filter| {
        let (path, value) = (filter[0].as_str().unwrap_or_default(), &filter[2]);
        let of_link = |value: &Value| value.get("id").unwrap_or(value).clone();
        let found = match path {
            "id" => record["id"].clone(),
            link => of_link(&record["relationships"][link]["data"]),
        };
        match value.as_array() {
            Some(values) => values.iter().any(|value| of_link(value) == found),
            None => of_link(value) == found,
        }
    })
}

/// Around shot 4410, as `events/README.md` says.
fn records() -> Records {
    let project = json!({"type": "Project", "id": 65, "name": "Night Train"});
    let shot = json!({"type": "Shot", "id": 4410, "name": "SQ010_0010"});
    let task = json!({"type": "Task", "id": 9021, "name": "Comp"});
    let of_id = |name: &str| {
        let text = std::fs::read_to_string(super::sample(&format!("bodies/{name}.json"))).unwrap();
        let body: Value = serde_json::from_str(&text).unwrap();
        body["data"]["entity"]["id"].as_u64().unwrap()
    };
    let sequence = of_id("sequence-created");
    let linked = json!({"type": "Sequence", "id": sequence, "name": "SQ010"});
    let mut records = Records::new();
    let mut add = |slug: &str, id: u64, attributes: Value, links: &[(&str, &Value)]| {
        let links = links.iter().map(|(name, link)| ((*name).to_owned(), json!({"data": link})));
        let links: serde_json::Map<_, _> = links.collect();
        let record = json!({"id": id, "attributes": attributes, "relationships": links});
        records.insert((slug.to_owned(), id), record);
    };
    let named = json!({"name": "Night Train", "tank_name": "night_train"});
    add("projects", of_id("project-created"), named.clone(), &[]);
    add("projects", 65, named, &[]);
    add("sequences", sequence, json!({"code": "SQ010"}), &[("project", &project)]);
    let status = |name: &str, value: &str, status: &str| json!({name: value, "sg_status_list": status, "sg_asset_type": "Character"});
    let links = [("project", &project), ("sg_sequence", &linked)];
    add("shots", 4410, status("code", "SQ010_0010", "ip"), &links);
    let asset = status("code", "Robot", "wtg");
    add("assets", of_id("asset-created"), asset, &[("project", &project)]);
    let links = [("project", &project), ("entity", &shot)];
    add("tasks", 9021, status("content", "Comp", "rev"), &links);
    let links = [("project", &project), ("entity", &shot), ("sg_task", &task)];
    add("versions", 7301, status("code", "comp_v001", "apr"), &links);
    let tasks = json!([task]);
    let links = [("project", &project), ("tasks", &tasks)];
    add("notes", 6100, status("subject", "Grain", "opn"), &links);
    records
}
