//! The checks of a registry: many folders, callers at the same time, and texts of every kind.

use std::collections::BTreeSet;

use futures_util::future::join;
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;

use super::{assert_found, found, own, register, set, shared, shot, wanted};
use crate::contract::RegistryStand;
use crate::{Registry, WantedFolder};

/// Two workers, each in its own process.
pub async fn of_two_at_once_one_has_it_and_the_other_is_told_whom(stand: &impl RegistryStand) {
    let (one, two) = (stand.open(), stand.open());
    for n in 0..10 {
        let path = format!("show/SH{n}");
        let folders = [own(&path, &shot(1)), own(&path, &shot(2))];
        let (first, second) = join(one.register(&folders[..1]), two.register(&folders[1..])).await;
        let (first, second) = (first.expect("register"), second.expect("register"));
        let winner = usize::from(!first.is_empty());
        let expect = [(vec![], vec![folders[0].clone()]), (vec![folders[1].clone()], vec![])];
        assert_eq!((first, second), expect[winner], "one has it, and the other is told");
        assert_found(&one, &path, &shot(3), &folders[winner..=winner]).await;
        let of_second = two.folders_of(&shot(2)).await.expect("folders");
        assert_eq!(of_second.contains(&folders[1]), winner == 1);
    }
}

/// Two workers with a hundred folders each, the same ones in another order.
pub async fn many_at_once_leave_each_folder_with_one_owner(stand: &impl RegistryStand) {
    const COUNT: u64 = 120;
    let (one, two) = (stand.open(), stand.open());
    let step = EntityRef::new("Step", 5);
    let call = |id: u64| -> Vec<RegisteredFolder> {
        // Forwards and backwards, and in one place the same entity of both.
        let numbers = (0..COUNT).map(|n| if id == 1 { n } else { COUNT - 1 - n });
        let folders = |n| {
            let path = format!("show/SH{n:03}");
            [own(&path, &shot(1000 * id + n)), shared(&path, &step)]
        };
        numbers.flat_map(folders).collect()
    };
    let calls = [call(1), call(2)];
    let wanted: Vec<_> = (0..COUNT).map(|n| wanted(&format!("show/SH{n:03}"), &shot(1))).collect();
    let (first, second) = join(one.register(&calls[0]), two.register(&calls[1])).await;
    let refused = [first.expect("register"), second.expect("register")];
    let owners = found(&one, &wanted).await;
    assert_eq!(owners.len() as u64, COUNT, "every folder is somebody's");
    assert_eq!((refused[0].len() + refused[1].len()) as u64, COUNT, "one of two was told of each");
    for (refused, other) in refused.iter().zip([2, 1]) {
        for folder in refused {
            assert_eq!(folder.entity.id / 1000, other, "told of the other's");
            assert!(owners.contains(folder), "told as it is registered: {folder:?}");
        }
    }
    assert_eq!(two.folders_of(&step).await.expect("folders").len() as u64, COUNT);
}

/// A sequence in the name of each of its shots.
pub async fn of_very_many_in_one_folder_two_are_enough(stand: &impl RegistryStand) {
    let registry = stand.open();
    let sequence = EntityRef::new("Sequence", 1);
    let folders: Vec<_> = (0..150)
        .flat_map(|n| {
            let path = format!("show/SQ_{n:03}");
            [shared(&path, &sequence), own(&path, &shot(n))]
        })
        .collect();
    register(&registry, &folders).await;
    let owns: Vec<_> = (0..5).map(|n| own(&format!("show/SQ{n}"), &sequence)).collect();
    register(&registry, &owns).await;
    let all = set(folders.into_iter().chain(owns));
    for path in ["show/SQ_000", "show/SQ_007", "show/SQ_149", "show/SQ1", "show/new"] {
        let found = found(&registry, &[wanted(path, &sequence)]).await;
        assert!(found.is_subset(&all), "{found:?}");
        let here = |folder: &&RegisteredFolder| folder.at.path == path;
        let all_here = all.iter().filter(here);
        assert!(found.iter().filter(here).eq(all_here), "all of the very folder: {found:?}");
        for is_primary in [false, true] {
            let of_it = |folder: &&RegisteredFolder| {
                folder.is_primary == is_primary && folder.entity == sequence && !here(folder)
            };
            assert!(found.iter().filter(of_it).count() >= 2, "{path}: {found:?}");
        }
    }
    assert_eq!(registry.folders_of(&sequence).await.expect("folders").len(), 155);
    assert_eq!(registry.forget(&sequence).await.expect("forget").len(), 155);
    assert_found(&registry, "show/new", &sequence, &[]).await;
    assert_found(&registry, "show/SQ_007", &shot(7), &[own("show/SQ_007", &shot(7))]).await;
}

