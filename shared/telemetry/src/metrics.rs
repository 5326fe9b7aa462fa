//! Figures for alarms: one CloudWatch EMF line each in Lambda, a counter in memory elsewhere.

use std::io::Write;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
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
/// function with all others.
fn emf(
    now: Timestamp,
    function: &str,
    name: &str,
    value: f64,
    dimensions: &[(&'static str, &str)],
) -> String {
    let mut line = Map::new();
    let mut all: Vec<&str> = Vec::new();
    let function = [(FUNCTION, function)];
    let function = function.into_iter().filter(|(_, name)| !name.is_empty());
    for (dimension, value) in function.chain(dimensions.iter().copied()) {
        all.push(dimension);
        line.insert(dimension.to_owned(), dimension_value(value).into());
    }
    let sum: &[&str] = if all.first() == Some(&FUNCTION) { &all[..1] } else { &[] };
    let mut sets = vec![sum];
    if all.len() > sum.len() {
        sets.push(&all);
    }
    let directive = json!({
        "Namespace": NAMESPACE,
        "Dimensions": sets,
        "Metrics": [{"Name": name, "Unit": "Count"}],
    });
    line.insert(name.to_owned(), value.into());
    let metadata = json!({"Timestamp": now.as_millisecond(), "CloudWatchMetrics": [directive]});
    line.insert("_aws".to_owned(), metadata);
    format!("{}\n", Value::Object(line))
}

/// CloudWatch drops a metric whose dimension is blank or holds anything but printable ASCII.
fn dimension_value(text: &str) -> String {
    let escaped = text.chars().flat_map(char::escape_default).take(DIMENSION_MAX);
    let value: String = escaped.collect();
    if value.trim().is_empty() { "-".to_owned() } else { value }
}

#[cfg(test)]
mod tests {
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
            "FunctionName": "receiver", "reason": "signature", "refused": 2.0,
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
        assert_eq!(dimension_value("샷\n"), "\\u{c0f7}\\n");
        assert_eq!(dimension_value(" "), "-");
        assert_eq!(dimension_value(&"x".repeat(2000)).len(), DIMENSION_MAX);
    }
}
