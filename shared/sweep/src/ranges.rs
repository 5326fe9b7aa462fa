//! Ranges of event log ids, and how people read them: `100-250, 300`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Ids from `first` to `last`, both of them in it. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IdRange {
    /// The lowest.
    pub first: u64,
    /// The highest.
    pub last: u64,
}

impl IdRange {
    /// The ids from one to another; `None` if there are none.
    #[must_use]
    pub fn new(first: u64, last: u64) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// One id.
    #[must_use]
    pub fn one(id: u64) -> Self {
        Self { first: id, last: id }
    }

    /// How many ids there are.
    #[must_use]
    pub fn count(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }

    /// Whether an id is one of them.
    #[must_use]
    pub fn contains(self, id: u64) -> bool {
        (self.first..=self.last).contains(&id)
    }

    /// What both have.
    pub(crate) fn meet(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// What is left of this on either side of a part of it.
    pub(crate) fn around(self, part: Self) -> [Option<Self>; 2] {
        let before = part.first.checked_sub(1).and_then(|last| Self::new(self.first, last));
        let after = part.last.checked_add(1).and_then(|first| Self::new(first, self.last));
        [before, after]
    }
}

impl fmt::Display for IdRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

/// Sorts ranges and joins those that touch.
#[must_use]
pub fn joined(mut ranges: Vec<IdRange>) -> Vec<IdRange> {
    ranges.sort_unstable();
    let mut joined: Vec<IdRange> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.first <= last.last.saturating_add(1) => {
                last.last = last.last.max(range.last);
            }
            Some(_) | None => joined.push(range),
        }
    }
    joined
}

/// Ranges as text, in as many lines as it takes for none to be longer than `size_max` bytes.
#[must_use]
pub fn lines(ranges: &[IdRange], size_max: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for range in ranges {
        let text = range.to_string();
        match lines.last_mut() {
            Some(line) if line.len() + 2 + text.len() <= size_max => {
                line.push_str(", ");
                line.push_str(&text);
            }
            Some(_) | None => lines.push(text),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: u64, last: u64) -> IdRange {
        IdRange::new(first, last).expect("a range")
    }

    #[test]
    fn ids_are_named_in_few_words() {
        let ranges = joined(vec![range(300, 300), range(100, 200), range(201, 250)]);
        assert_eq!(lines(&ranges, 100), ["100-250, 300"]);
        assert_eq!(lines(&ranges, 8), ["100-250", "300"]);
        assert_eq!(lines(&[], 100), [""; 0]);
        assert_eq!(joined(vec![range(1, 9), range(2, 3), range(5, 12)]), [range(1, 12)]);
    }

    #[test]
    fn a_part_leaves_what_is_around_it() {
        assert_eq!(range(1, 9).around(range(4, 5)), [Some(range(1, 3)), Some(range(6, 9))]);
        assert_eq!(range(1, 9).around(range(1, 9)), [None, None]);
        assert_eq!(range(0, u64::MAX).around(IdRange::one(0))[1], Some(range(1, u64::MAX)));
        assert_eq!(range(0, u64::MAX).around(IdRange::one(u64::MAX))[1], None);
        assert_eq!(range(1, 5).meet(range(5, 9)), Some(IdRange::one(5)));
        assert_eq!(range(1, 5).meet(range(6, 9)), None);
        assert_eq!(range(0, u64::MAX).count(), u64::MAX);
        assert_eq!(IdRange::new(2, 1), None);
    }
}
