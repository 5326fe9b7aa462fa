//! Codes, and values that a field cannot have.

use super::each;

#[test]
fn a_code_that_the_site_has_not_is_named_wherever_it_stands() {
    for (keys, mut expect) in wrong_codes_of_set().into_iter().chain(wrong_codes_of_the_others()) {
        expect.sort();
        let found = super::found(keys).into_iter();
        let mut found: Vec<_> = found.map(|line| line.replacen(" 2 a: ", " ", 1)).collect();
        found.sort();
        assert_eq!(found, expect, "{keys}");
    }
}

fn of_task(key: &str, code: &str, near: &str) -> String {
    let has = "it has wtg, rdy, ip, rev, apr, fin, hld, omt, na";
    format!("FAIL `{key}`: Task.sg_status_list: it has no code `{code}`; {near}{has}")
}

const NEAR: &str = "did you mean `fin`? ";

fn wrong_codes_of_set() -> Vec<(&'static str, Vec<String>)> {
    vec![
        (
            "on: Task/update/sg_status_list, from: wtf, to: finn, do: make_folders",
            vec![of_task("from", "wtf", "did you mean `wtg`? "), of_task("to", "finn", NEAR)],
        ),
        (
            "on: Version/create, do: set, target: sg_task, where: { sg_status_list: [wtg, finn] }, \
             values: { sg_status_list: done }",
            vec![
                of_task("values: sg_status_list", "done", ""),
                of_task("where: sg_status_list", "finn", NEAR),
            ],
        ),
        (
            "on: Version/update/sg_status_list, do: set, target: sg_task, \
             map: { sg_status_list: { apr: finn } }",
            vec![of_task("map: sg_status_list", "finn", NEAR)],
        ),
        (
            "on: Version/update/sg_status_list, do: set, target: sg_task, \
             map: { sg_status_list: { wtg: fin } }",
            vec![
                "FAIL `map: sg_status_list`: Version.sg_status_list: it has no code `wtg`; it \
                  has rev, vwd, apr, note"
                    .to_owned(),
            ],
        ),
    ]
}

fn wrong_codes_of_the_others() -> Vec<(&'static str, Vec<String>)> {
    vec![
        (
            "on: Task/create, do: open_downstream, done: finn, skip: nay, started: ipp, \
             waiting: wtgg, ready: rdyy",
            vec![
                of_task("done", "finn", NEAR),
                of_task("ready", "rdyy", "did you mean `rdy`? "),
                of_task("skip", "nay", "did you mean `na`? "),
                of_task("started", "ipp", "did you mean `ip`? "),
                of_task("waiting", "wtgg", "did you mean `wtg`? "),
            ],
        ),
        (
            "on: Task/create, do: roll_up, parents: Shot, skip: nay, all: { apr: [fin, finn] }",
            vec![
                "FAIL `all.apr`: Shot.sg_status_list: it has no code `apr`; it has wtg, ip, fin, \
                 hld, omt"
                    .to_owned(),
                of_task("all.apr", "finn", NEAR),
                of_task("skip", "nay", "did you mean `na`? "),
            ],
        ),
        (
            "on: Task/create, do: roll_up, parents: [Shot, Asset], keep: [cbb, rev], \
             any: { cbb: ip }",
            vec![
                "FAIL `any.cbb`: Shot.sg_status_list: it has no code `cbb`; it has wtg, ip, fin, \
                 hld, omt"
                    .to_owned(),
                "FAIL `keep`: Asset.sg_status_list: it has no code `rev`; it has wtg, ip, fin, \
                 hld, omt, cbb"
                    .to_owned(),
                "FAIL `keep`: Shot.sg_status_list: it has no code `rev`; it has wtg, ip, fin, \
                 hld, omt"
                    .to_owned(),
            ],
        ),
        (
            "on: Task/create, do: set, values: { sg_priority: hihg }",
            vec![
                "FAIL `values: sg_priority`: Task.sg_priority: it has no code `hihg`; did you \
                  mean `high`? it has low, high"
                    .to_owned(),
            ],
        ),
    ]
}

