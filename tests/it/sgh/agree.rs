//! Cloud and local agree: the same requests, through `sgh serve` and through receiver and worker,
//! end as the same acknowledgements and the same directories.
//!
//! Needs to run below `tests/local-aws --`; fails without.

mod site;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::{Serving, but, env, sample, tree};
use crate::http::{Got, request};
use crate::studio::{Studio, in_time, version_statuses};
use crate::worker::{Otherwise, Stage};
use site::SampleSite;

/// The events of `events/http`, by name.
fn samples() -> BTreeMap<String, Value> {
    let folder = std::fs::read_dir(sample("http")).unwrap();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    };
    folder.map(|entry| read(entry.unwrap().path())).collect()
}

/// An event of Lambda as the request that it was.
fn as_request(event: &Value) -> Vec<u8> {
    let line = ["/requestContext/http/method", "/requestContext/http/path"]
        .map(|pointer| event.pointer(pointer).and_then(Value::as_str).expect(pointer))
        .join(" ");
    let headers = event["headers"].as_object().unwrap().iter();
    let headers: Vec<(&str, &str)> = headers
        .filter(|(name, _)| !["host", "content-length"].contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    let body = event["body"].as_str().unwrap();
    let body = match event["isBase64Encoded"].as_bool() {
        Some(true) => BASE64.decode(body).unwrap(),
        _ => body.as_bytes().to_owned(),
    };
    request(&line, &headers, &body)
}

/// Acknowledgements by delivery, and what was made.
#[derive(Debug, PartialEq)]
struct Ended {
    answers: Vec<Got>,
    told: BTreeMap<String, String>,
    folders: Vec<String>,
    statuses: BTreeMap<String, Value>,
}

fn ended(studio: &Studio, site: &SampleSite, answers: Vec<Got>) -> Ended {
    let root = studio.folder().display().to_string();
    let told = site.told().into_iter().map(|(id, text)| (id, text.replace(&root, "ROOT")));
    let (told, folders) = (told.collect(), tree(&studio.storage()));
    Ended { answers, told, folders, statuses: site.statuses() }
}

async fn in_the_cloud(samples: &BTreeMap<String, Value>) -> Ended {
    let (site, secret) = (SampleSite::start(), format!("file:{}", sample("dev-secret.txt")));
    let settings = [("SGH_SITE_URL", site.url()), ("SGH_WEBHOOK_SECRETS", secret.as_str())];
    let stage = Stage::with(Otherwise { settings: &settings, ..Otherwise::default() }).await;
    let mut answers = Vec::new();
    for event in samples.values() {
        let answer = stage.receiver.invoke(event).await.unwrap();
        let status = u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap();
        answers.push((status, answer["body"].as_str().unwrap_or_default().to_owned()));
        let batch = stage.arrived().await;
        // At most what cannot be read comes back, to be given up.
        let back = if batch.is_empty() { vec![] } else { stage.work(&batch).await.0 };
        assert!(back.iter().all(|(_, seconds)| *seconds == 0), "{back:?}");
    }
    ended(&stage.studio, &site, answers)
}

async fn here(samples: &BTreeMap<String, Value>, expect: &Ended) -> Ended {
    let (site, secret) = (SampleSite::start(), format!("file:{}", sample("dev-secret.txt")));
    let settings = [("SGH_SITE_URL", site.url()), ("SGH_WEBHOOK_SECRETS", secret.as_str())];
    let studio = Studio::start();
    let serving = Serving::start(&but(&env(&studio), &settings)).await;
    let mut answers = Vec::new();
    for event in samples.values() {
        answers.push(serving.exchange(&as_request(event)).await);
    }
    let wanted = expect.told.len();
    in_time("as many acknowledgements", site.until(|told| told.len() >= wanted)).await;
    serving.stop().await;
    ended(&studio, &site, answers)
}

#[tokio::test]
async fn every_sample_ends_alike_in_the_cloud_and_on_one_machine() {
    let samples = samples();
    let cloud = in_the_cloud(&samples).await;
    assert!(cloud.told.len() >= 25, "{:?}", cloud.told);
    for word in ["done\n", "skipped\n", "failed\n"] {
        assert!(cloud.told.values().any(|told| told.starts_with(word)), "{:#?}", cloud.told);
    }
    assert!(!cloud.folders.is_empty());
    let here = here(&samples, &cloud).await;
    assert_eq!(cloud.answers, here.answers);
    let differing: Vec<_> =
        cloud.told.iter().filter(|(id, _)| !here.told.contains_key(*id)).collect();
    assert!(differing.is_empty(), "not acknowledged here: {differing:?}");
    for (id, told) in &cloud.told {
        assert_eq!(told, &here.told[id], "{id}");
    }
    println!("{} samples, {} acknowledgements, 0 differing", samples.len(), cloud.told.len());
    assert_eq!(cloud, here);
}

/// What a coordinator, an artist and a supervisor do, one after the other; whatever follows from
/// each is through before the next.
async fn story(studio: &Studio, url: &str, through: impl AsyncFn()) {
    let mut on = version_statuses();
    on["Version"]["create"] = json!([]);
    for kind in ["Project", "Sequence", "Shot"] {
        on[kind] = json!({"create": [], "update": []});
    }
    on["Task"] = json!({"update": ["sg_status_list"]});
    studio.hook(url, &on);
    let film = studio.film("Night Train");
    through().await;
    let (version, task) = studio.version(&film, "Comp");
    through().await;
    for (of, status) in [(&version, "apr"), (&task, "hld"), (&version, "note"), (&version, "vwd")] {
        studio.set_status(of, status);
        through().await;
    }
    let (site, by) = (studio.site(), studio.site().coordinator());
    site.update(&film.shot, json!({"description": "wide"}), &by).unwrap();
    through().await;
    let other = studio.make("Sequence", json!({"code": "SQ020", "project": film.project}));
    site.update(&film.shot, json!({"sg_sequence": other}), &by).unwrap();
    through().await;
}

/// Event, entity and acknowledgement of each delivery, in the order of the events.
fn heard(studio: &Studio) -> Vec<(Value, Value, String)> {
    let root = studio.folder().display().to_string();
    let deliveries = studio.site().deliveries().into_iter();
    let heard = deliveries.map(|delivery| {
        let told = crate::studio::told(&delivery).replace(&root, "ROOT");
        (delivery.event["event_type"].clone(), delivery.event["entity"]["id"].clone(), told)
    });
    heard.collect()
}

#[tokio::test]
async fn a_story_ends_alike_in_the_cloud_and_on_one_machine() {
    let stage = Stage::start().await;
    story(&stage.studio, &stage.door.url, async || stage.drain().await).await;
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let through = async || {
        in_time("acknowledgements", studio.site().deliveries_acknowledged()).await;
    };
    story(&studio, &serving.url, through).await;
    serving.stop().await;
    let (cloud, here) = (heard(&stage.studio), heard(&studio));
    assert_eq!(cloud, here);
    assert!(cloud.len() >= 12, "{cloud:#?}");
    assert!(cloud.iter().all(|(_, _, told)| !told.is_empty()), "{cloud:#?}");
    assert_eq!(tree(&stage.studio.storage()), tree(&studio.storage()));
}
