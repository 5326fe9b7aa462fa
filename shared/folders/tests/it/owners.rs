//! Whose what we make is, and the modes that go with it. The superuser may give it away; anybody
//! else is refused, and the report counts it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use sgh_core::config::Owner;
use sgh_folders::{Made, MakeError, Modes, make};

use crate::somebody::{as_somebody, is_superuser, show};
use crate::studio::Studio;

const OWNER: Owner = Owner { user: 4711, group: 4712 };

/// A shot with a file and a link, below a sequence that is there already.
fn film() -> Studio {
    let mut studio = Studio::film();
    studio.add_shot(1, "s1");
    let shot = studio.folder.path().join("schema/project/sequences/sequence/shot");
    fs::write(shot.join("latest.symlink.yml"), "target: anim/$Shot\n").expect("a file");
    fs::create_dir_all(studio.root().join("film/sequences/SQ")).expect("a folder");
    fs::write(studio.root().join("film/old.txt"), "old").expect("a file");
    studio
}

/// What was there: three folders and a file.
const BEFORE: [&str; 4] = ["film", "film/sequences", "film/sequences/SQ", "film/old.txt"];

fn make_as(studio: &mut Studio, modes: Modes) -> Result<Made, MakeError> {
    let plan = studio.plan("Shot", &[1]).expect("a plan");
    make(&plan, &studio.roots(), &modes)
}

/// For everything that was made: path, user, group, mode.
fn made_below(studio: &Studio) -> Vec<(String, u32, u32, u32)> {
    let tree = studio.tree();
    let paths = tree.iter().map(|line| line[0].as_str().expect("a path"));
    let paths = paths.map(|path| path.replace("${primary}/", ""));
    let new = paths.filter(|path| !BEFORE.contains(&path.as_str()));
    let about = |path: String| {
        let about = studio.root().join(&path).symlink_metadata().expect("there");
        (path, about.uid(), about.gid(), about.mode() & 0o7777)
    };
    new.map(about).collect()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

/// Lets a user without rights make folders in all that is there.
fn open_up(studio: &Studio) {
    show(studio.folder.path());
    for place in ["", "film", "film/sequences", "film/sequences/SQ"] {
        set_mode(&studio.root().join(place), 0o777);
    }
}

#[test]
fn what_is_made_is_the_owners_and_what_was_there_is_not() {
    let mut studio = film();
    let us = studio.root().metadata().expect("there").uid();
    let modes = Modes { owner: Some(OWNER), ..Modes::default() };
    let made = make_as(&mut studio, modes).expect("made");
    let all = made_below(&studio);
    assert_eq!((all.len(), made.made, made.files, made.links), (11, 9, 1, 1));
    let (owner, refused) =
        if is_superuser() { (OWNER, 0) } else { (Owner { user: us, group: all[0].2 }, 11) };
    assert_eq!((made.owners_refused, made.modes_refused), (refused, 0));
    for (path, user, group, _) in all {
        assert_eq!((user, group), (owner.user, owner.group), "{path}");
    }
    for path in BEFORE {
        assert_eq!(studio.root().join(path).metadata().expect("there").uid(), us, "{path}");
    }
    assert!(make_as(&mut studio, modes).expect("looked").is_nothing());
}

#[test]
fn an_owner_that_is_refused_is_counted_and_everything_is_made() {
    let mut studio = film();
    open_up(&studio);
    let modes = Modes { owner: Some(OWNER), directory: 0o770, file: 0o640 };
    let made = as_somebody(|| make_as(&mut studio, modes)).expect("made");
    assert_eq!((made.made, made.files, made.links), (9, 1, 1));
    assert_eq!((made.owners_refused, made.modes_refused), (11, 0));
    for (path, user, _, mode) in made_below(&studio) {
        let expect = match path.as_str() {
            path if path.ends_with("latest") => 0o777,
            path if path.ends_with(".txt") => 0o640,
            _ => 0o770,
        };
        assert!(user != OWNER.user && mode == expect, "{path}: {user} {mode:o}");
    }
}

#[test]
fn a_change_of_owner_does_not_cost_the_special_bits() {
    for (directory, file) in [(0o2775, 0o6775), (0o3770, 0o4755), (0o755, 0o2755)] {
        let mut studio = film();
        let modes = Modes { directory, file, owner: Some(OWNER) };
        let made = make_as(&mut studio, modes).expect("made");
        assert_eq!(made.modes_refused, 0);
        assert_eq!(made.owners_refused, if is_superuser() { 0 } else { 11 });
        for (path, _, _, mode) in made_below(&studio) {
            match path.as_str() {
                path if path.ends_with("latest") => {}
                path if path.ends_with(".txt") => assert_eq!(mode, file, "{path}: {mode:o}"),
                path => assert_eq!(mode, directory, "{path}: {mode:o}"),
            }
        }
    }
}

#[test]
fn set_group_id_of_a_group_that_is_not_ours_is_handed_down_and_not_lost() {
    let mut studio = film();
    open_up(&studio);
    let is_foreign = is_superuser();
    for place in ["film", "film/sequences", "film/sequences/SQ"] {
        let path = studio.root().join(place);
        if is_foreign {
            std::os::unix::fs::chown(&path, None, Some(OWNER.group)).expect("a group");
        }
        set_mode(&path, 0o2777);
    }
    let modes = Modes { directory: 0o2775, ..Modes::default() };
    let made = as_somebody(|| make_as(&mut studio, modes)).expect("made");
    let mut without = 0;
    for (path, _, group, mode) in made_below(&studio) {
        if studio.root().join(&path).symlink_metadata().expect("there").is_dir() {
            assert_eq!(mode & 0o2000, 0o2000, "{path}: {mode:o}");
            assert!(!is_foreign || group == OWNER.group, "{path}: {group}");
            without += usize::from(mode != 0o2775);
        }
    }
    // With a umask that takes nothing the folders come right by themselves.
    assert_eq!(made.modes_refused, without);
}

#[test]
fn folders_that_hand_down_different_bits_each_get_what_is_wanted() {
    let mut studio = film();
    studio.add(serde_json::json!({
        "type": "Sequence", "id": 2, "code": "SR", "project": {"type": "Project", "id": 1},
    }));
    studio.add(serde_json::json!({
        "type": "Shot", "id": 2, "code": "s2", "project": {"type": "Project", "id": 1},
        "sg_sequence": {"type": "Sequence", "id": 2},
    }));
    fs::create_dir(studio.root().join("film/sequences/SR")).expect("a folder");
    show(studio.folder.path());
    set_mode(&studio.root().join("film/sequences/SR"), 0o2755);
    let plan = studio.plan("Shot", &[1, 2]).expect("a plan");
    for directory in [0o750, 0o777] {
        let modes = Modes { directory, ..Modes::default() };
        let made = make(&plan, &studio.roots(), &modes).expect("made");
        assert_eq!(made.modes_refused, 0);
        for (path, _, _, mode) in made_below(&studio) {
            let about = studio.root().join(&path).symlink_metadata().expect("there");
            if about.is_dir() && path != "film/sequences/SR" {
                let handed_down = if path.contains("/SR/") { 0o2000 } else { 0 };
                assert_eq!(mode, directory | handed_down, "{path}: {mode:o}");
            }
        }
        for place in ["film/sequences/SQ/s1", "film/sequences/SR/s2", "film/editorial"] {
            fs::remove_dir_all(studio.root().join(place)).expect("gone");
        }
    }
}
