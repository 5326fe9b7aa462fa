//! Types, fields, links, and events that can never fit.

use super::{Ask, Site, each, file, found};

/// The vocabulary that has to stay valid as it stands.
const CONTRACT: &str = include_str!("../../../../core/src/config/tests/contract.yaml");
/// The file that a studio starts with.
const STARTER: &str = include_str!("../../../../../studio/sgh.yaml");

#[test]
fn what_fits_is_not_spoken_of() {
    for text in [CONTRACT, STARTER] {
        let mut site = Site::new();
        let report = site.check(text);
        assert_eq!(super::lines(&report), [""; 0]);
        let fields = |ask: &&Ask| matches!(ask, Ask::Fields { .. });
        assert!(site.asked.iter().filter(fields).count() <= 6, "{:?}", site.asked);
    }
    for keys in [
        "on: Shot/update/code, do: make_folders",
        "on: 'event:Studio_Publish', do: set, target: sg_task, values: { sg_status_list: fin }",
        "on: Task/update/sg_status_list, from: [ip, null], to: fin, do: set, \
         values: { sg_done_at: $now, due_date: $today, milestone: true, duration: 60 }",
        "on: Task/update/milestone, to: true, do: set, if: { step.Step.code: [Comp] }, \
         target: entity.Shot, where: { sg_status_list: [wtg, ip] }, values: { sg_status_list: fin }",
        "on: Task/create, do: set, target: { find: Version, linked_by: sg_task, \
         newest: created_at }, where: { user: null }, values: { code: x }",
        "on: Version/create, do: set, target: { find: Task, same: entity }, copy: { content: code }",
        "on: Task/create, do: set, target: entity, values: { sg_status_list: ip }",
        "on: Note/create, do: set, target: any_link, values: { whatever: ip }",
        "on: Note/create, do: set, target: note_links.Version.sg_task, values: { milestone: true }",
        "on: Task/update/task_assignees, do: set, target: upstream_tasks, \
         add: { task_assignees: task_assignees }, remove: { sg_versions: { type: Version, id: 5 } }",
        "on: Version/create, do: set, target: sg_task, add: { sg_versions: user }",
        "on: Task/create, do: emit, fields: [content, step.Step.code]",
    ] {
        let found = found(keys);
        let odd = keys.contains("add: { sg_versions: user }");
        assert_eq!(found.is_empty(), !odd, "{keys}\n{found:?}");
    }
}

#[test]
fn a_type_or_a_field_that_is_not_there_is_named_with_what_was_meant() {
    each(&[
        (
            "on: Shott/create, do: make_folders",
            &["FAIL `on: Shott/create`: the site has no entity type `Shott`; did you mean `Shot`?"],
        ),
        (
            "on: DeliveryNote/create, do: make_folders",
            &["FAIL `on: DeliveryNote/create`: the site has no entity type `DeliveryNote`; \
               write the schema name of a type, e.g. Shot or CustomEntity05"],
        ),
        (
            "on: Task/update/sg_statuslist, do: make_folders",
            &["FAIL `on: Task/update/sg_statuslist`: Task has no field `sg_statuslist`; did you \
               mean `sg_status_list`?"],
        ),
        (
            "on: Task/update/status, do: make_folders",
            &["FAIL `on: Task/update/status`: Task has no field `status`; did you mean \
               `sg_status_list`?"],
        ),
        (
            "on: Task/create, do: set, if: { colour: red }, values: { shade: red }",
            &[
                "FAIL `if: colour`: Task has no field `colour`; write the field code of Task, as \
                 the site's field settings show it; or the script may not see the field",
                "FAIL `values: shade`: Task has no field `shade`; write the field code of Task, \
                 as the site's field settings show it; or the script may not see the field",
            ],
        ),
        (
            "on: [Task/create, Shot/create], do: run, command: [./a.py], fields: content",
            &[
                "FAIL `fields: content`: Shot has no field `content`; write the field code of Shot, \
               as the site's field settings show it; or the script may not see the field",
            ],
        ),
        (
            "on: Task/create, do: roll_up, parents: [Shot, Set], all: { fin: fin }",
            &["FAIL `parents`: the site has no entity type `Set`; write the schema name of a \
               type, e.g. Shot or CustomEntity05"],
        ),
    ]);
}

