//! template.yaml as it is deployed: what `sam build` made, as a stack on the stand-in for AWS, in
//! front of the emulated site. The starter in `studio/` is what it automates.
//!
//! Needs `tests/setup`, `tests/sam-build`, and to run below `tests/local-aws --`; fails without.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use sgh_core::clock::SystemClock;
use sgh_core::ids::EntityRef;
use sgh_emulator::{Delivery, EmulatedSite, Emulator, EmulatorConfig, NewHook};
use tempfile::TempDir;

use crate::tidy::root;

const STACK: &str = "shotgrid-hooks-test";
const TOKEN: &str = "canary-token-of-the-stack";
const SCRIPT_KEY: &str = "canary-key-of-the-stack";
/// Everything together takes seconds; this is for a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(120);

/// The address of the stand-in.
fn endpoint() -> String {
    #[allow(clippy::disallowed_methods, reason = "no setting of ours: tests/local-aws sets it")]
    std::env::var("SGH_TEST_AWS_ENDPOINT").expect(
        "SGH_TEST_AWS_ENDPOINT is not set; run `tests/local-aws -- cargo test -p tests stack`",
    )
}

/// Fails where `sam build` was not run since the code was changed.
fn assert_built() {
    let changed = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    let built = |name: &str| changed(&root().join(".aws-sam/build").join(name).join("bootstrap"));
    let oldest = ["Receiver", "Sweeper", "Worker"].iter().map(|name| built(name)).min().flatten();
    let oldest = oldest.expect("nothing is built to be deployed; run tests/sam-build");
    let mut sources = vec![root().join("template.yaml")];
    for folder in ["functions/receiver", "functions/sweeper", "functions/worker", "shared"] {
        rust_files(&root().join(folder), &mut sources);
    }
    let newest = sources.iter().filter_map(|path| changed(path)).max();
    let is_new = newest.unwrap_or(SystemTime::UNIX_EPOCH) <= oldest;
    assert!(is_new, "what is built is older than the code; run tests/sam-build");
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of code") {
        let path = entry.expect("an entry").path();
        // These are in no function.
        let is_other =
            ["emulator", "sqlite", "tests", "tests.rs"].iter().any(|n| path.ends_with(n));
        if path.is_dir() && !is_other {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_other {
            found.push(path);
        }
    }
}

fn deploy(arguments: &[String]) -> Output {
    let mut command = Command::new(root().join("tests/deploy"));
    command.env("AWS_ENDPOINT_URL", endpoint());
    command.env("SGH_TEST_TOKENS", TOKEN).env("SGH_TEST_SCRIPT_KEY", SCRIPT_KEY);
    command.args(arguments).output().expect("tests/deploy can be run")
}

/// A stack, the site in front of it, and the storage behind it.
struct Stack {
    emulator: Emulator,
    storage: TempDir,
    /// Holds sgh.yaml.
    _studio: TempDir,
    url: String,
}

impl Stack {
    fn deployed() -> Self {
        let endpoint = endpoint();
        assert_built();
        let config = EmulatorConfig::new(0, "sgh", SCRIPT_KEY, Arc::new(SystemClock));
        let emulator = Emulator::start(config).expect("an emulator");
        let (storage, studio) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let config = studio.path().join("sgh.yaml");
        std::fs::write(&config, starter(storage.path())).unwrap();
        let output = deploy(&[
            STACK.to_owned(),
            format!("SiteUrl={}", emulator.url().trim_end_matches('/')),
            "ScriptName=sgh".to_owned(),
            format!("ConfigPath={}", config.display()),
        ]);
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "not deployed:\n{log}");
        let outputs: Value = serde_json::from_slice(&output.stdout).expect("outputs");
        // The stand-in answers for the host of a function URL at this path.
        let id = outputs["WebhookUrl"].as_str().and_then(|url| url.strip_prefix("https://"));
        let id = id.and_then(|host| host.split('.').next()).expect("a function URL");
        let url = format!("{endpoint}/_aws/lambda-url/{id}/");
        Self { emulator, storage, _studio: studio, url }
    }

    fn hook(&self, entity_types: &Value) -> NewHook {
        NewHook::on_entities(&self.url, entity_types)
    }

    /// Waits until every delivery is answered and acknowledged.
    async fn quiet(&self) {
        let site = self.emulator.site();
        if tokio::time::timeout(PATIENCE, site.deliveries_acknowledged()).await.is_err() {
            let logs = deploy(&["--logs".to_owned(), STACK.to_owned()]);
            let logs = String::from_utf8_lossy(&logs.stdout);
            panic!("not acknowledged in {PATIENCE:?}: {:#?}\n{logs}", told(&site));
        }
    }

    fn has_folder(&self, path: &str) -> bool {
        self.storage.path().join(path).is_dir()
    }
}

