//! Numbers and dates at the edges of what a photo can say.

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, Sandbox, text};

/// What becomes of one record that is given like this.
fn record(extra: &Value) -> Value {
    let mut record = json!({"path": "x"});
    record
        .as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    let sandbox = Sandbox::new().records("r.jsonl", &[record]);
    sandbox.imm("index --from-json r.jsonl").ok();
    sandbox.imm("files show x --format json").ok().json()
}

#[test]
fn what_is_no_position() {
    let position = |lat: f64, lon: f64| {
        let file = record(&json!({"capture_time": "2024-03-03T09:00:00", "lat": lat, "lon": lon}));
        (file["lat"].clone(), file["lon"].clone())
    };
    for (lat, lon) in [(0.0, 0.0), (90.5, 1.0), (213.64, 1.0), (1.0, 180.5)] {
        assert_eq!(
            position(lat, lon),
            (Value::Null, Value::Null),
            "{lat},{lon}"
        );
    }
    assert_eq!(
        position(-17.0, 180.0),
        (json!(-17.0), json!(-180.0)),
        "the antimeridian has one name"
    );
    assert_eq!(position(0.0, 6.5), (json!(0.0), json!(6.5)));
    let only_latitude = record(&json!({"capture_time": "2024-03-03T09:00:00", "lat": 30.0}));
    assert_eq!(only_latitude["lat"], Value::Null);
}

#[test]
fn what_is_no_time() {
    let time = |text: &str| record(&json!({"capture_time": text}))["capture_time"].clone();
    for reset in [
        "1904-01-01T00:00:00",
        "1970-01-01T00:00:00Z",
        "1980-01-01T00:00:00",
        "2000-01-01T00:00:00",
    ] {
        assert_eq!(time(reset), Value::Null, "{reset}");
    }
    for none in [
        "",
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "1825-12-31T12:00:00",
    ] {
        assert_eq!(time(none), Value::Null, "{none}");
    }
    for kept in [
        "1826-01-01T12:00:00",
        "1980-01-01T00:00:01",
        "2099-05-04T10:00:00",
        "2000-01-01",
    ] {
        assert_eq!(time(kept), kept, "{kept}");
    }
}

#[test]
fn a_position_without_a_time_is_counted_and_in_no_cluster() {
    let sandbox = Sandbox::new().records(
        "r.jsonl",
        &[json!({"path": "x", "lat": 30.2936, "lon": 120.1614})],
    );
    sandbox.imm("index --from-json r.jsonl").ok();
    let run = sandbox.imm("run --format json").ok().json();
    assert_eq!(
        (&run["unclustered"]["no_time"], &run["clusters"]),
        (&json!(1), &json!([]))
    );
}

#[test]
fn summer_time_and_the_date_line() {
    let capture = |time: &str, lat: f64, lon: f64| {
        let file = record(&json!({"capture_time": time, "lat": lat, "lon": lon}));
        (text(&file["capture_time"]), text(&file["local_date"]))
    };
    let two = |time: &str, day: &str| (time.to_owned(), day.to_owned());
    // Amsterdam, before and after its clocks go back.
    let utrecht = (52.0907, 5.1214);
    assert_eq!(
        capture("2024-10-27T00:30:00Z", utrecht.0, utrecht.1),
        two("2024-10-27T02:30:00+02:00", "2024-10-27")
    );
    assert_eq!(
        capture("2024-10-27T01:30:00Z", utrecht.0, utrecht.1),
        two("2024-10-27T02:30:00+01:00", "2024-10-27")
    );
    assert_eq!(
        capture("2024-07-01T12:00:00", utrecht.0, utrecht.1),
        two("2024-07-01T12:00:00+02:00", "2024-07-01")
    );
    // One moment on both sides of the date line: Fiji and Samoa's neighbour Pago Pago.
    assert_eq!(
        capture("2024-03-03T20:00:00Z", -18.1416, 178.4419).1,
        "2024-03-04"
    );
    assert_eq!(
        capture("2024-03-03T20:00:00Z", -14.2756, -170.7020).1,
        "2024-03-03"
    );
}

