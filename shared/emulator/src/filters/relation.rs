//! The operators of a condition, and which field takes which.

use crate::schema::DataType;

/// How a field is compared. Each operator with `not` is its counterpart, turned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Is,
    In,
    LessThan,
    GreaterThan,
    Between,
    Contains,
    StartsWith,
    EndsWith,
    TypeIs,
    NameIs,
    NameContains,
    NameStartsWith,
    NameEndsWith,
    InLast,
}

/// An operator by the site's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) test: Test,
    pub(super) negated: bool,
}

const NAMES: &[(&str, Test, bool)] = &[
    ("is", Test::Is, false),
    ("is_not", Test::Is, true),
    ("in", Test::In, false),
    ("not_in", Test::In, true),
    ("less_than", Test::LessThan, false),
    ("greater_than", Test::GreaterThan, false),
    ("between", Test::Between, false),
    ("not_between", Test::Between, true),
    ("contains", Test::Contains, false),
    ("not_contains", Test::Contains, true),
    ("starts_with", Test::StartsWith, false),
    ("ends_with", Test::EndsWith, false),
    ("type_is", Test::TypeIs, false),
    ("type_is_not", Test::TypeIs, true),
    ("name_is", Test::NameIs, false),
    ("name_contains", Test::NameContains, false),
    ("name_not_contains", Test::NameContains, true),
    ("name_starts_with", Test::NameStartsWith, false),
    ("name_ends_with", Test::NameEndsWith, false),
    ("in_last", Test::InLast, false),
    ("not_in_last", Test::InLast, true),
];

impl Relation {
    pub(super) fn parse(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, ..)| *known == name);
        found.map(|(_, test, negated)| Self { test: *test, negated: *negated })
    }

    /// Whether a field of this type can be asked this.
    pub(super) fn fits(self, data_type: &DataType) -> bool {
        use Test::{
            Between, Contains, EndsWith, GreaterThan, In, InLast, Is, LessThan, NameContains,
            NameEndsWith, NameIs, NameStartsWith, StartsWith, TypeIs,
        };
        let fitting: &[Test] = match data_type {
            DataType::Text => &[Is, In, Contains, StartsWith, EndsWith],
            DataType::Number => &[Is, In, LessThan, GreaterThan, Between],
            DataType::Checkbox => &[Is],
            DataType::Date | DataType::DateTime => {
                &[Is, In, LessThan, GreaterThan, Between, InLast]
            }
            DataType::List(_) | DataType::StatusList(_) => &[Is, In],
            DataType::Entity(_) | DataType::MultiEntity(_) => {
                &[Is, In, TypeIs, NameIs, NameContains, NameStartsWith, NameEndsWith]
            }
            DataType::Url | DataType::Serializable => &[],
        };
        fitting.contains(&self.test)
    }
}
