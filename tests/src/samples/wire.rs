//! JSON as it goes over the wire: without the white space that makes it readable. Strings, numbers
//! and the order of keys stay as they were written.

/// Takes away the white space between the tokens of a JSON text.
pub fn without_white_space(json: &[u8]) -> Vec<u8> {
    let mut in_string = false;
    let mut escaped = false;
    let kept = json.iter().copied().filter(|byte| {
        let keep = in_string || !byte.is_ascii_whitespace();
        match byte {
            b'"' if !escaped => in_string = !in_string,
            _ => {}
        }
        escaped = in_string && *byte == b'\\' && !escaped;
        keep
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_tokens_goes() {
        let check = |json: &str, expect: &str| {
            assert_eq!(String::from_utf8(without_white_space(json.as_bytes())).unwrap(), expect);
        };
        check("{\n  \"a b\": [1.0, 2e3,\tnull]\r\n}\n", "{\"a b\":[1.0,2e3,null]}");
        check(r#"[ "a \" b", "\\ ", " " ]"#, r#"["a \" b","\\ "," "]"#);
        check("[ \"샷 010\" ]", "[\"샷 010\"]");
    }
}
