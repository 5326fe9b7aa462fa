//! Posts acknowledgements: each on its own, so that one that fails never repeats any work.

use sgh_core::ids::DeliveryId;
use sgh_telemetry::metric;
use tracing::{error, info, warn};

use crate::Engine;

/// How posting an acknowledgement ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Posted {
    /// It stands on the delivery, or never can: there is no delivery, or the site refuses it.
    Settled,
    /// It may work later.
    Later { why: String, after: Option<std::time::Duration> },
}

pub(crate) async fn post(engine: &Engine, delivery: Option<DeliveryId>, text: &str) -> Posted {
    let Some(delivery) = delivery else { return Posted::Settled };
    match engine.rules.site.acknowledge(delivery, text).await {
        Ok(()) => {
            info!(%delivery, "acknowledged");
            Posted::Settled
        }
        Err(error) if error.is_passing() => {
            warn!(%delivery, %error, "the acknowledgement has to wait");
            metric("acknowledgement_failed", 1.0, &[]);
            let after = match &error {
                sgh_site::SiteError::Unavailable { after, .. } => *after,
                sgh_site::SiteError::Login { .. }
                | sgh_site::SiteError::NotFound { .. }
                | sgh_site::SiteError::Refused { .. } => None,
            };
            Posted::Later { why: error.to_string(), after }
        }
        Err(error) => {
            error!(%delivery, %error, "the site does not take this acknowledgement");
            metric("acknowledgement_failed", 1.0, &[]);
            Posted::Settled
        }
    }
}
