//! `sgh send`: signs a sample and posts it, as the site would.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::json;
use sgh_core::settings::{Lookup, WebhookSecrets};
use sgh_core::signature::Keys;
use sgh_settings::Environment;

use super::emulate::DEV_SECRET;
use crate::cli::Send;
use crate::house::clock;
use crate::output::Output;
use crate::samples;

/// How long the site waits for an answer.
const SITE_TIMEOUT: Duration = Duration::from_secs(6);

pub async fn run(
    options: &Send,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let clock = clock();
    let keys = keys(environment).await?;
    // The first to install a provider of TLS wins, and any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(SITE_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let mut all_kept = true;
    for body in samples::bodies(&options.file, clock.now())? {
        let body = if options.fresh { samples::fresh(&body, clock.now()) } else { body };
        let start = clock.now();
        let mut request = client.post(&options.to).header("content-type", "application/json");
        if let Some(keys) = &keys {
            request = request.header("x-sg-signature", keys.sign(&body));
        }
        let sent = request.body(body).send().await;
        let answer = sent
            .with_context(|| format!("no answer from {}; is `sgh serve` running?", options.to))?;
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap_or_default();
        let ms = clock.now().duration_since(start).as_secs_f64() * 1000.0;
        all_kept &= status == 200;
        output.print(
            format!("{status} {text} ({ms:.1} ms)"),
            || json!({"status": status, "body": text, "ms": ms}),
        );
    }
    Ok(if all_kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The first token of `SGH_WEBHOOK_SECRETS`; where that is not set, the published dev secret that
/// the samples are signed with.
async fn keys(environment: &Environment) -> anyhow::Result<Option<Keys>> {
    if environment.text("SGH_WEBHOOK_SECRETS").is_none() {
        return Ok(Keys::new([DEV_SECRET.trim().as_bytes()]));
    }
    match sgh_settings::tokens(environment, None).await? {
        WebhookSecrets::Unsigned => Ok(None),
        WebhookSecrets::Tokens(tokens) => {
            let keys = Keys::new(tokens.iter().map(|token| token.expose().as_bytes()));
            if keys.is_none() {
                bail!("SGH_WEBHOOK_SECRETS: there is no token");
            }
            Ok(keys)
        }
    }
}
