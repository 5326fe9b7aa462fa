mod flow;
mod hostile;

use super::*;
use crate::{Import, import};

/// What is found in the body of `registerCallbacks`, after what the module says before it.
fn found(before: &str, body: &str) -> Import {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("{before}\ndef registerCallbacks(reg):\n{body}    pass\n");
    import(&[Plugin { path: "p.py".into(), text }])
}

/// Each automation as `callback: type -> triggers`, with `!` where an error stops it.
fn shown(import: &Import) -> Vec<String> {
    let of = |callback: &crate::Callback| {
        let stop = if callback.stops_on_error { " !" } else { "" };
        let name = callback.name.clone();
        let line = move |one: &crate::Imported| {
            format!("{name}: {} -> {}{stop}", one.event_type, one.on.join(" "))
        };
        callback.automations.iter().map(line).collect::<Vec<_>>()
    };
    import.callbacks.iter().flat_map(of).collect()
}

fn check(body: &str, automations: &[&str], unread: &[&str]) {
    check_with("", body, automations, unread);
}

fn check_with(before: &str, body: &str, automations: &[&str], unread: &[&str]) {
    let import = found(before, body);
    assert_eq!(shown(&import), automations, "{body}");
    let told: Vec<&str> = import.unread.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(told.len(), unread.len(), "{body}\n{told:#?}");
    for (told, expect) in told.iter().zip(unread) {
        assert!(told.contains(expect), "{body}\n{told}\nexpected: {expect}");
    }
}

/// One callback with these events.
fn check_events(events: &str, automations: &[&str], unread: &[&str]) {
    check(&format!("reg.registerCallback('n', 'k', cb, {events})"), automations, unread);
}

#[test]
fn event_types_and_fields_become_triggers() {
    check_events(
        "{'Shotgun_Task_Change': ['sg_status_list', 'entity']}",
        &["cb: Shotgun_Task_Change -> Task/update/sg_status_list Task/update/entity !"],
        &[],
    );
    check_events(
        "{'Shotgun_Shot_New': None, 'Shotgun_Shot_Retirement': ['*'], 'Shotgun_Asset_Revival': '*',
          'Shotgun_CustomEntity06_Change': ['sg_a', '*']}",
        &[
            "cb: Shotgun_Shot_New -> Shot/create !",
            "cb: Shotgun_Shot_Retirement -> Shot/delete !",
            "cb: Shotgun_Asset_Revival -> Asset/revive !",
            "cb: Shotgun_CustomEntity06_Change -> CustomEntity06/update !",
        ],
        &[],
    );
}

#[test]
fn a_text_lets_through_what_is_a_part_of_it() {
    check_events(
        "{'Shotgun_Task_Change': 'sg_status_list'}",
        &["cb: Shotgun_Task_Change -> Task/update/sg_status_list !"],
        &[],
    );
    check_events(
        "{'Shotgun_Task_Change': 'code, entity', 'Shotgun_Shot_Change': 'sg_*'}",
        &[
            "cb: Shotgun_Task_Change -> Task/update/code Task/update/entity !",
            "cb: Shotgun_Shot_Change -> Shot/update !",
        ],
        &[],
    );
    let import = found("", "reg.registerCallback(a, b, cb, {'Shotgun_Task_Change': 'sg_a'})");
    let remarks = &import.callbacks[0].automations[0].remarks;
    assert_eq!(remarks, &["the daemon takes every field whose name is a part of `sg_a`"]);
}

#[test]
fn everything_is_told_and_becomes_no_rule() {
    for events in ["None", "{}", "[]", "{'*': None}", "{'*': ['*']}"] {
        check_events(events, &[], &["callback `cb`: it wants every event"]);
    }
    check("reg.registerCallback(a, b, cb)", &[], &["it wants every event"]);
    // The daemon asks for `*` first, and then looks at no other key.
    check_events(
        "{'Shotgun_Task_Change': None, '*': ['sg_status_list']}",
        &[],
        &["the daemon looks at no other key", "it wants `sg_status_list` of every type"],
    );
    assert!(found("", "reg.registerCallback(a, b, cb)").callbacks[0].wants_everything);
}

