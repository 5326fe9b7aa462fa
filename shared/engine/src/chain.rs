//! Own writes come back as events. They are worked, for chains are wanted; a ring is not.

use sgh_core::event::Event;
use sgh_core::limits::CHAIN_DEPTH_MAX;
use sgh_queue::LedgerError;

use crate::Engine;

/// The type of a user that is a script.
const SCRIPT: &str = "ApiUser";

/// How many of our writes led to an event; 0 for what a human, or another script, did.
pub(crate) async fn depth(engine: &Engine, event: &Event) -> Result<u8, LedgerError> {
    let (Some(user), Some(entity), Some(field)) = (&event.user, &event.entity, &event.attribute)
    else {
        return Ok(0);
    };
    if user.kind != SCRIPT {
        return Ok(0);
    }
    // Where the site does not say who we are, any script's write of what we wrote counts as ours:
    // a ring is stopped, and a chain is at worst stopped early.
    let ours = engine.rules.site.own_user().await.ok().flatten();
    if ours.is_some_and(|ours| ours != *user) {
        return Ok(0);
    }
    let depth = engine.ledger.depth_of(entity, field, engine.clock.now()).await?;
    Ok(depth.unwrap_or(0))
}

/// What people read when a chain is stopped.
pub(crate) fn stopped(event: &Event) -> String {
    let entity = event.entity.as_ref().map(ToString::to_string).unwrap_or_default();
    let field = event.attribute.as_deref().unwrap_or_default();
    format!(
        "chain: {CHAIN_DEPTH_MAX} writes of ours led here, one after the other, so nothing runs \
         for this one; two automations set {field} of {entity} against each other: look at sgh.yaml"
    )
}
