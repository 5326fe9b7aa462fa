//! Calls: those that register a callback, those that hand the registrar on, and those that change
//! a list or a map.

use tree_sitter::Node;

use super::expression::combined;
use super::value::Value;
use super::walk::{Walk, line};

/// Calls within calls. Ours.
const CALLS_MAX: usize = 8;
/// The arguments of `registerCallback`, in their order.
const PARAMETERS: [&str; 6] =
    ["sgScriptName", "sgScriptKey", "callback", "matchEvents", "args", "stopOnError"];

/// One call of `registerCallback`, as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Registration {
    pub line: usize,
    pub callback: String,
    pub events: Value,
    pub args: Value,
    pub stop_on_error: Value,
    /// Where something that is not known decides whether it is made.
    pub depends: Option<usize>,
}

/// What a call is given, by place and by name.
type Arguments = (Vec<Value>, Vec<(String, Value)>);

impl<'t> Walk<'t> {
    /// What a call does.
    pub(crate) fn call(&mut self, node: Node<'t>) {
        let Some(function) = node.child_by_field_name("function") else { return };
        if function.kind() == "attribute" {
            let name = function.child_by_field_name("attribute").map_or("", |name| self.text(name));
            let Some(object) = function.child_by_field_name("object") else { return };
            if self.value(object) == Value::Registrar {
                return self.of_registrar(name, node);
            }
            if object.kind() == "identifier" {
                self.change(object, name, node);
            }
        }
        let (placed, named) = self.arguments(node);
        let is_handed_on = placed.iter().chain(named.iter().map(|(_, value)| value));
        if !is_handed_on.into_iter().any(|value| *value == Value::Registrar) {
            return;
        }
        let name = self.text(function);
        match self.functions.get(name).copied() {
            Some(of) if self.calls < CALLS_MAX => self.follow(of, (placed, named)),
            Some(_) | None => {
                self.tell(
                    line(node),
                    "hands the registrar to something that is not read".to_owned(),
                );
            }
        }
    }

    /// What a call is given.
    pub(crate) fn arguments(&mut self, node: Node<'t>) -> Arguments {
        let (mut placed, mut named) = (Vec::new(), Vec::new());
        let Some(list) = node.child_by_field_name("arguments") else { return (placed, named) };
        let children: Vec<Node> = list.named_children(&mut list.walk()).collect();
        if list.kind() != "argument_list" {
            return (vec![self.value(list)], named);
        }
        for child in children {
            match child.kind() {
                "comment" => {}
                "keyword_argument" => {
                    let name = child.child_by_field_name("name").map_or("", |name| self.text(name));
                    named.push((name.to_owned(), self.field(child, "value")));
                }
                "list_splat" | "dictionary_splat" => {
                    let spread = Value::unknown(line(child), "arguments that `*` spreads out");
                    named.push(("*".to_owned(), spread));
                }
                _ => placed.push(self.value(child)),
            }
        }
        (placed, named)
    }

    fn of_registrar(&mut self, name: &str, node: Node<'t>) {
        match name {
            "registerCallback" => self.register(node),
            "setEmails" => self.tell(
                line(node),
                "`setEmails`: whom failures are mailed to is said by the alarms, not by a rule"
                    .to_owned(),
            ),
            _ => {}
        }
    }

    fn register(&mut self, node: Node<'t>) {
        let callback = self.callback_of(node);
        let (placed, named) = self.arguments(node);
        if named.iter().any(|(name, _)| name == "*") {
            self.tell(
                line(node),
                format!("`{callback}` is registered with arguments that `*` spreads out"),
            );
            return;
        }
        let argument = |name: &str| {
            let place = PARAMETERS.iter().position(|known| *known == name)?;
            let by_name = || named.iter().find(|(known, _)| known == name).map(|(_, value)| value);
            placed.get(place).or_else(by_name).cloned()
        };
        self.found.push(Registration {
            line: line(node),
            callback,
            events: argument("matchEvents").unwrap_or(Value::None),
            args: argument("args").unwrap_or(Value::None),
            stop_on_error: argument("stopOnError").unwrap_or(Value::Bool(true)),
            depends: self.depends,
        });
    }

