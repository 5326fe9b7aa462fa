//! How artists' machines spell a storage, so that a path in an acknowledgement can be opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use sgh_core::folder::FolderPath;
use sgh_folders::registry::{Spelling, Storages};
use sgh_site::{Condition, Search, Site, SiteError};

use super::FolderKit;

/// The storages of the kit as the site said within the last hour.
///
/// # Errors
/// The site does not say.
pub(crate) async fn storages(
    kit: &FolderKit,
    site: &dyn Site,
    now: Timestamp,
) -> Result<Arc<Storages>, SiteError> {
    if let Some(storages) = kit.storages.fresh(now) {
        return Ok(storages);
    }
    let names: Vec<&str> = kit.roots.names().collect();
    let fields = ["code", "linux_path", "mac_path", "windows_path"];
    let search = Search {
        kind: "LocalStorage".to_owned(),
        conditions: vec![Condition::new("code", "in", json!(names))],
        fields: fields.map(str::to_owned).to_vec(),
        retired: false,
        sort: None,
    };
    let records = site.search(&search).await?;
    let named = records.iter().filter_map(|record| {
        let name = record.fields.get("code").and_then(Value::as_str)?;
        Some((name.to_owned(), Spelling::of(record)))
    });
    let spellings: BTreeMap<String, Spelling> = named.collect();
    Ok(kit.storages.keep(now, Storages::new(spellings)))
}

/// A folder as people can open it: its path here, and how other systems spell it where the site
/// knows that.
pub(crate) fn place(kit: &FolderKit, storages: &Storages, folder: &FolderPath) -> String {
    let here = kit.roots.path(&folder.root).map(|root| root.join(&folder.path));
    let here = here.map_or_else(|| folder.to_string(), |path| path.display().to_string());
    let Some(spelling) = storages.get(&folder.root) else { return here };
    let only = |linux: &Option<String>, mac: &Option<String>, windows: &Option<String>| Spelling {
        linux: linux.clone(),
        mac: mac.clone(),
        windows: windows.clone(),
    };
    let systems = [
        ("Windows", only(&None, &None, &spelling.windows)),
        ("macOS", only(&None, &spelling.mac, &None)),
        ("Linux", only(&spelling.linux, &None, &None)),
    ];
    let elsewhere: Vec<String> = systems
        .iter()
        .filter_map(|(system, spelling)| Some((system, spelling.local_path(&folder.path)?)))
        .filter(|(_, path)| *path != here)
        .map(|(system, path)| format!("{system} {path}"))
        .collect();
    if elsewhere.is_empty() { here } else { format!("{here} ({})", elsewhere.join(", ")) }
}
