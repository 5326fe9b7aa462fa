//! Two entities that would have one directory.

use serde_json::json;

use super::*;

/// Two codes that are one name on a disk.
fn two(studio: &Studio) -> [EntityRef; 2] {
    [studio.shot("SH 010"), studio.shot("SH-010")]
}

fn refusal(second: &EntityRef, first: &EntityRef) -> String {
    let (second, first) = (second.id, first.id);
    format!(
        "Shot `SH-010` (id {second}) would have the folder `film/sequences/SQ010/SH-010` in \
         primary, which belongs to Shot `SH 010` (id {first}); rename Shot `SH-010` (id {second}), \
         or, if Shot `SH 010` (id {first}) needs that folder no more, run \
         `sgh folders forget Shot {first}` and have it made again"
    )
}

#[tokio::test]
async fn of_two_shots_in_one_batch_the_second_is_told_whose_the_directory_is() {
    let studio = Studio::start();
    let [first, second] = two(&studio);
    let events = [&first, &second].map(|shot| studio.event("New", shot));
    let report = studio.work(&events.each_ref()).await;
    assert!(told(&report, 0).starts_with("done: 7 directories made: "), "{}", told(&report, 0));
    assert_eq!(told(&report, 1), format!("failed: {}", refusal(&second, &first)));
    assert_eq!(studio.registered(&second).await, [""; 0]);
}

#[tokio::test]
async fn of_two_shots_in_two_batches_too_and_what_was_forgotten_is_free() {
    let studio = Studio::start();
    let [first, second] = two(&studio);
    studio.told_of("New", &first).await;
    let event = studio.event("New", &second);
    let before = studio.disk();
    assert_eq!(
        told(&studio.work(&[&event]).await, 0),
        format!("failed: {}", refusal(&second, &first))
    );
    assert_eq!(studio.disk(), before);
    studio.ports.forget(&first).await.unwrap();
    let told = told(&studio.work(&[&event]).await, 0);
    assert!(told.starts_with("skipped: all there already"), "{told}");
    assert_eq!(studio.registered(&second).await, ["film/sequences/SQ010/SH-010"]);
}

#[tokio::test]
async fn two_in_one_request_are_refused_before_anything_is_made() {
    let studio = Studio::start();
    let [first, second] = two(&studio);
    let other = studio.shot("SH900");
    let refused = studio.create(&[&other, &first, &second]).await.expect_err("refused").to_string();
    assert!(refused.contains("`SH 010`") && refused.contains("`SH-010`"), "{refused}");
    assert_eq!(studio.disk(), [""; 0]);
    assert_eq!(studio.registered(&other).await, [""; 0]);
}

#[tokio::test]
async fn two_requests_that_were_planned_together_are_checked_against_each_other() {
    let studio = Studio::start();
    let [first, second] = two(&studio);
    let of = |shot: &EntityRef| Request {
        kind: "Shot".to_owned(),
        ids: vec![shot.id],
        ..Request::default()
    };
    let directories = studio.directories();
    let plans = directories.plan(vec![of(&first), of(&second)]).await.expect("each can be made");
    let refused = directories.check(&plans).await.expect_err("not both").to_string();
    assert_eq!(refused, refusal(&second, &first));
    assert_eq!(studio.disk(), [""; 0]);
}

/// Both have looked, and found nothing in the way, before either registers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_at_once_one_is_told_before_it_makes_anything() {
    let studio = Studio::start();
    let shots = two(&studio);
    let others = ["SH100", "SH200"].map(|code| studio.shot(code));
    studio.ports.meet_before_registering(2);
    let wanted = [[&shots[0], &others[0]], [&shots[1], &others[1]]];
    let (one, two) = tokio::join!(studio.create(&wanted[0]), studio.create(&wanted[1]));
    let (made, refused, winner) = match (one, two) {
        (Ok(made), Err(refused)) => (made, refused, 0),
        (Err(refused), Ok(made)) => (made, refused, 1),
        both => panic!("one is made, one is refused: {both:?}"),
    };
    assert_eq!(made.made, 10);
    assert!(matches!(&refused, NotMade::Refused(error) if error.kind() == "conflict.path_taken"));
    let refused = refused.to_string();
    assert!(
        refused.contains(&format!("belongs to Shot `{}`", code(&studio, &shots[winner]))),
        "{refused}"
    );
    let disk = studio.disk();
    assert_eq!(disk.len(), 10, "each once, and nothing of the other's: {disk:?}");
    let lost = format!("film/sequences/SQ010/{}", code(&studio, &others[1 - winner]));
    assert!(!disk.contains(&lost), "{disk:?}");
    assert_eq!(studio.registered(&shots[1 - winner]).await, [""; 0]);
}

/// The same shot twice at once is no conflict.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_shot_twice_at_once_is_made_once() {
    let studio = Studio::start();
    let shot = studio.shot("SH010");
    studio.ports.meet_before_registering(2);
    let ids = [&shot];
    let (one, two) = tokio::join!(studio.create(&ids), studio.create(&ids));
    let (one, two) = (one.expect("made"), two.expect("made"));
    assert_eq!((one.made + two.made, one.existed + two.existed), (7, 7));
    assert_eq!(studio.registered(&shot).await, ["film/sequences/SQ010/SH010"]);
}

fn code(studio: &Studio, shot: &EntityRef) -> String {
    let record = studio.site.find("Shot", shot.id).unwrap();
    record.fields["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_retired_shot_keeps_its_directory_until_it_is_forgotten() {
    let studio = Studio::start();
    let shot = studio.shot("SH010");
    studio.told_of("New", &shot).await;
    studio.site.retire(&shot, &studio.site.coordinator()).unwrap();
    let new = studio.make(
        "Shot",
        json!({
            "code": "SH010", "project": studio.project, "sg_sequence": studio.sequence,
        }),
    );
    let told = studio.told_of("New", &new).await;
    assert!(told.contains(&format!("belongs to Shot `SH010` (id {})", shot.id)), "{told}");
}
