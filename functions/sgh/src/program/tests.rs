//! Real programs: shell scripts that the test writes. They are read by `sh`, and not started
//! themselves, for a file that was just written cannot always be.

#![allow(clippy::disallowed_methods, reason = "a test makes its own world, and waits in it")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use sgh_core::config::Program;
use sgh_engine::ANSWER_SIZE_MAX;
use tempfile::TempDir;
use tokio::sync::watch;

use super::*;

const SECRET: &str = "canary-3fa94c";

struct Stage {
    folder: TempDir,
    tell_stop: watch::Sender<bool>,
    processes: Processes,
    run: Run,
}

/// A script, and the variables that it asks for.
fn stage(script: &str, env: &[&str]) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("script"), script).unwrap();
    let run = Run {
        program: Program::OnPath("sh".into()),
        arguments: vec!["script".into(), "an argument; $HOME".into()],
        folder: folder.path().to_owned(),
        fields: Vec::new(),
        timeout: Duration::from_secs(60),
        env: env.iter().map(|name| (*name).to_owned()).collect(),
    };
    let variables = Variables::of_runs([("publish", &run)], &environment()).unwrap();
    let (tell_stop, stop) = Stop::when_told();
    Stage { folder, tell_stop, processes: Processes { variables, stop }, run }
}

/// As `sgh serve` may be started, secrets and all.
fn environment() -> Environment {
    let variables = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", "/home/farm"),
        ("LANG", "C.UTF-8"),
        ("OCIO", "/studio/config.ocio"),
        ("PYTHONPATH", "/studio/python"),
        ("SGH_SCRIPT_KEY", "env:STUDIO_KEY"),
        ("SGH_WEBHOOK_SECRETS", SECRET),
        ("STUDIO_KEY", SECRET),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ];
    let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Environment::of(BTreeMap::from(owned))
}

impl Stage {
    async fn run(&self, document: &[u8]) -> Ran {
        self.processes.run(&Call { run: &self.run, document }).await
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until the script has written a file.
    async fn until(&self, name: &str) {
        soon(|| std::fs::read(self.at(name)).is_ok_and(|text| !text.is_empty())).await;
    }

    /// Whether a process lives whose number the script wrote into a file.
    fn lives(&self, name: &str) -> bool {
        let id = std::fs::read_to_string(self.at(name)).unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/stat", id.trim()));
        // One that nobody has waited for yet has ended all the same.
        status.is_ok_and(|status| !status.rsplit(')').next().unwrap().trim().starts_with('Z'))
    }

    async fn until_ended(&self, name: &str) {
        soon(|| !self.lives(name)).await;
    }
}

/// Waits for something that other processes do.
async fn soon(is_so: impl Fn() -> bool) {
    let waits = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), waits).await.expect("within half a minute");
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_program_gets_the_document_and_its_arguments_as_they_are() {
    let stage = stage("cat; echo \" [$1] $PWD\"; echo oops >&2; exit 7", &[]);
    let ran = stage.run(b"{\"key\": 1}").await;
    let folder = stage.folder.path().display();
    assert_eq!(ran.ended, Ended::Exit(7));
    assert_eq!(text(&ran.stdout), format!("{{\"key\": 1}} [an argument; $HOME] {folder}\n"));
    assert_eq!((text(&ran.stderr), ran.is_cut), ("oops\n", false));
}

#[tokio::test]
async fn a_program_is_handed_few_variables_and_no_secret() {
    let stage = stage("env; cat /proc/self/environ", &["OCIO", "NOT_SET"]);
    let ran = stage.run(b"").await;
    let seen = text(&ran.stdout);
    for expect in ["HOME=/home/farm", "LANG=C.UTF-8", "OCIO=/studio/config.ocio", "PATH=/usr"] {
        assert!(seen.contains(expect), "{expect}: {seen}");
    }
    for hidden in [SECRET, "SGH_", "AWS_", "STUDIO_KEY", "PYTHONPATH", "NOT_SET"] {
        assert!(!seen.contains(hidden), "{hidden}: {seen}");
    }
}

#[test]
fn a_variable_that_a_secret_of_ours_is_in_is_refused_by_name_and_not_shown() {
    let run = Run { env: vec!["STUDIO_KEY".into()], ..stage("", &[]).run };
    let error = Variables::of_runs([("publish", &run)], &environment()).err().unwrap().to_string();
    assert!(error.contains("`publish`") && error.contains("SGH_SCRIPT_KEY"), "{error}");
    assert!(!error.contains(SECRET), "{error}");
}

#[tokio::test]
async fn what_is_too_much_is_read_and_thrown_away() {
    let script = "head -c 10000000 /dev/zero | tr '\\0' x
        head -c 10000000 /dev/zero | tr '\\0' y >&2
        echo the end >&2";
    let ran = stage(script, &[]).run(b"").await;
    assert_eq!((ran.ended, ran.is_cut), (Ended::Exit(0), true));
    assert_eq!(ran.stdout, vec![b'x'; ANSWER_SIZE_MAX]);
    assert_eq!(ran.stderr.len(), ANSWER_SIZE_MAX);
    assert!(ran.stderr.ends_with(b"y\nthe end\n") || ran.stderr.ends_with(b"ythe end\n"));
}

#[tokio::test]
async fn exactly_as_much_as_is_kept_is_not_cut() {
    let ran = stage("head -c 4096 /dev/zero", &[]).run(b"").await;
    assert_eq!((ran.stdout.len(), ran.is_cut), (4096, false));
    let ran = stage("head -c 4097 /dev/zero", &[]).run(b"").await;
    assert_eq!((ran.stdout.len(), ran.is_cut), (4096, true));
}

