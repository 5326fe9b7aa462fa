//! How long after an event on the site its work begins and ends. By the site's clock and ours, so
//! a difference between the two is part of it; what seems to come from the future is no lag.

use jiff::Timestamp;
use sgh_core::event::Event;
use sgh_core::message::REPLAY;
use sgh_queue::Received;
use sgh_telemetry::figures;

use crate::Engine;
use crate::intake::{EventItem, Item};

/// Records that the work of these begins. A message that came back began before.
pub(crate) fn begun(engine: &Engine, items: &[Item]) {
    let now = engine.clock.now();
    for item in items {
        if let Item::Event(item) = item
            && item.received.receives <= 1
            && let Some(lag) = of(&item.event, &item.received, now)
        {
            figures::LAG_AT_BEGIN.record(lag, []);
        }
    }
}

/// Records that the automations of this one have ended.
pub(crate) fn ended(engine: &Engine, item: &EventItem) {
    if let Some(lag) = of(&item.event, &item.received, engine.clock.now()) {
        figures::LAG_AT_END.record(lag, []);
    }
}

/// In seconds. What an operator replays waited for the operator, which says nothing of us.
fn of(event: &Event, received: &Received, now: Timestamp) -> Option<f64> {
    if received.message.attributes.contains_key(REPLAY) {
        return None;
    }
    let lag = now.duration_since(event.created_at?).as_secs_f64();
    Some(lag.max(0.0))
}

#[cfg(test)]
mod tests {
    use sgh_core::message::StoredMessage;
    use sgh_queue::Receipt;

    use super::*;

    fn lag(created_at: &str, now: &str, attribute: &str) -> Option<f64> {
        let bytes =
            format!(r#"{{"event_type": "Shotgun_Shot_New", "created_at": "{created_at}"}}"#);
        let event = Event::read(bytes.as_bytes()).expect("an event");
        let attributes = [(attribute.to_owned(), "x".to_owned())].into();
        let received = Received {
            message_id: "m".into(),
            receipt: Receipt("r".into()),
            group: "g".into(),
            receives: 1,
            message: StoredMessage { body: String::new(), attributes },
        };
        of(&event, &received, now.parse().expect("a time"))
    }

    #[test]
    fn an_events_lag_is_counted_from_when_the_site_made_it() {
        let at = "2026-03-01 12:00:00.500000";
        assert_eq!(lag(at, "2026-03-01T12:00:02Z", "encoding"), Some(1.5));
        assert_eq!(lag(at, "2026-03-01T11:59:00Z", "encoding"), Some(0.0));
        assert_eq!(lag("soon", "2026-03-01T12:00:02Z", "encoding"), None);
        assert_eq!(lag(at, "2026-03-01T12:00:02Z", REPLAY), None);
    }
}
