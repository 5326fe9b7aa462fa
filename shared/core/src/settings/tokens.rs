//! The webhook tokens: what a delivery may be signed with.

use crate::limits::TOKENS_MAX;
use crate::secret::Secret;

use super::SecretReference;
use super::reference::ReferenceError;

/// The word that turns signatures off.
pub const UNSIGNED: &str = "unsigned:";

/// What `SGH_WEBHOOK_SECRETS` says: where the tokens are, or that there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// The text with the tokens is a secret.
    Reference(SecretReference),
    /// Unsigned deliveries are accepted.
    Unsigned,
}

impl TokenSource {
    /// Reads a secret reference, or `unsigned:`.
    ///
    /// # Errors
    /// Anything else, without saying what it was.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text.trim() == UNSIGNED {
            return Ok(Self::Unsigned);
        }
        SecretReference::parse(text).map(Self::Reference)
    }
}

/// What a delivery may be signed with.
#[derive(Debug, Clone)]
pub enum WebhookSecrets {
    /// One to four tokens; a signature by any of them counts.
    Tokens(Vec<Secret>),
    /// Unsigned deliveries are accepted: only what stands behind another lock may do this.
    Unsigned,
}

/// A text that is no list of tokens. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokensError {
    /// Nothing but blank lines. Start is refused: no token must not mean no signature.
    #[error("holds no token")]
    None,
    /// More lines than tokens are taken.
    #[error("holds {0} tokens, and at most {TOKENS_MAX} are taken")]
    Many(usize),
    /// `unsigned:` beside tokens would make the tokens worthless.
    #[error("holds `unsigned:` beside other lines")]
    Mixed,
}

/// Reads tokens, one a line. Line ends of either kind and blank lines do not count; `unsigned:`
/// as the only line turns signatures off.
///
/// # Errors
/// There is no token, there are too many, or `unsigned:` stands among them.
pub fn webhook_tokens(text: &str) -> Result<WebhookSecrets, TokensError> {
    // Editors on Windows put a byte order mark before the first token.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let unsigned = lines.iter().filter(|line| line.trim() == UNSIGNED).count();
    match (lines.len(), unsigned) {
        (0, _) => Err(TokensError::None),
        (1, 1) => Ok(WebhookSecrets::Unsigned),
        (_, 1..) => Err(TokensError::Mixed),
        (count, 0) if count > TOKENS_MAX => Err(TokensError::Many(count)),
        (_, 0) => Ok(WebhookSecrets::Tokens(lines.into_iter().map(Secret::new).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        match webhook_tokens(text).expect("tokens") {
            WebhookSecrets::Tokens(tokens) => {
                tokens.iter().map(|token| token.expose().to_owned()).collect()
            }
            WebhookSecrets::Unsigned => vec![UNSIGNED.to_owned()],
        }
    }

    #[test]
    fn line_ends_and_blank_lines_do_not_count() {
        assert_eq!(tokens("a"), ["a"]);
        assert_eq!(tokens("a\n"), ["a"]);
        assert_eq!(tokens("\r\na\r\n\r\n  \nb b\n"), ["a", "b b"]);
        assert_eq!(tokens("\u{FEFF}a\nb\nc\nd"), ["a", "b", "c", "d"]);
        assert_eq!(tokens(" a "), [" a "]);
        assert_eq!(tokens("unsigned:\r\n"), [UNSIGNED]);
    }

    #[test]
    fn no_token_never_means_unsigned() {
        let check = |text, expect| assert_eq!(webhook_tokens(text).expect_err(text), expect);
        check("", TokensError::None);
        check(" \r\n\n", TokensError::None);
        check("a\nb\nc\nd\ne", TokensError::Many(5));
        check("unsigned:\na", TokensError::Mixed);
        check("a\nunsigned:", TokensError::Mixed);
        check("unsigned:\nunsigned:", TokensError::Mixed);
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?}", webhook_tokens("canary-1\ncanary-2").expect("tokens"));
        assert!(shown.contains("Secret") && !shown.contains("canary"), "{shown}");
    }

    #[test]
    fn the_source_is_a_reference_or_unsigned() {
        assert_eq!(TokenSource::parse("unsigned:"), Ok(TokenSource::Unsigned));
        let file = SecretReference::File("tokens".into());
        assert_eq!(TokenSource::parse("file:tokens"), Ok(TokenSource::Reference(file)));
        assert_eq!(TokenSource::parse("canary"), Err(ReferenceError::Literal));
        assert_eq!(TokenSource::parse("unsigned: canary"), Err(ReferenceError::Literal));
    }
}
