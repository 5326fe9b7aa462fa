//! Everything the demo plays on: real parts, in a folder of its own that is removed at the end.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use include_dir::{Dir, include_dir};
use sgh_core::config::Config;
use sgh_core::secret::Secret;
use sgh_core::settings::{Ordering, SiteOrigin, SiteSettings, WebhookSecrets};
use sgh_emulator::{Emulator, EmulatorConfig};
use sgh_engine::{Engine, Outside, Rules};
use sgh_sqlite::{SqliteLedger, SqliteQueue};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::commands::emulate::{DEV_SECRET, hook};
use crate::commands::serve;
use crate::house::{self, clock};
use crate::http;
use crate::pump::Pump;
use crate::stop::Stop;

/// The studio that everybody starts from.
static STUDIO: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../studio");

/// Name and key of the demo's script. The site is an emulator: the key opens nothing.
const SCRIPT: (&str, &str) = ("sgh-demo", "demo-key");
/// The storage that the studio's schema and sgh.yaml name.
const STORAGE: &str = "primary";

/// The demo's parts.
pub struct Stage {
    pub emulator: Emulator,
    pub door_url: String,
    pub pump: Pump,
    serving: JoinHandle<anyhow::Result<()>>,
    root: TempDir,
    folder: TempDir,
}

impl Stage {
    /// Starts everything. `stop` ends the door.
    pub async fn set(port: u16, stop: Stop) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("sgh-demo-").tempdir()?;
        let root =
            tempfile::Builder::new().prefix("projects").rand_bytes(0).tempdir_in(folder.path())?;
        let studio =
            tempfile::Builder::new().prefix("studio").rand_bytes(0).tempdir_in(folder.path())?;
        STUDIO.extract(studio.path())?;
        let config = config(studio.path(), root.path())?;
        let emulator = Emulator::start(EmulatorConfig::new(port, SCRIPT.0, SCRIPT.1, clock()))
            .with_context(|| format!("cannot listen at port {port}; choose another --port"))?;
        let here = root.path().display().to_string();
        emulator.site().put_storage(STORAGE, &here).map_err(|why| anyhow::anyhow!("{why:?}"))?;
        let database = folder.path().join("sgh.sqlite");
        let queue = Arc::new(SqliteQueue::open(&database, clock())?);
        let origin = SiteOrigin::parse(&emulator.url())?;
        let ledger = Arc::new(SqliteLedger::open(&database)?);
        let engine = Engine {
            site_host: origin.host().to_owned(),
            rules: Rules {
                folders: house::folders(&config)?,
                config: Arc::new(config),
                site: Arc::new(house::site(SiteSettings {
                    origin,
                    script_name: SCRIPT.0.to_owned(),
                    script_key: Secret::new(SCRIPT.1),
                })?),
            },
            registry: ledger.clone(),
            ledger,
            clock: clock(),
            outside: Outside::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let door_url = format!("http://{}/", listener.local_addr()?);
        let tokens = WebhookSecrets::Tokens(vec![Secret::new(DEV_SECRET.trim())]);
        let door = serve::door(&tokens, Ordering::Project, queue.clone())?;
        let serving = tokio::spawn(http::serve(listener, door, stop));
        hook(&emulator, &door_url)?;
        let pump = Pump { queue, engine: Arc::new(engine) };
        // The schema has been read: its folder may go.
        drop(studio);
        Ok(Self { emulator, door_url, pump, serving, root, folder })
    }

    /// Where directories are made.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// Stops everything and removes the folder.
    pub async fn strike(self) {
        self.emulator.stop().await;
        let _ = self.serving.await;
        drop(self.pump);
        drop(self.root);
        // What cannot be removed lies where the system keeps what is temporary.
        let _ = self.folder.close();
    }
}

/// The studio's own sgh.yaml, with the storage in the demo's folder.
fn config(studio: &Path, root: &Path) -> anyhow::Result<Config> {
    let mut config = house::config(&studio.join("sgh.yaml"))?;
    if let Some(folders) = &mut config.folders {
        folders.roots.insert(STORAGE.to_owned(), root.to_owned());
    }
    Ok(config)
}
