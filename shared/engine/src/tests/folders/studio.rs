//! A studio: a schema, a storage, a registry in SQLite, an emulated site over REST, and the engine
//! that works its deliveries.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sgh_core::clock::{Clock, SystemClock};
use sgh_core::config::Config;
use sgh_core::ids::EntityRef;
use sgh_core::secret::Secret;
use sgh_core::settings::{SiteOrigin, SiteSettings};
use sgh_emulator::{EmulatedSite, Emulator, EmulatorConfig, SiteRecord};
use sgh_folders::{Made, Request};
use sgh_queue::contract::SettableClock;
use sgh_queue::{Owner, Registry};
use sgh_site::{RestSettings, RestSite};
use sgh_sqlite::SqliteLedger;

use super::ports::{Moment, Ports};
use crate::tests::{DELIVERY, as_message};
use crate::{Asked, Directories, Engine, FolderKit, NotMade, Report, Rules};

pub(super) const PROJECT: (&str, &str) = ("project.yml", "type: project\nroot_name: primary\n");
pub(super) const SEQUENCE: (&str, &str) = (
    "project/sequences/sequence.yml",
    "type: shotgun_entity\nentity_type: Sequence\nname: code\n\
     filters: [{path: project, relation: is, values: [$project]}]\n",
);
pub(super) const SHOT: (&str, &str) = (
    "project/sequences/sequence/shot.yml",
    "type: shotgun_entity\nentity_type: Shot\nname: code\n\
     filters: [{path: sg_sequence, relation: is, values: [$sequence]}]\n",
);
const STEP: (&str, &str) =
    ("project/sequences/sequence/shot/steps/step.yml", "type: shotgun_step\nname: short_name\n");

/// A project, its sequences, their shots, and a work area for each step. Without a text it is a
/// folder.
const FILM: [(&str, &str); 7] = [
    PROJECT,
    ("project/editorial", ""),
    SEQUENCE,
    SHOT,
    ("project/sequences/sequence/shot/plates", ""),
    STEP,
    ("project/sequences/sequence/shot/steps/step/scenes", ""),
];

pub(super) const AUTOMATIONS: &str = "automations:
  - name: make-folders
    on: [Shot/create, Shot/update/code, Asset/create]
    do: make_folders
";

/// A studio: schema, storage, site, registry, and what works its deliveries.
pub(super) struct Studio {
    pub(super) engine: Engine,
    pub(super) ports: Arc<Ports>,
    pub(super) clock: Arc<SettableClock>,
    pub(super) site: EmulatedSite,
    pub(super) project: EntityRef,
    pub(super) sequence: EntityRef,
    pub(super) folder: tempfile::TempDir,
    _emulator: Emulator,
}

impl Studio {
    /// Toolkit is told of nothing.
    pub(super) fn start() -> Self {
        Self::with(&FILM, "", AUTOMATIONS)
    }

    /// Toolkit is told.
    pub(super) fn with_toolkit() -> Self {
        Self::with(&FILM, "  register: true\n", AUTOMATIONS)
    }

    /// With another schema, more of `folders:`, other automations.
    #[allow(clippy::disallowed_methods, reason = "the schema and the storage, which we never make")]
    pub(super) fn with(schema: &[(&str, &str)], more: &str, automations: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = folder.path().join("projects");
        std::fs::create_dir(&storage).unwrap();
        for (path, text) in schema {
            let path = folder.path().join("schema").join(path);
            let is_folder = text.is_empty();
            let parent = if is_folder { Some(path.as_path()) } else { path.parent() };
            std::fs::create_dir_all(parent.unwrap()).unwrap();
            if !is_folder {
                std::fs::write(&path, text).unwrap();
                std::fs::create_dir_all(path.with_extension("")).unwrap();
            }
        }
        let text = format!(
            "folders:\n  schema: ./schema\n  roots: {{primary: {}}}\n{more}{automations}",
            storage.display()
        );
        let config = Config::read(&text, &folder.path().join("sgh.yaml")).expect("valid");
        let emulator = EmulatorConfig::new(0, "robot", "key", Arc::new(SystemClock));
        let emulator = Emulator::start(emulator).unwrap();
        let site = emulator.site();
        site.put_storage("primary", storage.to_str().unwrap()).unwrap();
        let ledger = Arc::new(SqliteLedger::open(folder.path().join("ledger.sqlite")).unwrap());
        let ports = Arc::new(Ports::new(ledger.clone(), rest(&emulator)));
        let clock = Arc::new(SettableClock::at(SystemClock.now()));
        let kit = FolderKit::read(config.folders.as_ref().unwrap()).expect("a schema");
        let engine = Engine {
            rules: Rules {
                config: Arc::new(config),
                folders: Some(Arc::new(kit)),
                site: ports.clone(),
            },
            site_host: "studio.example".into(),
            ledger,
            registry: ports.clone(),
            clock: clock.clone(),
            outside: crate::Outside::default(),
        };
        let by = site.coordinator();
        let make = |kind: &str, fields: Value| {
            EntityRef::new(kind, site.create(kind, fields, &by).unwrap())
        };
        let project = make("Project", json!({"name": "Film", "tank_name": "film"}));
        let sequence = make("Sequence", json!({"code": "SQ010", "project": project}));
        Self { engine, ports, clock, site, project, sequence, folder, _emulator: emulator }
    }

    /// What `sgh folders` makes directories with.
    pub(super) fn directories(&self) -> Directories {
        self.engine.directories().expect("there are folders in sgh.yaml")
    }

    pub(super) fn storage(&self) -> PathBuf {
        self.folder.path().join("projects")
    }

    pub(super) fn make(&self, kind: &str, fields: Value) -> EntityRef {
        let made = self.site.create(kind, fields, &self.site.coordinator());
        EntityRef::new(kind, made.unwrap_or_else(|why| panic!("{kind}: {why:?}")))
    }

