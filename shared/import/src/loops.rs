//! Loops over what is known, and comprehensions, which are loops inside an expression.

use tree_sitter::Node;

use super::value::Value;
use super::walk::{Flow, Walk, line};

/// Rounds of one loop. Ours: a studio has some dozens of entity types.
const ROUNDS_MAX: usize = 200;

impl<'t> Walk<'t> {
    /// What a `for` goes through; `None` where that is not known.
    pub(crate) fn rounds(&mut self, over: Node<'t>) -> Option<Vec<Value>> {
        self.value(over).items().filter(|items| items.len() <= ROUNDS_MAX)
    }

    pub(crate) fn for_loop(&mut self, node: Node<'t>) -> Flow {
        let (Some(left), Some(right), Some(body)) = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
            node.child_by_field_name("body"),
        ) else {
            return Flow::Goes;
        };
        match self.rounds(right) {
            Some(items) => {
                for item in items {
                    self.bind(left, item);
                    match self.block(body) {
                        Flow::Goes | Flow::Continues => {}
                        Flow::Breaks => return Flow::Goes,
                        Flow::Ends => return Flow::Ends,
                    }
                }
            }
            None => {
                self.bind(left, Value::unknown(line(right), "what a loop goes through"));
                self.perhaps(line(node), body);
            }
        }
        if let Some(then) = node.child_by_field_name("alternative").and_then(body_of) {
            return self.block(then);
        }
        Flow::Goes
    }

    /// The values of `[body for left in right if condition]`; the reason where they are not known.
    pub(crate) fn comprehension(&mut self, node: Node<'t>) -> Result<Vec<Value>, Value> {
        let unknown = || Value::unknown(line(node), "what a loop goes through");
        let body = node.child_by_field_name("body").ok_or_else(unknown)?;
        let mut cursor = node.walk();
        let clauses: Vec<Node> = node.named_children(&mut cursor).skip(1).collect();
        let (first, conditions) = clauses.split_first().ok_or_else(unknown)?;
        let (Some(left), Some(right)) =
            (first.child_by_field_name("left"), first.child_by_field_name("right"))
        else {
            return Err(unknown());
        };
        if conditions.iter().any(|clause| clause.kind() != "if_clause") {
            return Err(unknown());
        }
        let outside = self.names.clone();
        let mut found = Ok(Vec::new());
        for item in self.rounds(right).ok_or_else(unknown)? {
            self.bind(left, item);
            let conditions = conditions.iter().filter_map(|clause| clause.named_child(0));
            let is: Vec<_> = conditions.map(|condition| self.value(condition).truth()).collect();
            if is.contains(&None) {
                found = Err(unknown());
            }
            if let Ok(found) = &mut found
                && is.iter().all(|is| *is == Some(true))
            {
                let value = if body.kind() == "pair" {
                    let key = self.field(body, "key");
                    Value::List(vec![key, self.field(body, "value")])
                } else {
                    self.value(body)
                };
                found.push(value);
            }
        }
        self.names = outside;
        found
    }

    pub(crate) fn dictionary_comprehension(&mut self, node: Node<'t>) -> Value {
        let pairs = match self.comprehension(node) {
            Ok(pairs) => pairs,
            Err(why) => return why,
        };
        let mut map = Value::Map(Vec::new());
        for pair in pairs {
            if let Value::List(pair) = pair
                && let [key, value] = pair.as_slice()
            {
                map.put(line(node), key.clone(), value.clone());
            }
        }
        map
    }
}

/// The block of an `else`.
pub(crate) fn body_of(clause: Node) -> Option<Node> {
    clause.child_by_field_name("body").or_else(|| clause.child_by_field_name("consequence"))
}
