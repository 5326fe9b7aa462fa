//! Follows the statements of a plugin from the top to the bottom, without running any of them:
//! what is set, what is registered, and where something decides that is not known.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::expression::combined;
use super::loops::body_of;
use super::register::Registration;
use super::value::Value;

/// Statements and expressions of one plugin. Ours.
const STEPS_MAX: usize = 20_000;

/// Blocks within blocks, and the like. Ours: Python itself takes a hundred.
const NESTED_MAX: usize = 50;

/// What was found so far.
pub(crate) struct Walk<'t> {
    text: &'t str,
    pub names: BTreeMap<String, Value>,
    pub functions: BTreeMap<String, Node<'t>>,
    pub found: Vec<Registration>,
    pub unread: Vec<(usize, String)>,
    /// Where something that is not known decided whether we are here.
    pub depends: Option<usize>,
    pub depth: usize,
    pub calls: usize,
    nested: usize,
    steps: usize,
}

/// How a statement goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Goes,
    Continues,
    Breaks,
    Ends,
}

/// The line that something begins at, from 1.
pub(crate) fn line(node: Node) -> usize {
    node.start_position().row + 1
}

impl<'t> Walk<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            names: BTreeMap::new(),
            functions: BTreeMap::new(),
            found: Vec::new(),
            unread: Vec::new(),
            depends: None,
            depth: 0,
            calls: 0,
            nested: 0,
            steps: 0,
        }
    }

    pub fn text(&self, node: Node) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Says what cannot be read, once.
    pub fn tell(&mut self, line: usize, what: String) {
        if !self.unread.contains(&(line, what.clone())) {
            self.unread.push((line, what));
        }
    }

    /// Whether there is still something to spend: a plugin may be made to go on for ever.
    pub fn step(&mut self) -> bool {
        self.steps += 1;
        if self.steps == STEPS_MAX {
            self.tell(1, "it does more than this reads; look through the rest by hand".to_owned());
        }
        self.steps < STEPS_MAX
    }

    pub fn block(&mut self, block: Node<'t>) -> Flow {
        let mut cursor = block.walk();
        let statements: Vec<Node> = block.named_children(&mut cursor).collect();
        self.within(line(block), Flow::Ends, |walk| {
            let mut flows = statements.into_iter().map(|statement| walk.statement(statement));
            flows.find(|flow| *flow != Flow::Goes).unwrap_or(Flow::Goes)
        })
    }

    /// Goes one further in, unless that is further than a plugin means: the stack has an end.
    fn within<T>(&mut self, at: usize, otherwise: T, go: impl FnOnce(&mut Self) -> T) -> T {
        if self.nested >= NESTED_MAX {
            self.tell(at, "what stands here is too deep in something else to be read".to_owned());
            return otherwise;
        }
        self.nested += 1;
        let value = go(self);
        self.nested -= 1;
        value
    }

    fn statement(&mut self, node: Node<'t>) -> Flow {
        if !self.step() {
            return Flow::Ends;
        }
        match node.kind() {
            "expression_statement" => {
                let mut cursor = node.walk();
                let parts: Vec<Node> = node.named_children(&mut cursor).collect();
                parts.into_iter().for_each(|part| self.effect(part));
                Flow::Goes
            }
            "if_statement" => self.if_statement(node),
            "for_statement" => self.for_loop(node),
            "while_statement" => {
                body_of(node).into_iter().for_each(|body| self.perhaps(line(node), body));
                Flow::Goes
            }
            "try_statement" => self.try_statement(node),
            "with_statement" => body_of(node).map_or(Flow::Goes, |body| self.block(body)),
            "return_statement" | "raise_statement" => Flow::Ends,
            "break_statement" => Flow::Breaks,
            "continue_statement" => Flow::Continues,
            "function_definition" => {
                if let Some(name) = node.child_by_field_name("name") {
                    let name = self.text(name).to_owned();
                    self.names.remove(&name);
                    self.functions.insert(name, node);
                }
                Flow::Goes
            }
            "class_definition" => {
                if let Some(name) = node.child_by_field_name("name") {
                    let name = self.text(name).to_owned();
                    self.names.insert(name.clone(), Value::Function(name));
                }
                Flow::Goes
            }
            "decorated_definition" => {
                let definition = node.child_by_field_name("definition");
                definition.map_or(Flow::Goes, |definition| self.statement(definition))
            }
            "delete_statement" => {
                let parts: Vec<Node> = node.named_children(&mut node.walk()).collect();
                let gone = Value::unknown(line(node), "something is deleted");
                parts.into_iter().for_each(|part| self.bind(root_of(part), gone.clone()));
                Flow::Goes
            }
            _ => {
                if self.text(node).contains("registerCallback") {
                    self.tell(line(node), "registers in a way that this does not read".to_owned());
                }
                Flow::Goes
            }
        }
    }

    fn effect(&mut self, node: Node<'t>) {
        match node.kind() {
            "assignment" => _ = self.assignment(node),
            "augmented_assignment" => {
                let (Some(left), Some(sign)) =
                    (node.child_by_field_name("left"), node.child_by_field_name("operator"))
                else {
                    return;
                };
                let (was, more) = (self.value(left), self.field(node, "right"));
                let value = combined(sign.kind(), was, more, line(node)).bounded(line(node));
                self.bind(left, value);
            }
            "call" => self.call(node),
            _ => {}
        }
    }

    /// `a = b = value` sets both.
    fn assignment(&mut self, node: Node<'t>) -> Value {
        let value = match node.child_by_field_name("right") {
            Some(right) if right.kind() == "assignment" => {
                let unread = Value::unknown(line(right), "a value that is not read");
                self.within(line(right), unread, |walk| walk.assignment(right))
            }
            Some(right) => self.value(right),
            None => return Value::None,
        };
        if let Some(left) = node.child_by_field_name("left") {
            self.bind(left, value.clone());
        }
        value
    }

    /// Sets a name, a part of something, or several at once.
    pub fn bind(&mut self, left: Node<'t>, value: Value) {
        match left.kind() {
            "identifier" => {
                let name = self.text(left).to_owned();
                self.names.insert(name, value);
            }
            "subscript" => {
                let Some(of) = left.child_by_field_name("value") else { return };
                let key = self.field(left, "subscript");
                if of.kind() == "identifier"
                    && let Some(known) =
                        self.names.get_mut(self.text.get(of.byte_range()).unwrap_or_default())
                {
                    known.put(line(left), key, value);
                } else {
                    let changed = Value::unknown(line(left), "a part of it is set");
                    self.bind(root_of(of), changed);
                }
            }
            "pattern_list" | "tuple_pattern" | "list_pattern" => {
                let parts: Vec<Node> = left.named_children(&mut left.walk()).collect();
                let values = value.items().filter(|values| values.len() == parts.len());
                let values = values.unwrap_or_else(|| {
                    vec![Value::unknown(line(left), "one of several values"); parts.len()]
                });
                self.within(line(left), (), |walk| {
                    parts.into_iter().zip(values).for_each(|(part, value)| walk.bind(part, value));
                });
            }
            _ => {}
        }
    }

    fn try_statement(&mut self, node: Node<'t>) -> Flow {
        let mut flow = body_of(node).map_or(Flow::Goes, |body| self.block(body));
        let clauses: Vec<Node> = node.named_children(&mut node.walk()).collect();
        for clause in clauses {
            let Some(block) = clause.named_children(&mut clause.walk()).last() else { continue };
            match clause.kind() {
                "except_clause" | "except_group_clause" => self.perhaps(line(clause), block),
                "else_clause" | "finally_clause" if flow == Flow::Goes => {
                    flow = self.block(block);
                }
                _ => {}
            }
        }
        flow
    }
}

/// The name that something is a part of.
fn root_of(mut node: Node) -> Node {
    while let Some(of) =
        node.child_by_field_name("value").or_else(|| node.child_by_field_name("object"))
    {
        node = of;
    }
    node
}
