#![doc = include_str!("../README.md")]

pub mod acknowledgement;
pub mod clock;
pub mod config;
pub mod envelope;
pub mod event;
pub mod event_log;
pub mod folder;
pub mod hook;
pub mod ids;
pub mod limits;
pub mod message;
pub mod outcome;
pub mod secret;
pub mod settings;
pub mod signature;
pub mod truncate;
