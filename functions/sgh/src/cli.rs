//! The commands and their options, and nothing of what they do.

mod folders;
mod hooks;
mod import;
mod replay;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::moment::Moment;

pub use folders::{Folders, Lint, Registered, Wanted};
pub use hooks::{Hooks, HooksCreate, HooksDoctor, HooksTest};
pub use import::Import;
pub use replay::Replay;

/// Webhook receivers for Autodesk Flow Production Tracking (ShotGrid).
#[derive(Debug, Parser)]
#[command(name = "sgh", version, about, long_about = None)]
pub struct Arguments {
    /// Print answers as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the whole way on this machine: a site, its deliveries, directories, statuses.
    Demo(Demo),
    /// Take deliveries in and work them, in one process.
    Serve(Serve),
    /// Work deliveries from the queue only, e.g. beside storage that Lambda cannot reach.
    Work(Work),
    /// Start a site emulator with a web page.
    Emulate(Emulate),
    /// Sign a sample and post it, as the site would.
    Send(Send),
    /// Check settings, sgh.yaml, schema, storage, queue, login, rules and hooks; say what to fix.
    Check(Check),
    /// Say what waits, what failed, what lags, and whether somebody is needed. Changes nothing.
    Status(Status),
    /// sgh.yaml by itself, without a site.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Say which automations would run for a sample, what they would do, and why not.
    Explain(Explain),
    /// Run sgh.yaml over the site's own event log and say what it would have done. Writes nothing.
    Simulate(Simulate),
    /// Find in the site's event log what was never delivered, and queue it.
    Sweep(Sweep),
    /// Show or make the directories of entities, and see to which of them is whose.
    #[command(subcommand)]
    Folders(Folders),
    /// Run again what failed, or was given up: it goes into the queue, and a worker does it.
    Replay(Replay),
    /// The site's hooks: list them, make those that sgh.yaml needs, test them, find what ails them.
    #[command(subcommand)]
    Hooks(Hooks),
    /// Read the event daemon's conf and plugins, and print the sgh.yaml to go on with.
    Import(Import),
}

/// What to do with sgh.yaml.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the JSON Schema of sgh.yaml, for editors.
    Schema,
    /// Read sgh.yaml and say what cannot be meant, with file, line and column. Asks no site.
    Check {
        /// The file, instead of SGH_CONFIG or the sgh.yaml of this folder.
        file: Option<PathBuf>,
    },
}

/// Options of `sgh demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// End after the samples are worked, instead of serving on.
    #[arg(long)]
    pub once: bool,
    /// Port of the site's page on 127.0.0.1; 0 for any free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
}

/// Options of `sgh serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address to take deliveries at. The site needs a public HTTPS URL in front of it.
    #[arg(long, default_value = "127.0.0.1:8086")]
    pub listen: SocketAddr,
    /// Do not look into the site's event log every minute for what was never delivered.
    #[arg(long)]
    pub no_sweep: bool,
    /// Address to give figures to Prometheus at, as `GET /metrics`, e.g. 127.0.0.1:9186; off if
    /// left out.
    #[arg(long, value_name = "ADDRESS")]
    pub metrics: Option<SocketAddr>,
}

/// Options of `sgh work`.
#[derive(Debug, Args)]
pub struct Work {
    /// End once the queue is empty.
    #[arg(long)]
    pub until_empty: bool,
    /// Address to give figures to Prometheus at, as `GET /metrics`, e.g. 127.0.0.1:9186; off if
    /// left out.
    #[arg(long, value_name = "ADDRESS")]
    pub metrics: Option<SocketAddr>,
}

/// Options of `sgh emulate`.
#[derive(Debug, Args)]
pub struct Emulate {
    /// Port on 127.0.0.1; 0 for any free one.
    #[arg(long, default_value_t = 8087)]
    pub port: u16,
    /// Name of the script that may log in.
    #[arg(long, default_value = "sgh")]
    pub script_name: String,
    /// Key of that script. It is for the emulator only: never a real one.
    #[arg(long, default_value = "emulator-key")]
    pub script_key: String,
    /// Make a hook for every event, to this URL, signed with the published dev secret.
    #[arg(long, value_name = "URL")]
    pub hook: Option<String>,
}

/// Options of `sgh send`.
#[derive(Debug, Args)]
pub struct Send {
    /// A sample: an HTTP event of `events/http`, an SQS event of `events/sqs`, a body, an event.
    pub file: PathBuf,
    /// Where to post it.
    #[arg(long, default_value = "http://127.0.0.1:8086/")]
    pub to: String,
    /// Post it as an event that was never seen: with new ids and the present time.
    #[arg(long)]
    pub fresh: bool,
}

/// Options of `sgh check`.
#[derive(Debug, Args)]
pub struct Check {}

/// Options of `sgh status`.
#[derive(Debug, Args)]
pub struct Status {}

/// Options of `sgh explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A sample, as for `sgh send`.
    #[arg(required_unless_present = "event", conflicts_with = "event")]
    pub file: Option<PathBuf>,
    /// An entry of the site's event log, by its id, instead of a sample.
    #[arg(long, value_name = "ID")]
    pub event: Option<u64>,
    /// The sgh.yaml to explain by, instead of SGH_CONFIG.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Options of `sgh simulate`.
#[derive(Debug, Args)]
pub struct Simulate {
    /// From when on: `7d`, `12h`, `2026-03-01` or `2026-03-01T09:00:00Z`; UTC if it has no zone.
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = Moment::parse)]
    pub since: Moment,
    /// Up to when; to the present if left out.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    pub until: Option<Moment>,
    /// Only events of this project, by its id.
    #[arg(long, value_name = "ID")]
    pub project: Option<u64>,
    /// Only this automation, by its name.
    #[arg(long, value_name = "NAME")]
    pub automation: Option<String>,
    /// The sgh.yaml to simulate, instead of SGH_CONFIG.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Writes to list; 20 if left out, with --json all of them.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// Options of `sgh sweep`.
#[derive(Debug, Args)]
pub struct Sweep {
    /// Look again from here on: `2h`, `3d`, `2026-03-01` or `2026-03-01T09:00:00Z`; UTC if it has
    /// no zone. What was worked is not worked again. Left out: from where the last sweep was.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    pub since: Option<Moment>,
    /// List what would be queued, queue nothing, and leave the place of the sweep as it is.
    #[arg(long)]
    pub dry_run: bool,
}
