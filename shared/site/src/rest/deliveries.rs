//! What a webhook delivered, as the site keeps it for seven days. For `sgh hooks`; no delivery
//! needs any of it.
//!
//! Fields were recorded and are not documented, so each may be absent. `delivered` was seen on
//! what nobody answered: what counts is the response code, which is 0 there.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::ask::Ask;
use super::describe::Data;
use super::{RestSite, Verb, address};
use crate::SiteError;

/// One delivery of a webhook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HookDelivery {
    /// Its id.
    pub id: String,
    /// When the event happened.
    pub event_time: Option<Timestamp>,
    /// When it was sent, by the body it was sent in.
    pub sent_at: Option<Timestamp>,
    /// `delivered`, `failed`, and perhaps others.
    pub status: Option<String>,
    /// HTTP status of the answer; 0 for no answer.
    pub response_code: Option<u64>,
    /// How long the answer took, in milliseconds.
    pub process_time_ms: Option<u64>,
    /// The first characters of the answer.
    pub answer: String,
    /// What the receiver reported on it.
    pub acknowledgement: Option<String>,
    /// The type of its event.
    pub event_type: Option<String>,
    /// Of a body with several deliveries: what tells it from others. They had one answer together.
    pub batch: Option<String>,
}

/// Deliveries that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HookDeliveries {
    /// In the site's order, which is not documented.
    pub rows: Vec<HookDelivery>,
    /// Whether there are more than were read.
    pub is_cut: bool,
}

impl RestSite {
    /// The deliveries of a webhook: of events since then, so many pages of so many at most.
    ///
    /// # Errors
    /// See [`SiteError`]; not found if there is no such hook.
    pub async fn deliveries(
        &self,
        hook: &str,
        since: Option<Timestamp>,
        (pages_max, page_size): (usize, usize),
    ) -> Result<HookDeliveries, SiteError> {
        let mut found = HookDeliveries::default();
        let mut known = HashSet::new();
        for number in 1..=pages_max {
            let path = address::hook_deliveries(hook, since, page_size, number)?;
            let page: Data<Vec<Map<String, Value>>> =
                self.call(&Ask::get(Verb::Describe, path)).await?;
            let size = page.data.len();
            let rows = page.data.into_iter().filter_map(delivery);
            let before = known.len();
            found.rows.extend(rows.filter(|row| known.insert(row.id.clone())));
            // The site names a next page even behind the last one; one that takes no pages here
            // would give the same for ever.
            found.is_cut = size >= page_size && known.len() > before;
            if !found.is_cut {
                break;
            }
        }
        Ok(found)
    }
}

/// Fields may stand beside the id or, as in records, under `attributes`.
fn delivery(mut record: Map<String, Value>) -> Option<HookDelivery> {
    let id = record.remove("id")?.as_str()?.to_owned();
    if let Some(Value::Object(attributes)) = record.remove("attributes") {
        record.extend(attributes);
    }
    let text = |name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| record.get(name).and_then(whole);
    let body = record.get("request_body");
    let sent_at = body.and_then(|body| body.get("timestamp")?.as_str()?.parse().ok());
    let batch = body.and_then(batch);
    let event_type = body.and_then(|body| event(body, &id)?.get("event_type")?.as_str());
    Some(HookDelivery {
        event_time: number("event_time").and_then(moment),
        sent_at,
        status: text("status"),
        response_code: number("response_code"),
        process_time_ms: number("process_time"),
        answer: text("body").unwrap_or_default(),
        acknowledgement: text("acknowledgement").filter(|text| !text.is_empty()),
        event_type: event_type.map(str::to_owned),
        batch,
        id,
    })
}

/// The event of this delivery: the only one of its body, or the one that names the delivery.
fn event<'b>(body: &'b Value, id: &str) -> Option<&'b Value> {
    let data = body.get("data")?;
    let Some(all) = data.get("deliveries").and_then(Value::as_array) else { return Some(data) };
    let names_it = |event: &&Value| event.get("delivery_id").and_then(Value::as_str) == Some(id);
    all.iter().find(names_it).or_else(|| all.first().filter(|_| all.len() == 1))
}

fn batch(body: &Value) -> Option<String> {
    let first = body.get("data")?.get("deliveries")?.as_array()?.first()?;
    let name = first.get("delivery_id").or_else(|| first.get("id"))?.as_str()?;
    let sent = body.get("timestamp").and_then(Value::as_str).unwrap_or_default();
    Some(format!("{sent} {name}"))
}

