//! The options of `sgh replay`.

use clap::{ArgGroup, Args};

use crate::moment::Moment;

/// Options of `sgh replay`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("selector").required(true).multiple(true)
    .args(["failed", "dead_letters", "delivery", "event", "automation", "since", "until"]))]
pub struct Replay {
    /// All that failed, as far as the other options let it through.
    #[arg(long)]
    pub failed: bool,
    /// What the queue gave up: moved back, to be worked like anything else in the queue.
    #[arg(long, conflicts_with_all = ["delivery", "event", "automation", "since", "until"])]
    pub dead_letters: bool,
    /// What failed of one delivery, by its id.
    #[arg(long, value_name = "ID", value_parser = delivery)]
    pub delivery: Option<sgh_core::ids::DeliveryId>,
    /// What failed of an event, by the id of its entry in the event log; may be repeated.
    #[arg(long, value_name = "ID", conflicts_with_all = ["since", "until"])]
    pub event: Vec<u64>,
    /// What one automation failed at. One that is halted goes on from where it stopped, and is
    /// live again once nothing of it waits.
    #[arg(long, value_name = "NAME")]
    pub automation: Option<String>,
    /// What failed from then on: `2d`, `12h`, `2026-03-01` or `2026-03-01T09:00:00Z`.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    pub since: Option<Moment>,
    /// What failed before then.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    pub until: Option<Moment>,
    /// Only say what would be run again.
    #[arg(long)]
    pub dry_run: bool,
}

fn delivery(text: &str) -> Result<sgh_core::ids::DeliveryId, String> {
    let read = sgh_core::ids::DeliveryId::parse(text);
    read.ok_or_else(|| {
        "write the delivery's id as the site shows it, e.g. fe37d91a-fc99-...".into()
    })
}
