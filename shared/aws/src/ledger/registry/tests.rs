use std::collections::BTreeSet;

use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;

use super::below::{Below, Range};
use super::item::{Names, Place, folder_key};
use super::plan::{Plan, Write, plan};
use super::read::Known;
use super::{Turn, turns, write};
use crate::ledger::patience::Patient;

/// `Shot 1 show/SH010`, with `-` before it where the folder is not its own.
fn folder(text: &str) -> RegisteredFolder {
    let (is_primary, text) = text.strip_prefix('-').map_or((true, text), |text| (false, text));
    let [kind, id, path] = text.split(' ').collect::<Vec<_>>()[..] else { panic!("{text}") };
    RegisteredFolder {
        at: FolderPath::new("primary", path),
        entity: EntityRef::new(kind, id.parse().unwrap()),
        name: "as it was".to_owned(),
        is_primary,
        location: None,
    }
}

fn key(folder: &RegisteredFolder) -> String {
    folder_key(&folder.at, &folder.entity, folder.is_primary)
}

fn turn(folders: &[&str]) -> Turn {
    let folders: Vec<_> = folders.iter().map(|text| folder(text)).collect();
    let turns = turns(&folders);
    assert_eq!(turns.len(), 1);
    turns.into_iter().next().unwrap()
}

/// What is known once all of this was written.
fn written(known: &mut Known, plan: &Plan) {
    for Write { folders, place, .. } in &plan.writes {
        known.folders.extend(folders.clone());
        if let Some((place, names)) = place {
            let there = known.places.entry(place.key()).or_default();
            names.iter().for_each(|(name, own)| there.insert(name, own));
        }
    }
}

/// The items that a plan writes, none of them twice.
fn items(plan: &Plan) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    for Write { folders, place, .. } in &plan.writes {
        let place = place.as_ref().map(|(place, _)| place.key());
        for key in folders.keys().cloned().chain(place) {
            assert!(items.insert(key.clone()), "{key} is written twice");
        }
    }
    items
}

#[test]
fn a_folder_and_its_place_are_written_together_or_not_at_all() {
    let turn = turn(&["Shot 1 show/SH010", "-Step 5 show/SH010", "Shot 2 show/SH020"]);
    let plan = plan(&turn, &Known::default());
    assert_eq!(plan.writes.len(), 3);
    assert!(plan.writes.iter().all(|write| write.folders.len() == 1 && write.place.is_some()));
    assert_eq!(items(&plan).len(), 6);
}

#[test]
fn what_is_there_is_not_written_again() {
    let turn = turn(&["Shot 1 show/SH010", "-Step 5 show/SH010"]);
    let mut known = Known::default();
    written(&mut known, &plan(&turn, &Known::default()));
    assert_eq!(plan(&turn, &known), Plan::default());
}

#[test]
fn a_name_is_written_by_itself() {
    let mut turn = turn(&["Shot 1 show/SH010"]);
    let mut known = Known::default();
    written(&mut known, &plan(&turn, &Known::default()));
    turn.values_mut().for_each(|folder| folder.name = "renamed".to_owned());
    let plan = plan(&turn, &known);
    let expect = Write { folders: turn, place: None, is_rename: true };
    assert_eq!(plan.writes, [expect]);
}

#[test]
fn a_place_that_lacks_its_folder_is_mended() {
    let shot = folder("Shot 1 show/SH010");
    let turn = turn(&["Shot 1 show/SH010"]);
    let mut known = Known::default();
    known.folders.insert(key(&shot), shot.clone());
    let plan = plan(&turn, &known);
    assert_eq!(items(&plan), [key(&shot), Place::of(&shot.at, &shot.entity).key()].into());
    assert!(!plan.writes[0].is_rename);
}

#[test]
fn the_folder_of_another_is_not_written() {
    let owner = folder("Shot 1 show/SH010");
    let mut known = Known::default();
    known.folders.insert(key(&owner), owner.clone());
    let plan = plan(&turn(&["Shot 2 show/SH010", "-Shot 2 show/SH010"]), &known);
    assert_eq!(plan.in_the_way, [owner]);
    assert_eq!(plan.writes.len(), 1);
    assert!(plan.writes[0].folders.values().all(|folder| !folder.is_primary));
}

#[test]
fn a_place_names_three_of_each_sort_and_no_more() {
    let texts: Vec<_> = (0..50).map(|n| format!("-Sequence 1 show/SQ_{n}")).collect();
    let mut texts: Vec<_> = texts.iter().map(String::as_str).collect();
    texts.push("Sequence 1 show/SQ");
    let turn = turn(&texts);
    let plan = plan(&turn, &Known::default());
    assert_eq!(items(&plan).len(), 51 + 1);
    let mut known = Known::default();
    written(&mut known, &plan);
    let names: Vec<&Names> = known.places.values().collect();
    assert_eq!((names.len(), names[0].own.len(), names[0].other.len()), (1, 1, 3));
    assert!(self::plan(&turn, &known).writes.is_empty());
}

