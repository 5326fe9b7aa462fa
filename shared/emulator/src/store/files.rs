//! File fields: a path below one of the site's local storages, or an address of the web.
//!
//! The site works out which storage a path lies in, and refuses a path that lies in none. What it
//! stores is the place within the storage; what it shows is the path on each platform.

use serde_json::{Map, Value, json};
use sgh_core::ids::EntityRef;

use super::{Store, bare};
use crate::refusal::Refusal;

/// Platform, its field of a local storage, and its key in what is shown.
const PLATFORMS: [(&str, &str); 3] = [
    ("linux_path", "local_path_linux"),
    ("mac_path", "local_path_mac"),
    ("windows_path", "local_path_windows"),
];

impl Store {
    /// The value as it is kept, of what was written to a file field.
    pub(super) fn file(&self, of: &EntityRef, field: &str, sent: &Value) -> Result<Value, Refusal> {
        let refused = |reason: String| Refusal::value(&of.kind, field, reason);
        let text = |name: &str| sent.get(name).and_then(Value::as_str);
        if sent.is_null() {
            return Ok(Value::Null);
        }
        let (storage, place) = match (text("local_path"), text("relative_path"), text("url")) {
            (Some(path), _, _) => self
                .storage_of(path)
                .ok_or_else(|| refused(format!("the path {path} lies in no local storage")))?,
            (None, Some(place), _) => {
                let storage = self.named_storage(sent.get("local_storage"));
                let missing = || refused("relative_path needs a local_storage".to_owned());
                (storage.ok_or_else(missing)?, place.trim_matches('/').to_owned())
            }
            (None, None, Some(url)) => {
                let name = text("name").unwrap_or(url);
                return Ok(json!({"link_type": "web", "url": url, "name": name}));
            }
            (None, None, None) => {
                let wanted = "expected a local_path, a relative_path with local_storage, or a url";
                return Err(refused(wanted.to_owned()));
            }
        };
        let paths = self.paths(&storage, &place);
        let last = place.rsplit('/').next().unwrap_or_default();
        let on_linux = &paths["local_path_linux"];
        let mut kept = json!({
            "link_type": "local",
            "name": text("name").unwrap_or(last),
            "content_type": null,
            "local_storage": bare(&storage),
            "relative_path": place,
            "local_path": text("local_path").map_or_else(|| on_linux.clone(), Value::from),
        });
        if let Some(kept) = kept.as_object_mut() {
            kept.extend(paths);
        }
        kept["local_storage"]["name"] = json!(self.display_name(&storage));
        Ok(kept)
    }

    /// The storage that a path lies in, and where in it. Of several the deepest.
    fn storage_of(&self, path: &str) -> Option<(EntityRef, String)> {
        let mut found: Option<(usize, EntityRef, String)> = None;
        for (storage, kept) in self.all("LocalStorage").filter(|(_, kept)| !kept.retired) {
            let roots = PLATFORMS.iter().filter_map(|(field, _)| kept.fields.get(*field));
            for root in roots.filter_map(Value::as_str).filter(|root| !root.is_empty()) {
                let Some(place) = below(root, path) else { continue };
                if found.as_ref().is_none_or(|(size, ..)| *size < root.len()) {
                    found = Some((root.len(), storage.clone(), place));
                }
            }
        }
        found.map(|(_, storage, place)| (storage, place))
    }

    /// By id, or by its code as `name`.
    fn named_storage(&self, sent: Option<&Value>) -> Option<EntityRef> {
        let sent = sent?;
        if let Some(storage) = EntityRef::from_json(sent) {
            return self.live(&storage).is_some().then_some(storage);
        }
        let code = sent.get("name");
        let mut live = self.all("LocalStorage").filter(|(_, kept)| !kept.retired);
        live.find(|(_, kept)| kept.fields.get("code") == code).map(|(storage, _)| storage)
    }

    fn paths(&self, storage: &EntityRef, place: &str) -> Map<String, Value> {
        let path = |(field, key): (&str, &str)| {
            let root = self.kept(storage)?.fields.get(field)?.as_str()?;
            let separator = if field == "windows_path" { "\\" } else { "/" };
            let mut path = root.trim_end_matches(['/', '\\']).to_owned();
            for part in place.split('/').filter(|part| !part.is_empty()) {
                path.push_str(separator);
                path.push_str(part);
            }
            Some((key.to_owned(), json!(path)))
        };
        let shown = |platform: (&'static str, &'static str)| {
            path(platform).unwrap_or_else(|| (platform.1.to_owned(), Value::Null))
        };
        PLATFORMS.into_iter().map(shown).collect()
    }
}

/// The part of `path` below `root`, with slashes; `None` if it lies elsewhere.
fn below(root: &str, path: &str) -> Option<String> {
    let (root, path) = (root.replace('\\', "/"), path.replace('\\', "/"));
    let rest = path.strip_prefix(root.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lies_below_a_root_and_not_beside_it() {
        let check = |root, path, expect: Option<&str>| {
            assert_eq!(below(root, path).as_deref(), expect, "{path} in {root}");
        };
        check("/mnt/projects", "/mnt/projects/film/sq010", Some("film/sq010"));
        check("/mnt/projects/", "/mnt/projects", Some(""));
        check("/mnt/projects", "/mnt/projects_old/film", None);
        check("/mnt/projects", "/mnt", None);
        check("P:\\projects", "P:\\projects\\film\\sq010\\", Some("film/sq010"));
        check("P:\\", "P:/film", Some("film"));
    }
}
