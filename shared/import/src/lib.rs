#![doc = include_str!("../README.md")]

mod automation;
mod branches;
mod conf;
mod expression;
mod filter;
mod known;
mod loops;
mod plugin;
mod register;
mod skeleton;
mod strings;
mod value;
mod walk;
mod yaml;

pub use automation::{Callback, Imported};
pub use conf::{DaemonConf, read_conf};
pub use known::Suggestion;
pub use plugin::{Plugin, Unread};
pub use skeleton::{hooks, skeleton};

/// What was read of a daemon.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// The site of the daemon's conf.
    pub site: Option<String>,
    /// The callbacks, in the order the daemon runs them.
    pub callbacks: Vec<Callback>,
    /// What has to be looked at by hand.
    pub unread: Vec<Unread>,
}

/// Reads plugins, in the order the daemon runs them.
#[must_use]
pub fn import(plugins: &[Plugin]) -> Import {
    let mut import = Import::default();
    for plugin in plugins {
        let (callbacks, unread) = automation::of_plugin(plugin);
        import.callbacks.extend(callbacks);
        import.unread.extend(unread);
    }
    automation::tell_apart(&mut import.callbacks);
    import
}
