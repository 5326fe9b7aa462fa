//! `sgh folders list` and `forget`: which directory is whose.

use std::process::ExitCode;

use serde_json::{Value, json};
use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::EntityRef;
use sgh_engine::Directories;

use crate::cli::Registered;
use crate::output::{Output, plain};

/// Forgotten directories that are shown; of a sequence, or a show, there may be thousands.
const FORGOTTEN_SHOWN_MAX: usize = 20;

pub async fn list(
    options: &Registered,
    directories: &Directories,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let entity = EntityRef::new(&options.kind, options.id);
    let folders = directories.registry.folders_of(&entity).await?;
    let told = Told { word: "registered", entity: &entity, own: folders, others: Vec::new() };
    output.print(told.text(usize::MAX), || told.json());
    Ok(ExitCode::SUCCESS)
}

pub async fn forget(
    options: &Registered,
    directories: &Directories,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let entity = EntityRef::new(&options.kind, options.id);
    let folders = directories.registry.forget(&entity).await?;
    let is_empty = folders.is_empty();
    let (own, others) = folders.into_iter().partition(|folder| folder.entity == entity);
    let told = Told { word: "forgotten", entity: &entity, own, others };
    output.print(told.text(FORGOTTEN_SHOWN_MAX), || told.json());
    if directories.kit.register && !is_empty {
        output.tell(format!(
            "Toolkit still has them: run its `tank {} {} unregister_folders` too",
            entity.kind, entity.id
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// What is told of an entity.
struct Told<'e> {
    /// What became of the directories.
    word: &'static str,
    entity: &'e EntityRef,
    /// What is registered for it.
    own: Vec<RegisteredFolder>,
    /// What is registered for others, below.
    others: Vec<RegisteredFolder>,
}

impl Told<'_> {
    fn text(&self, shown_max: usize) -> String {
        let Self { word, entity, own, others } = self;
        let mut text = format!("{entity}: {} {word}", own.len());
        if !others.is_empty() {
            text += &format!(", and {} of other entities below", others.len());
        }
        for folder in self.folders().take(shown_max) {
            text += &format!("\n  {}", plain(&self.line(folder)));
        }
        let more = (own.len() + others.len()).saturating_sub(shown_max);
        if more > 0 {
            text += &format!("\n  ... and {more} more");
        }
        text
    }

    fn line(&self, folder: &RegisteredFolder) -> String {
        let RegisteredFolder { at, entity, name, is_primary, .. } = folder;
        let whose = if entity == self.entity { String::new() } else { format!(", {entity}") };
        let how = if *is_primary { "" } else { " (by name only)" };
        format!("{at} `{name}`{whose}{how}")
    }

    fn json(&self) -> Value {
        let folders: Vec<Value> = self.folders().map(|folder| self.row(folder)).collect();
        json!({"entity": self.entity, self.word: folders})
    }

    /// Says whose it is where that is another entity.
    fn row(&self, folder: &RegisteredFolder) -> Value {
        let RegisteredFolder { at, entity, name, is_primary, .. } = folder;
        let mut row = json!({"storage": at.root, "path": at.path, "name": name, "own": is_primary});
        if entity != self.entity {
            row["entity"] = json!(entity);
        }
        row
    }

    fn folders(&self) -> impl Iterator<Item = &RegisteredFolder> {
        self.own.iter().chain(&self.others)
    }
}

#[cfg(test)]
mod tests {
    use sgh_core::folder::FolderPath;

    use super::*;

    fn folder(path: &str, entity: &EntityRef, is_primary: bool) -> RegisteredFolder {
        let at = FolderPath::new("primary", path);
        let name = at.name().to_owned();
        RegisteredFolder { at, entity: entity.clone(), name, is_primary, location: None }
    }

    /// A sequence with its folder and a name in a shot's, and so many tasks below.
    fn told(sequence: &EntityRef, tasks: u64) -> Told<'_> {
        let own = vec![folder("z/SQ", sequence, true), folder("z/SQ_1", sequence, false)];
        let task = |id| folder(&format!("a/{id}"), &EntityRef::new("Task", id), id != 2);
        Told { word: "forgotten", entity: sequence, own, others: (1..=tasks).map(task).collect() }
    }

    #[test]
    fn what_is_of_the_entity_comes_first_and_then_whose_the_others_are() {
        let sequence = EntityRef::new("Sequence", 7);
        let expect = "Sequence 7: 2 forgotten, and 2 of other entities below\n  \
                      primary:z/SQ `SQ`\n  \
                      primary:z/SQ_1 `SQ_1` (by name only)\n  \
                      primary:a/1 `1`, Task 1\n  \
                      primary:a/2 `2`, Task 2 (by name only)";
        assert_eq!(told(&sequence, 2).text(4), expect);
        let row = |path: &str, name: &str, own: bool| json!({"storage": "primary", "path": path, "name": name, "own": own});
        let mut rows = [("z/SQ", "SQ", true), ("z/SQ_1", "SQ_1", false), ("a/1", "1", true)]
            .map(|(path, name, own)| row(path, name, own));
        rows[2]["entity"] = json!({"type": "Task", "id": 1});
        let expect = json!({"entity": {"type": "Sequence", "id": 7}, "forgotten": rows});
        assert_eq!(told(&sequence, 1).json(), expect);
    }

    #[test]
    fn of_very_many_the_rest_is_counted_and_programs_are_told_all() {
        let sequence = EntityRef::new("Sequence", 7);
        let told = told(&sequence, 1000);
        let text = told.text(FORGOTTEN_SHOWN_MAX);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1 + 20 + 1);
        assert_eq!(lines[0], "Sequence 7: 2 forgotten, and 1000 of other entities below");
        assert_eq!(lines[1], "  primary:z/SQ `SQ`");
        assert_eq!(lines[20..], ["  primary:a/18 `18`, Task 18", "  ... and 982 more"]);
        assert_eq!(told.text(usize::MAX).lines().count(), 1 + 1002);
        assert_eq!(told.json()["forgotten"].as_array().map(Vec::len), Some(1002));
    }

    #[test]
    fn no_name_makes_a_line_of_its_own() {
        let shot = EntityRef::new("Shot", 1);
        let own = vec![folder("a\u{1b}[2J\nb", &shot, true)];
        let told = Told { word: "registered", entity: &shot, own, others: Vec::new() };
        let expect =
            "Shot 1: 1 registered\n  primary:a\u{fffd}[2J\u{fffd}b `a\u{fffd}[2J\u{fffd}b`";
        assert_eq!(told.text(usize::MAX), expect);
    }
}
