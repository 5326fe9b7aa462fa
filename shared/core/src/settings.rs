//! The environment of every program: which settings there are, and what their texts mean.
//!
//! Pure: texts go in, typed values or a list of problems come out. Not here: reading the process
//! environment and fetching secrets (`sgh-settings`), and the studio's own file sgh.yaml
//! (`config`).

mod address;
mod list;
mod origin;
mod problem;
mod programs;
mod reader;
mod reference;
mod tokens;

pub use address::{LedgerAddress, QueueAddress};
pub use list::{Program, SETTINGS, Setting, markdown_table};
pub use origin::SiteOrigin;
pub use problem::{Problem, Problems};
pub use programs::{
    DirectorySettings, ReceiverSettings, ServeSettings, SiteSettings, SweeperSettings,
    WorkerSettings,
};
pub use reader::{Lookup, Ordering, Reader};
pub use reference::SecretReference;
pub use tokens::{TokenSource, TokensError, UNSIGNED, WebhookSecrets, webhook_tokens};

/// `SGH_WEBHOOK_SECRETS`.
pub const WEBHOOK_SECRETS: &str = "SGH_WEBHOOK_SECRETS";
/// `SGH_QUEUE`.
pub const QUEUE: &str = "SGH_QUEUE";
/// `SGH_LEDGER`.
pub const LEDGER: &str = "SGH_LEDGER";
/// `SGH_SITE_URL`.
pub const SITE_URL: &str = "SGH_SITE_URL";
/// `SGH_SCRIPT_NAME`.
pub const SCRIPT_NAME: &str = "SGH_SCRIPT_NAME";
/// `SGH_SCRIPT_KEY`.
pub const SCRIPT_KEY: &str = "SGH_SCRIPT_KEY";
/// `SGH_CONFIG`.
pub const CONFIG: &str = "SGH_CONFIG";
/// `SGH_ORDERING`.
pub const ORDERING: &str = "SGH_ORDERING";
/// `SGH_LOG`.
pub const LOG: &str = "SGH_LOG";