    /// What people call the callback.
    fn callback_of(&self, node: Node<'t>) -> String {
        let unnamed = || "callback".to_owned();
        let Some(list) = node.child_by_field_name("arguments") else { return unnamed() };
        let children: Vec<Node> = list.named_children(&mut list.walk()).collect();
        let by_name = children.iter().find_map(|child| {
            let name = child.child_by_field_name("name")?;
            (child.kind() == "keyword_argument" && self.text(name) == "callback")
                .then(|| child.child_by_field_name("value"))?
        });
        let placed: Vec<&Node> = children
            .iter()
            .filter(|child| !matches!(child.kind(), "comment" | "keyword_argument"))
            .collect();
        let mut given = by_name.or_else(|| placed.get(2).map(|node| **node));
        // `module.name`, `Class(...)` and `Class(...).name` are called by their last name.
        while let Some(node) = given {
            match node.kind() {
                "identifier" => return self.text(node).to_owned(),
                "attribute" => given = node.child_by_field_name("attribute"),
                "call" => given = node.child_by_field_name("function"),
                "lambda" => return "lambda".to_owned(),
                _ => break,
            }
        }
        unnamed()
    }

    /// `list.append(...)` and the like.
    fn change(&mut self, object: Node<'t>, method: &str, node: Node<'t>) {
        let at = line(node);
        let name = self.text(object);
        let Some(known) = self.names.get(name).cloned() else { return };
        if !matches!(known, Value::List(_) | Value::Map(_)) {
            return;
        }
        let (placed, named) = self.arguments(node);
        let changed = match (method, placed.as_slice()) {
            ("append" | "add", [one]) => combined("+", known, Value::List(vec![one.clone()]), at),
            ("extend", [more]) => combined("+", known, more.clone(), at),
            ("update", _) => {
                let named = named.into_iter().map(|(name, value)| (Value::Text(name), value));
                let named = Value::Map(named.collect());
                let more = placed.into_iter().chain([named]);
                more.fold(known, |known, more| combined("|", known, more, at))
            }
            ("clear", []) if matches!(known, Value::Map(_)) => Value::Map(Vec::new()),
            ("keys" | "values" | "items" | "get" | "copy" | "index" | "count", _) => return,
            _ => Value::unknown(at, format!("`{name}`, which a call of `.{method}` changes")),
        };
        self.names.insert(name.to_owned(), changed.bounded(at));
    }

    /// Follows a function of the plugin that is handed the registrar.
    pub(crate) fn follow(&mut self, function: Node<'t>, (placed, named): Arguments) {
        let Some(body) = function.child_by_field_name("body") else { return };
        let parameters = function.child_by_field_name("parameters");
        let parameters: Vec<Node> = parameters
            .map(|list| list.named_children(&mut list.walk()).collect())
            .unwrap_or_default();
        let outside = self.names.clone();
        let mut placed = placed.into_iter();
        for parameter in parameters {
            let name = parameter
                .child_by_field_name("name")
                .or_else(|| parameter.named_child(0))
                .unwrap_or(parameter);
            let name = self.text(name).to_owned();
            let by_name = named.iter().find(|(known, _)| *known == name);
            let by_default = parameter.child_by_field_name("value");
            let value = match (placed.next(), by_name, by_default) {
                (Some(value), _, _) => value,
                (None, Some((_, value)), _) => value.clone(),
                (None, None, Some(value)) => self.value(value),
                (None, None, None) => Value::unknown(line(parameter), format!("`{name}`")),
            };
            self.names.insert(name, value);
        }
        self.calls += 1;
        self.block(body);
        self.calls -= 1;
        self.names = outside;
    }
}
