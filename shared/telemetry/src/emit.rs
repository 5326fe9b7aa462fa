//! Where a value goes: a line of CloudWatch's in Lambda, the memory of the process elsewhere.

use std::io::Write;
use std::sync::OnceLock;

use sgh_core::clock::{Clock, SystemClock};

use crate::figure::About;
use crate::{Format, emf, registry};

static FORMAT: OnceLock<Format> = OnceLock::new();

pub(crate) fn start(format: Format) {
    // The log starts once, so this is set once.
    let _ = FORMAT.set(format);
}

/// Records figures that are told apart by the same.
pub(crate) fn record(figures: &[(&'static About, f64)], of: &[&str]) {
    // A figure that is none is no figure; neither JSON nor a sum has a place for it.
    if figures.iter().any(|(_, value)| !value.is_finite()) {
        return;
    }
    match FORMAT.get() {
        Some(Format::Json { function }) => {
            let line = emf::line(SystemClock.now(), function, figures, of);
            // Where the log cannot be written there is nowhere to say so.
            let _ = std::io::stdout().write_all(line.as_bytes());
        }
        Some(Format::Human) | None => {
            for (about, value) in figures {
                registry::record(about, *value, of);
            }
        }
    }
}

pub(crate) fn forget(about: &'static About, of: &[&str]) {
    registry::forget(about, of);
}
