//! What the emulator delivers and what its event log shows of the same events is the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use sgh_core::event::{Event, EventKind};
use sgh_core::ids::EntityRef;
use sgh_core::secret::Secret;
use sgh_core::settings::{SiteOrigin, SiteSettings};
use sgh_emulator::{EmulatedSite, Emulator, EmulatorConfig, NewHook};
use sgh_queue::contract::SettableClock;
use sgh_site::{RestSettings, RestSite};

use super::{HOST, Stand};
use crate::{Begin, IdRange, Logged, Span, Sweep, entries};

/// An emulator, a client of it, and the time of both.
struct House {
    emulator: Emulator,
    site: EmulatedSite,
    rest: Arc<RestSite>,
    by: EntityRef,
    project: EntityRef,
}

impl House {
    /// A site with a hook on everything that happens to these types; nobody answers it.
    fn new(clock: Arc<SettableClock>) -> Self {
        let mut config = EmulatorConfig::new(0, "robot", "key", clock);
        config.failures_until_failed = usize::MAX;
        let emulator = Emulator::start(config).expect("starts");
        let site = emulator.site();
        let all = json!({"create": [], "update": [], "delete": [], "revive": []});
        let on = json!({"Project": all, "Shot": all, "Task": all, "Version": all, "Note": all});
        // A port that nobody listens on.
        let nobody = "http://127.0.0.1:1/";
        site.add_hook(&NewHook::on_entities(nobody, &on)).expect("a hook");
        site.add_hook(&NewHook::on_event_type(nobody, "Studio_Done")).expect("a hook");
        let origin = SiteOrigin::parse(&emulator.url()).expect("an origin");
        let script = (String::from("robot"), Secret::new("key"));
        let settings = SiteSettings { origin, script_name: script.0, script_key: script.1 };
        let rest = Arc::new(RestSite::new(RestSettings::new(settings)).expect("a client"));
        let by = site.coordinator();
        let id = site.create("Project", json!({"name": "Big Film"}), &by).expect("a project");
        Self { emulator, site, rest, by, project: EntityRef::new("Project", id) }
    }

    fn make(&self, kind: &str, fields: Value) -> EntityRef {
        EntityRef::new(kind, self.site.create(kind, fields, &self.by).expect("is made"))
    }

    /// What was delivered, or is about to be, by the id of its entry.
    fn delivered(&self) -> BTreeMap<u64, Event> {
        let read = |event: &Value| Event::read(event.to_string().as_bytes()).expect("an event");
        let deliveries = self.site.deliveries();
        let of_entry = deliveries.iter().filter(|delivery| delivery.event_log_entry_id > 0);
        of_entry.map(|delivery| (delivery.event_log_entry_id, read(&delivery.event))).collect()
    }

    async fn logged(&self) -> Vec<Logged> {
        let all = Span::Ids(IdRange { first: 1, last: u64::MAX });
        let mut entries = entries(&*self.rest, all, Timestamp::UNIX_EPOCH);
        let mut found = Vec::new();
        while let Some(page) = entries.next_page().await.expect("reads") {
            found.extend(page);
        }
        found
    }
}

/// A delivered event without what the log cannot tell: its own id, its delivery, parts of seconds;
/// and the entity, where it is retired by now and the event's `meta` is not about it.
fn as_logged(house: &House, event: &Event) -> Event {
    let whole = |at: Timestamp| Timestamp::from_second(at.as_second()).expect("a time");
    let is_retired =
        |of: &EntityRef| house.site.find(&of.kind, of.id).is_some_and(|found| found.retired);
    let is_about_another =
        event.kind == EventKind::Custom || event.meta.contains_key("actual_attribute_changed");
    let entity = event.entity.clone();
    Event {
        entity: entity.filter(|entity| !(is_about_another && is_retired(entity))),
        id: String::new(),
        delivery: None,
        created_at: event.created_at.map(whole),
        ..event.clone()
    }
}

