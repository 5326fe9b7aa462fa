//! The queue, the ledger and the registry in a file, put to the checks that those of the cloud
//! have to pass too.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use sgh_core::clock::{Clock, SystemClock};
use sgh_queue::contract::dead_letters::DeadLetterStand;
use sgh_queue::contract::{QueueStand, RegistryStand, SettableClock};
use sgh_queue::{DeadLetter, DeadLetters};
use sgh_sqlite::{SqliteLedger, SqliteQueue};
use tempfile::TempDir;

struct Stand {
    queue: SqliteQueue,
    clock: Arc<SettableClock>,
    _home: TempDir,
}

impl Stand {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(SettableClock::at(SystemClock.now()));
        let queue = SqliteQueue::open(home.path().join("sgh.db"), clock.clone()).unwrap();
        Self { queue, clock, _home: home }
    }
}

impl QueueStand for Stand {
    type Queue = SqliteQueue;

    fn queue(&self) -> &SqliteQueue {
        &self.queue
    }

    fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }

    fn patience(&self) -> Duration {
        Duration::ZERO
    }

    async fn dead_letters(&self) -> Vec<DeadLetter> {
        self.queue.dead_letters(100).await.unwrap()
    }

    fn reason<'a>(&self, reason: &'a str) -> &'a str {
        reason
    }
}

mod queue {
    sgh_queue::queue_contract!(super::Stand::new());
}

impl DeadLetterStand for Stand {
    async fn look(&self) -> impl DeadLetters {
        self.queue.dead()
    }
}

mod dead_letters {
    sgh_queue::dead_letters_contract!(super::Stand::new());
}

mod ledger {
    fn ledger(home: &tempfile::TempDir) -> super::SqliteLedger {
        super::SqliteLedger::open(home.path().join("sgh.db")).unwrap()
    }

    sgh_queue::ledger_contract!(ledger(&tempfile::tempdir().unwrap()));
    sgh_queue::failures_contract!(ledger(&tempfile::tempdir().unwrap()));
    sgh_queue::halts_contract!(ledger(&tempfile::tempdir().unwrap()));
}

mod sweep {
    fn ledger(home: &tempfile::TempDir) -> super::SqliteLedger {
        super::SqliteLedger::open(home.path().join("sgh.db")).unwrap()
    }

    sgh_queue::sweep_contract!(ledger(&tempfile::tempdir().unwrap()));
}

struct Home(TempDir);

impl RegistryStand for Home {
    type Registry = SqliteLedger;

    fn open(&self) -> SqliteLedger {
        SqliteLedger::open(self.0.path().join("sgh.db")).unwrap()
    }
}

mod registry {
    sgh_queue::registry_contract!(super::Home(tempfile::tempdir().unwrap()));
}
