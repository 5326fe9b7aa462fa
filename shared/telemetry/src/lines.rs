//! One event, one line: JSON for CloudWatch, text for people. An event carries the fields of the
//! spans that it happens in.

use std::io::Write;

use serde_json::{Map, Value};
use sgh_core::clock::Clock;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::fields::{Fields, escape};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    Json,
    Text { colour: bool },
}

pub(crate) struct Lines<W, C> {
    shape: Shape,
    writer: W,
    clock: C,
}

impl<W, C: Clock> Lines<W, C> {
    pub(crate) fn new(shape: Shape, writer: W, clock: C) -> Self {
        Self { shape, writer, clock }
    }

    fn line(&self, event: &Event<'_>, fields: Fields) -> String {
        let now = self.clock.now();
        let (level, target) = (event.metadata().level(), event.metadata().target());
        match self.shape {
            Shape::Json => json(&format!("{now:.3}"), level, target, fields),
            Shape::Text { colour } => text(&format!("{now:.3}"), level, target, &fields, colour),
        }
    }
}

impl<S, W, C> Layer<S> for Lines<W, C>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + 'static,
    C: Clock + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.others.extend(of_span.others.iter().cloned());
            }
        }
        event.record(&mut fields);
        let mut line = self.line(event, fields);
        line.push('\n');
        // One write a line, so that lines of several threads do not mix. Where the log cannot be
        // written there is nowhere to say so.
        let _ = self.writer.make_writer().write_all(line.as_bytes());
    }
}

fn json(ts: &str, level: &Level, target: &str, fields: Fields) -> String {
    let mut line = Map::new();
    line.insert("ts".into(), ts.into());
    line.insert("level".into(), level.as_str().into());
    line.insert("target".into(), target.into());
    line.insert("message".into(), fields.message.into());
    let fixed = line.len();
    for (name, value) in fields.others {
        // An inner field counts more than an outer one of the same name; ours cannot be replaced.
        if !line.keys().take(fixed).any(|known| known == name) {
            line.insert(name.to_owned(), value);
        }
    }
    Value::Object(line).to_string()
}

fn text(ts: &str, level: &Level, target: &str, fields: &Fields, colour: bool) -> String {
    let paint = match *level {
        Level::ERROR => "\u{1b}[31m",
        Level::WARN => "\u{1b}[33m",
        Level::INFO => "\u{1b}[32m",
        _ => "\u{1b}[2m",
    };
    let (on, off) = if colour { (paint, "\u{1b}[0m") } else { ("", "") };
    let mut line = format!("{ts} {on}{:>5}{off} {target}: ", level.as_str());
    escape(&fields.message, &mut line);
    for (name, value) in &fields.others {
        line.push(' ');
        line.push_str(name);
        line.push('=');
        match value {
            Value::String(plain) if is_plain(plain) => escape(plain, &mut line),
            Value::String(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => escape(&value.to_string(), &mut line),
        }
    }
    line
}

/// Whether a value can stand without quotes and still be told from the next field.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "=\"\\".contains(c))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use jiff::Timestamp;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            "2026-03-01T12:00:00.25Z".parse().expect("a time")
        }
    }

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("kept").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(shape: Shape, log: impl FnOnce()) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let lines = Lines::new(shape, move || writer.clone(), Noon);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), log);
        let bytes = kept.0.lock().expect("kept").clone();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn an_event_is_one_flat_json_object() {
        let line = logged(Shape::Json, || {
            let span = tracing::info_span!("batch", batch = 7, late = tracing::field::Empty);
            span.record("late", true);
            let _entered = span.enter();
            let (ms, level, ok) = (1.5, "forged", false);
            tracing::warn!(entity = %"Shot 1", ms, level, ok, "kept {}", 2);
        });
        let expect = concat!(
            r#"{"ts":"2026-03-01T12:00:00.250Z","level":"WARN","#,
            r#""target":"sgh_telemetry::lines::tests","#,
            r#""message":"kept 2","batch":7,"late":true,"entity":"Shot 1","ms":1.5,"ok":false}"#,
            "\n"
        );
        assert_eq!(line, expect);
    }

    #[test]
    fn no_value_starts_a_line_of_its_own_in_either_shape() {
        let hostile = "a\n2026 ERROR forged\r\u{1b}[31mred\u{202E}\u{2028}";
        for shape in [Shape::Json, Shape::Text { colour: false }] {
            let line =
                logged(shape, || tracing::info!(name = %hostile, same = hostile, "{hostile}"));
            assert_eq!(line.matches(['\n', '\r']).count(), 1, "{line}");
            assert!(line.ends_with('\n') && !line.contains('\u{1b}'), "{line}");
        }
    }

    #[test]
    fn long_values_are_cut() {
        let long = "샷".repeat(100_000);
        let line = logged(Shape::Json, || tracing::info!(name = %long, other = ?long, "{long}"));
        let line: Value = serde_json::from_str(&line).expect("JSON");
        let size = |name: &str| line[name].as_str().expect("text").chars().count();
        assert_eq!((size("name"), size("other"), size("message")), (256, 256, 4096));
        assert!(line["name"].as_str().expect("text").ends_with('…'));
    }

    #[test]
    fn people_read_a_line_of_text() {
        let line = logged(Shape::Text { colour: false }, || {
            tracing::info!(delivery = "d1", why = "no match", empty = "", count = 3, "skipped");
        });
        let expect = "2026-03-01T12:00:00.250Z  INFO sgh_telemetry::lines::tests: skipped \
                      delivery=d1 why=\"no match\" empty=\"\" count=3\n";
        assert_eq!(line, expect);
        let line = logged(Shape::Text { colour: true }, || tracing::error!("broken"));
        assert!(line.contains("\u{1b}[31mERROR\u{1b}[0m"), "{line}");
    }
}
