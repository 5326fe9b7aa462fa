#![doc = include_str!("../README.md")]

pub mod error;
pub mod facts;
pub mod port;
pub mod rest;

pub use error::SiteError;
pub use port::{Change, Condition, NewRecord, Record, Search, Site};
pub use rest::{RestSettings, RestSite};
