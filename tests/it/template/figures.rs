//! No alarm and no line of the dashboard watches nothing: what they name is recorded by the
//! function that they name it for, under exactly these dimensions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sgh_telemetry::{About, FUNCTION, NAMESPACE, figures};

use super::{number, properties, template};
use crate::tidy::texts_below;

/// What each function is made of, as far as it records figures.
const FUNCTIONS: [(&str, &[&str]); 3] = [
    ("Receiver", &["functions/receiver", "shared/door"]),
    ("Worker", &["functions/worker", "shared/engine", "shared/site"]),
    ("Sweeper", &["functions/sweeper", "shared/sweep", "shared/site"]),
];
/// What AWS itself records of a function and of a queue, as far as it is looked at here.
const OF_AWS: [(&str, &str, &[&str]); 2] = [
    (
        "AWS/Lambda",
        "FunctionName",
        &["Duration", "Errors", "Throttles", "Url5xxCount", "UrlRequestLatency"],
    ),
    (
        "AWS/SQS",
        "QueueName",
        &[
            "ApproximateAgeOfOldestMessage",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesVisible",
        ],
    ),
];

/// A figure that somebody looks at: where, of which name, by which dimensions.
#[derive(Debug)]
struct Looked {
    by: String,
    namespace: String,
    name: String,
    dimensions: BTreeMap<String, String>,
    /// Dimensions whose values are all looked at.
    any: BTreeSet<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn alarms(template: &Value) -> Vec<(&String, &Value)> {
    let resources = template["Resources"].as_object().expect("resources").iter();
    let alarms = resources.filter(|(_, resource)| resource["Type"] == "AWS::CloudWatch::Alarm");
    alarms.map(|(name, resource)| (name, &resource["Properties"])).collect()
}

fn of_alarm((name, alarm): (&String, &Value)) -> Looked {
    let dimensions = alarm["Dimensions"].as_array().expect("dimensions").iter();
    Looked {
        by: name.clone(),
        namespace: text(&alarm["Namespace"]),
        name: text(&alarm["MetricName"]),
        dimensions: dimensions.map(|one| (text(&one["Name"]), text(&one["Value"]))).collect(),
        any: BTreeSet::new(),
    }
}

/// The dashboard as CloudWatch gets it, names of resources in place of what they are called.
fn dashboard(template: &Value) -> Value {
    let body = properties(template, "Dashboard")["DashboardBody"].clone();
    let mut body_text = text(&body[0]);
    for (name, value) in body[1].as_object().expect("names") {
        body_text = body_text.replace(&format!("${{{name}}}"), &text(value));
    }
    let resources = template["Resources"].as_object().expect("resources").keys();
    for name in resources.map(String::as_str).chain(["AWS::Region"]) {
        body_text = body_text.replace(&format!("${{{name}}}"), name);
    }
    assert!(!body_text.contains("${"), "nothing is called so: {body_text}");
    serde_json::from_str(&body_text).expect("the dashboard is JSON")
}

/// `SEARCH('{namespace,dimension,...} MetricName="name" FunctionName="function"', 'Sum', 300)`.
fn of_search(title: &str, expression: &str) -> Looked {
    let parts = || {
        let inner = expression.strip_prefix("SEARCH('{")?.split_once("',")?.0;
        let (schema, terms) = inner.split_once("} MetricName=\"")?;
        let (name, function) = terms.split_once("\" FunctionName=\"")?;
        let (namespace, dimensions) = schema.split_once(',')?;
        let dimensions = dimensions.split(',').map(str::to_owned).collect::<BTreeSet<_>>();
        Some((namespace, dimensions, name, function.strip_suffix('"')?))
    };
    let (namespace, mut any, name, function) =
        parts().unwrap_or_else(|| panic!("{title}: not such a search: {expression}"));
    assert!(any.remove(FUNCTION), "{title}: {expression}");
    Looked {
        by: title.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        dimensions: [(FUNCTION.to_owned(), function.to_owned())].into(),
        any,
    }
}

fn of_widget(widget: &Value) -> Vec<Looked> {
    let title = text(&widget["properties"]["title"]);
    let metrics = widget["properties"]["metrics"].as_array().expect("metrics").iter();
    let looked = metrics.map(|metric| {
        if let Some(expression) = metric[0]["expression"].as_str() {
            return of_search(&title, expression);
        }
        let words: Vec<String> = metric
            .as_array()
            .expect("a metric")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let [namespace, name, dimensions @ ..] = &words[..] else { panic!("{title}: {metric}") };
        let (pairs, rest) = dimensions.as_chunks::<2>();
        assert!(rest.is_empty(), "{title}: {metric}");
        let dimensions = pairs.iter().map(|[name, value]| (name.clone(), value.clone())).collect();
        let (namespace, name) = (namespace.clone(), name.clone());
        Looked { by: title.clone(), namespace, name, dimensions, any: BTreeSet::new() }
    });
    looked.collect()
}

/// The name in the code of each figure, by its name.
fn names_in_code() -> BTreeMap<String, String> {
    let list = texts_below("shared/telemetry/src/figures.rs");
    let name = |line: &str| {
        let (ident, rest) = line.trim().split_once(": ")?;
        let (name, _) = rest.split_once("\" by [")?;
        Some((name.split_once('"')?.1.to_owned(), ident.to_owned()))
    };
    let names: BTreeMap<_, _> = list.lines().filter_map(name).collect();
    assert_eq!(names.len(), figures::ALL.len());
    names
}

/// Whether the code records a figure, by itself or together with others.
fn records(code: &str, figure: &str) -> bool {
    let calls = [format!("figures::{figure}.record("), format!("(&figures::{figure}, ")];
    calls.iter().any(|call| code.contains(call))
}

fn check(looked: &Looked, names: &BTreeMap<String, String>) {
    if looked.namespace != NAMESPACE {
        let of_aws = OF_AWS.iter().find(|(namespace, ..)| *namespace == looked.namespace);
        let (_, dimension, known) = of_aws.unwrap_or_else(|| panic!("{looked:?}"));
        let dimensions: Vec<_> = looked.dimensions.keys().collect();
        assert!(known.contains(&looked.name.as_str()) && dimensions == [dimension], "{looked:?}");
        return;
    }
    let about: &About = figures::ALL
        .iter()
        .find(|about| about.name == looked.name)
        .unwrap_or_else(|| panic!("{}: there is no such figure: {looked:?}", looked.by));
    let function = looked.dimensions.get(FUNCTION).unwrap_or_else(|| panic!("whose? {looked:?}"));
    let others = looked.dimensions.keys().filter(|name| *name != FUNCTION).chain(&looked.any);
    let others: BTreeSet<&str> = others.map(String::as_str).collect();
    let recorded_by: BTreeSet<&str> = about.dimensions.iter().copied().collect();
    assert!(others.is_empty() || others == recorded_by, "recorded otherwise: {looked:?}");
    let parts = FUNCTIONS.iter().find(|(name, _)| name == function);
    let (_, parts) = parts.unwrap_or_else(|| panic!("no function of ours: {looked:?}"));
    let code: Vec<_> = parts.iter().map(|folder| texts_below(folder)).collect();
    let is_there = |text: &str| code.iter().any(|code| code.contains(text));
    let is_recorded = code.iter().any(|code| records(code, &names[&looked.name]));
    assert!(is_recorded, "the function does not record it: {looked:?}");
    let mut values = looked.dimensions.iter().filter(|(name, _)| *name != FUNCTION);
    assert!(values.all(|(_, value)| is_there(&format!("\"{value}\""))), "never so: {looked:?}");
}

#[test]
fn every_figure_that_rings_is_one_that_is_recorded() {
    let template = template();
    let (alarms, names) = (alarms(&template), names_in_code());
    let own: Vec<_> = alarms.iter().copied().map(of_alarm).collect();
    own.iter().for_each(|looked| check(looked, &names));
    let ours: BTreeSet<_> = own
        .iter()
        .filter(|looked| looked.namespace == NAMESPACE)
        .map(|looked| looked.name.as_str())
        .collect();
    for figure in
        ["refused", "lag_begin_s", "hook_status_change", "sweep_done", "sweep_written_off"]
    {
        assert!(ours.contains(figure), "nothing rings at {figure}: {ours:?}");
    }
}

#[test]
fn every_line_of_the_dashboard_is_one_that_is_recorded() {
    let (template, names) = (template(), names_in_code());
    let resources = template["Resources"].as_object().expect("resources");
    let widgets = dashboard(&template)["widgets"].as_array().expect("widgets").clone();
    let (rows, charts): (Vec<_>, Vec<_>) =
        widgets.iter().partition(|widget| widget["type"] == "text");
    let rows: Vec<_> = rows.iter().map(|row| text(&row["properties"]["markdown"])).collect();
    for row in ["## Door", "## Queue", "## Worker", "## Sweep", "## Site"] {
        assert!(rows.iter().any(|found| found == row), "{rows:?}");
    }
    let looked: Vec<_> = charts.into_iter().flat_map(of_widget).collect();
    looked.iter().for_each(|looked| check(looked, &names));
    let shown: BTreeSet<_> = looked.iter().map(|looked| looked.name.as_str()).collect();
    let deployed = FUNCTIONS.iter().filter(|(name, _)| resources.contains_key(*name));
    let code: String =
        deployed.flat_map(|(_, parts)| *parts).map(|part| texts_below(part)).collect();
    let recorded = |about: &&&About| records(&code, &names[about.name]);
    let hidden: Vec<_> =
        figures::ALL.iter().filter(recorded).filter(|about| !shown.contains(about.name)).collect();
    assert!(hidden.is_empty(), "recorded, and nobody sees it: {hidden:?}");
}

#[test]
fn no_two_charts_lie_on_one_another() {
    let mut taken = BTreeSet::new();
    for widget in dashboard(&template())["widgets"].as_array().expect("widgets") {
        let at = |name: &str| number(&widget[name]);
        assert!(at("x") + at("width") <= 24, "{widget}");
        for x in at("x")..at("x") + at("width") {
            for y in at("y")..at("y") + at("height") {
                assert!(taken.insert((x, y)), "{widget}");
            }
        }
    }
    assert!(taken.len() > 24 * 4 * 6, "a dashboard with nothing on it");
}

#[test]
fn an_alarm_tells_somebody_and_silence_rings_only_where_it_means_harm() {
    let template = template();
    for (name, alarm) in alarms(&template) {
        assert_eq!(alarm["AlarmActions"][1][0], "AlarmTopic", "{name} tells nobody");
        let description = text(&alarm["AlarmDescription"]);
        assert!(description.len() > 20, "{name}: {description}");
        let expect = if alarm["ComparisonOperator"] == "LessThanThreshold" {
            "breaching"
        } else {
            "notBreaching"
        };
        assert_eq!(alarm["TreatMissingData"], expect, "{name}");
        // AWS looks no further back than a day.
        let window = number(&alarm["Period"]) * number(&alarm["EvaluationPeriods"]);
        assert!(window <= 86_400, "{name}: {window} s");
    }
}

#[test]
fn the_first_fifth_of_the_failures_that_kill_a_hook_rings() {
    let refused = properties(&template(), "RefusedAlarm");
    assert_eq!((number(&refused["Period"]), number(&refused["Threshold"])), (86_400, 20));
    assert_eq!(properties(&template(), "ReceiverErrorsAlarm")["Threshold"], 0);
}

#[test]
fn a_function_that_comes_close_to_its_time_out_rings() {
    let template = template();
    for function in ["Worker", "Sweeper"] {
        let slow = properties(&template, &format!("{function}SlowAlarm"));
        assert_eq!(
            (&slow["MetricName"], &slow["Namespace"]),
            (&"Duration".into(), &"AWS/Lambda".into())
        );
        assert_eq!(slow["Dimensions"][0]["Value"], function);
        let timeout = number(&properties(&template, function)["Timeout"]) * 1000;
        assert_eq!(number(&slow["Threshold"]), timeout / 5 * 4, "{function}");
    }
}
