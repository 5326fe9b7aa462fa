//! Keys and values of a mapping: `<<` merged in, of duplicate keys the last.

use super::yaml::{Node, Open, Value, Wrong, wrong};

/// Pairs up keys and values, merges first, so that a mapping's own keys win.
pub(super) fn entries(open: Open) -> Result<Vec<(Node, Node)>, Wrong> {
    let mut merged: Vec<(Node, Node)> = Vec::new();
    let mut own: Vec<(Node, Node)> = Vec::new();
    let mut items = open.items.into_iter().enumerate();
    while let (Some((at, key)), Some((_, value))) = (items.next(), items.next()) {
        if open.merges.contains(&at) {
            for (key, value) in merge_entries(value)? {
                put(&mut merged, key, value);
            }
        } else if matches!(key.value, Value::List(_) | Value::Map(_)) {
            return Err(wrong(key.line, "a list or mapping cannot be a key"));
        } else {
            own.push((key, value));
        }
    }
    for (key, value) in own {
        put(&mut merged, key, value);
    }
    Ok(merged)
}

fn put(entries: &mut Vec<(Node, Node)>, key: Node, value: Node) {
    match entries.iter_mut().find(|(known, _)| known.value == key.value) {
        Some(entry) => *entry = (key, value),
        None => entries.push((key, value)),
    }
}

/// What `<<` brings in; of several mappings the first counts, so it comes last.
fn merge_entries(node: Node) -> Result<Vec<(Node, Node)>, Wrong> {
    match node.value {
        Value::Map(entries) => Ok(entries),
        Value::List(items) => {
            let mut all = Vec::new();
            for item in items.into_iter().rev() {
                let Value::Map(entries) = item.value else {
                    return Err(wrong(item.line, "`<<` takes mappings"));
                };
                all.extend(entries);
            }
            Ok(all)
        }
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Text(_) => {
            Err(wrong(node.line, "`<<` takes a mapping or a list of them"))
        }
    }
}
