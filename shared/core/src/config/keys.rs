//! Which key belongs to which kind of automation.

use super::low::LowAutomation;

/// Kinds of automation that work.
pub(super) const KINDS: [&str; 7] =
    ["make_folders", "set", "open_downstream", "roll_up", "push_down", "emit", "run"];

/// Keys that this kind of automation does not have.
pub(super) fn misplaced(low: &LowAutomation) -> Vec<String> {
    let kind = low.r#do.as_str();
    if !KINDS.contains(&kind) {
        return Vec::new();
    }
    let set = ["set"].as_slice();
    let open = ["open_downstream"].as_slice();
    let roll = ["roll_up"].as_slice();
    let run = ["run"].as_slice();
    let keys = [
        ("engines", low.engines.is_some(), ["make_folders"].as_slice()),
        ("if", low.r#if.is_some(), set),
        ("target", low.target.is_some(), set),
        ("where", low.r#where.is_some(), set),
        ("values", low.values.is_some(), &["set", "push_down"]),
        ("map", low.map.is_some(), set),
        ("copy", low.copy.is_some(), set),
        ("add", low.add.is_some(), set),
        ("remove", low.remove.is_some(), set),
        ("done", low.done.is_some(), open),
        ("skip", low.skip.is_some(), &["open_downstream", "roll_up"]),
        ("waiting", low.waiting.is_some(), open),
        ("ready", low.ready.is_some(), open),
        ("started", low.started.is_some(), open),
        ("parents", low.parents.is_some(), roll),
        ("children", low.children.is_some(), &["roll_up", "push_down"]),
        ("keep", low.keep.is_some(), &["roll_up", "push_down"]),
        ("all", low.all.is_some(), roll),
        ("any", low.any.is_some(), roll),
        ("reopen", low.reopen.is_some(), roll),
        ("bus", low.bus.is_some(), &["emit"]),
        ("fields", low.fields.is_some(), &["emit", "run"]),
        ("command", low.command.is_some(), run),
        ("timeout", low.timeout.is_some(), run),
        ("env", low.env.is_some(), run),
    ];
    let misplaced = keys.iter().filter(|(_, given, of)| *given && !of.contains(&kind));
    misplaced
        .map(|(key, _, of)| {
            format!("`{key}` is no key of `do: {kind}`, but of {}", of.join(" and "))
        })
        .collect()
}
