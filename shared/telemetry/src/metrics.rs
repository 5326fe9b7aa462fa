//! Figures for alarms: one CloudWatch EMF line each in Lambda, a counter in memory elsewhere.

use std::io::Write;
use std::sync::OnceLock;

use jiff::Timestamp;
use sgh_core::clock::{Clock, SystemClock};

use crate::{Format, counters};

/// Where the figures are found in CloudWatch; template.yaml's alarms name it.
const NAMESPACE: &str = "shotgrid-hooks";
/// The dimension that every metric has in Lambda; template.yaml's alarms name it.
const FUNCTION: &str = "FunctionName";
/// Characters of a dimension's value. CloudWatch takes 1024; a name of ours needs fewer.
const DIMENSION_MAX: usize = 250;

static FORMAT: OnceLock<Format> = OnceLock::new();

pub(crate) fn start(format: Format) {
    // The log starts once, so this is set once.
    let _ = FORMAT.set(format);
}

/// Adds to a figure: `kept`, `refused` (by `reason`), `outcome` (by `automation` and `ending`),
/// `acknowledgement_failed`, `hook_status_change`, `unreadable`.
///
/// Dimensions must come from us or from sgh.yaml, never from a delivery: each new value is a new
/// series, which costs money in CloudWatch.
pub fn metric(name: &'static str, value: f64, dimensions: &[(&'static str, &str)]) {
    match FORMAT.get() {
        Some(Format::Json { function }) => {
            let line = emf(SystemClock.now(), function, name, value, dimensions);
            // Where the log cannot be written there is nowhere to say so.
            let _ = std::io::stdout().write_all(line.as_bytes());
        }
        Some(Format::Human) | None => counters::add(name, value, dimensions),
    }
}

/// The line. Two sets of dimensions: the function alone, so that one alarm sees the sum, and the
/// function with all others. Written by hand, for it is on the door's path: names are our own
/// words, values are escaped by [`dimension_value`].
fn emf(
    now: Timestamp,
    function: &str,
    name: &str,
    value: f64,
    dimensions: &[(&'static str, &str)],
) -> String {
    let function = Some((FUNCTION, function)).filter(|(_, name)| !name.is_empty());
    let sum = function.map_or("", |_| "\"FunctionName\"");
    let (mut all, mut values) = (String::new(), String::new());
    for (dimension, value) in function.into_iter().chain(dimensions.iter().copied()) {
        let comma = if all.is_empty() { "" } else { "," };
        all.extend([comma, "\"", dimension, "\""]);
        values.extend(["\"", dimension, "\":\"", &dimension_value(value), "\","]);
    }
    let sets = if dimensions.is_empty() { format!("[{sum}]") } else { format!("[{sum}],[{all}]") };
    let millisecond = now.as_millisecond();
    // JSON has no infinity, and a figure that is none is no figure.
    let value = if value.is_finite() { value } else { 0.0 };
    format!(
        "{{\"_aws\":{{\"Timestamp\":{millisecond},\"CloudWatchMetrics\":[{{\
         \"Namespace\":\"{NAMESPACE}\",\"Dimensions\":[{sets}],\
         \"Metrics\":[{{\"Name\":\"{name}\",\"Unit\":\"Count\"}}]}}]}},\
         {values}\"{name}\":{value}}}\n"
    )
}

/// CloudWatch drops a metric whose dimension is blank or holds anything but printable ASCII:
/// all else becomes `?` and its number, and so do the two characters that JSON would escape.
fn dimension_value(text: &str) -> String {
    let mut value = String::new();
    for c in text.trim().chars() {
        match c {
            '"' | '\\' => value.push('?'),
            ' '..='~' => value.push(c),
            _ => value.push_str(&format!("?{:X}", u32::from(c))),
        }
    }
    value.truncate(DIMENSION_MAX);
    if value.is_empty() { "-".to_owned() } else { value }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn line(function: &str, dimensions: &[(&'static str, &str)]) -> Value {
        let now = Timestamp::from_millisecond(1_700_000_000_123).expect("a time");
        let line = emf(now, function, "refused", 2.0, dimensions);
        assert_eq!(line.matches('\n').count(), 1);
        serde_json::from_str(&line).expect("JSON")
    }

    #[test]
    fn an_alarm_sees_the_sum_and_the_parts() {
        let expect = json!({
            "FunctionName": "receiver", "reason": "signature", "refused": 2,
            "_aws": {"Timestamp": 1_700_000_000_123_u64, "CloudWatchMetrics": [{
                "Namespace": "shotgrid-hooks",
                "Dimensions": [["FunctionName"], ["FunctionName", "reason"]],
                "Metrics": [{"Name": "refused", "Unit": "Count"}],
            }]},
        });
        assert_eq!(line("receiver", &[("reason", "signature")]), expect);
    }

    #[test]
    fn there_is_one_set_where_there_is_nothing_to_add() {
        let sets = |line: Value| line["_aws"]["CloudWatchMetrics"][0]["Dimensions"].clone();
        assert_eq!(sets(line("worker", &[])), json!([["FunctionName"]]));
        assert_eq!(sets(line("", &[])), json!([[]]));
        assert_eq!(sets(line("", &[("reason", "size")])), json!([[], ["reason"]]));
    }

    #[test]
    fn every_dimension_is_one_that_cloudwatch_takes() {
        assert_eq!(dimension_value("roll-up"), "roll-up");
        assert_eq!(dimension_value(" a \"b\\\u{7f}\n"), "a ?b??7F");
        assert_eq!(dimension_value("샷\nx"), "?C0F7?Ax");
        assert_eq!(dimension_value(" "), "-");
        assert_eq!(dimension_value(&"x".repeat(2000)).len(), DIMENSION_MAX);
    }
}
