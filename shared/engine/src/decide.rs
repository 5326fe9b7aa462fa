//! Asks one automation what it decides for one event. A panic in there is a failure of that
//! automation and of nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sgh_automations::set::{self, Judge};
use sgh_automations::{Decision, open_downstream, push_down, roll_up};
use sgh_core::config::{Action, Automation, MakeFolders};
use sgh_core::event::Event;
use sgh_folders::{FolderError, Plan, Request};
use sgh_site::facts::{Facts, Need};

use crate::Rules;
use crate::outside::{Deed, Wanted};

/// What an automation decided.
pub(crate) enum Decided {
    /// To write, or not to.
    Fields(Decision),
    /// To make directories, or why not.
    Folders(Box<Result<Plan, FolderError>>),
    /// To tell code outside.
    Outside(Box<Wanted>),
}

/// What people read when one of ours panics: the cause is in the log.
const PANICKED: &str = "an error of shotgrid-hooks itself; the log says more. Please report it";

/// Asks an automation.
///
/// # Errors
/// It panicked.
pub(crate) fn decide(
    rules: &Rules,
    automation: &Automation,
    event: &Event,
    judge: Judge,
    facts: &Facts,
) -> Result<Need<Decided>, String> {
    if event.truncated && (automation.from.is_some() || automation.to.is_some()) {
        let why = "its values were too large to send, and the event log does not give them, so \
                   `from` and `to` cannot be compared";
        return Ok(Need::Ready(Decided::Fields(Decision::Skip(why.to_owned()))));
    }
    caught(|| match &automation.action {
        Action::Set(rule) => fields(set::decide(rule, event, judge, facts)),
        Action::OpenDownstream(rule) => fields(open_downstream::decide(rule, event, facts)),
        Action::RollUp(rule) => fields(roll_up::decide(rule, event, facts)),
        Action::PushDown(rule) => fields(push_down::decide(rule, event, judge, facts)),
        Action::MakeFolders(wanted) => folders(rules, wanted, event, facts),
        Action::Emit(emit) => outside(Deed::Emit(emit.clone()), event, facts),
        Action::Run(run) => outside(Deed::Run(run.clone()), event, facts),
    })
}

fn fields(need: Need<Decision>) -> Need<Decided> {
    match need {
        Need::Reads(reads) => Need::Reads(reads),
        Need::Ready(decision) => Need::Ready(Decided::Fields(decision)),
    }
}

fn folders(rules: &Rules, wanted: &MakeFolders, event: &Event, facts: &Facts) -> Need<Decided> {
    let skip = |why: &str| Need::Ready(Decided::Fields(Decision::Skip(why.to_owned())));
    let (Some(kit), Some(entity)) = (&rules.folders, &event.entity) else {
        return skip("this event is about no entity");
    };
    let request = Request {
        kind: entity.kind.clone(),
        ids: vec![entity.id],
        engine: wanted.engines.as_ref().map(|engines| engines.join(",")),
        user: event.user.clone().filter(|user| user.kind == "HumanUser"),
        list_values: kit.list_values(),
    };
    match sgh_folders::plan(&kit.schema, &kit.roots, &request, facts) {
        Need::Reads(reads) => Need::Reads(reads),
        Need::Ready(plan) => Need::Ready(Decided::Folders(Box::new(plan))),
    }
}

fn outside(deed: Deed, event: &Event, facts: &Facts) -> Need<Decided> {
    match crate::outside::decide(deed, event, facts) {
        Need::Reads(reads) => Need::Reads(reads),
        Need::Ready(Ok(wanted)) => Need::Ready(Decided::Outside(Box::new(wanted))),
        Need::Ready(Err(why)) => Need::Ready(Decided::Fields(Decision::Skip(why))),
    }
}

/// Runs something of ours; a panic becomes an error that says where to look.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    // What was borrowed is only read, or thrown away with the item: nothing half changed is seen.
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| PANICKED.to_owned())
}

/// The failure of a task that panicked elsewhere.
pub(crate) fn panicked() -> String {
    PANICKED.to_owned()
}
