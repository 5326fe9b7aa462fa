//! What a check found, and how it is told: by `sgh check` and by `sgh hooks doctor`.

use serde_json::{Value, json};

use crate::output::Output;

/// What one check found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// How it is.
    pub state: State,
    /// What is in it, line by line, where people want to see that.
    pub details: Vec<String>,
    /// The same in figures, for programs; null where there are none.
    pub figures: Value,
}

/// How something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// As it should be; the text says what was seen.
    Good(String),
    /// It works, but somebody should know.
    Warning(String),
    /// It does not work; the text says why, and the fix.
    Bad(String),
}

impl Finding {
    pub fn good(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(what, State::Good(text.into()))
    }

    pub fn warning(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(what, State::Warning(text.into()))
    }

    pub fn bad(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(what, State::Bad(text.into()))
    }

    pub fn new(what: impl Into<String>, state: State) -> Self {
        Self { what: what.into(), state, details: Vec::new(), figures: Value::Null }
    }

    /// Whether something has to be mended.
    pub fn is_bad(&self) -> bool {
        matches!(self.state, State::Bad(_))
    }

    pub fn print(&self, output: Output) {
        let (mark, word, text) = match &self.state {
            State::Good(text) => ("ok  ", "ok", text),
            State::Warning(text) => ("warn", "warning", text),
            State::Bad(text) => ("FAIL", "failed", text),
        };
        let details: String = self.details.iter().map(|line| format!("\n      {line}")).collect();
        output.print(format!("{mark}  {}: {text}{details}", self.what), || {
            let bare = |line: &String| anstream::adapter::strip_str(line).to_string();
            let details: Vec<String> = self.details.iter().map(bare).collect();
            let mut found =
                json!({"check": self.what, "state": word, "text": text, "details": details});
            if !self.figures.is_null() {
                found["figures"] = self.figures.clone();
            }
            found
        });
    }
}
