//! The JSON Schema of sgh.yaml, for editors: what may stand where, with a text for each key.
//!
//! It says what the reading of the file says, and a test holds the two together key by key. What
//! only the whole file shows is left to the reading: names that stand twice, a status in two
//! lists. Not here: whether the site has any of it.

/// A JSON Schema, draft 2020-12.
pub const JSON_SCHEMA: &str = include_str!("json_schema/sgh.schema.json");

#[cfg(test)]
mod tests;
