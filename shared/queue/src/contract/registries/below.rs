//! The checks of a registry: what lies below a forgotten folder, and what only seems to.

use std::collections::BTreeSet;

use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;

use super::{assert_found, own, register, set, shared, shot};
use crate::Registry;
use crate::contract::RegistryStand;

fn task(id: u64) -> EntityRef {
    EntityRef::new("Task", id)
}

fn step() -> EntityRef {
    EntityRef::new("Step", 5)
}

fn in_root(root: &str, folder: RegisteredFolder) -> RegisteredFolder {
    let at = FolderPath::new(root, folder.at.path);
    RegisteredFolder { at, ..folder }
}

/// Registers both, has an entity forgotten, and looks at what is left; then once more.
async fn assert_forgets(
    stand: &impl RegistryStand,
    entity: &EntityRef,
    gone: &[RegisteredFolder],
    kept: &[RegisteredFolder],
) {
    let (registry, other) = (stand.open(), stand.open());
    register(&registry, &[gone, kept].concat()).await;
    let mut expect = Vec::from_iter(set(gone.to_vec()));
    let entities: BTreeSet<_> = gone.iter().chain(kept).map(|folder| &folder.entity).collect();
    for _ in 0..2 {
        let forgotten = other.forget(entity).await.expect("forget");
        assert!(forgotten == expect, "not all of it, sorted: {forgotten:#?}");
        let mut left = Vec::new();
        for entity in &entities {
            left.extend(registry.folders_of(entity).await.expect("folders"));
        }
        let (left, kept) = (set(left), set(kept.to_vec()));
        assert!(left == kept, "left is {left:#?}");
        expect.clear();
    }
}

/// Whoever it is registered for, as its own or not, however deep, in every storage.
pub async fn all_below_its_own_folders_is_forgotten_with_an_entity(stand: &impl RegistryStand) {
    let gone = [
        own("show/SQ", &shot(1)),
        own("show/SQ/SH010", &shot(2)),
        shared("show/SQ/SH010", &shot(1)),
        shared("show/SQ/SH010", &shot(3)),
        own("show/SQ/SH010/anim", &step()),
        own("show/SQ/SH010/anim/work", &task(1)),
        shared("show/SQ/SH010/anim/work", &step()),
        own("show/SQ/again", &shot(1)),
        own("show/SQ/again/x", &task(2)),
        own("show/SQ/\u{0}%_ '\"샷", &task(3)),
        own("show/SQ/\u{10ffff}", &task(4)),
        own("SQ", &shot(1)),
        own("SQ/x", &task(5)),
        in_root("secondary", own("else/SQ", &shot(1))),
        in_root("secondary", own("else/SQ/x", &task(1))),
        // Not its own, and forgotten all the same.
        in_root("secondary", shared("show", &shot(1))),
    ];
    let kept = [
        own("show", &EntityRef::new("Project", 1)),
        shared("show/SQ", &shot(2)),
        own("show/SQ2/SH010", &shot(7)),
        // A folder of one storage is none of another.
        in_root("secondary", own("show/SQ/SH010", &shot(2))),
        in_root("secondary", own("SQ/x", &task(5))),
        in_root("third", own("else/SQ/x", &task(1))),
        own("else/SQ/x", &task(1)),
    ];
    assert_forgets(stand, &shot(1), &gone, &kept).await;
}

/// Names that begin alike, differ by case or spelling, or are patterns elsewhere.
pub async fn what_only_seems_to_lie_below_is_kept(stand: &impl RegistryStand) {
    let gone = [
        own("show/SH01", &shot(1)),
        own("show/SH01/x", &task(1)),
        own("%/a_b", &shot(1)),
        own("%/a_b/x", &task(2)),
        own("\u{ac01}", &shot(1)),
        own("\u{ac01}/x", &task(3)),
        own("Z", &shot(1)),
        own("*", &shot(1)),
        own("a\u{0}b", &shot(1)),
        own("a\u{0}b/x", &task(4)),
    ];
    let kept = [
        "show/SH010/x",
        "show/SH010",
        "show/SH0",
        "show/SH01.bak/x",
        "show/SH01-/x",
        "show/SH01 /x",
        "show/SH01_/x",
        "show/SH01\u{0}/x",
        "show/SH01\u{10ffff}/x",
        "show/SH01\\x",
        "show/sh01/x",
        "show/SH/01/x",
        "a/show/SH01/x",
        "SH01/x",
        "%/aXb/x",
        "show/a_b/x",
        "%/A_B/x",
        "\u{1100}\u{1161}\u{11a8}/x",
        "z/x",
        "a\u{0}c/x",
        "a/x",
        "a\u{0}/b/x",
    ];
    let kept = kept.iter().zip(10..);
    let kept: Vec<_> =
        kept.flat_map(|(path, n)| [own(path, &shot(n)), shared(path, &step())]).collect();
    assert_forgets(stand, &shot(1), &gone, &kept).await;
}

