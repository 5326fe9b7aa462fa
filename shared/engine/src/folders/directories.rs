//! The whole way of a request for directories: read, compute everything, check everything, and
//! only then write. Used for deliveries and by `sgh folders` alike.

use std::sync::Arc;

use sgh_core::clock::Clock;
use sgh_core::folder::{FolderPath, RegisteredFolder};
use sgh_core::ids::EntityRef;
use sgh_core::outcome::Outcome;
use sgh_folders::registry::{Owned, unregistered};
use sgh_folders::{FolderError, Made, MakeError, Plan, Registration, Request, conflict};
use sgh_queue::{LedgerError, Registry, WantedFolder};
use sgh_site::facts::{Facts, Need, merge_reads};
use sgh_site::{Site, SiteError};

use super::FolderKit;
use super::deal::{Wanted, deal};
use super::toolkit::Toolkit;
use crate::decide::panicked;

/// Who is asked, and who asks.
#[derive(Clone)]
pub struct Directories {
    /// The schema and the storages.
    pub kit: Arc<FolderKit>,
    /// Which folder is whose.
    pub registry: Arc<dyn Registry>,
    /// The site.
    pub site: Arc<dyn Site>,
    /// The present.
    pub clock: Arc<dyn Clock>,
}

/// What is asked for, in Toolkit's words.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Entity type, e.g. `Shot`.
    pub kind: String,
    /// Which.
    pub ids: Vec<u64>,
    /// The person who asked, where it was one.
    pub user: Option<EntityRef>,
}

