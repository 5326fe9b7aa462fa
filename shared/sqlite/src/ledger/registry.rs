//! The registry of folders, in the ledger's file. It is never swept.
//!
//! Many folders are asked and written a piece at a time, so that whoever else uses the file gets
//! a turn between two pieces. A piece is written whole or not at all.

use std::collections::{BTreeSet, HashSet};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;
use sgh_queue::{LedgerError, Registry, WantedFolder};

use super::{SqliteLedger, number, said};

/// Folders that are looked up, or written, within one transaction. Ours: some 10 ms.
const FOLDERS_PER_JOB_MAX: usize = 1000;

#[async_trait]
impl Registry for SqliteLedger {
    async fn registered(
        &self,
        wanted: &[WantedFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let mut found = HashSet::new();
        let places: BTreeSet<Place> = wanted.iter().map(Place::of).collect();
        for piece in Vec::from_iter(places).chunks(FOLDERS_PER_JOB_MAX) {
            let piece = piece.to_vec();
            let job = move |connection: &_| in_places(connection, &piece);
            found.extend(self.committer.run(job).await.map_err(said)?);
        }
        // What was found beside needs no second look.
        let known: HashSet<&FolderPath> =
            found.iter().filter(|folder| folder.is_primary).map(|folder| &folder.at).collect();
        let paths: BTreeSet<FolderPath> = wanted
            .iter()
            .map(|wanted| &wanted.at)
            .filter(|at| !known.contains(at))
            .cloned()
            .collect();
        for piece in Vec::from_iter(paths).chunks(FOLDERS_PER_JOB_MAX) {
            let piece = piece.to_vec();
            let job = move |connection: &_| owned(connection, &piece);
            found.extend(self.committer.run(job).await.map_err(said)?);
        }
        Ok(found.into_iter().collect())
    }

    async fn register(
        &self,
        folders: &[RegisteredFolder],
    ) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let mut in_the_way = Vec::new();
        for piece in folders.chunks(FOLDERS_PER_JOB_MAX) {
            let piece = piece.to_vec();
            let job = move |connection: &_| register(connection, &piece);
            in_the_way.extend(self.committer.run(job).await.map_err(said)?);
        }
        Ok(in_the_way)
    }

    async fn unregister(&self, folders: &[RegisteredFolder]) -> Result<(), LedgerError> {
        for piece in folders.chunks(FOLDERS_PER_JOB_MAX) {
            let piece = piece.to_vec();
            let job = move |connection: &_| unregister(connection, &piece);
            self.committer.run(job).await.map_err(said)?;
        }
        Ok(())
    }

    async fn folders_of(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let entity = entity.clone();
        let job = move |connection: &_| folders_of(connection, &entity);
        self.committer.run(job).await.map_err(said)
    }

    async fn forget(&self, entity: &EntityRef) -> Result<Vec<RegisteredFolder>, LedgerError> {
        let entity = entity.clone();
        let job = move |connection: &_| forget(connection, &entity);
        self.committer.run(job).await.map_err(said)
    }
}

/// Where else an entity may be: it and a parent folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    entity: EntityRef,
    root: String,
    parent: String,
}

impl Place {
    fn of(wanted: &WantedFolder) -> Self {
        let WantedFolder { at, entity } = wanted;
        Self { entity: entity.clone(), root: at.root.clone(), parent: at.parent().to_owned() }
    }
}

fn in_places(connection: &Connection, places: &[Place]) -> rusqlite::Result<Vec<RegisteredFolder>> {
    let mut find = connection.prepare_cached(
        "SELECT root, path, kind, id, name, is_primary, location FROM folder
         WHERE kind = ?1 AND id = ?2 AND root = ?3 AND parent = ?4",
    )?;
    let mut found = Vec::new();
    for Place { entity, root, parent } in places {
        let rows = find.query_map(params![entity.kind, number(entity.id), root, parent], read)?;
        for folder in rows {
            found.push(folder?);
        }
    }
    Ok(found)
}

fn owned(connection: &Connection, paths: &[FolderPath]) -> rusqlite::Result<Vec<RegisteredFolder>> {
    let mut found = Vec::new();
    for at in paths {
        found.extend(owner_of(connection, at)?);
    }
    Ok(found)
}

fn owner_of(
    connection: &Connection,
    at: &FolderPath,
) -> rusqlite::Result<Option<RegisteredFolder>> {
    connection
        .prepare_cached(
            "SELECT root, path, kind, id, name, is_primary, location FROM folder
             WHERE root = ?1 AND path = ?2 AND is_primary = 1",
        )?
        .query_row([&at.root, &at.path], read)
        .optional()
}

