//! Which automations set one another off, and those that never come to an end.
//!
//! What a rule writes is an event again. Each event that a rule waits for is followed through
//! all rules on imagined entities, one or two of each type, that link to one another as the rules
//! need it; what is not known of them is taken to be so that a rule runs. So a ring that is
//! found is one that can happen, while rules whose values agree come to rest and are none.
//!
//! Not here: the rules themselves, which are repeated in short (`effects`): they decide on what
//! is known, and here next to nothing is.

mod effects;
mod roles;
mod starts;
mod state;
mod told;
mod walk;

use sgh_core::config::Automation;

use super::known::SiteSchema;
use super::{Finding, Follows};

/// What was found of all automations together.
pub(super) struct Chains {
    pub findings: Vec<Finding>,
    pub follows: Vec<Follows>,
}

/// Follows every event that an automation waits for.
pub(super) fn check(automations: &[Automation], schema: &SiteSchema) -> Chains {
    let mut found = walk::Found::default();
    for start in starts::of(automations, schema) {
        walk::follow(automations, schema, start, &mut found);
    }
    Chains {
        findings: told::findings(automations, &found),
        follows: told::follows(automations, &found),
    }
}
