//! A thread swaps a folder for a link that leads outside, over and over, while folders are made
//! below it. Nothing may ever be made outside.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use sgh_core::config::Owner;
use sgh_folders::{MakeError, Modes, make};

use crate::studio::Studio;

/// Swaps to make; more by `SGH_RACE_SWAPS`.
fn swaps() -> usize {
    let given = std::env::var("SGH_RACE_SWAPS").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

/// Takes `place` away and puts a link to `outside` there, then the folder back, `count` times.
fn swap(place: &Path, aside: &Path, outside: &Path, count: usize) -> usize {
    let mut done = 0;
    while done < count {
        if fs::rename(place, aside).is_err() {
            // Not there yet: the maker has not come to it.
            std::thread::yield_now();
            continue;
        }
        // While it is away the maker may have made it anew.
        if symlink(outside, place).is_ok() {
            done += 1;
            std::thread::yield_now();
            fs::remove_file(place).expect("our own link");
        } else {
            fs::remove_dir_all(place).ok();
        }
        fs::rename(aside, place).ok();
        fs::remove_dir_all(aside).ok();
    }
    done
}

#[test]
fn a_link_that_is_swapped_in_never_leads_outside() {
    let mut studio = Studio::film();
    studio.add_shot(1, "s1");
    studio.add_shot(2, "s2");
    let plan = studio.plan("Shot", &[1, 2]).expect("a plan");
    let (roots, root) = (studio.roots(), studio.root());
    let outside = tempfile::tempdir().expect("a folder");
    // Outside looks as the inside does, so that a maker who follows does not stumble.
    fs::create_dir_all(outside.path().join("SQ/s1")).expect("a folder");
    let listing = || -> Vec<_> {
        let entries = |path: &Path| {
            let list = path.read_dir().expect("lists");
            let about = |path: PathBuf| {
                let about = path.symlink_metadata().expect("there");
                (path, about.uid(), about.mode())
            };
            list.map(|entry| about(entry.expect("an entry").path())).collect::<Vec<_>>()
        };
        let mut all = entries(outside.path());
        all.extend(entries(&outside.path().join("SQ")));
        all.extend(entries(&outside.path().join("SQ/s1")));
        all
    };
    let before = listing();
    // The superuser gives away what he makes: that must not happen outside either.
    let modes = Modes { owner: Some(Owner { user: 4711, group: 4711 }), ..Modes::default() };
    let is_over = AtomicBool::new(false);
    let (mut made, mut met_the_link, mut others) = (0_usize, 0_usize, 0_usize);
    let done = std::thread::scope(|scope| {
        let swapper = scope.spawn(|| {
            let place = root.join("film/sequences");
            let done = swap(&place, &root.join("aside"), outside.path(), swaps());
            is_over.store(true, Ordering::SeqCst);
            done
        });
        while !is_over.load(Ordering::SeqCst) {
            match make(&plan, &roots, &modes) {
                Ok(_) => made += 1,
                Err(error) => match cause(&error) {
                    MakeError::LinkLeaves { .. } => met_the_link += 1,
                    _ => others += 1,
                },
            }
        }
        swapper.join().expect("no panic")
    });
    println!("{done} swaps; {made} runs through, {met_the_link} met the link, {others} other ends");
    assert_eq!(listing(), before, "something was made or given away outside");
    assert!(done >= swaps() && met_the_link > 0, "the race did not take place");
}

fn cause(error: &MakeError) -> &MakeError {
    match error {
        MakeError::Stopped { cause, .. } => cause,
        other => other,
    }
}
