//! A bus of EventBridge, for events that others want.
//!
//! One event is one call: that it arrived is known for each by itself, and their order is no
//! promise of a bus anyway. After an answer that was lost an event may be there all the same, and
//! is put there again: at least once.

use std::error::Error;

use async_trait::async_trait;
use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::operation::put_events::{PutEventsError, PutEventsOutput};
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use sgh_engine::{Bus, BusError, BusEvent, SOURCE};

use crate::fault::Place;

/// Codes of what passes by itself, or when a login is renewed.
const PASSING: [&str; 14] = [
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "InternalFailure",
    "InternalException",
    "InternalServerError",
    "ServiceUnavailable",
    "RequestTimeout",
    "RequestExpired",
    "ExpiredToken",
    "ExpiredTokenException",
    "ConcurrentModificationException",
];

/// The buses of an account.
#[derive(Debug, Clone)]
pub struct EventBridge {
    config: SdkConfig,
    client: Client,
}

impl EventBridge {
    /// The buses that are reached with this configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self { client: Client::new(config), config: config.clone() }
    }

    /// A bus that is named by its ARN is called in its own region.
    fn client_for(&self, bus: &str) -> (Client, Option<Region>) {
        let here = self.config.region().cloned();
        let there = region_of_arn(bus).map(|region| Region::new(region.to_owned()));
        match there {
            Some(there) if Some(&there) != here.as_ref() => {
                let own = aws_sdk_eventbridge::config::Builder::from(&self.config);
                (Client::from_conf(own.region(there.clone()).build()), Some(there))
            }
            Some(_) | None => (self.client.clone(), here),
        }
    }
}

#[async_trait]
impl Bus for EventBridge {
    async fn put(&self, event: &BusEvent) -> Result<String, BusError> {
        let (client, region) = self.client_for(&event.bus);
        let Some(region) = region else {
            return Err(BusError::Refused(format!(
                "bus `{}` is in no region: set AWS_REGION, or name the bus by its ARN",
                event.bus
            )));
        };
        let place = Place::new("bus", &event.bus, Some(region.as_ref()), "`bus` in sgh.yaml");
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&event.bus)
            .source(SOURCE)
            .detail_type(&event.detail_type)
            .detail(&event.detail)
            .build();
        match client.put_events().entries(entry).send().await {
            Ok(answer) => arrived(&place, &answer),
            Err(error) if is_passing(&error) => Err(BusError::Passing(place.fault(&error))),
            Err(error) => Err(BusError::Refused(place.fault(&error))),
        }
    }
}

/// A request that is answered well may have failed for the event in it.
fn arrived(place: &Place, answer: &PutEventsOutput) -> Result<String, BusError> {
    let entry = answer.entries().first();
    if let Some(id) = entry.and_then(PutEventsResultEntry::event_id) {
        return Ok(id.to_owned());
    }
    let code = entry.and_then(PutEventsResultEntry::error_code).unwrap_or_default();
    let message = entry.and_then(PutEventsResultEntry::error_message);
    let why = place.refusal(code, message);
    // Without a code nobody can say what to mend.
    if code.is_empty() || PASSING.contains(&code) {
        return Err(BusError::Passing(why));
    }
    Err(BusError::Refused(why))
}

fn is_passing(error: &SdkError<PutEventsError>) -> bool {
    match error {
        SdkError::ServiceError(answer) => {
            let code = error.code().unwrap_or_default();
            answer.raw().status().is_server_error() || PASSING.contains(&code)
        }
        SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_) => {
            !nobody_is_logged_in(error)
        }
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) | _ => true,
    }
}

/// Nobody is logged in here, and nothing that could be was asked in vain.
fn nobody_is_logged_in(error: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let cause = causes.find_map(|cause| cause.downcast_ref::<CredentialsError>());
    matches!(cause, Some(CredentialsError::CredentialsNotLoaded(_)))
}

/// The region in an ARN: `arn:aws:events:us-east-1:123456789012:event-bus/studio`.
fn region_of_arn(bus: &str) -> Option<&str> {
    bus.strip_prefix("arn:")?.split(':').nth(2).filter(|region| !region.is_empty())
}
