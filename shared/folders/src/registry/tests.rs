//! Conflicts and the site's records, from rows written by hand.

use serde_json::json;
use sgh_core::ids::EntityRef;
use sgh_site::Record;

use super::*;
use crate::plan::FolderError;
use crate::roots::Roots;

/// `Shot 30 SH010 film/SH010`: an entity, what it is called, its folder in the primary storage.
fn wanted(text: &str) -> Registration {
    let parts: Vec<&str> = text.split(' ').collect();
    let [kind, id, name, path] = parts[..] else { panic!("{text}") };
    let entity = EntityRef::new(kind, id.parse().expect("an id"));
    let project = EntityRef::new("Project", 1);
    Registration {
        at: FolderPath::new("primary", path),
        entity: Arc::new(Named { entity, name: name.to_owned() }),
        is_primary: true,
        metadata: Arc::new(json!({"type": "shotgun_entity", "filters": []})),
        project: Arc::new(ProjectFolder {
            entity: project,
            at: FolderPath::new("primary", "film"),
        }),
    }
}

/// The same; `-` before it for a folder that is not the entity's own.
fn known(text: &str) -> RegisteredFolder {
    let row = RegisteredFolder::from(&wanted(text.trim_start_matches('-')));
    RegisteredFolder { is_primary: !text.starts_with('-'), ..row }
}

fn check(new: &str, old: &[&str]) -> Result<(), FolderError> {
    let old: Vec<RegisteredFolder> = old.iter().map(|row| known(row)).collect();
    conflict(&[wanted(new)], &old)
}

#[test]
fn a_folder_is_one_entitys_and_an_entity_has_one_folder_in_one_place() {
    let kind = |new, old: &[&str]| check(new, old).err().map(|error| error.kind());
    let shot = "Shot 30 B film/B";
    assert_eq!(kind(shot, &[]), None);
    assert_eq!(kind(shot, &[shot]), None, "its own");
    assert_eq!(kind(shot, &["Shot 30 A film/B"]), None, "renamed, and the schema does not care");
    assert_eq!(kind(shot, &["Shot 31 B film/B"]), Some("conflict.path_taken"));
    assert_eq!(kind(shot, &["Asset 30 B film/B"]), Some("conflict.path_taken"));
    assert_eq!(kind(shot, &["-Asset 30 B film/B"]), None, "not the asset's own");
    assert_eq!(kind(shot, &["Shot 31 b film/b"]), None, "another name");
    assert_eq!(kind(shot, &["Shot 30 A film/A"]), Some("conflict.entity_elsewhere"));
    assert_eq!(kind(shot, &["-Shot 30 A film/A"]), Some("conflict.entity_elsewhere"));
    assert_eq!(kind(shot, &["Shot 30 A film/A", shot]), Some("conflict.entity_elsewhere"));
    assert_eq!(kind(shot, &["Shot 30 A film/x/A"]), None, "moved to another folder");
    let both = ["Shot 30 A film/A", "Shot 31 B film/B"];
    assert_eq!(kind(shot, &both), Some("conflict.path_taken"), "whose it is comes first");
}

#[test]
fn another_storage_is_another_place() {
    let other = |text: &str| {
        let mut row = known(text);
        row.at.root = "renders".to_owned();
        row
    };
    let new = [wanted("Shot 30 B film/B")];
    assert_eq!(conflict(&new, &[other("Shot 30 A film/A"), other("Shot 31 B film/B")]), Ok(()));
}

#[test]
fn the_first_folder_in_question_is_told_and_only_own_folders_are() {
    let old = [known("Shot 1 a film/A"), known("Shot 2 b film/b")];
    let new = [wanted("Shot 3 c film/c"), wanted("Shot 2 B film/B"), wanted("Shot 4 A film/A")];
    let error = conflict(&new, &old).expect_err("refused");
    assert_eq!(error.kind(), "conflict.entity_elsewhere");
    let second = Registration { is_primary: false, ..wanted("Shot 2 B film/B") };
    assert_eq!(conflict(&[second], &old), Ok(()));
}

/// Whatever the order of the rows, the least of those that speak against it is told.
#[test]
fn of_many_folders_beside_the_least_other_one_is_told_in_any_order() {
    let rows = ["A", "B", "C", "D"].map(|name| known(&format!("Shot 30 {name} film/{name}")));
    let doubled = known("-Shot 30 A film/A");
    for (new, other) in [("A", "B"), ("B", "A"), ("C", "A"), ("X", "A")] {
        let new = [wanted(&format!("Shot 30 {new} film/{new}"))];
        let told = |order: &[RegisteredFolder]| match conflict(&new, order) {
            Err(FolderError::Elsewhere { known, .. }) => known.name,
            other => panic!("{other:?}"),
        };
        for turn in 0..rows.len() {
            let mut order = rows.to_vec();
            order.insert(turn, doubled.clone());
            order.rotate_left(turn);
            assert_eq!(told(&order), other, "{order:?}");
            order.reverse();
            assert_eq!(told(&order), other, "{order:?}");
        }
    }
}

