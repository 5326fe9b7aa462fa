//! `sgh hooks create`: makes the hooks that sgh.yaml needs and that are not there. A second run
//! makes none.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use sgh_core::settings::WebhookSecrets;
use sgh_settings::Environment;
use sgh_site::rest::{Hook, HookFields, RestSite};

use super::config;
use crate::cli::HooksCreate;
use crate::hooks::{
    Making, Ours, Step, Told, filter_words, needs, ours, plan, receiver, shown, within,
};
use crate::house;
use crate::output::{Output, plain};

/// What the site's REST API is not known to offer.
const BY_HAND: &str = "choose on the site's webhooks page who is told when a hook is unstable: the \
                       REST API is not known to take it";

pub async fn run(
    options: &HooksCreate,
    environment: &Environment,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let url = options.url.as_deref().map(receiver).transpose().map_err(super::bad_url)?;
    let (settings, tokens) = sgh_settings::hooks(environment, None).await?;
    let config = config(options.config.as_deref(), environment)?;
    let site = house::site(settings)?;
    let projects: BTreeSet<u64> = options.project.iter().copied().collect();
    let needs = within(needs(&config), &projects);
    let found = ours(&site.hooks().await?, url.as_deref(), &needs);
    let url = address(&found)?;
    let token = match tokens {
        WebhookSecrets::Unsigned => None,
        WebhookSecrets::Tokens(tokens) => tokens.into_iter().next(),
    };
    let is_signed = token.is_some();
    let steps = plan(&found.hooks, &needs, &Making { url, token, update: options.update }).steps;
    if steps.is_empty() {
        let text = format!("nothing to do: {} all of it", delivering(found.hooks.len()));
        output.print(text, || json!({"action": "none", "hooks": found.hooks.len()}));
        return Ok(ExitCode::SUCCESS);
    }
    let mut is_left = false;
    let mut is_made = false;
    for step in &steps {
        let done = if options.dry_run { None } else { done(&site, step).await? };
        is_left |= matches!(step, Step::Tell { is_needed: true, .. });
        is_made |= matches!(step, Step::Create { .. });
        output.print(line(step, done.as_ref(), options.dry_run), || {
            row(step, done.as_ref(), options.dry_run)
        });
    }
    if is_made {
        output.tell(BY_HAND);
        if !is_signed {
            output.tell("SGH_WEBHOOK_SECRETS is `unsigned:`, so the hooks have no token");
        }
    }
    Ok(if is_left { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Where new hooks post to. What others made is neither changed nor sent our token.
fn address(found: &Ours) -> anyhow::Result<String> {
    match (&found.url, found.told) {
        (Some(url), Told::Address | Told::Maker) => Ok(url.clone()),
        (None, Told::Address | Told::Maker) => {
            let urls: BTreeSet<String> =
                found.hooks.iter().filter_map(|hook| hook.text("url").map(shown)).collect();
            let urls: Vec<String> = urls.into_iter().collect();
            bail!(
                "our hooks post to several addresses ({}); choose one with --url",
                urls.join(", ")
            )
        }
        (_, Told::Purpose) => {
            bail!("no hook of the site was made by sgh, so say where deliveries go: --url")
        }
    }
}

/// Carries a step out; answers the hook as the site has it now.
async fn done(site: &RestSite, step: &Step) -> anyhow::Result<Option<Hook>> {
    let hook = match step {
        Step::Tell { .. } => return Ok(None),
        Step::Create { fields } => site.create_hook(fields).await.with_context(|| {
            format!("the hook for {} was not made; list the hooks and run it again", of(fields))
        })?,
        Step::Update { id, name, fields, .. } => (site.update_hook(id, fields).await)
            .with_context(|| format!("hook `{}` was not changed", plain(name)))?,
    };
    Ok(Some(hook))
}

fn of(fields: &HookFields) -> String {
    fields.filter.as_ref().map(filter_words).unwrap_or_default()
}

fn delivering(hooks: usize) -> String {
    if hooks == 1 { "one hook delivers".to_owned() } else { format!("{hooks} hooks deliver") }
}

fn line(step: &Step, done: Option<&Hook>, is_dry: bool) -> String {
    let word = |did: &'static str, would: &'static str| if is_dry { would } else { did };
    let text = match step {
        Step::Create { fields } => {
            let made = word("made", "would make");
            let name = fields.name.as_deref().unwrap_or_default();
            let projects = fields.projects.iter().flatten().map(u64::to_string);
            let projects: Vec<String> = projects.collect();
            let whose = match projects.is_empty() {
                true => String::new(),
                false => format!(", of project {}", projects.join(", ")),
            };
            let to = fields.url.as_deref().map(shown).unwrap_or_default();
            let id = done.map(|hook| format!(", id {}", hook.id)).unwrap_or_default();
            format!("{made} hook `{name}`: {}{whose}, to {to}{id}", of(fields))
        }
        Step::Update { name, why, .. } => {
            format!("{} hook `{name}`: {why}", word("changed", "would change"))
        }
        Step::Tell { what, why, .. } => format!("{what}: {why}"),
    };
    plain(&text)
}

fn row(step: &Step, done: Option<&Hook>, is_dry: bool) -> Value {
    let fields = |fields: &HookFields| {
        let mut fields = fields.shown();
        if let Some(Value::String(url)) = fields.get_mut("url") {
            *url = shown(url);
        }
        fields
    };
    let mut row = match step {
        Step::Create { fields: of } => {
            json!({"action": "create", "fields": fields(of), "signed": of.token.is_some()})
        }
        Step::Update { id, name, fields: of, why } => json!({
            "action": "update", "id": id, "name": name, "fields": fields(of),
            "signed": of.token.is_some(), "why": why,
        }),
        Step::Tell { what, why, is_needed } => {
            return json!({"action": "tell", "what": what, "why": why, "needed": is_needed});
        }
    };
    row["dry_run"] = json!(is_dry);
    if let Some(hook) = done {
        row["id"] = json!(hook.id);
    }
    row
}
