//! The checks of a registry: what is found, what is refused, what is forgotten.
//!
//! Not here: what lies below a forgotten folder (`below`), many folders and odd ones (`many`).

use std::collections::BTreeSet;

use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;

use super::RegistryStand;
use crate::{Registry, WantedFolder};

mod below;
mod many;
mod records;

pub use below::*;
pub use many::*;
pub use records::*;

fn shot(id: u64) -> EntityRef {
    EntityRef::new("Shot", id)
}

/// A folder of the storage `primary`, an entity's own, called like its path.
fn own(path: &str, entity: &EntityRef) -> RegisteredFolder {
    let at = FolderPath::new("primary", path);
    let name = at.name().to_owned();
    RegisteredFolder { at, entity: entity.clone(), name, is_primary: true, location: None }
}

/// The same folder for an entity whose own it is not.
fn shared(path: &str, entity: &EntityRef) -> RegisteredFolder {
    RegisteredFolder { is_primary: false, ..own(path, entity) }
}

fn wanted(path: &str, entity: &EntityRef) -> WantedFolder {
    WantedFolder { at: FolderPath::new("primary", path), entity: entity.clone() }
}

/// As a set, each once.
fn set(folders: impl IntoIterator<Item = RegisteredFolder>) -> BTreeSet<RegisteredFolder> {
    let folders: Vec<_> = folders.into_iter().collect();
    let count = folders.len();
    let set: BTreeSet<_> = folders.into_iter().collect();
    assert_eq!(set.len(), count, "something is given twice in {set:?}");
    set
}

/// Registers what nothing is in the way of.
async fn register(registry: &impl Registry, folders: &[RegisteredFolder]) {
    assert_eq!(registry.register(folders).await.expect("register"), [], "in the way");
}

async fn found(registry: &impl Registry, wanted: &[WantedFolder]) -> BTreeSet<RegisteredFolder> {
    set(registry.registered(wanted).await.expect("registered"))
}

async fn assert_found(
    registry: &impl Registry,
    path: &str,
    entity: &EntityRef,
    expect: &[RegisteredFolder],
) {
    let found = found(registry, &[wanted(path, entity)]).await;
    assert_eq!(found, set(expect.to_vec()), "for {entity} at {path}");
}

/// Whoever asks: its owner, or somebody else.
pub async fn a_folder_is_found_by_its_path(stand: &impl RegistryStand) {
    let registry = stand.open();
    assert_found(&registry, "show/SH010", &shot(1), &[]).await;
    let folder = own("show/SH010", &shot(1));
    register(&registry, std::slice::from_ref(&folder)).await;
    for entity in [shot(1), shot(2), EntityRef::new("Asset", 1)] {
        assert_found(&registry, "show/SH010", &entity, std::slice::from_ref(&folder)).await;
    }
    let twice = [wanted("show/SH010", &shot(1)), wanted("show/SH010", &shot(2))];
    assert_eq!(found(&registry, &twice).await, set([folder]), "asked for twice, given once");
    assert_found(&registry, "show/sh010", &shot(2), &[]).await;
    assert_found(&registry, "show/SH01", &shot(2), &[]).await;
}

/// A renamed shot: its folder stands beside the one that is wanted now.
pub async fn an_entity_is_found_elsewhere_in_the_same_folder(stand: &impl RegistryStand) {
    let registry = stand.open();
    let sequence = EntityRef::new("Sequence", 1);
    let folders = [
        own("show/SQ010", &sequence),
        own("show/SH010", &shot(1)),
        shared("show/SH010", &sequence),
        own("SH010", &shot(3)),
    ];
    register(&registry, &folders).await;
    assert_found(&registry, "show/SH010_NEW", &shot(1), &folders[1..2]).await;
    let of_sequence = [folders[0].clone(), folders[2].clone()];
    assert_found(&registry, "show/SQ010_NEW", &sequence, &of_sequence).await;
    // Right below the root is a parent folder too.
    assert_found(&registry, "SH010_NEW", &shot(3), &folders[3..]).await;
    let both = [wanted("show/a", &shot(1)), wanted("b", &shot(3)), wanted("show/c", &shot(9))];
    let expect = set([folders[1].clone(), folders[3].clone()]);
    assert_eq!(found(&registry, &both).await, expect);
}

