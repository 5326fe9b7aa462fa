//! Who sent these bytes: HMAC-SHA1 over the raw body, before anything else looks at it.
//!
//! A [`Body`] starts as [`Unverified`]; only [`Keys::verify`] and [`accept_unsigned`] turn it into
//! a [`Accepted`] one, and only that can be split into deliveries (`envelope`). So a body that was
//! not verified cannot be queued:
//!
//! ```compile_fail
//! use sgh_core::{envelope, signature::Body};
//! let body = Body::unverified(b"{}".to_vec());
//! envelope::deliveries(&body); // expected `Body<Accepted>`, found `Body<Unverified>`
//! ```
//!
//! SHA-1 is the site's choice. HMAC does not rest on SHA-1's collision resistance.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The algorithm the site signs with, as its header names it.
const ALGORITHM: &str = "sha1=";
/// Bytes of an HMAC-SHA1.
const SIGNATURE_SIZE: usize = 20;

/// State of a body nobody has vouched for.
#[derive(Debug)]
pub struct Unverified;
/// State of a body whose sender is known, or does not have to be.
#[derive(Debug)]
pub struct Accepted;

/// The bytes of one request, with what is known of their sender.
#[derive(Debug)]
pub struct Body<State> {
    bytes: Vec<u8>,
    state: std::marker::PhantomData<State>,
}

impl Body<Unverified> {
    /// Bytes as they came.
    #[must_use]
    pub fn unverified(bytes: Vec<u8>) -> Self {
        Self { bytes, state: std::marker::PhantomData }
    }

    fn accept(self) -> Body<Accepted> {
        Body { bytes: self.bytes, state: std::marker::PhantomData }
    }
}

impl Body<Accepted> {
    /// The bytes, exactly as they were signed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why a body was not accepted. For the operator's log only: a sender learns nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No signature header.
    #[error("no signature header: has the hook a secret token?")]
    Missing,
    /// More than one signature header.
    #[error("more than one signature header")]
    Twice,
    /// Not `sha1=` and 40 hex digits.
    #[error("the signature header is not `sha1=` and 40 hex digits")]
    Malformed,
    /// No token fits the body.
    #[error("wrong key: no token in SGH_WEBHOOK_SECRETS fits; is it the hook's secret token?")]
    WrongKey,
    /// A token fits a slightly different body.
    #[error("body altered on the way: something before us trims or rewrites it")]
    Altered,
    /// There is no body, and no token fits that.
    #[error("the body is empty: something before us dropped it, or it is no delivery")]
    Empty,
    /// Unsigned bodies are accepted, but this is not JSON.
    #[error("not JSON")]
    NotJson,
}

impl Refusal {
    /// One word for a metric.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Twice => "twice",
            Self::Malformed => "malformed",
            Self::WrongKey => "wrong-key",
            Self::Altered => "altered",
            Self::Empty => "empty",
            Self::NotJson => "not-json",
        }
    }
}

/// The tokens that hooks may sign with: several while one is rotated.
#[derive(Clone)]
pub struct Keys(Vec<Hmac<Sha1>>);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

impl Keys {
    /// Keys of these tokens. `None` without a token: there is no key that accepts everything.
    pub fn new<'a>(tokens: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let keys: Vec<_> =
            tokens.into_iter().filter_map(|token| Hmac::new_from_slice(token).ok()).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Accepts a body that one of the keys signed. `signatures` are the values of all signature
    /// headers that came.
    ///
    /// # Errors
    /// Says why not, for the operator.
    pub fn verify<'a>(
        &self,
        body: Body<Unverified>,
        signatures: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Body<Accepted>, Refusal> {
        let mut signatures = signatures.into_iter();
        let header = signatures.next().ok_or(Refusal::Missing)?;
        if signatures.next().is_some() {
            return Err(Refusal::Twice);
        }
        let signature = parse(header).ok_or(Refusal::Malformed)?;
        if self.fits(&[&body.bytes], &signature) {
            return Ok(body.accept());
        }
        Err(self.diagnose(&body.bytes, &signature))
    }

    /// Whether one key signed these parts, one after the other. Every key is tried, and each
    /// comparison takes the same time, whatever the bytes are.
    fn fits(&self, parts: &[&[u8]], signature: &[u8; SIGNATURE_SIZE]) -> bool {
        self.0.iter().fold(false, |fits, key| {
            let mut mac = key.clone();
            parts.iter().for_each(|part| mac.update(part));
            mac.verify_slice(signature).is_ok() | fits
        })
    }

