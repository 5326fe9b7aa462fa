//! How many requests were sent, by verb: the figure that says whether work grows with events.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Getting a token.
    Token,
    /// One page of a search.
    Search,
    /// Writing one record.
    Update,
    /// Making one record.
    Create,
    /// Writing several.
    Batch,
    /// Putting an acknowledgement.
    Acknowledge,
    /// Anything else: what the site says of itself, of its hooks, of a field.
    Describe,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 7] = [
        Self::Token,
        Self::Search,
        Self::Update,
        Self::Create,
        Self::Batch,
        Self::Acknowledge,
        Self::Describe,
    ];

    /// The verb as a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Search => "search",
            Self::Update => "update",
            Self::Create => "create",
            Self::Batch => "batch",
            Self::Acknowledge => "acknowledge",
            Self::Describe => "describe",
        }
    }
}

/// Requests sent, by verb. Displays as `token 1, search 3`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls([u64; Verb::ALL.len()]);

impl Calls {
    /// The requests of one verb.
    #[must_use]
    pub fn of(&self, verb: Verb) -> u64 {
        self.0[verb as usize]
    }

    /// All requests.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = Verb::ALL.into_iter().filter(|verb| self.of(*verb) > 0);
        let words: Vec<_> = sent.map(|verb| format!("{} {}", verb.word(), self.of(verb))).collect();
        f.write_str(if words.is_empty() { "none" } else { "" })?;
        f.write_str(&words.join(", "))
    }
}

/// Counts while many send at once.
#[derive(Default)]
pub(super) struct Counters([AtomicU64; Verb::ALL.len()]);

impl Counters {
    pub(super) fn count(&self, verb: Verb) {
        self.0[verb as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Calls {
        Calls(std::array::from_fn(|place| self.0[place].load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_verb() {
        let counters = Counters::default();
        assert_eq!(counters.read().to_string(), "none");
        for verb in Verb::ALL {
            counters.count(verb);
        }
        counters.count(Verb::Search);
        let calls = counters.read();
        assert_eq!((calls.of(Verb::Search), calls.of(Verb::Token), calls.total()), (2, 1, 8));
        assert!(calls.to_string().starts_with("token 1, search 2, update 1"), "{calls}");
    }
}
