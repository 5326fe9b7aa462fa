//! The sweeper in the template: its settings, its rights, and its time.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sgh_core::settings::{Reader, SETTINGS, SweeperSettings};

use super::{actions, environment, ledger_verbs, number, properties, template};
use crate::tidy::texts_below;

/// What the sweep asks of the table.
const SWEEP: [&str; 2] = ["shared/aws/src/ledger/sweep.rs", "shared/aws/src/ledger/read.rs"];

#[test]
fn the_sweeper_can_read_its_settings() {
    let environment = environment(&template(), "Sweeper");
    let mut reader = Reader::new(&environment);
    let read = SweeperSettings::read(&mut reader, Some(()));
    reader.finish(read).expect("the sweeper's settings");
    let used = SETTINGS
        .iter()
        .filter(|setting| setting.used_by.iter().any(|program| program.name() == "sweeper"));
    let used: BTreeSet<_> = used.map(|setting| setting.name.to_owned()).collect();
    assert_eq!(environment.into_keys().collect::<BTreeSet<_>>(), used);
}

/// What is in one group for the receiver has to be in the same for the sweeper.
#[test]
fn the_sweeper_groups_as_the_receiver_does_and_reads_what_the_worker_reads() {
    let template = template();
    let of = |function: &str| environment(&template, function);
    let (receiver, worker, sweeper) = (of("Receiver"), of("Worker"), of("Sweeper"));
    for name in ["SGH_QUEUE", "SGH_ORDERING"] {
        assert_eq!(sweeper[name], receiver[name], "{name}");
    }
    for (name, value) in &worker {
        assert_eq!(sweeper.get(name), Some(value), "{name}");
    }
    let (worker, sweeper) = (properties(&template, "Worker"), properties(&template, "Sweeper"));
    for name in ["Layers", "VpcConfig"] {
        assert_eq!(sweeper[name], worker[name], "{name}");
    }
}

#[test]
fn the_sweeper_may_do_what_it_does_and_no_more() {
    let template = template();
    let mut allowed = actions(&template, "SweeperRole");
    let network = actions(&template, "WorkerRole");
    let network = network.iter().filter(|action| action.starts_with("ec2:"));
    for action in network {
        assert!(allowed.remove(action), "{action}: it may be in the worker's subnets");
    }
    let code: String = SWEEP.into_iter().map(texts_below).collect();
    // A record is read by the ledger's own way of reading one item.
    assert!(code.contains("self.read(") && !code.contains(".get_item()"));
    let mut expect = ledger_verbs(&code);
    expect.insert("dynamodb:GetItem".to_owned());
    let others = [
        "kms:Decrypt",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:GetSecretValue",
        "sqs:SendMessage",
        "ssm:GetParameter",
    ];
    expect.extend(others.map(str::to_owned));
    assert_eq!(allowed, expect);
}

/// Of the ledger it writes nothing but its own record.
#[test]
fn the_sweeper_writes_no_item_but_its_own() {
    let template = template();
    let role = properties(&template, "SweeperRole");
    let statements = role["Policies"][0]["PolicyDocument"]["Statement"].clone();
    let statements = statements.as_array().expect("statements").clone();
    let table = |statement: &&Value| statement["Resource"] == "Ledger.Arn";
    let of_table: Vec<&Value> = statements.iter().filter(table).collect();
    let keys: Vec<(String, Value)> = of_table
        .iter()
        .map(|statement| {
            let condition = &statement["Condition"]["ForAllValues:StringLike"];
            (statement["Action"].to_string(), condition["dynamodb:LeadingKeys"].clone())
        })
        .collect();
    let own = r#"["dynamodb:GetItem","dynamodb:UpdateItem"]"#.to_owned();
    let seen = r#""dynamodb:BatchGetItem""#.to_owned();
    assert_eq!(keys, [(own, json!(["sweep#*"])), (seen, json!(["event#*"]))]);
    let items = texts_below("shared/aws/src/ledger/item.rs");
    assert!(items.contains("\"sweep#{site_host}\"") && items.contains("\"event#{event}\""));
}

#[test]
fn a_sweep_is_over_when_the_next_one_begins() {
    let template = template();
    let sweeper = properties(&template, "Sweeper");
    let code = texts_below("functions/sweeper");
    let reserve = 40;
    assert!(
        code.contains(&format!("RESERVE: SignedDuration = SignedDuration::from_secs({reserve})"))
    );
    assert!(number(&sweeper["Timeout"]) - reserve < 60);
    assert_eq!(sweeper["Events"]["Schedule"]["Properties"]["Schedule"], "SweepSchedule");
    assert_eq!(template["Parameters"]["SweepSchedule"]["Default"], "rate(1 minute)");
    assert_eq!(sweeper["EventInvokeConfig"]["MaximumRetryAttempts"], 0);
}
