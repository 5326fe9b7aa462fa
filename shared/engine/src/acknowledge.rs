//! Posts acknowledgements: each on its own, so that one that fails never repeats any work.

use std::time::Duration;

use sgh_core::ids::DeliveryId;
use sgh_site::SiteError;
use sgh_telemetry::figures;
use tokio::time::timeout;
use tracing::{error, info, warn};

use crate::group::Shared;

/// Time kept to tell the queue what is to become of the messages. Ours.
const TO_ANSWER: Duration = Duration::from_secs(1);

/// How posting an acknowledgement ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Posted {
    /// It stands on the delivery, or never can: there is no delivery, or the site refuses it.
    Settled,
    /// It may work later.
    Later { why: String, after: Option<std::time::Duration> },
}

/// Posts an acknowledgement, within the time that is left.
pub(crate) async fn post(shared: &Shared<'_>, delivery: Option<DeliveryId>, text: &str) -> Posted {
    let Some(delivery) = delivery else { return Posted::Settled };
    let left = shared.deadline.duration_since(shared.engine.clock.now());
    let left = Duration::try_from(left).unwrap_or_default().saturating_sub(TO_ANSWER);
    let posting = shared.engine.rules.site.acknowledge(delivery, text);
    let over = || {
        let reason = "no time is left to acknowledge".to_owned();
        Err(SiteError::Unavailable { reason, after: None })
    };
    match timeout(left, posting).await.unwrap_or_else(|_| over()) {
        Ok(()) => {
            info!(%delivery, "acknowledged");
            Posted::Settled
        }
        Err(error) if error.is_passing() => {
            warn!(%delivery, %error, "the acknowledgement has to wait");
            figures::ACKNOWLEDGEMENT_FAILED.record(1.0, []);
            let after = match &error {
                SiteError::Unavailable { after, .. } => *after,
                SiteError::Login { .. }
                | SiteError::NotFound { .. }
                | SiteError::Refused { .. } => None,
            };
            Posted::Later { why: error.to_string(), after }
        }
        Err(error) => {
            error!(%delivery, %error, "the site does not take this acknowledgement");
            figures::ACKNOWLEDGEMENT_FAILED.record(1.0, []);
            Posted::Settled
        }
    }
}
