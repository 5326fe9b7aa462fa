//! The world of a case: a schema and roots in a fresh folder, a site and a registry in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_folders::Request;

use crate::disk;
use crate::ours::{Attempt, attempt};
use crate::registry::MemoryRegistry;
use crate::site::MemorySite;

pub struct World {
    _folder: tempfile::TempDir,
    pub schema: PathBuf,
    pub roots: BTreeMap<String, PathBuf>,
    pub site: MemorySite,
    pub registry: MemoryRegistry,
    pub user: Option<EntityRef>,
    /// The folder of the configuration's project, by its name.
    pub project_name: String,
    /// The most reads that one request took.
    pub reads_most: usize,
    list_values: BTreeMap<String, Vec<String>>,
}

impl World {
    pub fn new(case: &Value, schema: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("config/core");
        disk::copy(schema, &config.join("schema"));
        let names = case["roots"].as_object().expect("roots");
        let mut roots: BTreeMap<String, PathBuf> = names
            .keys()
            .map(|name| (name.clone(), folder.path().join("roots").join(name)))
            .collect();
        for path in roots.values() {
            std::fs::create_dir_all(path).expect("a root");
        }
        if let Some(file) = case["roots_yml"].as_object() {
            std::fs::write(config.join("roots.yml"), json!(file).to_string()).expect("roots.yml");
            for (name, root) in file {
                let path = root["linux_path"].as_str().expect("a path");
                roots.insert(name.clone(), disk::real(path, &roots));
            }
        } else {
            let file = case["roots"].to_string();
            std::fs::write(config.join("roots.yml"), file).expect("roots.yml");
        }
        let site = MemorySite::new(case["entities"].as_array().expect("entities"));
        Self {
            schema: config.join("schema"),
            roots,
            user: case["user"].as_str().and_then(|login| site.user(login)),
            site,
            registry: MemoryRegistry::default(),
            project_name: project_name(case),
            reads_most: 0,
            list_values: list_values(case),
            _folder: folder,
        }
    }

    /// Everything below the roots.
    pub fn tree(&self) -> Vec<Value> {
        disk::tree(&self.roots)
    }

    /// A path with its root's name in the place of where that is.
    pub fn shown(&self, path: &str) -> String {
        let roots = self.roots.iter().filter_map(|(name, root)| {
            let rest = path.strip_prefix(root.to_str()?)?;
            Some((rest.len(), format!("${{{name}}}{rest}")))
        });
        roots.min().map_or_else(|| path.to_owned(), |(_, shown)| shown)
    }

    /// Does a step; what it came to where it is a request.
    pub fn step(&mut self, step: &Value) -> Option<Attempt> {
        let kind = || step["type"].as_str().expect("a type").to_owned();
        let path = || disk::real(step["path"].as_str().expect("a path"), &self.roots);
        let ids = || step["ids"].as_array().expect("ids").iter().map(id).collect::<Vec<u64>>();
        match step["do"].as_str().expect("what to do") {
            what @ ("create" | "preview") => {
                let request = Request {
                    kind: kind(),
                    ids: ids(),
                    engine: step["engine"].as_str().map(str::to_owned),
                    user: self.user.clone(),
                    list_values: self.list_values.clone(),
                };
                return Some(attempt(self, &request, what == "preview"));
            }
            "set" => self.site.set(&kind(), &step["id"], &step["values"]),
            "add" => self.site.add(&step["entity"]),
            "retire" => self.site.set(&kind(), &step["id"], &json!({"__retired": true})),
            "forget" => {
                for id in ids() {
                    self.registry.forget(&EntityRef::new(kind(), id));
                }
            }
            "mkdir" => disk::folder(&path()),
            "write" => disk::write(&path(), step["text"].as_str().expect("a text")),
            "remove" => disk::remove(&path()),
            "symlink" => {
                let target = step["target"].as_str().expect("a target");
                let target = disk::with_roots(target, &self.roots);
                let path = path();
                disk::folder(path.parent().expect("a folder"));
                std::os::unix::fs::symlink(target, path).expect("a link");
            }
            other => panic!("unknown step {other}"),
        }
        None
    }
}

/// An id; the original takes digits too.
fn id(value: &Value) -> u64 {
    let digits = || value.as_str().and_then(|text| text.parse().ok());
    value.as_u64().or_else(digits).expect("an id")
}

/// The project name of the recording's configuration.
fn project_name(case: &Value) -> String {
    let entities = case["entities"].as_array().expect("entities");
    let current = &case["current_project"];
    let mut projects = entities.iter().filter(|record| record["type"] == "Project");
    let project = projects
        .find(|project| current.is_null() || project["id"] == *current || *current == **project);
    let given = case["project_name"].as_str();
    let name = given.or_else(|| project.and_then(|project| project["tank_name"].as_str()));
    name.unwrap_or_default().to_owned()
}

/// The valid values of list fields: those of the case, else those that the recording had.
fn list_values(case: &Value) -> BTreeMap<String, Vec<String>> {
    let texts = |values: &Value| -> Vec<String> {
        let values = values.as_array().expect("values").iter();
        values.map(|value| value.as_str().expect("text").to_owned()).collect()
    };
    let assets = [
        "Character",
        "Environment",
        "FX",
        "Graphic",
        "Matte Painting",
        "Prop",
        "Vehicle",
        "Weapon",
    ];
    let mut all = BTreeMap::from([
        ("Asset.sg_asset_type".to_owned(), texts(&json!(assets))),
        ("Shot.sg_shot_type".to_owned(), Vec::new()),
        ("Sequence.sg_sequence_type".to_owned(), Vec::new()),
    ]);
    for (field, kind) in case["fields"].as_object().into_iter().flatten() {
        if let Some([name, values]) = kind.as_array().map(Vec::as_slice)
            && name == "list"
        {
            all.insert(field.clone(), texts(values));
        }
    }
    for (field, values) in case["list_values"].as_object().into_iter().flatten() {
        all.insert(field.clone(), texts(values));
    }
    all
}
