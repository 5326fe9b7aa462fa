//! What one figure is: its name, what its value means, and what it is told apart by. The figures
//! themselves are in `figures`.

use crate::emit;

/// What the values of a figure make together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A sum: each value is added.
    Count,
    /// A distribution: each value is one of many, and how many were below what is asked for.
    Times,
    /// A level: each value takes the place of the one before.
    Level,
}

/// What a figure is counted in; the end of its name says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Pieces.
    Count,
    /// `_ms`.
    Milliseconds,
    /// `_s`.
    Seconds,
}

impl Unit {
    /// The word that CloudWatch has for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
            Self::Seconds => "Seconds",
        }
    }
}

/// A figure, whatever it is told apart by.
#[derive(Debug, PartialEq, Eq)]
pub struct About {
    /// Its name in CloudWatch and in the README.
    pub name: &'static str,
    /// What its values make together.
    pub kind: Kind,
    /// What it is told apart by. Values are few, and ours or those of sgh.yaml: never an id, never
    /// what a delivery or the site says in its own words.
    pub dimensions: &'static [&'static str],
    /// One sentence for people.
    pub meaning: &'static str,
}

impl About {
    /// What it is counted in.
    #[must_use]
    pub fn unit(&self) -> Unit {
        match self.stem() {
            (_, "_ms") => Unit::Milliseconds,
            (_, "_s") => Unit::Seconds,
            (_, _) => Unit::Count,
        }
    }

    /// The name without its unit, and the unit's ending.
    pub(crate) fn stem(&self) -> (&'static str, &'static str) {
        let of = |ending| Some((self.name.strip_suffix(ending)?, ending));
        of("_ms").or_else(|| of("_s")).unwrap_or((self.name, ""))
    }
}

/// Records one value each of figures that nothing tells apart, as one line in Lambda: a line is a
/// write, and the door waits for it.
pub fn record_together<const M: usize>(values: [(&'static Figure<0>, f64); M]) {
    emit::record(&values.map(|(figure, value)| (&figure.0, value)), &[]);
}

/// A figure that is told apart by `N` dimensions.
#[derive(Debug)]
pub struct Figure<const N: usize>(pub(crate) About);

impl<const N: usize> Figure<N> {
    pub(crate) const fn new(
        name: &'static str,
        kind: Kind,
        dimensions: &'static [&'static str; N],
        meaning: &'static str,
    ) -> Self {
        Self(About { name, kind, dimensions, meaning })
    }

    /// Records a value, for these values of its dimensions, in their order. What is no number is
    /// not recorded.
    pub fn record(&'static self, value: f64, of: [&str; N]) {
        emit::record(&[(&self.0, value)], &of);
    }

    /// Takes a level back: it is not known any more.
    pub fn forget(&'static self, of: [&str; N]) {
        emit::forget(&self.0, &of);
    }
}
