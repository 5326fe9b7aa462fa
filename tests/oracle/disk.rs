//! The disk of a case: paths with `${root}` in them, copying a schema, listing what is there.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A text with `${root}` replaced.
pub fn with_roots(text: &str, roots: &BTreeMap<String, PathBuf>) -> String {
    roots.iter().fold(text.to_owned(), |text, (name, path)| {
        text.replace(&format!("${{{name}}}"), path.to_str().expect("text"))
    })
}

pub fn real(path: &str, roots: &BTreeMap<String, PathBuf>) -> PathBuf {
    PathBuf::from(with_roots(path, roots))
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in from.read_dir().expect("a schema") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::write(target, fs::read(entry.path()).expect("a file")).expect("a copy");
        }
    }
}

/// Makes a folder and what leads to it, with the modes of the recording.
pub fn folder(path: &Path) {
    if path.is_dir() {
        return;
    }
    folder(path.parent().expect("a folder"));
    fs::create_dir(path).expect("a folder");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// Writes a file and what leads to it, with the modes of the recording.
pub fn write(path: &Path, text: &str) {
    folder(path.parent().expect("a folder"));
    let is_new = !path.exists();
    fs::write(path, text).expect("a file");
    if is_new {
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("a mode");
    }
}

pub fn remove(path: &Path) {
    let kind = path.symlink_metadata().expect("something").file_type();
    if kind.is_dir() {
        fs::remove_dir_all(path).expect("removed");
    } else {
        fs::remove_file(path).expect("removed");
    }
}

/// Everything below the roots, as the cases list it.
pub fn tree(roots: &BTreeMap<String, PathBuf>) -> Vec<Value> {
    let mut lines = Vec::new();
    let is_inside_another =
        |path: &Path| roots.values().any(|root| root != path && path.starts_with(root));
    for (name, path) in roots.iter().filter(|(_, path)| !is_inside_another(path)) {
        list(path, &format!("${{{name}}}"), &mut lines);
    }
    lines
}

fn list(folder: &Path, shown: &str, lines: &mut Vec<Value>) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_str().expect("text");
        let shown = format!("{shown}/{name}");
        let about = path.symlink_metadata().expect("about it");
        let mode = format!("{:04o}", about.permissions().mode() & 0o7777);
        if about.is_symlink() {
            lines.push(json!([shown, "l", fs::read_link(&path).expect("a target")]));
        } else if about.is_dir() {
            lines.push(json!([shown, "d", mode]));
            list(&path, &shown, lines);
        } else {
            let contents = fs::read(&path).expect("a file");
            let sum = hex::encode(Sha256::digest(&contents));
            lines.push(json!([shown, "f", format!("{mode}:{}:{}", &sum[..12], contents.len())]));
        }
    }
}
