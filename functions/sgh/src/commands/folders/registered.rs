//! `sgh folders list` and `forget`: which directory is whose.

use std::process::ExitCode;

use serde_json::{Value, json};
use sgh_core::folder::RegisteredFolder;
use sgh_core::ids::EntityRef;
use sgh_engine::Directories;

use crate::cli::Registered;
use crate::output::Output;

pub async fn list(
    options: &Registered,
    directories: &Directories,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let entity = EntityRef::new(&options.kind, options.id);
    let folders = directories.registry.folders_of(&entity).await?;
    print("registered", &entity, &folders, output);
    Ok(ExitCode::SUCCESS)
}

pub async fn forget(
    options: &Registered,
    directories: &Directories,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let entity = EntityRef::new(&options.kind, options.id);
    let folders = directories.registry.forget(&entity).await?;
    print("forgotten", &entity, &folders, output);
    if directories.kit.register && !folders.is_empty() {
        output.tell(format!(
            "Toolkit still has them: run its `tank {} {} unregister_folders` too",
            entity.kind, entity.id
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn print(word: &str, entity: &EntityRef, folders: &[RegisteredFolder], output: Output) {
    let lines: String = folders
        .iter()
        .map(|folder| {
            let whose = if folder.is_primary { "" } else { " (by name only)" };
            format!("\n  {} `{}`{whose}", folder.at, folder.name)
        })
        .collect();
    let text = format!("{entity}: {} {word}{lines}", folders.len());
    let folders = || folders.iter().map(as_json).collect::<Vec<Value>>();
    output.print(text, || json!({"entity": entity, word: folders()}));
}

fn as_json(folder: &RegisteredFolder) -> Value {
    json!({
        "storage": folder.at.root, "path": folder.at.path, "name": folder.name,
        "own": folder.is_primary,
    })
}
