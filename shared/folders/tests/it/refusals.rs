//! What a disk refuses: no rights, read-only, full. What is said, and that a repeat completes it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use sgh_folders::MakeError;

use crate::disk;
use crate::somebody::{as_somebody, may_mount, mount, show};
use crate::studio::Studio;

fn film() -> Studio {
    let mut studio = Studio::film();
    studio.add_shot(1, "s1");
    studio
}

/// Refused before the first folder.
fn refused(studio: &mut Studio) -> MakeError {
    let before = studio.tree();
    let error = studio.make("Shot", &[1]).expect_err("refused");
    assert!(!matches!(error, MakeError::Stopped { .. }), "{error}");
    assert_eq!(studio.tree(), before, "{error}");
    error
}

fn set_mode(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn a_folder_that_we_may_not_write_to_is_found_before_the_first_folder() {
    let mut studio = film();
    let (film, sequences) = (studio.root().join("film"), studio.root().join("film/sequences"));
    fs::create_dir_all(&sequences).expect("a folder");
    show(studio.folder.path());
    set_mode(&film, 0o777);
    set_mode(&sequences, 0o555);
    let error = as_somebody(|| refused(&mut studio));
    assert!(matches!(error, MakeError::NotWritable { .. }) && !error.is_passing(), "{error}");
    assert_eq!(
        error.to_string(),
        "primary: film/sequences: no right to make anything in it; give the worker's user write \
         access"
    );
    set_mode(&sequences, 0o777);
    let made = as_somebody(|| studio.make("Shot", &[1])).expect("made");
    assert_eq!((made.made, made.existed), (10, 2));
}

#[test]
fn a_folder_that_we_may_not_enter_is_found_before_the_first_folder() {
    let mut studio = film();
    let film = studio.root().join("film");
    fs::create_dir_all(film.join("sequences")).expect("a folder");
    show(studio.folder.path());
    set_mode(&film, 0o000);
    let plan = studio.plan("Shot", &[1]).expect("a plan");
    let roots = studio.roots();
    let make = || sgh_folders::make(&plan, &roots, &sgh_folders::Modes::default());
    let error = as_somebody(make).expect_err("refused");
    assert!(matches!(error, MakeError::NotWritable { .. }), "{error}");
    set_mode(&film, 0o755);
    assert_eq!(studio.folders(), ["film", "film/sequences"]);
}

#[test]
fn a_read_only_file_system_is_found_before_the_first_folder() {
    if !may_mount("refusals::a_read_only_file_system_is_found_before_the_first_folder") {
        return;
    }
    let mut studio = film();
    mount(&studio.root(), "ro");
    let error = refused(&mut studio);
    assert!(matches!(error, MakeError::ReadOnly { .. }) && error.is_passing(), "{error}");
    assert_eq!(error.kind(), "os.EROFS");
    mount(&studio.root(), "rw");
    assert_eq!(studio.make("Shot", &[1]).expect("made").made, 12);
}

#[test]
fn a_full_file_system_stops_in_the_middle_and_a_repeat_completes_it() {
    if !may_mount("refusals::a_full_file_system_stops_in_the_middle_and_a_repeat_completes_it") {
        return;
    }
    let mut studio = film();
    // One for the root of the file system: five folders fit.
    mount(&studio.root(), "nr_inodes=6");
    let error = studio.make("Shot", &[1]).expect_err("full");
    assert!(error.is_passing() && error.kind() == "os.ENOSPC", "{error}");
    let MakeError::Stopped { made, missing, first_missing, cause } = &error else {
        panic!("{error}");
    };
    assert!(matches!(**cause, MakeError::Full { .. }), "{cause}");
    let there = studio.tree();
    assert_eq!((there.len(), made.made + made.files, *missing), (5, 5, 8), "{error}");
    assert_eq!(first_missing.len(), 3);
    disk::remove(&studio.root().join("film/editorial"));
    let error = studio.make("Shot", &[1]).expect_err("full again");
    assert_eq!(error.kind(), "os.ENOSPC");
    mount(&studio.root(), "remount,nr_inodes=100");
    studio.make("Shot", &[1]).expect("made");
    assert_eq!(studio.folders().len(), 12);
}

#[test]
fn a_file_that_does_not_fit_is_not_there_in_part() {
    if !may_mount("refusals::a_file_that_does_not_fit_is_not_there_in_part") {
        return;
    }
    let mut studio = film();
    let notes = studio.folder.path().join("schema/project/sequences/sequence/shot/notes.txt");
    fs::write(&notes, "x".repeat(100_000)).expect("a file");
    mount(&studio.root(), "size=32k");
    let error = studio.make("Shot", &[1]).expect_err("full");
    assert_eq!(error.kind(), "os.ENOSPC", "{error}");
    let shot = studio.root().join("film/sequences/SQ/s1");
    assert!(shot.is_dir() && !shot.join("notes.txt").exists());
    mount(&studio.root(), "remount,size=1m");
    studio.make("Shot", &[1]).expect("made");
    assert_eq!(shot.join("notes.txt").metadata().expect("there").len(), 100_000);
}
