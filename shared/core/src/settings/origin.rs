//! The one origin that is ever called.

use std::fmt;

use url::{Host, Url};

/// Scheme, host and port of the site, and nothing else: no user, path or query can ride along.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SiteOrigin {
    origin: String,
    host: String,
}

/// An address that cannot be the site's. The address is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not a URL with a host, or one with strange characters.
    #[error("is not an address like https://host")]
    Address,
    /// Neither https, nor http to this very machine.
    #[error("is not https (http is for this very machine only)")]
    Scheme,
    /// A user or a password before the host.
    #[error("holds a user or a password")]
    User,
    /// Something after the host.
    #[error("holds a path, a query or a fragment")]
    Tail,
}

impl SiteOrigin {
    /// Reads `https://host`, with a port if need be; a `/` at the end does not count.
    /// `http` is taken for loopback hosts only, which is where the emulator is.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let text = text.trim();
        // The URL standard would quietly mend much of this, into an address nobody has read.
        let odd = |c: char| !c.is_ascii_graphic() || c == '\\';
        if text.chars().any(odd) || !text.contains("://") {
            return Err(OriginError::Address);
        }
        let url = Url::parse(text).map_err(|_| OriginError::Address)?;
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err(OriginError::User);
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(OriginError::Tail);
        }
        let host = url.host_str().ok_or(OriginError::Address)?.to_owned();
        if host.ends_with('.') {
            return Err(OriginError::Address);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(OriginError::Scheme),
        }
        Ok(Self { origin: url.origin().ascii_serialization(), host })
    }

    /// The host in lower case, without the port: the site's name in the ledger.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and, where it is not the scheme's own, port; without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.origin
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for SiteOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let check = |text: &str, origin: &str, host: &str| {
            let read = SiteOrigin::parse(text).expect(text);
            assert_eq!((read.as_str(), read.host()), (origin, host), "{text}");
        };
        let (origin, host) =
            ("https://studio.shotgrid.autodesk.com", "studio.shotgrid.autodesk.com");
        check(origin, origin, host);
        check(" https://Studio.ShotGrid.autodesk.com:443/ ", origin, host);
        check("https://site.example:8443", "https://site.example:8443", "site.example");
        check("http://127.0.0.1:8380", "http://127.0.0.1:8380", "127.0.0.1");
        check("http://localhost:8380/", "http://localhost:8380", "localhost");
        check("http://[::1]:8380", "http://[::1]:8380", "[::1]");
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        let check = |text: &str, expect| assert_eq!(SiteOrigin::parse(text), Err(expect), "{text}");
        check("studio.shotgrid.autodesk.com", OriginError::Address);
        check("https://", OriginError::Address);
        check("https://ｓtudio.example", OriginError::Address);
        check("https:\\\\studio.example", OriginError::Address);
        check("https://studio.example.", OriginError::Address);
        check("https://studio.example\n.evil", OriginError::Address);
        check("http://studio.example", OriginError::Scheme);
        check("http://127.0.0.1.evil.example", OriginError::Scheme);
        check("http://localhost.evil.example", OriginError::Scheme);
        check("http://[::ffff:127.0.0.1]", OriginError::Scheme);
        check("ftp://studio.example", OriginError::Scheme);
        check("https://canary:canary@studio.example", OriginError::User);
        check("https://@studio.example", OriginError::User);
        check("https://studio.example/api/v1", OriginError::Tail);
        check("https://studio.example?x=1", OriginError::Tail);
        check("https://studio.example/#x", OriginError::Tail);
    }
}
