//! The figures in memory as Prometheus reads them: its text format 0.0.4.
//!
//! Names and units are those that Prometheus asks for: `kept` is `sgh_kept_total`, and `kept_ms`
//! is `sgh_kept_seconds`. Not here: who may read them.

use std::fmt::Write;

use crate::figure::{About, Kind, Unit};
use crate::figures;
use crate::registry::{self, Registry, Times, Value};

/// The content type of [`exposition`].
pub const EXPOSITION_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All figures of this process so far, for Prometheus. In Lambda they go to the log instead.
#[must_use]
pub fn exposition() -> String {
    text(&registry::now())
}

fn text(registry: &Registry) -> String {
    let mut text = String::new();
    for about in figures::ALL {
        let name = name(about);
        let kind = match about.kind {
            Kind::Count => "counter",
            Kind::Times => "histogram",
            Kind::Level => "gauge",
        };
        let help = about.meaning.trim().replace('\\', "\\\\").replace('\n', "\\n");
        line(&mut text, format_args!("# HELP {name} {help}"));
        line(&mut text, format_args!("# TYPE {name} {kind}"));
        for (of, value) in registry.of(about) {
            let labels = labels(about, &of);
            match value {
                Value::Number(number) => {
                    let number = number / divisor(about);
                    line(&mut text, format_args!("{name}{} {number}", braced(&labels, "")));
                }
                Value::Times(times) => distribution(&mut text, about, &name, &labels, &times),
            }
        }
    }
    text
}

fn distribution(text: &mut String, about: &About, name: &str, labels: &str, times: &Times) {
    let mut below = 0;
    for (bound, within) in registry::bounds(about).iter().zip(&times.within) {
        below += within;
        let bound = format!("le=\"{}\"", bound / divisor(about));
        line(text, format_args!("{name}_bucket{} {below}", braced(labels, &bound)));
    }
    let (count, sum) = (times.count, times.sum / divisor(about));
    line(text, format_args!("{name}_bucket{} {count}", braced(labels, "le=\"+Inf\"")));
    line(text, format_args!("{name}_sum{} {sum}", braced(labels, "")));
    line(text, format_args!("{name}_count{} {count}", braced(labels, "")));
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A String takes whatever it is given.
    let _ = text.write_fmt(line);
    text.push('\n');
}

/// Prometheus counts time in seconds.
fn divisor(about: &About) -> f64 {
    match about.unit() {
        Unit::Milliseconds => 1000.0,
        Unit::Seconds | Unit::Count => 1.0,
    }
}

fn name(about: &About) -> String {
    let (stem, _) = about.stem();
    let ending = match (about.kind, about.unit()) {
        (Kind::Count, _) => "_total",
        (_, Unit::Seconds | Unit::Milliseconds) => "_seconds",
        (_, Unit::Count) => "",
    };
    format!("sgh_{stem}{ending}")
}

fn labels(about: &About, of: &[String]) -> String {
    let escape =
        |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let pairs = about.dimensions.iter().zip(of);
    let pairs: Vec<_> =
        pairs.map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
    pairs.join(",")
}

fn braced(labels: &str, last: &str) -> String {
    let comma = if labels.is_empty() || last.is_empty() { "" } else { "," };
    if labels.is_empty() && last.is_empty() {
        String::new()
    } else {
        format!("{{{labels}{comma}{last}}}")
    }
}

#[cfg(test)]
mod tests;
