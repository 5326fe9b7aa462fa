//! What the rules ask is asked of a site, over REST: its filters, dotted fields and retired
//! records are what decides here. How each rule decides is tested beside its code.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what goes wrong in a test fails it, in the functions it calls too"
)]

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use sgh_automations::set::Judge;
use sgh_automations::{Decision, open_downstream, push_down, roll_up, set};
use sgh_core::clock::SystemClock;
use sgh_core::config::{Action, Automation, Config};
use sgh_core::event::Event;
use sgh_core::ids::EntityRef;
use sgh_core::secret::Secret;
use sgh_core::settings::{SiteOrigin, SiteSettings};
use sgh_emulator::{Emulator, EmulatorConfig};
use sgh_site::facts::{Facts, Need, merge_reads};
use sgh_site::{RestSettings, RestSite, Site};

/// A site with one project and one shot.
struct Stand {
    emulator: Emulator,
    rest: RestSite,
    project: EntityRef,
    shot: EntityRef,
}

impl Stand {
    fn new() -> Self {
        let config = EmulatorConfig::new(0, "robot", "key", Arc::new(SystemClock));
        let emulator = Emulator::start(config).expect("an emulator");
        let settings = SiteSettings {
            origin: SiteOrigin::parse(&emulator.url()).expect("an origin"),
            script_name: "robot".to_owned(),
            script_key: Secret::new("key"),
        };
        let rest = RestSite::new(RestSettings::new(settings)).expect("a client");
        let nothing = EntityRef::new("Project", 0);
        let mut stand = Self { emulator, rest, project: nothing.clone(), shot: nothing };
        stand.project = stand.make("Project", json!({"name": "Film"}));
        stand.shot = stand.make("Shot", json!({"code": "SH010", "sg_status_list": "ip"}));
        stand
    }

    fn make(&self, kind: &str, mut fields: Value) -> EntityRef {
        if kind != "Project" && kind != "Step" {
            fields["project"] = json!(self.project);
        }
        let site = self.emulator.site();
        let made = site.create(kind, fields, &site.coordinator());
        EntityRef::new(kind, made.unwrap_or_else(|why| panic!("{kind}: {why:?}")))
    }

    fn task(&self, name: &str, status: &str, upstream: &[&EntityRef]) -> EntityRef {
        self.make(
            "Task",
            json!({"content": name, "entity": self.shot, "sg_status_list": status,
                "upstream_tasks": upstream}),
        )
    }

    fn change(&self, of: &EntityRef, fields: Value) {
        let site = self.emulator.site();
        site.update(of, fields, &site.coordinator()).unwrap_or_else(|why| panic!("{why:?}"));
    }

    fn status(&self, of: &EntityRef) -> Value {
        self.field(of, "sg_status_list")
    }

    fn field(&self, of: &EntityRef, field: &str) -> Value {
        let record = self.emulator.site().find(&of.kind, of.id).expect("a record");
        record.fields.get(field).cloned().unwrap_or(Value::Null)
    }

    /// Runs one automation for an event, and says what it decided.
    async fn run(&self, rule: &str, event: Value) -> Vec<String> {
        let text = format!("automations:\n  - {{ name: a, on: 'event:x', {rule} }}\n");
        let mut config = Config::read(&text, Path::new("sgh.yaml")).expect("valid");
        let rule = config.automations.remove(0);
        let event = Event::read(event.to_string().as_bytes()).expect("an event");
        let mut facts = Facts::default();
        for _ in 0..10 {
            match decide(&rule, &event, &facts) {
                Need::Reads(reads) => {
                    for read in merge_reads(reads) {
                        let found = self.rest.search(&read.search()).await;
                        facts.learn(read, found.unwrap_or_else(|error| panic!("{error}")));
                    }
                }
                Need::Ready(Decision::Skip(why)) => return vec![format!("skip: {why}")],
                Need::Ready(Decision::Fail(why)) => return vec![format!("fail: {why}")],
                Need::Ready(Decision::Change { planned, left }) => {
                    let changes: Vec<_> = planned.iter().map(|plan| plan.change.clone()).collect();
                    self.rest.write(&changes).await.expect("written");
                    return planned.into_iter().map(|plan| plan.what).chain(left).collect();
                }
            }
        }
        panic!("it never ends")
    }
}

