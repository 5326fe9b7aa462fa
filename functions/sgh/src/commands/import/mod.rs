//! `sgh import`: what the event daemon did, as an sgh.yaml to go on from.
//!
//! Not here: how plugins are read, which is `sgh_import`'s. No plugin is ever run.

mod plugins;

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use sgh_import::{Callback, Unread, hooks, read_conf, skeleton};

use crate::cli::Import;
use crate::output::{Output, plain};

/// Reads the daemon's files and prints or writes what became of them.
///
/// # Errors
/// A file that was named cannot be read, there are no plugins, or the file to write is there.
pub fn run(options: &Import, output: Output) -> anyhow::Result<ExitCode> {
    let mut unread = Vec::new();
    let mut site = None;
    let mut folders = options.folders.clone();
    if let Some(file) = &options.conf {
        let conf = read_conf(&plugins::text(file)?);
        site = conf.site;
        let of_conf = |(line, what)| Unread { file: file.clone(), line, what };
        unread.extend(conf.unread.into_iter().map(of_conf));
        if folders.is_empty() {
            for folder in conf.folders {
                if Path::new(&folder).is_dir() {
                    folders.push(folder.into());
                } else {
                    let what = format!(
                        "the plugin folder `{folder}` is not on this machine: name where it is"
                    );
                    unread.push(Unread { file: file.clone(), line: 0, what });
                }
            }
        }
    }
    let mut found = Vec::new();
    for folder in &folders {
        plugins::of(folder, &mut found, &mut unread)?;
    }
    if found.is_empty() {
        let why = unread.iter().map(|one| format!("; {one}")).collect::<String>();
        bail!("there are no plugins to read: name the folders with the daemon's .py files{why}");
    }
    let mut import = sgh_import::import(&found);
    import.site = site;
    unread.append(&mut import.unread);
    import.unread = unread;
    let text = skeleton(&import);
    if let Some(file) = &options.out {
        write(file, &text)?;
    }
    print(&import, found.len(), &text, options.out.as_deref(), output);
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that is not there yet.
fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let name = file.display();
    let mut made = match File::create_new(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{name} is there already and is left as it is; name another file with --out");
        }
        other => other.with_context(|| format!("cannot write {name}"))?,
    };
    made.write_all(text.as_bytes()).with_context(|| format!("cannot write {name}"))
}

fn print(
    import: &sgh_import::Import,
    plugins: usize,
    text: &str,
    out: Option<&Path>,
    output: Output,
) {
    let automations: usize = import.callbacks.iter().map(|one| one.automations.len()).sum();
    let callbacks = import.callbacks.len();
    let shown = match out {
        None => text.trim_end().to_owned(),
        Some(file) => {
            let unread = import.unread.iter().map(|one| format!("\n  {}", plain(&one.to_string())));
            let unread: String = unread.collect();
            let by_hand = if unread.is_empty() { "" } else { "\nto be looked at by hand:" };
            format!(
                "{} written: {automations} automation(s) of {callbacks} callback(s) in {plugins} \
                 plugin(s){by_hand}{unread}",
                file.display()
            )
        }
    };
    output.print(shown, || {
        json!({
            "file": out, "sgh_yaml": text, "plugins": plugins,
            "callbacks": import.callbacks.iter().map(callback).collect::<Vec<Value>>(),
            "hooks": hooks(import),
            "unread": import.unread.iter().map(unread).collect::<Vec<Value>>(),
        })
    });
}

fn callback(callback: &Callback) -> Value {
    let automations = callback.automations.iter().map(|one| {
        json!({
            "name": one.name, "event_type": one.event_type, "on": one.on, "remarks": one.remarks,
        })
    });
    let suggestion = callback
        .suggestion
        .as_ref()
        .map(|suggestion| json!({"words": suggestion.words, "rule": suggestion.rule}));
    json!({
        "plugin": callback.plugin.display().to_string(), "line": callback.line,
        "callback": callback.name, "stops_on_error": callback.stops_on_error,
        "wants_everything": callback.wants_everything,
        "automations": automations.collect::<Vec<Value>>(), "suggestion": suggestion,
    })
}

fn unread(one: &Unread) -> Value {
    json!({"file": one.file.display().to_string(), "line": one.line, "what": one.what})
}
