//! What a long backlog costs: searches that follow the entries, and memory that does not.

use jiff::SignedDuration;
use sgh_core::limits::PAGE_SIZE;

use super::Stand;
use super::site::wanted;
use crate::{Begin, Report};

/// A day with this many entries, of which one in a hundred never comes. The searches, the rows of
/// the largest of them, and the most keys that the ledger was asked for at once.
async fn sweep_day(entries: i64) -> (usize, usize, usize) {
    let stand = Stand::new();
    let day = 24 * 3600;
    for id in (1..=entries).filter(|id| id % 100 != 99) {
        let project = if id % 20 == 0 { 65 } else { 7 };
        let id_number = id.unsigned_abs();
        stand.site.put(id_number, 0, day - (day - 3700) * id / entries, wanted(project));
    }
    let since = Begin::Since(stand.now() - SignedDuration::from_secs(day));
    let report: Report = stand.run_from(since).await.expect("sweeps");
    assert_eq!(report.queued, entries.unsigned_abs() / 20);
    assert_eq!(report.written_off, entries.unsigned_abs() / 100);
    let rows = stand.site.searches();
    assert_eq!(rows.len(), report.searches);
    let most = |counts: Vec<usize>| counts.into_iter().max().unwrap_or_default();
    (report.searches, most(rows), most(stand.ledger.asked()))
}

#[tokio::test]
async fn a_backlog_costs_a_search_for_each_page_and_no_more_memory_than_one() {
    for (entries, pages) in [(100, 1), (1000, 2), (10_000, 20)] {
        let (searches, rows, keys) = sweep_day(entries).await;
        println!("{entries} entries: {searches} searches, at once {rows} rows and {keys} keys");
        // To find the beginning.
        assert!((pages..=pages + 4).contains(&searches), "{searches} for {entries}");
        assert!(rows <= PAGE_SIZE && keys <= 26, "{rows} rows, {keys} keys");
    }
}
