//! `sgh folders preview`: the tree that would be made, and what of it is there already.

use std::process::ExitCode;
use std::sync::Arc;

use anstyle::{AnsiColor, Color, Style};
use serde_json::{Value, json};
use sgh_engine::Directories;
use sgh_folders::Plan;
use sgh_folders::make::{Counts, LineKind, Tree, TreeLine, tree};

use super::{asked, folders_in, nothing, plans, repeated};
use crate::cli::Wanted;
use crate::output::{Output, plain};

/// What would be made stands out; what is there already stays in the background.
const NEW: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green)));
const THERE: Style = Style::new().dimmed();

pub async fn run(
    wanted: &Wanted,
    directories: &Directories,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let asked = asked(wanted, directories).await?;
    let plans = plans(directories, asked.requests).await?;
    if plans.iter().all(Plan::is_empty) {
        return Ok(nothing(&plans, output));
    }
    let mut all = Counts::default();
    let mut items = Vec::new();
    let repeated = repeated(&plans);
    for (plan, repeated) in plans.into_iter().map(Arc::new).zip(&repeated) {
        let mut exists = directories.preview(Arc::clone(&plan)).await?;
        exists.iter_mut().zip(repeated).for_each(|(exists, repeated)| *exists |= repeated);
        let tree = tree(&plan, &exists);
        all.new += tree.counts.new;
        all.existing += tree.counts.existing - folders_in(&plan, repeated);
        all.files += tree.counts.files;
        all.links += tree.counts.links;
        match output {
            Output::Text => print(&tree, directories, output),
            Output::Json => {
                let lines = plan.items().iter().zip(&tree.lines).zip(repeated);
                let once = lines.filter(|(_, repeated)| !**repeated).map(|(both, _)| both);
                items.extend(once.map(|(item, line)| as_json(line, &plan.path(item))));
            }
        }
    }
    let Counts { new, existing, files, links } = all;
    let mut text = format!("{new} to make, {existing} there already");
    for (count, what) in [(files, "files to copy"), (links, "links to make")] {
        if count > 0 {
            text.push_str(&format!(", {what}: {count}"));
        }
    }
    output.print(text, || {
        json!({"new": new, "existing": existing, "files": files, "links": links, "items": items})
    });
    Ok(ExitCode::SUCCESS)
}

fn print(tree: &Tree<'_>, directories: &Directories, output: Output) {
    let mut root = None;
    for line in &tree.lines {
        if root != Some(line.root) {
            root = Some(line.root);
            let path = directories.kit.roots.path(line.root);
            let path = path.map(|path| path.display().to_string()).unwrap_or_default();
            output.tell(format!("{} {THERE}{path}{THERE:#}", line.root));
        }
        output.tell(drawn(line));
    }
}

fn drawn(line: &TreeLine<'_>) -> String {
    let branch = line.branch();
    let style = if line.exists { THERE } else { NEW };
    let mark = if line.exists { ' ' } else { '+' };
    let name = plain(line.name);
    let (end, about) = match line.kind {
        LineKind::Folder(Some(whose)) => {
            let name = plain(&whose.name);
            ("/", format!("  {THERE}{} {name} ({}){THERE:#}", whose.entity.kind, whose.entity.id))
        }
        LineKind::Folder(None) => ("/", String::new()),
        LineKind::File => ("", String::new()),
        LineKind::Link(target) => ("", format!(" -> {}", plain(target))),
    };
    format!("{mark} {branch}{style}{name}{end}{style:#}{about}")
}

fn as_json(line: &TreeLine<'_>, path: &str) -> Value {
    let (kind, entity, target) = match line.kind {
        LineKind::Folder(whose) => ("folder", whose, None),
        LineKind::File => ("file", None, None),
        LineKind::Link(target) => ("link", None, Some(target)),
    };
    let entity = entity
        .map(|whose| json!({"type": whose.entity.kind, "id": whose.entity.id, "name": whose.name}));
    json!({
        "storage": line.root, "path": path, "kind": kind, "exists": line.exists,
        "entity": entity, "target": target,
    })
}
