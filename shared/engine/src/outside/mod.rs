//! Code of others that takes part in an event: what listens on a bus (`emit`), and programs of
//! the studio (`run`). Both are told the same [document](document), and both may be told an event
//! twice where a crash comes between them and the ledger: its `key` lets them tell.
//!
//! Not here: the bus and the processes themselves. They are ports, and where there are none the
//! automation fails and says so.

mod answer;
mod decide;
mod document;
mod ports;

use std::time::Duration;

use sgh_core::outcome::Outcome;

use crate::group::Shared;
use crate::intake::EventItem;
use document::{Document, Told};

pub(crate) use decide::{Deed, Wanted, decide};
pub use ports::{
    ANSWER_SIZE_MAX, Bus, BusError, BusEvent, Call, Ended, Outside, Programs, Ran, SOURCE,
};

/// Largest document that goes on a bus. AWS takes 1 MB for all of an entry since January 2026,
/// and counts the keys that it adds; the rest is room for those.
const BUS_DOCUMENT_MAX: usize = 1_000_000;
/// Longest detail-type, in characters. AWS.
const DETAIL_TYPE_MAX: usize = 128;

/// Tells the code outside about an event, and waits for what comes of it.
pub(crate) async fn act(
    shared: &Shared<'_>,
    automation: &str,
    item: &EventItem,
    wanted: Wanted,
) -> Outcome {
    let left = shared.work_until.duration_since(shared.engine.clock.now());
    let Some(left) = Duration::try_from(left).ok().filter(|left| !left.is_zero()) else {
        return no_time();
    };
    let told = Told { automation, site: &shared.engine.site_host, item, fields: &wanted.fields };
    let document = Document::of(&told);
    let outside = &shared.engine.outside;
    match &wanted.deed {
        Deed::Emit(emit) => {
            let Some(bus) = &outside.bus else { return no_bus() };
            let event = match document.within(BUS_DOCUMENT_MAX) {
                Ok(detail) => BusEvent {
                    bus: emit.bus.clone(),
                    detail_type: item.event.event_type.chars().take(DETAIL_TYPE_MAX).collect(),
                    detail,
                },
                Err(size) => return too_large(size),
            };
            match tokio::time::timeout(left, bus.put(&event)).await {
                Ok(put) => answer::of_bus(&emit.bus, put),
                Err(_) => retry(format!("bus `{}` does not answer", emit.bus)),
            }
        }
        Deed::Run(run) => {
            let Some(programs) = &outside.programs else { return no_programs() };
            // One that is begun and then cut off by the end of the batch would do its work twice.
            if left < run.timeout {
                return no_time();
            }
            let document = document.whole();
            let ran = programs.run(&Call { run, document: document.as_bytes() }).await;
            answer::of_program(run, &ran)
        }
    }
}

fn retry(why: String) -> Outcome {
    Outcome::Retry { why, after: None }
}

fn no_time() -> Outcome {
    retry("the time of this invocation is over".to_owned())
}

fn no_bus() -> Outcome {
    Outcome::Failed(
        "there is no AWS here, so there is no bus: set AWS_REGION and credentials, then start again"
            .to_owned(),
    )
}

fn no_programs() -> Outcome {
    Outcome::Failed("programs are run by `sgh serve` and `sgh work` only".to_owned())
}

fn too_large(size: usize) -> Outcome {
    Outcome::Failed(format!(
        "{size} bytes are too many for a bus, which takes {BUS_DOCUMENT_MAX}; name fewer `fields`"
    ))
}

#[cfg(test)]
mod tests;
