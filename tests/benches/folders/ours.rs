//! Our side: a request as `sgh folders create` makes it, and where its time goes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sgh_core::clock::SystemClock;
use sgh_core::config::Folders;
use sgh_engine::{Asked, Directories, FolderKit};
use sgh_folders::{Plan, Request};
use sgh_sqlite::SqliteLedger;

use crate::site::{self, MemorySite};
use crate::timed::{Timed, Took};

/// Ids that `sgh folders create` plans and makes together.
const PORTION: usize = 500;

/// With the registry, or without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Whole,
    Without,
}

/// One run, and its parts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    pub all: Duration,
    pub plan: Duration,
    pub check: Duration,
    pub make: Duration,
    pub site: site::Asked,
    pub registry: Took,
    pub made: usize,
    pub existed: usize,
}

pub struct Ours {
    directories: Directories,
    site: Arc<MemorySite>,
    registry: Arc<Timed>,
    root: PathBuf,
}

impl Ours {
    /// An empty storage, and an empty registry.
    pub fn new(home: &Path, site: &Arc<MemorySite>, kind: Kind) -> Self {
        let root = home.join("projects");
        std::fs::create_dir(&root).unwrap();
        let starter = Path::new(env!("CARGO_MANIFEST_DIR")).join("../studio/schema");
        let folders = Folders {
            schema: starter,
            roots: BTreeMap::from([("primary".to_owned(), root.clone())]),
            mode: None,
            file_mode: None,
            owner: None,
            register: false,
        };
        let database = || SqliteLedger::open(home.join("sgh.sqlite")).unwrap();
        let registry = Arc::new(Timed::new((kind == Kind::Whole).then(database)));
        let directories = Directories {
            kit: Arc::new(FolderKit::read(&folders).unwrap()),
            registry: registry.clone(),
            site: site.clone(),
            clock: Arc::new(SystemClock),
        };
        Self { directories, site: Arc::clone(site), registry, root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All folders, each once, those above before those below.
    pub async fn tree(&self, shots: u64) -> Vec<String> {
        let plans = self.plans(shots).await;
        let mut seen = std::collections::HashSet::new();
        let mut tree = Vec::new();
        for plan in &plans {
            let folders = plan
                .items()
                .iter()
                .filter(|item| matches!(item.what, sgh_folders::plan::What::Folder(_)));
            tree.extend(
                folders.map(|item| plan.path(item)).filter(|path| seen.insert(path.clone())),
            );
        }
        tree
    }

    async fn plans(&self, shots: u64) -> Vec<Plan> {
        let ids: Vec<u64> = (1..=shots).collect();
        let request = |ids: &[u64]| Request {
            kind: "Shot".to_owned(),
            ids: ids.to_vec(),
            ..Request::default()
        };
        let requests = ids.chunks(PORTION).map(request).collect();
        self.directories.plan(requests).await.unwrap()
    }

    /// Plans, checks, makes.
    pub async fn run(&self, shots: u64) -> Times {
        self.site.taken();
        self.registry.taken();
        let mut times = Times::default();
        let start = Instant::now();
        let plans = self.plans(shots).await;
        times.plan = start.elapsed();
        self.directories.check(&plans).await.unwrap();
        times.check = start.elapsed() - times.plan;
        for (plan, first) in plans.into_iter().zip((1..).step_by(PORTION)) {
            let ids = (first..=shots).take(PORTION).collect();
            let asked = Asked { kind: "Shot".to_owned(), ids, user: None };
            // What portions have in common is there for all but the first.
            let shared = if first == 1 { 0 } else { shared(&plan) };
            let made = self.directories.make(Arc::new(plan), &asked).await.unwrap();
            times.made += made.made;
            times.existed += made.existed - shared;
        }
        times.all = start.elapsed();
        times.make = times.all - times.plan - times.check;
        times.site = self.site.taken();
        times.registry = self.registry.taken();
        times
    }
}

/// Folders of a plan that are not below a sequence: 500 is a multiple of the shots in one.
fn shared(plan: &Plan) -> usize {
    let is_own = |path: &str| path.strip_prefix("film/sequences/").is_some();
    plan.items()
        .iter()
        .filter(|item| matches!(item.what, sgh_folders::plan::What::Folder(_)))
        .filter(|item| !is_own(&plan.path(item)))
        .count()
}
