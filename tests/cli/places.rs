//! Places of the user's own, and coordinates as maps of China have them.

use serde_json::json;

use crate::sandbox::{HANGZHOU, KYOTO, Sandbox, text};

/// Some 100 m north of [`HANGZHOU`].
const BESIDE: (f64, f64) = (30.2945, 120.1614);

#[test]
fn an_own_place_names_what_is_known_already() {
    let sandbox = Sandbox::new()
        .photo("p/a.jpg", "2024-03-03 12:00", HANGZHOU)
        .photo("p/b.jpg", "2024-03-04 12:00", BESIDE)
        .photo("p/c.jpg", "2024-03-05 12:00", KYOTO);
    sandbox.imm("run p --levels township,city").ok();
    let cities = sandbox
        .imm("clusters list --level city --format json")
        .ok()
        .json();
    // Photos that could not be read again prove that none is.
    sandbox.poison();
    let add = [
        "places",
        "add",
        "Grandma’s",
        "30.294,120.1614",
        "--radius",
        "200m",
    ];
    insta::assert_snapshot!(sandbox.imm_with(add).ok().both(), @"
    ---
    `Grandma’s` names the township within 200 m of 30.294,120.1614; 2 files renamed in the dataset, and the next `imm-cluster run` uses the name
    ");
    sandbox.imm("run").ok();
    let named = sandbox
        .imm("clusters list --level township --format json")
        .ok()
        .json();
    let named: Vec<_> = named
        .as_array()
        .unwrap()
        .iter()
        .filter(|cluster| cluster["address"]["township"] == "Grandma’s")
        .map(|cluster| (&cluster["files"], text(&cluster["address"]["address_line"])))
        .collect();
    assert_eq!(
        named,
        [(
            &json!(2),
            "Grandma’s, Gongshu, Hangzhou, Zhejiang, China".to_owned()
        )]
    );
    // Cities are what they were.
    assert_eq!(
        sandbox
            .imm("clusters list --level city --format json")
            .ok()
            .json(),
        cities
    );
    let point = sandbox
        .imm("lookup 30.2936,120.1614 --format json")
        .ok()
        .json();
    assert_eq!(point[0]["address"]["township"], "Grandma’s");

    insta::assert_snapshot!(sandbox.imm("places list").ok().both(), @"
    NAME       LEVEL     RADIUS  CENTRE
    Grandma’s  township   200 m  30.294,120.1614
    ---
    ");
    let before = sandbox.dataset_state();
    insta::assert_snapshot!(sandbox.imm_with(add).ok().both(), @"
    ---
    `Grandma’s` already names that place
    ");
    assert_eq!(sandbox.dataset_state(), before);
    let wider = [
        "places",
        "add",
        "Grandma’s",
        "30.294,120.1614",
        "--radius",
        "1.5km",
        "--level",
        "district",
    ];
    insta::assert_snapshot!(sandbox.imm_with(wider).ok().both(), @"
    ---
    `Grandma’s` names the district within 1.5 km of 30.294,120.1614 (before: the township within 200 m of 30.294,120.1614); 2 files renamed in the dataset, and the next `imm-cluster run` uses the name
    ");
    insta::assert_snapshot!(sandbox.imm("places list --format ndjson").ok().both(), @r#"
    {"name":"Grandma’s","lat":30.294,"lon":120.1614,"radius":1500.0,"level":"district"}
    ---
    "#);
    insta::assert_snapshot!(sandbox.imm_with(["places", "remove", "Grandma’s"]).ok().both(), @"
    ---
    `Grandma’s` removed; 2 files renamed in the dataset, and the next `imm-cluster run` uses the name
    ");
    insta::assert_snapshot!(sandbox.imm("places remove Nowhere").exits(1).both(), @"
    ---
    error: place `Nowhere` is not in the dataset
    hint: `imm-cluster places list` shows the names
    ");
    assert!(sandbox.dataset_json().get("own_places").is_none());
}

#[test]
fn what_is_no_place_is_wrong_usage() {
    let sandbox = Sandbox::new();
    for (arguments, names) in [
        (["places", "add", "Home", "91,0", "--radius=1m"], "91,0"),
        (["places", "add", "Home", "1,2", "--radius=near"], "near"),
        (["places", "add", "Home", "1,2", "--radius=300km"], "300 km"),
        (["places", "add", " ", "1,2", "--radius=1m"], "empty"),
        (["places", "add", "Home", "1,2", "--level=street"], "street"),
    ] {
        let answer = sandbox.imm_with(arguments).exits(2);
        assert!(answer.stderr.contains(names), "{}", answer.stderr);
    }
    assert!(!sandbox.path("data").exists());
}

#[test]
fn positions_of_chinese_maps_are_moved_back() {
    // 30.2936,120.1614 as a phone that writes GCJ-02 has it; Kyoto it leaves alone.
    let (lat, lon) = imm_cluster_core::capture::gcj02::from_wgs84(HANGZHOU.0, HANGZHOU.1);
    assert!((lat - HANGZHOU.0).abs() > 0.001);
    let sandbox = Sandbox::new()
        .photo("phone/a.jpg", "2024-03-03 12:00", (lat, lon))
        .photo("phone/b.jpg", "2024-03-09 12:00", KYOTO);
    let near = |path: &str, point: (f64, f64)| {
        let file = sandbox
            .imm_with(["files", "show", path, "--format", "json"])
            .ok()
            .json();
        let off = |name: &str, degrees: f64| (file[name].as_f64().unwrap() - degrees).abs();
        // EXIF's hundredths of a second are some 0.3 m.
        off("lat", point.0) < 1e-5 && off("lon", point.1) < 1e-5
    };
    sandbox.imm("index phone --coordinates gcj02").ok();
    assert!(near("phone/a.jpg", HANGZHOU) && near("phone/b.jpg", KYOTO));
    insta::assert_snapshot!(sandbox.imm("roots list").ok().stdout, @"
    FILES  FOLDER                         OPTIONS
        2  [ROOT]/phone  --coordinates gcj02
    ");
    // Remembered, and taken back: the file is read again.
    sandbox.imm("index").ok();
    assert!(near("phone/a.jpg", HANGZHOU));
    insta::assert_snapshot!(sandbox.imm("index --coordinates wgs84").ok().both(), @"
    2 files checked: 1 changed, 1 unchanged
    ---
    [ROOT]/phone: --coordinates is now wgs84 (was gcj02)
    ");
    assert!(near("phone/a.jpg", (lat, lon)));
    let records = [json!({"path": "x", "local_date": "2024-03-03", "lat": lat, "lon": lon})];
    let sandbox = Sandbox::new().records("r.jsonl", &records);
    sandbox
        .imm("index --from-json r.jsonl --coordinates gcj02")
        .ok();
    let moved = sandbox.imm("files show x --format json").ok().json();
    assert!((moved["lat"].as_f64().unwrap() - HANGZHOU.0).abs() < 1e-6);
}
