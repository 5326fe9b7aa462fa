//! `sgh demo`: the whole way on this machine, with nothing to set up: an emulated site, its signed
//! deliveries, the door, a queue, a worker, directories and statuses.

mod print;
mod stage;
mod story;

use std::process::ExitCode;

use serde_json::json;

use crate::cli::Demo;
use crate::output::Output;
use crate::stop::Stop;
use stage::Stage;

pub async fn run(options: &Demo, output: Output) -> anyhow::Result<ExitCode> {
    let (tell_stop, stop) = Stop::when_told();
    let stage = Stage::set(options.port, stop.clone()).await?;
    output.tell(format!(
        "An emulated site at {}, deliveries to {}, directories below {}\n",
        stage.emulator.url(),
        stage.door_url,
        stage.root().display()
    ));
    let all_well = story::tell(&stage, output).await?;
    print::tree(stage.root(), output);
    print::statuses(&stage, output);
    if !options.once {
        output.print(
            format!(
                "\nServing on. Change something at {} and watch; Ctrl-C ends.",
                stage.emulator.url()
            ),
            || json!({"serving": stage.emulator.url()}),
        );
        let mut ctrl_c = Stop::at_signal()?;
        tokio::select! {
            () = ctrl_c.wait() => {}
            () = stage.pump.run(stop, |report| {
                report.events.iter().for_each(|event| super::work::print(event, output));
            }) => {}
        }
    }
    let _ = tell_stop.send(true);
    stage.strike().await;
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
