//! The site sends its deliveries to our door: some are lost, some come twice, some are sent again
//! by somebody, and some of our answers never arrive.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue, Method};
use sgh_core::ids::DeliveryId;
use sgh_core::settings::webhook_tokens;
use sgh_core::signature::Keys;
use sgh_door::{DELIVERY_HEADER, Door, Request, SIGNATURE_HEADER};

use crate::hands::Hands;
use crate::mortal::{Fate, Mortal};
use crate::world::World;

/// The door, which is put anew where its tokens are changed.
pub(crate) struct Sending {
    pub world: Arc<World>,
    door: Mutex<Arc<Door>>,
}

impl Sending {
    pub(crate) fn new(world: &Arc<World>, tokens: &str) -> Arc<Self> {
        let door = Mutex::new(door(world, tokens));
        Arc::new(Self { world: Arc::clone(world), door })
    }

    pub(crate) fn trust(&self, tokens: &str) {
        *self.door.lock().unwrap() = door(&self.world, tokens);
    }

    /// One hook, for ever.
    pub(crate) async fn run(self: Arc<Self>, hook: usize) {
        let world = &self.world;
        let mut again: Vec<(jiff::Timestamp, Request, Vec<DeliveryId>)> = Vec::new();
        loop {
            tokio::time::sleep(world.dice.millis(50, 900)).await;
            let now = world.clock.true_now();
            if let Some(place) = again.iter().position(|(due, ..)| *due <= now) {
                let (_, request, ids) = again.remove(place);
                self.post(request, &ids).await;
            }
            let ids = self.take_due(hook, now);
            world.sending_again[hook]
                .store(again.len() as u64, std::sync::atomic::Ordering::SeqCst);
            if ids.is_empty() {
                continue;
            }
            let knobs = &world.knobs;
            if world.faults.happens("delivery lost on the way", knobs.lost) {
                continue;
            }
            let request = self.request(&ids);
            if world.faults.happens("delivery sent twice", knobs.duplicated) {
                again.push((now + world.dice.millis(100, 400_000), copy(&request), ids.clone()));
            }
            if world.faults.happens("delivery sent again by somebody", knobs.redelivered) {
                let due = now + world.dice.millis(1000, 900_000);
                world.redeliveries.lock().unwrap().push((due, ids[0]));
            }
            self.post(request, &ids).await;
        }
    }

    /// Sends one delivery on its own, as when somebody presses Redeliver.
    pub(crate) async fn redeliver(&self, id: DeliveryId) {
        let request = self.request(&[id]);
        self.post(request, &[id]).await;
    }

    fn take_due(&self, hook: usize, now: jiff::Timestamp) -> Vec<DeliveryId> {
        let most = self.world.dice.between(1, self.world.knobs.body);
        let mut site = self.world.site.lock().unwrap();
        let outbox = &mut site.outboxes[hook];
        outbox.sort_by_key(|sent| sent.due);
        let due = outbox.iter().take_while(|sent| sent.due <= now).count();
        let count = due.min(usize::try_from(most).unwrap_or(1));
        outbox.drain(..count).map(|sent| sent.delivery).collect()
    }

    fn request(&self, ids: &[DeliveryId]) -> Request {
        let site = self.world.site.lock().unwrap();
        let bodies: Vec<&str> = ids.iter().map(|id| site.deliveries[id].body.as_str()).collect();
        let timestamp = self.world.clock.true_now();
        let body = match bodies.as_slice() {
            [one] if self.world.knobs.body == 1 => {
                format!(r#"{{"data":{one},"timestamp":"{timestamp}"}}"#)
            }
            many => {
                let many = many.join(",");
                format!(r#"{{"timestamp":"{timestamp}","data":{{"deliveries":[{many}]}}}}"#)
            }
        };
        let keys = Keys::new([site.token.as_bytes()]).expect("a token");
        let mut headers = HeaderMap::new();
        let mut put = |name, text: String| {
            headers.insert(name, HeaderValue::from_str(&text).expect("a header"));
        };
        put(SIGNATURE_HEADER, keys.sign(body.as_bytes()));
        if let [one] = ids {
            put(DELIVERY_HEADER, one.to_string());
        }
        Request { method: Method::POST, path: "/".into(), headers, body: body.into_bytes() }
    }

    async fn post(&self, request: Request, ids: &[DeliveryId]) {
        let world = &self.world;
        let _busy = world.busy();
        let door = Arc::clone(&self.door.lock().unwrap());
        let dies = world.faults.happens("receiver killed", world.knobs.deaths / 4);
        let fate = if dies { Fate::Dies(world.dice.between(0, 8)) } else { Fate::Lives };
        let answer = Mortal::new(door.answer(request), fate).await;
        let dropped = world.faults.happens("our 200 is lost", world.knobs.answer_dropped);
        let status = answer.map_or(0, |answer| answer.status());
        world.note(|| format!("door: {status} for {ids:?}, dropped: {dropped}"));
        match status {
            200 if !dropped => {
                let mut site = world.site.lock().unwrap();
                for id in ids {
                    site.deliveries.get_mut(id).expect("sent").accepted = true;
                }
            }
            200 => {}
            0 => {}
            401 => world.faults.count("refused: token not known yet"),
            503 => world.faults.count("refused: queue"),
            other => world.wrong(format!("the door answered {other}")),
        }
    }
}

fn door(world: &Arc<World>, tokens: &str) -> Arc<Door> {
    let secrets = webhook_tokens(tokens).expect("tokens");
    let (queue, clock) = (Hands::new(world), world.clock.clone());
    Arc::new(Door::new(&secrets, world.knobs.ordering, queue, clock).expect("a door"))
}

fn copy(request: &Request) -> Request {
    Request {
        method: request.method.clone(),
        path: request.path.clone(),
        headers: request.headers.clone(),
        body: request.body.clone(),
    }
}
