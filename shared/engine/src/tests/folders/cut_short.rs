//! A run that ends in the middle, as by a killed process. The next one completes it.

use super::*;

/// What the site and the disk are to be like in the end: one shot with two steps.
async fn assert_complete(studio: &Studio, shot: &EntityRef) {
    assert_eq!(studio.disk(), WHOLE, "all directories");
    assert_eq!(studio.registered(shot).await, ["film/sequences/SQ010/SH010"]);
    let told = studio.create(&[shot]).await.expect("nothing is left to do");
    assert!(told.is_nothing());
}

const WHOLE: [&str; 11] = [
    "film",
    "film/editorial",
    "film/sequences",
    "film/sequences/SQ010",
    "film/sequences/SQ010/SH010",
    "film/sequences/SQ010/SH010/plates",
    "film/sequences/SQ010/SH010/steps",
    "film/sequences/SQ010/SH010/steps/anim",
    "film/sequences/SQ010/SH010/steps/anim/scenes",
    "film/sequences/SQ010/SH010/steps/light",
    "film/sequences/SQ010/SH010/steps/light/scenes",
];

fn shot(studio: &Studio) -> EntityRef {
    let shot = studio.shot("SH010");
    studio.step_of(&shot, "anim");
    studio.step_of(&shot, "light");
    shot
}

/// Project, sequence, shot and two steps, each once.
fn assert_each_located_once(studio: &Studio) {
    let locations = studio.locations();
    let mut once = locations.clone();
    once.dedup();
    assert_eq!((locations.len(), &locations), (5, &once));
}

#[tokio::test]
async fn before_anything_is_registered_nothing_was_begun() {
    let studio = Studio::start();
    let shot = shot(&studio);
    studio.cut_short(Moment::Registering, 1, &shot).await;
    assert_eq!(studio.disk(), [""; 0]);
    assert_eq!(studio.registered(&shot).await, [""; 0]);
    assert_eq!(studio.create(&[&shot]).await.expect("made").made, 11);
    assert_complete(&studio, &shot).await;
}

#[tokio::test]
async fn after_folders_were_registered_they_are_missing_and_made_by_the_next_run() {
    let studio = Studio::start();
    let shot = shot(&studio);
    studio.cut_short(Moment::Registered, 1, &shot).await;
    assert_eq!(studio.disk(), [""; 0]);
    assert_eq!(studio.registered(&shot).await, ["film/sequences/SQ010/SH010"]);
    assert_eq!(studio.create(&[&shot]).await.expect("made").made, 11);
    assert_complete(&studio, &shot).await;
}

#[tokio::test]
async fn before_toolkit_is_told_the_directories_are_there_and_the_next_run_tells_it() {
    let studio = Studio::with_toolkit();
    let shot = shot(&studio);
    studio.cut_short(Moment::Creating, 1, &shot).await;
    assert_eq!(studio.disk(), WHOLE);
    assert_eq!(studio.locations(), [""; 0]);
    assert!(studio.create(&[&shot]).await.expect("told").is_nothing());
    assert_each_located_once(&studio);
    assert_eq!(studio.told_ids().len(), 1);
    assert_complete(&studio, &shot).await;
}

/// Records without an event are not seen by anybody, so the next run has to make the event.
#[tokio::test]
async fn between_the_records_and_their_event_no_record_is_made_twice_and_the_event_comes() {
    let studio = Studio::with_toolkit();
    let shot = shot(&studio);
    studio.cut_short(Moment::Created, 1, &shot).await;
    assert_each_located_once(&studio);
    assert_eq!(studio.told_ids().len(), 0);
    studio.create(&[&shot]).await.expect("told");
    assert_each_located_once(&studio);
    let mut ids = studio.told_ids().remove(0);
    ids.sort_unstable();
    let records = studio.site.records("FilesystemLocation");
    assert_eq!(ids, records.iter().map(|record| record.entity.id).collect::<Vec<_>>());
    assert_complete(&studio, &shot).await;
    assert_eq!(studio.told_ids().len(), 1);
}

/// Whether the event was made is not known, so it is made once more.
#[tokio::test]
async fn after_the_event_no_record_is_made_twice_and_one_event_more_comes() {
    for (moment, nth) in [(Moment::Created, 2), (Moment::Registering, 2)] {
        let studio = Studio::with_toolkit();
        let shot = shot(&studio);
        studio.cut_short(moment, nth, &shot).await;
        assert_each_located_once(&studio);
        assert_eq!(studio.told_ids().len(), 1);
        studio.create(&[&shot]).await.expect("told");
        assert_each_located_once(&studio);
        assert_eq!(studio.told_ids().len(), 2);
        assert_complete(&studio, &shot).await;
        assert_eq!(studio.told_ids().len(), 2, "and no more");
    }
}

#[tokio::test]
async fn after_all_is_remembered_there_is_nothing_left_to_do() {
    let studio = Studio::with_toolkit();
    let shot = shot(&studio);
    studio.cut_short(Moment::Registered, 2, &shot).await;
    assert_each_located_once(&studio);
    assert_complete(&studio, &shot).await;
    assert_each_located_once(&studio);
    assert_eq!(studio.told_ids().len(), 1);
}

/// What is not promised: a step alone that is new cannot be looked for at a price we would pay.
#[tokio::test]
async fn a_step_that_is_new_alone_may_be_told_twice_and_the_shot_never() {
    let studio = Studio::with_toolkit();
    let shot = studio.shot("SH010");
    studio.create(&[&shot]).await.expect("made");
    studio.step_of(&shot, "anim");
    studio.cut_short(Moment::Created, 1, &shot).await;
    studio.create(&[&shot]).await.expect("told");
    let locations = studio.locations();
    let of = |path: &str| locations.iter().filter(|one| one.starts_with(path)).count();
    assert_eq!(of("film/sequences/SQ010/SH010 "), 1, "{locations:?}");
    assert_eq!(of("film/sequences/SQ010/SH010/steps/anim "), 2, "{locations:?}");
}

/// More records than one batch takes: the second batch is never sent.
#[tokio::test]
async fn records_of_many_shots_that_were_begun_are_completed() {
    let studio = Studio::with_toolkit();
    let shots: Vec<EntityRef> = (0..120).map(|n| studio.shot(&format!("SH{n:04}"))).collect();
    let shots: Vec<&EntityRef> = shots.iter().collect();
    studio.ports.make_first_only(100);
    let untold = studio.create(&shots).await.expect_err("not all told");
    assert!(matches!(untold, NotMade::Untold(_)), "{untold}");
    assert_eq!(studio.locations().len(), 100);
    studio.create(&shots).await.expect("told");
    let locations = studio.locations();
    let mut once = locations.clone();
    once.dedup();
    assert_eq!((locations.len(), locations), (122, once));
    assert_eq!(studio.told_ids().iter().map(Vec::len).collect::<Vec<_>>(), [122]);
}