/// A shot that was moved to another sequence has two folders, and may.
pub async fn an_entity_in_another_folder_is_not_given(stand: &impl RegistryStand) {
    let registry = stand.open();
    let folders = ["show/SQ1/SH010", "show/SQ1/SH010/anim", "show", "SQ1/SH010"];
    register(&registry, &folders.map(|path| own(path, &shot(1)))).await;
    for path in ["show/SQ10/SH010", "show/SQ/SH010", "show/SQ1/SH010/anim/SH010", "a/show"] {
        assert_found(&registry, path, &shot(1), &[]).await;
    }
    let asset = EntityRef::new("Asset", 1);
    assert_found(&registry, "show/SQ1/other", &asset, &[]).await;
    assert_found(&registry, "show/SQ1/other", &shot(10), &[]).await;
}

/// The sequence in `SQ010_SH010` keeps nobody else from that folder.
pub async fn only_whose_own_a_folder_is_speaks_against_it(stand: &impl RegistryStand) {
    let registry = stand.open();
    let sequence = EntityRef::new("Sequence", 1);
    let folder = shared("show/SQ010_SH010", &sequence);
    register(&registry, std::slice::from_ref(&folder)).await;
    assert_found(&registry, "show/SQ010_SH010", &shot(1), &[]).await;
    assert_found(&registry, "show/SQ010_SH010", &sequence, std::slice::from_ref(&folder)).await;
    let owner = own("show/SQ010_SH010", &shot(1));
    register(&registry, std::slice::from_ref(&owner)).await;
    // One more for whom it is not its own: no conflict with its owner.
    register(&registry, &[shared("show/SQ010_SH010", &shot(2))]).await;
    assert_found(&registry, "show/SQ010_SH010", &shot(1), std::slice::from_ref(&owner)).await;
    assert_found(&registry, "show/SQ010_SH010", &sequence, &[folder, owner]).await;
}

/// Neither is in the other's way.
pub async fn the_same_path_in_two_storages_is_two_folders(stand: &impl RegistryStand) {
    let registry = stand.open();
    let first = own("show/SH010", &shot(1));
    let at = FolderPath::new("secondary", "show/SH010");
    let second = RegisteredFolder { at: at.clone(), ..own("show/SH010", &shot(2)) };
    let same = RegisteredFolder { at: FolderPath::new("third", "show/SH010"), ..first.clone() };
    register(&registry, &[first.clone(), second.clone(), same.clone()]).await;
    assert_found(&registry, "show/SH010", &shot(2), std::slice::from_ref(&first)).await;
    let wanted = WantedFolder { at, entity: shot(1) };
    assert_eq!(found(&registry, &[wanted]).await, set([second]));
    assert_found(&registry, "show/other", &shot(1), &[first]).await;
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders").len(), 2);
}

/// Registered as one is not registered as the other.
pub async fn an_entity_may_have_a_folder_in_both_ways(stand: &impl RegistryStand) {
    let registry = stand.open();
    let both = [shared("show/SH010", &shot(1)), own("show/SH010", &shot(1))];
    for folder in &both {
        register(&registry, std::slice::from_ref(folder)).await;
    }
    assert_found(&registry, "show/SH010", &shot(1), &both).await;
    assert_found(&registry, "show/other", &shot(1), &both).await;
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), both);
}

/// The others of the same call, with what else they are registered for.
pub async fn the_folder_of_another_is_refused_and_all_others_are_registered(
    stand: &impl RegistryStand,
) {
    let registry = stand.open();
    let taken = own("show/SH010", &shot(1));
    register(&registry, std::slice::from_ref(&taken)).await;
    let others = [own("show/SH020", &shot(2)), shared("show/SH010", &EntityRef::new("Step", 5))];
    let refused = [own("show/SH010", &shot(2)), own("show/SH010", &EntityRef::new("Asset", 1))];
    let call = [&others[..1], &refused, &others[1..]].concat();
    let in_the_way = registry.register(&call).await.expect("register");
    assert_eq!(in_the_way, [taken.clone(), taken.clone()], "whose it is, for each that it stops");
    assert_found(&registry, "show/SH010", &shot(3), std::slice::from_ref(&taken)).await;
    assert_eq!(registry.folders_of(&shot(2)).await.expect("folders"), others[..1]);
    let of_step = registry.folders_of(&EntityRef::new("Step", 5)).await.expect("folders");
    assert_eq!(of_step, others[1..]);
    let of_asset = registry.folders_of(&EntityRef::new("Asset", 1)).await.expect("folders");
    assert_eq!(of_asset, []);
    // Nothing is left of it beside the folder either.
    assert_found(&registry, "show/other", &shot(2), &others[..1]).await;
}

