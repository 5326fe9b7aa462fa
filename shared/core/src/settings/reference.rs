//! Where a secret is kept. A setting holds such a reference, never the secret itself: variables
//! show in process listings, templates and consoles.

/// Where a secret's text is to be fetched from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretReference {
    /// Another variable of the environment.
    Env(String),
    /// A file.
    File(String),
    /// A parameter of AWS Systems Manager, decrypted.
    Ssm(String),
    /// A secret of AWS Secrets Manager, by name or ARN.
    SecretsManager(String),
}

/// A text that is no reference. It may well be the secret, so it is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Neither of the four forms.
    #[error("is not a secret reference (a secret itself is not taken here)")]
    Literal,
    /// A form without a name, or with one that cannot be.
    #[error("names nothing after `{0}:`")]
    Nameless(&'static str),
}

impl SecretReference {
    /// Reads `env:NAME`, `file:PATH`, `ssm:NAME` or `secretsmanager:ID`.
    ///
    /// # Errors
    /// Anything else, without saying what it was.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let (form, name) = text.trim().split_once(':').ok_or(ReferenceError::Literal)?;
        let (form, reference): (&'static str, fn(String) -> Self) = match form {
            "env" => ("env", Self::Env),
            "file" => ("file", Self::File),
            "ssm" => ("ssm", Self::Ssm),
            "secretsmanager" => ("secretsmanager", Self::SecretsManager),
            _ => return Err(ReferenceError::Literal),
        };
        // `file://path` is what many would write; a path that starts with // is the same path.
        let unusable = name.is_empty() || name.chars().any(char::is_control);
        let not_a_variable = form == "env" && name.contains(['=', ' ']);
        if unusable || not_a_variable {
            return Err(ReferenceError::Nameless(form));
        }
        Ok(reference(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read() {
        let check = |text, expect| assert_eq!(SecretReference::parse(text), Ok(expect));
        check("env:STUDIO_KEY", SecretReference::Env("STUDIO_KEY".into()));
        check("file:/run/secrets/key", SecretReference::File("/run/secrets/key".into()));
        check("file:C:\\keys\\site.txt", SecretReference::File("C:\\keys\\site.txt".into()));
        check("ssm:/studio/key", SecretReference::Ssm("/studio/key".into()));
        let arn = "arn:aws:secretsmanager:us-east-1:1:secret:key-AbCdEf";
        check(&format!("secretsmanager:{arn}"), SecretReference::SecretsManager(arn.into()));
    }

    #[test]
    fn a_literal_is_refused_and_not_repeated() {
        for text in ["canary", "canary:with:colons", "", "ENV:canary", "vault:canary"] {
            let error = SecretReference::parse(text).expect_err(text);
            assert_eq!(error, ReferenceError::Literal, "{text}");
            assert!(!error.to_string().contains("canary"));
        }
        for text in ["env:", "env:A=canary", "file:", "ssm: ", "secretsmanager:\u{0}"] {
            let error = SecretReference::parse(text).expect_err(text).to_string();
            assert!(error.starts_with("names nothing after") && !error.contains("canary"));
        }
    }
}
