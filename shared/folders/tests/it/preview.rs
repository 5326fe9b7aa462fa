//! A plan drawn as a tree: what is new, what is there, whose it is.

use std::fs;

use serde_json::json;
use sgh_folders::make::{Counts, LineKind, TreeLine, preview, tree};
use sgh_folders::plan::Plan;

use crate::studio::Studio;

/// A drawing as a command line would make it: `+` for what is new.
fn drawn(plan: &Plan, exists: &[bool]) -> Vec<String> {
    let line = |line: &TreeLine<'_>| {
        let sign = if line.exists { ' ' } else { '+' };
        let what = match line.kind {
            LineKind::Folder(None) => "/".to_owned(),
            LineKind::Folder(Some(named)) => format!("/ {}", named.entity),
            LineKind::File => String::new(),
            LineKind::Link(target) => format!(" -> {target}"),
        };
        format!("{sign}{}{}{what}", line.branch(), line.name)
    };
    tree(plan, exists).lines.iter().map(line).collect()
}

#[test]
fn a_tree_shows_what_is_new_and_whose_it_is() {
    let mut studio = Studio::film();
    studio.add_shot(1, "s1");
    let shot = studio.folder.path().join("schema/project/sequences/sequence/shot");
    fs::write(shot.join("latest.symlink.yml"), "target: anim/$Shot\n").expect("a file");
    studio.add(json!({"type": "Sequence", "id": 9, "code": "TQ", "project": null}));
    fs::create_dir_all(studio.root().join("film/sequences/SQ/s1/plates")).expect("a folder");
    let plan = studio.plan("Shot", &[1]).expect("a plan");
    let exists = preview(&plan, &studio.roots()).expect("looks");
    let expect = "\
\x20└── film/ Project 1
+    ├── editorial/
     └── sequences/
         └── SQ/ Sequence 1
             └── s1/ Shot 1
+                ├── notes.txt
+                ├── latest -> anim/s1
+                ├── anim/ Step 1
+                │   ├── publish/
+                │   └── work/
+                ├── light/ Step 2
+                │   ├── publish/
+                │   └── work/
                 └── plates/";
    assert_eq!(drawn(&plan, &exists).join("\n"), expect);
    let made = studio.make("Shot", &[1]).expect("made");
    let counts = tree(&plan, &exists).counts;
    assert_eq!(counts, Counts { new: 7, existing: 5, files: 1, links: 1 });
    assert_eq!((counts.new, counts.existing), (made.made, made.existed));
    assert_eq!((counts.files, counts.links), (made.files, made.links));
    let exists = preview(&plan, &studio.roots()).expect("looks");
    let counts = tree(&plan, &exists).counts;
    assert_eq!(counts, Counts { new: 0, existing: 12, files: 0, links: 0 });
}

#[test]
fn a_tree_of_two_storages_says_which_is_which() {
    let mut studio = Studio::film();
    let renders = "type: project\nroot_name: renders\n";
    crate::disk::write(&studio.folder.path().join("schema/renders.yml"), renders);
    fs::create_dir_all(studio.folder.path().join("schema/renders/exr")).expect("a folder");
    studio.roots.insert("renders".to_owned(), studio.folder.path().join("renders"));
    let plan = studio.plan("Project", &[1]).expect("a plan");
    let tree = tree(&plan, &[]);
    let lines: Vec<(&str, usize, &str, &[bool])> =
        tree.lines.iter().map(|l| (l.root, l.depth, l.name, l.last.as_slice())).collect();
    assert_eq!(
        lines,
        [
            ("primary", 0, "film", [true].as_slice()),
            ("primary", 1, "editorial", &[true, false]),
            ("primary", 1, "sequences", &[true, true]),
            ("renders", 0, "film", &[true]),
            ("renders", 1, "exr", &[true, true]),
        ]
    );
    // What was not looked at counts as new.
    assert_eq!(tree.counts, Counts { new: 5, ..Counts::default() });
}
