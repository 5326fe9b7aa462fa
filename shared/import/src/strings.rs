//! Texts of Python: what is written in quotes, and what `%` and `format` make of it.

use super::value::Value;

/// A text as Python writes a value into another text; `None` where that is not known.
pub(crate) fn printed(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        Value::Bool(is) => Some(if *is { "True" } else { "False" }.to_owned()),
        Value::None => Some("None".to_owned()),
        Value::List(_)
        | Value::Map(_)
        | Value::Function(_)
        | Value::Registrar
        | Value::Unknown(_) => None,
    }
}

/// The inside of quotes, as it is meant.
pub(crate) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('\n') | None => {}
            Some(quoted @ ('\\' | '\'' | '"')) => out.push(quoted),
            Some(kind @ ('x' | 'u' | 'U')) => {
                let size = [2, 4, 8]
                    [["x", "u", "U"].iter().position(|k| k.starts_with(kind)).unwrap_or(0)];
                let digits: String = rest.by_ref().take(size).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                out.push(code.unwrap_or('\u{fffd}'));
            }
            Some(other) => out.extend(['\\', other]),
        }
    }
    out
}

/// `text % values`, for `%s`, `%d` and `%(name)s`.
pub(crate) fn percent(text: &str, values: &Value) -> Option<String> {
    let all = if let Value::List(items) = values { items } else { std::slice::from_ref(values) };
    let mut given = all.iter();
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let value = if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        } else if let Some(after) = rest.strip_prefix('(') {
            let (name, after) = after.split_once(')')?;
            rest = after;
            values.get(&Value::Text(name.to_owned()))?
        } else {
            given.next()?
        };
        rest = rest.strip_prefix(['s', 'd'])?;
        out.push_str(&printed(value)?);
    }
    out.push_str(rest);
    Some(out)
}

/// `text.format(...)`, for `{}`, `{0}` and `{name}`.
pub(crate) fn format(text: &str, placed: &[Value], named: &[(String, Value)]) -> Option<String> {
    let mut out = String::new();
    let mut next = placed.iter();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
            continue;
        }
        let (name, after) = rest.split_once('}').filter(|_| brace == "{")?;
        rest = after;
        let value = match (name, name.parse::<usize>()) {
            ("", _) => next.next()?,
            (_, Ok(place)) => placed.get(place)?,
            (name, Err(_)) => named.iter().find(|(known, _)| known == name).map(|(_, v)| v)?,
        };
        out.push_str(&printed(value)?);
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn percent_fills_in_as_python_does() {
        let check = |template: &str, values: &Value, expect: Option<&str>| {
            assert_eq!(percent(template, values).as_deref(), expect, "{template}");
        };
        check("Shotgun_%s_Change", &text("Task"), Some("Shotgun_Task_Change"));
        check("%s_%d%%", &Value::List(vec![text("a"), Value::Number("7".into())]), Some("a_7%"));
        let map = Value::Map(vec![(text("kind"), text("Shot"))]);
        check("Shotgun_%(kind)s_New", &map, Some("Shotgun_Shot_New"));
        check("%s %s", &text("a"), None);
        check("%r", &text("a"), None);
        check("%(other)s", &map, None);
        check("%s", &Value::unknown(1, "x"), None);
        check("100%", &text("a"), None);
    }

    #[test]
    fn format_fills_in_as_python_does() {
        let named = [("kind".to_owned(), text("Shot"))];
        let placed = [text("a"), text("b")];
        let check = |template: &str, expect: Option<&str>| {
            assert_eq!(format(template, &placed, &named).as_deref(), expect, "{template}");
        };
        check("{}-{}", Some("a-b"));
        check("{1}{0}", Some("ba"));
        check("Shotgun_{kind}_New{{}}", Some("Shotgun_Shot_New{}"));
        check("{}{}{}", None);
        check("{kind!r}", None);
        check("{", None);
        check("}", None);
    }

    #[test]
    fn what_is_escaped_is_meant() {
        assert_eq!(unescaped(r"a\n\x41\u00e9\'\\\d"), "a\nA\u{e9}'\\\\d");
        assert_eq!(unescaped("\\ud800\\x4"), "\u{fffd}\u{4}");
        assert_eq!(unescaped("a\\"), "a");
    }
}
