//! A program and all that it started: ended together.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;
use tokio::time::timeout;

use super::TO_END;

/// The process group of a program. Dropped before the program has ended, it is killed: whoever
/// stops waiting for a program leaves none behind.
pub struct Group(Option<Pid>);

impl Group {
    /// The group that a program leads.
    pub fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// The program has ended by itself. What it left running is its own affair.
    pub fn leave(mut self) {
        self.0 = None;
    }

    /// Asks all to end, waits a little for the program, and ends what is left.
    pub async fn end(mut self, child: &mut Child) {
        self.signal(Signal::TERM);
        let ended = timeout(TO_END, child.wait()).await;
        self.signal(Signal::KILL);
        // Once all of a group have ended its number may become another's.
        self.0 = None;
        if ended.is_err() {
            // One that waits for a dead mount does not even end at this: it is left to the system.
            let _ = timeout(TO_END, child.wait()).await;
        }
    }

    fn signal(&self, signal: Signal) {
        let Some(group) = self.0 else { return };
        match kill_process_group(group, signal) {
            Ok(()) | Err(Errno::SRCH) => {}
            Err(error) => tracing::warn!(%error, "a program cannot be ended"),
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
