//! `if`, where it is not known which way it goes: every way is followed, and what they agree on
//! stays known.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::loops::body_of;
use super::value::Value;
use super::walk::{Flow, Walk, line};

impl<'t> Walk<'t> {
    pub(crate) fn if_statement(&mut self, node: Node<'t>) -> Flow {
        let mut ways: Vec<Option<Node>> = Vec::new();
        let mut is_decided = false;
        let clauses: Vec<Node> = node.named_children(&mut node.walk()).collect();
        let clauses =
            clauses.into_iter().filter(|c| matches!(c.kind(), "elif_clause" | "else_clause"));
        for clause in std::iter::once(node).chain(clauses) {
            let truth = match clause.child_by_field_name("condition") {
                Some(condition) => self.value(condition).truth(),
                None => Some(true),
            };
            if truth != Some(false) {
                ways.push(body_of(clause));
            }
            if truth == Some(true) {
                is_decided = true;
                break;
            }
        }
        if !is_decided {
            ways.push(None);
        }
        match ways.as_slice() {
            [Some(one)] => self.block(*one),
            [] | [None] => Flow::Goes,
            many => self.all_of(line(node), many),
        }
    }

    /// A block that may be run or not.
    pub(crate) fn perhaps(&mut self, at: usize, block: Node<'t>) {
        self.all_of(at, &[Some(block), None]);
    }

    fn all_of(&mut self, at: usize, ways: &[Option<Node<'t>>]) -> Flow {
        let (before, depended) = (self.names.clone(), self.depends);
        self.depends = depended.or(Some(at));
        let mut after: Option<BTreeMap<String, Value>> = None;
        let mut last = Flow::Ends;
        for way in ways {
            self.names = before.clone();
            let flow = way.map_or(Flow::Goes, |block| self.block(block));
            let names = std::mem::take(&mut self.names);
            if flow == Flow::Goes {
                after = Some(match after {
                    Some(known) => self.merged(at, known, names),
                    None => names,
                });
            } else if flow != Flow::Ends {
                last = flow;
            }
        }
        self.depends = depended;
        if let Some(names) = after {
            self.names = names;
            return Flow::Goes;
        }
        self.names = before;
        last
    }

    /// What holds whichever of two ways was gone. Of filters, all that either of them has.
    fn merged(
        &mut self,
        at: usize,
        mut one: BTreeMap<String, Value>,
        other: BTreeMap<String, Value>,
    ) -> BTreeMap<String, Value> {
        for (name, theirs) in other {
            let value = match one.remove(&name) {
                None => theirs,
                Some(ours) if ours == theirs => ours,
                Some(ours) => match together(at, &ours, &theirs) {
                    Some(both) => {
                        self.tell(
                            at,
                            format!(
                                "a part of `{name}` depends on a condition: all of it is taken"
                            ),
                        );
                        both
                    }
                    None => Value::unknown(at, format!("`{name}`, which depends on a condition")),
                },
            };
            one.insert(name, value);
        }
        one
    }
}

fn together(at: usize, ours: &Value, theirs: &Value) -> Option<Value> {
    match (ours, theirs) {
        (Value::Map(_), Value::Map(pairs)) => {
            let mut both = ours.clone();
            for (key, value) in pairs {
                let value = match ours.get(key) {
                    Some(known) if known != value => {
                        together(at, known, value).unwrap_or_else(|| {
                            Value::unknown(at, "a value that depends on a condition")
                        })
                    }
                    Some(_) | None => value.clone(),
                };
                both.put(at, key.clone(), value);
            }
            Some(both)
        }
        (Value::List(ours), Value::List(theirs)) => {
            let mut both = ours.clone();
            both.extend(theirs.iter().filter(|item| !ours.contains(item)).cloned());
            Some(Value::List(both))
        }
        _ => None,
    }
}
