//! Random histories: whatever happened, the clusters are those of a fresh run, no
//! text of the user is lost, and a run without news changes no byte.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, each, lines, text};

#[derive(Debug, Clone)]
enum Step {
    Index(Vec<(u32, u32)>),
    Edit(usize, u32),
    Forget(usize),
    Options(u32, u32),
    Title(usize),
    Delete(usize),
    Restore,
    Merge(usize, usize),
    Split(usize, u32),
    Pin(usize),
    Reset(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec((0u32..3, 1u32..25), 1..6).prop_map(Step::Index),
        1 => (0usize..20, 1u32..25).prop_map(|(i, day)| Step::Edit(i, day)),
        1 => (0usize..20).prop_map(Step::Forget),
        2 => (0u32..4, prop_oneof![Just(99_999u32), 1u32..6]).prop_map(|(gap, max)| Step::Options(gap, max)),
        2 => (0usize..9).prop_map(Step::Title),
        1 => (0usize..9).prop_map(Step::Delete),
        1 => Just(Step::Restore),
        1 => (0usize..9, 0usize..9).prop_map(|(a, b)| Step::Merge(a, b)),
        1 => (0usize..9, 1u32..25).prop_map(|(i, day)| Step::Split(i, day)),
        1 => (0usize..9).prop_map(Step::Pin),
        1 => (0usize..9).prop_map(Step::Reset),
    ]
}

/// A dataset with a past, and what should be known of it.
struct History {
    sandbox: Sandbox,
    records: BTreeMap<String, Value>,
    titles: BTreeSet<String>,
    next: usize,
}

impl History {
    fn new() -> Self {
        let mut history = Self {
            sandbox: Sandbox::new(),
            records: BTreeMap::new(),
            titles: BTreeSet::new(),
            next: 0,
        };
        history.index(&[(9, 1)]);
        history.sandbox.imm("run --levels city").ok();
        history
    }

    fn index(&mut self, photos: &[(u32, u32)]) {
        for (city, day) in photos {
            let path = format!("{}.jpg", self.next);
            self.next += 1;
            let address =
                json!({"country": "China", "province": "Zhejiang", "city": format!("City{city}")});
            let time = format!("2024-03-{day:02}T10:00:00+08:00");
            let record = json!({"path": &path, "capture_time": time, "address": address});
            self.records.insert(path, record);
        }
        let all: Vec<Value> = self.records.values().cloned().collect();
        self.sandbox
            .imm("index --from-json -")
            .stdin(lines(&all))
            .ok();
    }

    /// The ids in one state; live ones are those that are listed.
    fn ids(&self, state: &str) -> Vec<String> {
        let dataset = self.sandbox.dataset_json();
        let listed =
            |c: &&Value| c["state"] == state && (state == "deleted" || c["merged_into"].is_null());
        each(&dataset["clusters"])
            .filter(listed)
            .map(|cluster| text(&cluster["object_id"]))
            .collect()
    }

    fn one(&self, state: &str, i: usize) -> Option<String> {
        let ids = self.ids(state);
        (!ids.is_empty()).then(|| ids[i % ids.len()].clone())
    }

    fn decide(&self, arguments: &[&str]) {
        self.sandbox.command().args(arguments).output().unwrap();
    }

