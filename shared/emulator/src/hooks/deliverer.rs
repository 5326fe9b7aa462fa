//! The task behind one hook: it posts what waits, in order, and keeps the answer. It never tries
//! again by itself, as the site does not.

use std::sync::Arc;

use uuid::Uuid;

use super::answer::Answer;
use super::{Next, Post};
use crate::shared::Shared;

/// Runs until the hook is deleted or the emulator stops.
pub(crate) async fn deliver(shared: Arc<Shared>, hook: Uuid) {
    let mut changes = shared.changes();
    let mut stop = shared.stop();
    loop {
        changes.borrow_and_update();
        let now = shared.now();
        let next = shared.store().hooks.next_post(hook, shared.origin(), now);
        let post = match next {
            Next::Gone => return,
            Next::Post(post) => post,
            Next::Nothing => {
                tokio::select! {
                    _ = changes.changed() => continue,
                    _ = stop.wait_for(|stopped| *stopped) => return,
                }
            }
        };
        let answer = tokio::select! {
            answer = send(&shared, &post) => answer,
            _ = stop.wait_for(|stopped| *stopped) => return,
        };
        let now = shared.now();
        shared.change(|store| store.hooks.answered(hook, &post, &answer, now));
    }
}

async fn send(shared: &Shared, post: &Post) -> Answer {
    shared.throttle.wait().await;
    // Paused time in a test drives tokio's clock, and the answer is awaited on it too.
    let begun = tokio::time::Instant::now();
    let mut request = shared.http.post(&post.url).timeout(post.timeout);
    for (name, value) in &post.headers {
        request = request.header(name, value);
    }
    let mut answer = match request.body(post.body.clone()).send().await {
        Ok(response) => read(response).await,
        Err(error) => {
            tracing::debug!(error = %error.without_url(), "a receiver did not answer");
            Answer::default()
        }
    };
    answer.took = begun.elapsed();
    shared.throttle.spend(answer.took);
    answer
}

async fn read(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| {
        String::from_utf8_lossy(value.as_bytes()).into_owned()
    };
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), text(value))).collect();
    match response.text().await {
        Ok(body) => Answer { status, headers, body, ..Answer::default() },
        // A body that breaks off is no answer.
        Err(_) => Answer::default(),
    }
}