/// Why directories were not made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// The plan, or the registry, speaks against it. Nothing was made.
    #[error(transparent)]
    Refused(#[from] FolderError),
    /// The storage does.
    #[error(transparent)]
    Storage(#[from] MakeError),
    /// The registry could not be asked.
    #[error(transparent)]
    Registry(#[from] LedgerError),
    /// The site could not be asked.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The directories are there, and Toolkit could not be told.
    #[error("the directories are there, but they could not be registered for Toolkit: {0}")]
    Untold(SiteError),
    /// A defect of ours.
    #[error("{0}")]
    Panicked(String),
}

impl From<NotMade> for Outcome {
    fn from(not_made: NotMade) -> Self {
        let why = not_made.to_string();
        let retry = |why| Self::Retry { why, after: None };
        match not_made {
            // Known only from the site, which may say so at the next try.
            NotMade::Refused(FolderError::ListUnknown { .. }) | NotMade::Registry(_) => retry(why),
            NotMade::Refused(FolderError::NotFound { .. }) => Self::Skipped(why),
            NotMade::Storage(error) if error.is_passing() => {
                tracing::error!(%error, "directories cannot be made just now");
                retry(why)
            }
            NotMade::Site(error) => error.into(),
            NotMade::Untold(error) if error.is_passing() => retry(why),
            NotMade::Refused(_)
            | NotMade::Storage(_)
            | NotMade::Untold(_)
            | NotMade::Panicked(_) => Self::Failed(why),
        }
    }
}

impl Directories {
    /// Plans requests. What all of them need is read together, so that the number of searches
    /// follows the schema and neither the number of ids nor that of requests.
    ///
    /// # Errors
    /// The first request that cannot be planned; then none is.
    pub async fn plan(&self, mut requests: Vec<Request>) -> Result<Vec<Plan>, NotMade> {
        if let Err(error) = self.kit.learn_lists(&*self.site, self.clock.now()).await {
            tracing::warn!(%error, "the valid values of the schema's lists are not known");
        }
        let mut facts: Vec<Facts> = requests.iter().map(|_| Facts::default()).collect();
        let mut plans: Vec<Option<Plan>> = requests.iter().map(|_| None).collect();
        loop {
            let mut reads: Vec<Wanted> = Vec::new();
            for (place, request) in requests.iter_mut().enumerate() {
                if plans[place].is_some() {
                    continue;
                }
                request.list_values = self.kit.list_values();
                let (schema, roots) = (&self.kit.schema, &self.kit.roots);
                match sgh_folders::plan(schema, roots, request, &facts[place]) {
                    Need::Reads(more) => {
                        reads.extend(more.into_iter().map(|read| Wanted { place, read }));
                    }
                    Need::Ready(ready) => {
                        plans[place] = Some(ready?);
                        facts[place] = Facts::default();
                    }
                }
            }
            if reads.is_empty() {
                return Ok(plans.into_iter().flatten().collect());
            }
            for merged in merge_reads(reads.iter().map(|wanted| wanted.read.clone())) {
                let records = self.site.search(&merged.search()).await?;
                let (its, others): (Vec<Wanted>, Vec<Wanted>) =
                    reads.into_iter().partition(|wanted| merged.merges_with(&wanted.read));
                reads = others;
                deal(its, records, &mut facts);
            }
        }
    }

    /// Refuses plans that want a folder of somebody else, or a second one for somebody.
    ///
    /// # Errors
    /// Which folder it is, and whose; or the registry or the site could not be asked.
    pub async fn check(&self, plans: &[Plan]) -> Result<(), NotMade> {
        let all: Vec<Vec<Registration>> = plans.iter().map(sgh_folders::registrations).collect();
        let mut before = Owned::default();
        for (place, rows) in all.iter().enumerate() {
            self.known(rows).await?;
            before.check(rows)?;
            if place + 1 < all.len() {
                before.want(rows);
            }
        }
        Ok(())
    }

    /// For each item of a plan, whether it is there already.
    ///
    /// # Errors
    /// What would stop [`Self::make`] before it writes.
    pub async fn preview(&self, plan: Arc<Plan>) -> Result<Vec<bool>, NotMade> {
        let kit = Arc::clone(&self.kit);
        Ok(blocking(move || sgh_folders::make::preview(&plan, &kit.roots)).await??)
    }

    /// Makes what is missing, if nothing speaks against any of it.
    ///
    /// The folders are registered after everything was checked and before the first is made: of
    /// two workers that want one folder for two entities, one is told before it writes. A crash
    /// after that leaves folders that are registered and missing, which the next run makes.
    ///
    /// # Errors
    /// Why not. The same call again completes what was begun.
    pub async fn make(&self, plan: Arc<Plan>, asked: &Asked) -> Result<Made, NotMade> {
        let rows = sgh_folders::registrations(&plan);
        let known = self.known(&rows).await?;
        let there = self.preview(Arc::clone(&plan)).await?;
        let new = unregistered(&rows, &known.here).into_iter().map(RegisteredFolder::from);
        let taken = self.registry.register(&new.collect::<Vec<_>>()).await?;
        conflict(&rows, &taken)?;
        let made = if there.iter().all(|is_there| *is_there) {
            Made { existed: plan.folders(), ..Made::default() }
        } else {
            let kit = Arc::clone(&self.kit);
            blocking(move || sgh_folders::make(&plan, &kit.roots, &kit.modes)).await??
        };
        if self.kit.register {
            Toolkit(self).tell(&rows, &known, asked).await?;
        }
        Ok(made)
    }

    /// What is registered of these folders, if nothing of it speaks against them.
    async fn known(&self, rows: &[Registration]) -> Result<Known, NotMade> {
        let wanted = rows
            .iter()
            .filter(|row| row.is_primary)
            .map(|row| WantedFolder { at: row.at.clone(), entity: row.entity.entity.clone() });
        let wanted: Vec<WantedFolder> = wanted.collect();
        let here = self.registry.registered(&wanted).await?;
        if !self.kit.register {
            conflict(rows, &here)?;
            return Ok(Known { here, at_toolkit: Vec::new() });
        }
        let toolkit = Toolkit(self);
        let here = match conflict(rows, &here) {
            Ok(()) => here,
            // Somebody may have unregistered it with Toolkit since.
            Err(error) if !toolkit.forget_what_it_forgot(&here).await? => return Err(error.into()),
            Err(_) => self.registry.registered(&wanted).await?,
        };
        conflict(rows, &here)?;
        let at_toolkit = toolkit.knows(rows, &here).await?;
        conflict(rows, &at_toolkit)?;
        Ok(Known { here, at_toolkit })
    }
}

/// What is registered.
pub(super) struct Known {
    /// With us.
    pub(super) here: Vec<RegisteredFolder>,
    /// With Toolkit, and with us not, or not so.
    pub(super) at_toolkit: Vec<RegisteredFolder>,
}

/// The folders of an entity itself in a plan; more than one where it has some in several storages.
pub(crate) fn homes(plan: &Plan, entity: &EntityRef) -> Vec<FolderPath> {
    let rows = sgh_folders::registrations(plan).into_iter();
    rows.filter(|row| row.is_primary && row.entity.entity == *entity).map(|row| row.at).collect()
}

/// Runs what waits for a disk away from the threads that wait for the network.
async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NotMade> {
    tokio::task::spawn_blocking(run).await.map_err(|_| NotMade::Panicked(panicked()))
}
