//! What an expression is worth, as far as that can be known without running anything.

use tree_sitter::Node;

use super::strings::{format, percent, printed, unescaped};
use super::value::Value;
use super::walk::{Walk, line};

/// How deep expressions may stand in one another. Ours.
const DEPTH_MAX: usize = 60;

impl<'t> Walk<'t> {
    /// The value of an expression.
    pub(crate) fn value(&mut self, node: Node<'t>) -> Value {
        if self.depth >= DEPTH_MAX || !self.step() {
            return Value::unknown(line(node), "more than this reads");
        }
        self.depth += 1;
        let value = self.value_of(node).bounded(line(node));
        self.depth -= 1;
        value
    }

    fn value_of(&mut self, node: Node<'t>) -> Value {
        let at = line(node);
        match node.kind() {
            "string" => self.string(node),
            "concatenated_string" => {
                let parts = self.values(node);
                let texts: Option<String> = parts.iter().map(Value::text).collect();
                texts.map_or_else(|| first_unknown(parts, at), Value::Text)
            }
            "integer" | "float" => Value::Number(self.text(node).to_owned()),
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "none" => Value::None,
            "list" | "tuple" | "set" | "expression_list" => Value::List(self.values(node)),
            "parenthesized_expression" => self.inside(node),
            "dictionary" => self.dictionary(node),
            "identifier" => self.named(self.text(node), at),
            "subscript" => self.subscript(node),
            "attribute" => self.attribute(node),
            "binary_operator" => self.binary(node),
            "boolean_operator" => self.boolean(node),
            "not_operator" => match self.field(node, "argument").truth() {
                Some(is) => Value::Bool(!is),
                None => Value::unknown(at, "a condition"),
            },
            "conditional_expression" => self.conditional(node),
            "call" => self.called(node),
            "list_comprehension" | "set_comprehension" | "generator_expression" => {
                self.comprehension(node).map_or_else(|why| why, Value::List)
            }
            "dictionary_comprehension" => self.dictionary_comprehension(node),
            "lambda" => Value::Function("lambda".to_owned()),
            _ => Value::unknown(at, "an expression that has to be computed"),
        }
    }

    /// The value of what stands in a field of the grammar.
    pub(crate) fn field(&mut self, node: Node<'t>, name: &str) -> Value {
        match node.child_by_field_name(name) {
            Some(child) => self.value(child),
            None => Value::unknown(line(node), "an expression that cannot be read"),
        }
    }

    fn inside(&mut self, node: Node<'t>) -> Value {
        match node.named_child(0) {
            Some(child) => self.value(child),
            None => Value::unknown(line(node), "an expression that cannot be read"),
        }
    }

    /// The values of all that stands in it. What is spread out is one that is not known.
    fn values(&mut self, node: Node<'t>) -> Vec<Value> {
        let mut cursor = node.walk();
        let children: Vec<Node> = node.named_children(&mut cursor).collect();
        children.into_iter().filter(|c| c.kind() != "comment").map(|c| self.value(c)).collect()
    }

    fn string(&mut self, node: Node<'t>) -> Value {
        let at = line(node);
        let mut cursor = node.walk();
        let children: Vec<Node> = node.named_children(&mut cursor).collect();
        let start = children.first().map_or("", |start| self.text(*start)).to_lowercase();
        if start.contains('b') {
            return Value::unknown(at, "bytes");
        }
        let mut out = String::new();
        for child in children {
            match child.kind() {
                "string_content" if start.contains('r') => out.push_str(self.text(child)),
                "string_content" => out.push_str(&unescaped(self.text(child))),
                "interpolation" if child.named_child_count() == 1 => {
                    match printed(&self.field(child, "expression")) {
                        Some(text) => out.push_str(&text),
                        None => return Value::unknown(at, "a text that is put together"),
                    }
                }
                "interpolation" => return Value::unknown(at, "a text that is put together"),
                _ => {}
            }
        }
        if start.contains('f') {
            out = out.replace("{{", "{").replace("}}", "}");
        }
        Value::Text(out)
    }

    fn dictionary(&mut self, node: Node<'t>) -> Value {
        let mut map = Value::Map(Vec::new());
        let mut cursor = node.walk();
        let children: Vec<Node> = node.named_children(&mut cursor).collect();
        for child in children {
            let at = line(child);
            match child.kind() {
                "pair" => {
                    let key = self.field(child, "key");
                    let value = self.field(child, "value");
                    map.put(at, key, value);
                }
                "dictionary_splat" => {
                    let more = self.inside(child);
                    if let Value::Map(pairs) = more {
                        pairs.into_iter().for_each(|(key, value)| map.put(at, key, value));
                    } else {
                        map.put(at, Value::unknown(at, "what `**` spreads out"), more);
                    }
                }
                _ => {}
            }
        }
        map
    }

    pub(crate) fn named(&self, name: &str, at: usize) -> Value {
        if let Some(value) = self.names.get(name) {
            return value.clone();
        }
        if self.functions.contains_key(name) {
            return Value::Function(name.to_owned());
        }
        Value::unknown(at, format!("the name `{name}`, which this file does not set"))
    }

