use std::path::PathBuf;
use std::time::Duration;

use sgh_core::config::Program;

use super::*;

fn publish() -> Run {
    Run {
        program: Program::File(PathBuf::from("/studio/publish.py")),
        arguments: Vec::new(),
        folder: PathBuf::from("/studio"),
        fields: Vec::new(),
        timeout: Duration::from_secs(30),
        env: Vec::new(),
    }
}

fn ran(ended: Ended, stdout: &str, stderr: &str) -> Ran {
    Ran { ended, stdout: stdout.into(), is_cut: false, stderr: stderr.into() }
}

fn done(text: &str) -> Outcome {
    Outcome::Done(text.to_owned())
}

fn failed(text: &str) -> Outcome {
    Outcome::Failed(text.to_owned())
}

fn later(text: &str) -> Outcome {
    retry(text.to_owned())
}

#[test]
fn a_program_that_ends_well_is_believed() {
    let skipped = Outcome::Skipped("there already".to_owned());
    let cases = [
        ("", done("publish.py ran")),
        ("\n \n", done("publish.py ran")),
        ("3 plates published\nand more\n", done("3 plates published")),
        ("[1, 2]", done("[1, 2]")),
        (r#"{"outcome": "done", "text": "3 plates"}"#, done("3 plates")),
        (r#"{"text": "3 plates"}"#, done("3 plates")),
        (r#"{"outcome": "done"}"#, done("publish.py ran")),
        (r#"{"outcome": "done", "text": 7}"#, done("publish.py ran")),
        ("{\"outcome\": \"skipped\",\n \"text\": \"there already\"}\n", skipped.clone()),
        ("{\"outcome\": \"skipped\", \"text\": \"there already\"}\nbye\n", skipped),
        (r#"{"outcome": "failed", "text": "no plates"}"#, failed("no plates")),
        (r#"{"outcome": "retry", "text": "farm is full"}"#, later("farm is full")),
    ];
    for (stdout, expect) in cases {
        let got = of_program(&publish(), &ran(Ended::Exit(0), stdout, "a warning"));
        assert_eq!(got, expect, "{stdout}");
    }
}

#[test]
fn an_answer_that_is_not_understood_is_not_taken_for_done() {
    let wrong = [
        (r#"{"outcome": "doen"}"#, "its answer has the outcome \"doen\"; known: done, skipped"),
        (r#"{"outcome": true}"#, "its answer has the outcome true; known"),
        (r#"{"outcome": "done""#, "its answer is no JSON: "),
        ("{outcome}", "its answer is no JSON: "),
    ];
    for (stdout, expect) in wrong {
        let got = of_program(&publish(), &ran(Ended::Exit(0), stdout, ""));
        let Outcome::Failed(why) = got else { panic!("{stdout}: {got:?}") };
        assert!(why.starts_with("publish.py ran, but "), "{why}");
        assert!(why.contains(expect), "{why}");
    }
    let long = Ran { is_cut: true, ..ran(Ended::Exit(0), "{\"text\": \"aaa", "") };
    let expect = "publish.py ran, but its answer is longer than 4096 bytes";
    assert_eq!(of_program(&publish(), &long), failed(expect));
}

#[test]
fn the_exit_code_counts_before_the_answer() {
    let well = r#"{"outcome": "done", "text": "as told"}"#;
    let trace = "Traceback (most recent call last):\n  File \"a.py\"\n\nKeyError: 'code'\n";
    let of_trace = "Traceback (most recent call last): | File \"a.py\" | KeyError: 'code'";
    let cases = [
        (
            Ended::Exit(75),
            "farm is full",
            "",
            later("publish.py asks for another try: farm is full"),
        ),
        (Ended::Exit(75), "", "", later("publish.py asks for another try")),
        (Ended::Exit(1), well, trace, failed("publish.py ended with exit 1: as told")),
        (Ended::Exit(1), "", trace, failed(&format!("publish.py ended with exit 1: {of_trace}"))),
        (Ended::Exit(2), "{", "usage", failed("publish.py ended with exit 2: usage")),
        (Ended::Signal(11), "", "", failed("publish.py was ended by signal 11")),
        (
            Ended::TimedOut,
            "",
            "waiting",
            later("publish.py was ended after its time-out of 30 s: waiting"),
        ),
        (Ended::Stopped, well, trace, later("publish.py was not run to its end: sgh stops")),
        (Ended::NotStarted("not there".into()), "", "", failed("not there")),
        (Ended::NotNow("no memory".into()), "", "", later("no memory")),
    ];
    for (ended, stdout, stderr, expect) in cases {
        assert_eq!(
            of_program(&publish(), &ran(ended.clone(), stdout, stderr)),
            expect,
            "{ended:?}"
        );
    }
}

#[test]
fn what_is_told_is_one_line_that_people_can_read() {
    let Outcome::Failed(why) =
        of_program(&publish(), &ran(Ended::Exit(1), "", "\u{1b}[31mno\u{1b}[0m\tplates\u{7}\r\n"))
    else {
        panic!("not failed")
    };
    assert_eq!(why, "publish.py ended with exit 1: no plates");
    let Outcome::Done(text) = of_program(&publish(), &ran(Ended::Exit(0), &"x".repeat(4000), ""))
    else {
        panic!("not done")
    };
    assert_eq!(text, format!("{}...", "x".repeat(500)));
    let end = format!("{}the end", "샷".repeat(1000));
    let Outcome::Failed(why) = of_program(&publish(), &ran(Ended::Exit(1), "", &end)) else {
        panic!("not failed")
    };
    assert!(why.ends_with("the end") && why.chars().count() < 600, "{why}");
}

#[test]
fn a_bus_that_may_work_later_is_tried_again() {
    let on = |put| of_bus("studio", put);
    assert_eq!(on(Ok("e1".into())), done("on bus `studio` as e1"));
    assert_eq!(on(Err(BusError::Passing("throttled".into()))), later("throttled"));
    assert_eq!(on(Err(BusError::Refused("no right".into()))), failed("no right"));
}