#[test]
fn a_link_has_to_lead_there() {
    each(&[
        (
            "on: Task/create, do: set, target: entity.Step, values: { code: x }",
            &["FAIL `target: entity`: this link of Task never leads to Step; it leads to Shot, \
               Asset, Sequence"],
        ),
        (
            "on: Task/create, do: set, target: content, values: { code: x }",
            &["FAIL `target: content`: this field of Task is no link; it holds text; name a link \
               field"],
        ),
        (
            "on: Task/create, do: set, if: { entity.Shot.cod: x }, values: { milestone: true }",
            &["FAIL `if: entity.Shot.cod`: Shot has no field `cod`; did you mean `code`?"],
        ),
        (
            "on: Shot/create, do: push_down, values: hld, children: Version.sg_task",
            &[
                "FAIL `children: Version.sg_task`: this link of Version never leads to Shot; it \
                 leads to Task",
                "FAIL `values`: Version.sg_status_list: it has no code `hld`; it has rev, vwd, \
                 apr, note",
            ],
        ),
        (
            "on: Task/create, do: set, target: { find: Version, linked_by: entity }, \
             values: { code: x }",
            &["FAIL `target: linked_by`: this link of Version never leads to Task; it leads to \
               Shot, Asset"],
        ),
        (
            "on: Version/create, do: set, target: { find: Task, same: { content: code } }, \
             values: { milestone: true }",
            &[
                "FAIL `target: same`: none of these fields is a link, so nothing can be searched by \
               them; name a link among them, e.g. `entity`",
            ],
        ),
    ]);
}

#[test]
fn a_rule_that_can_never_run_is_said() {
    each(&[
        (
            "on: Task/update/sg_status_list, from: fin, to: fin, do: make_folders",
            &["FAIL it never runs: no change is from `fin` to the same; name another value in \
               `from` or in `to`"],
        ),
        (
            "on: Task/create, from: ip, do: make_folders",
            &[
                "FAIL it never runs: `on: Task/create` is no change of a value, and `from` asks for \
               one; take it into an automation without that key; `if` asks how the entity is",
            ],
        ),
        (
            "on: [Task/revive, Task/update/sg_status_list], from: ip, to: fin, do: make_folders",
            &["warn `on: Task/revive` is no change of a value, and `from` and `to` ask for one; \
               take it into an automation without that key; `if` asks how the entity is"],
        ),
        (
            "on: Task/update, to: fin, do: make_folders",
            &["warn `on: Task/update`: `to` asks whatever field has changed for its value; name \
               the field: `Task/update/sg_status_list`"],
        ),
        (
            "on: Task/update/task_assignees, to: [x], do: make_folders",
            &[
                "FAIL it never runs: `on: Task/update/task_assignees`: a change of many links has no \
               value that `from` or `to` could ask for; take the key out; `if` asks how the entity \
               is",
            ],
        ),
        (
            "on: Shot/update/task_count, do: make_folders",
            &["FAIL it never runs: `on: Shot/update/task_count`: the site computes `task_count` \
               and tells no change of it; wait for a change of what it is computed from"],
        ),
        (
            "on: ApiUser/create, do: make_folders",
            &[
                "FAIL `on: ApiUser/create`: the site sends no deliveries about ApiUser, so it never \
               runs; wait for a change of what it connects",
            ],
        ),
        (
            "on: 'event:Shotgun_Shot_New', do: make_folders",
            &[
                "warn `on: event:Shotgun_Shot_New`: hooks deliver these events by entity and not by \
               event type; write `Shot/create`",
            ],
        ),
    ]);
}

#[test]
fn a_rule_that_can_never_change_anything_is_said() {
    each(&[
        (
            "on: Task/update/sg_status_list, to: fin, do: set, if: { sg_status_list: [ip, rdy] }, \
             values: { milestone: true }",
            &["FAIL it never runs: `to` asks for `sg_status_list` `fin`, and `if` for `ip` or \
               `rdy`; let both name the same value, or take one out"],
        ),
        (
            "on: Version/update/sg_status_list, to: vwd, do: set, target: sg_task, \
             map: { sg_status_list: { apr: fin } }",
            &[
                "FAIL it never sets anything: `to` asks for `vwd`, which `map: sg_status_list` does \
               not name; take `to` out, for `map` alone says which values count",
            ],
        ),
        (
            "on: Version/create, do: set, target: sg_task, where: { sg_status_list: fin }, \
             values: { sg_status_list: fin }",
            &["FAIL it never changes anything: `where` asks for the values that `values` sets; \
               name in `where` what the target has before"],
        ),
        (
            "on: Task/update/sg_status_list, to: ip, do: open_downstream, done: fin, \
             waiting: wtg, ready: rdy",
            &["FAIL it never does anything: `to` asks for `ip`, and `done`, `skip` or `started` \
               for others; take `to` out"],
        ),
        (
            "on: Shot/update/sg_status_list, to: ip, do: push_down, values: [hld, omt]",
            &["FAIL it never does anything: `to` asks for `ip`, and `values` for others; take \
               `to` out"],
        ),
    ]);
}

#[test]
fn the_site_is_asked_for_what_the_file_names_and_no_more() {
    let mut site = Site::new();
    site.check(&file(&[
        "on: Shot/create, do: make_folders",
        "on: Version/update/sg_status_list, do: set, target: sg_task, values: { milestone: true }",
    ]));
    let fields = |kind: &str| Ask::Fields { kind: kind.into(), project: None };
    assert_eq!(site.asked, [Ask::Types, fields("Version"), fields("Task")]);
}
