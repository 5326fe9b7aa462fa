//! Names that are meant to do harm: whatever the site says, everything stays below the root.

use proptest::prelude::*;
use serde_json::json;
use sgh_folders::{Modes, Plan, make};

use crate::studio::{PROJECT, Studio, entity};

/// Characters that mean something to some file system, shell or log.
const SIGNS: &[&str] = &[
    "a", "B", "7", "_", "-", ".", "..", "/", "\\", ":", "~", "$", "%2e", "\0", "\n", "\r", " ",
    "\u{202e}", "\u{200d}", "e\u{301}", "é", "샷", "²", "👩", "COM1", "\u{ff0f}", "\u{2215}", "*",
];

/// Name expressions of schemas that mean no good, and two that do.
const LITERALS: &[&str] = &["{code}", "x/{code}", "../{code}", "{code}/..", "/{code}", "./{code}"];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(SIGNS), 0..8).prop_map(|parts| parts.concat())
}

fn studio(tank_name: &str, code: &str, expression: &str) -> Studio {
    let mut studio = Studio::new(&[
        ("project.yml", PROJECT),
        ("project/shot.yml", &entity("Shot", expression, "project", "project")),
        ("project/shot/work/", ""),
    ]);
    let project = json!({"type": "Project", "id": 1});
    studio.add(json!({"type": "Project", "id": 1, "name": "P", "tank_name": tank_name}));
    studio.add(json!({"type": "Shot", "id": 1, "code": code, "project": project}));
    studio
}

fn check_names(plan: &Plan) {
    for item in plan.items() {
        let name = &*item.name;
        assert!(!matches!(name, "" | "." | "..") && name.len() <= 255, "{name:?}");
        assert!(!name.contains(['/', '\\', '\0', '\n', ':', '~', '$', ' ']), "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn every_name_is_refused_or_stays_below_the_root(
        tank_name in text(),
        code in text(),
        literal in prop::sample::select(LITERALS),
    ) {
        for tank_name in ["film", tank_name.as_str()] {
            let mut studio = studio(tank_name, &code, literal);
            if let Ok(plan) = studio.plan("Shot", &[1]) {
                check_names(&plan);
                make(&plan, &studio.roots(), &Modes::default()).expect("made");
                let beside: Vec<_> = studio.folder.path().read_dir().expect("lists").collect();
                prop_assert_eq!(beside.len(), 2, "something is beside the root and the schema");
                prop_assert_eq!(studio.folders().len(), plan.folders());
            }
        }
    }
}

#[test]
fn hostile_names_are_made_harmless_or_refused() {
    for (code, expect) in [
        ("../../etc/passwd", Some("------etc-passwd")),
        ("..", Some("--")),
        ("/etc", Some("-etc")),
        ("a\0b", Some("a-b")),
        ("C:\\Windows", Some("C--Windows")),
        ("$(rm -rf)", Some("--rm--rf-")),
        ("CON", Some("CON")),
        ("\u{ff0e}\u{ff0e}\u{ff0f}", Some("---")),
        ("", None),
    ] {
        let mut studio = studio("film", code, "code");
        match (studio.plan("Shot", &[1]), expect) {
            (Ok(plan), Some(name)) => assert_eq!(&*plan.items()[1].name, name, "{code:?}"),
            (Err(_), None) => {}
            (other, _) => panic!("{code:?}: {other:?}"),
        }
    }
    for expression in ["../{code}", "{code}/../..", "/{code}", "{code}\\n", "a b{code}", "{code}/"]
    {
        let mut studio = studio("film", "s1", expression);
        let error = studio.plan("Shot", &[1]).expect_err(expression);
        assert_eq!(error.kind(), "name.invalid", "{expression}");
    }
}
