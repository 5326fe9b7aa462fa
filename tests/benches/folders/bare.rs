//! The bare calls that make a tree: what nothing can be faster than.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// The mode that our directories have if sgh.yaml does not say otherwise.
const MODE: u32 = 0o2775;

/// One `mkdir` for each; the mode is what the umask leaves.
pub fn mkdir(home: &Path, tree: &[String]) -> Duration {
    let root = home.join("projects");
    fs::create_dir(&root).unwrap();
    let start = Instant::now();
    for path in tree {
        fs::create_dir(root.join(path)).unwrap();
    }
    start.elapsed()
}

/// The same tree with the same modes: `mkdir` and `chmod` for each.
pub fn with_mode(home: &Path, tree: &[String]) -> Duration {
    let root = home.join("projects");
    fs::create_dir(&root).unwrap();
    let start = Instant::now();
    for path in tree {
        let path = root.join(path);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(MODE)).unwrap();
    }
    let took = start.elapsed();
    assert_same(&root, tree);
    took
}

/// A figure counts only if the tree is there, first to last, with its mode.
pub fn assert_same(root: &Path, tree: &[String]) {
    let step = (tree.len() / 1000).max(1);
    for path in tree.iter().step_by(step).chain(tree.last()) {
        let found = fs::metadata(root.join(path)).unwrap();
        assert!(found.is_dir() && found.permissions().mode() & 0o7777 == MODE, "{path}");
    }
}
