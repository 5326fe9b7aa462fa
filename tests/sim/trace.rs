//! All that happened in a run: as one number, by which two runs are compared, and as lines where
//! somebody wants to read it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether lines are kept, for all runs of this process.
static READ: AtomicBool = AtomicBool::new(false);

#[derive(Default)]
pub(crate) struct Trace(Mutex<(u64, Vec<String>)>);

impl Trace {
    /// Lines are wanted.
    pub(crate) fn keep_lines() {
        READ.store(true, Ordering::SeqCst);
    }

    pub(crate) fn note(&self, at: Duration, what: impl FnOnce() -> String) {
        let line = format!("{:9.3} {}", at.as_secs_f64(), what());
        let mut trace = self.0.lock().unwrap();
        for byte in line.bytes() {
            trace.0 = (trace.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        if READ.load(Ordering::SeqCst) {
            trace.1.push(line);
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.0.lock().unwrap().0
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().1.clone()
    }
}
