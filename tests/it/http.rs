//! HTTP by hand: a request as its bytes, so that it can be as wrong as a stranger's; and a server
//! that hands what it gets to something in the test.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tests::lambda::sign;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// An answer: its status and its body. Status 0 is no answer, by [`NO_CONNECTION`] or cut off.
pub type Got = (u16, String);

/// What stands for the body where nobody listened.
pub const NO_CONNECTION: &str = "no connection";

/// The address in `http://host:port/...`.
pub fn address(url: &str) -> SocketAddr {
    let host = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    host.parse().unwrap_or_else(|_| panic!("no address: {url}"))
}

/// A whole request.
pub fn request(line: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    [text.as_bytes(), body].concat()
}

/// A signed POST.
pub fn signed(token: &str, body: &[u8], more: &[(&str, &str)]) -> Vec<u8> {
    let signature = sign(token, body);
    let mut headers = vec![("content-type", "application/json"), ("x-sg-signature", &signature)];
    headers.extend_from_slice(more);
    request("POST /", &headers, body)
}

/// Sends bytes and reads what comes until the other side closes.
pub async fn exchange(to: SocketAddr, bytes: &[u8]) -> Got {
    let Ok(mut stream) = TcpStream::connect(to).await else { return (0, NO_CONNECTION.into()) };
    // Who refuses a large body may close before it has read all of it.
    let _ = stream.write_all(bytes).await;
    answer(&mut stream).await
}

/// Reads an answer until the other side closes.
pub async fn answer(stream: &mut TcpStream) -> Got {
    let mut got = Vec::new();
    let mut part = [0; 4096];
    while let Ok(size @ 1..) = stream.read(&mut part).await {
        got.extend_from_slice(&part[..size]);
    }
    let got = String::from_utf8_lossy(&got).into_owned();
    let status = got.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = got.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, body.to_owned())
}

/// A server on a free port of loopback. It ends when it is dropped.
pub struct Server {
    /// `http://127.0.0.1:port/`.
    pub url: String,
    accepting: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Server {
    /// Answers every request by `handler`.
    pub fn start<H, F>(handler: H) -> Self
    where
        H: Fn(Parts, Bytes) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
    {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let listener = TcpListener::from_std(listener).unwrap();
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(connection(stream, handler.clone()));
            }
        });
        Self { url, accepting }
    }
}

async fn connection<H, F>(stream: TcpStream, handler: H)
where
    H: Fn(Parts, Bytes) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let handler = handler.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok::<_, hyper::Error>(handler(parts, body).await)
        }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// A receiver that says 200 and looks away: the site knows the delivery, nobody works it.
pub fn careless() -> Server {
    Server::start(|_, _| async { give(200, "") })
}

/// An answer to give.
pub fn give(status: u16, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status.try_into().unwrap();
    response
}
