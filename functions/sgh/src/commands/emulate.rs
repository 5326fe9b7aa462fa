//! `sgh emulate`: a site emulator with a web page.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};
use sgh_emulator::{Emulator, EmulatorConfig, NewHook};

use crate::cli::Emulate;
use crate::house::clock;
use crate::output::Output;
use crate::stop::Stop;

/// The published dev secret: the samples are signed with it.
pub const DEV_SECRET: &str = include_str!("../../../../events/dev-secret.txt");

/// Entity types that a hook of the emulator is made for.
const HOOKED: [&str; 7] = ["Project", "Sequence", "Shot", "Asset", "Task", "Version", "Note"];

pub async fn run(options: &Emulate, output: Output) -> anyhow::Result<ExitCode> {
    let config =
        EmulatorConfig::new(options.port, &options.script_name, &options.script_key, clock());
    let emulator = Emulator::start(config).with_context(|| {
        format!("cannot listen at port {}; choose another --port", options.port)
    })?;
    if let Some(url) = &options.hook {
        hook(&emulator, url)?;
    }
    let mut stop = Stop::at_signal()?;
    let url = emulator.url();
    let text = format!(
        "emulated site at {url}\n  export SGH_SITE_URL={url}\n  export SGH_SCRIPT_NAME={}\n  \
         export SGH_SCRIPT_KEY=env:SGH_EMULATOR_KEY SGH_EMULATOR_KEY={}",
        options.script_name, options.script_key
    );
    output.print(text, || json!({"site": url, "script_name": options.script_name}));
    stop.wait().await;
    emulator.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Makes a hook for everything that happens, signed with the dev secret.
pub fn hook(emulator: &Emulator, url: &str) -> anyhow::Result<()> {
    let every = json!({"create": [], "update": [], "delete": [], "revive": []});
    let types: serde_json::Map<String, Value> =
        HOOKED.iter().map(|kind| ((*kind).to_owned(), every.clone())).collect();
    let hook = NewHook::on_entities(url, &Value::Object(types))
        .named("shotgrid-hooks")
        .signed_with(DEV_SECRET.trim());
    emulator.site().add_hook(&hook).map(|_| ()).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}
