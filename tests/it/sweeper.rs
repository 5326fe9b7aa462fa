//! The sweeper as it is deployed: its binary, started and invoked as Lambda does it, between the
//! emulated site, a recording SQS, and a table of the stand-in for AWS.
//!
//! Needs to run below `tests/local-aws --`; fails without.

use std::sync::Arc;

use serde_json::Value;
use sgh_core::event::Event;
use sgh_emulator::Fault;
use tests::lambda::{Function, InvocationError, Profile, Runtime, Sqs, built};

use crate::sgh::sweep::{AGO, approve, by_hand};
use crate::studio::{Ahead, Studio, assert_silent};
use crate::tidy::root;
use crate::worker::{aws, table};

/// What Lambda sets for the function, and who sweeps by hand has to.
const AWS: [(&str, &str); 3] =
    [("AWS_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];

/// A sweeper, what it reads, and what it fills.
struct Stage {
    studio: Studio,
    sqs: Sqs,
    env: Vec<(String, String)>,
    sweeper: Function,
}

impl Stage {
    /// Events of this site are from a while ago.
    async fn start() -> Self {
        Self::with(&[]).await
    }

    async fn with(otherwise: &[(&str, &str)]) -> Self {
        let clock = Arc::new(Ahead::default());
        clock.by(AGO);
        let (studio, sqs) = (Studio::with(Ahead::site(&clock)), Sqs::start());
        let mut env = studio.settings();
        env.retain(|(name, _)| name != "SGH_WEBHOOK_SECRETS" && name != "TOKENS");
        let mut set = |name: &str, value: String| env.push((name.to_owned(), value));
        set("SGH_QUEUE", format!("sqs:{}", sqs.queue_url()));
        set("SGH_LEDGER", format!("dynamodb:{}", table().await));
        set("AWS_ENDPOINT_URL_SQS", sqs.endpoint());
        set("AWS_ENDPOINT_URL_DYNAMODB", aws());
        for (name, value) in otherwise {
            env.retain(|(known, _)| known != name);
            env.push(((*name).to_owned(), (*value).to_owned()));
        }
        let sweeper = Runtime::start().spawn(&built("sweeper", Profile::Dev), &env);
        Self { studio, sqs, env, sweeper }
    }

    /// With what the schedule sends.
    async fn invoke(&self) -> Result<Value, InvocationError> {
        let sample = std::fs::read(root().join("events/schedule/every-minute.json")).unwrap();
        let answer = self.sweeper.invoke(&serde_json::from_slice(&sample).unwrap()).await;
        assert_silent(&self.sweeper.log());
        answer
    }

    async fn swept(&self) -> Value {
        self.invoke().await.unwrap_or_else(|why| panic!("{why}\n{}", self.sweeper.log()))
    }

    /// A sweep from somebody's desk, on the same queue and table.
    async fn by_hand(&self, options: &[&str]) -> Value {
        let mut env = self.env.clone();
        env.extend(AWS.map(|(name, value)| (name.to_owned(), value.to_owned())));
        by_hand(&env, options).await
    }

    /// The events that were queued so far, with their groups.
    fn queued(&self) -> Vec<(Event, String)> {
        let event = |body: &str| Event::read(body.as_bytes()).expect("an event");
        self.sqs.kept().into_iter().map(|kept| (event(&kept.body), kept.group)).collect()
    }
}

#[tokio::test]
async fn what_was_never_delivered_is_queued_in_order_and_in_the_group_of_its_project() {
    let stage = Stage::start().await;
    assert_eq!(stage.by_hand(&["--since", "3d"]).await["first"], true);
    let task = approve(&stage.studio, "Night Train");
    let project =
        stage.studio.site().find("Task", task.id).expect("a task").fields["project"]["id"]
            .as_u64()
            .expect("a project");
    let report = stage.swept().await;
    let queued = stage.queued();
    assert_eq!(report["queued"], queued.len(), "{report}");
    assert_eq!((&report["first"], &report["ended"]), (&false.into(), &"caught_up".into()));
    let last = queued.last().expect("a queued event");
    assert_eq!(last.0.event_type, "Shotgun_Version_Change");
    assert_eq!(last.1, format!("project-{project}"));
    let entries: Vec<_> = queued.iter().map(|(event, _)| event.entry).collect();
    assert!(entries.is_sorted() && entries[0].is_some(), "{entries:?}");
    assert!(queued.iter().all(|(event, _)| event.delivery.is_none()));

    let again = stage.swept().await;
    assert_eq!((&again["queued"], &again["searches"]), (&0.into(), &1.into()), "{again}");
    assert_eq!(stage.queued().len(), queued.len());
}

#[tokio::test]
async fn the_first_sweep_begins_at_the_present_and_not_in_the_past() {
    let stage = Stage::start().await;
    approve(&stage.studio, "Night Train");
    let first = stage.swept().await;
    assert_eq!((&first["first"], &first["queued"]), (&true.into(), &0.into()), "{first}");
    assert!(stage.sweeper.log().contains("it begins here"), "{}", stage.sweeper.log());
    assert_eq!(stage.swept().await["first"], false);
    assert_eq!(stage.queued().len(), 0);
}

#[tokio::test]
async fn a_sweep_that_fails_is_an_error_of_the_function_and_the_next_goes_on() {
    let stage = Stage::start().await;
    stage.by_hand(&["--since", "3d"]).await;
    approve(&stage.studio, "Night Train");
    let fault = Fault::Status { code: 503, retry_after: None };
    stage.studio.site().plan_fault("/entity/event_log_entries/_search", 3, fault);
    let error = stage.invoke().await.expect_err("the site is away").to_string();
    assert!(error.contains("the event log of the site cannot be read"), "{error}");
    assert!(stage.sweeper.log().contains("the event log was not swept"));
    assert_eq!(stage.queued().len(), 0);
    assert_eq!(stage.swept().await["queued"], stage.queued().len());
    assert!(!stage.queued().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_the_settings_is_said_at_the_start() {
    let wrong = [
        (("SGH_LEDGER", "sqlite:/x/sgh.db"), "`sgh serve` and `sgh sweep` take `sqlite:<path>`"),
        (("SGH_ORDERING", "shot"), "SGH_ORDERING"),
        (("SGH_CONFIG", "/nowhere/sgh.yaml"), "/nowhere/sgh.yaml"),
    ];
    for (setting, said) in wrong {
        let stage = Stage::with(&[setting]).await;
        assert!(!stage.sweeper.exited().await.success());
        let log = stage.sweeper.log();
        assert!(log.contains(said), "{setting:?}: {log}");
        assert_silent(&log);
    }
}
