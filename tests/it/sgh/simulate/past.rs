//! A few days of a studio that does everything by hand, as its site remembers them.

use std::sync::Arc;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use crate::sgh::{Env, Ran, but, run};
use crate::studio::{Ahead, Studio};

const RULES: &str = "automations:
  - name: new-version-to-review
    on: Version/create
    do: set
    target: sg_task
    where: { sg_status_list: [ip] }
    values: { sg_status_list: rev }
  - name: version-drives-task
    on: Version/update/sg_status_list
    do: set
    target: sg_task
    map: { sg_status_list: { apr: fin, note: ip } }
  - name: open-downstream
    on: Task/update/sg_status_list
    do: open_downstream
    done: [fin]
    waiting: [wtg]
    ready: rdy
  - name: shot-holds-tasks
    dry_run: true
    on: Shot/update/sg_status_list
    do: push_down
    values: [hld]
    keep: [fin]
";

pub const DAY: i64 = 24 * 3600;
pub const HOUR: i64 = 3600;
pub const MINUTE: i64 = 60;

/// A studio whose time is set.
pub struct Past {
    pub studio: Studio,
    pub clock: Arc<Ahead>,
    pub project: EntityRef,
    pub shot: EntityRef,
    pub tasks: Vec<EntityRef>,
}

impl Past {
    /// Ten days ago: a project, a shot, and three tasks that wait for one another.
    pub fn new() -> Self {
        let clock = Arc::new(Ahead::default());
        let studio = Studio::with(Ahead::site(&clock));
        studio.write("sgh.yaml", RULES);
        clock.by(-10 * DAY);
        let project = studio.make("Project", json!({"name": "Film"}));
        let shot = studio.make("Shot", json!({"code": "SH010", "project": project}));
        let mut past = Self { studio, clock, project, shot, tasks: Vec::new() };
        for (name, status) in [("Layout", "fin"), ("Anim", "ip"), ("Comp", "wtg")] {
            let task = past.studio.make(
                "Task",
                json!({"content": name, "project": past.project, "entity": past.shot,
                    "sg_status_list": status, "upstream_tasks": past.tasks.last()
                        .into_iter().collect::<Vec<_>>()}),
            );
            past.tasks.push(task);
        }
        past
    }

    /// So long ago, somebody does this.
    pub fn ago(&self, days: i64, seconds: i64) -> &Studio {
        self.clock.by(seconds - days * DAY);
        &self.studio
    }

    pub fn version(&self, studio: &Studio, name: &str, task: &EntityRef) -> EntityRef {
        let fields =
            json!({"code": name, "project": self.project, "entity": self.shot, "sg_task": task});
        studio.make("Version", fields)
    }

    /// The days that are simulated.
    pub fn play(&self) {
        let [_, anim, comp] = &self.tasks[..] else { panic!("three tasks") };
        // An artist submits; ten minutes later somebody sets the task to review.
        let v1 = self.version(self.ago(5, 0), "anim_v001", anim);
        self.ago(5, 10 * MINUTE).set_status(anim, "rev");
        // A supervisor approves; the task is closed half an hour later, the next one is opened
        // two days after that.
        self.ago(4, 0).set_status(&v1, "apr");
        self.ago(4, 30 * MINUTE).set_status(anim, "fin");
        self.ago(2, 0).set_status(comp, "rdy");
        self.ago(2, HOUR).set_status(comp, "ip");
        // A second version, forgotten: nobody touches its task.
        let v2 = self.version(self.ago(1, 0), "comp_v001", comp);
        // It is sent back twice; the supervisor wants the task on hold.
        self.ago(1, HOUR).set_status(&v2, "note");
        self.ago(1, 2 * HOUR).set_status(&v2, "apr");
        self.ago(1, 3 * HOUR).set_status(comp, "hld");
        // The shot goes on hold, too late for its tasks to be touched.
        self.ago(1, 4 * HOUR).set_status(&self.shot, "hld");
        self.clock.by(0);
    }

    pub fn env(&self) -> Env {
        but(&self.studio.settings(), &[("SGH_WEBHOOK_SECRETS", ""), ("TOKENS", "")])
    }

    pub async fn simulate(&self, arguments: &[&str]) -> Ran {
        run(&self.env(), &[&["simulate", "--since", "6d"], arguments].concat()).await
    }

    pub async fn found(&self, arguments: &[&str]) -> Value {
        let ran = self.simulate(&[&["--json"], arguments].concat()).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert_eq!(ran.json().len(), 1, "{ran:?}");
        ran.json().remove(0)
    }

    /// Calls that are neither a search nor a question.
    pub fn wrote(&self) -> bool {
        let harmless = |call: &sgh_emulator::RestCall| {
            call.method == "GET"
                || call.path.ends_with("/_search")
                || call.path.ends_with("/auth/access_token")
        };
        !self.studio.site().calls().iter().all(harmless)
    }
}