#[test]
fn plans_are_checked_against_those_before_them() {
    let plans = ["Shot 30 A film/A", "Shot 31 B film/B", "Shot 32 A film/A", "Shot 31 C film/C"];
    let plans = plans.map(|plan| [wanted(plan)]);
    let mut owned = Owned::default();
    let mut kinds = Vec::new();
    for plan in &plans {
        kinds.push(owned.check(plan).err().map(|error| error.kind()));
        owned.want(plan);
    }
    let expect = [None, None, Some("conflict.path_taken"), Some("conflict.entity_elsewhere")];
    assert_eq!(kinds, expect);
}

#[test]
fn a_conflict_says_both_names_the_path_and_what_to_do() {
    let text = |new, old| check(new, &[old]).expect_err("refused").to_string();
    assert_eq!(
        text("Shot 31 SH-010 film/SH-010", "Shot 30 SH_010 film/SH-010"),
        "Shot `SH-010` (id 31) would have the folder `film/SH-010` in primary, which belongs to \
         Shot `SH_010` (id 30); rename Shot `SH-010` (id 31), or, if Shot `SH_010` (id 30) needs \
         that folder no more, run `sgh folders forget Shot 30` and have it made again"
    );
    assert_eq!(
        text("Shot 1234 SH020 film/SH020", "Shot 1234 SH010 film/SH010"),
        "Shot `SH020` (id 1234) has the folder `film/SH010` in primary already, made when it was \
         called `SH010`, so `SH020` is not made beside it; rename it back to `SH010`, or rename \
         that directory by hand and run `sgh folders forget Shot 1234`, then have it made again"
    );
    let schema = text("Shot 1 A film/A_x", "Shot 1 A film/A");
    assert!(schema.contains("; take back what changed its name in the schema or on"), "{schema}");
}

#[test]
fn fifty_thousand_folders_are_checked_against_as_many_rows() {
    let new: Vec<Registration> =
        (1..=50_000).map(|id| wanted(&format!("Shot {id} s{id} film/s{id}"))).collect();
    let mut old: Vec<RegisteredFolder> = new.iter().map(RegisteredFolder::from).collect();
    assert_eq!(conflict(&new, &old), Ok(()));
    assert!(unregistered(&new, &old).is_empty());
    let last = old.last_mut().expect("a row");
    last.at.path.push_str("_old");
    let error = conflict(&new, &old).expect_err("refused").to_string();
    assert!(error.contains("`sgh folders forget Shot 50000`"), "{error}");
}

#[test]
fn only_what_is_not_registered_is_new() {
    let new = [
        wanted("Shot 1 A film/A"),
        wanted("Shot 2 B film/B"),
        Registration { is_primary: false, ..wanted("Step 9 anim film/A") },
        Registration { is_primary: false, ..wanted("Step 8 comp film/A") },
    ];
    let old = [known("Shot 1 old film/A"), known("-Step 9 anim film/A")];
    let names: Vec<&str> = unregistered(&new, &old).iter().map(|row| row.at.name()).collect();
    assert_eq!(names, ["B", "A"]);
    assert_eq!(unregistered(&new, &[]).len(), 4);
    let all: Vec<RegisteredFolder> = new.iter().map(RegisteredFolder::from).collect();
    assert!(unregistered(&new, &all).is_empty());
}

fn storages() -> Storages {
    let spelling = |linux: &str, windows: &str| Spelling {
        linux: Some(linux.to_owned()),
        mac: Some(format!("/Volumes{linux}")),
        windows: Some(windows.to_owned()),
    };
    let primary = spelling("/mnt/p/", "P:\\");
    let deep = spelling("/mnt/p/deep", "\\\\host\\Deep");
    Storages::new([("primary".to_owned(), primary), ("deep".to_owned(), deep)].into())
}

