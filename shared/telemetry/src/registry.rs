//! Figures in memory, for a process whose log nobody gathers figures from.
//!
//! Two maps' worth of work, so it is our own: the door records figures too, and a library for
//! this would be linked into the receiver, which has no use for it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::emf::DIMENSION_MAX;
use crate::figure::{About, Kind, Unit};

/// Series in memory. Ours: a guard against a dimension that was not meant to be one.
const SERIES_MAX: usize = 2_000;
/// Bounds of times of milliseconds, in milliseconds. Ours; the site calls 500 ms slow.
const MILLISECONDS: &[f64] =
    &[1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 10_000.0];
/// Bounds of times of seconds. Ours: from as fast as a webhook can be to a day's outage.
const SECONDS: &[f64] =
    &[1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0];

static FIGURES: Mutex<Registry> = Mutex::new(Registry::new());

/// What was recorded of one series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A sum, or a level.
    Number(f64),
    /// A distribution.
    Times(Times),
}

/// How many values were at most how large.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Times {
    /// By bound, each value counted once, at the first bound that holds it.
    pub within: Vec<u64>,
    pub sum: f64,
    pub count: u64,
}

/// The bounds of a distribution, in its own unit.
pub(crate) fn bounds(about: &About) -> &'static [f64] {
    match about.unit() {
        Unit::Seconds => SECONDS,
        Unit::Milliseconds | Unit::Count => MILLISECONDS,
    }
}

/// A figure's name and the values of its dimensions.
type Series = (&'static str, Vec<String>);

#[derive(Debug, Default, Clone)]
pub(crate) struct Registry {
    series: BTreeMap<Series, Value>,
    is_full: bool,
}

impl Registry {
    pub(crate) const fn new() -> Self {
        Self { series: BTreeMap::new(), is_full: false }
    }

    pub(crate) fn record(&mut self, about: &'static About, value: f64, of: &[&str]) {
        let series = series(about, of);
        if self.series.len() >= SERIES_MAX && !self.series.contains_key(&series) {
            if !self.is_full {
                tracing::warn!(
                    figure = about.name,
                    "more than {SERIES_MAX} series of figures; new ones are not kept"
                );
            }
            self.is_full = true;
            return;
        }
        match self.series.entry(series).or_insert_with(|| nothing(about)) {
            Value::Number(number) => match about.kind {
                Kind::Level => *number = value,
                Kind::Count | Kind::Times => *number += value,
            },
            Value::Times(times) => {
                let bound = bounds(about).iter().position(|bound| value <= *bound);
                if let Some(within) = bound.and_then(|bound| times.within.get_mut(bound)) {
                    *within += 1;
                }
                times.sum += value;
                times.count += 1;
            }
        }
    }

    pub(crate) fn forget(&mut self, about: &'static About, of: &[&str]) {
        self.series.remove(&series(about, of));
    }

    /// The series of a figure, with the values of their dimensions. What is told apart by nothing
    /// is there from the start, so that the first value is seen as a change.
    pub(crate) fn of(&self, about: &'static About) -> Vec<(Vec<String>, Value)> {
        let own = self.series.iter().filter(|((name, _), _)| *name == about.name);
        let mut found: Vec<_> = own.map(|((_, of), value)| (of.clone(), value.clone())).collect();
        if found.is_empty() && about.dimensions.is_empty() && about.kind != Kind::Level {
            found.push((Vec::new(), nothing(about)));
        }
        found
    }
}

fn nothing(about: &About) -> Value {
    match about.kind {
        Kind::Count | Kind::Level => Value::Number(0.0),
        Kind::Times => {
            Value::Times(Times { within: vec![0; bounds(about).len()], ..Times::default() })
        }
    }
}

fn series(about: &'static About, of: &[&str]) -> Series {
    let bounded = |value: &&str| value.chars().take(DIMENSION_MAX).collect();
    (about.name, of.iter().map(bounded).collect())
}

pub(crate) fn record(about: &'static About, value: f64, of: &[&str]) {
    // A panic elsewhere leaves whole numbers behind.
    FIGURES.lock().unwrap_or_else(PoisonError::into_inner).record(about, value, of);
}

pub(crate) fn forget(about: &'static About, of: &[&str]) {
    FIGURES.lock().unwrap_or_else(PoisonError::into_inner).forget(about, of);
}

/// All that was recorded so far.
pub(crate) fn now() -> Registry {
    FIGURES.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures;

    fn number(registry: &Registry, about: &'static About) -> Vec<(Vec<String>, f64)> {
        let number = |value| match value {
            Value::Number(number) => number,
            Value::Times(times) => times.sum,
        };
        registry.of(about).into_iter().map(|(of, value)| (of, number(value))).collect()
    }

    #[test]
    fn figures_add_up_by_name_and_dimensions() {
        let mut registry = Registry::new();
        registry.record(&figures::KEPT.0, 1.0, &[]);
        registry.record(&figures::KEPT.0, 2.0, &[]);
        for reason in ["size", "method", "size"] {
            registry.record(&figures::REFUSED.0, 1.0, &[reason]);
        }
        assert_eq!(number(&registry, &figures::KEPT.0), [(vec![], 3.0)]);
        let expect = [(vec!["method".to_owned()], 1.0), (vec!["size".to_owned()], 2.0)];
        assert_eq!(number(&registry, &figures::REFUSED.0), expect);
    }

    #[test]
    fn a_level_is_the_last_value_and_can_be_taken_back() {
        let mut registry = Registry::new();
        assert_eq!(number(&registry, &figures::QUEUE_OUT.0), []);
        registry.record(&figures::QUEUE_OUT.0, 5.0, &[]);
        registry.record(&figures::QUEUE_OUT.0, 2.0, &[]);
        assert_eq!(number(&registry, &figures::QUEUE_OUT.0), [(vec![], 2.0)]);
        registry.forget(&figures::QUEUE_OUT.0, &[]);
        assert_eq!(number(&registry, &figures::QUEUE_OUT.0), []);
    }

    #[test]
    fn memory_is_bounded_and_known_series_go_on() {
        let mut registry = Registry::new();
        for number in 0..=SERIES_MAX {
            registry.record(&figures::PARKED.0, 1.0, &[&number.to_string()]);
        }
        registry.record(&figures::PARKED.0, 1.0, &["0"]);
        let found = number(&registry, &figures::PARKED.0);
        assert_eq!(found.len(), SERIES_MAX);
        let sum: f64 = found.iter().map(|(_, value)| value).sum();
        assert_eq!(sum, SERIES_MAX as f64 + 1.0);
        registry.record(&figures::PARKED.0, 1.0, &[&"샷".repeat(1000)]);
    }
}
