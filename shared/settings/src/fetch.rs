//! Fetches what secret references refer to. A problem names the setting and the place, and never
//! holds anything of the secret.

use sgh_aws::{Patience, SdkConfig};
use sgh_core::secret::Secret;
use sgh_core::settings::{
    Lookup, Problem, QUEUE, QueueAddress, Reader, SCRIPT_KEY, SecretReference, TokenSource,
    WEBHOOK_SECRETS, WebhookSecrets, webhook_tokens,
};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::file;

/// Where secrets come from.
pub(crate) struct Fetch<'a> {
    environment: &'a Environment,
    aws: Option<&'a SdkConfig>,
    own_aws: OnceCell<SdkConfig>,
}

impl<'a> Fetch<'a> {
    pub(crate) fn new(environment: &'a Environment, aws: Option<&'a SdkConfig>) -> Self {
        Self { environment, aws, own_aws: OnceCell::new() }
    }

    /// The webhook tokens.
    pub(crate) async fn tokens(&self, reader: &mut Reader<'_>) -> Option<WebhookSecrets> {
        let source = reader.tokens()?;
        noted(reader, WEBHOOK_SECRETS, self.tokens_of(&source).await)
    }

    /// The key of our script.
    pub(crate) async fn script_key(&self, reader: &mut Reader<'_>) -> Option<Secret> {
        let reference = reader.script_key()?;
        noted(reader, SCRIPT_KEY, self.key_of(&reference).await)
    }

    /// Tokens and key, at the same time.
    pub(crate) async fn both(
        &self,
        reader: &mut Reader<'_>,
    ) -> (Option<WebhookSecrets>, Option<Secret>) {
        let (source, reference) = (reader.tokens(), reader.script_key());
        let (tokens, key) =
            tokio::join!(async { Some(self.tokens_of(source.as_ref()?).await) }, async {
                Some(self.key_of(reference.as_ref()?).await)
            },);
        let tokens = tokens.and_then(|tokens| noted(reader, WEBHOOK_SECRETS, tokens));
        let key = key.and_then(|key| noted(reader, SCRIPT_KEY, key));
        (tokens, key)
    }

    async fn tokens_of(&self, source: &TokenSource) -> Result<WebhookSecrets, String> {
        let reference = match source {
            TokenSource::Unsigned => return Ok(WebhookSecrets::Unsigned),
            TokenSource::Reference(reference) => reference,
        };
        let text = self.text(reference).await?;
        webhook_tokens(&text).map_err(|error| format!("refers to a text that {error}"))
    }

    /// A key is one line; the line's end, which most editors add, is no part of it.
    async fn key_of(&self, reference: &SecretReference) -> Result<Secret, String> {
        let text = self.text(reference).await?;
        let key = text.trim_end_matches(['\r', '\n']);
        if key.trim().is_empty() {
            return Err("refers to an empty text".to_owned());
        }
        if key.contains(char::is_control) {
            return Err("refers to a text of more than one line".to_owned());
        }
        Ok(Secret::new(key))
    }

    async fn text(&self, reference: &SecretReference) -> Result<Zeroizing<String>, String> {
        let text = match reference {
            SecretReference::Env(name) => {
                let not_set = || format!("refers to the variable `{name}`, which is not set");
                Zeroizing::new(self.environment.text(name).ok_or_else(not_set)?)
            }
            SecretReference::File(path) => file::read(path)?,
            SecretReference::Ssm(name) => {
                let fetched = sgh_aws::ssm_parameter(self.aws().await, name).await;
                fetched.map(Zeroizing::new).map_err(not_fetched)?
            }
            SecretReference::SecretsManager(id) => {
                let fetched = sgh_aws::secret_string(self.aws().await, id).await;
                fetched.map(Zeroizing::new).map_err(not_fetched)?
            }
        };
        if looks_like_json(&text) {
            return Err("refers to a JSON object; store the plain text".to_owned());
        }
        Ok(text)
    }

    async fn aws(&self) -> &SdkConfig {
        match self.aws {
            Some(config) => config,
            None => self.own_aws.get_or_init(|| self.make_aws()).await,
        }
    }

    /// Where nothing names a region, the queue's is as good as any.
    async fn make_aws(&self) -> SdkConfig {
        let queue = self.environment.text(QUEUE);
        let url = match queue.and_then(|text| QueueAddress::parse(&text).ok()) {
            Some(QueueAddress::Sqs(url)) => url,
            Some(QueueAddress::Sqlite(_)) | None => String::new(),
        };
        sgh_aws::aws_config(Patience::WORKER, sgh_aws::region_of_queue(&url)).await
    }
}

/// The console of Secrets Manager stores `{"key": "value"}` unless told otherwise; taken as it
/// is, it would be a token that fits no signature.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('{') && text.ends_with('}') && text.contains("\":")
}

fn not_fetched(error: sgh_aws::SecretError) -> String {
    format!("cannot be fetched: {error}")
}

fn noted<T>(
    reader: &mut Reader<'_>,
    setting: &'static str,
    fetched: Result<T, String>,
) -> Option<T> {
    match fetched {
        Ok(value) => Some(value),
        Err(what) => {
            let fix = "mend what it refers to, or the reference";
            reader.note(Problem::with_fix(setting, what, fix));
            None
        }
    }
}
