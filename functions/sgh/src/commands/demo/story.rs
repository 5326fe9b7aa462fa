//! What happens in the demo: a coordinator, an artist and a supervisor at work on a small project.

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_emulator::EmulatedSite;

use super::print;
use super::stage::Stage;
use crate::output::Output;

/// Plays the story and tells whether every delivery was kept and acknowledged.
pub async fn tell(stage: &Stage, output: Output) -> anyhow::Result<bool> {
    let mut play = Play { stage, output, told: 0, all_well: true };
    let project = play
        .make(
            "A project begins",
            "Project",
            json!({"name": "Night Train", "tank_name": "night_train"}),
        )
        .await?;
    let within = |mut fields: Value| {
        fields["project"] = json!(project);
        fields
    };
    let sequence = play.make("A sequence", "Sequence", within(json!({"code": "SQ010"}))).await?;
    let shot = |code: &str| within(json!({"code": code, "sg_sequence": sequence}));
    let first = play.make("Two shots", "Shot", shot("SQ010_0010")).await?;
    play.make("", "Shot", shot("SQ010_0020")).await?;
    play.make("An asset", "Asset", within(json!({"code": "Robot", "sg_asset_type": "Character"})))
        .await?;
    play.make(
        "A shot that nobody has put into a sequence",
        "Shot",
        within(json!({"code": "LOST_0010"})),
    )
    .await?;
    let site = play.site();
    let task = |name: &str, step: &str, status: &str| {
        let step = json!({"code": name, "short_name": step, "entity_type": "Shot"});
        let step = site.create("Step", step, &site.coordinator()).unwrap_or_default();
        let step = json!({"type": "Step", "id": step});
        within(json!({
            "content": name, "entity": first, "step": step, "sg_status_list": status,
        }))
    };
    let animation = task("Animation", "ANM", "fin");
    play.make("Two tasks, the first of their steps", "Task", animation).await?;
    let comp = play.make("", "Task", task("Comp", "CMP", "ip")).await?;
    let version = within(json!({"code": "comp_v001", "entity": first, "sg_task": comp}));
    let version = play.make("An artist submits a version", "Version", version).await?;
    play.set("A supervisor approves it", &version, json!({"sg_status_list": "apr"})).await?;
    let note = within(json!({"subject": "Grain does not match", "tasks": [comp]}));
    play.make("A note on the task opens it again", "Note", note).await?;
    play.set("A shot gets another name", &first, json!({"code": "SQ010_0015"})).await?;
    play.set("Something that no automation is for", &first, json!({"description": "wide"})).await?;
    play.redeliver_first().await?;
    Ok(play.all_well)
}

struct Play<'a> {
    stage: &'a Stage,
    output: Output,
    /// Deliveries told so far.
    told: usize,
    all_well: bool,
}

impl Play<'_> {
    fn site(&self) -> EmulatedSite {
        self.stage.emulator.site()
    }

    async fn make(&mut self, title: &str, kind: &str, fields: Value) -> anyhow::Result<EntityRef> {
        let site = self.site();
        let made = site.create(kind, fields, &site.coordinator());
        let id = made.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        self.settle(title).await?;
        Ok(EntityRef::new(kind, id))
    }

    async fn set(&mut self, title: &str, of: &EntityRef, fields: Value) -> anyhow::Result<()> {
        let site = self.site();
        let set = site.update(of, fields, &site.coordinator());
        set.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        self.settle(title).await?;
        Ok(())
    }

    async fn redeliver_first(&mut self) -> anyhow::Result<()> {
        let Some(first) = self.site().deliveries().into_iter().next() else { return Ok(()) };
        let before = first.acknowledgement.clone();
        self.site().redeliver(first.id);
        self.wait().await?;
        let Some(again) = self.site().delivery(first.id) else { return Ok(()) };
        self.output.tell("The site delivers the first event a second time: nothing is done twice");
        print::delivery(&again, self.output);
        self.all_well &= before == again.acknowledgement;
        Ok(())
    }

    /// Waits until everything that follows from the last change is through, then tells it.
    async fn settle(&mut self, title: &str) -> anyhow::Result<()> {
        self.wait().await?;
        if !title.is_empty() {
            self.output.tell(title);
        }
        let deliveries = self.site().deliveries();
        for delivery in &deliveries[self.told.min(deliveries.len())..] {
            print::delivery(delivery, self.output);
            self.all_well &= delivery.response_code == 200 && delivery.acknowledgement.is_some();
        }
        self.told = deliveries.len();
        Ok(())
    }

    /// Our own writes make deliveries too: goes on until no more come.
    async fn wait(&self) -> anyhow::Result<()> {
        loop {
            let before = self.site().deliveries().len();
            self.site().deliveries_answered().await;
            self.stage.pump.drain(|_| {}).await?;
            if self.site().deliveries().len() == before {
                return Ok(());
            }
        }
    }
}
