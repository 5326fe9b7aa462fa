//! How an emulator is set up: where it listens, which script may log in, whose time it keeps.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sgh_core::clock::Clock;

/// Settings of one emulator. Made with [`EmulatorConfig::new`]; every field may be changed after.
#[derive(Clone)]
pub struct EmulatorConfig {
    /// Port on 127.0.0.1; 0 lets the system choose a free one.
    pub port: u16,
    /// Name of the script that may log in.
    pub script_name: String,
    /// Key of that script.
    pub script_key: String,
    /// The time of the site: tokens, `created_at`, `timestamp`.
    pub clock: Arc<dyn Clock>,
    /// Whether what that script writes makes events. On a real site this is off unless somebody
    /// turns it on; here it is on, so that chains can be seen.
    pub script_events: bool,
    /// Life of a token.
    pub token_life: Duration,
    /// How long a delivery waits for its answer. In batched mode it is a sixth of this for each
    /// event, if that is longer.
    pub delivery_timeout: Duration,
    /// Id of the first event log entry.
    pub first_event_id: u64,
    /// Failed deliveries within 24 hours that make a hook unstable.
    pub failures_until_unstable: usize,
    /// Failed deliveries within 24 hours after which a hook gets none any more.
    pub failures_until_failed: usize,
}

impl EmulatorConfig {
    /// The settings of a usual site: tokens live 600 s, receivers have 6 s, 100 failures end a
    /// hook.
    #[must_use]
    pub fn new(
        port: u16,
        script_name: impl Into<String>,
        script_key: impl Into<String>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            port,
            script_name: script_name.into(),
            script_key: script_key.into(),
            clock,
            script_events: true,
            token_life: Duration::from_secs(600),
            delivery_timeout: Duration::from_secs(6),
            first_event_id: 1000,
            failures_until_unstable: 1,
            failures_until_failed: 100,
        }
    }
}

impl fmt::Debug for EmulatorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorConfig")
            .field("port", &self.port)
            .field("script_name", &self.script_name)
            .field("script_key", &"***")
            .finish_non_exhaustive()
    }
}
