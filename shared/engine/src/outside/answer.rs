//! From what a bus or a program said to an outcome. Pure: a table of cases.
//!
//! A program's exit code counts first: 0 lets its answer decide, 75 (`EX_TEMPFAIL` of sysexits.h)
//! asks for another try, all else is a failure. Its answer is a JSON object on stdout, whole or in
//! the first line, or else the first line as plain text, which means done.

use serde_json::{Map, Value};
use sgh_core::config::Run;
use sgh_core::outcome::Outcome;

use super::ports::{ANSWER_SIZE_MAX, BusError, Ended, Ran};
use super::retry;

mod clean;

use clean::{first_line, last_lines, line};

/// The exit code that asks for another try: `EX_TEMPFAIL`.
const TRY_AGAIN: i32 = 75;

/// What putting an event on a bus came to.
pub(super) fn of_bus(bus: &str, put: Result<String, BusError>) -> Outcome {
    match put {
        Ok(id) => Outcome::Done(format!("on bus `{bus}` as {id}")),
        Err(BusError::Passing(why)) => retry(why),
        Err(BusError::Refused(why)) => Outcome::Failed(why),
    }
}

/// What running a program came to.
pub(super) fn of_program(run: &Run, ran: &Ran) -> Outcome {
    let name = run.name();
    match &ran.ended {
        Ended::Exit(0) => answered(&name, ran),
        Ended::Exit(TRY_AGAIN) => retry(why(ran, &format!("{name} asks for another try"))),
        Ended::Exit(code) => Outcome::Failed(why(ran, &format!("{name} ended with exit {code}"))),
        Ended::Signal(signal) => {
            Outcome::Failed(why(ran, &format!("{name} was ended by signal {signal}")))
        }
        Ended::TimedOut => {
            let seconds = run.timeout.as_secs_f64();
            retry(why(ran, &format!("{name} was ended after its time-out of {seconds} s")))
        }
        Ended::Stopped => retry(format!("{name} was not run to its end: sgh stops")),
        Ended::NotStarted(why) => Outcome::Failed(why.clone()),
        Ended::NotNow(why) => retry(why.clone()),
    }
}

/// How a program ended, and what it said of that itself: its answer if it gave one, or the last
/// lines of its stderr.
fn why(ran: &Ran, how: &str) -> String {
    let told = match answer(ran) {
        Answer::Object(object) => object.get("text").and_then(Value::as_str).map(line),
        Answer::Text(text) => Some(text),
        Answer::Broken(_) => None,
    };
    let told = told.filter(|text| !text.is_empty()).unwrap_or_else(|| last_lines(&ran.stderr));
    if told.is_empty() { how.to_owned() } else { format!("{how}: {told}") }
}

/// What a program said that ended well.
fn answered(name: &str, ran: &Ran) -> Outcome {
    let object = match answer(ran) {
        Answer::Object(object) => object,
        Answer::Text(text) if text.is_empty() => return Outcome::Done(format!("{name} ran")),
        Answer::Text(text) => return Outcome::Done(text),
        Answer::Broken(why) => {
            return Outcome::Failed(format!("{name} ran, but its answer {why}"));
        }
    };
    let text = object.get("text").and_then(Value::as_str).map(line).unwrap_or_default();
    let text = if text.is_empty() { format!("{name} ran") } else { text };
    match object.get("outcome") {
        None => Outcome::Done(text),
        Some(Value::String(word)) if word == "done" => Outcome::Done(text),
        Some(Value::String(word)) if word == "skipped" => Outcome::Skipped(text),
        Some(Value::String(word)) if word == "failed" => Outcome::Failed(text),
        Some(Value::String(word)) if word == "retry" => retry(text),
        Some(other) => Outcome::Failed(format!(
            "{name} ran, but its answer has the outcome {}; known: done, skipped, failed, retry",
            line(&other.to_string())
        )),
    }
}

enum Answer {
    Object(Map<String, Value>),
    /// The first line.
    Text(String),
    /// It begins as an object and is none.
    Broken(String),
}

fn answer(ran: &Ran) -> Answer {
    let text = String::from_utf8_lossy(&ran.stdout);
    let text = text.trim();
    let first = text.lines().next().unwrap_or_default();
    if !first.starts_with('{') {
        return Answer::Text(first_line(&ran.stdout));
    }
    let read = [text, first].into_iter().map(serde_json::from_str::<Map<String, Value>>);
    match read.reduce(Result::or) {
        Some(Ok(object)) => Answer::Object(object),
        Some(Err(_)) | None if ran.is_cut => {
            Answer::Broken(format!("is longer than {ANSWER_SIZE_MAX} bytes"))
        }
        Some(Err(error)) => Answer::Broken(format!("is no JSON: {error}")),
        None => Answer::Broken("is no JSON".to_owned()),
    }
}

#[cfg(test)]
mod tests;