    pub(super) fn set(&self, of: &EntityRef, fields: Value) {
        self.site.update(of, fields, &self.site.coordinator()).unwrap();
    }

    pub(super) fn shot(&self, code: &str) -> EntityRef {
        let Self { project, sequence, .. } = self;
        self.make("Shot", json!({"code": code, "project": project, "sg_sequence": sequence}))
    }

    /// A step, and a task of the shot on it.
    pub(super) fn step_of(&self, shot: &EntityRef, short_name: &str) -> EntityRef {
        let steps = self.site.records("Step");
        let known = steps.into_iter().find(|step| step.fields["short_name"] == short_name);
        let step = known.map(|step| step.entity).unwrap_or_else(|| {
            self.make("Step", json!({"code": short_name, "short_name": short_name}))
        });
        let fields = json!({
            "content": short_name, "project": self.project, "entity": shot, "step": step,
        });
        self.make("Task", fields);
        step
    }

    /// The event that a person did this to an entity; each has an entry of its own.
    pub(super) fn event(&self, what: &str, of: &EntityRef) -> Value {
        static ENTRIES: AtomicU64 = AtomicU64::new(1);
        let entry = ENTRIES.fetch_add(1, Ordering::SeqCst);
        json!({
            "id": format!("{entry}.0.0"), "event_log_entry_id": entry,
            "event_type": format!("Shotgun_{}_{what}", of.kind), "entity": of,
            "project": self.project, "user": self.site.coordinator(),
            "delivery_id": format!("{DELIVERY}{:x}", entry % 16),
            "attribute_name": if what == "Change" { json!("code") } else { Value::Null },
        })
    }

    pub(super) async fn work(&self, events: &[&Value]) -> Report {
        static INVOCATIONS: AtomicU64 = AtomicU64::new(0);
        let owner = Owner(format!("folders-{}", INVOCATIONS.fetch_add(1, Ordering::SeqCst)));
        let id = |event: &Value| event["event_log_entry_id"].as_u64().unwrap();
        let batch = events.iter().map(|event| as_message(id(event), event)).collect();
        self.engine.work(batch, &owner, self.deadline()).await
    }

    pub(super) fn deadline(&self) -> Timestamp {
        self.clock.now() + SignedDuration::from_secs(60)
    }

    /// Works the event that an entity was made; what is said of it, without the name of the
    /// automation.
    pub(super) async fn told_of(&self, what: &str, of: &EntityRef) -> String {
        super::told(&self.work(&[&self.event(what, of)]).await, 0)
    }

    /// Plans, checks and makes in one go.
    pub(super) async fn create(&self, ids: &[&EntityRef]) -> Result<Made, NotMade> {
        let ids: Vec<u64> = ids.iter().map(|entity| entity.id).collect();
        let kind = "Shot".to_owned();
        let request = Request { kind: kind.clone(), ids: ids.clone(), ..Request::default() };
        let directories = self.directories();
        let plan = directories.plan(vec![request]).await?.remove(0);
        let asked = Asked { kind, ids, user: Some(self.site.coordinator()) };
        directories.make(Arc::new(plan), &asked).await
    }

    /// Begins a run that is cut short at this moment.
    pub(super) async fn cut_short(&self, moment: Moment, nth: usize, shot: &EntityRef) {
        self.ports.stop_at(moment, nth);
        let ids = [shot];
        tokio::select! {
            made = self.create(&ids) => panic!("it ended: {made:?}"),
            () = self.ports.stopped() => {}
        }
    }

    /// Everything below the storage, sorted.
    pub(super) fn disk(&self) -> Vec<String> {
        below(&self.storage(), &self.storage())
    }

    /// The paths of records that Toolkit finds folders by, each with whose it is; sorted.
    pub(super) fn locations(&self) -> Vec<String> {
        let shown = |record: SiteRecord| {
            let below = record.fields["path"]["relative_path"].as_str().unwrap().to_owned();
            let of = &record.fields["entity"];
            format!("{below} {} {}", of["type"].as_str().unwrap(), of["id"])
        };
        let mut all: Vec<String> =
            self.site.records("FilesystemLocation").into_iter().map(shown).collect();
        all.sort();
        all
    }

    /// The ids that each event tells Toolkit of.
    pub(super) fn told_ids(&self) -> Vec<Vec<u64>> {
        let rows = self.site.records("EventLogEntry").into_iter();
        let ours = rows.filter(|row| row.fields["event_type"] == "Toolkit_Folders_Create");
        let ids = |row: SiteRecord| {
            let ids = row.fields["meta"]["sg_folder_ids"].as_array().unwrap().clone();
            ids.iter().map(|id| id.as_u64().unwrap()).collect()
        };
        ours.map(ids).collect()
    }

    /// What is registered for an entity: the paths.
    pub(super) async fn registered(&self, entity: &EntityRef) -> Vec<String> {
        let folders = self.ports.folders_of(entity).await.unwrap();
        folders.into_iter().map(|folder| folder.at.path).collect()
    }
}

fn rest(emulator: &Emulator) -> RestSite {
    let origin = SiteOrigin::parse(&emulator.url()).unwrap();
    let (script_name, script_key) = ("robot".to_owned(), Secret::new("key"));
    let settings = SiteSettings { origin, script_name, script_key };
    let back_off_first = std::time::Duration::ZERO;
    RestSite::new(RestSettings { back_off_first, ..RestSettings::new(settings) }).unwrap()
}

fn below(root: &Path, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push(path.strip_prefix(root).unwrap().display().to_string());
        if path.is_dir() {
            found.extend(below(root, &path));
        }
    }
    found.sort();
    found
}
