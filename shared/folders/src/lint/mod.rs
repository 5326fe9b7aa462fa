//! What a schema does, in words, and what in it is likely not meant.
//!
//! A schema that can be read may still make nothing, or too much: a folder that waits for no
//! engine there is, a filter that takes other projects too, a name that no folder may have. Here
//! every folder of a schema is explained in one line, and what is odd is found, with the file and
//! the fix. Nothing here asks a site, so what only a site knows (fields, their types) is judged
//! where the schema itself tells. Not here: what cannot be read at all (`schema`).

mod explain;
mod files;
mod keys;
mod names;
mod reach;
mod roots;
mod siblings;
mod tokens;
mod values;
mod words;

use std::fmt;
use std::path::Path;

use crate::error::SchemaError;
use crate::roots::Roots;
use crate::schema::{Node, NodeId, Schema};

/// A schema, looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// One line for each folder of the schema, in tree order.
    pub lines: Vec<Line>,
    /// What is odd, the worst first.
    pub findings: Vec<Finding>,
}

/// A folder of the schema and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How many folders of the schema are above it.
    pub depth: usize,
    /// Its name in the schema.
    pub name: String,
    /// What is made of it, in words.
    pub what: String,
}

/// Something in a schema that is likely not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The file or folder, below the schema's folder.
    pub file: String,
    /// What is odd.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot work: requests that come here are refused.
    Error,
    /// It works, but hardly as it is meant: something is never made, or too much is.
    Warning,
    /// Worth knowing.
    Note,
}

/// Looks through a schema that was read. What only its files tell is not seen: see [`lint_folder`].
#[must_use]
pub fn lint(schema: &Schema) -> Lint {
    let mut findings = Vec::new();
    if schema.nodes.is_empty() {
        let (what, fix) =
            ("holds no folder, so nothing is ever made", "name a `core/schema` folder");
        findings.push(finding(Severity::Error, ".", what, fix));
    }
    reach::check(schema, &mut findings);
    names::check(schema, &mut findings);
    tokens::check(schema, &mut findings);
    values::check(schema, &mut findings);
    keys::check(schema, &mut findings);
    siblings::check(schema, &mut findings);
    Lint { lines: explain::lines(schema), findings: sorted(findings) }
}

/// What the roots that sgh.yaml names lack for a schema, and which of them it never uses.
#[must_use]
pub fn lint_roots(schema: &Schema, roots: &Roots) -> Vec<Finding> {
    sorted(roots::check(schema, roots))
}

/// Reads and looks through a schema's folder, with the roots where they are known. One that
/// cannot be read is one finding: nothing else can be told of it.
#[must_use]
pub fn lint_folder(folder: &Path, roots: Option<&Roots>) -> Lint {
    let schema = match Schema::read(folder) {
        Ok(schema) => schema,
        Err(error) => return Lint { lines: Vec::new(), findings: vec![unreadable(&error)] },
    };
    let mut lint = lint(&schema);
    lint.findings.extend(files::check(&schema, folder));
    lint.findings.extend(roots.into_iter().flat_map(|roots| roots::check(&schema, roots)));
    lint.findings = sorted(lint.findings);
    lint
}

fn unreadable(error: &SchemaError) -> Finding {
    let text = error.problem.to_string();
    let (what, fix) = text.rsplit_once("; ").unwrap_or((&text, ""));
    finding(Severity::Error, &error.place.to_string(), what, fix)
}

fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| (a.severity, &a.file).cmp(&(b.severity, &b.file)));
    findings
}

fn finding(
    severity: Severity,
    file: &str,
    what: impl Into<String>,
    fix: impl Into<String>,
) -> Finding {
    let (what, fix): (String, String) = (what.into(), fix.into());
    Finding { severity, file: in_a_line(file), what: in_a_line(&what), fix: in_a_line(&fix) }
}

/// Names and expressions may hold line ends; nothing of ours does.
fn in_a_line(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.into() };
    text.chars().map(shown).collect()
}

/// The levels above a node, nearest first.
fn above(schema: &Schema, id: NodeId) -> impl Iterator<Item = &Node> {
    let parents =
        std::iter::successors(schema.nodes[id].parent, |above| schema.nodes[*above].parent);
    parents.map(|above| &schema.nodes[above])
}

/// The one of these that somebody who wrote `text` may have meant.
fn meant<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
    let distance = |name: &&str| strsim::damerau_levenshtein(&text.to_lowercase(), name);
    let nearest = known.iter().copied().min_by_key(distance)?;
    (distance(&nearest) <= 2.max(nearest.len() / 4)).then_some(nearest)
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:width$}{}/  {}", "", self.name, self.what, width = self.depth * 2)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.severity, self.file, self.what)?;
        if self.fix.is_empty() { Ok(()) } else { write!(f, "; {}", self.fix) }
    }
}

#[cfg(test)]
mod tests;
