//! The variables that programs are handed: few, and none that a secret of ours is in.

use std::collections::BTreeMap;

use sgh_core::config::{Config, Run};
use sgh_core::settings::{Lookup, SETTINGS};
use sgh_settings::Environment;

use super::runs;

/// What every program is handed.
const FOR_ALL: [&str; 3] = ["PATH", "HOME", "LANG"];
/// Where programs are looked for when nothing says so.
const USUAL_PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// How a setting says that its secret is in a variable.
const REFERENCE: &str = "env:";

/// A variable that no program may have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "automation `{automation}`: `env: {variable}` is not handed on: the secret of {setting} is in \
     it; give the program a login of its own"
)]
pub struct NotHandedOn {
    automation: String,
    variable: String,
    setting: &'static str,
}

/// What programs may be handed.
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Takes what the programs of sgh.yaml may have, and nothing else.
    ///
    /// # Errors
    /// One asks for a secret of ours.
    pub fn of_config(config: &Config, environment: &Environment) -> Result<Self, NotHandedOn> {
        let runs = runs(config).map(|(automation, run)| (automation.name.as_str(), run));
        Self::of_runs(runs, environment)
    }

    pub(super) fn of_runs<'a>(
        runs: impl IntoIterator<Item = (&'a str, &'a Run)>,
        environment: &Environment,
    ) -> Result<Self, NotHandedOn> {
        let mut names: Vec<&str> = FOR_ALL.to_vec();
        for (automation, run) in runs {
            for variable in &run.env {
                if let Some(setting) = holds_secret_of(variable, environment) {
                    let (automation, variable) = (automation.to_owned(), variable.clone());
                    return Err(NotHandedOn { automation, variable, setting });
                }
                names.push(variable);
            }
        }
        let value = |name: &str| Some((name.to_owned(), environment.text(name)?));
        let mut variables: BTreeMap<String, String> = names.into_iter().filter_map(value).collect();
        variables.entry("PATH".to_owned()).or_insert_with(|| USUAL_PATH.to_owned());
        Ok(Self(variables))
    }

    /// Where programs are looked for.
    pub fn path(&self) -> &str {
        self.0.get("PATH").map_or(USUAL_PATH, String::as_str)
    }

    /// What one program gets.
    pub fn of<'a>(&'a self, run: &'a Run) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = FOR_ALL.into_iter().chain(run.env.iter().map(String::as_str));
        names.filter_map(|name| Some((name, self.0.get(name)?.as_str())))
    }
}

/// The setting whose secret is in a variable.
fn holds_secret_of(variable: &str, environment: &Environment) -> Option<&'static str> {
    let refers = |setting: &&'static str| {
        environment.text(setting).is_some_and(|text| {
            text.trim().strip_prefix(REFERENCE).map(str::trim) == Some(variable)
        })
    };
    SETTINGS.iter().map(|setting| setting.name).find(refers)
}
