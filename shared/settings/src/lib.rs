#![doc = include_str!("../README.md")]

mod environment;
mod fetch;
mod file;
mod studio;

use sgh_aws::SdkConfig;
use sgh_core::secret::Secret;
use sgh_core::settings::{
    DirectorySettings, Problems, Reader, ReceiverSettings, ServeSettings, SiteSettings,
    SweeperSettings, WebhookSecrets, WorkerSettings,
};

use fetch::Fetch;

pub use environment::Environment;
pub use studio::{StudioError, studio};

/// The settings of the HTTP door, tokens fetched.
///
/// `aws` is what `ssm:` and `secretsmanager:` references are fetched with; `None` makes a
/// configuration of its own, with the patience of a worker, if there is such a reference.
///
/// # Errors
/// All problems together.
pub async fn receiver(
    environment: &Environment,
    aws: Option<&SdkConfig>,
) -> Result<ReceiverSettings<WebhookSecrets>, Problems> {
    let mut reader = Reader::new(environment);
    let tokens = Fetch::new(environment, aws).tokens(&mut reader).await;
    let settings = ReceiverSettings::read(&mut reader, tokens);
    reader.finish(settings)
}

/// The settings of the worker, key fetched. For `aws` see [`receiver`].
///
/// # Errors
/// All problems together.
pub async fn worker(
    environment: &Environment,
    aws: Option<&SdkConfig>,
) -> Result<WorkerSettings<Secret>, Problems> {
    let mut reader = Reader::new(environment);
    let key = Fetch::new(environment, aws).script_key(&mut reader).await;
    let settings = WorkerSettings::read(&mut reader, key);
    reader.finish(settings)
}

/// The settings of `sgh folders`, key fetched. For `aws` see [`receiver`].
///
/// # Errors
/// All problems together.
pub async fn directories(
    environment: &Environment,
    aws: Option<&SdkConfig>,
) -> Result<DirectorySettings<Secret>, Problems> {
    let mut reader = Reader::new(environment);
    let key = Fetch::new(environment, aws).script_key(&mut reader).await;
    let settings = DirectorySettings::read(&mut reader, key);
    reader.finish(settings)
}

/// The settings of the sweeper, key fetched. For `aws` see [`receiver`].
///
/// # Errors
/// All problems together.
pub async fn sweeper(
    environment: &Environment,
    aws: Option<&SdkConfig>,
) -> Result<SweeperSettings<Secret>, Problems> {
    let mut reader = Reader::new(environment);
    let key = Fetch::new(environment, aws).script_key(&mut reader).await;
    let settings = SweeperSettings::read(&mut reader, key);
    reader.finish(settings)
}

/// The settings of `sgh serve`, tokens and key fetched. For `aws` see [`receiver`].
///
/// # Errors
/// All problems together.
pub async fn serve(
    environment: &Environment,
    aws: Option<&SdkConfig>,
) -> Result<ServeSettings<WebhookSecrets, Secret>, Problems> {
    let mut reader = Reader::new(environment);
    let (tokens, key) = Fetch::new(environment, aws).both(&mut reader).await;
    let settings = ServeSettings::read(&mut reader, tokens, key);
    reader.finish(settings)
}

/// How to reach the site, and nothing else: for commands that only ask it something.
/// For `aws` see [`receiver`].
///
/// # Errors
/// All problems together.
pub async fn site(
    environment: &Environment,
    aws: Option<&SdkConfig>,
) -> Result<SiteSettings<Secret>, Problems> {
    let mut reader = Reader::new(environment);
    let key = Fetch::new(environment, aws).script_key(&mut reader).await;
    let settings = SiteSettings::read(&mut reader, key);
    reader.finish(settings)
}

/// How to reach the site, and the webhook tokens: for `sgh hooks create`. For `aws` see
/// [`receiver`].
///
/// # Errors
/// All problems together.
pub async fn hooks(
    environment: &Environment,
    aws: Option<&SdkConfig>,
) -> Result<(SiteSettings<Secret>, WebhookSecrets), Problems> {
    let mut reader = Reader::new(environment);
    let (tokens, key) = Fetch::new(environment, aws).both(&mut reader).await;
    let site = SiteSettings::read(&mut reader, key);
    reader.finish(site.zip(tokens))
}

/// The webhook tokens, and nothing else: for `sgh send`. For `aws` see [`receiver`].
///
/// # Errors
/// What is wrong with them.
pub async fn tokens(
    environment: &Environment,
    aws: Option<&SdkConfig>,
) -> Result<WebhookSecrets, Problems> {
    let mut reader = Reader::new(environment);
    let tokens = Fetch::new(environment, aws).tokens(&mut reader).await;
    reader.finish(tokens)
}

#[cfg(test)]
mod tests;
