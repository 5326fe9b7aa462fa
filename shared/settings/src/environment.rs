//! The environment of the process, read once.

use std::collections::BTreeMap;

use sgh_core::settings::Lookup;

/// The name of the function we run as, set by Lambda.
const LAMBDA_FUNCTION: &str = "AWS_LAMBDA_FUNCTION_NAME";

/// Variables and their values. It has no `Debug`, for some values are secrets.
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process. What is not UTF-8 counts as not set.
    #[must_use]
    pub fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(text).collect())
    }

    /// These variables and no others: for tests, and for what a command line sets.
    #[must_use]
    pub fn of(variables: BTreeMap<String, String>) -> Self {
        Self(variables)
    }

    /// The same with one variable set, e.g. by an option of the command line.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The Lambda function that we run as; `None` outside of Lambda.
    #[must_use]
    pub fn lambda_function(&self) -> Option<String> {
        self.text(LAMBDA_FUNCTION).filter(|name| !name.is_empty())
    }
}

impl Lookup for Environment {
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}
