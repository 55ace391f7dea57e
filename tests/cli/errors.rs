//! Codes by which programs tell errors apart.

use std::fs::{self, File};

use serde_json::Value;

use crate::sandbox::{HANGZHOU, Outcome, Sandbox};

fn library() -> Sandbox {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    sandbox.imm("run lib").ok();
    sandbox
}

/// The error that the last line on standard error is.
fn error(outcome: &Outcome) -> Value {
    let line = outcome.stderr.lines().last().unwrap_or_default();
    let error: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e} in {line}"));
    let names: Vec<&String> = error["error"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["code", "hint", "message"], "{line}");
    error["error"].clone()
}

#[test]
fn wrong_usage_names_the_option() {
    let sandbox = library();
    for (call, code) in [
        ("run --gap-days 100000", "InvalidParameter.GapDays"),
        ("run --gap-days=-1", "InvalidParameter.GapDays"),
        ("run --min-days 0", "InvalidParameter.MinDays"),
        ("run --min-days 5 --max-days 4", "InvalidParameter.MinDays"),
        ("run --levels city,moon", "InvalidParameter.Levels"),
        ("run --day-starts 13:00", "InvalidParameter.DayStarts"),
        ("run --exclude [", "InvalidParameter.Exclude"),
        ("run --tag x", "InvalidParameter.Tag"),
        ("run --gap-days", "InvalidParameter.GapDays"),
        (
            "clusters list --start-time soon",
            "InvalidParameter.StartTime",
        ),
        ("clusters list --address x=y", "InvalidParameter.Address"),
        (
            "clusters list --max-results 0",
            "InvalidParameter.MaxResults",
        ),
        ("tasks list --end-time ..", "InvalidParameter.EndTime"),
        ("tasks list --status gone", "InvalidParameter.Status"),
        ("status --dataset=", "InvalidParameter.Dataset"),
        ("lookup x", "InvalidParameter"),
        ("run --gapdays 1", "UnknownParameter"),
        ("status x", "UnknownParameter"),
        ("rum", "UnknownCommand"),
        ("clusters lists", "UnknownCommand"),
        ("clusters show", "MissingParameter"),
        ("clusters", "MissingParameter"),
        ("status --quiet --verbose", "ConflictingParameters"),
    ] {
        for format in ["json", "ndjson"] {
            let outcome = sandbox.imm(&format!("--format {format} {call}")).exits(2);
            assert_eq!(
                outcome.stderr.lines().count(),
                1,
                "{call}: {}",
                outcome.stderr
            );
            let error = error(&outcome);
            assert_eq!(error["code"], code, "{call}: {error}");
            assert!(error["message"].as_str().unwrap().len() > 10, "{error}");
        }
        let outcome = sandbox.imm(call).exits(2);
        assert!(!outcome.stderr.starts_with('{'), "{}", outcome.stderr);
    }
    // Behind `--` there are no options.
    let outcome = sandbox.imm("clusters show -- --format=json x").exits(2);
    assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
    insta::assert_snapshot!(sandbox.imm("run --gap-days 1e9 --format=json").exits(2).both(), @r#"
    ---
    {"error":{"code":"InvalidParameter.GapDays","message":"invalid value `1e9` for `--gap-days <N>`: invalid digit found in string","hint":"`--help` shows the options"}}
    "#);
}

#[test]
fn what_cannot_be_done_has_a_code() {
    let sandbox = library()
        .file("mine.json", "{\"a\":1}")
        .file("empty.json", "");
    let newer = sandbox
        .dataset_json()
        .to_string()
        .replace("\"version\":1", "\"version\":99");
    sandbox.write("newer.json", newer);
    fs::create_dir(sandbox.path("folder.json")).unwrap();
    sandbox.imm("run").ok();
    for (call, code) in [
        ("index absent", "ResourceNotFound.Path"),
        ("clusters show nobody", "ResourceNotFound.Cluster"),
        ("clusters show location", "AmbiguousId"),
        ("files show nobody.jpg", "ResourceNotFound.File"),
        ("roots remove nowhere", "ResourceNotFound.Folder"),
        ("tasks show nobody", "ResourceNotFound.Task"),
        ("tasks show Loc", "AmbiguousId"),
        ("index --from-json absent.jsonl", "InputUnreadable"),
        ("status --dataset folder.json", "DatasetUnreadable"),
        ("status --dataset empty.json", "DatasetDamaged"),
        ("status --dataset mine.json", "DatasetForeign"),
        ("status --dataset newer.json", "DatasetNewer"),
        ("index lib --dataset mine.json/x.json", "DatasetUnwritable"),
    ] {
        let outcome = sandbox.imm(&format!("{call} --format json")).exits(1);
        assert_eq!(error(&outcome)["code"], code, "{call}");
    }
    let lock = File::open(sandbox.path("data/imm-cluster/default.json.lock")).unwrap();
    lock.lock().unwrap();
    let outcome = sandbox.imm("run --format imm").exits(1);
    assert_eq!(error(&outcome)["code"], "DatasetLocked");
    assert_eq!(
        error(&outcome)["hint"],
        "wait for it with `--wait SECONDS`, or try again later"
    );
}
