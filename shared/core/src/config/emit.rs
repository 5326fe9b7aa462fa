//! `do: emit`: the event goes on an EventBridge bus, for code that is none of ours.
//!
//! Not here: what is put on the bus, and how. That is the engine's.

use super::low::{LowAutomation, OneOrMany};
use super::set::is_path;

/// The bus that every account has.
const DEFAULT_BUS: &str = "default";
/// Longest name or ARN of a bus. AWS.
const BUS_SIZE_MAX: usize = 1600;

/// An event to put on a bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emit {
    /// The bus, by name or ARN.
    pub bus: String,
    /// Fields of the changed entity that go with it; may be dotted through links.
    pub fields: Vec<String>,
}

pub(super) fn of(low: &LowAutomation) -> Result<Emit, Vec<String>> {
    let mut problems = Vec::new();
    let bus = low.bus.clone().unwrap_or_else(|| DEFAULT_BUS.to_owned());
    if !is_bus(&bus) {
        problems.push(format!(
            "`bus: {bus}` is no bus: write its name, e.g. `bus: studio`, or its ARN"
        ));
    }
    let fields = fields(low.fields.as_ref(), &mut problems);
    if problems.is_empty() { Ok(Emit { bus, fields }) } else { Err(problems) }
}

/// The name of a bus, `aws.partner/...` among them, or its ARN.
fn is_bus(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    let is_arn = text.starts_with("arn:") && text.contains(":event-bus/");
    (1..=BUS_SIZE_MAX).contains(&text.len())
        && text.chars().all(known)
        && (is_arn || !text.contains(':'))
}

/// `fields:` of `emit` and `run`, in the order of the file and each once.
pub(super) fn fields(low: Option<&OneOrMany<String>>, problems: &mut Vec<String>) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for field in low.map(|low| low.0.as_slice()).unwrap_or_default() {
        if !is_path(field) {
            problems.push(format!(
                "`fields: {field}`: write a field, or one that links lead to, e.g. \
                 `sg_sequence.Sequence.code`"
            ));
        }
        if !fields.contains(field) {
            fields.push(field.clone());
        }
    }
    fields
}
