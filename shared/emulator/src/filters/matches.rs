//! Whether a record fulfils a filter.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sgh_core::ids::EntityRef;

use super::compare::{compare, moment};
use super::relation::Test;
use super::{Condition, Filter};
use crate::store::Store;

impl Filter {
    /// Whether a record fulfils this, at this moment.
    pub(crate) fn matches(&self, store: &Store, of: &EntityRef, now: Timestamp) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.matches(store, of, now)),
            Self::Any(filters) => filters.iter().any(|filter| filter.matches(store, of, now)),
            Self::Condition(condition) => condition.matches(store, of, now),
        }
    }
}

impl Condition {
    fn matches(&self, store: &Store, of: &EntityRef, now: Timestamp) -> bool {
        let values = store.raw_values(of, &self.path);
        let holds = values.iter().any(|value| self.holds(store, value, now));
        holds != self.relation.negated
    }

    fn holds(&self, store: &Store, value: &Value, now: Timestamp) -> bool {
        let operand = self.values.first().unwrap_or(&Value::Null);
        let name = |of: &Value| -> String {
            let link = EntityRef::from_json(of);
            link.and_then(|link| store.display_name(&link)).unwrap_or_default()
        };
        match self.relation.test {
            Test::Is | Test::In => self.is_one_of(value),
            Test::LessThan => !value.is_null() && compare(value, operand) == Ordering::Less,
            Test::GreaterThan => !value.is_null() && compare(value, operand) == Ordering::Greater,
            Test::Between => {
                let end = self.values.get(1).unwrap_or(&Value::Null);
                !value.is_null()
                    && compare(value, operand) != Ordering::Less
                    && compare(value, end) != Ordering::Greater
            }
            Test::Contains => text_pair(value, operand, |text, part| text.contains(part)),
            Test::StartsWith => text_pair(value, operand, |text, part| text.starts_with(part)),
            Test::EndsWith => text_pair(value, operand, |text, part| text.ends_with(part)),
            Test::TypeIs => value.get("type").unwrap_or(&Value::Null) == operand,
            Test::NameIs => text_pair(&name(value).into(), operand, |text, part| text == part),
            Test::NameContains => {
                text_pair(&name(value).into(), operand, |text, part| text.contains(part))
            }
            Test::NameStartsWith => {
                text_pair(&name(value).into(), operand, |text, part| text.starts_with(part))
            }
            Test::NameEndsWith => {
                text_pair(&name(value).into(), operand, |text, part| text.ends_with(part))
            }
            Test::InLast => self.is_in_last(value, now),
        }
    }

    fn is_one_of(&self, value: &Value) -> bool {
        if self.is_link && !value.is_null() {
            return EntityRef::from_json(value).is_some_and(|link| self.links.contains(&link));
        }
        self.values.iter().any(|operand| compare(value, operand) == Ordering::Equal)
    }

    fn is_in_last(&self, value: &Value, now: Timestamp) -> bool {
        let count = self.values.first().and_then(Value::as_i64).unwrap_or(0);
        let hours = match self.values.get(1).and_then(Value::as_str) {
            Some("HOUR") => 1,
            Some("DAY") => 24,
            Some("WEEK") => 24 * 7,
            Some("MONTH") => 24 * 30,
            Some("YEAR") => 24 * 365,
            _ => 0,
        };
        let span = SignedDuration::from_hours(count.saturating_mul(hours).min(1_000_000));
        let at = value.as_str().and_then(moment);
        let since = now.checked_sub(span).unwrap_or(Timestamp::MIN);
        at.is_some_and(|at| at >= since && at <= now)
    }
}

/// Parts of text are looked for without regard to case.
fn text_pair(value: &Value, part: &Value, holds: impl Fn(&str, &str) -> bool) -> bool {
    match (value.as_str(), part.as_str()) {
        (Some(text), Some(part)) => holds(&text.to_lowercase(), &part.to_lowercase()),
        _ => false,
    }
}