#[test]
fn two_entities_that_want_a_folder_take_turns() {
    let folders = ["Shot 1 a", "Shot 2 a", "Shot 1 a", "Shot 3 b", "-Shot 2 a", "Shot 3 a"];
    let turns = turns(&folders.map(folder));
    let entities = turns.iter().map(|turn| {
        let mut ids: Vec<_> = turn.values().map(|folder| folder.entity.id).collect();
        ids.sort_unstable();
        ids
    });
    assert_eq!(entities.collect::<Vec<_>>(), [vec![1, 2, 3], vec![2], vec![3]]);
}

#[test]
fn the_number_of_transactions_follows_what_is_missing() {
    for (count, calls) in [(0_u64, 0), (10, 1), (50, 1), (51, 2), (1000, 20), (10_000, 200)] {
        let folders = (0..count).map(|n| folder(&format!("Shot {n} show/SQ{}/SH{n}", n / 100)));
        let turn: Turn = folders.map(|folder| (key(&folder), folder)).collect();
        let plan = plan(&turn, &Known::default());
        assert_eq!(write::calls(plan.writes).len(), calls, "{count}");
    }
}

#[test]
fn a_transaction_holds_no_more_than_dynamodb_takes() {
    let long = "x".repeat(100_000);
    let folders = (0..40).map(|n| folder(&format!("Shot {n} {long}{n}/SH")));
    let turn: Turn = folders.map(|folder| (key(&folder), folder)).collect();
    let writes = plan(&turn, &Known::default()).writes;
    let counts: Vec<_> = write::calls(writes).iter().map(Vec::len).collect();
    assert_eq!(counts, [14, 14, 12], "of some 200 KB each, 3 MB");
}

#[test]
fn no_two_things_have_the_same_key() {
    let at = |root: &str, path: &str| FolderPath::new(root, path);
    let shot = |kind: &str| EntityRef::new(kind, 1);
    let keys = [
        folder_key(&at("a", "bc"), &shot("Shot"), true),
        folder_key(&at("ab", "c"), &shot("Shot"), true),
        folder_key(&at("", "abc"), &shot("Shot"), true),
        folder_key(&at("a", "bc"), &shot("Shot"), false),
        folder_key(&at("a", "b"), &shot("cShot"), false),
        Place::of(&at("a", "bc/d"), &shot("Shot")).key(),
        Place::of(&at("a", "d"), &shot("Shot")).key(),
    ];
    assert_eq!(BTreeSet::from(keys.clone()).len(), keys.len());
    assert!(keys.iter().all(|key| key.len() < 100), "{keys:?}");
    let [one, other] = ["Shot", "Asset"].map(|kind| folder_key(&at("a", "b"), &shot(kind), true));
    assert_eq!(one, other, "a folder has one owner");
    for path in ["show/SH010", "SH010"] {
        let place = Place::of(&at("a", path), &shot("Shot"));
        let expect = folder_key(&at("a", path), &shot("Shot"), true);
        assert_eq!(place.folder_key("SH010", true), expect);
    }
}

#[tokio::test(start_paused = true)]
async fn what_brings_nothing_is_given_up_and_what_goes_on_is_not() {
    let start = tokio::time::Instant::now();
    let mut patient = Patient::default();
    let mut waits = 0;
    while patient.waits(true).await {
        waits += 1;
    }
    assert_eq!(waits, 9);
    let waited = start.elapsed().as_secs();
    assert!((5..=15).contains(&waited), "{waited} s");
    for _ in 0..100 {
        assert!(patient.waits(false).await);
    }
}

#[test]
fn however_many_own_folders_there_are_a_storage_is_looked_through_once() {
    let mut folders: Vec<_> = (0..1000).map(|n| folder(&format!("Step 5 show/{n:03}"))).collect();
    folders.extend(["Step 5 a", "Step 5 a-b", "-Step 5 z"].map(folder));
    let mut other = folder("Step 5 b");
    other.at.root = "secondary".to_owned();
    folders.push(other);
    let below = Below::of(&folders);
    let range = |root, first: &str, last: &str| Range {
        root,
        first: first.to_owned(),
        last: last.to_owned(),
    };
    let expect = [range("primary", "a-b/", "show/9990"), range("secondary", "b/", "b0")];
    assert_eq!(below.ranges(), expect);
    for (root, path, is_below) in [
        ("primary", "show/000/x", true),
        ("primary", "a/b/c/d", true),
        ("primary", "show/000", false),
        ("primary", "show/0000/x", false),
        ("primary", "show/x", false),
        ("primary", "z/x", false),
        ("primary", "b/x", false),
        ("secondary", "b/x", true),
        ("third", "b/x", false),
    ] {
        assert_eq!(below.holds(&FolderPath::new(root, path)), is_below, "{root}:{path}");
    }
    assert_eq!(Below::of(&[folder("-Step 5 z")]).ranges(), []);
}
