//! A studio to work for: an emulated site, an sgh.yaml like the starter's, and a storage.
//!
//! What a test waits for, it waits for with [`in_time`], so that what never comes fails the test.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::ids::EntityRef;
use sgh_emulator::{Delivery, EmulatedSite, Emulator, EmulatorConfig, NewHook};
use tempfile::TempDir;

use crate::tidy::root;

/// The hook's secret token. Nothing else holds these letters, so that a leak is found.
pub const TOKEN: &str = "canary-token-4b8e21";
/// The key of our script.
pub const SCRIPT_KEY: &str = "canary-key-93ac0d";
/// The name of our script.
pub const SCRIPT_NAME: &str = "sgh";

/// What is said of a version that [`Studio::version`] made and somebody approved.
pub const APPROVED: &str =
    "done\nversion-drives-task: done: Task `Comp` of `SQ010_0010`: sg_status_list `ip` -> `fin`";

/// Everything waited for takes well under a second; this is for a machine with much to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits, but not for ever.
pub async fn in_time<T>(what: &str, wait: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(come) => come,
        Err(_) => panic!("waited {PATIENCE:?} for {what}"),
    }
}

/// Nothing secret is in what was printed, logged, answered or acknowledged.
pub fn assert_silent(text: &str) {
    if let Some(at) = text.find("canary") {
        let end = text.floor_char_boundary((at + 40).min(text.len()));
        let start = text.floor_char_boundary(at.saturating_sub(200));
        panic!("a secret is in: {}", &text[start..end]);
    }
}

/// A site, an sgh.yaml and a storage.
pub struct Studio {
    /// The site.
    pub emulator: Emulator,
    folder: TempDir,
}

impl Studio {
    /// The starter's automations.
    pub fn start() -> Self {
        Self::with(emulator_config())
    }

    /// The same with another site.
    pub fn with(config: EmulatorConfig) -> Self {
        // A database of a test has to be on a real disk.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        #[allow(clippy::disallowed_methods, reason = "the studio's storage, which we never make")]
        std::fs::create_dir(folder.path().join("projects")).unwrap();
        let studio = Self { emulator: Emulator::start(config).expect("an emulator"), folder };
        let starter = std::fs::read_to_string(root().join("studio/sgh.yaml")).unwrap();
        let schema = format!("schema: {}", root().join("studio/schema").display());
        let storage = format!("primary: {}", studio.storage().display());
        let text = starter
            .replace("schema: ./schema", &schema)
            .replace("primary: /mnt/projects", &storage);
        assert!(text.contains(&schema) && text.contains(&storage), "the starter has changed");
        studio.write("sgh.yaml", &text);
        studio
    }

    /// The site.
    pub fn site(&self) -> EmulatedSite {
        self.emulator.site()
    }

    /// Where sgh.yaml stands, and the databases.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The path of sgh.yaml.
    pub fn config(&self) -> PathBuf {
        self.folder().join("sgh.yaml")
    }

    /// Where directories are made.
    pub fn storage(&self) -> PathBuf {
        self.folder().join("projects")
    }

