//! `sgh config`: sgh.yaml by itself, without settings and without a site.

use serde_json::Value;

use super::{Env, run};
use crate::studio::Studio;
use crate::tidy::root;

fn starter() -> String {
    root().join("studio/sgh.yaml").display().to_string()
}

#[tokio::test]
async fn the_schema_is_one_json_document_in_either_form() {
    let nothing = Env::new();
    let ran = run(&nothing, &["config", "schema"]).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let schema: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["properties"]["automations"]["type"], "array");
    assert_eq!(run(&nothing, &["config", "schema", "--json"]).await.json(), [schema]);
}

#[tokio::test]
async fn a_file_that_is_well_needs_no_settings_and_no_site() {
    let ran = run(&Env::new(), &["config", "check", &starter()]).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.out.starts_with(&format!("ok    {}: ", starter())), "{}", ran.out);
}

#[tokio::test]
async fn each_thing_that_is_wrong_has_its_file_line_and_column() {
    let studio = Studio::start();
    let text = "automations:\n  - name: a\n    on: Shot/made\n    do: sett\n\
                \x20 - { name: b, on: Shot/create, do: set }\n";
    let file = studio.write("wrong.yaml", text).display().to_string();
    let ran = run(&Env::new(), &["config", "check", &file]).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    let expect = [
        ":2:5: automation `a`: `Shot/made` is no trigger: write `Entity/create`",
        ":2:5: automation `a`: `do: sett` is unknown (did you mean `set`?)",
        ":5:5: automation `b`: `set` needs one of",
    ];
    assert_eq!(lines.len(), expect.len(), "{lines:?}");
    for (line, expect) in lines.iter().zip(expect) {
        assert!(line.starts_with(&format!("{file}{expect}")), "{line}");
    }
    let said = run(&Env::new(), &["--json", "config", "check", &file]).await.json();
    let places: Vec<_> = said.iter().map(|line| (&line["line"], &line["column"])).collect();
    assert_eq!(places, [(&2.into(), &5.into()), (&2.into(), &5.into()), (&5.into(), &5.into())]);
}

#[tokio::test]
async fn without_a_file_it_is_the_one_of_the_settings() {
    let studio = Studio::start();
    let file = studio.write("broken.yaml", "automations: [\n").display().to_string();
    let env = vec![("SGH_CONFIG".to_owned(), file.clone())];
    let ran = run(&env, &["config", "check"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.starts_with(&format!("{file}:")), "{}", ran.out);
    // One that is named counts more.
    assert_eq!(run(&env, &["config", "check", &starter()]).await.code, Some(0));
    let ran = run(&env, &["config", "check", "not/there.yaml"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.err.contains("cannot read not/there.yaml"), "{}", ran.err);
}

#[tokio::test]
async fn each_team_has_a_file_of_its_own() {
    let studio = Studio::start();
    let set = |name: &str| {
        format!(
            "automations:\n  - {{ name: {name}, on: Shot/create, do: set, values: {{ a: 1 }} }}\n"
        )
    };
    #[allow(clippy::disallowed_methods, reason = "the folder of a test")]
    std::fs::create_dir(studio.folder().join("sgh.d")).unwrap();
    let main = studio.write("sgh.yaml", &set("main")).display().to_string();
    let comp = studio.write("sgh.d/20-comp.yaml", &set("comp")).display().to_string();
    let anim = studio.write("sgh.d/10-anim.yaml", &set("anim")).display().to_string();
    let ran = run(&Env::new(), &["config", "check", &main]).await;
    let line = |file: &str, name: &str| format!("ok    {file}: 1 automation(s): {name}\n");
    let expect = [line(&main, "main"), line(&anim, "anim"), line(&comp, "comp")].concat();
    assert_eq!((ran.code, ran.out), (Some(0), expect));
    // All of them run, in that order.
    let sample = root().join("events/http/shot-created.json").display().to_string();
    let ran = run(&Env::new(), &["--json", "explain", &sample, "--config", &main]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let said = ran.json().remove(0);
    let names: Vec<&Value> =
        said["automations"].as_array().unwrap().iter().map(|one| &one["automation"]).collect();
    assert_eq!(names, ["main", "anim", "comp"]);
    studio.write("sgh.d/20-comp.yaml", &set("anim"));
    let ran = run(&Env::new(), &["config", "check", &main]).await;
    let expect =
        format!("{comp}:2:5: automation `anim`: there is another of this name at {anim}:2");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.starts_with(&expect), "{}", ran.out);
}
