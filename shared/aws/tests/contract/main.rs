//! SQS and DynamoDB put to the checks that the database file has to pass too, and what only they
//! can do wrong. Needs a stand-in for AWS: `tests/local-aws -- cargo test -p sgh-aws`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod backlog;
mod bus;
mod canned;
mod faults;
mod folders;
mod large_events;
mod partial_batches;
mod put_off;
mod secrets;
mod stand;

mod queue {
    sgh_queue::queue_contract!(crate::stand::Stand::new().await);
}

mod dead_letters {
    sgh_queue::dead_letters_contract!(crate::stand::Stand::new().await);
}

mod ledger {
    sgh_queue::ledger_contract!(crate::stand::ledger().await);
    sgh_queue::failures_contract!(crate::stand::ledger().await);
    sgh_queue::halts_contract!(crate::stand::ledger().await);
}

mod sweep {
    sgh_queue::sweep_contract!(crate::stand::ledger().await);
}

mod registry {
    sgh_queue::registry_contract!(crate::stand::Table::new().await);
}
