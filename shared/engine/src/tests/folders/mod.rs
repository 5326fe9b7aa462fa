//! Making directories, with a registry in SQLite, a disk, and an emulated site over REST.

mod cut_short;
mod dry_run;
mod lists;
mod ports;
mod renamed;
mod site_fails;
mod spelled;
mod studio;
mod taken;
mod toolkit;
mod waiting;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_folders::Request;
use sgh_queue::Registry;

use crate::{NotMade, Report};
use ports::Moment;
use studio::{AUTOMATIONS, PROJECT, SEQUENCE, SHOT, Studio};

/// What is said of the nth event of a batch, without the name of the automation.
fn told(report: &Report, nth: usize) -> String {
    let text = &report.events[nth].acknowledgement;
    let (_, told) = text.split_once("\nmake-folders: ").unwrap_or(("", text));
    told.to_owned()
}
