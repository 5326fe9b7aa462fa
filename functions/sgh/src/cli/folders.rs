//! The options of `sgh folders`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with directories.
#[derive(Debug, Subcommand)]
pub enum Folders {
    /// Print the tree that would be made, and what of it is there already. Makes nothing.
    Preview(Wanted),
    /// Make what is missing. What is there stays as it is.
    Create(Wanted),
    /// List the directories that are registered for an entity.
    List(Registered),
    /// Forget whose the directories of an entity are, so that they can be made under another name
    /// or for another entity. The directories themselves stay.
    Forget(Registered),
    /// Explain a schema folder by folder, and say what in it cannot work.
    Lint(Lint),
}

/// Whose directories.
#[derive(Debug, Args)]
pub struct Wanted {
    /// Entity type by its schema name: Project, Sequence, Shot, Asset, Task, ...
    #[arg(value_name = "TYPE")]
    pub kind: String,
    /// Ids of the entities.
    #[arg(value_name = "ID", required_unless_present = "project", num_args = 1..)]
    pub ids: Vec<u64>,
    /// All of the type in this project, by its id.
    #[arg(long, value_name = "ID", conflicts_with = "ids")]
    pub project: Option<u64>,
    /// Make the folders that wait for this engine too, e.g. tk-maya; several with commas between.
    #[arg(long)]
    pub engine: Option<String>,
    /// The person whose workspace is made, by login. Needed only for a schema with workspaces.
    #[arg(long, value_name = "LOGIN")]
    pub user: Option<String>,
}

/// One entity.
#[derive(Debug, Args)]
pub struct Registered {
    /// Entity type by its schema name.
    #[arg(value_name = "TYPE")]
    pub kind: String,
    /// Its id.
    pub id: u64,
}

/// Options of `sgh folders lint`.
#[derive(Debug, Args)]
pub struct Lint {
    /// A Toolkit `core/schema` folder, instead of the one that SGH_CONFIG names.
    pub schema: Option<PathBuf>,
}
