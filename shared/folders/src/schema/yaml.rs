//! YAML 1.1 as PyYAML's FullLoader reads it, with the line of every value.
//!
//! The parser gives events; this makes a tree of them: anchors and `<<` merges resolved, of
//! duplicate keys the last, one document only. Not here: what a plain scalar means (`scalar`).

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::merge::entries;
use super::tag;

/// Levels of nesting in one file. Ours.
const DEPTH_MAX: usize = 64;
/// Values in one file once aliases are written out, so that few lines cannot fill the memory.
const VALUES_MAX: usize = 100_000;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) line: usize,
}

/// What a document is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

/// Not a document that PyYAML would read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) line: usize,
    pub(crate) why: String,
}

impl Value {
    /// What it is, for a message.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// As the site takes it in a filter.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Integer(value) => Json::from(*value),
            Self::Float(value) => Json::from(*value),
            Self::Text(text) => Json::String(text.clone()),
            Self::List(items) => items.iter().map(|item| item.value.to_json()).collect(),
            Self::Map(entries) => {
                entries.iter().map(|(key, item)| (key.as_key(), item.value.to_json())).collect()
            }
        }
    }
}

impl Node {
    /// The text of a key; keys that are no text are written as they would be in JSON.
    pub(crate) fn as_key(&self) -> String {
        let json = || self.value.to_json().to_string();
        self.value.as_text().map_or_else(json, str::to_owned)
    }
}

/// Reads a file of one document; an empty one is null.
pub(crate) fn read(text: &str) -> Result<Node, Wrong> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tree = Tree::default();
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|e| Wrong { line: e.marker().line(), why: e.info().to_owned() })?;
        tree.take(event, span)?;
    }
    Ok(tree.done.unwrap_or(Node { value: Value::Null, line: 1 }))
}

/// A list or mapping whose end has not come yet.
pub(super) struct Open {
    line: usize,
    anchor: usize,
    is_map: bool,
    pub(super) items: Vec<Node>,
    /// Positions of items that are a plain `<<`.
    pub(super) merges: Vec<usize>,
}

#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    values: usize,
    documents: usize,
    done: Option<Node>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Wrong> {
        let line = span.start.line();
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                let why = "a second document; write one a file";
                if self.documents > 1 { Err(wrong(line, why)) } else { Ok(()) }
            }
            Event::Alias(id) => {
                let known = self.anchors.get(&id).cloned();
                let node = known.ok_or_else(|| wrong(line, "an alias inside what it names"))?;
                self.count(&node, line)?;
                self.add(node, 0, false)
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let value = tag::scalar(&text, style, tag.as_deref(), line)?;
                self.add(Node { value, line }, anchor, plain && text == "<<")
            }
            Event::SequenceStart(anchor, tag) => {
                self.start(line, anchor, false, tag.as_deref(), "seq")
            }
            Event::MappingStart(anchor, tag) => {
                self.start(line, anchor, true, tag.as_deref(), "map")
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
        }
    }

    fn start(
        &mut self,
        line: usize,
        anchor: usize,
        is_map: bool,
        tag: Option<&Tag>,
        own_tag: &str,
    ) -> Result<(), Wrong> {
        if let Some(tag) = tag
            && !(tag.is_yaml_core_schema() && tag.suffix == own_tag)
        {
            return Err(tag::unknown(tag, line));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(wrong(line, "nested too deep"));
        }
        self.open.push(Open { line, anchor, is_map, items: Vec::new(), merges: Vec::new() });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Wrong> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (line, anchor) = (open.line, open.anchor);
        let value = if open.is_map { Value::Map(entries(open)?) } else { Value::List(open.items) };
        self.add(Node { value, line }, anchor, false)
    }

    fn add(&mut self, node: Node, anchor: usize, is_merge: bool) -> Result<(), Wrong> {
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(wrong(node.line, "too many values"));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => {
                if is_merge {
                    open.merges.push(open.items.len());
                }
                open.items.push(node);
            }
            None => self.done = Some(node),
        }
        Ok(())
    }

    /// Counts what an alias writes out.
    fn count(&mut self, node: &Node, line: usize) -> Result<(), Wrong> {
        let mut left = vec![node];
        while let Some(node) = left.pop() {
            self.values += 1;
            if self.values > VALUES_MAX {
                return Err(wrong(line, "aliases make too many values"));
            }
            match &node.value {
                Value::List(items) => left.extend(items),
                Value::Map(entries) => left.extend(entries.iter().flat_map(|(k, v)| [k, v])),
                Value::Null
                | Value::Bool(_)
                | Value::Integer(_)
                | Value::Float(_)
                | Value::Text(_) => {}
            }
        }
        Ok(())
    }
}

pub(super) fn wrong(line: usize, why: impl Into<String>) -> Wrong {
    Wrong { line, why: why.into() }
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
