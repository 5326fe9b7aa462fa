//! What the site says of its schema, as far as it was asked.

use std::collections::{BTreeMap, BTreeSet};

use sgh_site::rest::{EntityType, FieldSchema};

/// The fields of an entity type, by name.
pub(super) type Fields = BTreeMap<String, FieldSchema>;

/// One question to the site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// All its entity types.
    Types,
    /// Which of these projects there are.
    Projects(BTreeSet<u64>),
    /// The fields of an entity type, in general or in one project.
    Fields {
        /// The type.
        kind: String,
        /// The project.
        project: Option<u64>,
    },
}

/// Answers to those questions.
#[derive(Debug, Clone, Default)]
pub struct SiteSchema {
    /// Schema name, and what people call it.
    types: Option<BTreeMap<String, String>>,
    projects: BTreeMap<u64, bool>,
    fields: BTreeMap<(String, Option<u64>), Fields>,
}

impl SiteSchema {
    /// Takes in the answer to [`Ask::Types`].
    pub fn learn_types(&mut self, types: Vec<EntityType>) {
        let types = types.into_iter().map(|one| (one.name, one.display_name));
        self.types = Some(types.collect());
    }

    /// Takes in the answer to [`Ask::Projects`]: those that were asked for, and those there are.
    pub fn learn_projects(&mut self, asked: &BTreeSet<u64>, found: &BTreeSet<u64>) {
        self.projects.extend(asked.iter().map(|id| (*id, found.contains(id))));
    }

    /// Takes in the answer to [`Ask::Fields`].
    pub fn learn_fields(
        &mut self,
        kind: &str,
        project: Option<u64>,
        fields: BTreeMap<String, FieldSchema>,
    ) {
        self.fields.insert((kind.to_owned(), project), fields);
    }

    /// The names of all entity types, and what people call them.
    pub(super) fn types(&self) -> Option<&BTreeMap<String, String>> {
        self.types.as_ref()
    }

    /// Whether there is such a project.
    pub(super) fn has_project(&self, id: u64) -> Option<bool> {
        self.projects.get(&id).copied()
    }

    pub(super) fn fields(&self, kind: &str, project: Option<u64>) -> Option<&Fields> {
        self.fields.get(&(kind.to_owned(), project))
    }

    /// A field in general, if it is known to be there.
    pub(super) fn field(&self, kind: &str, field: &str) -> Option<&FieldSchema> {
        self.fields(kind, None)?.get(field)
    }
}
