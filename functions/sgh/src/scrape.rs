//! The figures of this process for Prometheus, at a listener of their own: the door's address is
//! public, and how much a studio works is nobody's business. Off unless asked for.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use sgh_core::clock::Clock;
use sgh_core::settings::QueueAddress;
use sgh_queue::Measure;
use sgh_telemetry::{EXPOSITION_TYPE, exposition, figures};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tracing::warn;

use crate::backlog::measure;
use crate::house::clock;
use crate::output::Output;
use crate::stop::Stop;

/// Where the figures are.
const PATH: &str = "/metrics";
/// One connection, from its first byte to its last. Ours: Prometheus gives up after 10 s itself.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for the queue to say how much is in it. Ours.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(3);
/// Connections at once; more wait. Ours: one Prometheus asks once a minute.
const CONNECTIONS_MAX: usize = 8;
/// Pause after a connection that could not be accepted. Ours.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What answers.
pub struct Scrape {
    listener: TcpListener,
    queue: Arc<dyn Measure>,
    clock: Arc<dyn Clock>,
}

/// Listens at this address, if there is one.
///
/// # Errors
/// It is taken, or the queue cannot be opened.
pub async fn open(
    address: Option<SocketAddr>,
    queue: &QueueAddress,
) -> anyhow::Result<Option<Scrape>> {
    let Some(address) = address else { return Ok(None) };
    let place = || format!("cannot listen at {address}; choose another --metrics");
    let listener = TcpListener::bind(address).await.with_context(place)?;
    if !address.ip().is_loopback() {
        warn!(%address, "whoever reaches this address can read the figures");
    }
    Ok(Some(Scrape { listener, queue: measure(queue).await?, clock: clock() }))
}

/// Begins to answer, and says where.
///
/// # Errors
/// The listener has no address.
pub fn start(scrape: Option<Scrape>, output: Output, stop: Stop) -> anyhow::Result<()> {
    let Some(scrape) = scrape else { return Ok(()) };
    let url = format!("http://{}{PATH}", scrape.listener.local_addr()?);
    output.print(format!("figures at {url}"), || json!({"metrics": url}));
    tokio::spawn(scrape.run(stop));
    Ok(())
}

impl Scrape {
    /// Answers until it is time to stop. Nothing that goes wrong here is a reason to stop working.
    async fn run(self, mut stop: Stop) {
        let scrape = Arc::new(self);
        let places = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS_MAX));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let accepted = tokio::select! {
                accepted = scrape.listener.accept() => accepted,
                () = stop.wait() => return,
            };
            match accepted {
                Ok((stream, _)) => {
                    let scrape = scrape.clone();
                    tokio::spawn(async move {
                        // Who hangs up early has lost an answer, and we nothing.
                        let _ = timeout(CONNECTION_TIMEOUT, scrape.connection(stream)).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    warn!(%error, "a connection for figures could not be accepted");
                    // No file handle is left: asking at once would spin until somebody hangs up.
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream) -> hyper::Result<()> {
        let answer = service_fn(|request| self.answer(request));
        let mut http = http1::Builder::new();
        let http = http.timer(TokioTimer::new()).keep_alive(false);
        http.serve_connection(TokioIo::new(stream), answer).await
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let (status, text) = match (request.method(), request.uri().path()) {
            (&Method::GET | &Method::HEAD, PATH) => {
                self.look().await;
                (StatusCode::OK, exposition())
            }
            (_, PATH) => (StatusCode::METHOD_NOT_ALLOWED, "GET it\n".to_owned()),
            (_, _) => (StatusCode::NOT_FOUND, format!("figures are at {PATH}\n")),
        };
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = status;
        let kind = if status == StatusCode::OK { EXPOSITION_TYPE } else { "text/plain" };
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        Ok(response)
    }

    /// Levels of the queue, as they are now; a queue that cannot be asked has none.
    async fn look(&self) {
        let backlog = match timeout(QUEUE_TIMEOUT, self.queue.backlog()).await {
            Ok(Ok(backlog)) => Some(backlog),
            Ok(Err(error)) => {
                warn!(%error, "how much is in the queue is not known");
                None
            }
            Err(_) => {
                warn!("the queue does not say in time how much is in it");
                None
            }
        };
        let age = backlog.and_then(|backlog| {
            let age = self.clock.now().duration_since(backlog.oldest?);
            Some(age.as_secs_f64().max(0.0))
        });
        let count = |count: Option<u64>| count.map(|count| count as f64);
        set(&figures::QUEUE_WAITING, count(backlog.map(|backlog| backlog.waiting)));
        set(&figures::QUEUE_OUT, count(backlog.map(|backlog| backlog.out)));
        set(&figures::QUEUE_OLDEST, age);
        set(&figures::QUEUE_DEAD_LETTERS, count(backlog.and_then(|found| found.dead_letters)));
    }
}

fn set(figure: &'static sgh_telemetry::Figure<0>, level: Option<f64>) {
    match level {
        Some(level) => figure.record(level, []),
        None => figure.forget([]),
    }
}

#[cfg(test)]
mod tests;
