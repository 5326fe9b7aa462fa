//! What went wrong in a call of AWS, said so that an operator can mend it.
//!
//! Names the thing, its region and the setting to look at. Never a secret: neither the SDK's
//! errors nor the services' answers hold one.

use std::error::Error;

use aws_config::SdkConfig;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};

/// The thing that is called, for messages.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// What it is and its name, e.g. ``queue `events.fifo` ``.
    thing: String,
    region: String,
    /// The setting that names it.
    setting: &'static str,
}

impl Place {
    pub(crate) fn new(kind: &str, name: &str, region: Option<&str>, setting: &'static str) -> Self {
        let region = region.unwrap_or("none, set AWS_REGION").to_owned();
        Self { thing: format!("{kind} `{name}`"), region, setting }
    }

    pub(crate) fn of_config(
        kind: &str,
        name: &str,
        config: &SdkConfig,
        setting: &'static str,
    ) -> Self {
        Self::new(kind, name, config.region().map(AsRef::as_ref), setting)
    }

    /// What to tell the operator about a call that failed.
    pub(crate) fn fault<E, R>(&self, error: &SdkError<E, R>) -> String
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        let Self { thing, region, .. } = self;
        let known = self.known(error.code().unwrap_or_default(), error.message());
        known.unwrap_or_else(|| format!("{thing} in region {region}: {}", cause(error)))
    }

    /// What to tell the operator where a call went well, and what it was about did not.
    #[cfg(feature = "bus")]
    pub(crate) fn refusal(&self, code: &str, message: Option<&str>) -> String {
        let Self { thing, region, .. } = self;
        self.known(code, message)
            .unwrap_or_else(|| format!("{thing} in region {region}: {}", said(code, message)))
    }

    /// What to mend, where the code alone says it.
    fn known(&self, code: &str, message: Option<&str>) -> Option<String> {
        let Self { thing, region, setting } = self;
        if is_missing(code) {
            Some(format!("{thing} does not exist in region {region}; check {setting}"))
        } else if code.starts_with("AccessDenied") || code == "KmsAccessDenied" {
            let message = message.unwrap_or(code);
            let fix = "allow it in the policy of this role";
            Some(format!("{thing}: access denied: {message}; {fix}"))
        } else {
            None
        }
    }
}

/// A code and what the service says of it.
fn said(code: &str, message: Option<&str>) -> String {
    let code = if code.is_empty() { "an error without a code" } else { code };
    message.map_or(code.to_owned(), |message| format!("{code}: {message}"))
}

/// The codes by which the services say that what was asked for does not exist.
fn is_missing(code: &str) -> bool {
    const CODES: [&str; 4] = [
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
        "ResourceNotFoundException",
        "ParameterNotFound",
    ];
    CODES.contains(&code)
}

fn cause<E, R>(error: &SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match error {
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            "no connection in time".to_owned()
        }
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => unsent(chain(error)),
        SdkError::ServiceError(_) => said(error.code().unwrap_or_default(), error.message()),
        SdkError::ResponseError(_) | _ => chain(error),
    }
}

/// Without credentials nothing is sent, and the SDK says so in many words.
fn unsent(causes: String) -> String {
    if causes.contains("credential") {
        format!("no AWS credentials: {causes}; set AWS_PROFILE or AWS_ACCESS_KEY_ID, or run in AWS")
    } else {
        causes
    }
}

/// An error and what caused it, innermost last.
fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    if texts.is_empty() { error.to_string() } else { texts.join(": ") }
}