/// Keys of a `set` on tasks: where it is wrong, why, and the fix.
const OF_ANOTHER_KIND: [(&str, &str, &str, &str); 22] = [
    (
        "values: { content: 5 }",
        "values: content",
        "it holds text, and 5 is none of that",
        "write it in quotes",
    ),
    (
        "values: { duration: '5' }",
        "values: duration",
        "it holds a number, and `5` is none of that",
        "write a number, without quotes",
    ),
    (
        "values: { milestone: 'yes' }",
        "values: milestone",
        "it holds true or false, and `yes` is none of that",
        "write `true` or `false`",
    ),
    (
        "values: { sg_status_list: 5 }",
        "values: sg_status_list",
        "it holds one of its codes, and 5 is none of that",
        "write a code; in quotes, if it looks like something else",
    ),
    (
        "values: { due_date: $now }",
        "values: due_date",
        "it holds a day, and `$now` has a time",
        "write `$today`",
    ),
    (
        "values: { sg_done_at: $today }",
        "values: sg_done_at",
        "it holds a day and time, and `$today` no time",
        "write `$now`",
    ),
    ("values: { content: $now }", "values: content", "it holds text, no time", "set another field"),
    (
        "values: { due_date: tomorrow }",
        "values: due_date",
        "it holds a day, and `tomorrow` is none of that",
        "write a day such as \"2026-01-31\", or `$today`",
    ),
    (
        "values: { step: Comp }",
        "values: step",
        "`Comp` is no link",
        "write e.g. `{ type: Shot, id: 5 }`; to ask for a name, follow the link: \
             `entity.Shot.code`",
    ),
    (
        "values: { step: { type: Shot, id: 5 } }",
        "values: step",
        "it does not link to Shot",
        "it links to Step",
    ),
    (
        "values: { task_assignees: { type: Group, id: 5 } }",
        "values: task_assignees",
        "it holds links, and Group 5 is no list of them",
        "write a list, or use `add` and `remove`",
    ),
    (
        "if: { task_assignees: [{ type: Group, id: 5 }] }, values: { milestone: true }",
        "if: task_assignees",
        "it holds many links, and no one value is all of them",
        "only `null`, for none, can be asked of it",
    ),
    (
        "copy: { content: task_assignees }",
        "copy: content",
        "it holds text, and what is copied is links",
        "copy a field of the same kind",
    ),
    (
        "copy: { step: entity }",
        "copy: step",
        "it links to Step, and what is given to Shot, Asset, Sequence",
        "name a field that links to the same",
    ),
    (
        "copy: { entity: self }",
        "copy: entity",
        "it does not link to Task",
        "it links to Shot, Asset, Sequence",
    ),
    (
        "copy: { upstream_tasks: self }",
        "copy: upstream_tasks",
        "it holds many links, and `self` is one",
        "set the link from the other side, or copy a field of many links",
    ),
    (
        "add: { step: step }",
        "add: step",
        "it holds one link; `add` and `remove` need a field of many links",
        "set it with `copy` or `values`",
    ),
    (
        "add: { upstream_tasks: step }",
        "add: upstream_tasks",
        "it links to Task, and what is given to Step",
        "name a field that links to the same",
    ),
    (
        "add: { upstream_tasks: content }",
        "add: upstream_tasks",
        "`content` is no link",
        "name a link field",
    ),
    (
        "remove: { upstream_tasks: { type: Shot, id: 5 } }",
        "remove: upstream_tasks",
        "it does not link to Shot",
        "it links to Task",
    ),
    (
        "map: { milestone: { yes: true } }",
        "map: milestone",
        "it holds true or false, and `yes` is neither",
        "write `true` or `false`",
    ),
    (
        "map: { step: { Comp: null } }",
        "map: step",
        "it holds one link, which `map` cannot tell apart",
        "map a code, a text, a number, or true and false; a link can be asked for with `if`",
    ),
];

fn task(keys: &str) -> String {
    format!("on: Task/create, do: set, {keys}")
}

#[test]
fn a_value_of_another_kind_is_told_with_the_right_form() {
    for (keys, place, why, fix) in OF_ANOTHER_KIND {
        let field = place.rsplit(": ").next().unwrap_or_default();
        let expect = format!("FAIL `{place}`: Task.{field}: {why}; {fix}");
        each(&[(&task(keys), &[&expect])]);
    }
    each(&[
        (
            &task("values: { created_at: $now }"),
            &["FAIL `values: created_at`: the site lets nobody write `created_at` of Task; set \
               another field"],
        ),
        (
            "on: Version/update/sg_status_list, do: set, target: sg_task, \
             copy: { sg_priority: sg_status_list }",
            &[
                "FAIL `copy: sg_priority`: Task.sg_priority: none of the copied codes is one of its \
               own; translate them with `map`",
            ],
        ),
    ]);
}

#[test]
fn a_target_that_may_be_of_several_types_is_checked_on_each() {
    each(&[
        // A sequence has no status and is passed over; the other two have this one.
        ("on: Task/create, do: set, target: entity, values: { sg_status_list: fin }", &[]),
        (
            "on: Task/create, do: set, target: entity, values: { sg_status_list: cbb }",
            &["warn `values: sg_status_list`: Shot.sg_status_list: it has no code `cbb`; it has \
               wtg, ip, fin, hld, omt; where the target is one, this fails; name the type in \
               `target`, e.g. `entity.Shot`"],
        ),
        // Only an asset can be at `cbb`, so only assets are meant.
        (
            "on: Task/create, do: set, target: entity, where: { sg_status_list: cbb }, \
             values: { sg_status_list: fin }",
            &[],
        ),
        (
            "on: Note/create, do: set, target: note_links, where: { sg_status_list: rev }, \
             values: { sg_status_list: vwd }",
            &[],
        ),
        (
            "on: Task/create, do: set, target: entity, values: { colour: red }",
            &["FAIL `values: colour`: Asset or Sequence or Shot has no field `colour`; write the \
               field code of Asset or Sequence or Shot, as the site's field settings show it; or \
               the script may not see the field"],
        ),
    ]);
}
