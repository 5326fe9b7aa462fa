//! A record as answers show it: scalars under `attributes`, links under `relationships`.

use serde_json::{Map, Value, json};
use sgh_core::ids::EntityRef;

use crate::schema::slug_of;
use crate::store::Store;

/// Which fields to show.
#[derive(Debug, Clone)]
pub(crate) enum Fields {
    /// All of them.
    All,
    /// These, dotted or not. Those that the type does not have are dropped silently.
    Named(Vec<String>),
}

impl Fields {
    /// From `fields=a,b` or `fields=*`.
    pub(crate) fn of_query(text: &str) -> Self {
        Self::of_names(text.split(',').map(|name| name.trim().to_owned()).collect())
    }

    pub(crate) fn of_names(names: Vec<String>) -> Self {
        if names.iter().any(|name| name == "*") { Self::All } else { Self::Named(names) }
    }
}

/// The record with its fields.
pub(crate) fn to_json(store: &Store, of: &EntityRef, fields: &Fields, prefix: &str) -> Value {
    let own = format!("{prefix}/entity/{}/{}", slug_of(&of.kind), of.id);
    let (mut attributes, mut relationships) = (Map::new(), Map::new());
    let mut show = |name: &str| {
        let Ok(leaf) = store.schema.leaf(&of.kind, name) else { return };
        let Some(value) = store.shown_path(of, name) else { return };
        if leaf.data_type.is_link() {
            let links = json!({"self": format!("{own}/relationships/{name}")});
            relationships.insert(name.to_owned(), json!({"data": value, "links": links}));
        } else {
            attributes.insert(name.to_owned(), value);
        }
    };
    match fields {
        Fields::Named(names) => names.iter().for_each(|name| show(name)),
        Fields::All => {
            let known = store.schema.entity_type(&of.kind);
            let names = known.into_iter().flat_map(|known| known.fields.keys());
            names.for_each(|name| show(name));
        }
    }
    json!({
        "id": of.id,
        "type": of.kind,
        "attributes": attributes,
        "relationships": relationships,
        "links": {"self": own},
    })
}
