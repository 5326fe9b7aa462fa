#![doc = include_str!("../README.md")]

mod config;
mod emulator;
mod events;
mod faults;
mod filters;
mod first;
mod hooks;
mod page;
mod refusal;
mod rest;
mod schema;
mod shared;
mod site;
mod store;
#[cfg(test)]
mod tests;

pub use config::EmulatorConfig;
pub use emulator::Emulator;
pub use events::Operation;
pub use faults::{Fault, RestCall};
pub use hooks::{Delivery, DeliveryStatus, Hook, HookStatus, NewHook};
pub use refusal::Refusal;
pub use schema::{DataType, Field};
pub use site::{EmulatedSite, SiteRecord};
