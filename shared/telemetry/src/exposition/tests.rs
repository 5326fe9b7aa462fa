use std::collections::BTreeMap;

use super::*;
use crate::figure::Figure;

/// A sample: its name, its labels, its value.
type Sample = (String, BTreeMap<String, String>, f64);

/// Reads the format as its specification has it, and nothing else: each family once, HELP and
/// TYPE before its samples, each sample of the family that is open.
fn parse(text: &str) -> Vec<Sample> {
    assert!(text.ends_with('\n'), "the last line has to end");
    let (mut samples, mut families, mut kind) = (Vec::new(), Vec::<String>::new(), "");
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("a help");
            assert!(!help.is_empty() && !families.contains(&name.to_owned()), "{line}");
            families.push(name.to_owned());
            kind = "";
        } else if let Some(declared) = line.strip_prefix("# TYPE ") {
            let (name, declared) = declared.split_once(' ').expect("a type");
            assert_eq!(Some(name), families.last().map(String::as_str));
            kind = declared;
        } else {
            let sample = sample(line);
            let family = families.last().expect("a family");
            let rest = sample.0.strip_prefix(family.as_str()).expect("a sample of its family");
            let expect: &[&str] = match kind {
                "histogram" => &["_bucket", "_sum", "_count"],
                "counter" | "gauge" => &[""],
                other => panic!("no type: {other}"),
            };
            assert!(expect.contains(&rest), "{line}");
            samples.push(sample);
        }
    }
    samples
}

fn sample(line: &str) -> Sample {
    let end = line.find(['{', ' ']).expect("a name");
    let name = &line[..end];
    let taken = |c: char| c.is_ascii_alphanumeric() || c == '_';
    assert!(name.chars().all(taken) && name.starts_with(|c: char| !c.is_ascii_digit()), "{line}");
    let (mut labels, mut rest) = (BTreeMap::new(), &line[end..]);
    if let Some(mut inner) = rest.strip_prefix('{') {
        loop {
            let (label, after) = inner.split_once("=\"").expect("a label");
            assert!(!label.is_empty() && label.chars().all(taken), "{line}");
            let (value, after) = quoted(after);
            assert!(labels.insert(label.to_owned(), value).is_none(), "{line}: twice");
            if let Some(end) = after.strip_prefix('}') {
                rest = end;
                break;
            }
            inner = after.strip_prefix(',').expect("another label");
        }
    }
    let value = rest.strip_prefix(' ').expect("a value").parse().expect("a number");
    (name.to_owned(), labels, value)
}

/// A value up to its closing quote, unescaped, and what is behind it.
fn quoted(text: &str) -> (String, &str) {
    let (mut value, mut chars) = (String::new(), text.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => match chars.next().expect("what is escaped").1 {
                'n' => value.push('\n'),
                escaped @ ('\\' | '"') => value.push(escaped),
                other => panic!("no escape: {other}"),
            },
            c => value.push(c),
        }
    }
    panic!("a value without an end: {text}")
}

fn recorded<const N: usize>(records: &[(&'static Figure<N>, f64, [&str; N])]) -> Vec<Sample> {
    let mut registry = Registry::new();
    for (figure, value, of) in records {
        registry.record(&figure.0, *value, of);
    }
    parse(&text(&registry))
}

fn value(samples: &[Sample], name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let labels: BTreeMap<_, _> = labels.iter().map(owned).collect();
    let mut found = samples.iter().filter(|sample| sample.0 == name && sample.1 == labels);
    let value = found.next().map(|sample| sample.2);
    assert!(found.next().is_none(), "{name} is there twice");
    value
}

#[test]
fn what_was_recorded_is_read_back() {
    let samples = recorded(&[(&figures::KEPT, 3.0, []), (&figures::KEPT, 2.0, [])]);
    assert_eq!(value(&samples, "sgh_kept_total", &[]), Some(5.0));
    let samples = recorded(&[(&figures::OUTCOME, 1.0, ["make-folders", "done"])]);
    let labels = [("automation", "make-folders"), ("ending", "done")];
    assert_eq!(value(&samples, "sgh_outcome_total", &labels), Some(1.0));
    let samples = recorded(&[(&figures::SWEEP_BEHIND, 90.0, [])]);
    assert_eq!(value(&samples, "sgh_sweep_behind_seconds", &[]), Some(90.0));
}

#[test]
fn what_is_told_apart_by_nothing_is_there_from_the_start() {
    let samples = recorded::<0>(&[]);
    assert_eq!(value(&samples, "sgh_received_total", &[]), Some(0.0));
    assert_eq!(value(&samples, "sgh_kept_seconds_count", &[]), Some(0.0));
    assert_eq!(value(&samples, "sgh_queue_out", &[]), None, "a level is not known yet");
    assert!(samples.iter().all(|sample| sample.0 != "sgh_refused_total"));
}

#[test]
fn a_label_may_hold_anything_and_stays_one_value() {
    let hostile = "a \"b\"} 1\n# TYPE sgh_forged counter\nc\\n\\ 샷,x=\"";
    let samples = recorded(&[(&figures::REFUSED, 1.0, [hostile])]);
    assert_eq!(value(&samples, "sgh_refused_total", &[("reason", hostile)]), Some(1.0));
    assert!(samples.iter().all(|sample| sample.0.starts_with("sgh_") && sample.0 != "sgh_forged"));
}

#[test]
fn times_are_seconds_and_a_bucket_holds_all_that_was_faster() {
    let of = ["search"];
    let site = &figures::SITE_REQUEST;
    let samples =
        recorded(&[(site, 5.0, of), (site, 5.1, of), (site, 400.0, of), (site, 60_000.0, of)]);
    let within = |le| {
        let labels = [("call", "search"), ("le", le)];
        value(&samples, "sgh_site_request_seconds_bucket", &labels)
    };
    let expect = [("0.0025", 0.0), ("0.005", 1.0), ("0.01", 2.0), ("0.25", 2.0), ("0.5", 3.0)];
    for (le, count) in expect.into_iter().chain([("10", 3.0), ("+Inf", 4.0)]) {
        assert_eq!(within(le), Some(count), "{le}");
    }
    let labels = [("call", "search")];
    assert_eq!(value(&samples, "sgh_site_request_seconds_count", &labels), Some(4.0));
    let sum = value(&samples, "sgh_site_request_seconds_sum", &labels).expect("a sum");
    assert!((sum - 60.4101).abs() < 1e-9, "{sum}");
}

#[test]
fn every_figure_is_a_family_of_its_own() {
    let text = text(&Registry::new());
    let families: std::collections::BTreeSet<_> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    assert_eq!(families.len(), figures::ALL.len());
}

#[test]
fn what_this_process_recorded_is_exposed_and_what_is_no_number_is_not() {
    figures::UNREADABLE.record(2.0, []);
    figures::UNREADABLE.record(f64::NAN, []);
    figures::UNREADABLE.record(f64::INFINITY, []);
    assert_eq!(value(&parse(&exposition()), "sgh_unreadable_total", &[]), Some(2.0));
}
