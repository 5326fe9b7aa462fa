//! One plugin of the daemon: its text is parsed, followed, and what it registers is found.

use std::path::PathBuf;

use tree_sitter::{Node, Parser};

use super::register::Registration;
use super::value::Value;
use super::walk::{Walk, line};

/// The function that the daemon calls.
const ENTRY: &str = "registerCallbacks";

/// One file of a plugin folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugin {
    /// Where it stands.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// Something that has to be looked at by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1; 0 where it is about the whole file.
    pub line: usize,
    /// What it is. Holds no text of the file but names.
    pub what: String,
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.what)
    }
}

/// What a plugin registers, and what could not be read, in the order of the lines.
pub(crate) fn registrations(plugin: &Plugin) -> (Vec<Registration>, Vec<Unread>) {
    let (found, mut unread) = followed(&plugin.text);
    unread.sort_by_key(|(line, _)| *line);
    let unread = unread
        .into_iter()
        .map(|(line, what)| Unread { file: plugin.path.clone(), line, what })
        .collect();
    (found, unread)
}

fn followed(text: &str) -> (Vec<Registration>, Vec<(usize, String)>) {
    let mut parser = Parser::new();
    let is_set = parser.set_language(&tree_sitter_python::LANGUAGE.into()).is_ok();
    let Some(tree) = is_set.then(|| parser.parse(text, None)).flatten() else {
        return (Vec::new(), vec![(0, "it cannot be parsed".to_owned())]);
    };
    let mut walk = Walk::new(text);
    if let Some(at) = first_error(tree.root_node()) {
        walk.tell(at, "this is no Python 3; what stands near it may be missing here".to_owned());
    }
    walk.block(tree.root_node());
    match walk.functions.get(ENTRY).copied() {
        Some(entry) => walk.follow(entry, (vec![Value::Registrar], Vec::new())),
        None => walk.tell(0, format!("it has no function `{ENTRY}`: the daemon does not run it")),
    }
    if walk.found.is_empty() && walk.unread.is_empty() {
        walk.tell(0, format!("its `{ENTRY}` registers nothing"));
    }
    (walk.found, walk.unread)
}

/// The first line that the grammar does not know.
fn first_error(root: Node) -> Option<usize> {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            return Some(line(node));
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests;
