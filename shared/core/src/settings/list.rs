//! The one list of settings. The table in the README and what `sgh check` says print from here.

use super::{
    CONFIG, LEDGER, LOG, ORDERING, QUEUE, SCRIPT_KEY, SCRIPT_NAME, SITE_URL, WEBHOOK_SECRETS,
};

/// A program that reads settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// The HTTP door.
    Receiver,
    /// The queue door.
    Worker,
    /// The sweep of the event log.
    Sweeper,
    /// The command line.
    Sgh,
}

impl Program {
    /// The program's name, as its folder in `functions/`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Receiver => "receiver",
            Self::Worker => "worker",
            Self::Sweeper => "sweeper",
            Self::Sgh => "sgh",
        }
    }
}

/// One variable of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The variable's name.
    pub name: &'static str,
    /// Who reads it.
    pub used_by: &'static [Program],
    /// What it means.
    pub meaning: &'static str,
    /// What counts where it is missing or empty; `None` where it must be set.
    pub default: Option<&'static str>,
    /// A value that works.
    pub example: &'static str,
    /// What to do where it is missing or wrong.
    pub fix: &'static str,
}

use Program::{Receiver, Sgh, Sweeper, Worker};

/// Every setting, in the order in which problems are told.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: WEBHOOK_SECRETS,
        used_by: &[Receiver, Sgh],
        meaning: "secret reference; the secret's text holds one webhook token a line, 1 to 4 \
                  of them, so that a token can be changed without a gap. `unsigned:` alone \
                  accepts unsigned deliveries",
        default: None,
        example: "secretsmanager:shotgrid-hooks/tokens",
        fix: "set it to env:NAME, file:PATH, ssm:NAME or secretsmanager:ID of a text with one \
              token a line, or to `unsigned:`",
    },
    Setting {
        name: QUEUE,
        used_by: &[Receiver, Worker, Sweeper, Sgh],
        meaning: "the queue: `sqs:<url of a FIFO queue>` or `sqlite:<path>`",
        default: None,
        example: "sqs:https://sqs.us-east-1.amazonaws.com/123456789012/deliveries.fifo",
        fix: "set it to sqs:<url of a FIFO queue> or sqlite:<path>",
    },
    Setting {
        name: LEDGER,
        used_by: &[Worker, Sweeper, Sgh],
        meaning: "the ledger: `dynamodb:<table>` or `sqlite:<path>`",
        default: None,
        example: "dynamodb:shotgrid-hooks-ledger",
        fix: "set it to dynamodb:<table> or sqlite:<path>",
    },
    Setting {
        name: SITE_URL,
        used_by: &[Worker, Sweeper, Sgh],
        meaning: "the one origin that is ever called; http only for this very machine",
        default: None,
        example: "https://studio.shotgrid.autodesk.com",
        fix: "set it to the address of the site's front page, e.g. \
              https://studio.shotgrid.autodesk.com",
    },
    Setting {
        name: SCRIPT_NAME,
        used_by: &[Worker, Sweeper, Sgh],
        meaning: "name of the API script on the site",
        default: None,
        example: "shotgrid_hooks",
        fix: "set it to the script's name, as the site's Scripts page has it",
    },
    Setting {
        name: SCRIPT_KEY,
        used_by: &[Worker, Sweeper, Sgh],
        meaning: "secret reference to the application key of that script",
        default: None,
        example: "ssm:/shotgrid-hooks/script-key",
        fix: "set it to env:NAME, file:PATH, ssm:NAME or secretsmanager:ID of the script's key",
    },
    Setting {
        name: CONFIG,
        used_by: &[Worker, Sweeper, Sgh],
        meaning: "path of sgh.yaml; relative paths inside it start at its folder",
        default: None,
        example: "/etc/shotgrid-hooks/sgh.yaml",
        fix: "set it to the path of sgh.yaml",
    },
    Setting {
        name: ORDERING,
        used_by: &[Receiver, Sweeper, Sgh],
        meaning: "within what events keep their order: `project` or `entity`",
        default: Some("project"),
        example: "project",
        fix: "set it to project or entity, or remove it",
    },
    Setting {
        name: LOG,
        used_by: &[Receiver, Worker, Sweeper, Sgh],
        meaning: "what is logged: a level, or a filter like `info,sgh_site=debug`; JSON lines in \
                  Lambda",
        default: Some("info"),
        example: "info",
        fix: "set it to error, warn, info, debug or trace, or remove it",
    },
];

impl Setting {
    /// A setting by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }
}

/// The list as a Markdown table, for the README.
#[must_use]
pub fn markdown_table() -> String {
    let mut table = String::from(
        "| variable | used by | meaning | default | example |\n|---|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let used_by: Vec<&str> = setting.used_by.iter().map(|program| program.name()).collect();
        let default = setting.default.map_or_else(|| "-".to_owned(), |text| format!("`{text}`"));
        table.push_str(&format!(
            "| `{}` | {} | {} | {default} | `{}` |\n",
            setting.name,
            used_by.join(", "),
            setting.meaning,
            setting.example
        ));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_stands_in_the_table_once() {
        let table = markdown_table();
        for setting in SETTINGS {
            let row = format!("\n| `{}` |", setting.name);
            assert_eq!(table.matches(&row).count(), 1, "{}", setting.name);
        }
        assert_eq!(table.lines().count(), SETTINGS.len() + 2);
        assert!(table.lines().all(|line| line.matches('|').count() == 6), "{table}");
    }
}