    /// Does a step; what the program refuses for a good reason is no step.
    fn take(&mut self, step: &Step) {
        match step {
            Step::Index(photos) => self.index(photos),
            Step::Edit(i, day) => {
                let most = self.records.len().max(1);
                if let Some(record) = self.records.values_mut().nth(i % most) {
                    record["capture_time"] = format!("2024-03-{day:02}T11:00:00+08:00").into();
                }
                self.index(&[]);
            }
            Step::Forget(i) => {
                let Some(path) = self
                    .records
                    .keys()
                    .nth(i % self.records.len().max(1))
                    .cloned()
                else {
                    return;
                };
                self.records.remove(&path);
                self.sandbox
                    .imm(&format!("forget {path} --drop-evidence"))
                    .ok();
            }
            Step::Options(gap, max) => drop(
                self.sandbox
                    .imm(&format!("run --gap-days {gap} --max-days {max}"))
                    .ok(),
            ),
            Step::Title(i) => {
                if let Some(id) = self.one("live", *i) {
                    let title = format!("Title {} of it", self.titles.len());
                    // A title that is replaced is no longer to be found.
                    let dataset = self.sandbox.dataset_json();
                    let old = each(&dataset["clusters"]).find(|c| c["object_id"] == id.as_str());
                    self.titles.remove(&text(&old.unwrap()["title"]));
                    self.sandbox
                        .imm_with(["clusters", "update", &id, "--title", &title])
                        .ok();
                    self.titles.insert(title);
                }
            }
            Step::Delete(i) => {
                if let Some(id) = self.one("live", *i) {
                    self.decide(&["clusters", "delete", &id]);
                }
            }
            Step::Restore => self
                .ids("deleted")
                .iter()
                .for_each(|id| self.decide(&["clusters", "restore", id])),
            Step::Merge(a, b) => {
                if let (Some(a), Some(b)) = (self.one("live", *a), self.one("live", *b)) {
                    self.decide(&["clusters", "merge", &a, &b]);
                }
            }
            Step::Split(i, day) => {
                if let Some(id) = self.one("live", *i) {
                    self.decide(&[
                        "clusters",
                        "split",
                        &id,
                        "--at",
                        &format!("2024-03-{day:02}"),
                    ]);
                }
            }
            Step::Pin(i) => {
                if let Some(id) = self.one("live", *i) {
                    self.decide(&["clusters", "pin", &id]);
                }
            }
            Step::Reset(i) => {
                if let Some(id) = self.one("live", *i) {
                    self.decide(&["clusters", "reset", &id]);
                }
            }
        }
        self.sandbox.imm("run").ok();
    }

    fn holds(&self) {
        let before = self.sandbox.dataset_state();
        self.sandbox.imm("run").ok();
        assert!(
            self.sandbox.dataset_state() == before,
            "a run without news wrote the dataset"
        );
        let dataset = self.sandbox.dataset_json();
        let titles: BTreeSet<String> = each(&dataset["clusters"])
            .map(|c| text(&c["title"]))
            .collect();
        let lost: Vec<_> = self.titles.difference(&titles).collect();
        assert!(lost.is_empty(), "{lost:?} lost");
    }

    /// Takes all decisions back.
    fn undo(&self) {
        let dataset = self.sandbox.dataset_json();
        for cluster in each(&dataset["clusters"]) {
            let id = text(&cluster["object_id"]);
            if cluster["state"] == "deleted" {
                self.sandbox
                    .command()
                    .args(["clusters", "restore", &id])
                    .output()
                    .unwrap();
            }
            self.sandbox
                .command()
                .args(["clusters", "reset", &id])
                .output()
                .unwrap();
        }
        self.sandbox.imm("run").ok();
    }

    fn fresh(&self) -> Vec<String> {
        let sandbox = Sandbox::new();
        let all: Vec<Value> = self.records.values().cloned().collect();
        sandbox.imm("index --from-json -").stdin(lines(&all)).ok();
        let rules = self.sandbox.dataset_json()["rules"].clone();
        sandbox
            .imm(&format!(
                "run --levels city --gap-days {} --max-days {}",
                rules["gap_days"], rules["max_days"]
            ))
            .ok();
        sandbox.clusters()
    }
}

/// A few, because each runs the program a hundred times; `PROPTEST_CASES` wants more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(20)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn whatever_happened(steps in prop::collection::vec(step(), 4..14)) {
        let mut history = History::new();
        for step in &steps {
            history.take(step);
            history.holds();
        }
        history.undo();
        history.holds();
        prop_assert_eq!(history.sandbox.clusters(), history.fresh());
    }
}
