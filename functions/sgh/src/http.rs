//! HTTP in front of the door, for one machine. All bounds are kept before the door is asked: a
//! stranger can neither hold a connection open for long nor fill the memory.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use sgh_core::limits::BODY_SIZE_MAX;
use sgh_door::{Answer, Door};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::stop::{STOP_TIMEOUT, Stop};

/// Time for the headers of a request. Ours.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for the body of a request. Ours: the site gives up after 6 s.
const BODY_TIMEOUT: Duration = Duration::from_secs(6);
/// Connections at once; more wait. Ours.
const CONNECTIONS_MAX: usize = 256;

/// Takes deliveries in until it is time to stop.
///
/// # Errors
/// A connection cannot be accepted any more.
pub async fn serve(listener: TcpListener, door: Arc<Door>, mut stop: Stop) -> anyhow::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let place = places.clone().acquire_owned().await?;
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted.context("cannot accept connections")?,
            () = stop.wait() => break,
        };
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
    }
    let _ = tokio::time::timeout(STOP_TIMEOUT, graceful.shutdown()).await;
    Ok(())
}

async fn answer(
    door: Arc<Door>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let declared = body.size_hint().lower();
    let answer = if declared > BODY_SIZE_MAX as u64 {
        Answer::TooLarge
    } else {
        match tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, BODY_SIZE_MAX).collect()).await
        {
            Ok(Ok(body)) => {
                let request = sgh_door::Request {
                    method: head.method,
                    path: head.uri.path().to_owned(),
                    headers: head.headers,
                    body: body.to_bytes().to_vec(),
                };
                door.answer(request).await
            }
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Answer::TooLarge,
            // Half a body: whatever is said, nobody is there to hear it.
            Ok(Err(_)) | Err(_) => Answer::BadSignature,
        }
    };
    let mut response = Response::new(Full::new(Bytes::from_static(answer.body().as_bytes())));
    *response.status_mut() = hyper::StatusCode::from_u16(answer.status())
        .unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    Ok(response)
}
