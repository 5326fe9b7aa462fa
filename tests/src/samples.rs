//! The sample deliveries of `events/`: readable bodies in, signed Lambda events out.
//!
//! `events/bodies/` is the source; `events/http/` and `events/sqs/` are what the site would post
//! and what the queue would hand on, made by the same code that the door runs, so that signatures,
//! groups and deduplication ids always fit. Not here: what a worker makes of them.

mod http;
mod queue;
mod wire;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use sgh_core::ids::DeliveryId;
use sgh_core::signature::{Body, Keys, Refusal};

/// Bodies that are sent as base64 too, as API Gateway does where it takes them for binary.
const SENT_AS_BASE64_TOO: [&str; 3] = ["batched", "shot-renamed", "shot-status"];

/// What can be wrong with the sources.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The dev secret is empty.
    #[error("`events/dev-secret.txt` holds no token")]
    NoToken,
    /// A signature of ours is not accepted by ourselves.
    #[error("the signature of `{name}` does not fit")]
    Signature {
        /// Name of the sample.
        name: String,
        /// What the door says.
        source: Refusal,
    },
    /// A form of it cannot be written as JSON.
    #[error("cannot write the sample as JSON")]
    Json(#[from] serde_json::Error),
}

/// One sample: what the site posts.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Name of its file, without the ending.
    pub name: String,
    /// The body, byte for byte as it is signed.
    pub body: Vec<u8>,
    /// The value of the header `x-sg-signature`.
    pub signature: String,
    /// The value of the header `x-sg-delivery-id`; a batched body comes without.
    pub delivery: Option<DeliveryId>,
}

/// The `events` folder of this checkout.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../events")
}

/// The key that every sample is signed with.
///
/// # Errors
/// The file of the published secret cannot be read or is empty.
pub fn dev_keys(events: &Path) -> Result<Keys, SampleError> {
    let text = read(&events.join("dev-secret.txt"))?;
    let tokens = text.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty());
    Keys::new(tokens).ok_or(SampleError::NoToken)
}

/// All samples by the files in `bodies/`, in the order of their names.
///
/// # Errors
/// See [`SampleError`].
pub fn samples(events: &Path) -> Result<Vec<Sample>, SampleError> {
    let keys = dev_keys(events)?;
    let bodies = events.join("bodies");
    let mut samples = Vec::new();
    for path in files(&bodies)? {
        let source = read(&path)?;
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        // The site sends JSON without white space; anything else is sent as it stands.
        let body = if is_json { wire::without_white_space(&source) } else { source };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let signature = keys.sign(&body);
        let delivery = http::header_delivery(&name, &body);
        samples.push(Sample { name, body, signature, delivery });
    }
    Ok(samples)
}

/// Every generated file by its path below `events/`, with its text.
///
/// # Errors
/// See [`SampleError`].
pub fn generated(events: &Path) -> Result<BTreeMap<PathBuf, String>, SampleError> {
    let keys = dev_keys(events)?;
    let mut files = BTreeMap::new();
    for sample in samples(events)? {
        let name = &sample.name;
        let text = std::str::from_utf8(&sample.body).ok();
        if let Some(text) = text {
            let event = http::event(&sample, http::Form::Text(text));
            files.insert(format!("http/{name}.json").into(), pretty(&event)?);
        }
        if text.is_none() || SENT_AS_BASE64_TOO.contains(&name.as_str()) {
            let event = http::event(&sample, http::Form::Base64);
            files.insert(format!("http/{name}.base64.json").into(), pretty(&event)?);
        }
        let signature = [sample.signature.as_bytes()];
        let accepted = keys
            .verify(Body::unverified(sample.body.clone()), signature)
            .map_err(|source| SampleError::Signature { name: name.clone(), source })?;
        if let Some(event) = queue::event(&accepted, sample.delivery) {
            files.insert(format!("sqs/{name}.json").into(), pretty(&event)?);
        }
    }
    Ok(files)
}

/// The files of a folder, sorted by name.
///
/// # Errors
/// The folder cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, SampleError> {
    let error = |source| SampleError::Read { path: folder.to_owned(), source };
    let entries = std::fs::read_dir(folder).map_err(error)?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(error)?;
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Vec<u8>, SampleError> {
    std::fs::read(path).map_err(|source| SampleError::Read { path: path.to_owned(), source })
}

fn pretty(event: &serde_json::Value) -> Result<String, SampleError> {
    Ok(serde_json::to_string_pretty(event)? + "\n")
}