    /// Tells a wrong key from a body that a proxy has trimmed or ended with a line feed.
    fn diagnose(&self, body: &[u8], signature: &[u8; SIGNATURE_SIZE]) -> Refusal {
        let trimmed = body.trim_ascii();
        let unmarked = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let before: [&[&[u8]]; 4] = [&[trimmed], &[unmarked], &[body, b"\n"], &[body, b"\r\n"]];
        if body.is_empty() {
            Refusal::Empty
        } else if before.iter().any(|parts| self.fits(parts, signature)) {
            Refusal::Altered
        } else {
            Refusal::WrongKey
        }
    }

    /// Signs a body as the site does, with the first key. For `sgh send` and the emulator.
    #[must_use]
    pub fn sign(&self, body: &[u8]) -> String {
        let tag = self.0.first().map(|key| {
            let mut mac = key.clone();
            mac.update(body);
            hex::encode(mac.finalize().into_bytes())
        });
        format!("{ALGORITHM}{}", tag.unwrap_or_default())
    }
}

/// Accepts a body without a signature, if it is JSON at all. Only where the studio said so.
///
/// # Errors
/// The body is not JSON.
pub fn accept_unsigned(body: Body<Unverified>) -> Result<Body<Accepted>, Refusal> {
    match serde_json::from_slice::<serde::de::IgnoredAny>(&body.bytes) {
        Ok(_) => Ok(body.accept()),
        Err(_) => Err(Refusal::NotJson),
    }
}

fn parse(header: &[u8]) -> Option<[u8; SIGNATURE_SIZE]> {
    let digits = header.trim_ascii().strip_prefix(ALGORITHM.as_bytes())?;
    let mut signature = [0; SIGNATURE_SIZE];
    hex::decode_to_slice(digits, &mut signature).ok()?;
    Some(signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(tokens: &[&str]) -> Keys {
        Keys::new(tokens.iter().map(|token| token.as_bytes())).expect("a token")
    }

    fn check(body: &str, headers: &[&str], expect: Result<(), Refusal>) {
        let body = Body::unverified(body.into());
        let headers = headers.iter().map(|header| header.as_bytes());
        let got = keys(&["new", "old"]).verify(body, headers).map(|_| ());
        assert_eq!(got, expect);
    }

    #[test]
    fn what_was_signed_is_accepted_and_nothing_else() {
        // Computed with Python's hmac module.
        assert_eq!(keys(&["old"]).sign(b"{}"), "sha1=dacae48b6f8512a2ac622cc3fc86d9a138280ea0");
        let good = keys(&["old"]).sign(b"{}");
        check("{}", &[&good], Ok(()));
        check("{}", &[&format!("  {good}\t")], Ok(()));
        check("{}", &[&good.to_uppercase().replace("SHA1", "sha1")], Ok(()));
        check("{}", &[&keys(&["new"]).sign(b"{}")], Ok(()));
        check("{}", &[], Err(Refusal::Missing));
        check("{}", &[&good, &good], Err(Refusal::Twice));
        check("{}", &[&keys(&["other"]).sign(b"{}")], Err(Refusal::WrongKey));
        check("{ }", &[&good], Err(Refusal::WrongKey));
        check("{}\n", &[&good], Err(Refusal::Altered));
        check("\u{feff}{}", &[&good], Err(Refusal::Altered));
        check("{}", &[&keys(&["new"]).sign(b"{}\n")], Err(Refusal::Altered));
        check("", &[&good], Err(Refusal::Empty));
    }

    #[test]
    fn a_signature_of_another_form_is_malformed() {
        let good = keys(&["old"]).sign(b"{}");
        let forms = [
            "",
            "sha1=",
            "sha1",
            &good[..44],
            &format!("{good}0"),
            &good[5..],
            &good.replace("sha1=", "sha256="),
            &good.replace("sha1=", "SHA1="),
            &good.replace("sha1=", "sha1= "),
            &good.replace("sha1=d", "sha1=g"),
            &format!("{good}, {good}"),
        ];
        for form in forms {
            check("{}", &[form], Err(Refusal::Malformed));
        }
    }

    #[test]
    fn there_is_no_key_without_a_token() {
        assert!(Keys::new([]).is_none());
    }
}
