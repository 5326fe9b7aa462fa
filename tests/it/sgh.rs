//! `sgh` as somebody runs it: the binary, its exit code, its two outputs. Whatever a test runs, no
//! secret is in what it prints.

mod agree;
mod check;
mod config;
mod demo;
mod explain;
mod folders;
mod hooks;
mod import;
mod json;
mod killed;
mod load;
mod outside;
mod replay;
mod send;
mod serve;
mod simulate;
mod status;
mod stopped;
mod strangers;
pub mod sweep;
mod usage;

use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use serde_json::Value;
use tests::lambda::{Profile, built};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::http::{Got, address, exchange};
use crate::studio::{Studio, assert_silent, in_time};
use crate::tidy::root;

type Env = Vec<(String, String)>;

/// Everything that `sgh serve` needs, with queue and ledger in one database.
fn env(studio: &Studio) -> Env {
    let mut env = studio.settings();
    let database = format!("sqlite:{}", database(studio).display());
    for name in ["SGH_QUEUE", "SGH_LEDGER"] {
        env.push((name.to_owned(), database.clone()));
    }
    env
}

fn database(studio: &Studio) -> PathBuf {
    studio.folder().join("sgh.sqlite")
}

/// The settings with some of them replaced; an empty one is taken out.
fn but(env: &Env, other: &[(&str, &str)]) -> Env {
    let mut env = env.clone();
    env.retain(|(name, _)| other.iter().all(|(replaced, _)| replaced != name));
    let set = other.iter().filter(|(_, value)| !value.is_empty());
    env.extend(set.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    env
}

/// A sample of `events/`.
fn sample(name: &str) -> String {
    root().join("events").join(name).display().to_string()
}

fn command(env: &Env, arguments: &[&str]) -> Command {
    let mut command = Command::new(built("sgh", Profile::Dev));
    command.env_clear().envs(env.iter().map(|(name, value)| (name, value)));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A command that has ended.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    /// The answer, line by line; every line has to be JSON.
    fn json(&self) -> Vec<Value> {
        let read =
            |line: &str| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        self.out.lines().map(read).collect()
    }
}

/// Runs a command to its end.
async fn run(env: &Env, arguments: &[&str]) -> Ran {
    let output = command(env, arguments).output();
    let output = in_time(&format!("{arguments:?}"), output).await.expect("sgh can be run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_silent(&out);
    assert_silent(&err);
    assert!(!err.contains("panicked"), "{arguments:?}: {err}");
    Ran { code: output.status.code(), out, err }
}

/// A command that goes on until it is ended.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: File,
}

impl Running {
    fn start(env: &Env, arguments: &[&str]) -> Self {
        let log = tempfile::tempfile().unwrap();
        let mut command = command(env, arguments);
        command.stdout(Stdio::piped()).stderr(log.try_clone().unwrap());
        let mut child = command.spawn().expect("sgh can be started");
        let out = child.stdout.take().unwrap();
        Self { child, lines: BufReader::new(out).lines(), log }
    }

    /// The next line of its answer, which has to be JSON.
    async fn next(&mut self) -> Value {
        let line = in_time("a line", self.lines.next_line()).await.unwrap();
        let line = line.unwrap_or_else(|| panic!("it ended: {}", self.log()));
        serde_json::from_str(&line).unwrap_or_else(|why| panic!("{why}: {line}"))
    }

    /// What it has logged, read without moving the place where it writes.
    fn log(&self) -> String {
        let size = usize::try_from(self.log.metadata().unwrap().len()).unwrap();
        let mut bytes = vec![0; size];
        self.log.read_exact_at(&mut bytes, 0).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Asks it to stop and waits until it has.
    async fn stop(mut self) -> (ExitStatus, String) {
        self.terminate();
        let status = in_time("its end", self.child.wait()).await.unwrap();
        let log = self.log();
        assert_silent(&log);
        (status, log)
    }

    fn terminate(&self) {
        let pid = self.child.id().expect("it runs");
        let mut shell = std::process::Command::new("sh");
        let told = shell.args(["-c", &format!("kill -TERM {pid}")]).status().unwrap();
        assert!(told.success());
    }

    /// Kills it at once.
    async fn kill(mut self) {
        self.child.start_kill().unwrap();
        let status = in_time("its end", self.child.wait()).await.unwrap();
        assert_eq!(status.code(), None, "it ends by the kill only: {}", self.log());
    }
}

/// `sgh serve` on a free port.
struct Serving {
    running: Running,
    url: String,
}

impl Serving {
    async fn start(env: &Env) -> Self {
        let arguments = ["--json", "serve", "--listen", "127.0.0.1:0"];
        let mut running = Running::start(env, &arguments);
        let line = running.next().await;
        let url = line["listening"].as_str().expect("where it listens").to_owned();
        Self { running, url }
    }

    fn address(&self) -> SocketAddr {
        address(&self.url)
    }

    async fn exchange(&self, request: &[u8]) -> Got {
        in_time("an answer", exchange(self.address(), request)).await
    }

    /// Stops it; it has to end well.
    async fn stop(self) -> String {
        let (status, log) = self.running.stop().await;
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }
}

/// The names below a folder.
fn tree(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.strip_prefix(folder).unwrap().display().to_string());
            if path.is_dir() {
                left.push(path);
            }
        }
    }
    found.sort();
    found
}
