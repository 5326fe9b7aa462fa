//! `sgh folders lint`: what a schema does, folder by folder, and what in it is hardly meant.

use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Color, Style};
use anyhow::Context;
use serde_json::json;
use sgh_core::settings::Lookup;
use sgh_folders::{Finding, Line, Roots, Severity, lint_folder};
use sgh_settings::Environment;

use crate::cli::Lint;
use crate::house;
use crate::output::{Output, plain};

const NAME: Style = Style::new().bold();

pub fn run(options: &Lint, environment: &Environment, output: Output) -> anyhow::Result<ExitCode> {
    let (schema, roots) = match &options.schema {
        Some(schema) => (schema.clone(), None),
        None => {
            let path = environment.text("SGH_CONFIG").filter(|path| !path.is_empty());
            let path = path.context("name a schema folder, or set SGH_CONFIG to an sgh.yaml")?;
            let config = house::config(&PathBuf::from(path))?;
            let folders = config.folders.context("sgh.yaml has no `folders:`")?;
            (folders.schema, Some(Roots::new(folders.roots)))
        }
    };
    let lint = lint_folder(&schema, roots.as_ref());
    for line in drawn(&lint.lines) {
        output.tell(line);
    }
    if !lint.lines.is_empty() && !lint.findings.is_empty() {
        output.tell("");
    }
    for finding in &lint.findings {
        output.tell(told(finding));
    }
    let count = |severity| lint.findings.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let text = format!("{} folders, {errors} errors, {warnings} warnings", lint.lines.len());
    output.print(text, || {
        let lines = lint
            .lines
            .iter()
            .map(|line| json!({"depth": line.depth, "name": line.name, "what": line.what}));
        let findings = lint.findings.iter().map(|one| {
            let severity = word(one.severity);
            json!({"severity": severity, "file": one.file, "what": one.what, "fix": one.fix})
        });
        json!({"folders": lines.collect::<Vec<_>>(), "findings": findings.collect::<Vec<_>>()})
    });
    Ok(if errors > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The folders of a schema, each on a line with what is made of it, those in one column.
pub fn drawn(lines: &[Line]) -> Vec<String> {
    let size = |line: &Line| 2 * line.depth + line.name.chars().count();
    let width = lines.iter().map(size).max().unwrap_or_default() + 2;
    let draw = |line: &Line| {
        let (indent, room) = ("  ".repeat(line.depth), " ".repeat(width - size(line)));
        format!("{indent}{NAME}{}/{NAME:#}{room}{}", plain(&line.name), plain(&line.what))
    };
    lines.iter().map(draw).collect()
}

fn told(finding: &Finding) -> String {
    let colour = match finding.severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    let style = Style::new().fg_color(Some(Color::Ansi(colour)));
    let (word, file) = (word(finding.severity), plain(&finding.file));
    format!("{style}{word}{style:#} {file}: {}; {}", plain(&finding.what), plain(&finding.fix))
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
