//! stdout is the answer, stderr is everything else. The only place that prints.

use std::io::{self, Write};

use serde_json::Value;

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// For people.
    Text,
    /// For programs: one JSON value a line.
    Json,
}

impl Output {
    /// Prints an answer in the form that was asked for. A reader that went away is no error.
    pub fn print(self, text: impl std::fmt::Display, json: impl FnOnce() -> Value) {
        let line = match self {
            Self::Text => text.to_string(),
            Self::Json => json().to_string(),
        };
        let _ = writeln!(anstream::stdout().lock(), "{line}");
    }

    /// Prints what only people want to see.
    pub fn tell(self, text: impl std::fmt::Display) {
        if self == Self::Text {
            let _ = writeln!(anstream::stdout().lock(), "{text}");
        }
    }
}

/// Text of the site or of a disk as it may be shown: what a terminal would obey is taken out.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Prints an error with its causes.
pub fn error(error: &anyhow::Error) {
    let _ = writeln!(io::stderr().lock(), "sgh: {error:#}");
}
