//! The forms of `do: set`.

use super::*;

fn one(keys: &str) -> String {
    format!("automations:\n  - {{ name: a, on: Task/update, do: set, {keys} }}\n")
}

fn set(keys: &str) -> Set {
    let config = read(&one(keys)).unwrap_or_else(|error| panic!("{error}"));
    let Action::Set(set) = config.automations[0].action.clone() else { panic!("not set") };
    set
}

fn target(text: &str) -> Target {
    set(&format!("values: {{ a: 1 }}, target: {text}")).target
}

fn hop(field: &str, kind: Option<&str>) -> Hop {
    Hop { field: field.into(), kind: kind.map(str::to_owned) }
}

#[test]
fn a_target_is_itself_a_way_along_links_or_found() {
    assert_eq!(target("self"), Target::Itself);
    assert_eq!(
        target("note_links.Version"),
        Target::Link(vec![hop("note_links", Some("Version"))])
    );
    assert_eq!(
        target("note_links.Version.sg_task"),
        Target::Link(vec![hop("note_links", Some("Version")), hop("sg_task", None)])
    );
    assert_eq!(
        target("{ find: Version, linked_by: sg_task, newest: created_at }"),
        Target::Found(Find {
            kind: "Version".into(),
            linked_by: Some("sg_task".into()),
            same: [].into(),
            newest: Some("created_at".into()),
        })
    );
    for (same, pair) in [
        ("entity", ("entity", "entity")),
        ("[entity]", ("entity", "entity")),
        ("{ user: task_assignees }", ("user", "task_assignees")),
    ] {
        let Target::Found(find) = target(&format!("{{ find: Version, same: {same} }}")) else {
            panic!("not found")
        };
        assert_eq!(find.same, [(pair.0.to_owned(), pair.1.to_owned())].into());
    }
}

#[test]
fn a_target_that_cannot_be_meant_is_refused() {
    for (text, expect) in [
        ("5", "`target`: write `self`, a link such as"),
        ("'a b'", "`target`: write `self`, a link such as"),
        ("a..b", "`target`: write `self`, a link such as"),
        ("{ linked_by: sg_task }", "`target` needs `find`"),
        ("{ find: Version }", "`target` needs `linked_by` or `same`"),
        ("{ find: Version, lined_by: x }", "unknown key `lined_by` (did you mean `linked_by`?)"),
        ("{ find: Version, same: [5] }", "`target.same`: 5 is no field"),
        ("{ find: [A], same: entity }", "`target.find`: [\"A\"] is no name"),
    ] {
        check_error(&one(&format!("values: {{ a: 1 }}, target: {text}")), &[expect]);
    }
}

#[test]
fn a_field_gets_what_one_key_says() {
    let set = set("values: { a: x, at: $now, on: $today, price: $$5 }, map: { b: { x: 1 } }, \
         copy: { c: entity.Shot.code, task: self }, add: { d: task_assignees }, \
         remove: { e: { type: Group, id: 5 } }");
    let group = Links::Fixed(vec![crate::ids::EntityRef::new("Group", 5)]);
    let expect: Vec<(&str, Worth)> = vec![
        ("a", Worth::Fixed(json!("x"))),
        ("at", Worth::Now),
        ("b", Worth::Mapped([("x".to_owned(), json!(1))].into())),
        ("c", Worth::Copied("entity.Shot.code".into())),
        ("d", Worth::Added(Links::Field("task_assignees".into()))),
        ("e", Worth::Removed(group)),
        ("on", Worth::Today(jiff::tz::TimeZone::UTC)),
        ("price", Worth::Fixed(json!("$5"))),
        ("task", Worth::Source),
    ];
    let fields: Vec<(&str, Worth)> =
        set.fields.iter().map(|(field, worth)| (field.as_str(), worth.clone())).collect();
    assert_eq!(fields, expect);
}

#[test]
fn what_a_field_cannot_get_is_refused() {
    check_error(&one("target: x"), &["`set` needs one of `values`, `map`"]);
    check_error(
        &one("values: { a: 1, b: 1 }, copy: { a: b }, add: { b: c }"),
        &[
            "`a` stands in `copy` and in another of `values`",
            "`b` stands in `add` and in another of",
        ],
    );
    check_error(
        &one("values: { a.B.c: 1, x: $tody }, copy: { d: 'e f' }, add: { f: 5, g: [] }"),
        &[
            "`$tody` stands for nothing (did you mean `$today`?)",
            "`copy: { d: e f }`: write a field",
            "`add: { f: 5 }`: write a field of the changed entity, or links",
            "`add: { g: [] }`",
            "`values: a.B.c` is no field of the target",
        ],
    );
}

#[test]
fn conditions_may_follow_links() {
    let set = set("values: { a: 1 }, if: { step.Step.code: [Comp, Prep] }, where: { b: [null] }");
    assert_eq!(set.only_if["step.Step.code"], [json!("Comp"), json!("Prep")]);
    assert_eq!(set.conditions["b"], [Value::Null]);
    check_error(
        &one("values: { a: 1 }, if: { step.Step: x, 'a b': y }, where: { c: [] }"),
        &[
            "`if: a b`: write a field, or one that links lead to",
            "`if: step.Step`: write a field",
            "`where: c` has no value: it would never fit",
        ],
    );
}

#[test]
fn days_are_counted_in_the_zone_of_the_studio() {
    let text = one("values: { a: $today }");
    let config = read(&format!("time_zone: Asia/Seoul\n{text}")).expect("valid");
    let Action::Set(set) = &config.automations[0].action else { panic!("not set") };
    let Worth::Today(zone) = &set.fields["a"] else { panic!("not today") };
    assert_eq!(zone.iana_name(), Some("Asia/Seoul"));
    check_error(
        &format!("time_zone: Asia/Soul\n{text}"),
        &[":1:12: `time_zone: Asia/Soul` is no zone: write e.g. `Asia/Seoul`"],
    );
    check_error(
        &format!("time_zone: here and there\n{text}"),
        &["is no zone: write e.g. `America/Los_Angeles`"],
    );
}
