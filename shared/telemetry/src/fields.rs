//! Fields of events and spans: bounded, because much of what is logged was written by strangers.

use std::fmt::{self, Write};

use serde_json::Value;
use sgh_core::limits::UNTRUSTED_TEXT_MAX;
use tracing::field::{Field, Visit};

/// Characters of a message. Ours: it is our own text, but dependencies log too.
const MESSAGE_MAX: usize = 4096;

/// A message and fields, in the order in which they were recorded.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    pub(crate) message: String,
    pub(crate) others: Vec<(&'static str, Value)>,
}

impl Fields {
    fn text(&mut self, field: &Field, text: fmt::Arguments<'_>) {
        let is_message = field.name() == "message";
        let left = if is_message { MESSAGE_MAX } else { UNTRUSTED_TEXT_MAX };
        let mut bounded = Bounded { text: String::new(), left };
        // An error only says that the bound was reached.
        let _ = bounded.write_fmt(text);
        match is_message {
            true => self.message = bounded.text,
            false => self.put(field, Value::String(bounded.text)),
        }
    }

    fn put(&mut self, field: &Field, value: Value) {
        let name = field.name();
        self.others.push((name.strip_prefix("r#").unwrap_or(name), value));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }
}

/// Takes so many characters and then refuses, so that a large value is not even formatted.
struct Bounded {
    text: String,
    left: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.left <= 1 {
                self.text.push('…');
                return Err(fmt::Error);
            }
            self.left -= 1;
            self.text.push(c);
        }
        Ok(())
    }
}

/// For a terminal: what could forge a line, colour it or turn it around is escaped. JSON lines
/// need none of this, for JSON has its own escapes.
pub(crate) fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        let turns = matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns {
            into.extend(c.escape_default());
        } else {
            into.push(c);
        }
    }
}
