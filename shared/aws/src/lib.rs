#![doc = include_str!("../README.md")]

mod access;
#[cfg(feature = "bus")]
mod bus;
mod fault;
#[cfg(feature = "ledger")]
mod ledger;
mod secrets;
mod sqs;

pub use access::{Patience, SdkConfig, aws_config};
#[cfg(feature = "bus")]
pub use bus::EventBridge;
#[cfg(feature = "ledger")]
pub use ledger::DynamoLedger;
pub use secrets::{SecretError, secret_string, ssm_parameter};
pub use sqs::{SqsDeadLetters, SqsQueue, region_of_queue};
