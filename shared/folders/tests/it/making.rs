//! Directories: what is made, what is left alone, and what is found before the first write.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use sgh_folders::make::preview;
use sgh_folders::{MakeError, Modes, make};

use crate::studio::Studio;

fn film() -> Studio {
    let mut studio = Studio::film();
    studio.add_shot(1, "s1");
    studio.add_shot(2, "s2");
    studio
}

const SHOT: &str = "film/sequences/SQ/s1";

#[test]
fn a_second_run_makes_nothing_and_a_third_shot_only_its_own() {
    let mut studio = film();
    let plan = studio.plan("Shot", &[1]).expect("a plan");
    let seen = preview(&plan, &studio.roots()).expect("looks");
    assert!(seen.iter().all(|is_there| !is_there));
    let made = studio.make("Shot", &[1]).expect("made");
    assert_eq!((made.made, made.existed, made.files), (12, 0, 1));
    assert_eq!(made.paths[0], "primary: film");
    let before = studio.tree();
    let made = studio.make("Shot", &[1]).expect("made");
    assert!(made.is_nothing());
    assert_eq!((made.existed, studio.tree()), (12, before));
    assert!(preview(&plan, &studio.roots()).expect("looks").iter().all(|is_there| *is_there));
    let made = studio.make("Shot", &[1, 2]).expect("made");
    assert_eq!((made.made, made.existed, made.files), (8, 12, 1));
}

#[test]
fn what_is_there_is_never_changed() {
    let mut studio = film();
    let shot = studio.root().join(SHOT);
    fs::create_dir_all(&shot).expect("a folder");
    fs::set_permissions(&shot, fs::Permissions::from_mode(0o700)).expect("a mode");
    fs::write(shot.join("notes.txt"), "mine").expect("a file");
    fs::write(shot.join("other.txt"), "mine too").expect("a file");
    studio.make("Shot", &[1]).expect("made");
    assert_eq!(shot.metadata().expect("there").permissions().mode() & 0o7777, 0o700);
    assert_eq!(fs::read(shot.join("notes.txt")).expect("there"), b"mine");
    assert_eq!(fs::read(shot.join("other.txt")).expect("there"), b"mine too");
    assert!(shot.join("anim/work").is_dir());
}

#[test]
fn modes_are_as_set_whatever_the_umask() {
    for directory in [0o2775, 0o777, 0o750, 0o3770] {
        let mut studio = film();
        let plan = studio.plan("Shot", &[1]).expect("a plan");
        let modes = Modes { directory, file: 0o640, owner: None };
        let made = make(&plan, &studio.roots(), &modes).expect("made");
        assert_eq!(made.modes_refused, 0);
        for folder in studio.folders() {
            let mode = studio.root().join(&folder).metadata().expect("there").mode();
            assert_eq!(mode & 0o7777, directory, "{folder}");
        }
        let notes = studio.root().join(SHOT).join("notes.txt").metadata().expect("there");
        assert_eq!(notes.mode() & 0o7777, 0o640);
    }
}

#[test]
fn a_set_group_id_that_is_handed_down_stays() {
    let mut studio = film();
    fs::set_permissions(studio.root(), fs::Permissions::from_mode(0o2755)).expect("a mode");
    let plan = studio.plan("Shot", &[1]).expect("a plan");
    make(&plan, &studio.roots(), &Modes { directory: 0o770, file: 0o660, owner: None })
        .expect("made");
    for folder in studio.folders() {
        let mode = studio.root().join(&folder).metadata().expect("there").mode();
        assert_eq!(mode & 0o7777, 0o2770, "{folder}");
    }
}

/// Refused, and the disk is as it was.
fn refused(studio: &mut Studio) -> MakeError {
    let before = studio.tree();
    let error = studio.make("Shot", &[1, 2]).expect_err("refused");
    assert_eq!(studio.tree(), before, "{error}");
    error
}

