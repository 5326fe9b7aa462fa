//! A small studio: a schema written into a fresh folder, a root, and a site in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sgh_folders::plan::{Plan, Request};
use sgh_folders::{FolderError, Made, MakeError, Modes, Roots, Schema, SchemaError, make, plan};
use sgh_site::facts::{Facts, Need};

use crate::disk;
use crate::site::MemorySite;

/// A folder of entities below their parent by a link.
pub fn entity(kind: &str, name: &str, field: &str, token: &str) -> String {
    format!(
        "type: shotgun_entity\nentity_type: {kind}\nname: \"{name}\"\n\
         filters: [{{path: {field}, relation: is, values: [${token}]}}]\n"
    )
}

pub const PROJECT: &str = "type: project\nroot_name: primary\n";

pub struct Studio {
    pub folder: tempfile::TempDir,
    pub roots: BTreeMap<String, PathBuf>,
    pub site: MemorySite,
    pub list_values: BTreeMap<String, Vec<String>>,
    /// How many searches the last request took.
    pub reads: usize,
}

impl Studio {
    /// A studio with these files in its schema; a path that ends with `/` is a folder.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("projects");
        std::fs::create_dir(&root).expect("a root");
        for (path, text) in files {
            let full = folder.path().join("schema").join(path);
            if path.ends_with('/') {
                std::fs::create_dir_all(full).expect("a folder");
            } else {
                disk::write(&full, text);
            }
        }
        let roots = BTreeMap::from([("primary".to_owned(), root)]);
        let site = MemorySite::new(&[]);
        Self { folder, roots, site, list_values: BTreeMap::new(), reads: 0 }
    }

    /// A studio with a schema of its own.
    pub fn with_schema(schema: &Path) -> Self {
        let studio = Self::new(&[]);
        disk::copy(schema, &studio.folder.path().join("schema"));
        studio
    }

    /// Project, sequence, shot with steps and an area each; a project `film` with id 1.
    pub fn film() -> Self {
        let sequence = entity("Sequence", "code", "project", "project");
        let shot = entity("Shot", "code", "sg_sequence", "sequence");
        let mut studio = Self::new(&[
            ("project.yml", PROJECT),
            ("project/editorial/", ""),
            ("project/sequences/sequence.yml", &sequence),
            ("project/sequences/sequence/shot.yml", &shot),
            ("project/sequences/sequence/shot/plates/", ""),
            ("project/sequences/sequence/shot/notes.txt", "notes\n"),
            ("project/sequences/sequence/shot/step.yml", "type: shotgun_step\nname: short_name\n"),
            ("project/sequences/sequence/shot/step/work/", ""),
            ("project/sequences/sequence/shot/step/publish/", ""),
        ]);
        studio.add(json!({"type": "Project", "id": 1, "name": "Film", "tank_name": "film"}));
        studio.add(json!({"type": "Step", "id": 1, "code": "Animation", "short_name": "anim"}));
        studio.add(json!({"type": "Step", "id": 2, "code": "Light", "short_name": "light"}));
        studio
    }

    pub fn add(&mut self, record: Value) {
        self.site.add(&record);
    }

    /// A shot of sequence 1 (which is added with the first shot), with a task on each step.
    pub fn add_shot(&mut self, id: u64, code: &str) {
        let project = json!({"type": "Project", "id": 1});
        if id == 1 {
            self.add(json!({"type": "Sequence", "id": 1, "code": "SQ", "project": project}));
        }
        let sequence = json!({"type": "Sequence", "id": 1});
        self.add(json!({
            "type": "Shot", "id": id, "code": code, "project": project, "sg_sequence": sequence,
        }));
        for step in [1, 2] {
            self.add(json!({
                "type": "Task", "id": id * 2 + step, "content": "t", "project": project,
                "entity": {"type": "Shot", "id": id}, "step": {"type": "Step", "id": step},
            }));
        }
    }

    pub fn root(&self) -> PathBuf {
        self.roots["primary"].clone()
    }

    pub fn roots(&self) -> Roots {
        Roots::new(self.roots.clone())
    }

    pub fn schema(&self) -> Result<Schema, SchemaError> {
        Schema::read(&self.folder.path().join("schema"))
    }

    pub fn plan(&mut self, kind: &str, ids: &[u64]) -> Result<Plan, FolderError> {
        let request = Request {
            kind: kind.to_owned(),
            ids: ids.to_vec(),
            list_values: self.list_values.clone(),
            ..Request::default()
        };
        self.plan_for(&request)
    }

    pub fn plan_for(&mut self, request: &Request) -> Result<Plan, FolderError> {
        let (schema, roots) = (self.schema().expect("a good schema"), self.roots());
        let mut facts = Facts::default();
        self.reads = 0;
        loop {
            match plan(&schema, &roots, request, &facts) {
                Need::Ready(plan) => return plan,
                Need::Reads(reads) => {
                    self.reads += reads.len();
                    assert!(self.reads < 100, "planning does not end");
                    for read in reads {
                        let answer = self.site.search(&read.search());
                        facts.learn(read, answer);
                    }
                }
            }
        }
    }

    pub fn make(&mut self, kind: &str, ids: &[u64]) -> Result<Made, MakeError> {
        let plan = self.plan(kind, ids).expect("a plan");
        make(&plan, &self.roots(), &Modes::default())
    }

    /// Everything below the root: path, kind and, for files, mode and sum.
    pub fn tree(&self) -> Vec<Value> {
        disk::tree(&self.roots)
    }

    /// The folders below the root.
    pub fn folders(&self) -> Vec<String> {
        let folder = |line: &Value| {
            let path = line[0].as_str().expect("a path");
            (line[1] == "d").then(|| path.replace("${primary}/", ""))
        };
        let mut folders: Vec<String> = self.tree().iter().filter_map(folder).collect();
        folders.sort();
        folders
    }
}

/// The paths of a plan's folders.
pub fn paths(plan: &Plan) -> Vec<String> {
    plan.items().iter().map(|item| plan.path(item)).collect()
}
