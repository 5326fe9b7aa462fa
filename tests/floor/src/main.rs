#![doc = include_str!("../README.md")]

use std::sync::Arc;

use anyhow::Context as _;
use aws_sdk_sqs::Client;
use aws_smithy_http_client::{Builder, tls};
use lambda_http::{Error, Request, RequestExt as _, Response, service_fn};

/// The queue by the name that the receiver has for it, so that both start with one environment.
const QUEUE: &str = "SGH_QUEUE";

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    #[allow(clippy::disallowed_methods, reason = "a peer for measurements has no settings")]
    let queue = std::env::var(QUEUE).context(QUEUE)?;
    let queue: Arc<str> = queue.strip_prefix("sqs:").context("SGH_QUEUE: sqs:<url>")?.into();
    let tls = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let http = Builder::new().tls_provider(tls).build_https();
    let config =
        aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await;
    let sqs = Client::new(&config);
    let send = service_fn(move |request| keep(sqs.clone(), Arc::clone(&queue), request));
    lambda_http::run(send).await.map_err(|error| anyhow::anyhow!(error))
}

async fn keep(sqs: Client, queue: Arc<str>, request: Request) -> Result<Response<String>, Error> {
    let id = request.lambda_context().request_id;
    let body = String::from_utf8(request.into_body().as_ref().to_vec())?;
    let message = sqs.send_message().queue_url(&*queue).message_body(body);
    message.message_group_id("floor").message_deduplication_id(id).send().await?;
    Ok(Response::new("kept".to_owned()))
}