/// What people and scripts do. The number chooses whom they do it to.
#[derive(Debug, Clone)]
enum Deed {
    MakeShot,
    MakeTask(usize),
    MakeNote(usize),
    SetStatus(usize, &'static str),
    Move(usize, usize),
    LinkTasks(usize, usize),
    Retire(usize),
    Revive(usize),
    WriteRow(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let status = prop::sample::select(vec!["wtg", "ip", "fin"]);
    prop_oneof![
        Just(Deed::MakeShot),
        any::<usize>().prop_map(Deed::MakeTask),
        any::<usize>().prop_map(Deed::MakeNote),
        (any::<usize>(), status).prop_map(|(who, status)| Deed::SetStatus(who, status)),
        (any::<usize>(), any::<usize>()).prop_map(|(who, to)| Deed::Move(who, to)),
        (any::<usize>(), any::<usize>()).prop_map(|(who, to)| Deed::LinkTasks(who, to)),
        any::<usize>().prop_map(Deed::Retire),
        any::<usize>().prop_map(Deed::Revive),
        any::<usize>().prop_map(Deed::WriteRow),
    ]
}

/// Does it as far as it can be done: what the site refuses makes no event.
fn act(house: &House, made: &mut Vec<EntityRef>, deed: &Deed) {
    let of = |kind: &str, number: usize| {
        let all: Vec<&EntityRef> = made.iter().filter(|of| of.kind == kind).collect();
        all.get(number.checked_rem(all.len()).unwrap_or(0)).copied().cloned()
    };
    let any = |number: usize| made.get(number.checked_rem(made.len()).unwrap_or(0)).cloned();
    let (site, by, project) = (&house.site, &house.by, &house.project);
    let set = |of: Option<EntityRef>, fields: Value| {
        let _refused = of.map(|of| site.update(&of, fields, by));
        None
    };
    let code = format!("SH{:03}", made.len());
    let new = match deed {
        Deed::MakeShot => Some(("Shot", json!({"code": code, "project": project}))),
        Deed::MakeTask(on) => {
            let fields = json!({"content": "Comp", "project": project, "entity": of("Shot", *on)});
            Some(("Task", fields))
        }
        Deed::MakeNote(on) => {
            let tasks: Vec<EntityRef> = of("Task", *on).into_iter().collect();
            Some(("Note", json!({"subject": "redo", "project": project, "tasks": tasks})))
        }
        Deed::SetStatus(who, status) => set(any(*who), json!({"sg_status_list": status})),
        Deed::Move(who, to) => set(of("Task", *who), json!({"entity": of("Shot", *to)})),
        Deed::LinkTasks(who, to) => {
            let tasks: Vec<EntityRef> = of("Task", *to).into_iter().collect();
            set(of("Note", *who), json!({"tasks": tasks}))
        }
        Deed::Retire(who) => {
            let _refused = any(*who).map(|of| site.retire(&of, by));
            None
        }
        Deed::Revive(who) => {
            let _refused = any(*who).map(|of| site.revive(&of, by));
            None
        }
        Deed::WriteRow(about) => {
            let meta = json!({"a": 1, "new_value": "x"});
            let fields = json!({"event_type": "Studio_Done", "description": "done",
                "meta": meta, "project": project, "entity": any(*about)});
            let _refused = site.create("EventLogEntry", fields, by);
            None
        }
    };
    if let Some((kind, fields)) = new
        && let Ok(id) = site.create(kind, fields, by)
    {
        made.push(EntityRef::new(kind, id));
    }
}

async fn compare(deeds: &[Deed]) -> Result<(usize, usize), TestCaseError> {
    let clock = Arc::new(SettableClock::at(Timestamp::from_millisecond(1_700_000_000_123)?));
    let house = House::new(clock.clone());
    let mut made = Vec::new();
    for deed in deeds {
        clock.pass(std::time::Duration::from_millis(1700));
        act(&house, &mut made, deed);
    }
    let (delivered, logged) = (house.delivered(), house.logged().await);
    let mut same = 0;
    for entry in &logged {
        let key = entry.event.key(HOST);
        let Some(event) = delivered.get(&entry.id) else {
            // The one event that the emulator does not deliver and that may be delivered.
            let retires = entry.event.attribute.as_deref() == Some("retirement_date");
            prop_assert!(!entry.is_delivered || retires, "not delivered: {:?}", entry);
            continue;
        };
        prop_assert!(entry.is_delivered, "delivered: {:?}", entry);
        prop_assert_eq!(&key, &event.key(HOST));
        prop_assert_eq!(&entry.event, &as_logged(&house, event));
        same += 1;
    }
    let found = delivered.keys().filter(|id| logged.iter().any(|entry| entry.id == **id));
    prop_assert_eq!(found.count(), delivered.len(), "all that is delivered is in the log");
    house.emulator.stop().await;
    Ok((same, logged.len()))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn an_event_from_the_log_is_the_event_that_is_delivered(
        deeds in prop::collection::vec(deed(), 1..40)
    ) {
        block_on(compare(&deeds))?;
    }
}

#[test]
fn the_comparison_sees_every_kind_of_event() {
    use Deed::{
        LinkTasks, MakeNote, MakeShot, MakeTask, Move, Retire, Revive, SetStatus, WriteRow,
    };
    let deeds = [
        MakeShot,
        MakeShot,
        MakeTask(0),
        MakeTask(1),
        MakeNote(0),
        SetStatus(2, "ip"),
        Move(0, 1),
        LinkTasks(0, 1),
        WriteRow(2),
        Retire(2),
        Revive(2),
        Retire(0),
        Retire(2),
    ];
    let (same, logged) = block_on(compare(&deeds)).expect("the same");
    assert!(same >= 16 && logged > 2 * same, "{same} of {logged}");
}

#[test]
fn what_the_emulator_loses_is_found_and_nothing_else() {
    block_on(async {
        let stand = Stand::new();
        let house = House::new(stand.clock.clone());
        let shot = house.make("Shot", json!({"code": "SH010", "project": house.project}));
        let rest = house.rest.clone();
        let config = super::CONFIG.replace("[65, 66]", &format!("[{}]", house.project.id));
        let config = sgh_core::config::Config::read(&config, std::path::Path::new("sgh.yaml"));
        let sweep = Sweep { site: rest, config: Arc::new(config.expect("valid")), ..stand.sweep() };
        let run = async || {
            let until = stand.now() + jiff::SignedDuration::from_hours(1);
            sweep.run(Begin::AtRecord, until, &mut |_| ()).await.expect("sweeps")
        };
        run().await;
        stand.pass(60);
        for round in 0..30 {
            match round {
                7 => house.site.hold_log_rows(3),
                9 => drop(house.site.release_log_rows()),
                11 => house.site.skip_log_ids(4),
                _ => {}
            }
            let status = ["ip", "fin"][round % 2];
            house.site.update(&shot, json!({"sg_status_list": status}), &house.by).expect("set");
            stand.pass(1);
        }
        let delivered: Vec<u64> = house.delivered().into_keys().collect();
        let ours: Vec<u64> = delivered.iter().rev().take(30).rev().copied().collect();
        let (lost, came): (Vec<u64>, Vec<u64>) = ours.into_iter().partition(|id| id % 3 == 0);
        stand.ledger.see(&came);
        stand.pass(120);
        house.site.forget_calls();
        let report = run().await;
        assert_eq!(stand.queue.entries(), lost);
        assert_eq!((report.wanted, report.queued), (30, lost.len() as u64));
        assert_eq!(report.waiting.iter().map(|ids| ids.count()).sum::<u64>(), 4);
        let calls = house.site.call_counts()["POST /entity/{type}/_search"];
        assert_eq!(calls, report.searches as u64, "each search is one call");
        stand.pass(300);
        assert_eq!(run().await.written_off, 4);
        house.emulator.stop().await;
    });
}
