//! Starting and stopping: one listener on the loopback interface, one task for each hook.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::config::EmulatorConfig;
use crate::shared::Shared;
use crate::site::EmulatedSite;
use crate::{page, rest};

/// How long requests under way may take when the emulator stops. Ours.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A running site. It stops when it is dropped; [`Emulator::stop`] also waits for it.
pub struct Emulator {
    shared: Arc<Shared>,
    server: JoinHandle<io::Result<()>>,
}

impl Emulator {
    /// Starts a site on 127.0.0.1. Called from inside a tokio runtime.
    ///
    /// # Errors
    /// The port is taken, or there is no runtime.
    pub fn start(config: EmulatorConfig) -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port))?;
        listener.set_nonblocking(true)?;
        let origin = format!("http://{}", listener.local_addr()?);
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let shared = Shared::new(config, origin, client()?, runtime.clone());
        let shared = Arc::new(shared.map_err(io::Error::other)?);
        let app = Router::new()
            .merge(rest::router(&shared))
            .merge(page::router(&shared))
            .with_state(Arc::clone(&shared));
        let mut stop = shared.stop();
        let stopped = async move {
            let _ended = stop.wait_for(|stopped| *stopped).await.is_ok();
        };
        let serving = axum::serve(listener, app).with_graceful_shutdown(stopped);
        let server = runtime.spawn(async move { serving.await });
        Ok(Self { shared, server })
    }

    /// `http://127.0.0.1:port`, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        self.shared.origin().to_owned()
    }

    /// A handle on what is inside.
    #[must_use]
    pub fn site(&self) -> EmulatedSite {
        EmulatedSite::new(Arc::clone(&self.shared))
    }

    /// Stops: no new request is taken, those under way are finished, deliveries end.
    pub async fn stop(mut self) {
        self.shared.stop_all();
        if tokio::time::timeout(STOP_TIMEOUT, &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.shared.stop_all();
    }
}

/// Deliveries do not follow redirects, know no proxy, and keep no cookies.
fn client() -> io::Result<reqwest::Client> {
    // Another part of the process may have chosen the provider already; any will do.
    let _chosen = rustls::crypto::ring::default_provider().install_default().is_ok();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    client.build().map_err(io::Error::other)
}