#[test]
fn a_missing_root_is_a_retry_and_is_never_made() {
    let mut studio = film();
    let root = studio.root();
    fs::remove_dir(&root).expect("gone");
    let error = studio.make("Shot", &[1]).expect_err("refused");
    assert!(matches!(error, MakeError::RootMissing { .. }) && error.is_passing());
    assert!(!root.exists());
    fs::write(&root, "a file").expect("a file");
    let error = studio.make("Shot", &[1]).expect_err("refused");
    assert!(matches!(error, MakeError::RootNotDirectory { .. }) && !error.is_passing());
}

#[test]
fn a_file_in_the_way_is_found_before_the_first_folder() {
    for place in ["film", "film/sequences/SQ/s2", "film/sequences/SQ/s2/light/work"] {
        let mut studio = film();
        let path = studio.root().join(place);
        crate::disk::write(&path, "x");
        let error = refused(&mut studio);
        assert_eq!(error.kind(), "os.ENOTDIR");
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[test]
fn a_link_is_followed_while_it_stays_below_its_root() {
    let mut studio = film();
    let root = studio.root();
    fs::create_dir_all(root.join("fast/sq")).expect("a folder");
    fs::create_dir_all(root.join("film")).expect("a folder");
    symlink("../fast", root.join("film/sequences")).expect("a link");
    symlink(root.join("fast/sq"), root.join("fast/SQ")).expect("a link");
    studio.make("Shot", &[1, 2]).expect("made");
    assert!(root.join("fast/sq/s1/anim/work").is_dir());
    assert!(root.join("film/sequences/SQ/s2/notes.txt").is_file());
    assert!(studio.make("Shot", &[1, 2]).expect("made").is_nothing());
}

#[test]
fn a_link_out_of_the_root_is_refused_before_the_first_folder() {
    let outside = tempfile::tempdir().expect("a folder");
    let absolute = outside.path().to_str().expect("text").to_owned();
    fs::create_dir(outside.path().join("SQ")).expect("a folder");
    for target in
        [absolute.as_str(), "../../../../..", "/", "../../../../../etc", "/proc/self/root"]
    {
        for place in ["film", "film/sequences", "film/sequences/SQ/s2", "film/editorial"] {
            let mut studio = film();
            let path = studio.root().join(place);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            symlink(target, &path).expect("a link");
            let error = refused(&mut studio);
            assert!(matches!(error, MakeError::LinkLeaves { .. }), "{place} to {target}: {error}");
            assert!(!error.is_passing());
        }
    }
    assert_eq!(outside.path().read_dir().expect("lists").count(), 1);
    assert_eq!(outside.path().join("SQ").read_dir().expect("lists").count(), 0);
}

#[test]
fn a_link_to_nothing_is_refused_before_the_first_folder() {
    for place in ["film", "film/sequences/SQ/s2/light/work"] {
        let mut studio = film();
        let path = studio.root().join(place);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        symlink("nowhere", &path).expect("a link");
        assert!(matches!(refused(&mut studio), MakeError::LinkDangles { .. }));
    }
}

#[test]
fn a_file_of_the_schema_that_cannot_be_copied_is_found_before_the_first_folder() {
    let mut studio = film();
    let notes = studio.folder.path().join("schema/project/sequences/sequence/shot/notes.txt");
    let plan = studio.plan("Shot", &[1]).expect("a plan");
    fs::write(&notes, vec![b'x'; 1024 * 1024 + 1]).expect("a file");
    let error = make(&plan, &studio.roots(), &Modes::default()).expect_err("refused");
    assert!(matches!(error, MakeError::Source { .. }), "{error}");
    fs::remove_file(&notes).expect("gone");
    let error = make(&plan, &studio.roots(), &Modes::default()).expect_err("refused");
    assert!(matches!(error, MakeError::Source { .. }), "{error}");
    assert!(studio.tree().is_empty());
}
