//! From a value of the site to text that may stand in a folder's name.
//!
//! Toolkit's rule: what Python calls a word character stays, every other character becomes one
//! `-`. Python's word characters are the general categories L* and N* and `_`; the classes that
//! regex engines call `\w` are others. No normalisation, no collapsing, no change of case.

use serde_json::Value;
use unicode_general_category::{GeneralCategory as Category, get_general_category};

/// Which characters survive besides word characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Also {
    /// None: what every entity type but Project has.
    Nothing,
    /// `/` and `.`: a Project's `tank_name` may make levels.
    SlashAndDot,
}

impl Also {
    /// What survives in the values of an entity type.
    #[must_use]
    pub fn of_kind(kind: &str) -> Self {
        if kind == "Project" { Self::SlashAndDot } else { Self::Nothing }
    }
}

/// Replaces every character that may not stand in a name by `-`, one for one.
#[must_use]
pub fn sanitise(text: &str, also: Also) -> String {
    let stays = |c: char| is_word(c) || (also == Also::SlashAndDot && matches!(c, '/' | '.'));
    text.chars().map(|c| if stays(c) { c } else { '-' }).collect()
}

/// Whether Python's `\w` matches it.
#[must_use]
pub fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c == '_' || c.is_ascii_alphanumeric();
    }
    matches!(
        get_general_category(c),
        Category::UppercaseLetter
            | Category::LowercaseLetter
            | Category::TitlecaseLetter
            | Category::ModifierLetter
            | Category::OtherLetter
            | Category::DecimalNumber
            | Category::LetterNumber
            | Category::OtherNumber
    )
}

/// The text of a value as Toolkit writes it: a link is its name, several links are their names
/// with `_` between, all else is Python's `str`. `None` for a blank value.
#[must_use]
pub fn text_of(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number_text(number),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(text_of).collect::<Vec<_>>().join("_"),
        Value::Object(link) => link.get("name").and_then(text_of)?,
    })
}

/// As Python writes numbers: `2.0`, `1e+16`, `1e-05`.
fn number_text(number: &serde_json::Number) -> String {
    let Some(float) = number.as_f64().filter(|_| number.is_f64()) else {
        return number.to_string();
    };
    let text = format!("{float:?}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    match exponent.strip_prefix('-') {
        Some(exponent) => format!("{digits}e-{exponent:0>2}"),
        None => format!("{digits}e+{exponent:0>2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, expect: &str) {
        let found = sanitise(text, Also::Nothing);
        assert_eq!(found, expect, "of {text:?}");
        assert_eq!(found.chars().count(), text.chars().count(), "one for one: {text:?}");
        assert_eq!(sanitise(&found, Also::Nothing), found, "twice is once: {text:?}");
    }

    #[test]
    fn letters_and_numbers_stay_and_all_else_becomes_a_dash() {
        check("SQ010_0010", "SQ010_0010");
        check(" a  b ", "-a--b-");
        check("a/b\\c:d*e?f\"g<h>i|j", "a-b-c-d-e-f-g-h-i-j");
        check("..", "--");
        check("a.b", "a-b");
        check("tab\tline\nnul\0", "tab-line-nul-");
        check("샷_010", "샷_010");
        check("\u{110b}\u{1161}", "\u{110b}\u{1161}");
        check("e\u{301}", "e-");
        check("é", "é");
        check("²½①Ⅷ", "²½①Ⅷ");
        check("Ⓐ", "-");
        check("a‿b", "a-b");
        check("👩\u{200d}💻", "---");
        check("\u{202e}gnp", "-gnp");
        check("०१२", "०१२");
        check("ที่", "ท--");
        check("a·b", "a-b");
        check("\u{e000}\u{378}", "--");
    }

    #[test]
    fn a_project_keeps_slashes_and_dots() {
        assert_eq!(sanitise("show/film.v1 x", Also::of_kind("Project")), "show/film.v1-x");
        assert_eq!(sanitise("show/film.v1 x", Also::of_kind("Shot")), "show-film-v1-x");
    }

    #[test]
    fn values_are_written_as_python_writes_them() {
        let check = |value: Value, expect: Option<&str>| {
            assert_eq!(text_of(&value).as_deref(), expect, "of {value}");
        };
        check(json!(null), None);
        check(json!(true), Some("True"));
        check(json!(false), Some("False"));
        check(json!(1001), Some("1001"));
        check(json!(1.5), Some("1.5"));
        check(json!(2.0), Some("2.0"));
        check(json!(1e16), Some("1e+16"));
        check(json!(1.5e-7), Some("1.5e-07"));
        check(json!(""), Some(""));
        check(json!({"type": "Shot", "id": 1, "name": "s1"}), Some("s1"));
        check(json!([{"name": "a"}, {"name": "b"}]), Some("a_b"));
        check(json!([]), Some(""));
    }
}
