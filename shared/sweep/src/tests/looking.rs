//! Reading without sweeping.

use std::sync::Mutex;

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::json;
use sgh_core::limits::PAGE_SIZE;

use super::Stand;
use super::stores::Fails;
use crate::{IdRange, Progress, Span, entries};

/// One entry each minute, the last of them now.
fn stand(count: u64) -> Stand {
    let stand = Stand::new();
    for id in 1..=count {
        stand.pass(60);
        stand.site.happens([id]);
    }
    stand
}

async fn read(stand: &Stand, span: Span) -> Vec<Vec<u64>> {
    let mut entries = entries(&*stand.site, span, stand.now());
    let mut pages = Vec::new();
    while let Some(page) = entries.next_page().await.expect("reads") {
        pages.push(page.iter().map(|entry| entry.id).collect());
    }
    pages
}

#[tokio::test]
async fn the_entries_of_a_time_come_in_pages_and_order() {
    let stand = stand(1200);
    let ago = |minutes: i64| stand.now() - SignedDuration::from_mins(minutes);
    assert_eq!(read(&stand, Span::Since(ago(2))).await, [vec![1198, 1199, 1200]]);
    let pages = read(&stand, Span::Since(ago(1100))).await;
    assert!(pages.iter().all(|page| !page.is_empty() && page.len() <= PAGE_SIZE));
    assert_eq!(pages.concat(), (100..=1200).collect::<Vec<u64>>());
    let between = Span::Between(ago(1100), ago(1098));
    assert_eq!(read(&stand, between).await.concat(), [100, 101, 102]);
    let ids = Span::Ids(IdRange { first: 998, last: 1000 });
    assert_eq!(read(&stand, ids).await, [vec![998, 999, 1000]]);
    assert_eq!(read(&stand, Span::Since(ago(-5))).await.len(), 0);
    assert_eq!(read(&Stand::new(), Span::Since(ago(9))).await.len(), 0);
}

#[tokio::test]
async fn reading_shows_how_far_it_is_and_changes_nothing() {
    let stand = stand(1000);
    stand.site.put(1001, 0, 0, json!({"event_type": null}));
    let told = Mutex::new(Vec::new());
    let span = Span::Since(stand.now() - SignedDuration::from_hours(24));
    let mut entries = entries(&*stand.site, span, stand.now())
        .on_page(|progress: &Progress| told.lock().unwrap().push(progress.entries));
    while entries.next_page().await.expect("reads").is_some() {}
    let progress = entries.progress();
    assert_eq!((progress.entries, progress.unreadable), (1000, 1));
    assert_eq!(progress.at, Some(stand.now()));
    assert!(progress.searches < 15, "{}", progress.searches);
    drop(entries);
    assert_eq!(told.lock().unwrap().last(), Some(&1000));
    assert_eq!((stand.queue.entries().len(), stand.record.stored()), (0, None));
}

#[tokio::test]
async fn a_page_that_could_not_be_read_can_be_asked_for_again() {
    let stand = stand(3);
    let mut entries = entries(&*stand.site, Span::Ids(IdRange { first: 1, last: 9 }), stand.now());
    stand.steps.plan(Some((0, Fails::After)));
    entries.next_page().await.expect_err("the site is down");
    // Boxed as what may go from thread to thread.
    let page = entries.next_page().boxed().await.expect("reads").expect("a page");
    assert_eq!(page.iter().map(|entry| entry.id).collect::<Vec<u64>>(), [1, 2, 3]);
    assert!(page[0].is_delivered);
    assert_eq!(page[0].event.project.as_ref().map(|project| project.id), Some(65));
    assert_eq!(entries.next_page().await.expect("reads"), None);
}
