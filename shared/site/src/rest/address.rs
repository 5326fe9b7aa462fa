//! Paths below the origin. Every segment is either fixed or validated here; nothing is joined or
//! resolved, so no name can climb out or add a query.

use jiff::Timestamp;
use sgh_core::ids::{DeliveryId, EntityRef};

use crate::SiteError;

/// Where a token is had. The documented path; v1 and v1.1 are one API.
pub(super) const TOKEN: &str = "/api/v1/auth/access_token";
/// What the site says of itself, without a token.
pub(super) const INFO: &str = "/api/v1.1/";
/// All-or-nothing writes.
pub(super) const BATCH: &str = "/api/v1.1/entity/_batch";
/// The site's webhooks.
pub(super) const HOOKS: &str = "/api/v1.1/webhook/hooks";

/// Characters in the name of a type or a field. Ours; the longest known has 40.
const NAME_MAX: usize = 64;

/// Where records of a type are searched.
pub(super) fn search(kind: &str) -> Result<String, SiteError> {
    Ok(format!("/api/v1.1/entity/{}/_search", slug(valid(kind, "entity type")?)))
}

/// Where records of a type are made.
pub(super) fn records(kind: &str) -> Result<String, SiteError> {
    Ok(format!("/api/v1.1/entity/{}", slug(valid(kind, "entity type")?)))
}

/// One record.
pub(super) fn record(entity: &EntityRef) -> Result<String, SiteError> {
    let slug = slug(valid(&entity.kind, "entity type")?);
    Ok(format!("/api/v1.1/entity/{slug}/{}", entity.id))
}

/// One delivery.
pub(super) fn delivery(delivery: DeliveryId) -> String {
    format!("/api/v1.1/webhook/deliveries/{delivery}")
}

/// One webhook. Its id has the form of a delivery's: a UUID.
pub(super) fn hook(id: &str) -> Result<String, SiteError> {
    let Some(id) = DeliveryId::parse(id) else {
        let id = super::refusal::clean(id);
        // Never sent; the status is the one of all names that are refused here.
        let reason = format!("`{id}` is not the id of a hook");
        return Err(SiteError::Refused { status: 400, reason });
    };
    Ok(format!("{HOOKS}/{id}"))
}

/// One page of what a webhook delivered, of events since then.
pub(super) fn hook_deliveries(
    id: &str,
    since: Option<Timestamp>,
    size: usize,
    number: usize,
) -> Result<String, SiteError> {
    let path = page(&format!("{}/deliveries", hook(id)?), size, number);
    let from = |since: Timestamp| path.replacen('?', &format!("?from={}&", since.as_second()), 1);
    Ok(since.map_or_else(|| path.clone(), from))
}

/// What the site knows of its entity types, in general or in a project.
pub(super) fn schema(project: Option<u64>) -> String {
    format!("/api/v1.1/schema{}", in_project(project))
}

/// What the site knows of all fields of a type.
pub(super) fn schema_fields(kind: &str, project: Option<u64>) -> Result<String, SiteError> {
    let kind = valid(kind, "entity type")?;
    Ok(format!("/api/v1.1/schema/{kind}/fields{}", in_project(project)))
}

/// What the site knows of one field.
pub(super) fn schema_field(
    kind: &str,
    field: &str,
    project: Option<u64>,
) -> Result<String, SiteError> {
    let (kind, field) = (valid(kind, "entity type")?, valid(field, "field")?);
    Ok(format!("/api/v1.1/schema/{kind}/fields/{field}{}", in_project(project)))
}

fn in_project(project: Option<u64>) -> String {
    project.map(|id| format!("?project_id={id}")).unwrap_or_default()
}

/// One page of a list. The brackets of `page[size]` are escaped, as in any query.
pub(super) fn page(path: &str, size: usize, number: usize) -> String {
    format!("{path}?page%5Bsize%5D={size}&page%5Bnumber%5D={number}")
}

/// The name, if it has the form of an entity type or a field: letters, digits and `_`, a letter
/// first.
pub(super) fn valid<'a>(name: &'a str, what: &str) -> Result<&'a str, SiteError> {
    let taken = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fits = name.len() <= NAME_MAX && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if fits && name.chars().all(taken) {
        return Ok(name);
    }
    let name = super::refusal::clean(name);
    // Never sent; the status is the one that the site would give.
    Err(SiteError::Refused { status: 400, reason: format!("`{name}` is not the name of a {what}") })
}

/// The segment that names an entity type: plural and in snake case where the rule is sure, the
/// schema name itself elsewhere. The site takes both, and is strict about word boundaries, so
/// digits and irregular endings are left alone.
fn slug(kind: &str) -> String {
    let Some(snake) = snake_case(kind) else { return kind.to_owned() };
    let mut ending = snake.chars().rev();
    match (ending.next(), ending.next()) {
        _ if snake.ends_with("ware") => kind.to_owned(),
        (Some('y'), Some('a' | 'e' | 'o' | 'u')) => format!("{snake}s"),
        (Some('y'), Some(_)) => format!("{}ies", &snake[..snake.len() - 1]),
        (Some('s' | 'x' | 'z' | 'h' | 'f' | 'o'), _) => kind.to_owned(),
        (Some('e'), Some('f')) => kind.to_owned(),
        _ => format!("{snake}s"),
    }
}

/// `None` where the word boundaries are not plain: digits, underscores, two capitals in a row.
fn snake_case(kind: &str) -> Option<String> {
    let mut snake = String::with_capacity(kind.len() + 4);
    let mut after_capital = false;
    for (place, c) in kind.chars().enumerate() {
        let capital = c.is_ascii_uppercase();
        let starts_word = capital && !after_capital;
        let goes_on = c.is_ascii_lowercase() && place > 0;
        if !starts_word && !goes_on {
            return None;
        }
        if capital && place > 0 {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
        after_capital = capital;
    }
    Some(snake)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_types_become_the_segments_the_site_uses() {
        let check = |kind, expect: &str| assert_eq!(slug(kind), expect, "{kind}");
        check("Shot", "shots");
        check("Task", "tasks");
        check("Sequence", "sequences");
        check("LocalStorage", "local_storages");
        check("TaskDependency", "task_dependencies");
        check("EventLogEntry", "event_log_entries");
        check("Reply", "replies");
        check("HumanUser", "human_users");
        check("PlaylistVersionConnection", "playlist_version_connections");
        check("Delivery", "deliveries");
    }

    #[test]
    fn where_the_rule_is_unsure_the_schema_name_is_sent() {
        for kind in ["CustomEntity01", "Status", "Launch", "Software", "RVLicense", "shot", "A_b"] {
            assert_eq!(slug(kind), kind);
        }
    }

    #[test]
    fn names_that_could_change_the_path_are_refused() {
        let long = "A".repeat(65);
        for name in ["", "../x", "Shot/1", "Shot?x", "Shot#", "Shot%2F", "1Shot", "샷", &long] {
            let error = search(name).expect_err(name);
            assert!(matches!(error, SiteError::Refused { status: 400, .. }), "{name}");
            assert!(schema_field("Shot", name, None).is_err(), "{name}");
            assert!(schema_fields(name, None).is_err(), "{name}");
        }
        let expect = "/api/v1.1/schema/CustomEntity01/fields/sg_status_list?project_id=7";
        assert_eq!(schema_field("CustomEntity01", "sg_status_list", Some(7)).unwrap(), expect);
    }
}
