//! A value as one line of CloudWatch's embedded metric format.

use jiff::Timestamp;

use crate::figure::About;

/// Where the figures are found in CloudWatch; template.yaml names it.
pub const NAMESPACE: &str = "shotgrid-hooks";
/// The dimension that every figure has in Lambda; template.yaml names it.
pub const FUNCTION: &str = "FunctionName";
/// Characters of a dimension's value. CloudWatch takes 1024; a name of ours needs fewer.
pub(crate) const DIMENSION_MAX: usize = 250;

/// The line. Two sets of dimensions: the function alone, so that one alarm sees the sum, and the
/// function with all others. Written by hand, for it is on the door's path: names are our own
/// words, values are escaped by [`dimension_value`]. Figures in one line have the same dimensions.
pub(crate) fn line(
    now: Timestamp,
    function: &str,
    figures: &[(&About, f64)],
    of: &[&str],
) -> String {
    let function = Some((FUNCTION, function)).filter(|(_, name)| !name.is_empty());
    let sum = function.map_or("", |_| "\"FunctionName\"");
    let (mut all, mut values) = (String::new(), String::new());
    let names = figures.first().map_or(&[][..], |(about, _)| about.dimensions);
    let own = names.iter().copied().zip(of.iter().copied());
    for (dimension, value) in function.into_iter().chain(own) {
        let comma = if all.is_empty() { "" } else { "," };
        all.extend([comma, "\"", dimension, "\""]);
        values.extend(["\"", dimension, "\":\"", &dimension_value(value), "\","]);
    }
    let sets = if of.is_empty() { format!("[{sum}]") } else { format!("[{sum}],[{all}]") };
    let millisecond = now.as_millisecond();
    let (mut metrics, mut figures_of) = (String::new(), String::new());
    for (about, value) in figures {
        let (name, unit) = (about.name, about.unit().word());
        let comma = if metrics.is_empty() { "" } else { "," };
        metrics.extend([comma, "{\"Name\":\"", name, "\",\"Unit\":\"", unit, "\"}"]);
        figures_of.extend([comma, "\"", name, "\":", &value.to_string()]);
    }
    format!(
        "{{\"_aws\":{{\"Timestamp\":{millisecond},\"CloudWatchMetrics\":[{{\
         \"Namespace\":\"{NAMESPACE}\",\"Dimensions\":[{sets}],\
         \"Metrics\":[{metrics}]}}]}},{values}{figures_of}}}\n"
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
    use crate::figures;

    fn parsed(function: &str, about: &About, of: &[&str]) -> Value {
        let now = Timestamp::from_millisecond(1_700_000_000_123).expect("a time");
        let line = line(now, function, &[(about, 2.0)], of);
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
        assert_eq!(parsed("receiver", &figures::REFUSED.0, &["signature"]), expect);
    }

    #[test]
    fn there_is_one_set_where_there_is_nothing_to_add() {
        let sets = |line: Value| line["_aws"]["CloudWatchMetrics"][0]["Dimensions"].clone();
        assert_eq!(sets(parsed("worker", &figures::RETRY.0, &[])), json!([["FunctionName"]]));
        assert_eq!(sets(parsed("", &figures::RETRY.0, &[])), json!([[]]));
        assert_eq!(sets(parsed("", &figures::REFUSED.0, &["size"])), json!([[], ["reason"]]));
    }

    #[test]
    fn several_are_one_line() {
        let now = Timestamp::from_millisecond(1).expect("a time");
        let both = [(&figures::RECEIVED.0, 1.0), (&figures::KEPT_TIME.0, 2.5)];
        let line: Value = serde_json::from_str(&line(now, "x", &both, &[])).expect("JSON");
        assert_eq!((&line["received"], &line["kept_ms"]), (&json!(1), &json!(2.5)));
        let metrics = &line["_aws"]["CloudWatchMetrics"][0]["Metrics"];
        assert_eq!(metrics[1], json!({"Name": "kept_ms", "Unit": "Milliseconds"}));
        assert_eq!(metrics.as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn a_time_has_its_unit() {
        let unit = |about| {
            let line = parsed("worker", about, &[]);
            line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"].clone()
        };
        assert_eq!(unit(&figures::KEPT_TIME.0), "Milliseconds");
        assert_eq!(unit(&figures::LAG_AT_END.0), "Seconds");
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
