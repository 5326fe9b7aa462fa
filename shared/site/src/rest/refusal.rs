//! What the site says when it says no, made fit for an acknowledgement line: leniently read,
//! without control characters, short.

use serde_json::Value;
use sgh_core::limits::UNTRUSTED_TEXT_MAX;

/// The site's own words out of `{"errors": [{"detail", "title", "source"}]}`, or a word about
/// the body where it has none. `hide` is what must not show even if the site sends it back.
pub(super) fn reason(status: u16, body: &[u8], hide: &[&str]) -> String {
    let mut text = serde_json::from_slice(body).map(|body| said(&body)).unwrap_or_default();
    for secret in hide.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "(hidden)");
    }
    if text.is_empty() { format!("HTTP {status} without a reason") } else { clean(&text) }
}

fn said(body: &Value) -> String {
    let errors = body.get("errors").and_then(Value::as_array);
    let texts: Vec<String> = errors.into_iter().flatten().map(of_error).collect();
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
}

fn of_error(error: &Value) -> String {
    let text = |name| error.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut parts: Vec<String> =
        text("detail").or_else(|| text("title")).map(str::to_owned).into_iter().collect();
    // `source` may be null, absent, a text, or lists of texts by parameter.
    if let Some(Value::Object(source)) = error.get("source") {
        for (parameter, texts) in source {
            let texts = match texts {
                Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
                Value::String(text) => vec![text.as_str()],
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![],
            };
            parts.extend(texts.iter().map(|text| format!("{parameter}: {text}")));
        }
    }
    parts.join(", ")
}

/// Escapes what could forge a line or turn a text around, and cuts at the limit.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::new();
    let mut left = UNTRUSTED_TEXT_MAX;
    for c in text.chars() {
        let odd = c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let shown = if odd { c.escape_default().to_string() } else { c.to_string() };
        let size = shown.chars().count();
        if size >= left {
            clean.push('…');
            break;
        }
        left -= size;
        clean.push_str(&shown);
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_site_are_found_in_every_shape() {
        let check = |body: &str, expect: &str| {
            assert_eq!(reason(400, body.as_bytes(), &[]), expect, "{body}");
        };
        check(
            r#"{"errors":[{"status":400,"title":"Bad","source":null,"detail":"no `x`"}]}"#,
            "no `x`",
        );
        check(r#"{"errors":[{"title":"Bad","detail":null}]}"#, "Bad");
        check(
            r#"{"errors":[{"title":"Bad","source":{"acknowledgement":["too long",3],"x":"y"}}]}"#,
            "Bad, acknowledgement: too long, x: y",
        );
        check(r#"{"errors":[{"detail":"a"},{"detail":"b"},7]}"#, "a; b");
        check(r#"{"errors":"no"}"#, "HTTP 400 without a reason");
        check("<html>busy</html>", "HTTP 400 without a reason");
        check("", "HTTP 400 without a reason");
    }

    #[test]
    fn a_reason_is_one_short_line() {
        let body = serde_json::json!({"errors": [{"detail": "a\nb\u{1b}[31m\u{202E}c\u{7f}"}]});
        let text = reason(400, body.to_string().as_bytes(), &[]);
        assert_eq!(text, "a\\nb\\u{1b}[31m\\u{202e}c\\u{7f}");
        let long = clean(&"샷".repeat(1000));
        assert_eq!(long.chars().count(), UNTRUSTED_TEXT_MAX);
        assert!(long.ends_with('…'));
        assert!(clean(&"\n".repeat(1000)).chars().count() <= UNTRUSTED_TEXT_MAX);
    }

    #[test]
    fn what_the_site_sends_back_of_our_secrets_is_hidden() {
        let body = br#"{"errors":[{"detail":"key canary is wrong"}]}"#;
        assert_eq!(reason(400, body, &["", "canary"]), "key (hidden) is wrong");
    }
}
