//! Name expressions: `code`, `{code}_{sg_type}`, `{code}[_{sg_note}]`, `{code:^(...)}`,
//! `{sg_sequence.Sequence.code}`.
//!
//! An expression is read once, with the schema, and rendered for every record. The result is
//! text that `/` splits into folder names; whether each may be a name is `plan::names`.

mod pattern;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sanitise::{Also, sanitise, text_of};
use pattern::Pattern;

/// A name expression, read.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// As it is written.
    pub(crate) text: String,
    /// With and without the optional part, longest first.
    variants: Vec<Vec<Piece>>,
}

#[derive(Debug, Clone)]
enum Piece {
    Literal(String),
    Field { path: String, pattern: Option<Pattern> },
}

/// An expression that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    Field(String),
    Regex { field: String, problem: String },
}

/// A record that gives no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoName {
    /// Every variant has a blank field; these are blank.
    Blank(Vec<String>),
    /// A regular expression gave up, or a group of it took no part.
    Pattern { field: String, why: &'static str },
}

impl Expression {
    pub(crate) fn read(text: &str) -> Result<Self, Wrong> {
        let whole = if text.contains('{') { text.to_owned() } else { format!("{{{text}}}") };
        let mut texts = match optional_part(&whole) {
            Some((start, end)) => {
                let (before, after) = (&whole[..start], &whole[end + 1..]);
                let inside = &whole[start + 1..end];
                vec![format!("{before}{inside}{after}"), format!("{before}{after}")]
            }
            None => vec![whole],
        };
        texts.sort_by_key(|text| std::cmp::Reverse(text.chars().count()));
        let variants = texts.iter().map(|text| pieces(text)).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), variants })
    }

    /// The fields to read: for a dotted one, its link too.
    pub(crate) fn fields(&self) -> BTreeSet<&str> {
        let mut fields = self.paths();
        fields.extend(self.links());
        fields
    }

    /// The links that its dotted fields go through.
    pub(crate) fn links(&self) -> BTreeSet<&str> {
        self.paths().into_iter().filter_map(|path| Some(path.split_once('.')?.0)).collect()
    }

    /// The distinct fields that stand in it.
    pub(crate) fn paths(&self) -> BTreeSet<&str> {
        let pieces = self.variants.iter().flatten();
        pieces
            .filter_map(|piece| match piece {
                Piece::Literal(_) => None,
                Piece::Field { path, .. } => Some(path.as_str()),
            })
            .collect()
    }

    /// The name by the longest variant whose fields all have a value.
    pub(crate) fn render<'r>(
        &self,
        value_of: impl Fn(&str) -> Option<&'r Value>,
        also: Also,
    ) -> Result<String, NoName> {
        let mut blank = Vec::new();
        for variant in &self.variants {
            blank.clear();
            let mut name = String::new();
            for piece in variant {
                match piece {
                    Piece::Literal(text) => name.push_str(text),
                    Piece::Field { path, pattern } => match value_of(path).and_then(text_of) {
                        None => blank.push(path.clone()),
                        Some(text) => name.push_str(&part(path, pattern, &text, also)?),
                    },
                }
            }
            if blank.is_empty() {
                return Ok(name);
            }
        }
        Err(NoName::Blank(blank))
    }
}

fn part(path: &str, pattern: &Option<Pattern>, text: &str, also: Also) -> Result<String, NoName> {
    let text = sanitise(text, also);
    match pattern {
        None => Ok(text),
        Some(pattern) => {
            pattern.groups(&text).map_err(|why| NoName::Pattern { field: path.to_owned(), why })
        }
    }
}

/// The optional part: from the first `[` to the last `]`, if a `{...}` stands between them.
/// So `[_{a}][_{b}]` is one part whose inside is `_{a}][_{b}`, as it is in Toolkit.
fn optional_part(text: &str) -> Option<(usize, usize)> {
    let (start, end) = (text.find('[')?, text.rfind(']')?);
    let inside = text.get(start + 1..end)?;
    let open = inside.find('{')?;
    inside[open..].contains('}').then_some((start, end))
}

