//! A certificate authority of one test: what it signs is trusted by who is given its file.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::NamedTempFile;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// An authority with the server certificate it signed, for `127.0.0.1` and `localhost`.
#[derive(Debug)]
pub struct Authority {
    file: NamedTempFile,
    server: Arc<ServerConfig>,
}

impl Authority {
    /// Makes keys and certificates.
    #[must_use]
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let certificate = params.self_signed(&key).expect("self-signed");
        let mut file = NamedTempFile::new().expect("a temporary file");
        file.write_all(certificate.pem().as_bytes()).expect("room for a certificate");

        let issuer = Issuer::new(params, key);
        let leaf_key = KeyPair::generate().expect("a key");
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let leaf = CertificateParams::new(names).expect("plain names");
        let leaf = leaf.signed_by(&leaf_key, &issuer).expect("signed");
        let secret = PrivateKeyDer::try_from(leaf_key.serialize_der()).expect("a PKCS 8 key");
        let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], secret)
            .expect("key and certificate belong together");
        Self { file, server: Arc::new(server) }
    }

    /// The authority's certificate in PEM form, for `SSL_CERT_FILE`.
    #[must_use]
    pub fn file(&self) -> &Path {
        self.file.path()
    }

    pub(super) fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
