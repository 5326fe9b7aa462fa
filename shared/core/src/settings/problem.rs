//! What is wrong with the settings, all of it at once.

use std::fmt;

use super::{SETTINGS, Setting};

/// One setting that is missing or wrong. Never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The variable's name.
    pub setting: &'static str,
    /// What is wrong, e.g. `is not set`.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

impl Problem {
    /// A problem whose fix is the one that the list of settings gives.
    pub fn new(setting: &'static str, what: impl Into<String>) -> Self {
        let fix = Setting::named(setting).map_or("", |known| known.fix);
        Self { setting, what: what.into(), fix: fix.to_owned() }
    }

    /// A problem with a fix of its own.
    pub fn with_fix(
        setting: &'static str,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { setting, what: what.into(), fix: fix.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}; {}", self.setting, self.what, self.fix)
    }
}

/// All problems of one start, one a line when displayed. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `None` if there are none; else in the order of the list of settings.
    #[must_use]
    pub fn of(mut problems: Vec<Problem>) -> Option<Self> {
        let place =
            |problem: &Problem| SETTINGS.iter().position(|setting| setting.name == problem.setting);
        problems.sort_by_key(place);
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// For a value that is missing though no problem was noted: a fault of ours, told all the same.
    pub(super) fn unexplained() -> Self {
        Self(vec![Problem::with_fix("SGH_*", "cannot be read", "please report this")])
    }

    /// The problems, one by one.
    #[must_use]
    pub fn all(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("settings are missing or wrong:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}