/// A whole number, also where it comes as `12.0`; a negative one is none.
fn whole(value: &Value) -> Option<u64> {
    let of_float = |number: f64| (0.0..1e15).contains(&number).then_some(number as u64);
    value.as_u64().or_else(|| of_float(value.as_f64()?))
}

fn moment(seconds: u64) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rest::test_site::TestSite;

    const HOOK: &str = "0f3c1a52-9d1e-4c7b-8f62-3d5a7e9b1c40";

    fn read(record: Value) -> HookDelivery {
        let Value::Object(record) = record else { panic!("no object") };
        delivery(record).expect("a delivery")
    }

    #[test]
    fn a_record_as_it_was_seen_is_read_whole() {
        let read = read(json!({
            "id": "d1", "event_time": 1_788_548_570, "status": "delivered", "process_time": 12,
            "body": "kept", "response_code": 200, "acknowledgement": null,
            "request_headers": null, "response_headers": null,
            "request_body": {
                "data": {"id": "0", "event_type": "Webhook_Status_Change"},
                "timestamp": "2026-09-04T19:02:51Z",
            },
        }));
        let expect = HookDelivery {
            id: "d1".into(),
            event_time: Some("2026-09-04T19:02:50Z".parse().unwrap()),
            sent_at: Some("2026-09-04T19:02:51Z".parse().unwrap()),
            status: Some("delivered".into()),
            response_code: Some(200),
            process_time_ms: Some(12),
            answer: "kept".into(),
            event_type: Some("Webhook_Status_Change".into()),
            ..HookDelivery::default()
        };
        assert_eq!(read, expect);
    }

    #[test]
    fn deliveries_of_one_body_have_one_name_for_it_and_each_its_own_event() {
        let body = json!({"timestamp": "2026-09-04T19:02:51.140Z", "data": {"deliveries": [
            {"delivery_id": "d1", "event_type": "A"}, {"delivery_id": "d2", "event_type": "B"},
        ]}});
        let [one, two] = ["d1", "d2"].map(|id| {
            read(json!({"id": id, "attributes": {"request_body": body, "process_time": 7.0}}))
        });
        assert_eq!((one.event_type.as_deref(), two.event_type.as_deref()), (Some("A"), Some("B")));
        assert!(one.batch.is_some() && one.batch == two.batch, "{one:?} {two:?}");
        assert_eq!(one.process_time_ms, Some(7));
    }

    #[test]
    fn what_is_absent_or_odd_is_none_and_hides_nothing_else() {
        let odd = read(json!({
            "id": "d", "event_time": "soon", "process_time": -1, "response_code": null,
            "request_body": "cut", "status": "failed",
        }));
        let expect = HookDelivery {
            id: "d".into(),
            status: Some("failed".into()),
            ..HookDelivery::default()
        };
        assert_eq!(odd, expect);
    }

    #[tokio::test]
    async fn pages_are_read_until_one_is_short_and_no_further_than_told() {
        let site = TestSite::start().await;
        let at = format!("/api/v1.1/webhook/hooks/{HOOK}/deliveries");
        let page = |ids: [&str; 2]| json!({"data": ids.map(|id| json!({"id": id}))});
        site.answers_once("GET", &at, 200, page(["1", "2"])).await;
        site.answers_once("GET", &at, 200, page(["3", "4"])).await;
        site.answers("GET", &at, 200, json!({"data": [{"id": "5"}]})).await;
        let since = Timestamp::from_second(1000).ok();
        let cut = site.rest.deliveries(HOOK, since, (2, 2)).await.expect("deliveries");
        assert_eq!((cut.rows.len(), cut.is_cut), (4, true));
        let query = "from=1000&page%5Bsize%5D=2&page%5Bnumber%5D=2";
        assert_eq!(site.sent(HOOK).await[1].url.query(), Some(query));
        let all = site.rest.deliveries(HOOK, None, (9, 2)).await.expect("deliveries");
        assert_eq!((all.rows.len(), all.is_cut), (1, false));
        assert_eq!(site.sent(HOOK).await.len(), 3);
    }

    #[tokio::test]
    async fn a_site_that_takes_no_pages_is_not_asked_for_ever() {
        let site = TestSite::start().await;
        let at = format!("/api/v1.1/webhook/hooks/{HOOK}/deliveries");
        site.answers("GET", &at, 200, json!({"data": [{"id": "1"}, {"id": "2"}]})).await;
        let all = site.rest.deliveries(HOOK, None, (9, 2)).await.expect("deliveries");
        assert_eq!((all.rows.len(), all.is_cut), (2, false));
        assert_eq!(site.sent(HOOK).await.len(), 2);
    }
}
