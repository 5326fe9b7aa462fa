//! Whether the site lets us in, how far the sweep is behind it, and how our hooks are.

use sgh_core::config::Config;
use sgh_site::Site;
use sgh_site::rest::{Hook, RestSite};

use super::ledger::Place;
use super::sweep;
use crate::finding::{Finding, State};
use crate::hooks::{Trouble, name, needs, ours, troubles};
use crate::house::clock;
use crate::output::plain;

pub async fn site(site: &RestSite, config: &anyhow::Result<Config>, place: Place) -> Vec<Finding> {
    let begun = clock().now();
    let user = match site.own_user().await {
        Ok(user) => user,
        Err(error) => {
            let text = format!("{error}; sweep and hooks were not looked at");
            return vec![Finding::bad("site", text)];
        }
    };
    let took = clock().now().duration_since(begun).as_millis().max(0);
    let user = user.map_or_else(|| "the script".to_owned(), |user| plain(&user.to_string()));
    let mut findings = vec![Finding::good("site", format!("{user} is let in, in {took} ms"))];
    findings.push(sweep::sweep(site, place, clock().now()).await);
    findings.push(match (site.hooks().await, config) {
        (Err(error), _) => Finding::bad("hooks", error.to_string()),
        (Ok(_), Err(_)) => Finding::warning("hooks", "which are ours is known by sgh.yaml only"),
        (Ok(hooks), Ok(config)) => judge(&ours(&hooks, None, &needs(config)).hooks),
    });
    findings
}

/// Our hooks in one line.
fn judge(hooks: &[Hook]) -> Finding {
    let is_stopped = |trouble: &Trouble| match trouble {
        Trouble::Failed | Trouble::Unstable | Trouble::Off(_) => true,
        Trouble::Unsigned => false,
    };
    let found: Vec<_> = hooks.iter().map(|hook| (hook, troubles(hook))).collect();
    let troubled: Vec<_> = found.iter().filter(|(_, troubles)| !troubles.is_empty()).collect();
    let stopped = troubled.iter().any(|(_, troubles)| troubles.iter().any(is_stopped));
    let state = match (hooks.len(), troubled.len()) {
        (0, _) => {
            State::Warning("none is ours; `sgh hooks doctor` says which are needed".to_owned())
        }
        (all, 0) => State::Good(format!("{all} of ours, all active")),
        (all, count) => {
            let text = format!("{count} of our {all} in trouble; `sgh hooks doctor` says more");
            if stopped { State::Bad(text) } else { State::Warning(text) }
        }
    };
    let mut finding = Finding::new("hooks", state);
    let line = |(hook, troubles): &&(&Hook, Vec<Trouble>)| {
        let texts: Vec<_> = troubles.iter().map(Trouble::text).collect();
        format!("`{}`: {}", plain(name(hook)), texts.join("; "))
    };
    finding.details = troubled.iter().map(line).collect();
    finding
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn found(hooks: &[Value]) -> Finding {
        let hook = |fields: &Value| Hook {
            id: "h".into(),
            fields: fields.as_object().expect("fields").clone().into_iter().collect(),
        };
        judge(&hooks.iter().map(hook).collect::<Vec<_>>())
    }

    #[test]
    fn a_hook_that_delivers_nothing_needs_somebody() {
        let active = json!({"name": "Shots", "status": "active", "is_token_set": true});
        let failed = json!({"name": "Tasks", "status": "failed", "is_token_set": true});
        let bare = json!({"name": "Notes", "status": "active", "is_token_set": false});
        let good = found(std::slice::from_ref(&active));
        assert_eq!(good.state, State::Good("1 of ours, all active".into()));
        let bad = found(&[active, failed]);
        assert!(bad.is_bad() && bad.details[0].starts_with("`Tasks`: its status is `failed`"));
        assert!(matches!(found(&[bare]).state, State::Warning(_)));
        assert!(matches!(found(&[]).state, State::Warning(_)));
    }
}
