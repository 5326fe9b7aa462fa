//! The HTTP client: one origin, no redirects, no proxy, bounded in time.

use std::sync::Arc;

use reqwest::{Client, ClientBuilder};
use sgh_core::limits::SITE_CONCURRENCY;

use super::RestSettings;

/// A client for this origin.
///
/// # Errors
/// There are no certificates on this machine to check the site's by.
pub(super) fn client(settings: &RestSettings) -> Result<Client, reqwest::Error> {
    // The first to install a provider wins, and any will do; without one the builder panics.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let https = settings.origin.as_str().starts_with("https:");
    let builder = Client::builder()
        .user_agent(concat!("shotgrid-hooks/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .https_only(https)
        .timeout(settings.call_timeout)
        .connect_timeout(settings.connect_timeout)
        .pool_max_idle_per_host(SITE_CONCURRENCY);
    if https { builder.build() } else { without_certificates(builder).build() }
}

/// The emulator needs no certificates, so a machine that has none can still run it; and reading
/// those that there are takes milliseconds.
fn without_certificates(builder: ClientBuilder) -> ClientBuilder {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider);
    match config.with_safe_default_protocol_versions() {
        Ok(config) => {
            let nobody = rustls::RootCertStore::empty();
            let config = config.with_root_certificates(nobody).with_no_client_auth();
            builder.tls_backend_preconfigured(config)
        }
        Err(_) => builder,
    }
}
