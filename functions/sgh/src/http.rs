//! HTTP in front of the door, for one machine. All bounds are kept before the door is asked: a
//! stranger can neither hold a connection open for long nor fill the memory.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use sgh_core::limits::BODY_SIZE_MAX;
use sgh_door::{Answer, Door};
use sgh_telemetry::figures;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tracing::warn;

use crate::stop::{STOP_TIMEOUT, Stop};

/// Time for the headers of a request. Ours.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for the body of a request. Ours: the site gives up after 6 s.
const BODY_TIMEOUT: Duration = Duration::from_secs(6);
/// Connections at once; more wait. Ours: with the largest bodies they hold 768 MiB.
const CONNECTIONS_MAX: usize = 128;
/// How long a connection that is there already may take to be seen when we stop. Ours.
const GRACE: Duration = Duration::from_millis(100);
/// Pause after a connection that could not be accepted. Ours.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Takes deliveries in until it is time to stop.
///
/// # Errors
/// Never while the process is sound.
pub async fn serve(listener: TcpListener, door: Arc<Door>, mut stop: Stop) -> anyhow::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let let_in = |stream, place: OwnedSemaphorePermit| {
        let door = door.clone();
        let service = service_fn(move |request| answer(door.clone(), request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is the sender's: it will send again, or the sweep finds it.
            let _ = connection.await;
            drop(place);
        });
    };
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted?,
            () = stop.wait() => break,
        };
        // A connection that a stranger broke off, or no file handle left just now: the next one.
        if let Some((stream, place)) = accepted {
            let_in(stream, place);
        }
    }
    // The kernel has let in who knocked before: they are served, and then nobody can knock.
    while let Ok(Ok(Some((stream, place)))) = timeout(GRACE, accept(&listener, &places)).await {
        let_in(stream, place);
    }
    drop(listener);
    // What was sent with the last connections is read before the idle ones are closed.
    tokio::time::sleep(GRACE).await;
    let _ = timeout(STOP_TIMEOUT, graceful.shutdown()).await;
    Ok(())
}

/// The next connection, once there is a place for it; `None` if accepting it failed.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> anyhow::Result<Option<(TcpStream, OwnedSemaphorePermit)>> {
    let place = places.clone().acquire_owned().await?;
    match listener.accept().await {
        Ok((stream, _)) => Ok(Some((stream, place))),
        Err(error) => {
            warn!(%error, "a connection could not be accepted");
            // No file handle is left: asking at once would spin until somebody hangs up.
            tokio::time::sleep(ACCEPT_PAUSE).await;
            Ok(None)
        }
    }
}

async fn answer(
    door: Arc<Door>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let declared = body.size_hint().lower();
    let answer = if declared > BODY_SIZE_MAX as u64 {
        refused("size", Answer::TooLarge)
    } else {
        match timeout(BODY_TIMEOUT, Limited::new(body, BODY_SIZE_MAX).collect()).await {
            Ok(Ok(body)) => {
                let request = sgh_door::Request {
                    method: head.method,
                    path: head.uri.path().to_owned(),
                    headers: head.headers,
                    body: Vec::from(body.to_bytes()),
                };
                door.answer(request).await
            }
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                refused("size", Answer::TooLarge)
            }
            // Half a body: whatever is said, nobody is there to hear it.
            Ok(Err(_)) | Err(_) => refused("broken off", Answer::BadSignature),
        }
    };
    let mut response = Response::new(Full::new(Bytes::from_static(answer.body().as_bytes())));
    *response.status_mut() = hyper::StatusCode::from_u16(answer.status())
        .unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    Ok(response)
}

/// Counts a refusal that the door never saw.
fn refused(reason: &str, answer: Answer) -> Answer {
    figures::RECEIVED.record(1.0, []);
    figures::REFUSED.record(1.0, [reason]);
    warn!(reason, "refused");
    answer
}
