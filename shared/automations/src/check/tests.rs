mod agree;
mod catalogue;
mod chains;
mod projects;
mod rules;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sgh_core::config::Config;
use sgh_site::rest::{EntityType, FieldSchema};

use super::*;

/// Type, what people call it, its fields: `name: data type, and codes or linked types`.
const SITE: [(&str, &str, &[&str]); 10] = [
    ("Project", "Project", &["name: text"]),
    (
        "Shot",
        "Shot",
        &[
            "code: text",
            "sg_status_list: status_list wtg ip fin hld omt",
            "sg_sequence: entity Sequence",
            "sg_cut_in: number",
            "task_count: summary",
            "tasks: multi_entity Task",
        ],
    ),
    (
        "Asset",
        "Asset",
        &[
            "code: text",
            "sg_status_list: status_list wtg ip fin hld omt cbb",
            "sg_asset_type: list Prop",
        ],
    ),
    ("Sequence", "Sequence", &["code: text", "shots: multi_entity Shot"]),
    ("Step", "Pipeline Step", &["code: text"]),
    (
        "Task",
        "Task",
        &[
            "content: text",
            "sg_status_list: status_list wtg rdy ip rev apr fin hld omt na",
            "entity: entity Shot Asset Sequence",
            "step: entity Step",
            "task_assignees: multi_entity HumanUser Group",
            "upstream_tasks: multi_entity Task",
            "downstream_tasks: multi_entity Task",
            "sg_versions: multi_entity Version",
            "due_date: date",
            "sg_done_at: date_time",
            "duration: duration",
            "milestone: checkbox",
            "sg_priority: list low high",
            "created_at: date_time readonly",
        ],
    ),
    (
        "Version",
        "Version",
        &[
            "code: text",
            "sg_status_list: status_list rev vwd apr note",
            "sg_task: entity Task",
            "entity: entity Shot Asset",
            "user: entity HumanUser ApiUser",
            "created_at: date_time readonly",
        ],
    ),
    (
        "Note",
        "Note",
        &[
            "subject: text",
            "sg_status_list: status_list opn clsd",
            "tasks: multi_entity Task",
            "note_links: multi_entity Shot Version",
            "any_link: multi_entity",
        ],
    ),
    ("CustomEntity01", "Delivery Note", &["code: text"]),
    ("ApiUser", "Script", &["firstname: text"]),
];

fn field(text: &str) -> (String, FieldSchema) {
    let (name, rest) = text.split_once(": ").expect(text);
    let mut words = rest.split(' ').map(str::to_owned);
    let data_type = words.next().expect(text);
    let mut more: Vec<String> = words.collect();
    let editable = !more.iter().any(|word| word == "readonly");
    more.retain(|word| word != "readonly");
    let is_link = data_type.ends_with("entity");
    let (valid_types, valid_values) = if is_link { (more, vec![]) } else { (vec![], more) };
    let hidden_values = Vec::new();
    let display_name = (name == "sg_status_list").then(|| "Status".to_owned());
    let data_type = Some(data_type);
    let field =
        FieldSchema { display_name, data_type, editable, valid_types, valid_values, hidden_values };
    (name.to_owned(), field)
}

/// The whole site, which answers what it is asked and counts.
struct Site {
    types: BTreeMap<String, (String, BTreeMap<String, FieldSchema>)>,
    projects: BTreeSet<u64>,
    /// Project and the codes it hides.
    hidden: BTreeMap<u64, Vec<&'static str>>,
    asked: Vec<Ask>,
}

impl Site {
    fn new() -> Self {
        let types = SITE.map(|(kind, label, fields)| {
            let fields = fields.iter().map(|text| field(text)).collect();
            (kind.to_owned(), (label.to_owned(), fields))
        });
        let projects = [65, 66].into();
        Self { types: types.into(), projects, hidden: BTreeMap::new(), asked: Vec::new() }
    }

    fn answer(&mut self, ask: Ask, schema: &mut SiteSchema) {
        assert!(!self.asked.contains(&ask), "asked twice: {ask:?}");
        match &ask {
            Ask::Types => schema.learn_types(
                self.types
                    .iter()
                    .map(|(name, (label, _))| EntityType {
                        name: name.clone(),
                        display_name: label.clone(),
                        visible: true,
                    })
                    .collect(),
            ),
            Ask::Projects(asked) => schema.learn_projects(asked, &self.projects),
            Ask::Fields { kind, project } => {
                let mut fields = self.types[kind].1.clone();
                let hidden = project.and_then(|id| self.hidden.get(&id)).into_iter().flatten();
                let hidden: Vec<String> = hidden.map(|code| (*code).to_owned()).collect();
                for field in fields.values_mut().filter(|field| !field.valid_values.is_empty()) {
                    field.hidden_values.clone_from(&hidden);
                }
                schema.learn_fields(kind, *project, fields);
            }
        }
        self.asked.push(ask);
    }

    fn check(&mut self, text: &str) -> Report {
        let config = Config::read(text, Path::new("sgh.yaml")).unwrap_or_else(|e| panic!("{e}"));
        let mut schema = SiteSchema::default();
        for _ in 0..10 {
            match super::check(&config, &schema) {
                Checked::Done(report) => return report,
                Checked::Asks(asks) => {
                    assert!(!asks.is_empty());
                    asks.into_iter().for_each(|ask| self.answer(ask, &mut schema));
                }
            }
        }
        panic!("it asks for ever: {:?}", self.asked);
    }
}

/// A file of these automations, called `a`, `b` and so on, one a line from line 2 on.
fn file(rules: &[&str]) -> String {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let lines =
        rules.iter().zip(names).map(|(keys, name)| format!("  - {{ name: {name}, {keys} }}"));
    let folders = "folders: { schema: s, roots: { primary: p } }";
    format!("automations:\n{}\n{folders}\n", lines.collect::<Vec<_>>().join("\n"))
}

/// Findings as lines: `FAIL 2 a: what; fix`.
fn lines(report: &Report) -> Vec<String> {
    let word = |severity| match severity {
        Severity::Error => "FAIL",
        Severity::Warning => "warn",
        Severity::Note => "note",
    };
    let line = |one: &Finding| {
        format!("{} {} {}: {}; {}", word(one.severity), one.line, one.automation, one.what, one.fix)
    };
    report.findings.iter().map(line).collect()
}

/// What is found of one automation.
fn found(keys: &str) -> Vec<String> {
    lines(&Site::new().check(&file(&[keys])))
}

/// For each automation all that is found of it, from `FAIL 2 a: ` or `warn 2 a: ` on.
fn each(cases: &[(&str, &[&str])]) {
    for (keys, expect) in cases {
        let found = found(keys);
        assert_eq!(found.len(), expect.len(), "{keys}\n{}", found.join("\n"));
        for (found, expect) in found.iter().zip(*expect) {
            let (word, text) = expect.split_at(5);
            let found =
                found.strip_prefix(&format!("{word}2 a: ")).unwrap_or_else(|| panic!("{found}"));
            assert_eq!(found, text, "{keys}");
        }
    }
}
