//! Searching: every page of it, each record flattened.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_core::limits::PAGE_SIZE;

use super::ask::Ask;
use super::{RestSite, address};
use crate::SiteError;
use crate::port::{Record, Search};

/// Pages of one search. Ours: an automation that needs more wants a narrower condition.
const PAGES_MAX: usize = 200;

#[derive(Deserialize)]
struct Page {
    data: Vec<Found>,
}

/// A record as the site writes it. Tolerant: what is absent or null is empty.
#[derive(Deserialize)]
struct Found {
    id: u64,
    #[serde(rename = "type")]
    kind: Option<String>,
    attributes: Option<BTreeMap<String, Value>>,
    relationships: Option<BTreeMap<String, Value>>,
}

impl RestSite {
    /// Asks until a page is short or empty: `links.next` is there even then, so it says nothing.
    pub(super) async fn search_all_pages(&self, search: &Search) -> Result<Vec<Record>, SiteError> {
        let path = address::search(&search.kind)?;
        let mut records = Vec::new();
        for number in 1..=PAGES_MAX {
            let page: Page =
                self.call(&Ask::search(&path, &body(search, number, PAGE_SIZE))).await?;
            let last = page.data.len() < PAGE_SIZE;
            records.extend(page.data.into_iter().map(|found| flat(found, &search.kind)));
            if last {
                return Ok(records);
            }
        }
        let most = PAGES_MAX * PAGE_SIZE;
        let reason = format!("more than {most} of {} are found; narrow the search", search.kind);
        Err(SiteError::Refused { status: 200, reason })
    }

    /// Asks for one page of at most so many.
    pub(super) async fn search_one_page(
        &self,
        search: &Search,
        most: usize,
    ) -> Result<Vec<Record>, SiteError> {
        let path = address::search(&search.kind)?;
        let size = most.clamp(1, PAGE_SIZE);
        let page: Page = self.call(&Ask::search(&path, &body(search, 1, size))).await?;
        Ok(page.data.into_iter().take(most).map(|found| flat(found, &search.kind)).collect())
    }
}

fn body(search: &Search, page: usize, size: usize) -> Value {
    let filters: Vec<Value> =
        search.conditions.iter().map(|one| json!([one.path, one.relation, one.value])).collect();
    let mut body = json!({
        "filters": filters,
        "fields": search.fields,
        "sort": search.sort.as_deref().unwrap_or("id"),
        "page": {"size": size, "number": page},
    });
    if search.fields.is_empty() {
        body["fields"] = json!(["id"]);
    }
    if search.retired {
        body["options"] = json!({"return_only": "retired"});
    }
    body
}

