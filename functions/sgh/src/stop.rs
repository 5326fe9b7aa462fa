//! One way to stop: SIGTERM or Ctrl-C; what is under way is finished, nothing new is taken.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Time to finish what is under way. Ours: supervisors kill after ten seconds.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Says when to stop; may be asked from many places.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Stops at SIGTERM or Ctrl-C, from this call on.
    ///
    /// # Errors
    /// The system does not let us listen for signals.
    pub fn at_signal() -> std::io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            tracing::info!("stopping: what is under way is finished");
            // Nobody listens any more: then there is nothing to stop.
            let _ = tell.send(true);
        });
        Ok(Self(told))
    }

    /// Stops when the sender says so.
    pub fn when_told() -> (watch::Sender<bool>, Self) {
        let (tell, told) = watch::channel(false);
        (tell, Self(told))
    }

    /// Whether it is time.
    pub fn is_now(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it is time.
    pub async fn wait(&mut self) {
        // A sender that is gone can no longer say it: then it is time too.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Returns some time after it is time.
    pub async fn wait_and(&mut self, then: Duration) {
        self.wait().await;
        // The time that was promised to what is under way; whoever is done earlier ends earlier.
        tokio::time::sleep(then).await;
    }
}
