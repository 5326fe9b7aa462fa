//! What the site can answer instead of what was asked, and whether it is worth a retry.

use std::time::Duration;

use sgh_core::outcome::Outcome;

/// The site did not do what it was asked. The text never holds a secret.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SiteError {
    /// The site, or the way to it, does not work just now: connection, time-out, 429, 5xx,
    /// an answer that is not JSON.
    #[error("the site does not answer as it should: {reason}")]
    Unavailable {
        /// What happened.
        reason: String,
        /// What `Retry-After` asked for.
        after: Option<Duration>,
    },
    /// The site does not know our script or its key. Worth a retry: a key can be mended.
    #[error("the site refused the login: {reason}; check SGH_SCRIPT_NAME and SGH_SCRIPT_KEY")]
    Login {
        /// What the site said.
        reason: String,
    },
    /// There is no such record, or it is retired, or our script may not see it.
    #[error("not found: {reason}")]
    NotFound {
        /// What the site said.
        reason: String,
    },
    /// The site refuses this for good: a value, a field, a right.
    #[error("the site refused: {reason}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What the site said.
        reason: String,
    },
}

impl SiteError {
    /// Whether the same call may work later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Login { .. } => true,
            Self::NotFound { .. } | Self::Refused { .. } => false,
        }
    }
}

/// The one table that says how an automation ends when the site does not do what it was asked.
impl From<SiteError> for Outcome {
    fn from(error: SiteError) -> Self {
        match error {
            SiteError::Unavailable { after, .. } => Self::Retry { why: error.to_string(), after },
            SiteError::Login { .. } => Self::Retry { why: error.to_string(), after: None },
            SiteError::NotFound { .. } => Self::Skipped("deleted or not visible".to_owned()),
            SiteError::Refused { .. } => Self::Failed(error.to_string()),
        }
    }
}
