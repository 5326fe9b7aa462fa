//! What is known of a step that ended, and the conditions that rules put on it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use sgh_folders::{FolderError, MakeError};

use crate::disk;
use crate::ours::{Attempt, Refusal};
use crate::world::World;

/// A step, how the recording says it ends, and how it ended here.
pub struct Facts<'f> {
    pub world: &'f World,
    pub step: &'f Value,
    pub expect: &'f Value,
    pub attempt: &'f Attempt,
    /// The recording's disk at the end of the case.
    pub tree: &'f [Value],
    /// Our disk before and after the step.
    pub before: &'f [Value],
    pub after: &'f [Value],
}

/// What has to be so for a rule to hold.
#[derive(Debug, Clone, Copy)]
pub enum Condition {
    /// Our disk is as it was.
    Unchanged,
    /// It was a preview.
    Preview,
    /// The name that we refuse ends with a line end, and would do without.
    LineEnd,
    /// A piece of the name that we refuse is `.` or `..`.
    Dots,
    /// All folders are of a project that is not the recording's configuration's.
    OtherProject,
    /// A link that a name goes through is empty.
    EmptyLink,
    /// The folder of a storage is not there.
    NoRoot,
    /// A file is where the recording names a folder.
    FileInTheWay,
    /// A link below a root leads out of it.
    LinkLeaves,
    /// A link below a root leads to nothing.
    LinkDangles,
    /// The recording has both paths that we take for twins.
    CaseTwins,
    /// The recording's configuration calls the project by the name that we would have made.
    OtherName,
    /// The schema has a file of the name that would be a folder's too.
    FileAndFolder,
}

impl Condition {
    pub fn read(name: &str) -> Self {
        match name {
            "unchanged" => Self::Unchanged,
            "preview" => Self::Preview,
            "line end" => Self::LineEnd,
            "dots" => Self::Dots,
            "other project" => Self::OtherProject,
            "empty link" => Self::EmptyLink,
            "no root" => Self::NoRoot,
            "file in the way" => Self::FileInTheWay,
            "link leaves" => Self::LinkLeaves,
            "link dangles" => Self::LinkDangles,
            "case twins" => Self::CaseTwins,
            "other name" => Self::OtherName,
            "file and folder" => Self::FileAndFolder,
            other => panic!("no condition: {other}"),
        }
    }

    pub fn holds(self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Unchanged => facts.before == facts.after,
            Self::Preview => facts.step["do"] == "preview",
            Self::LineEnd => facts.refused_name().is_some_and(|name| {
                let pieces = name.strip_suffix('\n').map(|name| name.split('/'));
                pieces.is_some_and(|mut pieces| pieces.all(is_plain))
            }),
            Self::Dots => facts.refused_name().is_some_and(|name| {
                let mut pieces = name.split('/');
                pieces.any(|piece| piece == "." || piece == "..")
            }),
            Self::OtherProject => facts.is_of_other_project(),
            Self::EmptyLink => facts.has_empty_link(),
            Self::NoRoot => {
                let is_missing = matches!(
                    &facts.attempt.result,
                    Err(Refusal::Disk(MakeError::RootMissing { .. }))
                );
                is_missing && facts.world.roots.values().any(|path| !path.exists())
            }
            Self::FileInTheWay => facts.processed().any(|path| {
                let path = disk::real(path, &facts.world.roots);
                path.symlink_metadata().is_ok() && !path.is_dir()
            }),
            Self::LinkLeaves => facts.links().any(|link| {
                let real = link.canonicalize().ok();
                let roots =
                    || facts.world.roots.values().filter_map(|root| root.canonicalize().ok());
                real.is_some_and(|real| !roots().any(|root| real.starts_with(root)))
            }),
            Self::LinkDangles => facts.links().any(|link| !link.exists()),
            Self::CaseTwins => facts.has_case_twins(),
            Self::OtherName => matches!(
                &facts.attempt.result,
                Err(Refusal::Folders(FolderError::ProjectName { name, tank_name, .. }))
                    if *name == facts.world.project_name && name != tank_name
            ),
            Self::FileAndFolder => facts.has_schema_file(),
        }
    }
}

/// The path in `film/x` in primary, as the recording writes it.
fn full_path(shown: &str) -> Option<String> {
    let (path, root) = shown.strip_prefix('`')?.split_once("` in ")?;
    Some(format!("${{{root}}}/{path}"))
}

/// Whether Toolkit would take a name.
fn is_plain(piece: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    !piece.is_empty() && piece.chars().all(fits)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Facts<'_> {
    pub fn expected_kind(&self) -> &str {
        if self.expect["ok"] == true { "ok" } else { text(&self.expect["kind"]) }
    }

    /// The paths that the recording's step names.
    fn processed(&self) -> impl Iterator<Item = &str> {
        self.expect["processed"].as_array().into_iter().flatten().map(text)
    }

    fn refused_name(&self) -> Option<&str> {
        match &self.attempt.result {
            Err(Refusal::Folders(FolderError::NameInvalid { name, .. })) => Some(name),
            _ => None,
        }
    }

    fn is_of_other_project(&self) -> bool {
        let own = &self.world.project_name;
        let wanted = &self.attempt.wanted;
        !wanted.is_empty() && wanted.iter().all(|row| row.project.at.path != *own)
    }

    /// Whether a dotted field of a name goes through a link that its entity does not have.
    fn has_empty_link(&self) -> bool {
        self.attempt.wanted.iter().filter(|row| row.is_primary).any(|row| {
            let name = text(&row.metadata["name"]);
            let inside = name.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let mut links = inside.filter_map(|field| Some(field.split_once('.')?.0));
            links.any(|link| self.world.site.field(&row.entity.entity, link).is_null())
        })
    }

    fn links(&self) -> impl Iterator<Item = std::path::PathBuf> {
        let links = self.after.iter().filter(|line| line[1] == "l");
        links.map(|line| disk::real(text(&line[0]), &self.world.roots))
    }

    fn has_schema_file(&self) -> bool {
        let error = self.attempt.result.as_ref().err();
        let Some(Refusal::Folders(FolderError::FolderAndFile { path })) = error else {
            return false;
        };
        let path = full_path(path);
        let name = path.as_deref().and_then(|path| path.rsplit('/').next());
        name.is_some_and(|name| holds_file(&self.world.schema, name))
    }

    fn has_case_twins(&self) -> bool {
        let error = self.attempt.result.as_ref().err();
        let Some(Refusal::Folders(FolderError::CaseFold { path, other })) = error else {
            return false;
        };
        let paths: Vec<&str> =
            self.processed().chain(self.tree.iter().map(|line| text(&line[0]))).collect();
        full_path(path).is_some_and(|path| {
            let twin = path.rsplit_once('/').map(|(parent, _)| format!("{parent}/{other}"));
            let twin = twin.unwrap_or_default();
            path != twin && paths.contains(&path.as_str()) && paths.contains(&twin.as_str())
        })
    }
}

fn holds_file(folder: &Path, name: &str) -> bool {
    let entries = folder.read_dir().expect("a schema").map(|entry| entry.expect("one").path());
    let is_it = |path: &Path| path.is_file() && path.file_name().is_some_and(|known| known == name);
    entries.into_iter().any(|path| is_it(&path) || path.is_dir() && holds_file(&path, name))
}

/// What a request of ours names, as the recording would write it.
pub fn paths(attempt: &Attempt) -> BTreeSet<String> {
    attempt.paths.iter().map(|(root, path)| format!("${{{root}}}/{path}")).collect()
}