/// The sequence in `SQ010_SH010` does not take with it what is in that shot's folder.
pub async fn below_a_folder_that_is_not_its_own_nothing_is_forgotten(stand: &impl RegistryStand) {
    let sequence = EntityRef::new("Sequence", 1);
    let gone = [shared("show/SQ_SH", &sequence), shared("show/SQ_SH/anim/x", &sequence)];
    let kept = [
        own("show/SQ_SH", &shot(1)),
        own("show/SQ_SH/anim", &step()),
        own("show/SQ_SH/anim/x", &task(1)),
        own("show/SQ_SH/anim/x/y", &task(2)),
        shared("show/SQ_SH/anim", &shot(2)),
    ];
    assert_forgets(stand, &sequence, &gone, &kept).await;
}

/// What was left of an old shot would refuse a new one of its name.
pub async fn what_was_forgotten_below_blocks_no_name(stand: &impl RegistryStand) {
    let (registry, other) = (stand.open(), stand.open());
    let below = |shot: &EntityRef, task: &EntityRef| {
        [own("show/SH010", shot), own("show/SH010/x", task), shared("show/SH010/x", &step())]
    };
    let [old, new] = [below(&shot(1), &task(1)), below(&shot(2), &task(2))];
    register(&registry, &old).await;
    let forgotten = other.forget(&shot(1)).await.expect("forget");
    assert_eq!(forgotten, Vec::from_iter(set(old.clone())));
    // Under another name neither the task nor the step is there already.
    for entity in [task(1), step()] {
        assert_found(&registry, "show/SH010/x", &entity, &[]).await;
        assert_found(&registry, "show/SH010/y", &entity, &[]).await;
    }
    register(&registry, &new).await;
    assert_found(&registry, "show/SH010/y", &task(1), &[]).await;
    assert_found(&registry, "show/SH010/y", &task(2), &new[1..2]).await;
    assert_found(&registry, "show/SH010/y", &step(), &new[2..]).await;
    assert_eq!(registry.register(&old[1..2]).await.expect("register"), new[1..2]);
    // Nor does it name what it was registered for before.
    let moved = own("show/SH010/moved", &task(1));
    register(&registry, std::slice::from_ref(&moved)).await;
    assert_found(&registry, "show/SH010/y", &task(1), &[moved]).await;
}

/// A step has a folder in every shot.
pub async fn below_many_folders_only_what_lies_below_is_forgotten(stand: &impl RegistryStand) {
    let (mut gone, mut kept) = (Vec::new(), Vec::new());
    for n in 0..100 {
        let root = ["primary", "secondary", "3"][n as usize % 3];
        let folder = |path: &str| format!("show/SH{n:03}/{path}");
        let rows = [own(&folder("anim"), &step()), own(&folder("anim/x"), &task(n))];
        gone.extend(rows.map(|row| in_root(root, row)));
        let rows = [
            own(&format!("show/SH{n:03}"), &shot(n)),
            own(&folder("anim2/x"), &task(n + 1000)),
            shared(&folder("anim"), &task(n + 1000)),
        ];
        kept.extend(rows.map(|row| in_root(root, row)));
        kept.push(in_root("other", own(&folder("anim/x"), &task(n))));
    }
    let registry = stand.open();
    register(&registry, &[&gone[..], &kept].concat()).await;
    let forgotten = registry.forget(&step()).await.expect("forget");
    assert!(forgotten == Vec::from_iter(set(gone)), "not all of it, sorted: {forgotten:#?}");
    // Nobody else's is taken any more: what is in the way is just what was kept.
    let rows = kept.iter().filter(|row| row.is_primary);
    let strangers = rows.map(|row| RegisteredFolder { entity: shot(9999), ..row.clone() });
    let in_the_way = registry.register(&Vec::from_iter(strangers)).await.expect("register");
    kept.retain(|row| row.is_primary);
    assert!(set(in_the_way) == set(kept), "not all that was to be kept");
}

/// A sequence with all of its shots, and their tasks.
pub async fn a_thousand_below_are_forgotten_in_one_call(stand: &impl RegistryStand) {
    let registry = stand.open();
    let path = |n: u64| format!("show/SQ/SH{:03}/task/{n:04}", n / 10);
    let mut gone: Vec<_> = (0..1000).map(|n| own(&path(n), &task(n))).collect();
    gone.push(own("show/SQ", &shot(1)));
    let kept: Vec<_> = (0..20).map(|n| own(&format!("show/SQ0/{n}"), &shot(n))).collect();
    register(&registry, &[&gone[..], &kept].concat()).await;
    let forgotten = registry.forget(&shot(1)).await.expect("forget");
    let mut expect = Vec::from_iter(set(gone.clone()));
    // Its other folder, which nothing is below.
    expect.insert(0, kept[1].clone());
    expect.sort();
    assert!(forgotten == expect, "{} of {}", forgotten.len(), expect.len());
    assert_eq!(registry.forget(&shot(1)).await.expect("forget"), []);
    let strangers = gone.iter().map(|row| RegisteredFolder { entity: shot(2), ..row.clone() });
    register(&registry, &Vec::from_iter(strangers)).await;
    assert_eq!(registry.folders_of(&shot(3)).await.expect("folders"), kept[3..4]);
}
