//! template.yaml agrees with the code: limits, settings, rights, metrics. AWS itself cannot be
//! asked here, and its stand-in knows no rights, so this is where they are held.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
use sgh_core::limits::{KEEP_TIMEOUT, LEDGER_KEPT, MESSAGE_BATCH_MAX, RECEIVES_MAX};
use sgh_core::settings::{ReceiverSettings, SETTINGS, WorkerSettings};

use crate::tidy::{root, texts_below};

mod figures;
mod sweeper;

/// How long the site waits for an answer, in seconds. The site.
const SITE_PATIENCE_S: u64 = 6;

/// The template as plain data; `!Sub x` and the like are their arguments.
fn template() -> Value {
    let text = fs::read_to_string(root().join("template.yaml")).expect("template.yaml");
    serde_saphyr::from_str(&text).expect("YAML")
}

fn properties(template: &Value, resource: &str) -> Value {
    let found = &template["Resources"][resource]["Properties"];
    assert!(found.is_object(), "template.yaml has no resource {resource}");
    found.clone()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("not a number: {value}"))
}

/// The environment of a function, with the parameters at their defaults or at an example.
fn environment(template: &Value, function: &str) -> BTreeMap<String, String> {
    let queue = "https://sqs.us-east-1.amazonaws.com/123456789012/shotgrid-hooks.fifo";
    let mut names = BTreeMap::from([
        ("Queue".to_owned(), queue.to_owned()),
        ("Ledger".to_owned(), "shotgrid-hooks".to_owned()),
        ("SiteUrl".to_owned(), "https://studio.shotgrid.autodesk.com".to_owned()),
        ("ScriptName".to_owned(), "shotgrid-hooks".to_owned()),
    ]);
    for (name, parameter) in template["Parameters"].as_object().expect("parameters") {
        if let Some(default) = parameter["Default"].as_str() {
            names.insert(name.clone(), default.to_owned());
        }
    }
    let variables = properties(template, function)["Environment"]["Variables"].clone();
    let variables = variables.as_object().expect("variables").clone();
    let value = |text: &str| {
        let direct = names.get(text).cloned();
        direct.unwrap_or_else(|| {
            names.iter().fold(text.to_owned(), |text, (name, value)| {
                text.replace(&format!("${{{name}}}"), value)
            })
        })
    };
    variables.iter().map(|(name, text)| (name.clone(), value(text.as_str().unwrap()))).collect()
}

