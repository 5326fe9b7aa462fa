//! A status that the site refuses: failed at once, with the codes that would do.

use super::site::down;
use super::*;
use sgh_site::SiteError;

/// Version 1 drives task 5, and the site refuses what the task is to get.
fn refusing(reason: &str) -> House {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    let error = SiteError::Refused { status: 400, reason: reason.into() };
    house.site.write_faults.lock().unwrap().push(error);
    house
}

fn takes(house: &House, codes: &[&str]) {
    let codes = codes.iter().map(|code| (*code).to_owned()).collect();
    house.site.valid_values.lock().unwrap().insert("Task.sg_status_list".into(), codes);
}

async fn check(house: &House, expect: &str) {
    let report = house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(fates(&report), ["finish"], "it is never tried again");
    let what = "version-drives-task: failed: Task `Comp` of `SH010`: sg_status_list `rev` -> `fin`";
    assert_eq!(house.site.texts(), [format!("failed\n{what}: {expect}")]);
    assert_eq!(house.site.write_count(), 1);
}

#[tokio::test]
async fn a_refused_status_fails_with_the_codes_of_its_project() {
    let house = refusing("Task.sg_status_list: `fin` is not a status code; valid codes: a, b, c");
    takes(&house, &["wtg", "done"]);
    let says = "the site refused `fin`; `sg_status_list` of Task takes in project 65: wtg, done";
    check(&house, says).await;
    let asked = house.site.asked_values.lock().unwrap().clone();
    assert_eq!(asked, [("Task".into(), "sg_status_list".into(), Some(65))]);
}

#[tokio::test]
async fn the_words_of_the_site_stay_where_they_are_about_something_else() {
    let house = refusing("not editable for this user");
    takes(&house, &["wtg"]);
    let says = "the site refused: not editable for this user; `sg_status_list` of Task takes in \
                project 65: wtg";
    check(&house, says).await;
}

#[tokio::test]
async fn a_code_that_would_do_was_refused_for_another_reason() {
    let house = refusing("not editable for this user");
    takes(&house, &["wtg", "fin"]);
    check(&house, "the site refused: not editable for this user").await;
}

#[tokio::test]
async fn many_codes_are_cut() {
    let house = refusing("fin");
    let codes: Vec<String> = (0..300).map(|number| format!("code{number}")).collect();
    takes(&house, &codes.iter().map(String::as_str).collect::<Vec<_>>());
    house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    let texts = house.site.texts();
    assert!(texts[0].ends_with("code38, code39 and 260 more"), "{texts:?}");
}

#[tokio::test]
async fn a_site_that_does_not_say_what_it_takes_changes_nothing() {
    let house = refusing("no such code");
    check(&house, "the site refused: no such code").await;
    assert_eq!(house.site.asked_values.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_field_is_asked_about_once_in_a_batch() {
    let house = house();
    takes(&house, &["wtg"]);
    let mut batch = Vec::new();
    for id in 1..=9 {
        house.site.task(id, "rev");
        house.site.version(id, "apr", id);
        let group = format!("group-{}", id % 3);
        let event = version_event(id, id, "apr").to_string();
        batch.push(received(id, &group, 1, &event));
    }
    house.site.refused_values.lock().unwrap().push(json!("fin"));
    house.work(batch).await;
    let said = house.site.texts();
    assert_eq!(said.len(), 9);
    assert!(said.iter().all(|text| text.ends_with("takes in project 65: wtg")), "{said:?}");
    assert_eq!(house.site.asked_values.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn of_several_fields_only_the_refused_one_is_explained() {
    let house = house();
    takes(&house, &["wtg"]);
    house.site.task(5, "rev");
    house.site.note(3, &[5]);
    house.site.refused_values.lock().unwrap().push(json!("ip"));
    house.work(vec![message(&note_event(1, 3))]).await;
    let texts = house.site.texts();
    let says = "the site refused `ip`; `sg_status_list` of Task takes in project 65: wtg";
    assert!(texts[0].ends_with(says), "{texts:?}");
    assert_eq!(house.site.asked_values.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_site_that_is_down_is_asked_nothing_more() {
    let house = house();
    house.site.task(5, "rev");
    house.site.version(1, "apr", 5);
    takes(&house, &["wtg"]);
    house.site.write_faults.lock().unwrap().push(down());
    let report = house.work(vec![message(&version_event(1, 1, "apr"))]).await;
    assert_eq!(fates(&report), ["back"]);
    assert_eq!(house.site.asked_values.lock().unwrap().len(), 0);
}
