//! The name of an entity type in an address: `event_log_entries` for `EventLogEntry`.

use super::Schema;
use crate::refusal::Refusal;

impl Schema {
    /// The type that a part of an address means: plural, singular, or the schema name itself.
    pub(crate) fn kind_of(&self, part: &str) -> Result<&str, Refusal> {
        let meant = |kind: &&str| *kind == part || snake(kind) == part || slug(kind) == part;
        self.names().find(meant).ok_or_else(|| Refusal::UnknownType(part.to_owned()))
    }
}

/// Plural, in snake case.
pub(crate) fn slug(kind: &str) -> String {
    let name = snake(kind);
    match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if name.ends_with('s') => format!("{name}es"),
        None => format!("{name}s"),
    }
}

fn snake(kind: &str) -> String {
    let mut name = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_by_each_of_its_names() {
        let schema = Schema::seed();
        for (part, kind) in [
            ("shots", "Shot"),
            ("shot", "Shot"),
            ("Shot", "Shot"),
            ("event_log_entries", "EventLogEntry"),
            ("local_storages", "LocalStorage"),
            ("task_dependencies", "TaskDependency"),
            ("custom_entity01s", "CustomEntity01"),
            ("statuses", "Status"),
        ] {
            assert_eq!(schema.kind_of(part), Ok(kind));
        }
        assert!(schema.kind_of("humanusers").is_err(), "word boundaries matter");
        assert!(schema.kind_of("_search").is_err());
    }
}