/// Every action that a role allows.
fn actions(template: &Value, role: &str) -> BTreeSet<String> {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if name == "Action" {
                        let one = member.as_str().map(str::to_owned);
                        let many = member.as_array().into_iter().flatten();
                        let many = many.filter_map(|action| Some(action.as_str()?.to_owned()));
                        found.extend(one.into_iter().chain(many));
                    } else {
                        collect(member, found);
                    }
                }
            }
            Value::Array(members) => members.iter().for_each(|member| collect(member, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = BTreeSet::new();
    let role = properties(template, role);
    collect(&role["Policies"], &mut found);
    for policy in role["ManagedPolicyArns"].as_array().into_iter().flatten() {
        let policy = policy.as_str().expect("a policy of the template");
        collect(&properties(template, policy)["PolicyDocument"], &mut found);
    }
    found
}

#[test]
fn times_fit_into_one_another() {
    let template = template();
    let (receiver, worker) = (properties(&template, "Receiver"), properties(&template, "Worker"));
    let (queue, dead) = (properties(&template, "Queue"), properties(&template, "DeadLetters"));
    let timeout = number(&receiver["Timeout"]);
    assert!(KEEP_TIMEOUT.as_secs() < timeout && timeout < SITE_PATIENCE_S);
    assert_eq!(number(&queue["VisibilityTimeout"]), 6 * number(&worker["Timeout"]));
    let kept = number(&queue["MessageRetentionPeriod"]);
    assert!(kept < number(&dead["MessageRetentionPeriod"]));
    assert!(kept < LEDGER_KEPT.as_secs(), "a message would outlive what is known of its event");
}

#[test]
fn the_queue_keeps_order_and_gives_up_as_the_code_says() {
    let template = template();
    let (queue, dead) = (properties(&template, "Queue"), properties(&template, "DeadLetters"));
    assert_eq!(number(&queue["RedrivePolicy"]["maxReceiveCount"]), u64::from(RECEIVES_MAX));
    assert_eq!(queue["RedrivePolicy"]["deadLetterTargetArn"], "DeadLetters.Arn");
    for queue in [&queue, &dead] {
        assert_eq!(queue["FifoQueue"], true);
        assert_eq!(queue["SqsManagedSseEnabled"], true);
    }
    assert_eq!(queue["DeduplicationScope"], "messageGroup");
    assert_eq!(queue["FifoThroughputLimit"], "perMessageGroupId");
    let source = properties(&template, "Worker")["Events"]["Deliveries"]["Properties"].clone();
    assert_eq!(number(&source["BatchSize"]), MESSAGE_BATCH_MAX as u64);
    assert_eq!(source["FunctionResponseTypes"], serde_json::json!(["ReportBatchItemFailures"]));
    assert_eq!(source["ScalingConfig"]["MaximumConcurrency"], "WorkerConcurrency");
    assert!(number(&template["Parameters"]["WorkerConcurrency"]["MinValue"]) >= 2);
}

#[test]
fn both_functions_can_read_their_settings() {
    let template = template();
    let receiver = environment(&template, "Receiver");
    let worker = environment(&template, "Worker");
    ReceiverSettings::parse(&receiver).expect("the receiver's settings");
    WorkerSettings::parse(&worker).expect("the worker's settings");
    for (function, environment) in [("receiver", receiver), ("worker", worker)] {
        let used = SETTINGS
            .iter()
            .filter(|setting| setting.used_by.iter().any(|program| program.name() == function));
        let used: BTreeSet<_> = used.map(|setting| setting.name.to_owned()).collect();
        assert_eq!(environment.into_keys().collect::<BTreeSet<_>>(), used, "{function}");
    }
}

#[test]
fn each_function_may_do_what_it_does_and_no_more() {
    let template = template();
    let secrets = ["kms:Decrypt", "secretsmanager:GetSecretValue", "ssm:GetParameter"];
    let logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
    let set = |lists: &[&[&str]]| -> BTreeSet<String> {
        lists.iter().flat_map(|list| list.iter().map(|action| (*action).to_owned())).collect()
    };
    let receiver = set(&[&secrets, &logs, &["sqs:SendMessage"]]);
    assert_eq!(actions(&template, "ReceiverRole"), receiver);
    let worker = actions(&template, "WorkerRole");
    assert!(!worker.contains("sqs:SendMessage"), "the worker keeps nothing");
    let all: Vec<_> = worker.iter().filter(|action| action.contains('*')).collect();
    assert!(all.is_empty(), "{all:?}");
    for action in set(&[&secrets, &logs]) {
        assert!(worker.contains(&action), "{action}");
    }
}

/// Where an operator's credentials are needed, and no worker comes.
const OPERATORS: [&str; 2] =
    ["shared/aws/src/ledger/registry/operator.rs", "shared/aws/src/ledger/failures.rs"];

/// What this code asks of DynamoDB, by the names of the SDK's methods and types. A transaction has
/// no right of its own: AWS asks for those of what is in it.
fn ledger_verbs(sources: &str) -> BTreeSet<String> {
    let known = [
        (".batch_get_item()", "BatchGetItem"),
        (".batch_write_item()", "BatchWriteItem"),
        (".delete_item()", "DeleteItem"),
        (".get_item()", "GetItem"),
        (".put_item()", "PutItem"),
        (".query()", "Query"),
        (".scan()", "Scan"),
        (".update_item()", "UpdateItem"),
        (".transact_get_items()", "GetItem"),
        (" ConditionCheck::builder()", "ConditionCheckItem"),
        (" Delete::builder()", "DeleteItem"),
        (" Put::builder()", "PutItem"),
        (" Update::builder()", "UpdateItem"),
    ];
    let called = known.iter().filter(|(code, _)| sources.contains(code));
    called.map(|(_, verb)| format!("dynamodb:{verb}")).collect()
}

#[test]
fn the_worker_may_ask_of_the_ledger_what_the_code_asks() {
    let (all, parts) = (texts_below("shared/aws/src"), OPERATORS.map(texts_below));
    let operators = parts.concat();
    let workers = parts.iter().fold(all.clone(), |all, part| all.replace(part, ""));
    assert!(workers.len() + operators.len() == all.len());
    assert!(parts.iter().all(|part| part.contains(".scan()")), "an operator's part");
    let allowed = actions(&template(), "WorkerRole");
    let allowed: BTreeSet<_> =
        allowed.into_iter().filter(|action| action.starts_with("dynamodb:")).collect();
    assert_eq!(allowed, ledger_verbs(&workers));
    let of_operators = ledger_verbs(&operators);
    let expect = ["dynamodb:DeleteItem", "dynamodb:Scan"].map(str::to_owned);
    assert_eq!(of_operators, expect.into(), "as the README of shared/aws says");
    assert!(!allowed.contains("dynamodb:Scan"), "no worker looks through the table");
}

#[test]
fn events_go_on_no_bus_but_the_one_that_is_named() {
    let template = template();
    assert_eq!(template["Parameters"]["EventBusName"]["Default"], "", "by default on none");
    let rights = properties(&template, "WorkRights");
    let statements = rights["PolicyDocument"]["Statement"].as_array().expect("statements");
    let puts = |statement: &&Value| statement.to_string().contains("events:");
    let putting: Vec<_> = statements.iter().filter(puts).collect();
    let [conditional] = putting[..] else { panic!("{putting:?}") };
    assert_eq!(conditional[0], "HasEventBus");
    assert_eq!(conditional[1]["Action"], "events:PutEvents");
    let bus = conditional[1]["Resource"][0].as_str().expect("a bus");
    assert!(bus.ends_with(":event-bus/${EventBusName}"), "{bus}");
    assert!(!actions(&template, "ReceiverRole").contains("events:PutEvents"));
}

#[test]
fn no_parameter_holds_a_secret() {
    let template = template();
    for name in template["Parameters"].as_object().expect("parameters").keys() {
        let lower = name.to_lowercase();
        let sounds = ["secret", "key", "token", "password"].iter().any(|word| lower.contains(word));
        let is_name = ["Name", "Arn", "Store"].iter().any(|end| name.ends_with(end));
        assert!(!sounds || is_name, "{name} sounds like a secret; take its name instead");
    }
}
