//! The site's hooks, judged: what sgh.yaml needs, what a hook delivers, how it fares, what is to
//! be made or mended. Pure: hooks and deliveries go in, findings and plans come out.
//!
//! Not here: asking the site (`sgh-site`) and telling people (`commands`).

mod address;
mod compare;
mod delivers;
mod fares;
mod judge;
mod needs;
mod ours;
mod plan;
mod trouble;

pub use address::{receiver, shown};
pub use compare::compare;
pub use delivers::{filter, filter_words, projects};
pub use fares::{DAY, Fares, is_answered_badly, is_pending};
pub use judge::{Judged, judge};
pub use needs::{needs, within};
pub use ours::{Ours, Told, ours};
pub use plan::{Making, Step, plan};
pub use trouble::{Trouble, troubles};

/// What people call a hook: its name, else its id; never its address, which may hold a key.
pub fn name(hook: &sgh_site::rest::Hook) -> &str {
    hook.text("name").filter(|name| !name.trim().is_empty()).unwrap_or(&hook.id)
}

/// A hook of a test.
#[cfg(test)]
fn hook(fields: serde_json::Value) -> sgh_site::rest::Hook {
    let serde_json::Value::Object(mut fields) = fields else { panic!("no object") };
    let id = fields.remove("id").and_then(|id| id.as_str().map(str::to_owned));
    sgh_site::rest::Hook {
        id: id.unwrap_or_else(|| "1".into()),
        fields: fields.into_iter().collect(),
    }
}

/// An sgh.yaml of a test, from the keys of its automations.
#[cfg(test)]
fn config(rules: &[&str]) -> sgh_core::config::Config {
    let lines = rules.iter().enumerate();
    let lines = lines.map(|(at, keys)| format!("  - {{ name: a{at}, {keys}, do: emit }}\n"));
    let text = format!("automations:\n{}", lines.collect::<String>());
    let read = sgh_core::config::Config::read(&text, std::path::Path::new("sgh.yaml"));
    read.unwrap_or_else(|error| panic!("{error}"))
}