    fn subscript(&mut self, node: Node<'t>) -> Value {
        let at = line(node);
        let (of, key) = (self.field(node, "value"), self.field(node, "subscript"));
        match of.get(&key) {
            Some(value) => value.clone(),
            None => match (of, key) {
                (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Value::Unknown(why),
                _ => Value::unknown(at, "a part that is not there"),
            },
        }
    }

    /// `module.name` is a function of another file, for all that is known.
    fn attribute(&mut self, node: Node<'t>) -> Value {
        let at = line(node);
        let name = node.child_by_field_name("attribute").map_or("", |name| self.text(name));
        if self.field(node, "object") == Value::Registrar && name == "registerCallback" {
            self.tell(at, "`registerCallback` is handed on under another name".to_owned());
        }
        Value::unknown(at, format!("`.{name}` of something else"))
    }

    fn binary(&mut self, node: Node<'t>) -> Value {
        let at = line(node);
        let (left, right) = (self.field(node, "left"), self.field(node, "right"));
        let operator = node.child_by_field_name("operator").map_or("", |sign| sign.kind());
        combined(operator, left, right, at)
    }

    fn boolean(&mut self, node: Node<'t>) -> Value {
        let is_or = node.child_by_field_name("operator").is_some_and(|sign| sign.kind() == "or");
        let left = self.field(node, "left");
        match left.truth() {
            Some(is) if is == is_or => left,
            Some(_) => self.field(node, "right"),
            None => Value::unknown(line(node), "a condition"),
        }
    }

    fn conditional(&mut self, node: Node<'t>) -> Value {
        let (Some(yes), Some(condition), Some(no)) =
            (node.named_child(0), node.named_child(1), node.named_child(2))
        else {
            return Value::unknown(line(node), "an expression that cannot be read");
        };
        match self.value(condition).truth() {
            Some(true) => self.value(yes),
            Some(false) => self.value(no),
            None => Value::unknown(line(node), "a value that depends on a condition"),
        }
    }

    /// What one of the few functions gives that need no machine.
    fn called(&mut self, node: Node<'t>) -> Value {
        let at = line(node);
        let Some(function) = node.child_by_field_name("function") else {
            return Value::unknown(at, "a call");
        };
        // It may register, besides what it gives.
        self.call(node);
        let (placed, named) = self.arguments(node);
        if function.kind() == "attribute" {
            let of = self.field(function, "object");
            let name = function.child_by_field_name("attribute").map_or("", |name| self.text(name));
            return method(&of, name, &placed, &named)
                .unwrap_or_else(|| Value::unknown(at, format!("what a call of `.{name}` gives")));
        }
        let name = self.text(function);
        match (name, placed.as_slice()) {
            ("list" | "tuple" | "set" | "sorted", [one]) => {
                one.items().map_or_else(|| Value::unknown(at, "a list"), Value::List)
            }
            ("list" | "tuple" | "set", []) => Value::List(Vec::new()),
            ("str", [one]) => {
                printed(one).map_or_else(|| Value::unknown(at, "a text"), Value::Text)
            }
            ("dict", []) => {
                let pair = |(name, value)| (Value::Text(name), value);
                Value::Map(named.into_iter().map(pair).collect())
            }
            ("dict", [Value::Map(pairs)]) if named.is_empty() => Value::Map(pairs.clone()),
            _ => Value::unknown(at, "what a call gives"),
        }
    }
}

/// The reason of the first that is not known.
fn first_unknown(parts: Vec<Value>, at: usize) -> Value {
    let unknown = parts.into_iter().find(|part| matches!(part, Value::Unknown(_)));
    unknown.unwrap_or_else(|| Value::unknown(at, "a value that is put together"))
}

/// Two values with a sign between them.
pub(crate) fn combined(sign: &str, left: Value, right: Value, at: usize) -> Value {
    match (sign.trim_end_matches('='), left, right) {
        ("+", Value::Text(left), Value::Text(right)) => Value::Text(left + &right),
        ("+" | "|", Value::List(mut left), Value::List(right)) => {
            left.extend(right);
            Value::List(left)
        }
        ("|", mut left @ Value::Map(_), Value::Map(right)) => {
            right.into_iter().for_each(|(key, value)| left.put(at, key, value));
            left
        }
        ("%", Value::Text(text), right) => {
            percent(&text, &right).map_or_else(|| first_unknown(vec![right], at), Value::Text)
        }
        (_, left, right) => first_unknown(vec![left, right], at),
    }
}

/// The methods of texts and maps that filters are put together with.
fn method(of: &Value, name: &str, placed: &[Value], named: &[(String, Value)]) -> Option<Value> {
    match (of, name, placed) {
        (Value::Text(text), "format", _) => format(text, placed, named).map(Value::Text),
        (Value::Text(text), "split", []) => {
            let words = text.split_whitespace().map(|word| Value::Text(word.to_owned()));
            Some(Value::List(words.collect()))
        }
        (Value::Text(text), "split", [Value::Text(sign)]) if !sign.is_empty() => {
            let words = text.split(sign.as_str()).map(|word| Value::Text(word.to_owned()));
            Some(Value::List(words.collect()))
        }
        (Value::Text(text), "strip", []) => Some(Value::Text(text.trim().to_owned())),
        (Value::Text(sign), "join", [list]) => {
            let items = list.items()?;
            let texts: Option<Vec<&str>> = items.iter().map(Value::text).collect();
            Some(Value::Text(texts?.join(sign)))
        }
        (Value::Map(_), "keys", []) => of.items().map(Value::List),
        (Value::Map(pairs), "values", []) => {
            Some(Value::List(pairs.iter().map(|(_, value)| value.clone()).collect()))
        }
        (Value::Map(pairs), "items", []) => {
            let pair =
                |(key, value): &(Value, Value)| Value::List(vec![key.clone(), value.clone()]);
            Some(Value::List(pairs.iter().map(pair).collect()))
        }
        (Value::Map(_), "copy", []) | (Value::List(_), "copy", []) => Some(of.clone()),
        (Value::Map(_), "get", [key]) => of.get(key).cloned().or(Some(Value::None)),
        (Value::Map(_), "get", [key, other]) => Some(of.get(key).unwrap_or(other).clone()),
        _ => None,
    }
}