/// Neither by the same caller nor by another.
pub async fn a_repeat_changes_nothing(stand: &impl RegistryStand) {
    let (registry, again) = (stand.open(), stand.open());
    let folders = [
        own("show/SH010", &shot(1)),
        shared("show/SH010", &EntityRef::new("Sequence", 1)),
        own("show/SH010/anim", &EntityRef::new("Step", 5)),
    ];
    for registry in [&registry, &registry, &again] {
        register(registry, &folders).await;
        for folder in &folders {
            let found = registry.folders_of(&folder.entity).await.expect("folders");
            assert_eq!(found, std::slice::from_ref(folder));
        }
    }
    register(&registry, &[&folders[..], &folders[..]].concat()).await;
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), folders[..1]);
}

/// Its path stays.
pub async fn a_name_is_brought_up_to_date(stand: &impl RegistryStand) {
    let registry = stand.open();
    let before = [own("show/SH010", &shot(1)), shared("show/SH010", &shot(2))];
    register(&registry, &before).await;
    let after = before.map(|folder| RegisteredFolder { name: "renamed".to_owned(), ..folder });
    register(&registry, &after).await;
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), after[..1]);
    assert_eq!(registry.folders_of(&shot(2)).await.expect("folders"), after[1..]);
    assert_found(&registry, "show/SH010", &shot(2), &after).await;
    assert_found(&registry, "show/other", &shot(1), &after[..1]).await;
    // Who does not own it does not name it.
    let stranger = RegisteredFolder { name: "mine".to_owned(), ..own("show/SH010", &shot(3)) };
    assert_eq!(registry.register(&[stranger]).await.expect("register"), after[..1]);
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), after[..1]);
}

/// As one after the other; also where the second one has it already.
pub async fn the_first_of_two_in_one_call_has_it(stand: &impl RegistryStand) {
    let registry = stand.open();
    let [first, second] = [own("show/SH010", &shot(1)), own("show/SH010", &shot(2))];
    let call = [first.clone(), second.clone()];
    assert_eq!(registry.register(&call).await.expect("register"), call[..1]);
    assert_eq!(registry.folders_of(&shot(2)).await.expect("folders"), []);
    let turned = [second, first.clone()];
    assert_eq!(registry.register(&turned).await.expect("register"), turned[1..]);
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), [first]);
}

/// A deleted shot's folder can go to another one, and a renamed one can have a new folder.
pub async fn what_is_forgotten_frees_the_path_and_the_place(stand: &impl RegistryStand) {
    let (registry, other) = (stand.open(), stand.open());
    let folders = [
        own("show/SH010", &shot(1)),
        own("show/SQ/SH010", &shot(1)),
        shared("show/SH020", &shot(1)),
    ];
    let kept = [own("show/SH020", &shot(2)), shared("show/SH010", &shot(2))];
    register(&registry, &folders).await;
    register(&registry, &kept).await;
    let forgotten = other.forget(&shot(1)).await.expect("forget");
    assert_eq!(forgotten, Vec::from_iter(set(folders.clone())));
    assert_eq!(registry.forget(&shot(1)).await.expect("forget"), [], "and once more");
    assert_eq!(registry.folders_of(&shot(1)).await.expect("folders"), []);
    assert_found(&registry, "show/SH010", &shot(1), &[]).await;
    assert_found(&registry, "show/SQ/other", &shot(1), &[]).await;
    assert_eq!(
        registry.folders_of(&shot(2)).await.expect("folders"),
        [kept[1].clone(), kept[0].clone()]
    );
    let new = own("show/SH010", &shot(3));
    register(&registry, &[new.clone(), own("show/SH011", &shot(1))]).await;
    assert_found(&registry, "show/other", &shot(1), &[own("show/SH011", &shot(1))]).await;
    assert_eq!(registry.register(&folders[..1]).await.expect("register"), [new]);
}

/// By type and id.
pub async fn all_of_an_entity_is_told_and_of_no_other(stand: &impl RegistryStand) {
    let registry = stand.open();
    let step = EntityRef::new("Step", 1);
    let mut folders: Vec<_> = (0..40).map(|n| own(&format!("a/{}", 97 * n % 40), &step)).collect();
    folders.extend((0..40).map(|n| shared(&format!("b/{n}/c"), &step)));
    register(&registry, &folders).await;
    let others = [EntityRef::new("Step", 11), EntityRef::new("Shot", 1), EntityRef::new("Ste", 1)];
    for (n, other) in others.iter().enumerate() {
        register(&registry, &[own(&format!("other/{n}"), other)]).await;
    }
    let told = registry.folders_of(&step).await.expect("folders");
    assert_eq!(told, Vec::from_iter(set(folders)), "all of them, sorted");
}
