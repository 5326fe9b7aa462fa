//! Many clients at once, each posting deliveries whose effect can be seen on the site; and the
//! account of all that was answered 200.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_queue::Queue as _;
use sgh_sqlite::SqliteQueue;
use tokio::sync::mpsc;

use super::database;
use crate::http::{Got, exchange, signed};
use crate::studio::{Ahead, Film, Studio, TOKEN};

/// Who posts at once.
const CLIENTS: usize = 8;
/// Longer than any message is hidden.
const LATER: i64 = 24 * 3600;

/// A delivery that says that a version was approved, and the task that this makes final.
pub struct Order {
    pub entry: u64,
    pub task: EntityRef,
    request: Vec<u8>,
}

/// Versions of one film that are approved, and the delivery of each.
pub fn orders(studio: &Studio, film: &Film, count: usize) -> Arc<Vec<Order>> {
    static ENTRIES: AtomicU64 = AtomicU64::new(5_000_000);
    let order = |n| {
        let (version, task) = studio.version(film, &format!("Task {n}"));
        studio.set_status(&version, "apr");
        let entry = ENTRIES.fetch_add(1, Ordering::SeqCst);
        let meta = json!({
            "type": "attribute_change", "attribute_name": "sg_status_list",
            "entity_type": "Version", "entity_id": version.id,
            "field_data_type": "status_list", "old_value": "rev", "new_value": "apr",
        });
        let body = json!({"timestamp": "2026-03-02T09:15:00Z", "data": {
            "id": format!("{entry}.0.0"), "event_log_entry_id": entry,
            "event_type": "Shotgun_Version_Change", "operation": "update",
            "user": studio.site().coordinator(), "entity": version, "project": film.project,
            "meta": meta, "attribute_name": "sg_status_list", "session_uuid": null,
            "created_at": "2026-03-02 09:14:07.318204", "delivery_id": uuid::Uuid::new_v4(),
        }});
        Order { entry, task, request: signed(TOKEN, body.to_string().as_bytes(), &[]) }
    };
    Arc::new((0..count).map(order).collect())
}

/// Clients at work. They end when there is nothing left to post, or nobody to post to.
pub struct Load {
    orders: Arc<Vec<Order>>,
    answers: mpsc::UnboundedReceiver<(usize, Got)>,
    /// What was answered so far, by its order.
    pub got: Vec<(usize, Got)>,
}

impl Load {
    pub fn start(to: SocketAddr, orders: &Arc<Vec<Order>>) -> Self {
        let (sender, answers) = mpsc::unbounded_channel();
        let next = Arc::new(AtomicUsize::new(0));
        for _ in 0..CLIENTS {
            let (orders, sender, next) = (Arc::clone(orders), sender.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let place = next.fetch_add(1, Ordering::SeqCst);
                    let Some(order) = orders.get(place) else { return };
                    let got = exchange(to, &order.request).await;
                    let is_over = got.0 == 0;
                    if sender.send((place, got)).is_err() || is_over {
                        return;
                    }
                }
            });
        }
        Self { orders: Arc::clone(orders), answers, got: Vec::new() }
    }

    /// Waits until so many are kept.
    pub async fn kept(&mut self, count: usize) {
        while self.got.iter().filter(|(_, got)| got.0 == 200).count() < count {
            self.got.push(self.answers.recv().await.expect("there is more to post"));
        }
    }

    /// Waits until all clients have ended, and tells the orders that were answered 200.
    pub async fn end(&mut self) -> Vec<usize> {
        while let Some(answer) = self.answers.recv().await {
            self.got.push(answer);
        }
        let kept = self.got.iter().filter(|(_, got)| got.0 == 200);
        kept.map(|(place, _)| *place).collect()
    }

    pub fn order(&self, place: usize) -> &Order {
        &self.orders[place]
    }
}

/// What is in the queue, hidden or not, by event log entry. Takes it out.
pub async fn in_queue(studio: &Studio) -> BTreeSet<u64> {
    let clock = Ahead::default();
    clock.by(LATER);
    let queue = SqliteQueue::open(database(studio), Arc::new(clock)).unwrap();
    let entry = |body: &str| {
        let event: Value = serde_json::from_str(body).expect("an event");
        event["event_log_entry_id"].as_u64().expect("an entry")
    };
    let mut found = BTreeSet::new();
    loop {
        let hidden = Duration::from_secs(60);
        let received = queue.receive(100, hidden, Duration::ZERO).await.unwrap();
        if received.is_empty() {
            let dead = queue.dead_letters(100).await.unwrap();
            assert!(dead.is_empty(), "nothing was given up: {dead:?}");
            return found;
        }
        for message in received {
            found.insert(entry(&message.message.body));
            queue.finish(&message.receipt).await.unwrap();
        }
    }
}

/// How many messages the queue has that were not worked, dead letters and hidden ones included.
pub async fn unworked(studio: &Studio) -> u64 {
    let queue = SqliteQueue::open(database(studio), Arc::new(Ahead::default())).unwrap();
    let waiting = queue.waiting().await.unwrap();
    waiting.messages + waiting.dead_letters
}
