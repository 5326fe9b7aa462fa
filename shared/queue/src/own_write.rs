//! Writes of our own, remembered so that the events they cause are known again.
//!
//! Such an event is worked like any other, for chains are wanted; but it says how many of our
//! writes led to it, so that a ring ends. Not here: what is done about a ring.

use serde_json::Value;
use sgh_core::ids::EntityRef;
use sgh_core::limits::CHAIN_DEPTH_MAX;

/// Bytes of a value that are remembered. Ours: codes, links and numbers are shorter.
const VALUE_SIZE_MAX: usize = 128;
/// Bytes of an automation's name that are remembered. Ours.
const NAME_SIZE_MAX: usize = 64;

/// A write of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWrite {
    /// The entity written.
    pub entity: EntityRef,
    /// The field written.
    pub field: String,
    /// What was written.
    pub value: ValueMark,
    /// What led to it, this write included.
    pub chain: Chain,
}

/// Our writes that led to an event, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// How many there were; 0 for what a person, or another tool, did.
    pub depth: u8,
    /// The automations that made them, the first one first. At most as many as a chain may have.
    pub automations: Vec<String>,
}

impl Chain {
    /// The chain with one more write, by this automation.
    #[must_use]
    pub fn then(&self, automation: &str) -> Self {
        let mut automations = self.automations.clone();
        automations.push(cut(automation, NAME_SIZE_MAX).to_owned());
        let over = automations.len().saturating_sub(usize::from(CHAIN_DEPTH_MAX));
        automations.drain(..over);
        Self { depth: self.depth.saturating_add(1), automations }
    }
}

/// What is remembered of a value, so that a write and its event can be compared: a link by what it
/// points to, a number by its size, and of a long text its beginning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueMark(String);

impl ValueMark {
    /// Stands for whatever value: of a text, a date or a list of links an event does not say what a
    /// write said, so only the field can be compared.
    #[must_use]
    pub fn any() -> Self {
        Self(String::new())
    }

    /// The mark of a value.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let text = match (EntityRef::from_json(value), value.as_f64()) {
            (Some(link), _) => link.to_string(),
            (None, Some(number)) => number.to_string(),
            (None, None) => value.to_string(),
        };
        Self(cut(&text, VALUE_SIZE_MAX).to_owned())
    }

    /// As it is stored. Empty for whatever value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn cut(text: &str, size: usize) -> &str {
    &text[..text.floor_char_boundary(size)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_that_mean_the_same_have_one_mark() {
        let link = |name: &str| json!({"type": "Task", "id": 7, "name": name});
        let same = [(link("a"), link("b")), (json!(1), json!(1.0)), (json!("fin"), json!("fin"))];
        for (a, b) in same {
            assert_eq!(ValueMark::of(&a), ValueMark::of(&b), "{a} {b}");
        }
        let others = [json!(null), json!(true), json!(1), json!("1"), json!("true"), link("a")];
        for (place, a) in others.iter().enumerate() {
            assert_ne!(ValueMark::of(a), ValueMark::any());
            for b in &others[place + 1..] {
                assert_ne!(ValueMark::of(a), ValueMark::of(b), "{a} {b}");
            }
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let long = "\u{c0f7}".repeat(1000);
        assert!(ValueMark::of(&json!(long)).as_str().len() <= VALUE_SIZE_MAX);
        let mut chain = Chain::default();
        for _ in 0..20 {
            chain = chain.then(&long);
        }
        assert_eq!(chain.depth, 20);
        assert_eq!(chain.automations.len(), usize::from(CHAIN_DEPTH_MAX));
        assert!(chain.automations.iter().all(|name| name.len() <= NAME_SIZE_MAX));
    }
}