/// Attributes and links side by side; a link is what stands under `data`.
fn flat(found: Found, kind: &str) -> Record {
    let mut fields = found.attributes.unwrap_or_default();
    for (name, link) in found.relationships.unwrap_or_default() {
        if let Value::Object(mut link) = link
            && let Some(data) = link.remove("data")
        {
            fields.insert(name, data);
        }
    }
    let kind = found.kind.unwrap_or_else(|| kind.to_owned());
    Record { entity: EntityRef::new(kind, found.id), fields }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Condition;
    use crate::rest::Verb;
    use crate::rest::test_site::{TestSite, json_of};

    fn shots(conditions: Vec<Condition>) -> Search {
        let fields = vec!["code".to_owned(), "sg_sequence".to_owned()];
        Search { kind: "Shot".into(), conditions, fields, retired: false, sort: None }
    }

    fn page(ids: std::ops::Range<usize>) -> Value {
        let data: Vec<Value> = ids.map(|id| json!({"id": id, "type": "Shot"})).collect();
        // As measured: there is a next link, always.
        json!({"data": data, "links": {"next": "/api/v1.1/entity/shots/_search?page=2"}})
    }

    #[tokio::test]
    async fn a_search_is_sent_in_the_form_that_the_site_insists_on() {
        let site = TestSite::start().await;
        site.answers("POST", "/api/v1.1/entity/shots/_search", 200, page(1..1)).await;
        let mut search = shots(vec![Condition::new("id", "in", json!([1, 2]))]);
        (search.retired, search.sort) = (true, Some("-id".into()));
        assert_eq!(site.rest.search_all_pages(&search).await.expect("found"), []);
        let sent = site.sent("/_search").await;
        assert_eq!(sent.len(), 1);
        let header = |name: &str| sent[0].headers[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-type"), "application/vnd+shotgun.api3_array+json");
        assert_eq!(header("accept"), "application/json");
        let expect = json!({
            "filters": [["id", "in", [1, 2]]], "fields": ["code", "sg_sequence"], "sort": "-id",
            "page": {"size": 500, "number": 1}, "options": {"return_only": "retired"},
        });
        assert_eq!(json_of(&sent[0]), expect);
    }

    #[tokio::test]
    async fn attributes_and_links_come_side_by_side() {
        let site = TestSite::start().await;
        let sequence = json!({"id": 3, "name": "sq010", "type": "Sequence"});
        let found = json!({"data": [{
            "id": 7, "type": "Shot",
            "attributes": {"code": "sh010", "sg_status_list": null},
            "relationships": {
                "sg_sequence": {"data": sequence, "links": {"self": "x"}},
                "assets": {"data": []}, "project": {"data": null}, "parent": {"links": {}},
            },
            "links": {"self": "/api/v1.1/entity/shots/7"},
        }, {"id": 8, "attributes": null}]});
        site.answers("POST", "/api/v1.1/entity/shots/_search", 200, found).await;
        let records = site.rest.search_all_pages(&shots(vec![])).await.expect("found");
        let expect = BTreeMap::from([
            ("code".to_owned(), json!("sh010")),
            ("sg_status_list".to_owned(), Value::Null),
            ("sg_sequence".to_owned(), sequence),
            ("assets".to_owned(), json!([])),
            ("project".to_owned(), Value::Null),
        ]);
        assert_eq!(records[0], Record { entity: EntityRef::new("Shot", 7), fields: expect });
        assert_eq!(records[1].entity, EntityRef::new("Shot", 8));
    }

    #[tokio::test]
    async fn pages_are_read_until_one_is_short_or_empty() {
        for (second, requests) in [(501..502, 2), (501..501, 2)] {
            let site = TestSite::start().await;
            let path = "/api/v1.1/entity/shots/_search";
            let count = 500 + second.len();
            site.answers_once("POST", path, 200, page(1..501)).await;
            site.answers_once("POST", path, 200, page(second)).await;
            let records = site.rest.search_all_pages(&shots(vec![])).await.expect("found");
            assert_eq!(records.len(), count);
            assert_eq!(site.rest.calls().of(Verb::Search), requests);
            let sent = site.sent("/_search").await;
            assert_eq!(json_of(&sent[1])["page"]["number"], 2);
        }
    }

    #[tokio::test]
    async fn the_first_of_many_cost_one_call_and_no_more_than_a_page() {
        for (most, size, expect) in [(3, 3, 3), (500, 500, 500), (9000, 500, 500), (0, 1, 0)] {
            let site = TestSite::start().await;
            site.answers("POST", "/api/v1.1/entity/shots/_search", 200, page(1..size + 1)).await;
            let records = site.rest.search_one_page(&shots(vec![]), most).await.expect("found");
            assert_eq!(records.len(), expect, "{most}");
            let sent = site.sent("/_search").await;
            assert_eq!(sent.len(), 1);
            assert_eq!(json_of(&sent[0])["page"], json!({"size": size, "number": 1}));
        }
    }

    #[tokio::test]
    async fn a_type_that_is_no_name_is_refused_before_anything_is_sent() {
        let site = TestSite::start().await;
        let search = Search { kind: "../auth".into(), ..shots(vec![]) };
        let error = site.rest.search_all_pages(&search).await.expect_err("refused");
        assert!(matches!(error, SiteError::Refused { status: 400, .. }), "{error}");
        assert_eq!(site.rest.calls().total(), 0);
    }
}
