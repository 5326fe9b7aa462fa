//! Names that no folder may have, whatever the site says: what stands in an expression besides
//! its fields, and regular expressions that give nothing.

use super::{Finding, Severity, finding};
use crate::expression::Expression;
use crate::sanitise::is_word;
use crate::schema::{Kind, Node, Schema};

pub(super) fn check(schema: &Schema, found: &mut Vec<Finding>) {
    for node in &schema.nodes {
        match &node.kind {
            Kind::Static { .. } => found.extend(fixed(node)),
            // Its name is the project's own.
            Kind::Project { .. } => {}
            Kind::Entity(entity) => expression(node, &entity.name, found),
            Kind::List(list) => expression(node, &list.name, found),
        }
    }
}

/// The name of a folder that is called as it is in the schema.
fn fixed(node: &Node) -> Option<Finding> {
    let name = &*node.name;
    let (what, fix) = if name.contains(['{', '}', '$']) {
        let what = format!("the folder is really called `{name}`: a static name is not replaced");
        (what, "describe it in a sidecar, with a type and a name")
    } else if name.contains(['<', '>', ':', '"', '|', '?', '*', '\\']) || name.ends_with(['.', ' '])
    {
        let what = format!("`{name}` cannot be a folder's name on Windows");
        (what, "rename it if artists use Windows")
    } else {
        return None;
    };
    Some(finding(Severity::Warning, &node.file, what, fix))
}

fn expression(node: &Node, name: &Expression, found: &mut Vec<Finding>) {
    let text = &name.text;
    let mut report = |severity, what: String, fix: &str| {
        found.push(finding(severity, &node.file, format!("name `{text}`: {what}"), fix));
    };
    let pieces = Pieces::of(text);
    for field in &pieces.fields {
        if let Some((what, fix)) = regex(field) {
            report(Severity::Error, what, fix);
        }
        let path = field.split(':').next().unwrap_or_default();
        if path.split('.').count() % 2 == 0 {
            let what = format!("`{path}` is no way through a link");
            report(Severity::Error, what, "write link.Type.field");
        }
    }
    if pieces.optional.is_some_and(|inside| inside.contains("][")) {
        let what = "two optional parts are one: where both have a value the name holds brackets \
                    and is refused, where one has none both are left out";
        report(Severity::Error, what.to_owned(), "put one pair of brackets around both");
    } else if pieces.optional.is_some_and(|inside| inside.contains(['[', ']'])) {
        let what = "brackets of a regular expression are taken for those of the optional part";
        let fix = "write the expression without `[...]`, e.g. `\\w` or `(?:a|b)`";
        report(Severity::Error, what.to_owned(), fix);
    } else {
        let wrong = pieces.variants.iter().find_map(|variant| literal(variant));
        match wrong {
            Some((severity, what, fix)) => report(severity, what, fix),
            None if name.paths().is_empty() => {
                let what = "has no field, so all entities would have one folder".to_owned();
                report(Severity::Error, what, "use a field, e.g. `{code}`");
            }
            None => {}
        }
    }
}

/// An expression cut up as it is read: `x` stands for each field.
struct Pieces<'t> {
    /// With and without its optional part.
    variants: Vec<String>,
    optional: Option<&'t str>,
    fields: Vec<&'t str>,
}

impl<'t> Pieces<'t> {
    fn of(text: &'t str) -> Self {
        if !text.contains('{') {
            return Self { variants: Vec::new(), optional: None, fields: vec![text] };
        }
        let start = text.find('[').unwrap_or(text.len());
        let end = text.rfind(']').unwrap_or_default();
        let inside = text.get(start + 1..end).unwrap_or_default();
        let mut ignored = Vec::new();
        let optional = (cut(inside, &mut ignored) != inside).then_some(inside);
        let mut fields = Vec::new();
        let variants = match optional {
            None => vec![cut(text, &mut fields)],
            Some(inside) => {
                let (before, after) = (&text[..start], &text[end + 1..]);
                cut(text, &mut fields);
                let with = format!("{before}{inside}{after}");
                let without = format!("{before}{after}");
                [with, without].map(|text| cut(&text, &mut Vec::new())).to_vec()
            }
        };
        Self { variants, optional, fields }
    }
}

fn cut<'t>(text: &'t str, fields: &mut Vec<&'t str>) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((field, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push('x');
        fields.push(field);
        rest = behind;
    }
    out + rest
}

/// What is wrong with a name whose fields are all `x`.
fn literal(name: &str) -> Option<(Severity, String, &'static str)> {
    let error = |what: String, fix| Some((Severity::Error, what, fix));
    if name.is_empty() {
        let what = "is empty where its fields have no value, and is refused then".to_owned();
        return Some((Severity::Warning, what, "put something outside of the brackets"));
    }
    if name.contains(['[', ']']) {
        let what = "brackets without a `{field}` in them stand in the name".to_owned();
        return error(what, "they make a part optional only around a field; take them out");
    }
    if name.contains(['{', '}']) {
        return error("a brace has no partner".to_owned(), "close it, or take it out");
    }
    let is_refused = |c: &char| !is_word(*c) && !matches!(c, '-' | '.' | '/');
    if let Some(c) = name.chars().find(is_refused) {
        return error(
            format!("{c:?} may not stand in a folder's name"),
            "use letters, numbers, `.`, `-` and `_`",
        );
    }
    if name.split('/').any(|piece| matches!(piece, "" | "." | "..")) {
        return error(
            "`/` makes levels, and one of them has no name".to_owned(),
            "no `/` at either end, no `//`, no `.` or `..` between",
        );
    }
    None
}

/// A regular expression that gives nothing.
fn regex(field: &str) -> Option<(String, &'static str)> {
    let (_, regex) = field.split_once(':')?;
    let groups = fancy_regex::Regex::new(regex).ok()?.captures_len() - 1;
    if groups == 0 {
        let what = format!("the regular expression `{regex}` has no group, so it gives nothing");
        return Some((what, "put parentheses around what you want of it"));
    }
    let c = asked_for(regex).find(|c| !is_word(*c) && *c != '-')?;
    let what = format!(
        "the regular expression `{regex}` never matches: it asks for {c:?}, but sees the value \
         after such characters were made into `-`"
    );
    Some((what, "ask for `-`"))
}

/// The characters that have to be there for a match. None of an expression with alternatives or
/// optional groups: there it cannot be told so simply.
fn asked_for(regex: &str) -> impl Iterator<Item = char> {
    let is_simple =
        !regex.contains(['|']) && ![")?", ")*", "){0"].iter().any(|s| regex.contains(s));
    let mut asked = Vec::new();
    let mut chars = if is_simple { regex } else { "" }.chars().peekable();
    let mut is_in_set = false;
    while let Some(c) = chars.next() {
        let literal = match c {
            '\\' => chars.next().filter(|c| !c.is_ascii_alphanumeric()),
            '(' if chars.peek() == Some(&'?') => {
                // What is looked at, named or switched in a group's head is no literal.
                return Vec::new().into_iter();
            }
            '^' | '$' | '.' | '(' | ')' | '*' | '+' | '?' | '{' => None,
            '[' => {
                is_in_set = true;
                None
            }
            ']' => {
                is_in_set = false;
                None
            }
            other => Some(other),
        };
        let is_needed = !is_in_set && !matches!(chars.peek(), Some('?' | '*' | '{'));
        asked.extend(literal.filter(|_| is_needed));
    }
    asked.into_iter()
}
