//! Toolkit on artists' machines is told of folders: FilesystemLocation records, and the event that
//! makes it look for them. What it has registered itself counts for us too.
//!
//! A folder is told once its record's id is in the registry. Steps have as many records as shots,
//! so the site is never asked for all of a step's, but where a run that was cut short is repaired.
//!
//! So a run that is cut short between the records and the registry makes none of a shot, a sequence
//! or any other entity of one project twice. It does so of a step, or a person, where nothing else
//! of that run was new; and two runs at once that tell of the same sequence both make its record.
//! Toolkit takes the second of two equal records, and of two events, for one that it knows.

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
        let storages = self.storages().await?;
        let projects: BTreeSet<&EntityRef> = rare.iter().map(|row| &row.project.entity).collect();
        let names: BTreeSet<&str> = rare.iter().map(|row| row.entity.name.as_str()).collect();
        let in_projects = Condition::new("project", "in", json!(projects));
        let of_names = Condition::new("code", "in", json!(names));
        let mut found = self.search(vec![of_entities(&rare)], &storages).await?;
        found.extend(self.search(vec![in_projects.clone(), of_names], &storages).await?);
        let at: HashSet<&FolderPath> = rare.iter().map(|row| &row.at).collect();
        let is_repair = found.iter().any(|row| at.contains(&row.at));
        if is_repair && !everywhere.is_empty() {
            let at: HashSet<&FolderPath> = everywhere.iter().map(|row| &row.at).collect();
            let all = self.search(vec![in_projects, of_entities(&everywhere)], &storages).await?;
            found.extend(all.into_iter().filter(|row| at.contains(&row.at)));
        }
        Ok(found)
    }

    /// Forgets what Toolkit was told of and has unregistered since, and nothing else of the same
    /// entities: a step stands for folders all over the site. Answers whether there was any.
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
        let is_gone = |row: &RegisteredFolder| {
            row.location.is_some_and(|id| ids.contains(&id) && !left.contains(&id))
        };
        let gone: Vec<RegisteredFolder> = here.iter().filter(|row| is_gone(row)).cloned().collect();
        self.0.registry.unregister(&gone).await?;
        Ok(!gone.is_empty())
    }

    /// Tells Toolkit of what it does not know yet, and remembers that it knows.
    ///
    /// The event names the records that were found too: whether somebody told of them before is
    /// not known, and a record without an event is not seen.
    pub(super) async fn tell(
        &self,
        rows: &[Registration],
        known: &Known,
        asked: &Asked,
    ) -> Result<(), NotMade> {
        let mut news: BTreeMap<&EntityRef, News<'_>> = BTreeMap::new();
        let mut told = Vec::new();
        for (row, id) in adopted(rows, &known.at_toolkit) {
            news.entry(&row.project.entity).or_default().ids.push(id);
            told.push(with_record(row, id));
        }
        let user = asked.user.as_ref();
        for (row, record) in self.records(rows, known, user).await? {
            let news = news.entry(&row.project.entity).or_default();
            news.rows.push(row);
            news.records.push(record);
        }
        for (project, News { mut ids, rows, records }) in news {
            let site = &self.0.site;
            let made = site.create(&records).await.map_err(NotMade::Untold)?;
            told.extend(rows.into_iter().zip(&made).map(|(row, made)| with_record(row, made.id)));
            ids.extend(made.iter().map(|made| made.id));
            let event = created_event(&asked.kind, &asked.ids, project, &ids, user);
            site.create(&[event]).await.map_err(NotMade::Untold)?;
        }
        if !told.is_empty() {
            self.0.registry.register(&told).await?;
        }
        Ok(())
    }

    /// The records that are still to be made, each for its folder.
    async fn records<'r>(
        &self,
        rows: &'r [Registration],
        known: &Known,
        user: Option<&EntityRef>,
    ) -> Result<Vec<(&'r Registration, NewRecord)>, NotMade> {
        let all: Vec<RegisteredFolder> =
            known.here.iter().chain(&known.at_toolkit).cloned().collect();
        let untold: HashSet<&FolderPath> =
            untold(rows, &all).into_iter().map(|row| &row.at).collect();
        if untold.is_empty() {
            return Ok(Vec::new());
        }
        let storages = self.storages().await.map_err(NotMade::Untold)?;
        let found: HashSet<(&FolderPath, &EntityRef)> =
            known.at_toolkit.iter().map(|row| (&row.at, &row.entity)).collect();
        let is_wanted = |row: &&Registration| {
            untold.contains(&row.at) && !found.contains(&(&row.at, &row.entity.entity))
        };
        let wanted = rows.iter().filter(is_wanted);
        Ok(wanted.filter_map(|row| Some((row, location(row, &storages, user)?))).collect())
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
    async fn storages(&self) -> Result<Storages, SiteError> {
        let Directories { kit, site, clock, .. } = self.0;
        let mounted = Storages::as_mounted(&kit.roots);
        match storages(kit, &**site, clock.now()).await {
            Ok(storages) => Ok(mounted.spelled_as(&storages)),
            // A guess would be refused, or stay on the site.
            Err(error) if error.is_passing() => Err(error),
            Err(error) => {
                tracing::warn!(%error, "how the site spells the storages is not known");
                Ok(mounted)
            }
        }
    }
}

/// What is new to Toolkit in one project.
#[derive(Default)]
struct News<'r> {
    /// Records that are there already.
    ids: Vec<u64>,
    /// Folders whose records are to be made.
    rows: Vec<&'r Registration>,
    /// Those records.
    records: Vec<NewRecord>,
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

/// Rows of ours that have a record on the site already.
fn adopted<'r>(
    rows: &'r [Registration],
    known: &[RegisteredFolder],
) -> Vec<(&'r Registration, u64)> {
    let ids: HashMap<(&FolderPath, &EntityRef), u64> =
        known.iter().filter_map(|row| Some(((&row.at, &row.entity), row.location?))).collect();
    let id = |row: &'r Registration| Some((row, *ids.get(&(&row.at, &row.entity.entity))?));
    rows.iter().filter_map(id).collect()
}

fn with_record(row: &Registration, id: u64) -> RegisteredFolder {
    RegisteredFolder { location: Some(id), ..RegisteredFolder::from(row) }
}
