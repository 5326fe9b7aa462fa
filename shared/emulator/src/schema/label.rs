//! What people call types and fields, where that is not their schema name in plain words.

const TYPES: &[(&str, &str)] = &[
    ("HumanUser", "Person"),
    ("ApiUser", "Script"),
    ("Step", "Pipeline Step"),
    ("CustomEntity01", "Custom Entity 01"),
];

const FIELDS: &[(&str, &str)] = &[
    ("sg_status_list", "Status"),
    ("sg_status", "Status"),
    ("created_at", "Date Created"),
    ("updated_at", "Date Updated"),
    ("created_by", "Created by"),
    ("updated_by", "Updated by"),
    ("content", "Task Name"),
    ("entity", "Link"),
    ("step", "Pipeline Step"),
    ("task_assignees", "Assigned To"),
    ("task_reviewers", "Reviewer"),
    ("note_links", "Links"),
];

/// `LocalStorage` is Local Storage.
pub(crate) fn of_type(kind: &str) -> String {
    if let Some((_, label)) = TYPES.iter().find(|(known, _)| *known == kind) {
        return (*label).to_owned();
    }
    let mut label = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !label.is_empty() {
            label.push(' ');
        }
        label.push(letter);
    }
    label
}

/// `sg_cut_in` is Cut In; `code` of a shot is Shot Code.
pub(crate) fn of_field(kind: &str, name: &str) -> String {
    if name == "code" {
        return format!("{} Code", of_type(kind));
    }
    if let Some((_, label)) = FIELDS.iter().find(|(known, _)| *known == name) {
        return (*label).to_owned();
    }
    let words = name.strip_prefix("sg_").unwrap_or(name).split('_');
    words.map(capital).collect::<Vec<_>>().join(" ")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_words() {
        let types = [("LocalStorage", "Local Storage"), ("HumanUser", "Person"), ("Shot", "Shot")];
        for (kind, expect) in types {
            assert_eq!(of_type(kind), expect);
        }
        for (kind, name, expect) in [
            ("Shot", "code", "Shot Code"),
            ("Shot", "sg_cut_in", "Cut In"),
            ("Task", "entity", "Link"),
            ("Task", "upstream_tasks", "Upstream Tasks"),
        ] {
            assert_eq!(of_field(kind, name), expect);
        }
    }
}
