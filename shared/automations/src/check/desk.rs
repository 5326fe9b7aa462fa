//! Where one automation is held against the site: what is asked, found, and used of codes.

use std::collections::BTreeSet;

use sgh_core::config::Automation;
use sgh_site::rest::FieldSchema;

use super::known::{Ask, Fields, SiteSchema};
use super::near::nearest;
use super::{Finding, Severity};

/// The check of one automation.
pub(super) struct Desk<'a> {
    schema: &'a SiteSchema,
    named: &'a BTreeSet<String>,
    pub(super) rule: &'a Automation,
    asks: BTreeSet<Ask>,
    findings: Vec<Finding>,
    uses: BTreeSet<Use>,
    /// Names that were complained of: each is said once, however often it is used.
    missing: BTreeSet<String>,
}

/// A code of a field that the automation names, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    pub kind: String,
    pub field: String,
    pub code: String,
    pub place: String,
}

/// What came of the check.
pub(super) struct Done {
    pub asks: BTreeSet<Ask>,
    pub findings: Vec<Finding>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        schema: &'a SiteSchema,
        named: &'a BTreeSet<String>,
        rule: &'a Automation,
    ) -> Self {
        Self {
            schema,
            named,
            rule,
            asks: BTreeSet::new(),
            findings: Vec::new(),
            uses: BTreeSet::new(),
            missing: BTreeSet::new(),
        }
    }

    pub(super) fn done(self) -> Done {
        Done { asks: self.asks, findings: self.findings }
    }

    /// Whether the file names a type somewhere.
    pub(super) fn is_named(&self, kind: &str) -> bool {
        self.named.contains(kind)
    }

    /// The rule, or a part of it, cannot work.
    pub(super) fn error(&mut self, what: impl Into<String>, fix: impl Into<String>) {
        self.find(Severity::Error, what.into(), fix.into());
    }

    /// It works, but hardly as it is meant.
    pub(super) fn warn(&mut self, what: impl Into<String>, fix: impl Into<String>) {
        self.find(Severity::Warning, what.into(), fix.into());
    }

    /// Somebody may want to know.
    pub(super) fn note(&mut self, what: impl Into<String>, fix: impl Into<String>) {
        self.find(Severity::Note, what.into(), fix.into());
    }

    fn find(&mut self, severity: Severity, what: String, fix: String) {
        let (automation, line) = (self.rule.name.clone(), self.rule.line);
        let finding = Finding { automation, line, severity, what, fix };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Whether the site has an entity type. Said where it has not.
    pub(super) fn has_kind(&mut self, place: &str, kind: &str) -> bool {
        let Some(types) = self.schema.types() else {
            self.asks.insert(Ask::Types);
            return false;
        };
        if types.contains_key(kind) {
            return true;
        }
        if !self.missing.insert(kind.to_owned()) {
            return false;
        }
        let names = types.iter().map(|(name, label)| (name.as_str(), Some(label.as_str())));
        let fix = match nearest(kind, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the schema name of a type, e.g. Shot or CustomEntity05".to_owned(),
        };
        self.error(format!("`{place}`: the site has no entity type `{kind}`"), fix);
        false
    }

    /// The fields of a type, if it is there and they are known.
    pub(super) fn fields(&mut self, place: &str, kind: &str) -> Option<&'a Fields> {
        if !self.has_kind(place, kind) {
            return None;
        }
        let known = self.schema.fields(kind, None);
        if known.is_none() {
            self.asks.insert(Ask::Fields { kind: kind.to_owned(), project: None });
        }
        known
    }

    /// A field of a type. Said where it has none of that name.
    pub(super) fn field(
        &mut self,
        place: &str,
        kind: &str,
        field: &str,
    ) -> Option<&'a FieldSchema> {
        let fields = self.fields(place, kind)?;
        if fields.get(field).is_none() {
            self.no_field(place, &[kind], field);
        }
        fields.get(field)
    }

    /// Says that none of these types has a field.
    pub(super) fn no_field(&mut self, place: &str, kinds: &[&str], field: &str) {
        let fields: Vec<&'a Fields> =
            kinds.iter().filter_map(|kind| self.schema.fields(kind, None)).collect();
        let names = fields.into_iter().flatten();
        let names = names.map(|(name, known)| (name.as_str(), known.display_name.as_deref()));
        let all = kinds.join(" or ");
        if !self.missing.insert(format!("{all}.{field}")) {
            return;
        }
        let fix = match nearest(field, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "write the field code of {all}, as the site's field settings show it; or the \
                 script may not see the field"
            ),
        };
        self.error(format!("`{place}`: {all} has no field `{field}`"), fix);
    }

    /// Keeps in mind that the automation names a code, for the projects that hide it.
    pub(super) fn uses(&mut self, place: &str, kind: &str, field: &str, code: &str) {
        let [place, kind, field, code] = [place, kind, field, code].map(str::to_owned);
        self.uses.insert(Use { kind, field, code, place });
    }

    /// The codes it names.
    pub(super) fn used(&self) -> Vec<Use> {
        self.uses.iter().cloned().collect()
    }

    /// Whether there is such a project; `None` until it is known.
    pub(super) fn has_project(&mut self, id: u64) -> Option<bool> {
        let known = self.schema.has_project(id);
        if known.is_none() {
            let all = self.rule.projects.iter().flatten().copied().collect();
            self.asks.insert(Ask::Projects(all));
        }
        known
    }

    /// The fields of a type in a project.
    pub(super) fn fields_in(&mut self, kind: &str, project: u64) -> Option<&'a Fields> {
        let known = self.schema.fields(kind, Some(project));
        if known.is_none() {
            self.asks.insert(Ask::Fields { kind: kind.to_owned(), project: Some(project) });
        }
        known
    }

    /// A field in general, if it is known to be there. Nothing is said.
    pub(super) fn peek(&self, kind: &str, field: &str) -> Option<&'a FieldSchema> {
        self.schema.field(kind, field)
    }
}