#[test]
fn start_and_end_carry_the_offsets_of_the_first_and_last_file() {
    let at = |path: &str, time: &str| json!({"path": path, "capture_time": time, "lat": 52.0907, "lon": 5.1214});
    let records = [
        at("a", "2024-10-26T12:00:00"),
        at("b", "2024-10-27T12:00:00"),
    ];
    let sandbox = Sandbox::new().records("r.jsonl", &records);
    sandbox.imm("index --from-json r.jsonl").ok();
    let run = sandbox
        .imm("run --levels country --format json")
        .ok()
        .json();
    let cluster = &run["clusters"][0];
    assert_eq!(cluster["start_time"], "2024-10-26T00:00:00+02:00");
    assert_eq!(cluster["end_time"], "2024-10-27T23:59:59.999999999+01:00");
}

#[test]
fn a_year_of_five_digits_damages_nothing() {
    let sandbox = Sandbox::new().records(
        "r.jsonl",
        &[json!({"path": "x", "capture_time": "9999-12-31T23:00:00Z",
        "lat": 30.2936, "lon": 120.1614, "local_date": "9999-12-31"})],
    );
    sandbox
        .imm("index --from-json r.jsonl --time-zone Asia/Shanghai")
        .ok();
    sandbox.imm("run --levels city").ok();
    sandbox.imm("status").ok();
}

#[test]
fn files_without_a_position_are_one_number() {
    // Two have neither a time nor a position, one has a time alone.
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .records(
            "records.jsonl",
            &[
                json!({"path": "b.jpg"}),
                json!({"path": "c.jpg"}),
                json!({"path": "d.jpg", "local_date": "2019-05-01"}),
            ],
        );
    sandbox.imm("index lib").ok();
    let indexed = sandbox.imm("index --from-json records.jsonl").ok();
    assert!(
        indexed
            .stdout
            .contains("3 files in the dataset without a position"),
        "{}",
        indexed.stdout
    );
    let run = sandbox.imm("run --no-lend").ok().stderr;
    assert!(run.contains("hint: 3 of 4 files have no position"), "{run}");
    assert!(
        run.contains("2 without a time, 3 without a position"),
        "{run}"
    );
    // Lending changes none of the numbers.
    let lent = json!({"path": "e.jpg", "capture_time": "2024-03-03T09:05:00"});
    let sandbox = sandbox.records("more.jsonl", &[lent]);
    let indexed = sandbox.imm("index --from-json more.jsonl").ok();
    let told = "4 files in the dataset without a position";
    assert!(indexed.stdout.contains(told), "{}", indexed.stdout);
    let run = sandbox.imm("run --lend").ok().stderr;
    assert!(run.contains("hint: 4 of 5 files have no position"), "{run}");
    assert!(
        run.contains("2 without a time, 4 without a position (1 of them lent one)"),
        "{run}"
    );
    let status = sandbox.imm("status").ok().stdout;
    assert!(status.contains("4 without a position"), "{status}");
    let listed = sandbox.imm("files list --without position").ok().stdout;
    assert_eq!(listed.lines().count(), 1 + 4, "{listed}");
}

#[test]
fn languages_go_by_any_form_of_their_tag() {
    let sandbox = Sandbox::new();
    let name = |tag: &str| {
        let outcome = sandbox.imm(&format!("lookup 30.2489,120.1485 --language {tag}"));
        outcome.ok().stdout
    };
    for (tag, plain) in [
        ("zh-CN", "zh"),
        ("zh-Hans", "zh"),
        ("en-US", "en"),
        ("EN", "en"),
    ] {
        assert_eq!(name(tag), name(plain), "{tag}");
    }
    assert_ne!(name("zh-CN"), name("EN"));
    let refused = sandbox.imm("lookup 30,120 --language zh-TW").exits(2);
    refused.says("expected en, zh (simplified) or local");
}
