//! What can be seen from here: tokens, queue, ledger, schema, storage.

use std::path::Path;

use rustix::fs::{Access, access};
use sgh_core::config::{Config, Folders};
use sgh_core::ids::EventKey;
use sgh_core::secret::Secret;
use sgh_core::settings::{LedgerAddress, QueueAddress, WebhookSecrets, WorkerSettings};
use sgh_folders::{Roots, Severity, lint_folder};
use sgh_sqlite::SqliteQueue;

use super::Finding;
use crate::commands::folders::drawn;
use crate::house::{self, clock};
use crate::output::plain;

/// An entry that no event has: asking for it changes nothing.
const NO_EVENT: u64 = 0;

pub fn tokens(tokens: &WebhookSecrets) -> Finding {
    match tokens {
        WebhookSecrets::Unsigned => Finding::warning(
            "tokens",
            "unsigned deliveries are accepted: anyone who knows the URL can send them; set a \
             secret token on the hook and in SGH_WEBHOOK_SECRETS",
        ),
        WebhookSecrets::Tokens(tokens) => {
            let short = tokens.iter().filter(|token| token.expose().len() < 16).count();
            let text = format!("{} of at most 4", tokens.len());
            if short == 0 {
                Finding::good("tokens", text)
            } else {
                let text = format!("{short} shorter than 16 characters; 32 random ones are safe");
                Finding::warning("tokens", text)
            }
        }
    }
}

pub async fn queue(address: &QueueAddress) -> Finding {
    match address {
        QueueAddress::Sqlite(path) => {
            let opened = SqliteQueue::open(path, clock()).map_err(|error| error.to_string());
            match opened {
                Err(error) => Finding::bad("queue", error),
                Ok(queue) => match queue.waiting().await {
                    Ok(waiting) => {
                        let (waiting, dead) = (waiting.messages, waiting.dead_letters);
                        let path = path.display();
                        let text = format!("{path}, {waiting} message(s) waiting, {dead} dead");
                        Finding::good("queue", text)
                    }
                    Err(error) => Finding::bad("queue", error.to_string()),
                },
            }
        }
        QueueAddress::Sqs(url) => match house::sqs(url).await.waiting().await {
            Ok(waiting) => Finding::good("queue", format!("{url}, {waiting} message(s) waiting")),
            Err(error) => Finding::bad("queue", error.to_string()),
        },
    }
}

pub async fn ledger(settings: &WorkerSettings<Secret>) -> Finding {
    let name = match &settings.ledger {
        LedgerAddress::DynamoDb(table) => table.clone(),
        LedgerAddress::Sqlite(path) => path.display().to_string(),
    };
    let ledger = match house::ledger(&settings.ledger, Some(&settings.queue)).await {
        Ok((ledger, _)) => ledger,
        Err(error) => return Finding::bad("ledger", format!("{error:#}")),
    };
    let event = EventKey::of_entry(settings.site.origin.host(), NO_EVENT);
    match ledger.entry(&event, clock().now()).await {
        Ok(_) => Finding::good("ledger", name),
        Err(error) => Finding::bad("ledger", error.to_string()),
    }
}

pub fn folders(config: &Config) -> Vec<Finding> {
    let Some(folders) = &config.folders else { return Vec::new() };
    let mut findings = schema(folders);
    findings.extend(folders.roots.iter().map(|(name, path)| root(name, path)));
    findings
}

/// What the schema does, folder by folder, and what in it is hardly meant.
fn schema(folders: &Folders) -> Vec<Finding> {
    let lint = lint_folder(&folders.schema, Some(&Roots::new(folders.roots.clone())));
    let mut findings = Vec::new();
    if !lint.lines.is_empty() {
        let text = format!("{}, {} folders", folders.schema.display(), lint.lines.len());
        let details = drawn(&lint.lines);
        findings.push(Finding { details, ..Finding::good("schema", text) });
    }
    for one in &lint.findings {
        let file = match one.file.as_str() {
            "." => folders.schema.clone(),
            file => folders.schema.join(file),
        };
        let file = plain(&file.display().to_string());
        let text = format!("{file}: {}; {}", plain(&one.what), plain(&one.fix));
        findings.push(match one.severity {
            Severity::Error => Finding::bad("schema", text),
            Severity::Warning => Finding::warning("schema", text),
            Severity::Note => Finding::good("schema", format!("worth knowing: {text}")),
        });
    }
    findings
}

fn root(name: &str, path: &Path) -> Finding {
    let what = format!("storage {name}");
    if !path.is_dir() {
        let text = format!(
            "`{}` is not a directory; mount it or change `folders.roots.{name}`",
            path.display()
        );
        return Finding::bad(what, text);
    }
    match access(path, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Finding::good(what, path.display().to_string()),
        Err(error) => {
            let text = format!(
                "`{}` cannot be written: {error}; see to its owner and mode",
                path.display()
            );
            Finding::bad(what, text)
        }
    }
}
