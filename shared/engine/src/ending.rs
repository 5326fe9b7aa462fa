//! How the messages of one group end: what is said of each, and what the queue is told.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use sgh_core::acknowledgement;
use sgh_core::ids::{DeliveryId, EventKey};
use sgh_core::limits::RECEIVES_MAX;
use sgh_core::outcome::{Ending, EndingKind};
use sgh_queue::{LedgerEntry, Received};
use sgh_telemetry::figures;
use tracing::{error, warn};

use crate::acknowledge::{Posted, post};
use crate::back_off::back_off;
use crate::claim::record_given_up;
use crate::decide::panicked;
use crate::group::Shared;
use crate::intake::EventItem;
use crate::work::Closed;
use crate::{Disposition, Worked};

/// What a group came to.
pub(crate) struct Ended {
    pub messages: Vec<(Received, Disposition)>,
    pub events: Vec<Worked>,
}

impl Ended {
    /// The messages of a group in whose work we panicked: they come back, and are given up like
    /// any other.
    pub(crate) fn of_panic(messages: Vec<Received>) -> Self {
        let fate = |received: Received| {
            error!(message.id = received.message_id, "an error of shotgrid-hooks itself");
            let disposition = if received.receives >= RECEIVES_MAX {
                figures::DEAD_LETTER.record(1.0, []);
                Disposition::DeadLetter { reason: panicked() }
            } else {
                let after = back_off(&received.message_id, received.receives, None);
                Disposition::Return { after }
            };
            (received, disposition)
        };
        Self { messages: messages.into_iter().map(fate).collect(), events: Vec::new() }
    }
}

/// How the messages of a group end, in order.
#[derive(Default)]
pub(crate) struct Endings {
    lines: Vec<Line>,
    stop: Option<Stop>,
}

/// Why nothing more of a group is worked.
struct Stop {
    after: Duration,
    /// Whether what stopped it was given up: then a message on its last receive is still worked,
    /// or it would be given up without ever having been tried.
    given_up: bool,
}

struct Line {
    received: Received,
    delivery: Option<DeliveryId>,
    event: Option<(EventKey, String)>,
    endings: BTreeMap<String, Ending>,
    fate: Fate,
}

enum Fate {
    /// It cannot be worked at all.
    Dead { why: String },
    /// It comes back.
    Back { after: Duration },
    /// It is through, and only has to be acknowledged.
    Through { text: String, given_up: Option<String> },
}

impl Endings {
    /// Whether a message has to go back unworked because one before it does.
    pub(crate) fn stopped(&self, received: &Received) -> bool {
        let last = received.receives >= RECEIVES_MAX;
        self.stop.as_ref().is_some_and(|stop| !(stop.given_up && last))
    }

    pub(crate) fn unreadable(
        &mut self,
        received: Received,
        delivery: Option<DeliveryId>,
        why: String,
    ) {
        if received.receives <= 1 {
            figures::UNREADABLE.record(1.0, []);
            // It is one as soon as the queue has counted its receives.
            figures::DEAD_LETTER.record(1.0, []);
            error!(
                message.id = received.message_id,
                why, "unreadable; it goes to the dead letters"
            );
        }
        let fate = Fate::Dead { why };
        self.lines.push(Line { received, delivery, event: None, endings: BTreeMap::new(), fate });
    }

    /// It goes back as it came, for one before it does.
    pub(crate) fn unworked(&mut self, item: EventItem) {
        let after = self.stop.as_ref().map(|stop| stop.after).unwrap_or_default();
        self.push(item, BTreeMap::new(), Fate::Back { after });
    }

    /// It has to wait, and everything behind it.
    pub(crate) async fn wait(
        &mut self,
        shared: &Shared<'_>,
        item: EventItem,
        why: String,
        after: Option<Duration>,
    ) {
        let receives = item.received.receives;
        if receives >= RECEIVES_MAX {
            let text = format!("given up after {receives} tries: {why}");
            if let Some((entry, text)) = record_given_up(shared, &item, &text).await {
                return self.through(item, entry, text, None);
            }
            let text = acknowledgement::remark(EndingKind::Failed, &text);
            return self.through(item, LedgerEntry::default(), text, Some(why));
        }
        let after = back_off(&item.received.message_id, receives, after);
        warn!(message.id = item.received.message_id, why, ?after, "comes back later");
        figures::RETRY.record(1.0, []);
        self.stop = Some(Stop { after, given_up: false });
        self.push(item, BTreeMap::new(), Fate::Back { after });
    }

