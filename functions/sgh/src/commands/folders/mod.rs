//! `sgh folders`: directories by hand, in the same way as a delivery makes them.

mod create;
mod lint;
mod preview;
mod registered;

use std::collections::HashSet;
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::json;
use sgh_core::ids::EntityRef;
use sgh_engine::Directories;
use sgh_folders::plan::What;
use sgh_folders::{Plan, Request};
use sgh_settings::Environment;
use sgh_site::{Condition, Search, Site};

use crate::cli::{Folders, Wanted};
use crate::house;
use crate::output::Output;

pub use lint::drawn;

/// Ids that are planned and made together. Ours: a schema of 20 folders a shot stays well below
/// the folders that one request may have.
const PORTION: usize = 500;

pub async fn run(
    command: &Folders,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    match command {
        Folders::Preview(wanted) => preview::run(wanted, &built(environment).await?, output).await,
        Folders::Create(wanted) => create::run(wanted, &built(environment).await?, output).await,
        Folders::List(entity) => registered::list(entity, &built(environment).await?, output).await,
        Folders::Forget(entity) => {
            registered::forget(entity, &built(environment).await?, output).await
        }
        Folders::Lint(options) => lint::run(options, environment, output),
    }
}

async fn built(environment: &Environment) -> anyhow::Result<Directories> {
    house::directories(sgh_settings::directories(environment, None).await?).await
}

/// What was asked for, in portions that can be planned together.
struct Asked {
    requests: Vec<Request>,
    ids: Vec<u64>,
    user: Option<EntityRef>,
}

/// Finds out what is meant.
async fn asked(wanted: &Wanted, directories: &Directories) -> anyhow::Result<Asked> {
    let site = &*directories.site;
    let ids = match wanted.project {
        Some(project) => ids_in(site, &wanted.kind, project).await?,
        None => wanted.ids.clone(),
    };
    let user = match &wanted.user {
        Some(login) => Some(user(site, login).await?),
        None => None,
    };
    let request = |ids: &[u64]| Request {
        kind: wanted.kind.clone(),
        ids: ids.to_vec(),
        engine: wanted.engine.clone(),
        user: user.clone(),
        ..Request::default()
    };
    let requests = ids.chunks(PORTION).map(request).collect();
    Ok(Asked { requests, ids, user })
}

async fn ids_in(site: &dyn Site, kind: &str, project: u64) -> anyhow::Result<Vec<u64>> {
    if kind == "Project" {
        return Ok(vec![project]);
    }
    let link = json!({"type": "Project", "id": project});
    let search = Search {
        kind: kind.to_owned(),
        conditions: vec![Condition::new("project", "is", link)],
        fields: vec!["id".to_owned()],
        retired: false,
        sort: None,
    };
    let found = site.search(&search).await?;
    if found.is_empty() {
        bail!("project {project} has no {kind}, or the script may not see it");
    }
    Ok(found.into_iter().map(|record| record.entity.id).collect())
}

async fn user(site: &dyn Site, login: &str) -> anyhow::Result<EntityRef> {
    let search = Search {
        kind: "HumanUser".to_owned(),
        conditions: vec![Condition::new("login", "is", json!(login))],
        fields: vec!["login".to_owned()],
        retired: false,
        sort: None,
    };
    let found = site.search(&search).await?.into_iter().next();
    let found = found.map(|record| record.entity);
    found.with_context(|| format!("no person on the site has the login `{login}`"))
}

/// Plans everything and refuses it whole if anything speaks against any of it.
async fn plans(directories: &Directories, requests: Vec<Request>) -> anyhow::Result<Vec<Plan>> {
    let plans = directories.plan(requests).await?;
    directories.check(&plans).await?;
    Ok(plans)
}

/// For each plan, which of its items are in one before it too: portions have in common what is
/// above that which was asked for.
fn repeated(plans: &[Plan]) -> Vec<Vec<bool>> {
    let mut seen = HashSet::new();
    let mut repeated = Vec::with_capacity(plans.len());
    for plan in plans {
        let items = plan.items().iter();
        repeated.push(items.map(|item| !seen.insert(plan.folder_path(item))).collect());
    }
    repeated
}

/// How many of the repeated items are folders.
fn folders_in(plan: &Plan, repeated: &[bool]) -> usize {
    let both = plan.items().iter().zip(repeated);
    both.filter(|(item, repeated)| **repeated && matches!(item.what, What::Folder(_))).count()
}

/// What a plan without directories means, printed.
fn nothing(plans: &[Plan], output: Output) -> ExitCode {
    let notes: Vec<String> = plans.iter().flat_map(Plan::notes).map(ToString::to_string).collect();
    let why = if notes.is_empty() {
        "the schema has no directories for it".to_owned()
    } else {
        notes.join("\n")
    };
    output.print(format!("nothing to make: {why}"), || json!({"folders": 0, "notes": notes}));
    ExitCode::SUCCESS
}
