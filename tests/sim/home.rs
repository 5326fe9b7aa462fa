//! A storage and a schema on a real disk, in memory where there is such a one.

#![allow(clippy::disallowed_methods, reason = "the schema and the storage, which we never make")]

use std::path::{Path, PathBuf};

use tempfile::TempDir;

const SCHEMA: [(&str, &str); 3] = [
    ("project.yml", "type: project\nroot_name: primary\n"),
    (
        "project/sequences/sequence.yml",
        "type: shotgun_entity\nentity_type: Sequence\nname: code\n\
         filters: [{path: project, relation: is, values: [$project]}]\n",
    ),
    (
        "project/sequences/sequence/shot.yml",
        "type: shotgun_entity\nentity_type: Shot\nname: code\n\
         filters: [{path: sg_sequence, relation: is, values: [$sequence]}]\n",
    ),
];

pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        let home = made.expect("a folder");
        std::fs::create_dir(home.path().join("projects")).expect("a storage");
        for (path, text) in SCHEMA {
            let path = home.path().join("schema").join(path);
            std::fs::create_dir_all(path.with_extension("")).expect("a folder");
            std::fs::write(path, text).expect("written");
        }
        std::fs::create_dir_all(home.path().join("schema/project/sequences/sequence/shot/plates"))
            .expect("a folder");
        Self(home)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// Everything below the storage, sorted.
    pub(crate) fn disk(&self) -> Vec<String> {
        let root = self.0.path().join("projects");
        let mut found = Vec::new();
        let mut open = vec![root.clone()];
        while let Some(folder) = open.pop() {
            for entry in folder.read_dir().expect("a folder") {
                let path = entry.expect("an entry").path();
                found.push(path.strip_prefix(&root).expect("below").display().to_string());
                if path.is_dir() {
                    open.push(path);
                }
            }
        }
        found.sort();
        found
    }
}
