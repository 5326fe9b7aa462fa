//! Options of `sgh import`.

use std::path::PathBuf;

use clap::Args;

/// Options of `sgh import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The daemon's shotgunEventDaemon.conf, which names its plugin folders.
    #[arg(long, value_name = "FILE", required_unless_present = "folders")]
    pub conf: Option<PathBuf>,
    /// Plugin folders, in the daemon's order; they count instead of those that the conf names.
    #[arg(value_name = "PLUGIN_FOLDER")]
    pub folders: Vec<PathBuf>,
    /// Write the sgh.yaml here instead of printing it. A file that is there is left alone.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