#[test]
fn a_location_has_the_fields_that_toolkit_reads() {
    let user = EntityRef::new("HumanUser", 11);
    let made = location(&wanted("Shot 30 SH film/seq/SH"), &storages(), Some(&user));
    let made = made.expect("a record");
    assert_eq!(made.kind, "FilesystemLocation");
    assert_eq!(
        json!(made.fields),
        json!({
            "code": "SH",
            "configuration_metadata": "{\"type\":\"shotgun_entity\",\"filters\":[]}",
            "created_by": {"type": "HumanUser", "id": 11},
            "entity": {"type": "Shot", "id": 30, "name": "SH"},
            "is_primary": true,
            "linked_entity_id": 30,
            "linked_entity_type": "Shot",
            "path": {"local_path": "/mnt/p/film/seq/SH", "name": "[primary] /seq/SH"},
            "pipeline_configuration": null,
            "project": {"type": "Project", "id": 1},
        })
    );
    let project = location(&wanted("Project 1 Film film"), &storages(), None).expect("a record");
    assert_eq!(project.fields["path"]["name"], "[primary] ");
    assert_eq!(project.fields["created_by"], Value::Null);
    assert_eq!(location(&wanted("Shot 30 SH film/SH"), &Storages::default(), None), None);
    let windows = Spelling { windows: Some("P:\\".to_owned()), ..Spelling::default() };
    let only = Storages::new([("primary".to_owned(), windows)].into());
    let made = location(&wanted("Shot 30 SH film/SH"), &only, None).expect("a record");
    assert_eq!(made.fields["path"]["local_path"], "P:\\film\\SH");
}

#[test]
fn a_location_is_read_back_as_it_was_registered() {
    let row = wanted("Shot 30 SH film/seq/SH");
    let made = location(&row, &storages(), None).expect("a record");
    let record = |fields| Record { entity: EntityRef::new(LOCATION, 7), fields };
    let back = registered(&record(made.fields.clone()), &storages());
    let expect = RegisteredFolder { location: Some(7), ..RegisteredFolder::from(&row) };
    assert_eq!(back, Some(expect));
    for (path, expect) in [
        (json!({"local_path": "/Volumes/mnt/p/film/x"}), Some("primary:film/x")),
        (json!({"local_path": "p:\\Film\\x"}), Some("primary:Film/x")),
        (json!({"local_path": "//HOST/deep/film/x/"}), Some("deep:film/x")),
        (json!({"local_path": "/mnt/p/deep/film/x"}), Some("deep:film/x")),
        (json!({"local_path": "/mnt/pp/film"}), None),
        (json!({"local_path": "/mnt/p"}), None),
        (json!({"local_path": "/else/x", "name": "[primary] /seq/x"}), Some("primary:film/seq/x")),
        (json!({"local_path": null, "name": "[primary] "}), Some("primary:film")),
        (json!({"name": "[primary] /../x"}), None),
        (json!({"name": "[gone] /x"}), None),
        (json!(null), None),
    ] {
        let mut fields = made.fields.clone();
        fields.insert("path".to_owned(), path.clone());
        fields.insert("project.Project.tank_name".to_owned(), json!("film"));
        let at = registered(&record(fields), &storages()).map(|row| row.at.to_string());
        assert_eq!(at.as_deref(), expect, "{path}");
    }
    let mut fields = made.fields.clone();
    fields.insert("entity".to_owned(), Value::Null);
    assert!(registered(&record(fields.clone()), &storages()).is_some(), "a retired shot's");
    fields.insert("linked_entity_id".to_owned(), Value::Null);
    assert_eq!(registered(&record(fields), &storages()), None);
}

#[test]
fn an_event_lists_what_was_asked_and_what_was_made() {
    let (project, user) = (EntityRef::new("Project", 1), EntityRef::new("HumanUser", 11));
    let event = created_event("Shot", &[31, 30], &project, &[900, 901], Some(&user));
    assert_eq!(event.kind, "EventLogEntry");
    let who = format!("shotgrid-hooks {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        json!(event.fields),
        json!({
            "description": format!("{who}: Created folders on disk for Shots with id: 31, 30"),
            "entity": null,
            "event_type": "Toolkit_Folders_Create",
            "meta": {"core_api_version": who, "sg_folder_ids": [900, 901]},
            "project": {"type": "Project", "id": 1},
            "user": {"type": "HumanUser", "id": 11},
        })
    );
}

#[test]
fn storages_without_a_spelling_are_spelled_as_they_are_mounted() {
    let roots = Roots::new([("primary".to_owned(), "/srv/p".into())].into());
    let storages = Storages::as_mounted(&roots);
    assert_eq!(storages.folder("/srv/p/film"), Some(FolderPath::new("primary", "film")));
    let path = storages.get("primary").and_then(|spelling| spelling.local_path("film"));
    assert_eq!(path.as_deref(), Some("/srv/p/film"));
}