    pub(crate) async fn closed(&mut self, shared: &Shared<'_>, closed: Closed) {
        match closed {
            Closed::Back { item, why, after } => self.wait(shared, item, why, after).await,
            Closed::Through { item, entry, text, given_up } => {
                self.through(item, entry, text, given_up);
            }
        }
    }

    /// It is through: all that is left is to acknowledge it.
    pub(crate) fn through(
        &mut self,
        item: EventItem,
        entry: LedgerEntry,
        text: String,
        given_up: Option<String>,
    ) {
        if given_up.is_some() {
            self.stop.get_or_insert(Stop { after: Duration::ZERO, given_up: true });
        }
        self.push(item, entry.endings, Fate::Through { text, given_up });
    }

    fn push(&mut self, item: EventItem, endings: BTreeMap<String, Ending>, fate: Fate) {
        let EventItem { received, delivery, event, key, .. } = item;
        let event = Some((key, event.event_type));
        self.lines.push(Line { received, delivery, event, endings, fate });
    }

    /// Posts the acknowledgements and says what is to become of each message.
    pub(crate) async fn acknowledge(self, shared: &Shared<'_>) -> Ended {
        let posts = self.lines.iter().map(|line| async {
            match line.text() {
                Some(text) if !line.was_said() => post(shared, line.delivery, &text).await,
                Some(_) | None => Posted::Settled,
            }
        });
        let posted = join_all(posts).await;
        let mut ended = Ended { messages: Vec::new(), events: Vec::new() };
        // Once a message goes back, those behind it do too: the queue keeps their order.
        let mut behind: Option<Duration> = None;
        for (line, posted) in self.lines.into_iter().zip(posted) {
            let disposition = line.disposition(posted, behind);
            if let (Disposition::Return { after }, None) = (&disposition, behind) {
                behind = Some(*after);
            }
            let text = line.text();
            let (event, event_type) = line.event.unzip();
            if let Some(acknowledgement) = text {
                ended.events.push(Worked {
                    event,
                    event_type: event_type.unwrap_or_default(),
                    delivery: line.delivery,
                    endings: line.endings,
                    acknowledgement,
                });
            }
            ended.messages.push((line.received, disposition));
        }
        ended
    }
}

impl Line {
    /// What is said on its delivery; nothing while it is not through.
    fn text(&self) -> Option<String> {
        match &self.fate {
            Fate::Dead { why } => Some(acknowledgement::remark(EndingKind::Failed, why)),
            Fate::Back { .. } => None,
            Fate::Through { text, .. } => Some(text.clone()),
        }
    }

    /// Whether it was said at the first receive: what cannot be worked comes back at once until
    /// the queue gives it up, and only the last time is it said once more, should the first have
    /// failed.
    fn was_said(&self) -> bool {
        matches!(self.fate, Fate::Dead { .. })
            && (2..RECEIVES_MAX).contains(&self.received.receives)
    }

    fn disposition(&self, posted: Posted, behind: Option<Duration>) -> Disposition {
        let last = self.received.receives >= RECEIVES_MAX;
        if let (Posted::Later { why, .. }, true) = (&posted, last) {
            error!(message.id = self.received.message_id, why, "never acknowledged");
            figures::ACKNOWLEDGEMENT_GIVEN_UP.record(1.0, []);
        }
        match &self.fate {
            Fate::Dead { why } => Disposition::DeadLetter { reason: why.clone() },
            Fate::Back { after } => Disposition::Return { after: *after },
            Fate::Through { given_up: Some(reason), .. } => {
                figures::DEAD_LETTER.record(1.0, []);
                Disposition::DeadLetter { reason: reason.clone() }
            }
            Fate::Through { given_up: None, .. } => match (posted, behind) {
                (Posted::Later { .. }, _) if last => Disposition::Finish,
                (_, Some(after)) if !last => Disposition::Return { after },
                (Posted::Later { after, .. }, _) => {
                    let received = &self.received;
                    let after = back_off(&received.message_id, received.receives, after);
                    Disposition::Return { after }
                }
                (Posted::Settled, _) => Disposition::Finish,
            },
        }
    }
}
