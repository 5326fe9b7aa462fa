//! `sgh hooks test`: has the site test the connection, and says what came back. The site answers
//! such a call with yes whatever comes of it, so what counts is the delivery that it makes.

use std::collections::HashSet;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sgh_settings::Environment;
use sgh_site::SiteError;
use sgh_site::rest::{Hook, HookDelivery, RestSite};
use tokio::time::Instant;

use super::{PAGE_SIZE, bar, site};
use crate::cli::HooksTest;
use crate::hooks::{is_answered_badly, is_pending, name, ours, receiver};
use crate::house::clock;
use crate::output::{Output, plain};

/// The type of the event that a test makes.
const TEST: &str = "Test_Connection";
/// Deliveries that are looked through. Ours: the clocks of the site and of this machine differ.
const LOOK_BACK: SignedDuration = SignedDuration::from_mins(15);
/// Pages of them.
const PAGES_MAX: usize = 4;
/// Time between two looks: doubled from the first to the last of these.
const PAUSES: (Duration, Duration) = (Duration::from_millis(125), Duration::from_secs(2));

pub async fn run(
    options: &HooksTest,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let url = options.url.as_deref().map(receiver).transpose().map_err(super::bad_url)?;
    let site = site(environment).await?;
    let hooks = match &options.id {
        Some(id) => vec![site.hook(id).await?],
        // Nothing is needed here, so none is taken for ours by what it is for.
        None => ours(&site.hooks().await?, url.as_deref(), &[]).hooks,
    };
    if hooks.is_empty() {
        bail!(
            "no hook of the site was made by sgh or posts to that address; name one by its id, as \
             `sgh hooks list` shows it"
        );
    }
    let wait = Duration::from_secs(options.wait);
    let bar = bar(hooks.len(), "waiting for what the site delivers");
    let mut is_well = true;
    for hook in &hooks {
        let came = tested(&site, hook, wait).await?;
        bar.inc(1);
        is_well &= came.is_well();
        bar.suspend(|| output.print(came.text(hook, wait), || came.json(hook)));
    }
    bar.finish_and_clear();
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What came of a test.
enum Came {
    /// The hook is off, so nothing was tried.
    Off(String),
    /// The site made no delivery of it.
    Nothing,
    /// It made one; perhaps without an answer yet.
    Delivery(Box<HookDelivery>),
}

async fn tested(site: &RestSite, hook: &Hook, wait: Duration) -> Result<Came, SiteError> {
    if let Some(status @ ("disabled" | "failed")) = hook.text("status") {
        return Ok(Came::Off(status.to_owned()));
    }
    let since = clock().now() - LOOK_BACK;
    let before: HashSet<String> =
        tests(site, hook, since).await?.into_iter().map(|delivery| delivery.id).collect();
    site.test_connection(&hook.id).await?;
    let (mut pause, pause_max) = PAUSES;
    let begun = Instant::now();
    loop {
        let found = tests(site, hook, since).await?;
        let new = found.into_iter().find(|delivery| !before.contains(&delivery.id));
        let came = new.map_or(Came::Nothing, |delivery| Came::Delivery(Box::new(delivery)));
        let left = wait.saturating_sub(begun.elapsed());
        if came.is_over() || left.is_zero() {
            return Ok(came);
        }
        // The site tells nobody that a delivery is answered: it has to be asked again.
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 2).min(pause_max);
    }
}

/// The deliveries of tests.
async fn tests(
    site: &RestSite,
    hook: &Hook,
    since: Timestamp,
) -> Result<Vec<HookDelivery>, SiteError> {
    let found = site.deliveries(&hook.id, Some(since), (PAGES_MAX, PAGE_SIZE)).await?;
    let is_test = |delivery: &HookDelivery| delivery.event_type.as_deref() == Some(TEST);
    Ok(found.rows.into_iter().filter(is_test).collect())
}

impl Came {
    /// Whether nothing more is to come: it was refused, or it is acknowledged.
    fn is_over(&self) -> bool {
        match self {
            Self::Off(_) => true,
            Self::Nothing => false,
            Self::Delivery(delivery) if is_pending(delivery) => false,
            Self::Delivery(delivery) => {
                is_answered_badly(delivery) || delivery.acknowledgement.is_some()
            }
        }
    }

    fn is_well(&self) -> bool {
        match self {
            Self::Off(_) | Self::Nothing => false,
            Self::Delivery(delivery) => !is_pending(delivery) && !is_answered_badly(delivery),
        }
    }

