//! `sgh hooks` and its options, and nothing of what they do.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with hooks.
#[derive(Debug, Subcommand)]
pub enum Hooks {
    /// List every hook of the site: what it is for, its projects, status, failures and times.
    List,
    /// Make the hooks that sgh.yaml needs and that are not there, signed and batched. Says what it
    /// would do with --dry-run; changes those that are there only with --update.
    Create(HooksCreate),
    /// Have the site test the connection, and say what came back.
    Test(HooksTest),
    /// Say what is wrong with our hooks, and what mends it; exit 1 if something has to be mended.
    Doctor(HooksDoctor),
}

/// Options of `sgh hooks create`.
#[derive(Debug, Args)]
pub struct HooksCreate {
    /// Where deliveries go: the receiver's public https address. Left out, it is the one that our
    /// hooks have.
    #[arg(long)]
    pub url: Option<String>,
    /// Only events of this project, by its id; several with the option once more.
    #[arg(long, value_name = "ID")]
    pub project: Vec<u64>,
    /// Change our hooks that are there: what they lack, no token, no batches, stopped by the site.
    #[arg(long)]
    pub update: bool,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The sgh.yaml that says what is needed, instead of SGH_CONFIG.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Options of `sgh hooks test`.
#[derive(Debug, Args)]
pub struct HooksTest {
    /// A hook by its id, as `sgh hooks list` shows it; all to where sgh made hooks if left out.
    pub id: Option<String>,
    /// Those that post to this address, instead of all of ours.
    #[arg(long, conflicts_with = "id")]
    pub url: Option<String>,
    /// Seconds to wait for the delivery and its acknowledgement.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pub wait: u64,
}

/// Options of `sgh hooks doctor`.
#[derive(Debug, Args)]
pub struct HooksDoctor {
    /// Judge the hooks that post to this address, instead of all of ours.
    #[arg(long)]
    pub url: Option<String>,
    /// The sgh.yaml that says what is needed, instead of SGH_CONFIG.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}