/// More than any store takes in one request.
async fn at_once(stand: &impl RegistryStand, count: u64) {
    let registry = stand.open();
    let path = |n: u64| format!("show/SQ{:03}/SH{n:05}", n / 100);
    let folders: Vec<_> = (0..count).map(|n| own(&path(n), &shot(n))).collect();
    register(&registry, &folders).await;
    let all = set(folders.clone());
    let same: Vec<_> = (0..count).map(|n| wanted(&path(n), &shot(n))).collect();
    assert!(found(&registry, &same).await == all, "not what was registered");
    let renamed = (0..count).map(|n| wanted(&format!("{}_NEW", path(n)), &shot(n)));
    assert!(found(&registry, &renamed.collect::<Vec<_>>()).await == all, "not found elsewhere");
    let strangers: Vec<_> = (0..count).map(|n| own(&path(n), &shot(n + count))).collect();
    let in_the_way = registry.register(&strangers).await.expect("register");
    assert!(set(in_the_way) == all, "not refused for what is there");
}

/// A show.
pub async fn a_thousand_folders_go_in_one_call(stand: &impl RegistryStand) {
    at_once(stand, 1000).await;
}

/// A very large show.
pub async fn ten_thousand_folders_go_in_one_call(stand: &impl RegistryStand) {
    at_once(stand, 10_000).await;
}

/// Names of the site and of disks hold anything; nothing of it is a separator.
pub async fn texts_of_every_kind_are_kept_apart(stand: &impl RegistryStand) {
    let registry = stand.open();
    let long = ["show/", &"0123456789abcdef/".repeat(300), "end"].concat();
    let longer = format!("{long}_");
    let one_name = "n".repeat(5000);
    let paths = [
        "샷/010",
        "\u{1109}\u{1163}\u{11ba}/010",
        "e\u{301}",
        "\u{e9}",
        "a#b",
        "a|b",
        "a/b",
        "a:b",
        "a'b\"c",
        "a\\b",
        "%",
        "_",
        "a;b--",
        "a\u{0}b",
        "a\nb",
        " a ",
        "a",
        "A",
        "\u{10ffff}\u{fffd}",
        "folder#1",
        &long,
        &longer,
        &one_name,
    ];
    let kinds = ["Shot", "Shot 1", "Shot#1", "CustomEntity06", "샷", "'"];
    let at = |root: &str, path: &str| FolderPath::new(root, path);
    let mut folders = Vec::new();
    for (n, path) in paths.iter().enumerate() {
        let entity = EntityRef::new(kinds[n % kinds.len()], u64::MAX - n as u64 / 6);
        let name = format!("{path}'\"#|\u{0}");
        for root in ["primary", "primary:a", "", "샷 #|"] {
            let (at, entity, name) = (at(root, path), entity.clone(), name.clone());
            folders.push(RegisteredFolder {
                at,
                entity,
                name,
                is_primary: !root.is_empty(),
                location: None,
            });
        }
    }
    let all = set(folders.clone());
    register(&registry, &folders).await;
    for folder in &folders {
        let wanted = WantedFolder { at: folder.at.clone(), entity: folder.entity.clone() };
        let answer = found(&registry, &[wanted]).await;
        assert!(answer.contains(folder), "{folder:?} is not in {answer:?}");
        let parent = (&folder.at.root, folder.at.parent());
        for other in answer {
            assert_eq!(other.entity, folder.entity, "{:?}", folder.at);
            assert_eq!((&other.at.root, other.at.parent()), parent);
            assert!(folders.contains(&other), "{other:?} was never registered");
        }
    }
    let entities: BTreeSet<_> = folders.iter().map(|folder| &folder.entity).collect();
    let mut told = Vec::new();
    for entity in entities {
        told.extend(registry.folders_of(entity).await.expect("folders"));
    }
    assert!(set(told) == all, "not each of them once");
}

/// By who has opened it before, and by who opens it next.
pub async fn what_was_registered_is_there_after_reopening(stand: &impl RegistryStand) {
    let early = stand.open();
    let registry = stand.open();
    let folders = [own("show/SH010", &shot(1)), shared("show/SH010", &shot(2))];
    register(&registry, &folders).await;
    drop(registry);
    for registry in [early, stand.open()] {
        assert_found(&registry, "show/SH010", &shot(2), &folders).await;
        let in_the_way = registry.register(&[own("show/SH010", &shot(2))]).await;
        assert_eq!(in_the_way.expect("register"), folders[..1]);
    }
}

/// Where there is nothing to ask, there is nothing to say.
pub async fn nothing_asked_is_nothing_answered(stand: &impl RegistryStand) {
    let registry = stand.open();
    assert_eq!(registry.registered(&[]).await.expect("registered"), []);
    register(&registry, &[]).await;
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), []);
    assert_eq!(registry.forget(&shot(1)).await.expect("forget"), []);
}
