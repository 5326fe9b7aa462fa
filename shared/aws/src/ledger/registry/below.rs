//! What lies below an entity's own folders. Pure.

use std::collections::{BTreeMap, BTreeSet};

use sgh_core::folder::{FolderPath, RegisteredFolder};

/// Own folders, by storage.
pub(super) struct Below<'f>(BTreeMap<&'f str, BTreeSet<&'f str>>);

/// Where in a storage to look for what lies below: paths from `first` to `last`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Range<'f> {
    pub(super) root: &'f str,
    pub(super) first: String,
    pub(super) last: String,
}

impl<'f> Below<'f> {
    /// Below those of them that are their entity's own.
    pub(super) fn of(folders: &'f [RegisteredFolder]) -> Self {
        let mut own: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for RegisteredFolder { at, .. } in folders.iter().filter(|folder| folder.is_primary) {
            own.entry(&at.root).or_default().insert(&at.path);
        }
        Self(own)
    }

    /// One for each storage, however many folders there are in it: each is a look through the
    /// whole table. It may hold more than what lies below.
    pub(super) fn ranges(&self) -> Vec<Range<'f>> {
        let range = |(root, own): (&&'f str, &BTreeSet<&str>)| {
            let first = own.iter().map(|path| format!("{path}/")).min()?;
            // `0` is what comes next after `/`.
            let last = own.iter().map(|path| format!("{path}0")).max()?;
            Some(Range { root, first, last })
        };
        self.0.iter().filter_map(range).collect()
    }

    /// Whether a folder lies below one of them. None lies below itself.
    pub(super) fn holds(&self, at: &FolderPath) -> bool {
        let mut above = at.path.match_indices('/').map(|(end, _)| &at.path[..end]);
        self.0.get(at.root.as_str()).is_some_and(|own| above.any(|path| own.contains(path)))
    }
}