    /// Writes a file beside sgh.yaml, or sgh.yaml itself.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// What every program of ours needs to reach the site.
    pub fn settings(&self) -> Vec<(String, String)> {
        [
            ("SGH_SITE_URL", self.emulator.url()),
            ("SGH_SCRIPT_NAME", SCRIPT_NAME.to_owned()),
            ("SGH_SCRIPT_KEY", "env:KEY".to_owned()),
            ("KEY", SCRIPT_KEY.to_owned()),
            ("SGH_CONFIG", self.config().display().to_string()),
            ("SGH_WEBHOOK_SECRETS", "env:TOKENS".to_owned()),
            ("TOKENS", TOKEN.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// Makes a hook for these, signed with [`TOKEN`].
    pub fn hook(&self, url: &str, on: &Value) {
        self.site().add_hook(&NewHook::on_entities(url, on).signed_with(TOKEN)).unwrap();
    }

    /// Makes a record, as the coordinator does.
    pub fn make(&self, kind: &str, fields: Value) -> EntityRef {
        let site = self.site();
        let made = site.create(kind, fields, &site.coordinator());
        EntityRef::new(kind, made.unwrap_or_else(|why| panic!("{kind}: {why:?}")))
    }

    /// Sets the status of a record, as the coordinator does.
    pub fn set_status(&self, of: &EntityRef, status: &str) {
        let site = self.site();
        site.update(of, json!({"sg_status_list": status}), &site.coordinator()).unwrap();
    }

    /// The status of a record.
    pub fn status(&self, of: &EntityRef) -> String {
        let record = self.site().find(&of.kind, of.id).expect("a record");
        record.fields["sg_status_list"].as_str().unwrap_or_default().to_owned()
    }

    /// How often the site was called so: `PUT /entity/{type}/{id}`.
    pub fn calls(&self, kind: &str) -> u64 {
        self.site().call_counts().get(kind).copied().unwrap_or_default()
    }

    /// How often we changed the status of each task.
    pub fn our_changes(&self) -> BTreeMap<u64, usize> {
        let by = self.site().script();
        let mut changes = BTreeMap::new();
        for row in self.site().records("EventLogEntry") {
            let is_ours = row.fields["event_type"] == "Shotgun_Task_Change"
                && row.fields["attribute_name"] == "sg_status_list"
                && EntityRef::from_json(&row.fields["user"]).as_ref() == Some(&by);
            if let (true, Some(task)) = (is_ours, row.fields["entity"]["id"].as_u64()) {
                *changes.entry(task).or_default() += 1;
            }
        }
        changes
    }

    /// A film of its own: project, sequence, shot.
    pub fn film(&self, name: &str) -> Film {
        let fields = json!({"name": name, "tank_name": name.to_lowercase().replace(' ', "_")});
        let project = self.make("Project", fields);
        let sequence = self.make("Sequence", json!({"code": "SQ010", "project": project}));
        let fields = json!({"code": "SQ010_0010", "project": project, "sg_sequence": sequence});
        Film { shot: self.make("Shot", fields), project, sequence }
    }

    /// A task of the film's shot, in progress, and a version of it that nobody has looked at.
    pub fn version(&self, film: &Film, name: &str) -> (EntityRef, EntityRef) {
        let Film { project, shot, .. } = film;
        let fields = json!({
            "content": name, "project": project, "entity": shot, "sg_status_list": "ip",
        });
        let task = self.make("Task", fields);
        let fields = json!({
            "code": format!("{name}_v001"), "project": project, "entity": shot, "sg_task": task,
        });
        (self.make("Version", fields), task)
    }
}

/// A project, a sequence and a shot.
pub struct Film {
    pub project: EntityRef,
    pub sequence: EntityRef,
    pub shot: EntityRef,
}

/// The hook that [`Studio::version`] and what follows from it needs.
pub fn version_statuses() -> Value {
    json!({"Version": {"update": ["sg_status_list"]}})
}

/// The system's clock, put forward by some seconds.
#[derive(Default)]
pub struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

impl Ahead {
    /// Puts it forward, so far in all.
    pub fn by(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    /// A usual site that has this clock.
    pub fn site(clock: &Arc<Self>) -> EmulatorConfig {
        let clock: Arc<dyn Clock> = clock.clone();
        EmulatorConfig { clock, ..emulator_config() }
    }
}

/// A usual site that our script may log in to.
pub fn emulator_config() -> EmulatorConfig {
    EmulatorConfig::new(0, SCRIPT_NAME, SCRIPT_KEY, Arc::new(SystemClock))
}

/// The acknowledgement of a delivery; empty where there is none.
pub fn told(delivery: &Delivery) -> &str {
    delivery.acknowledgement.as_deref().unwrap_or_default()
}

/// What is said names a line of sgh.yaml: the wrong one, or one above it in its automation.
pub fn names_line(said: &str, config: &str, wrong: &str) -> bool {
    let lines: Vec<&str> = config.lines().collect();
    let line = lines.iter().position(|line| line.contains(wrong)).expect("it is there");
    let begins = |line: &&str| line.trim_start().starts_with("- name:");
    let first = lines[..=line].iter().rposition(begins).unwrap_or(line);
    (first..=line).any(|line| said.contains(&format!("sgh.yaml:{}:", line + 1)))
}
