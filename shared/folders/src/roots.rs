//! Storage roots: under which path each storage is mounted here. Not here: opening one (`make`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Storage name -> where it is mounted, and which of them a project without a root name is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    paths: BTreeMap<String, PathBuf>,
    default: Option<String>,
}

impl Roots {
    /// Roots by storage name. The default is the only one, or the one named `primary`.
    #[must_use]
    pub fn new(paths: BTreeMap<String, PathBuf>) -> Self {
        let default = default_of(paths.keys().map(String::as_str)).map(str::to_owned);
        Self { paths, default }
    }

    /// The same with another default. A name that is not among them leaves no default.
    #[must_use]
    pub fn with_default(mut self, name: &str) -> Self {
        self.default = self.paths.contains_key(name).then(|| name.to_owned());
        self
    }

    /// Where a storage is mounted.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.paths.get(name).map(PathBuf::as_path)
    }

    /// The default root's name.
    #[must_use]
    pub fn default_name(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.paths.keys().map(String::as_str)
    }
}

/// The default where none says so: the only one, else `primary`.
pub(crate) fn default_of<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [only] => Some(only),
        several => several.iter().copied().find(|name| *name == "primary"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default(names: &[&str]) -> Option<String> {
        let paths = names.iter().map(|name| ((*name).to_owned(), PathBuf::from("/r"))).collect();
        Roots::new(paths).default_name().map(str::to_owned)
    }

    #[test]
    fn the_only_root_or_primary_is_the_default() {
        assert_eq!(default(&["work"]).as_deref(), Some("work"));
        assert_eq!(default(&["work", "primary"]).as_deref(), Some("primary"));
        assert_eq!(default(&["work", "cache"]), None);
        assert_eq!(default(&[]), None);
    }
}