#[test]
fn what_the_daemon_never_ran_is_told() {
    check_events(
        "{'Shotgun_Shot_New': ['code'], 'Shotgun_Shot_Change': [], 'Shotgun_Task_Change': [1]}",
        &[],
        &[
            "`Shotgun_Shot_New`: such an event names no field, so it was never run; if it is \
             meant, write `Shot/create`",
            "`Shotgun_Shot_Change`: it names no field",
            "`Shotgun_Task_Change`: it names no field",
        ],
    );
    check_events("['Shotgun_Shot_New']", &[], &["no dict: the daemon stops the plugin"]);
    check_events("{'Shotgun_Shot_Change': 7}", &[], &["the daemon stops the plugin"]);
    check_events("{'Shotgun_Shot_Change': ['a b']}", &[], &["`Shot/update/a b` is no trigger"]);
}

#[test]
fn other_event_types_are_matched_by_their_names() {
    check_events(
        "{'Toolkit_Folders_Create': None, 'Shotgun_User_Login': None,
          'Shotgun_Preferences_Change': None}",
        &[
            "cb: Toolkit_Folders_Create -> event:Toolkit_Folders_Create !",
            "cb: Shotgun_User_Login -> event:Shotgun_User_Login !",
            "cb: Shotgun_Preferences_Change -> event:Shotgun_Preferences_Change !",
        ],
        &[],
    );
    let import = found("", "reg.registerCallback(a, b, cb, {'Studio_Done': ['x']})");
    let remarks = import.callbacks[0].automations[0].remarks.join("\n");
    assert!(remarks.contains("it was for `x` only"), "{remarks}");
    assert!(remarks.contains("no hook delivers such an event"), "{remarks}");
}

#[test]
fn stop_on_error_is_what_the_daemon_does_if_nothing_is_said() {
    let events = "{'Shotgun_Shot_New': None}";
    let stops = "cb: Shotgun_Shot_New -> Shot/create !";
    let goes_on = "cb: Shotgun_Shot_New -> Shot/create";
    check(&format!("reg.registerCallback(a, b, cb, {events}, None, False)"), &[goes_on], &[]);
    check(&format!("reg.registerCallback(a, b, cb, {events}, {{}}, True)"), &[stops], &[]);
    check(
        &format!("reg.registerCallback(callback=cb, stopOnError=0, matchEvents={events})"),
        &[goes_on],
        &[],
    );
    check(
        &format!("reg.registerCallback(a, b, cb, {events}, stopOnError=STOP)"),
        &[stops],
        &["`stopOnError` is not known"],
    );
}

#[test]
fn a_callback_is_called_by_its_last_name() {
    for (given, name) in [
        ("cb", "cb"),
        ("studio.tools.cb", "cb"),
        ("Callback(state)", "Callback"),
        ("Callback(state).run", "run"),
        ("lambda *a: None", "lambda"),
        ("table['x']", "callback"),
    ] {
        let body = format!("reg.registerCallback(a, b, {given}, {{'Shotgun_Shot_New': None}})");
        check(&body, &[&format!("{name}: Shotgun_Shot_New -> Shot/create !")], &[]);
    }
}

#[test]
fn a_plugin_that_the_daemon_does_not_run_is_told() {
    for (text, expect) in [
        ("def register(reg): pass\n", "it has no function `registerCallbacks`"),
        ("def registerCallbacks(reg): pass\n", "its `registerCallbacks` registers nothing"),
        ("", "it has no function"),
    ] {
        let import = import(&[Plugin { path: "p.py".into(), text: text.to_owned() }]);
        let told: Vec<String> = import.unread.iter().map(ToString::to_string).collect();
        assert!(import.callbacks.is_empty() && told.len() == 1, "{import:?}");
        assert!(told[0].starts_with(&format!("p.py: {expect}")), "{told:?}");
    }
}

#[test]
fn python_2_is_read_as_far_as_it_goes() {
    let text = "def registerCallbacks(reg):
    reg.registerCallback(a, b, cb, {'Shotgun_Shot_New': None})

def cb(sg, logger, event, args):
    print 'a' % b, >>x
    exec y in z
    raise E, 'x'
";
    let import = import(&[Plugin { path: "p.py".into(), text: text.to_owned() }]);
    assert_eq!(shown(&import), ["cb: Shotgun_Shot_New -> Shot/create !"]);
    assert!(import.unread.iter().any(|one| one.what.contains("no Python 3")), "{import:?}");
}
