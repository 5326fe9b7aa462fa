//! One case: a world, steps, and what is expected of each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;
use sgh_folders::plan::Request;
use sgh_folders::{Modes, Roots, Schema, make, plan};
use sgh_site::facts::{Facts, Need};

use crate::disk;
use crate::site::MemorySite;

/// What Toolkit makes, so that trees can be compared.
const MODES: Modes = Modes::TOOLKIT;
/// More rounds of reading than any schema needs.
const ROUNDS_MAX: usize = 40;

pub struct Case {
    json: Value,
    schema: PathBuf,
}

pub struct Verdict {
    pub differences: Vec<String>,
    /// How our steps ended: `ok` or the kind of the error. `+` marks a disk that holds something
    /// that the recording does not.
    pub ends: Vec<String>,
    /// The most reads that one request took.
    pub reads: usize,
}

/// What a step came to: fine, or the kind of the error and its text.
type Ended = Result<(), (String, String)>;

struct World {
    _folder: tempfile::TempDir,
    schema: PathBuf,
    roots: BTreeMap<String, PathBuf>,
    site: MemorySite,
    list_values: BTreeMap<String, Vec<String>>,
    user: Option<EntityRef>,
    reads: usize,
}

impl Case {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a case");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let schema = json["schema"].as_str().expect("a schema");
        let schema = path.parent().expect("a folder").join(schema);
        Self { json, schema }
    }

    pub fn id(&self) -> &str {
        self.json["id"].as_str().expect("an id")
    }

    pub fn run(&self) -> Verdict {
        let mut world = World::new(&self.json, &self.schema);
        let (mut differences, mut ends) = (Vec::new(), Vec::new());
        let steps = self.json["steps"].as_array().expect("steps");
        let expected = &self.json["expected"];
        for (step, expect) in steps.iter().zip(expected["steps"].as_array().expect("expected")) {
            let ended = world.step(step);
            let kind = expect["kind"].as_str();
            let is_asked = step["do"] == "create" || step["do"] == "preview";
            if is_asked {
                ends.push(ended.as_ref().map_or_else(|(kind, _)| kind.clone(), |()| "ok".into()));
            }
            match &ended {
                _ if !is_asked => {}
                Ok(()) if expect["ok"] == true => {}
                Err((found, _)) if expect["ok"] == false && Some(found.as_str()) == kind => {}
                _ => differences.push(format!("{step}: {ended:?}, expected {kind:?}")),
            }
        }
        let tree = disk::tree(&world.roots);
        let expect: Vec<Value> = expected["tree"].as_array().cloned().unwrap_or_default();
        for line in tree.iter().filter(|line| !expect.contains(line)) {
            differences.push(format!("too much: {line}"));
        }
        if differences.iter().any(|difference| difference.starts_with("too much")) {
            ends.push("+".to_owned());
        }
        for line in expect.iter().filter(|line| !tree.contains(line)) {
            differences.push(format!("missing: {line}"));
        }
        Verdict { differences, ends, reads: world.reads }
    }
}

impl World {
    fn new(case: &Value, schema: &Path) -> Self {
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
        let user = case["user"].as_str().and_then(|login| site.user(login));
        let list_values = list_values(case);
        let schema = config.join("schema");
        Self { _folder: folder, schema, roots, site, list_values, user, reads: 0 }
    }

    fn step(&mut self, step: &Value) -> Ended {
        let kind = || step["type"].as_str().expect("a type").to_owned();
        let path = || disk::real(step["path"].as_str().expect("a path"), &self.roots);
        match step["do"].as_str().expect("what to do") {
            "create" => return self.create(step, true),
            "preview" => return self.create(step, false),
            "set" => self.site.set(&kind(), &step["id"], &step["values"]),
            "add" => self.site.add(&step["entity"]),
            "retire" => self.site.set(&kind(), &step["id"], &json!({"__retired": true})),
            "forget" => {}
            "mkdir" => std::fs::create_dir_all(path()).expect("a folder"),
            "write" => disk::write(&path(), step["text"].as_str().expect("a text")),
            "remove" => disk::remove(&path()),
            "symlink" => {
                let target = step["target"].as_str().expect("a target");
                let target = disk::with_roots(target, &self.roots);
                std::os::unix::fs::symlink(target, path()).expect("a link");
            }
            other => panic!("unknown step {other}"),
        }
        Ok(())
    }

    fn create(&mut self, step: &Value, is_for_real: bool) -> Ended {
        let ids = step["ids"].as_array().expect("ids");
        let request = Request {
            kind: step["type"].as_str().expect("a type").to_owned(),
            ids: ids.iter().map(|id| id.as_u64().expect("an id")).collect(),
            engine: step["engine"].as_str().map(str::to_owned),
            user: self.user.clone(),
            list_values: self.list_values.clone(),
        };
        let schema = Schema::read(&self.schema)
            .map_err(|error| (error.kind().to_owned(), error.to_string()))?;
        let roots = Roots::new(self.roots.clone());
        let mut facts = Facts::default();
        let mut reads = 0;
        for _ in 0..ROUNDS_MAX {
            match plan(&schema, &roots, &request, &facts) {
                Need::Reads(wanted) => {
                    assert!(!wanted.is_empty(), "an empty list of reads");
                    reads += wanted.len();
                    for read in wanted {
                        let answer = self.site.search(&read.search());
                        facts.learn(read, answer);
                    }
                }
                Need::Ready(planned) => {
                    self.reads = self.reads.max(reads);
                    let plan =
                        planned.map_err(|error| (error.kind().to_owned(), error.to_string()))?;
                    if is_for_real {
                        make(&plan, &roots, &MODES)
                            .map_err(|error| (error.kind().to_owned(), error.to_string()))?;
                    }
                    return Ok(());
                }
            }
        }
        panic!("planning does not end");
    }
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
