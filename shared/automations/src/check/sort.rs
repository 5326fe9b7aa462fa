//! What a field holds, as far as it matters to a rule.

use sgh_site::rest::FieldSchema;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort<'a> {
    /// One of these codes.
    Codes(&'a [String]),
    Text,
    Number,
    Checkbox,
    Date,
    Moment,
    /// A link to one of these types; to any if there are none.
    Link(&'a [String]),
    /// Links to these types; to any if there are none.
    Links(&'a [String]),
    /// What the site computes: nobody writes it, and no event says that it changed.
    Computed,
    /// Something that rules are not checked on.
    Other,
}

impl<'a> Sort<'a> {
    pub(super) fn of(field: &'a FieldSchema) -> Self {
        match field.data_type.as_deref().unwrap_or_default() {
            // A site that names no codes has said nothing.
            "status_list" | "list" if !field.valid_values.is_empty() => {
                Self::Codes(&field.valid_values)
            }
            "text" => Self::Text,
            "number" | "float" | "percent" | "duration" | "currency" | "timecode" => Self::Number,
            "checkbox" => Self::Checkbox,
            "date" => Self::Date,
            "date_time" => Self::Moment,
            "entity" => Self::Link(&field.valid_types),
            "multi_entity" => Self::Links(&field.valid_types),
            "summary" | "calculated" | "query" | "pivot_column" => Self::Computed,
            _ => Self::Other,
        }
    }

    /// The types that it may lead to, if it is a link.
    pub(super) fn leads_to(self) -> Option<&'a [String]> {
        match self {
            Self::Link(kinds) | Self::Links(kinds) => Some(kinds),
            Self::Codes(_)
            | Self::Text
            | Self::Number
            | Self::Checkbox
            | Self::Date
            | Self::Moment
            | Self::Computed
            | Self::Other => None,
        }
    }

    /// In words, after `holds`.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Codes(_) => "one of its codes",
            Self::Text => "text",
            Self::Number => "a number",
            Self::Checkbox => "true or false",
            Self::Date => "a day",
            Self::Moment => "a day and time",
            Self::Link(_) => "one link",
            Self::Links(_) => "links",
            Self::Computed => "what the site computes",
            Self::Other => "something else",
        }
    }
}
