//! How AWS is reached: one HTTPS client for all services, and how patient a call is.
//!
//! Region, credentials and `AWS_ENDPOINT_URL` are found as in every AWS tool. The TLS is ring's:
//! the SDK's own default spends some 30 ms on its first random number, which a cold start pays.

use std::time::Duration;

pub use aws_config::SdkConfig;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use sgh_core::limits::KEEP_TIMEOUT;

/// Time for a connection to be made. Ours: within a region it takes a few milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// How patient a call of AWS is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Time for one attempt.
    pub attempt: Duration,
    /// Attempts within one call, at least 1; the SDK waits between them, and longer each time.
    pub attempts: u32,
}

impl Patience {
    /// For the door: one attempt, for as long as the door waits at all. It tries again itself, and
    /// beside an attempt that hangs.
    pub const DOOR: Self = Self { attempt: KEEP_TIMEOUT, attempts: 1 };
    /// For everything behind the queue.
    pub const WORKER: Self = Self { attempt: Duration::from_secs(5), attempts: 4 };
}

/// What all clients of AWS are made of. Made once, at start.
///
/// `region` is used where neither the environment nor a profile names one; see
/// [`region_of_queue`](crate::region_of_queue).
pub async fn aws_config(patience: Patience, region: Option<&str>) -> SdkConfig {
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let retries = match patience.attempts {
        0 | 1 => RetryConfig::disabled(),
        attempts => RetryConfig::standard().with_max_attempts(attempts),
    };
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .retry_config(retries)
        .timeout_config(timeouts(patience.attempt));
    match region {
        None => config.load().await,
        // Without asking the machine for its own region: that takes seconds where there is no
        // answer, and the queue's region is as good.
        Some(region) => {
            let region = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
                .or_else(ProfileFileRegionProvider::new())
                .or_else(Region::new(region.to_owned()));
            config.region(region).load().await
        }
    }
}

/// Time-outs of a call whose attempts take this long.
pub(crate) fn timeouts(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(attempt)
        .build()
}
