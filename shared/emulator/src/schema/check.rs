//! Whether a value fits a field. Not here: whether a linked record exists (`store`).

use jiff::{Timestamp, civil};
use serde_json::Value;
use sgh_core::ids::EntityRef;

use super::{DataType, Schema};
use crate::refusal::Refusal;

impl Schema {
    /// Whether `value` can be written to that field; links are looked at by their type only.
    pub(crate) fn check(&self, kind: &str, name: &str, value: &Value) -> Result<(), Refusal> {
        let field = self.field(kind, name)?;
        if !field.editable {
            let (kind, field) = (kind.to_owned(), name.to_owned());
            return Err(Refusal::NotEditable { kind, field });
        }
        if value.is_null() && !field.data_type.is_multi() {
            return Ok(());
        }
        if let (DataType::StatusList(valid), Some(code)) = (&field.data_type, value.as_str())
            && !valid.iter().any(|known| known == code)
        {
            let (field, code, valid) = (name.to_owned(), code.to_owned(), valid.clone());
            return Err(Refusal::Status { kind: kind.to_owned(), field, code, valid });
        }
        let wanted = fits(&field.data_type, value);
        wanted.map_err(|reason| Refusal::value(kind, name, reason))
    }
}

fn fits(data_type: &DataType, value: &Value) -> Result<(), String> {
    let ok = match data_type {
        DataType::Text | DataType::StatusList(_) => value.is_string(),
        DataType::Number => value.is_i64() || value.is_u64(),
        DataType::Checkbox => value.is_boolean(),
        DataType::Date => is_date(value),
        DataType::DateTime => value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        DataType::List(words) => {
            value.as_str().is_some_and(|text| words.iter().any(|word| word == text))
        }
        DataType::Entity(kinds) => is_link(kinds, value),
        DataType::MultiEntity(kinds) => {
            value.as_array().is_some_and(|links| links.iter().all(|link| is_link(kinds, link)))
        }
        DataType::Url => value.is_object(),
        DataType::Serializable => true,
    };
    if ok { Ok(()) } else { Err(format!("expected {}", wanted(data_type))) }
}

fn is_date(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 10 && text.parse::<civil::Date>().is_ok())
}

fn is_link(kinds: &[String], value: &Value) -> bool {
    let known = |link: EntityRef| kinds.is_empty() || kinds.contains(&link.kind);
    EntityRef::from_json(value).is_some_and(known)
}

fn wanted(data_type: &DataType) -> String {
    match data_type {
        DataType::List(words) => format!("one of {}", words.join(", ")),
        DataType::Entity(kinds) => format!("a link to {}", kinds.join(" or ")),
        DataType::MultiEntity(kinds) => format!("a list of links to {}", kinds.join(" or ")),
        DataType::Text
        | DataType::Number
        | DataType::Checkbox
        | DataType::Date
        | DataType::DateTime
        | DataType::StatusList(_)
        | DataType::Url
        | DataType::Serializable => format!("a value of type {}", data_type.word()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(kind: &str, field: &str, value: Value) -> Option<String> {
        Schema::seed().check(kind, field, &value).err().map(|refusal| refusal.to_string())
    }

    #[test]
    fn a_value_has_to_fit_its_field() {
        let fitting = [
            ("Task", "sg_status_list", json!("fin")),
            ("Task", "sg_status_list", Value::Null),
            ("Task", "entity", json!({"type": "Shot", "id": 1})),
            ("Task", "upstream_tasks", json!([])),
            ("Task", "due_date", json!("2026-01-31")),
            ("Note", "note_links", json!([{"type": "Anything", "id": 1}])),
        ];
        for (kind, field, value) in fitting {
            assert_eq!(check(kind, field, value), None, "{kind}.{field}");
        }
        let refused = [
            ("Task", "sg_status_list", json!(1), "status_list"),
            ("Task", "entity", json!({"type": "Task", "id": 1}), "a link to Shot or"),
            ("Task", "entity", json!({"type": "Shot", "id": 0}), "a link"),
            ("Task", "upstream_tasks", Value::Null, "a list"),
            ("Task", "due_date", json!("tomorrow"), "date"),
            ("Task", "id", json!(1), "not editable"),
            ("Task", "colour", json!("red"), "no field `colour`"),
            ("Asset", "sg_asset_type", json!("Cloud"), "one of Character"),
        ];
        for (kind, field, value, why) in refused {
            let said = check(kind, field, value).unwrap_or_default();
            assert!(said.contains(why), "{kind}.{field}: {said}");
        }
    }

    #[test]
    fn a_wrong_status_lists_the_right_ones() {
        let said = check("Note", "sg_status_list", json!("Open")).unwrap_or_default();
        assert!(said.ends_with("valid codes: opn, ip, res, clsd"), "{said}");
    }
}
