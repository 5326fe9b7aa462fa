#![doc = include_str!("../README.md")]

mod emf;
mod emit;
mod exposition;
mod fields;
mod figure;
pub mod figures;
mod lines;
mod registry;

use std::io::{self, IsTerminal};

use sgh_core::clock::SystemClock;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use lines::{Lines, Shape};

pub use emf::{FUNCTION, NAMESPACE};
pub use exposition::{EXPOSITION_TYPE, exposition};
pub use figure::{About, Figure, Kind, Unit, record_together};

/// Who reads the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// CloudWatch: one JSON object a line on stdout, figures among them.
    Json {
        /// The Lambda function, a dimension of every figure; empty if there is none.
        function: String,
    },
    /// A person at a terminal: one line of text each on stderr. Figures are kept in memory.
    Human,
}

/// The log cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The filter is none.
    #[error("SGH_LOG is not a log filter; set it to a level such as `info`, or remove it")]
    Filter(#[source] tracing_subscriber::filter::ParseError),
    /// There is one already.
    #[error("the log is started already")]
    Started,
}

/// Starts the log of this process. Once, first thing in `main`.
///
/// # Errors
/// The filter is not valid, or the log is started already.
pub fn start(filter: &str, format: Format) -> Result<(), StartError> {
    let filter = EnvFilter::builder().parse(filter).map_err(StartError::Filter)?;
    let lines = match &format {
        Format::Json { .. } => Lines::new(Shape::Json, io::stdout, SystemClock).boxed(),
        Format::Human => {
            let shape = Shape::Text { colour: io::stderr().is_terminal() };
            Lines::new(shape, io::stderr, SystemClock).boxed()
        }
    };
    let registry = tracing_subscriber::registry().with(lines.with_filter(filter));
    registry.try_init().map_err(|_| StartError::Started)?;
    emit::start(format);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_starts_once_and_with_a_valid_filter_only() {
        let error = start("info,=x=[", Format::Human).expect_err("no filter");
        assert!(matches!(&error, StartError::Filter(_)), "{error}");
        assert!(error.to_string().contains("SGH_LOG"));
        start("sgh_site=debug,warn", Format::Human).expect("started");
        assert!(matches!(start("info", Format::Human), Err(StartError::Started)));
    }
}
