//! Programs of the studio, as processes of this machine.
//!
//! A program gets a process group of its own, so that whatever it started can be ended with it; it
//! gets few variables, and none of ours; and what it writes is read to the end and kept only to a
//! limit, so that it neither hangs on a full pipe nor fills our memory.
//!
//! It runs as the same user as `sgh`: this keeps secrets from programs that do not look for them,
//! and is no fence against one that does. What its answer means is not decided here.

mod environment;
mod find;
mod group;
mod heard;

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use sgh_core::config::{Action, Automation, Config, Run};
use sgh_engine::{Call, Ended, Programs, Ran};
use sgh_settings::Environment;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::stop::Stop;
use group::Group;
use heard::Heard;

use environment::{NotHandedOn, Variables};
use find::Missing;

/// Time between asking a program to end and ending it. Ours: less than we have to stop ourselves.
const TO_END: Duration = Duration::from_secs(2);
/// Time for what a program wrote to be read after its end. It is in the pipe by then; the pipe may
/// stay open for as long as something that it started lives, and nobody waits for that.
const TO_READ: Duration = Duration::from_millis(250);

/// The programs of sgh.yaml, each with its automation.
fn runs(config: &Config) -> impl Iterator<Item = (&Automation, &Run)> {
    config.automations.iter().filter_map(|automation| match &automation.action {
        Action::Run(run) => Some((automation, run)),
        Action::MakeFolders(_)
        | Action::Set(_)
        | Action::OpenDownstream(_)
        | Action::RollUp(_)
        | Action::PushDown(_)
        | Action::Emit(_) => None,
    })
}

/// A program of sgh.yaml, as this machine has it.
pub struct Looked {
    /// Its name.
    pub name: String,
    /// Its file, or why there is none.
    pub found: Result<PathBuf, Missing>,
}

/// Looks whether each program of sgh.yaml is there. Runs none.
///
/// # Errors
/// One asks for a secret of ours.
pub fn look(config: &Config, environment: &Environment) -> Result<Vec<Looked>, NotHandedOn> {
    let variables = Variables::of_config(config, environment)?;
    let look = |(_, run): (&Automation, &Run)| Looked {
        name: run.name(),
        found: find::find(&run.program, variables.path()),
    };
    Ok(runs(config).map(look).collect())
}

/// Runs programs on this machine.
pub struct Processes {
    variables: Variables,
    stop: Stop,
}

impl Processes {
    /// Takes what the programs of sgh.yaml may have of our variables; they are ended when it is
    /// time to stop.
    ///
    /// # Errors
    /// One asks for a secret of ours.
    pub fn new(
        config: &Config,
        environment: &Environment,
        stop: Stop,
    ) -> Result<Self, NotHandedOn> {
        Ok(Self { variables: Variables::of_config(config, environment)?, stop })
    }

    fn start(&self, run: &Run) -> Result<Child, Ended> {
        let program = find::find(&run.program, self.variables.path())
            .map_err(|missing| Ended::NotStarted(missing.to_string()))?;
        let started = Command::new(&program)
            .args(&run.arguments)
            .current_dir(&run.folder)
            .env_clear()
            .envs(self.variables.of(run))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        started.map_err(|error| find::not_started(&program, &error))
    }
}

#[async_trait]
impl Programs for Processes {
    async fn run(&self, call: &Call<'_>) -> Ran {
        let mut heard = Heard::default();
        let mut stop = self.stop.clone();
        if stop.is_now() {
            return heard.ran(Ended::Stopped);
        }
        let mut child = match self.start(call.run) {
            Ok(child) => child,
            Err(ended) => return heard.ran(ended),
        };
        let ended = {
            let group = Group::of(&child);
            let mut talk = std::pin::pin!(heard.talk(&mut child, call.document));
            let mut is_over = false;
            // Its time-out: one timer for all turns of the loop below.
            let too_late = tokio::time::sleep(call.run.timeout);
            let mut too_late = std::pin::pin!(too_late);
            loop {
                tokio::select! {
                    () = &mut talk, if !is_over => is_over = true,
                    status = child.wait() => {
                        group.leave();
                        if !is_over {
                            // Nothing to be done about what is not there by then.
                            let _ = timeout(TO_READ, &mut talk).await;
                        }
                        break of_status(status);
                    }
                    () = &mut too_late => {
                        group.end(&mut child).await;
                        break Ended::TimedOut;
                    }
                    () = stop.wait() => {
                        group.end(&mut child).await;
                        break Ended::Stopped;
                    }
                }
            }
        };
        heard.ran(ended)
    }
}

fn of_status(status: std::io::Result<ExitStatus>) -> Ended {
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Ended::Exit(code),
            (None, Some(signal)) => Ended::Signal(signal),
            (None, None) => Ended::NotNow("how the program ended is not known".to_owned()),
        },
        Err(error) => Ended::NotNow(format!("how the program ended is not known: {error}")),
    }
}

#[cfg(test)]
mod tests;
