//! Statements that filters are put together with, and those that decide what is registered.

use super::*;

const CALL: &str = "reg.registerCallback(NAME, KEY, cb, events, args)";
const SHOT: &str = "cb: Shotgun_Shot_Change -> Shot/update/code !";

fn check_built(before: &str, building: &str, automations: &[&str], unread: &[&str]) {
    check_with(before, &format!("{building}\n{CALL}"), automations, unread);
}

#[test]
fn a_filter_is_followed_through_names_and_texts() {
    for building in [
        "events = {'Shotgun_Shot_Change': ['code']}",
        "events = {}\nevents['Shotgun_Shot_Change'] = ('code',)",
        "kind = 'Shot'\nevents = {'Shotgun_%s_Change' % kind: ['code']}",
        "events = {'Shotgun_%s_%s' % ('Shot', 'Change'): {'code'}}",
        "events = {f'Shotgun_{\"Shot\"}_Change': ['co' 'de']}",
        "events = {'Shotgun_{}_Change'.format('Shot'): ['code']}",
        "events = {'Shotgun_' + 'Shot' + '_Change': ['co'] and ['code']}",
        "args = {'kind': 'Shot', 'f': 'code'}\nargs['fs'] = [args['f']]\n\
         events = {'Shotgun_%s_Change' % args['kind']: args['fs']}",
        "events = dict(Shotgun_Shot_Change=['code'])",
        "events = {}\nevents.update({'Shotgun_Shot_Change': ['code']})",
        "fields = []\nfields.append('code')\nevents = {'Shotgun_Shot_Change': fields}",
        "fields = []\nfields += ['code']\nevents = {'Shotgun_Shot_Change': fields}",
        "events = FILTER",
        "events = {**FILTER}",
        "events = FILTER.copy()",
        "events = copy = FILTER",
        "kind, events = 'Shot', FILTER",
        "events = {'Shotgun_%s_Change' % k: ['code'] for k in KINDS if k}",
        "events = {}\nfor kind in KINDS:\n    events['Shotgun_%s_Change' % kind] = ['code']",
        "events = {}\nfor kind, field in {'Shot': 'code'}.items():\n    \
         events['Shotgun_%s_Change' % kind] = field.split(',')",
        "events = {'Shotgun_Shot_Change': 'code'.split()} if KINDS else None",
    ] {
        let before = "FILTER = {'Shotgun_Shot_Change': ['code']}\nKINDS = ['Shot']\nargs = None\n";
        check_built(before, building, &[SHOT], &[]);
    }
}

#[test]
fn what_is_not_known_is_told_with_its_reason() {
    for (building, expect) in [
        ("events = load()", "`matchEvents` is not known: what a call gives (line 3)"),
        ("import x\nevents = x.EVENTS", "`.EVENTS` of something else (line 4)"),
        ("pass", "the name `events`, which this file does not set (line 4)"),
        ("events = os.environ['E']", "`.environ` of something else"),
        ("events = {os.getenv('T'): None}", "an event type is not known: what a call of `.getenv`"),
        ("events = {'Shotgun_Shot_Change': [f()]}", "a field is not known: what a call gives"),
        ("events = {'Shotgun_Shot_Change': f()}", "its fields are not known: what a call gives"),
        ("events = {}\nevents.tweak()", "`events`, which a call of `.tweak` changes"),
        ("events = {}\ndel events['x']", "something is deleted"),
    ] {
        let import = found("", &format!("{building}\n{CALL}"));
        let told: Vec<&str> = import.unread.iter().map(|one| one.what.as_str()).collect();
        assert!(told.iter().any(|told| told.contains(expect)), "{building}\n{told:#?}");
        assert_eq!(shown(&import), Vec::<String>::new(), "{building}");
    }
}

#[test]
fn a_condition_that_is_known_decides() {
    let check = |condition: &str, automations: &[&str]| {
        let building =
            format!("events = {{'Shotgun_Shot_Change': ['code']}}\nif {condition}:\n    {CALL}");
        check_with("ON = True\nOFF = []\n", &building, automations, &[]);
    };
    check("ON", &[SHOT]);
    check("ON and not OFF", &[SHOT]);
    check("OFF or 1", &[SHOT]);
    let building = "events = {'Shotgun_Shot_Change': ['x']}\nif OFF:\n    events = 1\nelif ON:\n    \
                    events['Shotgun_Shot_Change'] = ['code']\nelse:\n    events = 2";
    check_built("ON = True\nOFF = None\n", building, &[SHOT], &[]);
}

#[test]
fn a_condition_that_is_not_known_is_followed_both_ways_and_told() {
    let events = "events = {'Shotgun_Shot_Change': ['code']}";
    check(
        &format!("{events}\nif os.getenv('X'):\n    {CALL}"),
        &[SHOT],
        &["whether it is registered depends on the condition at line 4"],
    );
    // A plugin that leaves when it is not well set up.
    check_built("", &format!("{events}\nif not is_valid(reg.logger):\n    return"), &[SHOT], &[]);
    check_built(
        "",
        &format!("{events}\nif f():\n    events['Shotgun_Task_New'] = None"),
        &[SHOT, "cb: Shotgun_Task_New -> Task/create !"],
        &["a part of `events` depends on a condition: all of it is taken"],
    );
    check_built(
        "",
        "if f():\n    kind = 'Shot'\nelse:\n    kind = 'Task'\n\
         events = {'Shotgun_%s_Change' % kind: ['code']}",
        &[],
        &["`kind`, which depends on a condition"],
    );
    check(
        &format!("{events}\nfor x in f():\n    {CALL}\nwhile g():\n    {CALL}"),
        &[SHOT, SHOT],
        &["condition at line 4", "condition at line 6"],
    );
    check(
        &format!("{events}\ntry:\n    {CALL}\nexcept E:\n    {CALL}\nfinally:\n    pass"),
        &[SHOT, SHOT],
        &["condition at line 6"],
    );
}

#[test]
fn a_function_that_is_handed_the_registrar_is_followed() {
    let before = "def each(r, kind, field='code'):\n    r.registerCallback(1, 2, cb, \
                  {'Shotgun_%s_Change' % kind: [field]})\n";
    check_with(
        before,
        "each(reg, 'Shot')\neach(kind='Task', r=reg, field='x')",
        &[SHOT, "cb: Shotgun_Task_Change -> Task/update/x !"],
        &[],
    );
    check_with(before, "ok = each(reg, 'Shot')", &[SHOT], &[]);
    check("studio.register(reg)", &[], &["hands the registrar to something that is not read"]);
    check("r = reg\nr.registerCallback(1, 2, cb, {'Shotgun_Shot_Change': 'code'})", &[SHOT], &[]);
    check("add = reg.registerCallback\nadd(1, 2, cb)", &[], &["under another name"]);
    check("reg.registerCallback(*a)", &[], &["`callback` is registered with arguments that `*`"]);
    check(
        "match x:\n    case 1:\n        reg.registerCallback(a, b, cb)",
        &[],
        &["registers in a way that this does not read"],
    );
}

#[test]
fn mails_are_told_without_their_addresses() {
    let body = format!(
        "events = {{'Shotgun_Shot_Change': 'code'}}\nreg.setEmails('canary@studio.example')\n{CALL}"
    );
    check(&body, &[SHOT], &["`setEmails`: whom failures are mailed to"]);
    assert!(!format!("{:?}", found("", &body)).contains("canary"));
}
