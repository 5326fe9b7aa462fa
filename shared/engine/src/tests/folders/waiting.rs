//! A storage or a registry that is not there just now.

use super::*;
use crate::Disposition;

#[tokio::test]
async fn a_missing_root_is_waited_for_and_nothing_is_registered_meanwhile() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    let event = studio.event("New", &shot);
    let away = studio.folder.path().join("away");
    std::fs::rename(studio.storage(), &away).unwrap();
    let report = studio.work(&[&event]).await;
    assert!(matches!(report.messages[0].1, Disposition::Return { .. }), "{report:?}");
    assert!(!studio.storage().exists(), "a root is never made");
    assert_eq!(studio.registered(&shot).await, [""; 0]);
    assert_eq!(studio.locations(), [""; 0]);
    std::fs::rename(&away, studio.storage()).unwrap();
    assert!(told(&studio.work(&[&event]).await, 0).starts_with("done: 7 directories made"));
}

#[tokio::test]
async fn a_file_in_the_way_is_a_failure_and_nothing_is_registered() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    std::fs::write(studio.storage().join("film"), "").unwrap();
    let told = studio.told_of("New", &shot).await;
    assert!(told.starts_with("failed: ") && told.contains("film is a file"), "{told}");
    assert_eq!(studio.registered(&shot).await, [""; 0]);
    assert_eq!(studio.locations(), [""; 0]);
}

#[tokio::test]
async fn one_bad_shot_of_many_leaves_disk_and_registry_as_they_were() {
    let studio = Studio::with_toolkit();
    let mut shots: Vec<EntityRef> = (0..20).map(|n| studio.shot(&format!("SH{n:03}"))).collect();
    shots.push(studio.shot(&"x".repeat(300)));
    let refused = studio.create(&shots.iter().collect::<Vec<_>>()).await.expect_err("refused");
    assert!(matches!(&refused, NotMade::Refused(error) if error.kind() == "os.ENAMETOOLONG"));
    assert_eq!(studio.disk(), [""; 0]);
    assert_eq!(studio.registered(&shots[0]).await, [""; 0]);
    assert_eq!(studio.locations(), [""; 0]);
}
