//! Where the queue and the ledger are. Not here: opening them.

use std::path::PathBuf;

use url::Url;

use super::origin::is_loopback;

/// Where the queue is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueAddress {
    /// A FIFO queue of SQS, by its URL.
    Sqs(String),
    /// An embedded database.
    Sqlite(PathBuf),
}

/// Where the ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerAddress {
    /// A table of DynamoDB, by its name or ARN.
    DynamoDb(String),
    /// An embedded database.
    Sqlite(PathBuf),
}

/// An address that leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// None of the forms.
    #[error("is of no form that we know")]
    Form,
    /// The part after `sqs:` is not the URL of a queue.
    #[error("holds no URL after `sqs:`")]
    QueueUrl,
    /// Order within a group is what we build on, and only FIFO queues keep it.
    #[error("names a queue that is not FIFO: its name does not end in .fifo")]
    NotFifo,
    /// The part after `dynamodb:` cannot be a table.
    #[error("holds no table name after `dynamodb:`")]
    Table,
    /// The part after `sqlite:` is empty.
    #[error("holds no path after `sqlite:`")]
    Path,
    /// A database in memory forgets everything that was promised to be kept.
    #[error("names a database in memory, which keeps nothing")]
    Memory,
    /// SQLite's URI form.
    #[error("holds a `file:` URI after `sqlite:`, not a path")]
    Uri,
}

impl QueueAddress {
    /// Reads `sqs:<queue url>` or `sqlite:<path>`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match text.trim().split_once(':') {
            Some(("sqs", url)) => queue_url(url).map(Self::Sqs),
            Some(("sqlite", path)) => database(path).map(Self::Sqlite),
            Some(_) | None => Err(AddressError::Form),
        }
    }
}

impl LedgerAddress {
    /// Reads `dynamodb:<table>` or `sqlite:<path>`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match text.trim().split_once(':') {
            Some(("dynamodb", table)) => table_name(table).map(Self::DynamoDb),
            Some(("sqlite", path)) => database(path).map(Self::Sqlite),
            Some(_) | None => Err(AddressError::Form),
        }
    }
}

fn queue_url(text: &str) -> Result<String, AddressError> {
    let url = Url::parse(text).map_err(|_| AddressError::QueueUrl)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(AddressError::QueueUrl);
    }
    // A stand-in on this machine may be named as it likes; AWS names FIFO queues so.
    if !is_loopback(&url) && !url.path().ends_with(".fifo") {
        return Err(AddressError::NotFifo);
    }
    Ok(text.to_owned())
}

/// DynamoDB API reference, `TableName`: a name of 3 to 255 characters, or an ARN of up to 1024.
fn table_name(text: &str) -> Result<String, AddressError> {
    let is_arn = text.starts_with("arn:");
    let taken =
        |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c) || (is_arn && ":/".contains(c));
    let longest = if is_arn { 1024 } else { 255 };
    let fits = (3..=longest).contains(&text.len());
    (fits && text.chars().all(taken)).then(|| text.to_owned()).ok_or(AddressError::Table)
}

fn database(text: &str) -> Result<PathBuf, AddressError> {
    if text.is_empty() {
        return Err(AddressError::Path);
    }
    if text == ":memory:" {
        return Err(AddressError::Memory);
    }
    // SQLite reads options out of such a text, one of which is `mode=memory`.
    if text.starts_with("file:") {
        return Err(AddressError::Uri);
    }
    Ok(PathBuf::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUE: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/deliveries.fifo";

    #[test]
    fn queues_are_read() {
        let check = |text: &str, expect| assert_eq!(QueueAddress::parse(text), expect, "{text}");
        check(&format!("sqs:{QUEUE}"), Ok(QueueAddress::Sqs(QUEUE.into())));
        let local = "http://127.0.0.1:4566/000000000000/deliveries.fifo";
        check(&format!("sqs:{local}"), Ok(QueueAddress::Sqs(local.into())));
        check("sqlite:var/hooks.db", Ok(QueueAddress::Sqlite("var/hooks.db".into())));
        check("sqlite:C:\\sgh\\hooks.db", Ok(QueueAddress::Sqlite("C:\\sgh\\hooks.db".into())));
        check(&format!("sqs:{}", QUEUE.replace(".fifo", "")), Err(AddressError::NotFifo));
        check("sqs:deliveries.fifo", Err(AddressError::QueueUrl));
        check("sqs:", Err(AddressError::QueueUrl));
        check(QUEUE, Err(AddressError::Form));
        check("sqlite:", Err(AddressError::Path));
        check("sqlite::memory:", Err(AddressError::Memory));
        check("sqlite:file:hooks.db?mode=memory", Err(AddressError::Uri));
        check("dynamodb:ledger", Err(AddressError::Form));
    }

    #[test]
    fn ledgers_are_read() {
        let check = |text: &str, expect| assert_eq!(LedgerAddress::parse(text), expect, "{text}");
        check("dynamodb:sgh-ledger", Ok(LedgerAddress::DynamoDb("sgh-ledger".into())));
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/sgh-ledger";
        check(&format!("dynamodb:{arn}"), Ok(LedgerAddress::DynamoDb(arn.into())));
        check("sqlite:/var/lib/sgh.db", Ok(LedgerAddress::Sqlite("/var/lib/sgh.db".into())));
        check("dynamodb:ab", Err(AddressError::Table));
        check("dynamodb:my table", Err(AddressError::Table));
        check("ledger", Err(AddressError::Form));
        check("sqs:x", Err(AddressError::Form));
    }
}