#[tokio::test]
async fn a_program_need_not_read_what_it_is_told() {
    let document = vec![b'x'; 4_000_000];
    for script in ["exec <&-; echo done", "echo done", "head -c 1 >/dev/null; echo done"] {
        let ran = stage(script, &[]).run(&document).await;
        assert_eq!((ran.ended, text(&ran.stdout)), (Ended::Exit(0), "done\n"), "{script}");
    }
}

#[tokio::test]
async fn a_program_that_writes_before_it_reads_does_not_hang() {
    let document = vec![b'x'; 1_000_000];
    let ran = stage("head -c 1000000 /dev/zero; wc -c >&2", &[]).run(&document).await;
    assert_eq!((ran.ended, text(&ran.stderr).trim()), (Ended::Exit(0), "1000000"));
}

#[tokio::test]
async fn a_program_that_hangs_is_ended_with_all_that_it_started() {
    // One that asks politely is not enough for: it and its child do not listen.
    let script = "trap '' TERM
        sh -c 'trap \"\" TERM; echo $$ >child; while :; do sleep 1; done' &
        echo $$ >leader; echo begun; echo waiting >&2; while :; do sleep 1; done";
    let mut stage = stage(script, &[]);
    stage.run.timeout = Duration::from_millis(500);
    let start = Instant::now();
    let ran = stage.run(b"").await;
    assert_eq!(ran.ended, Ended::TimedOut);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!((text(&ran.stdout), text(&ran.stderr)), ("begun\n", "waiting\n"));
    stage.until_ended("leader").await;
    stage.until_ended("child").await;
}

#[tokio::test]
async fn a_program_that_is_asked_to_end_may_tidy_up() {
    let script = "trap 'echo tidy >tidied; exit 0' TERM; while :; do sleep 0.01; done";
    let mut stage = stage(script, &[]);
    stage.run.timeout = Duration::from_millis(500);
    assert_eq!(stage.run(b"").await.ended, Ended::TimedOut);
    assert!(stage.at("tidied").exists());
}

#[tokio::test]
async fn what_a_program_leaves_running_is_not_waited_for() {
    let script = "sh -c 'echo $$ >child; exec sleep 300' &
        echo done; until [ -s child ]; do :; done";
    let stage = stage(script, &[]);
    let start = Instant::now();
    let ran = stage.run(&vec![b'x'; 1_000_000]).await;
    assert_eq!((ran.ended, text(&ran.stdout)), (Ended::Exit(0), "done\n"));
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert!(stage.lives("child"), "it is its own affair");
    let id: i32 = std::fs::read_to_string(stage.at("child")).unwrap().trim().parse().unwrap();
    let id = rustix::process::Pid::from_raw(id).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn stopping_ends_a_program_and_begins_no_other() {
    let stage = stage("echo $$ >leader; sleep 300", &[]);
    let stop = async {
        stage.until("leader").await;
        stage.tell_stop.send(true).unwrap();
    };
    let (ran, ()) = tokio::join!(stage.run(b""), stop);
    assert_eq!(ran.ended, Ended::Stopped);
    stage.until_ended("leader").await;
    std::fs::remove_file(stage.at("leader")).unwrap();
    assert_eq!(stage.run(b"").await.ended, Ended::Stopped);
    assert!(!stage.at("leader").exists());
}

#[tokio::test]
async fn whoever_stops_waiting_leaves_no_program_behind() {
    let stage = stage("echo $$ >leader; sleep 300", &[]);
    tokio::select! {
        ran = stage.run(b"") => panic!("{ran:?}"),
        () = stage.until("leader") => {}
    }
    stage.until_ended("leader").await;
}

#[tokio::test]
async fn a_signal_is_told_as_one() {
    let ran = stage("kill -9 $$", &[]).run(b"").await;
    assert_eq!(ran.ended, Ended::Signal(9));
}

#[tokio::test]
async fn a_program_that_cannot_be_started_says_why() {
    let stage = stage("", &[]);
    let here = |name: &str| Program::File(stage.at(name));
    std::fs::create_dir_all(stage.at("folder")).unwrap();
    let cases = [
        (here("nothing"), "does not exist; put it there or change `command`"),
        (here("folder"), "is not a file"),
        (here("script"), "may not be run: `chmod +x` it"),
        (Program::OnPath("no-such-program".into()), "`no-such-program` is in no folder of PATH"),
    ];
    for (program, expect) in cases {
        let run = Run { program, ..stage.run.clone() };
        let ran = stage.processes.run(&Call { run: &run, document: b"" }).await;
        let Ended::NotStarted(why) = ran.ended else { panic!("{:?}", ran.ended) };
        assert!(why.contains(expect), "{why}");
    }
}

#[test]
fn what_the_system_refuses_is_told_with_the_fix_or_tried_again() {
    use rustix::io::Errno;
    use std::io::Error;
    let of = |errno: Errno| {
        find::not_started("/studio/p".as_ref(), &Error::from_raw_os_error(errno.raw_os_error()))
    };
    let refused = [
        (Errno::NOENT, "the interpreter in its first line"),
        (Errno::ACCESS, "ermission denied"),
        (Errno::NOEXEC, "a script needs a first line"),
    ];
    for (errno, expect) in refused {
        let Ended::NotStarted(why) = of(errno) else { panic!("{errno:?}") };
        assert!(why.contains(expect), "{why}");
    }
    for errno in [Errno::AGAIN, Errno::NOMEM, Errno::TXTBSY] {
        assert!(matches!(of(errno), Ended::NotNow(_)), "{errno:?}");
    }
}