/// A brace without its partner is text.
fn pieces(text: &str) -> Result<Vec<Piece>, Wrong> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        if open > 0 {
            pieces.push(Piece::Literal(rest[..open].to_owned()));
        }
        pieces.push(field(&rest[open + 1..open + length])?);
        rest = &rest[open + length + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

/// `path` or `path:regular expression`, split at the first colon.
fn field(inside: &str) -> Result<Piece, Wrong> {
    let (path, pattern) = match inside.split_once(':') {
        None => (inside, None),
        Some((path, regex)) => {
            let wrong = |problem| Wrong::Regex { field: inside.to_owned(), problem };
            (path, Some(Pattern::read(regex).map_err(wrong)?))
        }
    };
    if path.is_empty() || path.chars().any(char::is_whitespace) {
        return Err(Wrong::Field(inside.to_owned()));
    }
    Ok(Piece::Field { path: path.to_owned(), pattern })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(expression: &str, record: &Value) -> Result<String, NoName> {
        let expression = Expression::read(expression).expect("reads");
        expression.render(|path| record.get(path), Also::Nothing)
    }

    #[test]
    fn names_are_what_toolkit_makes_of_them() {
        let record = json!({
            "code": "SQ 1", "note": "n", "blank": null, "empty": "", "cut": 1001, "flag": true,
            "sg_sequence": {"type": "Sequence", "id": 1, "name": "SQ"},
            "sg_sequence.Sequence.code": "SQ010",
            "assets": [{"name": "a"}, {"name": "b"}],
        });
        for (expression, expect) in [
            ("code", "SQ-1"),
            ("{code}", "SQ-1"),
            ("{code}.v001-x", "SQ-1.v001-x"),
            ("{code}_{cut}_{flag}", "SQ-1_1001_True"),
            ("{sg_sequence}-{code}", "SQ-SQ-1"),
            ("{sg_sequence.Sequence.code}/{code}", "SQ010/SQ-1"),
            ("{code}_{assets}", "SQ-1_a_b"),
            ("{code}[_{note}]", "SQ-1_n"),
            ("{code}[_{blank}]", "SQ-1"),
            ("{code}[_{empty}]", "SQ-1_"),
            ("[{blank}]", ""),
            ("{code}[x]", "SQ-1[x]"),
            ("{code}[_{note}][_{cut}]", "SQ-1_n][_1001"),
            ("{code}[_{note}][_{blank}]", "SQ-1"),
            ("fixed{", "fixed{"),
            ("/{code}", "/SQ-1"),
            ("{code:^(..).*?(.)$}_x", "SQ1_x"),
            ("{code:^([^-]+)}", "SQ"),
        ] {
            assert_eq!(render(expression, &record).as_deref(), Ok(expect), "of {expression}");
        }
        let blank = NoName::Blank(vec!["blank".to_owned()]);
        assert_eq!(render("{code}_{blank}", &record), Err(blank));
        let unknown = NoName::Blank(vec!["sg_nope".to_owned()]);
        assert_eq!(render("{code}_{sg_nope}", &record), Err(unknown));
    }

    #[test]
    fn the_fields_to_read_are_the_paths_and_their_links() {
        let expression = Expression::read("{code}[_{a.B.c}]").expect("reads");
        assert_eq!(expression.fields(), BTreeSet::from(["code", "a", "a.B.c"]));
        assert_eq!(expression.paths(), BTreeSet::from(["code", "a.B.c"]));
        assert_eq!(expression.links(), BTreeSet::from(["a"]));
    }

    #[test]
    fn a_field_without_a_name_is_refused() {
        assert_eq!(Expression::read("{}").err(), Some(Wrong::Field(String::new())));
        assert!(matches!(Expression::read("{code:(}"), Err(Wrong::Regex { .. })));
        assert!(matches!(Expression::read("a b"), Err(Wrong::Field(_))));
    }
}
