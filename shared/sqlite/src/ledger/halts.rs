//! Halts in the file, one row for each automation that is halted.
//!
//! Not here: what a halt means (`sgh-engine`).

use std::collections::BTreeMap;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use sgh_queue::LedgerError;
use sgh_queue::halts::{Halt, HaltMark, Halts, StandingHalt};

use super::{SqliteLedger, said};

#[async_trait]
impl Halts for SqliteLedger {
    async fn standing(
        &self,
        automations: &[String],
    ) -> Result<BTreeMap<String, StandingHalt>, LedgerError> {
        let names = automations.to_vec();
        let find = move |connection: &Connection| find(connection, names);
        let rows = self.committer.run(find).await.map_err(said)?;
        let read = |(name, mark, text): (String, String, String)| {
            let halt = serde_json::from_str(&text).map_err(|error| unreadable(&name, &error))?;
            Ok((name, StandingHalt { halt, mark: HaltMark(mark) }))
        };
        rows.into_iter().map(read).collect()
    }

    async fn change_halt(
        &self,
        automation: &str,
        from: Option<&HaltMark>,
        to: Option<&Halt>,
    ) -> Result<Option<HaltMark>, LedgerError> {
        let text = to.map(serde_json::to_string).transpose();
        let text = text.map_err(|error| unreadable(automation, &error))?;
        let (name, from) = (automation.to_owned(), from.map(|mark| mark.0.clone()));
        let change = move |connection: &Connection| change(connection, &name, from, text);
        Ok(self.committer.run(change).await.map_err(said)?.map(HaltMark))
    }
}

fn find(
    connection: &Connection,
    names: Vec<String>,
) -> rusqlite::Result<Vec<(String, String, String)>> {
    let mut find = connection
        .prepare_cached("SELECT automation, mark, halt FROM halt WHERE automation = ?1")?;
    let mut row = |name: String| {
        find.query_row([name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
    };
    names.into_iter().filter_map(|name| row(name).transpose()).collect()
}

/// The new state's mark, if the old one was as it was read.
fn change(
    connection: &Connection,
    name: &str,
    from: Option<String>,
    to: Option<String>,
) -> rusqlite::Result<Option<String>> {
    let found: Option<String> = connection
        .prepare_cached("SELECT mark FROM halt WHERE automation = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    if found != from {
        return Ok(None);
    }
    let mark: String = connection
        .prepare_cached("SELECT lower(hex(randomblob(16)))")?
        .query_row([], |row| row.get(0))?;
    match to {
        None => {
            connection.prepare_cached("DELETE FROM halt WHERE automation = ?1")?.execute([name])?
        }
        Some(text) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO halt (automation, mark, halt) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![name, mark, text])?,
    };
    Ok(Some(mark))
}

fn unreadable(automation: &str, error: &dyn std::error::Error) -> LedgerError {
    LedgerError(format!("the halt of automation {automation} cannot be read: {error}"))
}