/// The starter's sgh.yaml, for this storage.
fn starter(storage: &Path) -> String {
    let text = std::fs::read_to_string(root().join("studio/sgh.yaml")).expect("the starter");
    let schema = format!("schema: {}", root().join("studio/schema").display());
    let storage = format!("primary: {}", storage.display());
    let replaced =
        text.replace("schema: ./schema", &schema).replace("primary: /mnt/projects", &storage);
    assert!(replaced.contains(&schema) && replaced.contains(&storage), "the starter has changed");
    replaced
}

/// What the site knows of each delivery, in the order of the events.
fn told(site: &EmulatedSite) -> Vec<(String, u16, Option<String>)> {
    let told = |delivery: Delivery| {
        let event = delivery.event["event_type"].as_str().unwrap_or_default().to_owned();
        (event, delivery.response_code, delivery.acknowledgement)
    };
    site.deliveries().into_iter().map(told).collect()
}

/// A film with a sequence, a shot and a version of a task of it, as a coordinator makes them.
fn make_film(site: &EmulatedSite) -> EntityRef {
    let by = site.coordinator();
    let make = |kind: &str, fields: Value| {
        let id = site.create(kind, fields, &by).unwrap_or_else(|why| panic!("{kind}: {why:?}"));
        json!({"type": kind, "id": id})
    };
    let project = make("Project", json!({"name": "Harbour Lights", "tank_name": "harbour"}));
    let sequence = make("Sequence", json!({"code": "HL_010", "project": project}));
    let shot = json!({"code": "HL_010_0010", "project": project, "sg_sequence": sequence});
    let shot = make("Shot", shot);
    let task = json!({
        "content": "Lighting", "project": project, "entity": shot, "sg_status_list": "ip",
    });
    let task = make("Task", task);
    let version = make(
        "Version",
        json!({"code": "v001", "project": project, "entity": shot, "sg_task": task}),
    );
    let version = EntityRef::from_json(&version).unwrap();
    site.update(&version, json!({"sg_status_list": "apr"}), &by).unwrap();
    EntityRef::from_json(&task).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_delivery_ends_as_directories_a_status_and_an_acknowledgement() {
    let stack = Stack::deployed();
    let site = stack.emulator.site();
    let on = json!({
        "Project": {"create": []},
        "Sequence": {"create": []},
        "Shot": {"create": []},
        "Version": {"create": [], "update": ["sg_status_list"]},
    });
    site.add_hook(&stack.hook(&on).signed_with(TOKEN)).unwrap();
    let task = make_film(&site);
    stack.quiet().await;

    let told = told(&site);
    let events: Vec<&str> = told.iter().map(|(event, ..)| event.as_str()).collect();
    let expect = ["Project_New", "Sequence_New", "Shot_New", "Version_New", "Version_Change"];
    assert_eq!(events, expect.map(|event| format!("Shotgun_{event}")));
    for (event, answer, acknowledgement) in &told {
        assert_eq!(*answer, 200, "{event}");
        let first = acknowledgement.as_deref().unwrap_or_default().lines().next();
        assert_eq!(first, Some("done"), "{event}: {acknowledgement:?}");
    }
    for folder in ["plates", "publish", "render", "work"] {
        let path = format!("harbour/sequences/HL_010/HL_010_0010/{folder}");
        assert!(stack.has_folder(&path), "{path} is not there: {told:#?}");
    }
    assert_eq!(site.find("Task", task.id).unwrap().fields["sg_status_list"], "fin");

    // The same URL, without a signature: refused, and nothing is made.
    site.add_hook(&stack.hook(&json!({"Asset": {"create": []}}))).unwrap();
    let project = site.records("Project")[0].entity.clone();
    let asset = json!({"code": "Lamp", "project": {"type": "Project", "id": project.id}});
    site.create("Asset", asset, &site.coordinator()).unwrap();
    site.deliveries_answered().await;
    let refused = site.deliveries().pop().unwrap();
    assert_eq!((refused.response_code, refused.body.as_str()), (401, "signature"));
    assert!(!stack.has_folder("harbour/assets/Lamp"));
    stack.emulator.stop().await;
}
