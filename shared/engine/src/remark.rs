//! Events that no automation is for are explained all the same.

use sgh_automations::matching;
use sgh_core::event::EventKind;
use sgh_core::outcome::EndingKind;
use sgh_telemetry::figures;
use tracing::{error, info};

use crate::Engine;
use crate::intake::EventItem;

/// Statuses of a hook that mean deliveries are, or soon will be, lost.
const ALARMING: [&str; 2] = ["unstable", "failed"];

/// What is to be said of an event that nothing runs for; `None` if an automation wants it.
pub(crate) fn remark(engine: &Engine, item: &EventItem) -> Option<(EndingKind, String)> {
    match &item.event.kind {
        EventKind::HookStatus { status, previous } => {
            tell_status(status, previous);
            let text = format!("the hook's status is `{status}` now, it was `{previous}`");
            Some((EndingKind::Done, text))
        }
        EventKind::TestConnection => {
            info!("the site tests the connection");
            let text = "test connection: received, kept and worked; deliveries come through";
            Some((EndingKind::Done, text.to_owned()))
        }
        EventKind::Entity { .. } | EventKind::Custom if item.wanted.is_empty() => {
            Some((EndingKind::Skipped, nothing_matched(engine, item)))
        }
        EventKind::Entity { .. } | EventKind::Custom => None,
    }
}

fn nothing_matched(engine: &Engine, item: &EventItem) -> String {
    match matching::nearest(&engine.rules.config.automations, &item.event) {
        Some((name, mismatch)) => {
            format!("no automation matched; the nearest is {name}: {}", mismatch.why)
        }
        None => "no automation matched: sgh.yaml has none".to_owned(),
    }
}

fn tell_status(status: &str, previous: &str) {
    if ALARMING.contains(&status) {
        figures::HOOK_STATUS_CHANGE.record(1.0, [status]);
        error!(
            status,
            previous,
            "the hook is in trouble: after 100 failures a day the site stops sending; see the \
             refusals in the receiver's log, then enable the hook again on the site"
        );
    } else {
        info!(status, previous, "the hook's status changed");
    }
}