    fn text(&self, hook: &Hook, wait: Duration) -> String {
        let mark = if self.is_well() { "ok  " } else { "FAIL" };
        let what = match self {
            Self::Off(status) => {
                format!("its status is `{status}`, so nothing is delivered; enable it first")
            }
            Self::Nothing => format!(
                "the site made no delivery within {} s; it says yes to every test, so look \
                 whether the receiver has seen one, then switch the hook off and on again on the \
                 site: that makes a delivery too, and tells whether hooks work at all",
                wait.as_secs()
            ),
            Self::Delivery(delivery) => of_delivery(delivery, wait),
        };
        format!("{mark}  hook `{}`: {}", plain(name(hook)), plain(&what))
    }

    fn json(&self, hook: &Hook) -> Value {
        let mut row = json!({"id": hook.id, "name": hook.text("name"), "ok": self.is_well()});
        match self {
            Self::Off(status) => row["status"] = json!(status),
            Self::Nothing => {}
            Self::Delivery(delivery) => {
                row["delivery"] = json!({
                    "id": delivery.id, "response_code": delivery.response_code,
                    "process_time_ms": delivery.process_time_ms, "answer": delivery.answer,
                    "acknowledgement": delivery.acknowledgement,
                });
            }
        }
        row
    }
}

fn of_delivery(delivery: &HookDelivery, wait: Duration) -> String {
    let took = delivery.process_time_ms.map(|ms| format!(" in {ms} ms")).unwrap_or_default();
    if is_pending(delivery) {
        return format!("nothing answered within {} s; is the receiver running?", wait.as_secs());
    }
    match delivery.response_code {
        Some(0) => "nothing answers at its address; is the receiver running, and reachable from \
                    the site?"
            .to_owned(),
        Some(401) => "answered 401: the hook's token is none of those in SGH_WEBHOOK_SECRETS; \
                      set one of them on the hook"
            .to_owned(),
        Some(code @ 400..) => format!("answered {code}{took}: `{}`", delivery.answer),
        Some(_) | None => {
            let code = delivery.response_code.map_or_else(String::new, |code| format!(" {code}"));
            let worked = match &delivery.acknowledgement {
                Some(text) => format!("acknowledged `{}`", text.replace('\n', ": ")),
                None => format!(
                    "not acknowledged within {} s: see whether the worker runs",
                    wait.as_secs()
                ),
            };
            format!("answered{code}{took}: `{}`; {worked}", delivery.answer)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn delivery(status: &str, code: u64, acknowledgement: Option<&str>) -> Came {
        Came::Delivery(Box::new(HookDelivery {
            status: Some(status.into()),
            response_code: Some(code),
            process_time_ms: Some(12),
            answer: "kept".into(),
            acknowledgement: acknowledgement.map(str::to_owned),
            ..HookDelivery::default()
        }))
    }

    fn check(came: &Came, expect: &str, well: bool, over: bool) {
        let fields = BTreeMap::from([("name".to_owned(), json!("ours"))]);
        let text = came.text(&Hook { id: "1".into(), fields }, Duration::from_secs(20));
        let mark = if well { "ok    hook `ours`: " } else { "FAIL  hook `ours`: " };
        assert!(text.starts_with(&format!("{mark}{expect}")), "{text}\nis not\n{mark}{expect}");
        assert_eq!((came.is_well(), came.is_over()), (well, over), "{text}");
    }

    #[test]
    fn what_came_of_a_test_is_told_with_what_mends_it() {
        let done = Some("done\ntest connection");
        let whole = "answered 200 in 12 ms: `kept`; acknowledged `done: test connection`";
        check(&delivery("delivered", 200, done), whole, true, true);
        let half = "answered 200 in 12 ms: `kept`; not acknowledged within 20 s";
        check(&delivery("delivered", 200, None), half, true, false);
        check(&delivery("failed", 401, None), "answered 401: the hook's token", false, true);
        check(&delivery("failed", 503, None), "answered 503 in 12 ms: `kept`", false, true);
        check(&delivery("delivered", 0, None), "nothing answers at its address", false, true);
        check(&delivery("pending", 0, None), "nothing answered within 20 s", false, false);
        check(&Came::Nothing, "the site made no delivery within 20 s", false, false);
        check(&Came::Off("failed".into()), "its status is `failed`", false, true);
    }
}
