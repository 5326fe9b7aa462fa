//! `sgh hooks list`: every hook of the site, what it is for, and how it fares.

use std::process::ExitCode;

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sgh_site::rest::RestSite;

use super::fared;
use crate::hooks::{Fares, Judged, filter, filter_words, name, projects, shown};
use crate::house::clock;
use crate::output::{Output, plain};

/// Pages of deliveries of one hook. Ours: a list is to be quick.
const PAGES_MAX: usize = 4;
/// What stands above the columns.
const HEAD: [&str; 8] =
    ["name", "status", "signed", "batched", "failed", "mean ms", "last delivery", "projects"];

pub async fn run(site: &RestSite, output: Output) -> anyhow::Result<ExitCode> {
    let hooks = site.hooks().await?;
    let all = fared(site, hooks, PAGES_MAX, clock().now()).await;
    match output {
        Output::Text => output.tell(text(&all)),
        Output::Json => all.iter().for_each(|one| output.print("", || row(one))),
    }
    Ok(ExitCode::SUCCESS)
}

/// A table; below each hook its id, what it is for, and where it posts to.
fn text(all: &[Judged]) -> String {
    if all.is_empty() {
        return "the site has no hooks; `sgh hooks create` makes those that sgh.yaml needs".into();
    }
    let rows: Vec<[String; 8]> = all.iter().map(cells).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([HEAD[column].len()]).max().unwrap_or(0)
    };
    let widths: [usize; 8] = std::array::from_fn(width);
    let line = |cells: [&str; 8]| {
        let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(HEAD)];
    for (one, row) in all.iter().zip(&rows) {
        lines.push(line(row.each_ref().map(String::as_str)));
        let is_for = filter(&one.hook).map_or_else(|| "?".to_owned(), |of| filter_words(&of));
        lines.push(format!("  {is_for}"));
        lines.push(format!("  to {}, id {}", address(one), plain(&one.hook.id)));
    }
    lines.push("failed, mean: of the deliveries of the last day; +: not every one was read".into());
    lines.join("\n")
}

fn cells(one: &Judged) -> [String; 8] {
    let hook = &one.hook;
    let flag = |name: &str| match hook.flag(name) {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => "?".to_owned(),
    };
    let fares = |of: &dyn Fn(&Fares) -> String| one.fares.as_ref().map_or("?".to_owned(), of);
    let projects: Vec<String> = projects(hook).iter().map(u64::to_string).collect();
    [
        plain(name(hook)),
        plain(hook.text("status").unwrap_or("?")),
        flag("is_token_set"),
        flag("batch_deliveries"),
        fares(&|fares| format!("{}{}", fares.failures, if fares.is_cut { "+" } else { "" })),
        fares(&|fares| fares.mean_ms.map_or("-".to_owned(), |mean| mean.to_string())),
        fares(&|fares| fares.last.map_or("-".to_owned(), minute)),
        if projects.is_empty() { "all".to_owned() } else { projects.join(",") },
    ]
}

fn minute(at: jiff::Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn address(one: &Judged) -> String {
    one.hook.text("url").map_or_else(|| "?".to_owned(), shown)
}

fn row(one: &Judged) -> Value {
    let hook = &one.hook;
    let field = |name: &str| hook.fields.get(name).cloned().unwrap_or(Value::Null);
    let mut row = json!({
        "id": hook.id, "name": field("name"), "url": address(one), "status": field("status"),
        "entity_types": field("entity_types"), "event_type": field("event_type"),
        "projects": projects(hook), "batched": hook.flag("batch_deliveries"),
        "signed": hook.flag("is_token_set"), "num_deliveries": field("num_deliveries"),
    });
    match &one.fares {
        Err(why) => row["unread"] = json!(why),
        Ok(fares) => {
            row["last_delivery"] = json!(fares.last.map(|at| at.to_string()));
            row["last_day"] = json!({
                "deliveries": fares.deliveries, "failures": fares.failures,
                "unanswered": fares.unanswered, "mean_ms": fares.mean_ms,
                "max_ms": fares.max_ms, "is_cut": fares.is_cut,
            });
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sgh_site::rest::Hook;

    use super::*;

    fn judged(fields: Value, fares: Result<Fares, String>) -> Judged {
        let Value::Object(fields) = fields else { panic!("no object") };
        let fields: BTreeMap<String, Value> = fields.into_iter().collect();
        Judged { hook: Hook { id: "0f3c".into(), fields }, fares }
    }

    fn both() -> [Judged; 2] {
        let fares = Fares {
            failures: 3,
            is_cut: true,
            mean_ms: Some(41),
            last: Some("2026-03-08T12:00:30Z".parse().unwrap()),
            ..Fares::default()
        };
        let types = json!({"Shot": {"create": []}, "Task": {"update": ["sg_status_list"]}});
        let ours = json!({
            "name": "ours", "url": "https://h.org/C4nary?key=canary", "status": "active",
            "is_token_set": true, "batch_deliveries": false, "projects": [65, 66],
            "entity_types": types,
        });
        [judged(ours, Ok(fares)), judged(json!({"name": "odd\n"}), Err("HTTP 500".into()))]
    }

    #[test]
    fn people_read_a_table_without_any_key() {
        let expect = "\
name  status  signed  batched  failed  mean ms  last delivery         projects
ours  active  yes     no       3+      41       2026-03-08 12:00 UTC  65,66
  Shot create; Task update (sg_status_list)
  to https://h.org/…, id 0f3c
odd\u{fffd}  ?       ?       ?        ?       ?        ?                     all
  ?
  to ?, id 0f3c
failed, mean: of the deliveries of the last day; +: not every one was read";
        assert_eq!(text(&both()), expect);
        assert!(text(&[]).contains("no hooks"));
    }

    #[test]
    fn programs_read_one_object_for_each_hook_without_any_key() {
        let rows: Vec<Value> = both().iter().map(row).collect();
        assert_eq!(rows[0]["last_day"]["failures"], 3);
        assert_eq!(rows[0]["last_delivery"], "2026-03-08T12:00:30Z");
        assert_eq!(rows[0]["projects"], json!([65, 66]));
        assert_eq!(rows[0]["entity_types"]["Task"]["update"], json!(["sg_status_list"]));
        assert_eq!((&rows[1]["unread"], &rows[1]["last_day"]), (&json!("HTTP 500"), &Value::Null));
        assert!(!rows[0].to_string().to_lowercase().contains("nary"), "{}", rows[0]);
    }
}
