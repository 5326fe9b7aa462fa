//! Values as YAML in one line. Not here: what they are for.

use serde_json::Value;

/// Words that YAML, of one version or another, takes for something else than a text.
const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// A value as it can stand behind a key or in a list.
pub(crate) fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::Object(pairs) if pairs.is_empty() => "{}".to_owned(),
        Value::Object(pairs) => {
            let pair =
                |(key, value): (&String, &Value)| format!("{}: {}", scalar(key), flow(value));
            format!("{{ {} }}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A text, in quotes where it would mean something else without.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || "/_$".contains(c))
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_./$-".contains(c))
        && !WORDS.contains(&text.to_lowercase().as_str());
    let is_path = text.starts_with("./") && scalar(&text[2..]) == text[2..];
    if is_plain || is_path { text.to_owned() } else { Value::from(text).to_string() }
}

/// Text of a file as it may stand in a comment: one line.
pub(crate) fn in_a_line(text: &str) -> String {
    let is_end = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    text.chars().map(|c| if is_end(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_is_quoted_where_it_would_mean_something_else() {
        let check = |value: &Value, expect: &str| assert_eq!(flow(value), expect);
        check(&json!("Task/update/sg_status_list"), "Task/update/sg_status_list");
        check(&json!("./programs/a.py"), "./programs/a.py");
        check(&json!("event:Toolkit_Folders_Create"), "\"event:Toolkit_Folders_Create\"");
        for text in ["no", "On", "010", "", "a: b", "#", "- a", "a\nb", "*", "~", "./a b"] {
            check(&json!(text), &json!(text).to_string());
        }
        check(&json!({"a": ["b", 1, null, {}]}), "{ a: [b, 1, null, {}] }");
    }

    #[test]
    fn a_comment_stays_in_its_line() {
        assert_eq!(in_a_line("a\nb\r\u{2028}c"), "a\u{fffd}b\u{fffd}\u{fffd}c");
    }
}
