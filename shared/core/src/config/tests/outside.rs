//! `emit` and `run`: what may be said, and what is refused with the fix.

use std::time::Duration;

use super::*;

fn automation(keys: &str) -> String {
    format!("automations:\n  - {{ name: a, on: Shot/create, {keys} }}\n")
}

fn action(keys: &str) -> Action {
    read(&automation(keys)).unwrap_or_else(|error| panic!("{error}")).automations[0].action.clone()
}

fn run(keys: &str) -> Run {
    let Action::Run(run) = action(&format!("do: run, {keys}")) else { panic!("not run") };
    run
}

fn list<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

#[test]
fn emit_is_read_whole_and_has_a_bus_where_none_is_named() {
    let fields = list(["code", "sg_sequence.Sequence.code"]);
    assert_eq!(
        action("do: emit, bus: studio, fields: [code, sg_sequence.Sequence.code, code]"),
        Action::Emit(Emit { bus: "studio".into(), fields })
    );
    assert_eq!(action("do: emit"), Action::Emit(Emit { bus: "default".into(), fields: vec![] }));
    let arn = "arn:aws:events:us-east-1:123456789012:event-bus/studio";
    let Action::Emit(emit) = action(&format!("do: emit, bus: '{arn}'")) else { panic!("not emit") };
    assert_eq!(emit.bus, arn);
}

#[test]
fn run_is_read_whole_and_a_program_has_30_seconds() {
    let got = run("command: [./publish.py, --quick, 5], fields: code, timeout: 2m, env: [OCIO]");
    let expect = Run {
        program: Program::File("/studio/./publish.py".into()),
        arguments: list(["--quick", "5"]),
        folder: "/studio".into(),
        fields: list(["code"]),
        timeout: Duration::from_secs(120),
        env: list(["OCIO"]),
    };
    assert_eq!(got, expect);
    assert_eq!(got.name(), "publish.py");
    let got = run("command: [python3, -m, publish]");
    assert_eq!(got.program, Program::OnPath("python3".into()));
    assert_eq!((got.timeout, got.name().as_str()), (Duration::from_secs(30), "python3"));
    assert_eq!(run("command: [/bin/true]").program, Program::File("/bin/true".into()));
}

#[test]
fn a_file_without_a_folder_is_in_the_one_we_are_in() {
    let text = automation("do: run, command: [bin/p]");
    let config = Config::read(&text, Path::new("sgh.yaml")).expect("valid");
    let Action::Run(run) = &config.automations[0].action else { panic!("not run") };
    assert_eq!(
        (run.folder.as_path(), &run.program),
        (Path::new("."), &Program::File("./bin/p".into()))
    );
}

#[test]
fn what_cannot_be_meant_is_refused_with_the_fix() {
    let refused = [
        ("do: emit, bus: 'my bus'", "`bus: my bus` is no bus"),
        ("do: emit, bus: ''", "`bus: ` is no bus"),
        ("do: emit, bus: 'a:b'", "`bus: a:b` is no bus"),
        ("do: emit, fields: [code, a.b]", "`fields: a.b`: write a field"),
        ("do: emit, command: [p]", "`command` is no key of `do: emit`, but of run"),
        (
            "do: set, values: { a: 1 }, fields: [code]",
            "`fields` is no key of `do: set`, but of emit and run",
        ),
        ("do: run", "`run` needs `command`"),
        ("do: run, command: ./publish.py --quick", "as a list"),
        ("do: run, command: []", "`run` needs `command`"),
        ("do: run, command: [' ']", "`run` needs `command`"),
        ("do: run, command: [p, [q]]", "`run` needs `command`"),
        ("do: run, command: [\"p\\0\"]", "`run` needs `command`"),
        ("do: run, command: [p], timeout: soon", "`timeout: soon`: write e.g. `30s` or `2m`"),
        ("do: run, command: [p], timeout: 0s", "from 1s to 300s"),
        ("do: run, command: [p], timeout: 6m", "from 1s to 300s"),
        ("do: run, command: [p], timeout: 18446744073709551615m", "from 1s to 300s"),
        ("do: run, command: [p], timeout: '30'", "write e.g. `30s`"),
        ("do: run, command: [p], env: [SGH_SCRIPT_KEY]", "`env: SGH_SCRIPT_KEY` is not handed on"),
        ("do: run, command: [p], env: AWS_SESSION_TOKEN", "is not handed on"),
        ("do: run, command: [p], env: ['A=b']", "`env: A=b` is no variable"),
    ];
    for (keys, expect) in refused {
        check_error(&automation(keys), &[expect]);
    }
}

#[test]
fn where_no_program_can_run_each_line_that_wants_one_is_named() {
    let text = "automations:
  - { name: tell, on: Shot/create, do: emit }
  - { name: publish, on: Shot/create, do: run, command: [p] }
  - { name: render, on: Shot/create, do: run, command: [q], timeout: 1m }
";
    let config = read(text).expect("valid");
    let error = config.without_programs().expect_err("two programs");
    let error = error.to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines.len(), 2, "{error}");
    assert!(lines[0].starts_with("/studio/sgh.yaml:3:"), "{error}");
    assert!(lines[0].contains("`publish`: `do: run` works in `sgh serve` and `sgh work` only"));
    assert!(
        lines[1].starts_with("/studio/sgh.yaml:4:") && lines[1].contains("`do: emit`"),
        "{error}"
    );
    assert_eq!(config.programs_time(), Duration::from_secs(90));
    let none = read(&automation("do: emit")).expect("valid");
    assert_eq!(none.without_programs(), Ok(()));
    assert_eq!(none.programs_time(), Duration::ZERO);
}