fn decide(rule: &Automation, event: &Event, facts: &Facts) -> Need<Decision> {
    match &rule.action {
        Action::Set(rule) => set::decide(rule, event, Judge::Compare, facts),
        Action::OpenDownstream(rule) => open_downstream::decide(rule, event, facts),
        Action::RollUp(rule) => roll_up::decide(rule, event, facts),
        Action::PushDown(rule) => push_down::decide(rule, event, Judge::Compare, facts),
        Action::MakeFolders(_) | Action::Emit(_) | Action::Run(_) => panic!("none of the site's"),
    }
}

fn event(event_type: &str, of: &EntityRef, field: &str, meta: Value) -> Value {
    json!({"event_type": event_type, "entity": of, "attribute_name": field, "meta": meta})
}

fn created(of: &EntityRef) -> Value {
    event(&format!("Shotgun_{}_New", of.kind), of, "", json!({}))
}

const OPEN: &str =
    "do: open_downstream, done: fin, skip: na, started: ip, waiting: wtg, ready: rdy";

#[tokio::test]
async fn tasks_open_along_the_links_of_a_site() {
    let stand = Stand::new();
    let track = stand.task("Track", "ip", &[]);
    let roto = stand.task("Roto", "na", &[&track]);
    let anim = stand.task("Anim", "fin", &[]);
    let comp = stand.task("Comp", "wtg", &[&roto, &anim]);
    assert_eq!(
        stand.run(OPEN, created(&anim)).await,
        ["skip: Task `Comp` of `SH010` waits: Task `Track` of `SH010` is at `ip`"]
    );
    // The link from Track to Roto becomes start to start, and Track has started.
    let rows = stand.emulator.site().records("TaskDependency");
    let row = rows.iter().find(|row| row.fields["dependent_task"]["id"] == track.id);
    let row = EntityRef::new("TaskDependency", row.expect("a row").entity.id);
    stand.change(&row, json!({"dependency_type": "start-to-start"}));
    stand.run(OPEN, created(&anim)).await;
    assert_eq!(stand.status(&comp), "rdy");
}

const ROLL: &str = "do: roll_up, parents: [Shot], skip: [na], all: { fin: [fin] }, reopen: ip";

#[tokio::test]
async fn the_shot_of_a_deleted_task_is_found() {
    let stand = Stand::new();
    stand.task("Anim", "fin", &[]);
    let comp = stand.task("Comp", "wtg", &[]);
    let site = stand.emulator.site();
    site.retire(&comp, &site.coordinator()).expect("retired");
    let retired = event("Shotgun_Task_Retirement", &comp, "", json!({}));
    let said = stand.run(ROLL, retired).await;
    assert_eq!(stand.status(&stand.shot), "fin", "{said:?}");
}

#[tokio::test]
async fn a_former_shot_is_found_in_the_event_log() {
    let stand = Stand::new();
    stand.task("Anim", "fin", &[]);
    let comp = stand.task("Comp", "wtg", &[]);
    let other = stand.make("Shot", json!({"code": "SH020", "sg_status_list": "fin"}));
    stand.change(&comp, json!({"entity": other}));
    let rows = stand.emulator.site().records("EventLogEntry");
    let moved = |fields: &std::collections::BTreeMap<String, Value>| {
        fields["event_type"] == "Shotgun_Task_Change" && fields["attribute_name"] == "entity"
    };
    let entry = rows.iter().rfind(|row| moved(&row.fields)).expect("an entry").entity.id;
    let mut event = event("Shotgun_Task_Change", &comp, "entity", json!({}));
    event["event_log_entry_id"] = json!(entry);
    let said = stand.run(ROLL, event).await;
    assert_eq!(stand.status(&stand.shot), "fin", "{said:?}");
    assert_eq!(stand.status(&other), "ip", "{said:?}");
}

