//! What a process used, as the kernel counts it.

use std::fs;
use std::time::Duration;

use super::function::Function;

impl Function {
    /// The most memory it ever had in use, in bytes; `None` when it is gone.
    #[must_use]
    pub fn peak_memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kib * 1024)
    }

    /// The time its threads were running. Unlike elapsed time, what else the machine does hardly
    /// shows in it. `None` when it is gone.
    #[must_use]
    pub fn processor_time(&self) -> Option<Duration> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid())).ok()?;
        let of_thread = |thread: fs::DirEntry| -> Option<u64> {
            let line = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            line.split_whitespace().next()?.parse().ok()
        };
        let nanos = threads.filter_map(Result::ok).filter_map(of_thread).sum();
        Some(Duration::from_nanos(nanos))
    }

    /// Threads it has.
    #[must_use]
    pub fn threads(&self) -> usize {
        fs::read_dir(format!("/proc/{}/task", self.pid())).map_or(0, Iterator::count)
    }
}
