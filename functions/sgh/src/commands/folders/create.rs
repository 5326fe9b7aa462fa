//! `sgh folders create`: everything is planned and checked, then made portion by portion.

use std::process::ExitCode;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use sgh_engine::Directories;
use sgh_folders::Made;

use super::{asked, folders_in, nothing, plans, repeated};
use crate::cli::Wanted;
use crate::output::Output;

/// Paths that are named at the end.
const NAMED_MAX: usize = 5;

pub async fn run(
    wanted: &Wanted,
    directories: &Directories,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let asked = asked(wanted, directories).await?;
    let bar = bar(asked.ids.len());
    bar.set_message("reading the site");
    let portions: Vec<Vec<u64>> =
        asked.requests.iter().map(|request| request.ids.clone()).collect();
    let plans = plans(directories, asked.requests).await?;
    if plans.iter().all(sgh_folders::Plan::is_empty) {
        bar.finish_and_clear();
        return Ok(nothing(&plans, output));
    }
    bar.set_message("making directories");
    let mut all = Made::default();
    let repeated = repeated(&plans);
    for ((plan, ids), repeated) in plans.into_iter().zip(portions).zip(&repeated) {
        let (count, twice) = (ids.len() as u64, folders_in(&plan, repeated));
        let (kind, user) = (wanted.kind.clone(), asked.user.clone());
        let of = sgh_engine::Asked { kind, ids, user };
        add(&mut all, directories.make(Arc::new(plan), &of).await?);
        all.existed = all.existed.saturating_sub(twice);
        bar.inc(count);
    }
    bar.finish_and_clear();
    print(&all, output);
    Ok(ExitCode::SUCCESS)
}

/// Shown where stderr is a terminal.
fn bar(ids: usize) -> ProgressBar {
    let style = "{msg} {wide_bar} {pos}/{len} {eta}";
    let style = ProgressStyle::with_template(style);
    ProgressBar::new(ids as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn add(all: &mut Made, made: Made) {
    all.made += made.made;
    all.existed += made.existed;
    all.files += made.files;
    all.links += made.links;
    all.modes_refused += made.modes_refused;
    all.owners_refused += made.owners_refused;
    let room = NAMED_MAX.saturating_sub(all.paths.len());
    all.paths.extend(made.paths.into_iter().take(room));
}

fn print(made: &Made, output: Output) {
    let mut text = format!("{} made, {} there already", made.made, made.existed);
    let mut count = |count: usize, what: &str| {
        if count > 0 {
            text.push_str(&format!(", {what}: {count}"));
        }
    };
    count(made.files, "files copied");
    count(made.links, "links made");
    count(made.modes_refused, "without `folders.mode`, which the storage refuses");
    count(made.owners_refused, "without `folders.owner`, which the storage refuses");
    for path in &made.paths {
        text.push_str(&format!("\n  {path}"));
    }
    if made.made > made.paths.len() && !made.paths.is_empty() {
        text.push_str("\n  ...");
    }
    output.print(text, || {
        json!({
            "made": made.made, "existed": made.existed, "files": made.files, "links": made.links,
            "modes_refused": made.modes_refused, "owners_refused": made.owners_refused,
            "first": made.paths,
        })
    });
}
