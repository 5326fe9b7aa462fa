//! `sgh demo --once`: the whole way, without anything set up.

use serde_json::Value;

use super::{Ran, run};

async fn demo(arguments: &[&str]) -> Ran {
    // Nothing at all is set, not even a path.
    run(&Vec::new(), arguments).await
}

fn texts<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    value[name].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[tokio::test]
async fn the_demo_ends_with_directories_statuses_and_every_delivery_acknowledged() {
    let ran = demo(&["--json", "demo", "--once"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines = ran.json();
    let deliveries: Vec<&Value> =
        lines.iter().filter(|line| line.get("delivery").is_some()).collect();
    assert!(deliveries.len() >= 12, "{deliveries:#?}");
    let mut words = Vec::new();
    for delivery in deliveries {
        assert_eq!(delivery["answered"], 200, "{delivery}");
        let told = delivery["acknowledgement"].as_str().expect("acknowledged");
        words.push(told.lines().next().unwrap());
    }
    for word in ["done", "skipped"] {
        assert!(words.contains(&word), "{words:?}");
    }
    assert_eq!(words.iter().filter(|word| **word == "failed").count(), 2, "{words:?}");
    // A shot that nobody has put into a sequence, and one that got another name.
    assert!(ran.out.contains("`LOST_0010` (id 3) has no sg_sequence"), "{}", ran.out);
    assert!(ran.out.contains("`SQ010_0015` is not made beside it"), "{}", ran.out);

    let directories = lines.iter().find(|line| line.get("directories").is_some()).unwrap();
    let directories = texts(directories, "directories");
    for expect in [
        "night_train/sequences/SQ010/SQ010_0010/work",
        "night_train/sequences/SQ010/SQ010_0020/publish",
        "night_train/assets",
    ] {
        assert!(directories.contains(&expect), "{expect}: {directories:?}");
    }
    for refused in ["LOST_0010", "SQ010_0015"] {
        assert!(!directories.iter().any(|path| path.contains(refused)), "{directories:?}");
    }

    let statuses = lines.iter().find_map(|line| line.get("statuses")).unwrap();
    let of = |name: &str| {
        let found = statuses.as_array().unwrap().iter().find(|row| row["name"] == name);
        found.unwrap_or_else(|| panic!("{name}: {statuses}"))["sg_status_list"].clone()
    };
    // A note on it opened it again.
    assert_eq!((of("Comp"), of("Animation")), ("ip".into(), "fin".into()));
}

#[tokio::test]
async fn the_demo_for_people_shows_the_same() {
    let ran = demo(&["demo", "--once"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for expect in ["SQ010_0010", "└──", "Statuses", "fin", "done", "already"] {
        assert!(ran.out.contains(expect), "{expect}: {}", ran.out);
    }
    assert_eq!(ran.err, "", "nothing to complain of");
}
