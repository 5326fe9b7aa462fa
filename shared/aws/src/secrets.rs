//! Secrets from where AWS keeps them: SSM parameters and Secrets Manager.
//!
//! Not here: which secret is meant and how it is guarded once it is read (`sgh-settings`).

use aws_config::SdkConfig;

use crate::fault::Place;

/// A secret that could not be read. Holds its name, never its text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SecretError(String);

/// The text of an SSM parameter, decrypted.
///
/// # Errors
/// It does not exist, may not be read, or SSM cannot be reached.
pub async fn ssm_parameter(config: &SdkConfig, name: &str) -> Result<String, SecretError> {
    let place = Place::of_config("SSM parameter", name, config, "the `ssm:` reference");
    let asked = aws_sdk_ssm::Client::new(config).get_parameter().name(name).with_decryption(true);
    let answer = asked.send().await.map_err(|error| SecretError(place.fault(&error)))?;
    let value = answer.parameter.and_then(|parameter| parameter.value);
    value.ok_or_else(|| SecretError(format!("SSM parameter `{name}` has no value; set one")))
}

/// The text of a secret of Secrets Manager, by its name or ARN.
///
/// # Errors
/// It does not exist, may not be read, is not text, or Secrets Manager cannot be reached.
pub async fn secret_string(config: &SdkConfig, id: &str) -> Result<String, SecretError> {
    let place = Place::of_config("secret", id, config, "the `secretsmanager:` reference");
    let asked = aws_sdk_secretsmanager::Client::new(config).get_secret_value().secret_id(id);
    let answer = asked.send().await.map_err(|error| SecretError(place.fault(&error)))?;
    answer.secret_string.ok_or_else(|| {
        SecretError(format!("secret `{id}` holds bytes, not text; store it as a string"))
    })
}
