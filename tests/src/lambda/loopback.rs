//! A small HTTP/1 server on a free port of loopback, plain or TLS.
//!
//! What answers may also refuse to: an `Err` closes the connection without a word.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// What a handler gives back.
pub(super) type Given = io::Result<Response<Full<Bytes>>>;

/// A server that ends, connections and all, when it is dropped.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// An address on loopback where nobody listens: `host:port`.
#[must_use]
pub fn nobody() -> String {
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound socket has an address").to_string()
}

/// Serves until the server is dropped.
pub(super) fn serve<H, F>(tls: Option<Arc<ServerConfig>>, handler: H) -> Server
where
    H: Fn(Parts, Bytes) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Given> + Send + 'static,
{
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.set_nonblocking(true).expect("a socket can be made non-blocking");
    let address = listener.local_addr().expect("a bound socket has an address");
    let listener = TcpListener::from_std(listener).expect("called inside a runtime");
    let accepting = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            while connections.try_join_next().is_some() {}
            connections.spawn(connection(stream, tls.clone(), handler.clone()));
        }
    });
    Server { address, accepting }
}

async fn connection<H, F>(stream: TcpStream, tls: Option<Arc<ServerConfig>>, handler: H)
where
    H: Fn(Parts, Bytes) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Given> + Send + 'static,
{
    let _ = stream.set_nodelay(true);
    match tls {
        None => requests(stream, handler).await,
        Some(config) => {
            if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
                requests(stream, handler).await;
            }
        }
    }
}

/// A connection that breaks is the business of whoever called, not ours.
async fn requests<S, H, F>(stream: S, handler: H)
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Parts, Bytes) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Given> + Send + 'static,
{
    let answer = service_fn(move |request: Request<Incoming>| {
        let handler = handler.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
            handler(parts, body).await
        }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}
