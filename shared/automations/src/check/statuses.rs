//! The kinds that are about statuses: each code has to be one of the type it is meant for.

use sgh_core::config::{Automation, Children, Codes, OpenDownstream, PushDown, RollUp, Trigger};

use super::codes::{Of, Used, listed, none_in, statuses, writable};
use super::desk::Desk;
use super::paths::reached;
use crate::status::STATUS;

const TASK: &str = "Task";

pub(super) fn open_downstream(desk: &mut Desk<'_>, automation: &Automation, rule: &OpenDownstream) {
    let tasks = [TASK.to_owned()];
    for field in ["upstream_tasks", "downstream_tasks"] {
        desk.field("open_downstream", TASK, field);
    }
    writable(desk, "ready", &tasks);
    let lists = [
        ("done", &rule.done),
        ("skip", &rule.skip),
        ("started", &rule.started),
        ("waiting", &rule.waiting),
    ];
    for (key, codes) in lists {
        statuses(desk, key, &tasks, codes.iter(), (Of::Each, Used::Found));
    }
    statuses(desk, "ready", &tasks, [rule.ready.as_str()], (Of::Each, Used::Written));
    let opening = [&rule.done, &rule.skip, &rule.started];
    cannot_start(desk, automation, &opening, "`done`, `skip` or `started`");
}

pub(super) fn roll_up(desk: &mut Desk<'_>, rule: &RollUp) {
    children(desk, &rule.children, "parents", &rule.parents);
    writable(desk, "parents", &rule.parents);
    let child = [rule.children.kind.clone()];
    statuses(desk, "skip", &child, rule.skip.iter(), (Of::Each, Used::Found));
    statuses(desk, "keep", &rule.parents, rule.keep.iter(), (Of::One, Used::Found));
    for (key, table) in [("all", &rule.all), ("any", &rule.any)] {
        for (to, codes) in table {
            let place = format!("{key}.{to}");
            statuses(desk, &place, &rule.parents, [to.as_str()], (Of::Each, Used::Written));
            statuses(desk, &place, &child, codes.iter(), (Of::Each, Used::Found));
        }
    }
    let reopen = rule.reopen.as_deref();
    statuses(desk, "reopen", &rule.parents, reopen, (Of::Each, Used::Written));
}

pub(super) fn push_down(
    desk: &mut Desk<'_>,
    automation: &Automation,
    rule: &PushDown,
    sources: &[String],
) {
    children(desk, &rule.children, "on", sources);
    let child = [rule.children.kind.clone()];
    writable(desk, "children", &child);
    statuses(desk, "values", sources, rule.values.iter(), (Of::One, Used::Found));
    statuses(desk, "values", &child, rule.values.iter(), (Of::Each, Used::Written));
    statuses(desk, "keep", &child, rule.keep.iter(), (Of::Each, Used::Found));
    cannot_start(desk, automation, &[&rule.values], "`values`");
}

/// Whether the children's link leads to each of their parents.
fn children(desk: &mut Desk<'_>, children: &Children, key: &str, parents: &[String]) {
    let Children { kind, link } = children;
    let place = format!("children: {kind}.{link}");
    let Some(known) = desk.field(&place, kind, link) else { return };
    let on = [(kind.clone(), known)];
    for parent in parents {
        if desk.has_kind(key, parent) {
            reached(desk, &place, &on, Some(parent));
        }
    }
}

/// `to` lets no status through that does anything.
fn cannot_start(desk: &mut Desk<'_>, automation: &Automation, codes: &[&Codes], keys: &str) {
    let of_status = automation.on.iter().all(|trigger| match trigger {
        Trigger::Entity { field, .. } => field.as_deref() == Some(STATUS),
        Trigger::EventType(_) => false,
    });
    let Some(to) = automation.to.as_ref().filter(|to| of_status && !to.is_empty()) else { return };
    if none_in(to, codes.iter().copied()) {
        desk.error(
            format!("it never does anything: `to` asks for {}, and {keys} for others", listed(to)),
            "take `to` out",
        );
    }
}
