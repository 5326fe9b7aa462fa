//! `sgh serve`: the whole picture in one process, on a database file.

use serde_json::json;
use sgh_emulator::Fault;

use super::{Serving, but, env, tree};
use crate::http::signed;
use crate::studio::{Studio, TOKEN, in_time, told, version_statuses};
use crate::trap::Trap;

#[tokio::test]
async fn what_happens_on_the_site_ends_as_directories_statuses_and_acknowledgements() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let mut on = version_statuses();
    on["Shot"] = json!({"create": []});
    studio.hook(&serving.url, &on);
    let film = studio.film("Night Train");
    let (version, task) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    in_time("acknowledgements", studio.site().deliveries_acknowledged()).await;
    let deliveries = studio.site().deliveries();
    assert_eq!(deliveries.len(), 2);
    for delivery in &deliveries {
        assert_eq!((delivery.response_code, delivery.body.as_str()), (200, "kept"));
        assert!(told(delivery).starts_with("done\n"), "{}", told(delivery));
    }
    assert_eq!(studio.status(&task), "fin");
    let made = tree(&studio.storage());
    assert!(made.contains(&"night_train/sequences/SQ010/SQ010_0010/work".to_owned()), "{made:?}");
    serving.stop().await;
}

#[tokio::test]
async fn what_it_did_it_knows_after_a_restart() {
    let studio = Studio::start();
    let env = env(&studio);
    let serving = Serving::start(&env).await;
    studio.hook(&serving.url, &version_statuses());
    let film = studio.film("Night Train");
    let (version, task) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    in_time("the first", studio.site().deliveries_acknowledged()).await;
    serving.stop().await;
    studio.set_status(&task, "ip");

    let serving = Serving::start(&env).await;
    let delivery = studio.site().deliveries().remove(0);
    let other = delivery.request_body.replace(&delivery.id.to_string(), OTHER);
    assert_eq!(serving.exchange(&signed(TOKEN, other.as_bytes(), &[])).await.0, 200);
    let acknowledged = |site: &sgh_emulator::EmulatedSite| {
        site.calls().iter().any(|call| call.path.ends_with(OTHER))
    };
    in_time("the second", studio.site().until(acknowledged)).await;
    serving.stop().await;
    assert_eq!(studio.status(&task), "ip", "what a human set later stays");
}

const OTHER: &str = "11111111-0000-4000-8000-000000000000";

#[tokio::test]
async fn an_outage_of_the_site_is_waited_for() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    studio.hook(&serving.url, &version_statuses());
    let film = studio.film("Night Train");
    let (version, task) = studio.version(&film, "Comp");
    // One receive: three tries. The second comes after the back-off of some seconds.
    studio.site().plan_fault("PUT /entity", 3, Fault::Status { code: 503, retry_after: None });
    studio.set_status(&version, "apr");
    in_time("the acknowledgement", studio.site().deliveries_acknowledged()).await;
    assert!(told(&studio.site().deliveries()[0]).starts_with("done\n"));
    assert_eq!(studio.status(&task), "fin");
    assert_eq!(studio.calls("PUT /entity/{type}/{id}"), 4);
    serving.stop().await;
}

#[tokio::test]
async fn the_address_in_a_header_is_never_called() {
    let (trap, studio) = (Trap::set(), Studio::start());
    let serving = Serving::start(&env(&studio)).await;
    studio.hook(&serving.url, &version_statuses());
    let film = studio.film("Night Train");
    let (version, _) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    in_time("the first", studio.site().deliveries_acknowledged()).await;
    // The same delivery, from somebody who has only recorded it: headers are not signed.
    let delivery = studio.site().deliveries().remove(0);
    let body = delivery.request_body.as_bytes();
    let url = trap.url();
    let headers = ["x-sg-webhook-site-url", "x-forwarded-host", "origin", "referer", "forwarded"];
    let headers = headers.map(|name| (name, url.as_str()));
    let signed = signed(TOKEN, body, &headers);
    assert_eq!(serving.exchange(&signed).await, (200, "kept".to_owned()));
    let later = delivery.request_body.replace("\"timestamp\":", "\"timestamp\" :");
    let again = crate::http::signed(TOKEN, later.as_bytes(), &headers);
    assert_eq!(serving.exchange(&again).await, (200, "kept".to_owned()));
    studio.set_status(&version, "note");
    in_time("what came behind", studio.site().deliveries_acknowledged()).await;
    serving.stop().await;
    assert!(!trap.was_called());
}

#[tokio::test]
async fn two_tokens_count_while_one_is_replaced() {
    let studio = Studio::start();
    let tokens = format!("canary-new-token\r\n\n{TOKEN}\n");
    let serving = Serving::start(&but(&env(&studio), &[("TOKENS", &tokens)])).await;
    for (token, status) in [(TOKEN, 200), ("canary-new-token", 200), ("canary-old", 401)] {
        assert_eq!(serving.exchange(&signed(token, b"{}", &[])).await.0, status);
    }
    serving.stop().await;
}

#[tokio::test]
async fn queue_and_ledger_may_be_two_files() {
    let studio = Studio::start();
    let [queue, ledger] = ["queue.sqlite", "ledger.sqlite"]
        .map(|name| format!("sqlite:{}", studio.folder().join(name).display()));
    let env = but(&env(&studio), &[("SGH_QUEUE", &queue), ("SGH_LEDGER", &ledger)]);
    let serving = Serving::start(&env).await;
    studio.hook(&serving.url, &version_statuses());
    let film = studio.film("Night Train");
    let (version, task) = studio.version(&film, "Comp");
    studio.set_status(&version, "apr");
    in_time("the acknowledgement", studio.site().deliveries_acknowledged()).await;
    assert_eq!(studio.status(&task), "fin");
    serving.stop().await;
}