#[tokio::test]
async fn a_shot_hands_its_status_on() {
    let stand = Stand::new();
    let comp = stand.task("Comp", "wtg", &[]);
    stand.change(&stand.shot, json!({"sg_status_list": "hld"}));
    stand.run("do: push_down, values: hld", created(&stand.shot)).await;
    assert_eq!(stand.status(&comp), "hld");
}

#[tokio::test]
async fn conditions_follow_links_and_targets_are_found() {
    let stand = Stand::new();
    let [roto, comp] = ["Roto", "Comp"].map(|step| {
        let of = stand.make("Step", json!({"code": step}));
        let task = stand.task(step, "wtg", &[]);
        stand.change(&task, json!({"step": of}));
        task
    });
    let rule = "do: set, if: { step.Step.code: [Roto] }, target: { find: Task, same: entity }, \
                where: { step.Step.code: [Comp] }, values: { sg_status_list: rdy }";
    stand.run(rule, created(&roto)).await;
    assert_eq!((stand.status(&roto), stand.status(&comp)), (json!("wtg"), json!("rdy")));
    assert_eq!(
        stand.run(rule, created(&comp)).await,
        ["skip: Task `Comp` of `SH010` has step.Step.code `Comp`, not `Roto`"]
    );
    // A link that leads to nothing.
    stand.change(&comp, json!({"step": null}));
    assert_eq!(
        stand.run(rule, created(&comp)).await,
        ["skip: Task `Comp` of `SH010` has step.Step.code nothing, not `Roto`"]
    );
}

#[tokio::test]
async fn the_newest_version_is_set_and_noted_versions_lead_to_their_task() {
    let stand = Stand::new();
    let comp = stand.task("Comp", "fin", &[]);
    let [_, newest] = ["v1", "v2"].map(|code| {
        let fields = json!({"code": code, "entity": stand.shot, "sg_task": comp,
            "sg_status_list": "rev"});
        stand.make("Version", fields)
    });
    let rule = "do: set, target: { find: Version, linked_by: sg_task, newest: created_at }, \
                map: { sg_status_list: { fin: apr } }";
    let said = stand.run(rule, created(&comp)).await;
    assert_eq!(said, ["Version `v2`: sg_status_list `rev` -> `apr`"]);
    let links = json!([newest, stand.shot]);
    let note = stand.make("Note", json!({"subject": "Redo", "note_links": links}));
    let rule = "do: set, target: note_links.Version.sg_task, values: { sg_status_list: ip }";
    stand.run(rule, created(&note)).await;
    assert_eq!(stand.status(&comp), "ip");
}

#[tokio::test]
async fn who_made_a_version_is_added_to_its_task() {
    let stand = Stand::new();
    let comp = stand.task("Comp", "ip", &[]);
    let ann = stand.emulator.site().coordinator();
    let fields = json!({"code": "v1", "entity": stand.shot, "sg_task": comp, "user": ann});
    let version = stand.make("Version", fields);
    let rule = "do: set, target: sg_task, add: { task_assignees: user }";
    let said = stand.run(rule, created(&version)).await;
    let people = stand.field(&comp, "task_assignees");
    assert_eq!(people.as_array().map(Vec::len), Some(1), "{said:?}");
    assert_eq!(EntityRef::from_json(&people[0]), Some(ann));
    assert!(stand.run(rule, created(&version)).await[0].ends_with("in task_assignees already"));
}

#[tokio::test]
async fn a_note_is_closed_by_its_last_task() {
    let stand = Stand::new();
    let (comp, anim) = (stand.task("Comp", "fin", &[]), stand.task("Anim", "ip", &[]));
    let fields = json!({"subject": "Redo", "sg_status_list": "opn", "tasks": [comp, anim]});
    let note = stand.make("Note", fields);
    let rule = "do: roll_up, children: Task.notes, parents: Note, all: { clsd: [fin] }";
    assert_eq!(
        stand.run(rule, created(&comp)).await,
        ["skip: Note `Redo` is at `opn` and stays: not `clsd`, because Task `Anim` of `SH010` is \
          at `ip`"]
    );
    stand.change(&anim, json!({"sg_status_list": "fin"}));
    stand.run(rule, created(&anim)).await;
    assert_eq!(stand.status(&note), "clsd");
}
