//! A value that the site refused, explained: the codes that the field does take in that project.
//!
//! It is asked only once a write has failed, and once for each field in a batch. What comes back
//! changes no ending: a refused value stays failed, whether or not the site answers here.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use sgh_core::ids::EntityRef;
use tokio::sync::Mutex;

use crate::group::Shared;

/// Fields that one batch asks about. Ours: a batch that is wrong in more is wrong in one way.
const ASKED_MAX: usize = 8;
/// Codes named in one text. Ours: more are not read.
const NAMED_MAX: usize = 40;

/// Entity type, field, project.
type Field = (String, String, Option<u64>);

/// What the fields that were asked about take; nothing where the site did not say.
#[derive(Default)]
pub(crate) struct Takes(Mutex<BTreeMap<Field, Vec<String>>>);

impl Takes {
    /// The codes that a field takes, asked for at most once.
    async fn of(&self, shared: &Shared<'_>, field: Field) -> Vec<String> {
        // Held while the site is asked, so that another group waits for the same answer.
        let mut asked = self.0.lock().await;
        if let Some(known) = asked.get(&field) {
            return known.clone();
        }
        let left = shared.work_until.duration_since(shared.engine.clock.now());
        let left = Duration::try_from(left).unwrap_or_default();
        if asked.len() >= ASKED_MAX || left.is_zero() {
            return Vec::new();
        }
        let answer = shared.engine.rules.site.valid_values(&field.0, &field.1, field.2);
        let codes = tokio::time::timeout(left, answer).await;
        let codes = codes.ok().and_then(Result::ok).unwrap_or_default();
        asked.insert(field, codes.clone());
        codes
    }
}

/// Puts the codes that would do into the words of a refusal, where it was the code.
pub(crate) async fn explain(
    shared: &Shared<'_>,
    (entity, project): (&EntityRef, Option<u64>),
    (field, value): (&str, &Value),
    why: &mut String,
) {
    let Some(code) = value.as_str() else { return };
    let asked = (entity.kind.clone(), field.to_owned(), project);
    let codes = shared.takes.of(shared, asked).await;
    if codes.is_empty() || codes.iter().any(|known| known == code) {
        return;
    }
    let place = project.map_or(String::new(), |id| format!(" in project {id}"));
    let named = codes[..codes.len().min(NAMED_MAX)].join(", ");
    let more = match codes.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let ours = format!("`{field}` of {} takes{place}: {named}{more}", entity.kind);
    // Where the site's own words are about the code they hold such a list too, and a longer one.
    *why = if is_about(why, code) {
        format!("the site refused `{code}`; {ours}")
    } else {
        format!("{why}; {ours}")
    };
}

fn is_about(text: &str, code: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word == code)
}
