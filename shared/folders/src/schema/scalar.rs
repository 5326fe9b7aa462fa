//! Plain scalars by YAML 1.1, as PyYAML's FullLoader resolves them: `off` is a boolean, `010` is
//! 8, `16:41` is 1001. YAML 1.2 reads all three otherwise, and studios' schemas rely on 1.1.

use super::yaml::Value;

/// What a plain scalar stands for. Timestamps stay text: that is how the site takes them.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Value::Text(text.to_owned());
    }
    integer(text)
        .map(Value::Integer)
        .or_else(|| float(text).map(Value::Float))
        .unwrap_or_else(|| Value::Text(text.to_owned()))
}

fn signed(text: &str) -> (i64, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    }
}

pub(super) fn integer(text: &str) -> Option<i64> {
    let (sign, body) = signed(text);
    let value = if let Some(digits) = body.strip_prefix("0b") {
        in_base(digits, 2)?
    } else if let Some(digits) = body.strip_prefix("0x") {
        in_base(digits, 16)?
    } else if body == "0" {
        0
    } else if let Some(digits) = body.strip_prefix('0') {
        in_base(digits, 8)?
    } else if let Some((whole, rest)) = body.split_once(':') {
        sexagesimal(in_base(whole, 10)?, rest)?
    } else {
        in_base(body, 10)?
    };
    value.checked_mul(sign)
}

/// Digits of a base with `_` anywhere between; the first of a decimal must not be `_`.
fn in_base(digits: &str, base: u32) -> Option<i64> {
    if digits.is_empty() || (base == 10 && digits.starts_with('_')) {
        return None;
    }
    let digits: String = digits.chars().filter(|c| *c != '_').collect();
    if !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    i64::from_str_radix(&digits, base).ok()
}

fn sexagesimal(whole: i64, rest: &str) -> Option<i64> {
    rest.split(':').try_fold(whole, |value, piece| {
        value.checked_mul(60)?.checked_add(i64::from(sixtieth(piece)?))
    })
}

/// `[0-5]?[0-9]`
fn sixtieth(piece: &str) -> Option<u8> {
    let fits = (1..=2).contains(&piece.len()) && piece.bytes().all(|b| b.is_ascii_digit());
    piece.parse().ok().filter(|value| fits && *value < 60)
}

pub(super) fn float(text: &str) -> Option<f64> {
    let (sign, body) = signed(text);
    let sign = if sign < 0 { -1.0 } else { 1.0 };
    match body {
        ".inf" | ".Inf" | ".INF" => return Some(sign * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    // PyYAML wants a point always, and a sign in every exponent.
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) if exponent.starts_with(['+', '-']) => (mantissa, exponent),
        Some(_) => return None,
        None => (body, ""),
    };
    let (whole, part) = mantissa.split_once('.')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    if !digits(part) || exponent.len() == 1 {
        return None;
    }
    if let Some((first, rest)) = whole.split_once(':') {
        let whole = sexagesimal(in_base(first, 10)?, rest)?;
        let part: f64 = format!("0.{}0", part.replace('_', "")).parse().ok()?;
        #[allow(clippy::cast_precision_loss, reason = "a time of day, or a mistake")]
        return exponent.is_empty().then_some(sign * (whole as f64 + part));
    }
    let starts = whole.bytes().next().or_else(|| part.bytes().next())?;
    // `.5` is a number, `-.5` is text.
    let is_signed_point = whole.is_empty() && body.len() < text.len();
    if is_signed_point || !digits(whole) || !starts.is_ascii_digit() {
        return None;
    }
    let exponent = if exponent.is_empty() { String::new() } else { format!("e{exponent}") };
    let plain = format!("0{whole}.{part}0{exponent}").replace('_', "");
    plain.parse::<f64>().ok().map(|value| sign * value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_what_pyyaml_makes_of_them() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (plain, expect) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("nULL", text("nULL")),
            ("yes", Value::Bool(true)),
            ("Off", Value::Bool(false)),
            ("y", text("y")),
            ("oN", text("oN")),
            ("0", Value::Integer(0)),
            ("010", Value::Integer(8)),
            ("08", text("08")),
            ("0o10", text("0o10")),
            ("0b101", Value::Integer(5)),
            ("0x1F", Value::Integer(31)),
            ("-12", Value::Integer(-12)),
            ("+1_001", Value::Integer(1001)),
            ("16:41", Value::Integer(1001)),
            ("1:60", text("1:60")),
            ("1.5", Value::Float(1.5)),
            ("1.", Value::Float(1.0)),
            (".5", Value::Float(0.5)),
            ("-.5", text("-.5")),
            ("1e3", text("1e3")),
            ("1.0e3", text("1.0e3")),
            ("1.0e+3", Value::Float(1000.0)),
            ("1:30.5", Value::Float(90.5)),
            ("-.inf", Value::Float(f64::NEG_INFINITY)),
            (".", text(".")),
            ("-", text("-")),
            ("..", text("..")),
            ("2024-01-31", text("2024-01-31")),
            ("SQ010", text("SQ010")),
            ("99999999999999999999", text("99999999999999999999")),
        ] {
            assert_eq!(resolve(plain), expect, "of {plain:?}");
        }
    }
}
