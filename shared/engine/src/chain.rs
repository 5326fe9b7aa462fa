//! Own writes come back as events. They are worked, for chains are wanted; a ring is not.

use serde_json::Value;
use sgh_core::event::Event;
use sgh_core::limits::CHAIN_DEPTH_MAX;
use sgh_queue::LedgerError;
use sgh_queue::ledger::{Chain, ValueMark};

use crate::Engine;

/// The type of a user that is a script.
const SCRIPT: &str = "ApiUser";
/// Types of field of which an event says the very value that was written. Of the others the site
/// says it in another form, or only what was added and removed.
const COMPARABLE: [&str; 5] = ["status_list", "list", "checkbox", "number", "entity"];

/// Our writes that led to an event; none to what a person, or another script, did.
pub(crate) async fn chain(engine: &Engine, event: &Event) -> Result<Chain, LedgerError> {
    let (Some(user), Some(entity), Some(field)) = (&event.user, &event.entity, &event.attribute)
    else {
        return Ok(Chain::default());
    };
    if user.kind != SCRIPT {
        return Ok(Chain::default());
    }
    // Where the site does not say who we are, any script's write of what we wrote counts as ours:
    // a ring is stopped, and a chain is at worst stopped early.
    let ours = engine.rules.site.own_user().await.ok().flatten();
    if ours.is_some_and(|ours| ours != *user) {
        return Ok(Chain::default());
    }
    let now = engine.clock.now();
    let chain = engine.ledger.chain_of(entity, field, &value(event), now).await?;
    Ok(chain.unwrap_or_default())
}

/// What an event says of the value that was written.
fn value(event: &Event) -> ValueMark {
    let field_type = event.meta.get("field_data_type").and_then(Value::as_str);
    let comparable = field_type.is_some_and(|field_type| COMPARABLE.contains(&field_type));
    match event.new_value().filter(|_| comparable) {
        Some(value) => ValueMark::of(value),
        None => ValueMark::any(),
    }
}

/// What people read when a chain is stopped: which rules made it, and what is to be done.
pub(crate) fn stopped(event: &Event, chain: &Chain) -> String {
    let entity = event.entity.as_ref().map(ToString::to_string).unwrap_or_default();
    let field = event.attribute.as_deref().unwrap_or_default();
    let Chain { depth, automations } = chain;
    let rules =
        if automations.is_empty() { "unknown".to_owned() } else { automations.join(" -> ") };
    let twice =
        automations.iter().enumerate().find(|(place, name)| automations[..*place].contains(name));
    let advice = match twice {
        Some(_) if automations.iter().all(|name| *name == automations[0]) => {
            format!("this rule sets itself off at {field} of {entity}, look at its values")
        }
        Some(_) => {
            format!("these rules undo each other at {field} of {entity}, look at their values")
        }
        None => format!("no more than {CHAIN_DEPTH_MAX} follow from one change, let fewer do it"),
    };
    format!("chain: stopped after {depth} writes of our own in a row: {rules}; {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expect: &str) {
        let event = r#"{"event_type": "Shotgun_Task_Change", "attribute_name": "sg_status_list",
            "entity": {"type": "Task", "id": 5}}"#;
        let event = Event::read(event.as_bytes()).unwrap();
        let chain = names.iter().fold(Chain::default(), |chain, name| chain.then(name));
        assert_eq!(stopped(&event, &chain), expect);
    }

    #[test]
    fn a_stopped_chain_names_its_rules() {
        check(
            &["a", "b", "a", "b", "a", "b", "a", "b"],
            "chain: stopped after 8 writes of our own in a row: \
             a -> b -> a -> b -> a -> b -> a -> b; \
             these rules undo each other at sg_status_list of Task 5, look at their values",
        );
        check(
            &["a"; 8],
            "chain: stopped after 8 writes of our own in a row: \
             a -> a -> a -> a -> a -> a -> a -> a; \
             this rule sets itself off at sg_status_list of Task 5, look at its values",
        );
        check(
            &["a", "b", "c", "d", "e", "f", "g", "h"],
            "chain: stopped after 8 writes of our own in a row: \
             a -> b -> c -> d -> e -> f -> g -> h; \
             no more than 8 follow from one change, let fewer do it",
        );
    }
}
