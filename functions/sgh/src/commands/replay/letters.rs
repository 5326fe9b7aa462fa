//! `sgh replay --dead-letters`: each is said, and moved back.

use std::process::ExitCode;

use serde_json::json;
use sgh_core::message::ReplayRun;
use sgh_engine::LettersBack;

use super::stores::Stores;
use super::{bar, many};
use crate::cli::Replay;
use crate::output::{Output, plain};

pub async fn run(options: &Replay, stores: &Stores, output: Output) -> anyhow::Result<ExitCode> {
    let dead = stores.dead().await?;
    let now = stores.replay.clock.now();
    let run = ReplayRun { id: stores.replay.run.clone(), now };
    let run = Some(&run).filter(|_| !options.dry_run);
    let bar = bar(dead.count().await?, "dead letters");
    let tell = |back: &LettersBack| {
        bar.suspend(|| print(back, output));
        bar.inc(1);
    };
    let moved = sgh_engine::letters(&*dead, run, now, tell).await;
    bar.finish_and_clear();
    let moved = moved?;
    let said = match (moved, options.dry_run) {
        (0, _) => "there are no dead letters".to_owned(),
        (_, true) => {
            // SQS gives no more than ten of a project at once.
            let all = usize::try_from(dead.count().await?).unwrap_or(moved).max(moved);
            let more = all - moved;
            let and = if more > 0 { format!(" and about {more} more") } else { String::new() };
            format!("{}{and} would go back into the queue", many(moved, "dead letter"))
        }
        (_, false) => format!("{} went back into the queue", many(moved, "dead letter")),
    };
    output.print(said, || json!({"dead_letters": moved, "dry_run": options.dry_run}));
    Ok(ExitCode::SUCCESS)
}

fn print(back: &LettersBack, output: Output) {
    let letter = &back.letter.letter;
    let died = back.letter.died_at.map(|at| at.to_string()).unwrap_or_default();
    let (event_type, entity, entry) = match &back.event {
        Some(event) => {
            let entity = event.entity.as_ref().map(ToString::to_string).unwrap_or_default();
            (event.event_type.clone(), entity, event.entry)
        }
        None => ("no event".to_owned(), String::new(), None),
    };
    let event = entry.map(|entry| format!("event {entry}")).unwrap_or_default();
    let cells = [&died, &letter.group, &entity, &event_type, &event, &letter.reason];
    let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    let cells: Vec<&str> =
        cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    output.print(cells.join("  "), || {
        json!({
            "dead_letter": letter.message_id, "group": letter.group, "died_at": died,
            "event_type": event_type, "entity": entity, "event": entry, "why": letter.reason,
        })
    });
}