/// Answers what was in the way.
fn register(
    connection: &Connection,
    folders: &[RegisteredFolder],
) -> rusqlite::Result<Vec<RegisteredFolder>> {
    let mut own = connection.prepare_cached(
        "INSERT INTO folder (root, path, parent, kind, id, name, location, is_primary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)
         ON CONFLICT (root, path) WHERE is_primary = 1
         DO UPDATE SET name = excluded.name, location = coalesce(excluded.location, location)
         WHERE kind = excluded.kind AND id = excluded.id
           AND (name <> excluded.name OR coalesce(excluded.location, location) IS NOT location)",
    )?;
    let mut other = connection.prepare_cached(
        "INSERT INTO folder (root, path, parent, kind, id, name, location, is_primary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)
         ON CONFLICT (root, path, kind, id) WHERE is_primary = 0
         DO UPDATE SET name = excluded.name, location = coalesce(excluded.location, location)
         WHERE name <> excluded.name OR coalesce(excluded.location, location) IS NOT location",
    )?;
    let mut in_the_way = Vec::new();
    for RegisteredFolder { at, entity, name, is_primary, location } in folders {
        let statement = if *is_primary { &mut own } else { &mut other };
        let (id, location) = (number(entity.id), location.map(number));
        let parent = at.parent();
        let values = params![at.root, at.path, parent, entity.kind, id, name, location];
        let written = statement.execute(values)?;
        // Nothing was written: it is there as it is, or is another entity's.
        if written == 0 && *is_primary {
            in_the_way.extend(owner_of(connection, at)?.filter(|owner| owner.entity != *entity));
        }
    }
    Ok(in_the_way)
}

fn unregister(connection: &Connection, folders: &[RegisteredFolder]) -> rusqlite::Result<()> {
    let mut delete = connection.prepare_cached(
        "DELETE FROM folder
         WHERE root = ?1 AND path = ?2 AND kind = ?3 AND id = ?4 AND is_primary = ?5",
    )?;
    for RegisteredFolder { at, entity, is_primary, .. } in folders {
        let id = number(entity.id);
        delete.execute(params![at.root, at.path, entity.kind, id, is_primary])?;
    }
    Ok(())
}

fn folders_of(
    connection: &Connection,
    entity: &EntityRef,
) -> rusqlite::Result<Vec<RegisteredFolder>> {
    let mut find = connection.prepare_cached(
        "SELECT root, path, kind, id, name, is_primary, location FROM folder
         WHERE kind = ?1 AND id = ?2",
    )?;
    let rows = find.query_map(params![entity.kind, number(entity.id)], read)?;
    let mut folders = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    folders.sort();
    Ok(folders)
}

/// Answers what it was, sorted.
fn forget(connection: &Connection, entity: &EntityRef) -> rusqlite::Result<Vec<RegisteredFolder>> {
    let mut its = connection.prepare_cached(
        "DELETE FROM folder WHERE kind = ?1 AND id = ?2
         RETURNING root, path, kind, id, name, is_primary, location",
    )?;
    // Own folders and others have an index each.
    let below = [1, 0].map(|is_primary| {
        format!(
            "DELETE FROM folder
             WHERE is_primary = {is_primary} AND root = ?1 AND path > ?2 AND path < ?3
             RETURNING root, path, kind, id, name, is_primary, location"
        )
    });
    let rows = its.query_map(params![entity.kind, number(entity.id)], read)?;
    let mut forgotten = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let owned = forgotten.iter().filter(|folder| folder.is_primary);
    let own: Vec<FolderPath> = owned.map(|folder| folder.at.clone()).collect();
    for statement in &below {
        let mut below = connection.prepare_cached(statement)?;
        for FolderPath { root, path } in &own {
            // By bytes, where nothing is a pattern: `0` is what comes next after `/`.
            let range = [root, &format!("{path}/"), &format!("{path}0")];
            for folder in below.query_map(range, read)? {
                forgotten.push(folder?);
            }
        }
    }
    forgotten.sort();
    Ok(forgotten)
}

fn read(row: &Row<'_>) -> rusqlite::Result<RegisteredFolder> {
    Ok(RegisteredFolder {
        at: FolderPath { root: row.get(0)?, path: row.get(1)? },
        entity: EntityRef { kind: row.get(2)?, id: row.get::<_, i64>(3)?.cast_unsigned() },
        name: row.get(4)?,
        is_primary: row.get(5)?,
        location: row.get::<_, Option<i64>>(6)?.map(i64::cast_unsigned),
    })
}
