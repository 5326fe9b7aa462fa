//! One case: a world, steps, and what the recording says of each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::facts::{Facts, paths};
use crate::ours::Attempt;
use crate::rows::{Made, RowsVerdict, compare};
use crate::rules::Rules;
use crate::world::World;

pub struct Case {
    json: Value,
    schema: PathBuf,
}

/// What became of a case.
pub struct Verdict {
    /// What differs and should not.
    pub differences: Vec<String>,
    /// The rules by which it differs on purpose, by position.
    pub rules: BTreeSet<usize>,
    /// The same for the site's records; `None` where the recording has none.
    pub rows: Option<RowsVerdict>,
    /// The most reads that one request took.
    pub reads: usize,
}

impl Verdict {
    /// A case that says nothing.
    pub fn broken(why: String) -> Self {
        Self { differences: vec![why], rules: BTreeSet::new(), rows: None, reads: 0 }
    }
}

/// What the steps have shown so far.
#[derive(Default)]
struct Seen {
    differences: Vec<String>,
    /// Rules that explain how a step ended.
    rules: BTreeSet<usize>,
    /// Rules that could explain what our tree lacks.
    less: BTreeSet<usize>,
    /// What the recording names in steps that went well here too.
    named: BTreeSet<String>,
    made: Vec<Made>,
}

impl Case {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a file that can be read");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let schema = json["schema"].as_str().expect("a schema");
        let schema = path.parent().expect("a folder").join(schema);
        Self { json, schema }
    }

    pub fn id(&self) -> &str {
        self.json["id"].as_str().expect("an id")
    }

    pub fn run(&self, rules: &Rules) -> Verdict {
        let mut world = World::new(&self.json, &self.schema);
        let mut seen = Seen::default();
        let expected = &self.json["expected"];
        let tree: Vec<Value> = expected["tree"].as_array().expect("a tree").clone();
        let steps = self.json["steps"].as_array().expect("steps");
        let ends = expected["steps"].as_array().expect("how the steps end");
        assert!(steps.len() == ends.len(), "{} steps and {} ends", steps.len(), ends.len());
        for (step, expect) in steps.iter().zip(ends) {
            let before = world.tree();
            let Some(attempt) = world.step(step) else { continue };
            let after = world.tree();
            let (before, after) = (&before[..], &after[..]);
            let (world, attempt) = (&world, &attempt);
            let facts = Facts { world, step, expect, attempt, tree: &tree, before, after };
            seen.ended(&facts, rules);
            seen.made.push(Made::of(&facts));
        }
        seen.tree(&world.tree(), &tree, rules);
        let Seen { differences, rules, made, .. } = seen;
        let is_on_purpose = differences.is_empty() && !rules.is_empty();
        let rows = expected.get("locations").map(|_| compare(expected, &made, is_on_purpose));
        Verdict { differences, rules, rows, reads: world.reads_most }
    }
}

impl Seen {
    fn ended(&mut self, facts: &Facts<'_>, rules: &Rules) {
        let Facts { step, expect, attempt, .. } = facts;
        let holding = rules.holding(facts);
        let less = holding.iter().copied().filter(|rule| rules.0[*rule].is_less);
        if facts.expected_kind() == attempt.kind() {
            self.less.extend(less);
            if attempt.result.is_ok() {
                self.went_well(step, expect, attempt);
            }
        } else if let Some(rule) = holding.first() {
            self.rules.insert(*rule);
            self.less.extend(less);
        } else {
            let ours = attempt.result.as_ref().map_or_else(ToString::to_string, |()| "ok".into());
            let (theirs, kind) = (facts.expected_kind(), attempt.kind());
            self.differences.push(format!("{step}: ends as {kind}, not as {theirs}: {ours}"));
        }
    }

    fn went_well(&mut self, step: &Value, expect: &Value, attempt: &Attempt) {
        let Some(named) = expect["processed"].as_array() else { return };
        let named: BTreeSet<String> =
            named.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if step["do"] == "preview" {
            // Nothing else shows what a preview found.
            let ours = paths(attempt);
            let too_much = ours.difference(&named).map(|path| ("too much", path));
            let missing = named.difference(&ours).map(|path| ("missing", path));
            let differ = too_much.chain(missing);
            self.differences.extend(differ.map(|(what, path)| format!("{step}: {what}: {path}")));
        } else {
            self.named.extend(named);
        }
    }

    fn tree(&mut self, ours: &[Value], theirs: &[Value], rules: &Rules) {
        for line in ours.iter().filter(|line| !theirs.contains(line)) {
            self.differences.push(format!("too much: {line}"));
        }
        let missing: Vec<&Value> = theirs.iter().filter(|line| !ours.contains(line)).collect();
        let is_explained = self.rules.iter().any(|rule| rules.0[*rule].is_less);
        if !missing.is_empty() && !is_explained {
            self.rules.extend(&self.less);
        }
        for line in missing {
            // What a step made that went well is missing whatever else went otherwise.
            if self.less.is_empty() || self.named.contains(line[0].as_str().expect("a path")) {
                self.differences.push(format!("missing: {line}"));
            }
        }
    }
}
