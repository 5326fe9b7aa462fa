//! `sgh explain`: what would happen to a sample, and why not more.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use serde_json::json;
use sgh_core::event::Event;
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_engine::{Engine, Explained, Explanation};
use sgh_settings::Environment;
use sgh_site::{Change, Record, Search, Site, SiteError};
use sgh_sqlite::SqliteLedger;

use crate::cli::Explain;
use crate::house::{self, clock};
use crate::output::Output;
use crate::samples;

pub async fn run(
    options: &Explain,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let engine = engine(environment).await?;
    for body in samples::bodies(&options.file, clock().now())? {
        for bytes in samples::events(&body) {
            match Event::read(&bytes) {
                Err(why) => output.print(format!("unreadable: {why}"), || {
                    json!({"unreadable": why.to_string()})
                }),
                Ok(event) => print(&event, &engine.explain(&event).await, output),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
