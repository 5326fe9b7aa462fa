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
             refusals in the receiver's log; `sgh hooks doctor` says what mends it"
        );
    } else {
        info!(status, previous, "the hook's status changed");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::*;

    /// Keeps how loud each line of the log was.
    #[derive(Clone, Default)]
    struct Levels(Arc<Mutex<Vec<Level>>>);

    impl Subscriber for Levels {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            self.0.lock().unwrap().push(*event.metadata().level());
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    /// The figures of hooks in this status, as Prometheus reads them.
    fn counted(status: &str) -> usize {
        let wanted = format!("status=\"{status}\"");
        let figures = sgh_telemetry::exposition();
        let of_hooks = |line: &&str| line.contains("hook_status_change") && line.contains(&wanted);
        figures.lines().filter(of_hooks).count()
    }

    #[test]
    fn a_hook_in_trouble_is_an_error_and_a_figure_and_one_that_is_well_is_neither() {
        let levels = Levels::default();
        tracing::subscriber::with_default(levels.clone(), || {
            tell_status("unstable", "active");
            tell_status("active", "unstable");
        });
        assert_eq!(*levels.0.lock().unwrap(), [Level::ERROR, Level::INFO]);
        assert_eq!((counted("unstable"), counted("active")), (1, 0));
    }
}
