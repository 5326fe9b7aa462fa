//! A dry run of directories: what would be made is counted, and nothing is touched.

use super::*;
use crate::Disposition;

const DRY: &str = "dry_run: true\nautomations:
  - name: make-folders
    on: [Shot/create, Asset/create]
    do: make_folders
";

fn studio() -> Studio {
    Studio::with(&[PROJECT, SEQUENCE, SHOT], "  register: true\n", DRY)
}

async fn says(studio: &Studio, of: &EntityRef, expect: &str) {
    let told = studio.told_of("New", of).await;
    assert_eq!(told, format!("skipped: dry run: {expect}"));
    assert_eq!(*studio.ports.registers.lock().unwrap(), 0, "registered");
    assert_eq!(studio.ports.created(), [], "told Toolkit");
}

#[tokio::test]
async fn what_would_be_made_is_counted_and_nothing_is_made() {
    let studio = studio();
    let shot = studio.shot("SH010");
    let home = studio.storage().join("film/sequences/SQ010/SH010");
    let expect = format!("would make 4 directories: {}", home.display());
    says(&studio, &shot, &expect).await;
    assert_eq!(studio.disk(), [""; 0]);
    assert_eq!(studio.registered(&shot).await, [""; 0]);
}

#[tokio::test]
async fn what_is_there_already_is_told() {
    let studio = studio();
    let shot = studio.shot("SH010");
    studio.create(&[&shot]).await.expect("made");
    *studio.ports.registers.lock().unwrap() = 0;
    studio.ports.created();
    let home = |shot: &str| studio.storage().join("film/sequences/SQ010").join(shot);
    let all = home("SH010").display().to_string();
    says(&studio, &shot, &format!("would do nothing: all there already, 4 directories: {all}"))
        .await;
    let one = home("SH020").display().to_string();
    let expect = format!("would make 1 directory, 3 there already: {one}");
    says(&studio, &studio.shot("SH020"), &expect).await;
}

#[tokio::test]
async fn what_would_be_refused_is_told_and_holds_up_nothing() {
    let studio = studio();
    let first = studio.shot("SH010");
    studio.create(&[&first]).await.expect("made");
    *studio.ports.registers.lock().unwrap() = 0;
    studio.ports.created();
    let second = studio.shot("SH010");
    let told = studio.told_of("New", &second).await;
    assert!(told.starts_with("skipped: dry run: would fail: "), "{told}");
    assert!(told.contains("SH010"), "{told}");
    assert_eq!(*studio.ports.registers.lock().unwrap(), 0);

    std::fs::rename(studio.storage(), studio.folder.path().join("away")).unwrap();
    let event = studio.event("New", &studio.shot("SH030"));
    let report = studio.work(&[&event]).await;
    assert!(matches!(report.messages[0].1, Disposition::Finish), "{report:?}");
    let told = super::told(&report, 0);
    assert!(told.starts_with("skipped: dry run: would have to wait: "), "{told}");
}
