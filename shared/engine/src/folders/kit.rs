//! What making directories needs beside a plan: the schema, the storages, what the site says of
//! lists and of storages.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sgh_folders::registry::Storages;
use sgh_folders::{Modes, Roots, Schema};
use sgh_site::{Site, SiteError};

use super::kept::Kept;

/// What making directories needs.
#[derive(Debug)]
pub struct FolderKit {
    /// The studio's schema.
    pub schema: Schema,
    /// Where the storages are mounted.
    pub roots: Roots,
    /// Permission bits and owner.
    pub modes: Modes,
    /// Whether Toolkit on artists' machines is told of what is made.
    pub register: bool,
    /// The valid values of the schema's list fields, by `Type.field`.
    lists: Kept<BTreeMap<String, Vec<String>>>,
    /// How artists' machines spell the storages.
    pub(super) storages: Kept<Storages>,
}

impl FolderKit {
    /// Reads the schema and takes the rest of `folders:` in sgh.yaml.
    ///
    /// # Errors
    /// The schema cannot be used; the text names file, line and fix.
    pub fn read(folders: &sgh_core::config::Folders) -> Result<Self, sgh_folders::SchemaError> {
        Ok(Self {
            schema: Schema::read(&folders.schema)?,
            roots: Roots::new(folders.roots.clone()),
            modes: Modes::from(folders),
            register: folders.register,
            lists: Kept::default(),
            storages: Kept::default(),
        })
    }

    /// The valid values of the schema's list fields, as far as they are known.
    pub(crate) fn list_values(&self) -> BTreeMap<String, Vec<String>> {
        self.lists.last().map(|lists| (*lists).clone()).unwrap_or_default()
    }

    /// Asks the site for the valid values of the schema's list fields, unless that was done lately
    /// or the schema has none.
    ///
    /// # Errors
    /// The site does not say. A plan that needs them is refused then, all others are not.
    pub(crate) async fn learn_lists(
        &self,
        site: &dyn Site,
        now: Timestamp,
    ) -> Result<(), SiteError> {
        let fields = self.schema.list_fields();
        if fields.is_empty() || self.lists.fresh(now).is_some() {
            return Ok(());
        }
        let mut lists = BTreeMap::new();
        for (kind, field) in fields {
            let values = site.valid_values(kind, field, None).await?;
            lists.insert(format!("{kind}.{field}"), values);
        }
        self.lists.keep(now, lists);
        Ok(())
    }
}
