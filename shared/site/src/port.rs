//! What the engine asks of the site: a few verbs. The REST client is one implementation, the
//! simulation has another.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;
use sgh_core::ids::{DeliveryId, EntityRef};
use sgh_core::limits::PAGE_SIZE;

use crate::SiteError;

/// One condition of a search, as the site's array form has it: `["id", "in", [1, 2]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field, dotted through links if need be: `entity.Shot.code`.
    pub path: String,
    /// The operator by the site's name: `is`, `in`, `starts_with`, ...
    pub relation: String,
    /// The operand: one value, or a list for `in`, `not_in`, `between`.
    pub value: Value,
}

impl Condition {
    /// A condition.
    pub fn new(path: impl Into<String>, relation: impl Into<String>, value: Value) -> Self {
        Self { path: path.into(), relation: relation.into(), value }
    }
}

/// One `_search`: all records of a type that fulfil all conditions, every page of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Entity type by its schema name.
    pub kind: String,
    /// Joined with AND.
    pub conditions: Vec<Condition>,
    /// Fields to read.
    pub fields: Vec<String>,
    /// Whether to look among the retired records instead of the live ones.
    pub retired: bool,
    /// Sort field, `-` before it for descending; `None` for by id.
    pub sort: Option<String>,
}

/// One record as it was read: attributes and links side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which entity.
    pub entity: EntityRef,
    /// The fields that were asked for. A link is `{"type", "id", "name"}`, a multi link a list of
    /// those; a field the site did not give is absent.
    pub fields: BTreeMap<String, Value>,
}

/// One write: fields of one entity, set to absolute values, so that a repeat does no harm.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The entity to write.
    pub entity: EntityRef,
    /// Field and its new value.
    pub fields: BTreeMap<String, Value>,
}

/// A record that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRecord {
    /// Entity type by its schema name.
    pub kind: String,
    /// Its fields.
    pub fields: BTreeMap<String, Value>,
}

/// The site, as the engine needs it.
#[async_trait]
pub trait Site: Send + Sync {
    /// Finds records, sorted by id unless the search says otherwise.
    ///
    /// # Errors
    /// See [`SiteError`]: some are worth a retry, some are final.
    async fn search(&self, search: &Search) -> Result<Vec<Record>, SiteError>;

    /// The first of what a search finds: at most so many, and never more than a page, with one
    /// call however much there is.
    ///
    /// # Errors
    /// See [`Site::search`].
    async fn search_first(&self, search: &Search, most: usize) -> Result<Vec<Record>, SiteError> {
        let mut found = self.search(search).await?;
        found.truncate(most.min(PAGE_SIZE));
        Ok(found)
    }

    /// Writes one change with an update, more with one all-or-nothing `_batch`.
    ///
    /// # Errors
    /// See [`SiteError`]. After a time-out the write may have happened.
    async fn write(&self, changes: &[Change]) -> Result<(), SiteError>;

    /// Makes records: one with a create, more with all-or-nothing batches of as many as the site
    /// takes at once. Answers them in the order of `records`.
    ///
    /// # Errors
    /// See [`SiteError`]. A create is sent again only where the site surely did not take it:
    /// without a connection, with a refused token, at 429, and at 503 with `Retry-After`. At
    /// everything else that passes, a time-out or a 500 among it, the records may have been made,
    /// and what an earlier batch made stays made: search before asking again.
    async fn create(&self, records: &[NewRecord]) -> Result<Vec<EntityRef>, SiteError>;

    /// The codes that people can choose in a list or status field: valid ones that are not hidden,
    /// in the site's order; of one project, or of the site. A field of another kind has none.
    ///
    /// # Errors
    /// See [`SiteError`]; not found if there is no such field.
    async fn valid_values(
        &self,
        kind: &str,
        field: &str,
        project: Option<u64>,
    ) -> Result<Vec<String>, SiteError>;

    /// Puts the acknowledgement on a delivery; the last one counts.
    ///
    /// # Errors
    /// See [`SiteError`]. Not found is final: the site keeps deliveries for 7 days.
    async fn acknowledge(&self, delivery: DeliveryId, text: &str) -> Result<(), SiteError>;

    /// The user that our own writes are made by, where the site says so in its token.
    ///
    /// # Errors
    /// See [`SiteError`].
    async fn own_user(&self) -> Result<Option<EntityRef>, SiteError>;
}
