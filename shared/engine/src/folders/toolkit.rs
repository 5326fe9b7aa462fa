//! Toolkit on artists' machines is told of folders: FilesystemLocation records, and the event that
//! makes it look for them. What it has registered itself counts for us too.
//!
//! A folder is told once its record's id is in the registry. Steps have as many records as shots,
//! so the site is never asked for all of a step's, but where a run that was cut short is repaired.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::json;
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;
use sgh_folders::Registration;
use sgh_folders::registry::{
    LOCATION, LOCATION_FIELDS, Storages, created_event, location, registered,
};
use sgh_site::{Condition, NewRecord, Search, SiteError};

use super::directories::{Asked, Directories, Known, NotMade};
use super::storages::storages;

/// Entity types whose records stand for folders all over the site.
const EVERYWHERE: [&str; 2] = ["Step", "HumanUser"];

/// The way to what Toolkit knows.
pub(super) struct Toolkit<'a>(pub &'a Directories);

impl Toolkit<'_> {
    /// What Toolkit has registered of folders that it was not told of by us: under these names, or
    /// for these entities.
    pub(super) async fn knows(
        &self,
        rows: &[Registration],
        here: &[RegisteredFolder],
    ) -> Result<Vec<RegisteredFolder>, NotMade> {
        let untold = untold(rows, here);
        let (everywhere, rare): (Vec<&Registration>, Vec<&Registration>) =
            untold.iter().partition(|row| EVERYWHERE.contains(&row.entity.entity.kind.as_str()));
        if rare.is_empty() {
            return Ok(Vec::new());
        }
        let storages = self.storages().await;
        let projects: BTreeSet<&EntityRef> = rare.iter().map(|row| &row.project.entity).collect();
        let names: BTreeSet<&str> = rare.iter().map(|row| row.entity.name.as_str()).collect();
        let in_projects = Condition::new("project", "in", json!(projects));
        let of_names = Condition::new("code", "in", json!(names));
        let mut found = self.search(vec![of_entities(&rare)], &storages).await?;
        found.extend(self.search(vec![in_projects.clone(), of_names], &storages).await?);
        let is_repair = found.iter().any(|row| rare.iter().any(|rare| rare.at == row.at));
        if is_repair && !everywhere.is_empty() {
            let at: HashSet<&FolderPath> = everywhere.iter().map(|row| &row.at).collect();
            let all = self.search(vec![in_projects, of_entities(&everywhere)], &storages).await?;
            found.extend(all.into_iter().filter(|row| at.contains(&row.at)));
        }
        Ok(found)
    }

    /// Forgets what Toolkit was told of and has unregistered since. Answers whether there was any.
    pub(super) async fn forget_what_it_forgot(
        &self,
        here: &[RegisteredFolder],
    ) -> Result<bool, NotMade> {
        let ids: BTreeSet<u64> = here.iter().filter_map(|row| row.location).collect();
        if ids.is_empty() {
            return Ok(false);
        }
        let search = locations(vec![Condition::new("id", "in", json!(ids))]);
        let left: BTreeSet<u64> =
            self.0.site.search(&search).await?.into_iter().map(|record| record.entity.id).collect();
        let is_gone = |row: &&RegisteredFolder| row.location.is_some_and(|id| !left.contains(&id));
        let gone: BTreeSet<&EntityRef> =
            here.iter().filter(is_gone).map(|row| &row.entity).collect();
        for entity in &gone {
            self.0.registry.forget(entity).await?;
        }
        Ok(!gone.is_empty())
    }

    /// Tells Toolkit of what it does not know yet, and remembers that it knows.
    pub(super) async fn tell(
        &self,
        rows: &[Registration],
        known: &Known,
        asked: &Asked,
    ) -> Result<(), NotMade> {
        let all: Vec<RegisteredFolder> =
            known.here.iter().chain(&known.at_toolkit).cloned().collect();
        let own = untold(rows, &all);
        let paths: HashSet<&FolderPath> = own.iter().map(|row| &row.at).collect();
        let mut told = adopted(rows, &known.at_toolkit);
        let storages = self.storages().await;
        let user = asked.user.as_ref();
        let mut new: BTreeMap<&EntityRef, Vec<(&Registration, NewRecord)>> = BTreeMap::new();
        for row in rows.iter().filter(|row| paths.contains(&row.at)) {
            let Some(record) = location(row, &storages, user) else { continue };
            new.entry(&row.project.entity).or_default().push((row, record));
        }
        for (project, rows) in new {
            let (rows, records): (Vec<&Registration>, Vec<NewRecord>) = rows.into_iter().unzip();
            let site = &self.0.site;
            let made = site.create(&records).await.map_err(NotMade::Untold)?;
            let ids: Vec<u64> = made.iter().map(|made| made.id).collect();
            let event = created_event(&asked.kind, &asked.ids, project, &ids, user);
            site.create(&[event]).await.map_err(NotMade::Untold)?;
            told.extend(rows.into_iter().zip(ids).map(|(row, id)| RegisteredFolder {
                location: Some(id),
                ..RegisteredFolder::from(row)
            }));
        }
        if !told.is_empty() {
            self.0.registry.register(&told).await?;
        }
        Ok(())
    }

    async fn search(
        &self,
        conditions: Vec<Condition>,
        storages: &Storages,
    ) -> Result<Vec<RegisteredFolder>, SiteError> {
        let records = self.0.site.search(&locations(conditions)).await?;
        Ok(records.iter().filter_map(|record| registered(record, storages)).collect())
    }

    /// As the site spells the storages; where it does not know them, as they are mounted here.
    async fn storages(&self) -> Storages {
        let Directories { kit, site, clock, .. } = self.0;
        let mounted = Storages::as_mounted(&kit.roots);
        match storages(kit, &**site, clock.now()).await {
            Ok(storages) => mounted.spelled_as(&storages),
            Err(error) => {
                tracing::warn!(%error, "how the site spells the storages is not known");
                mounted
            }
        }
    }
}

fn locations(conditions: Vec<Condition>) -> Search {
    Search {
        kind: LOCATION.to_owned(),
        conditions,
        fields: LOCATION_FIELDS.map(str::to_owned).to_vec(),
        retired: false,
        sort: None,
    }
}

fn of_entities(rows: &[&Registration]) -> Condition {
    let entities: BTreeSet<&EntityRef> = rows.iter().map(|row| &row.entity.entity).collect();
    Condition::new("entity", "in", json!(entities))
}

/// Folders that are their entity's own and of which Toolkit does not know.
fn untold<'r>(rows: &'r [Registration], known: &[RegisteredFolder]) -> Vec<&'r Registration> {
    let told: HashSet<(&FolderPath, &EntityRef)> = known
        .iter()
        .filter(|row| row.is_primary && row.location.is_some())
        .map(|row| (&row.at, &row.entity))
        .collect();
    let is_untold =
        |row: &&Registration| row.is_primary && !told.contains(&(&row.at, &row.entity.entity));
    rows.iter().filter(is_untold).collect()
}

/// Rows of ours that Toolkit had registered before us.
fn adopted(rows: &[Registration], known: &[RegisteredFolder]) -> Vec<RegisteredFolder> {
    let ids: HashMap<(&FolderPath, &EntityRef), u64> =
        known.iter().filter_map(|row| Some(((&row.at, &row.entity), row.location?))).collect();
    let adopted = rows.iter().filter_map(|row| {
        let id = *ids.get(&(&row.at, &row.entity.entity))?;
        Some(RegisteredFolder { location: Some(id), ..RegisteredFolder::from(row) })
    });
    adopted.collect()
}
