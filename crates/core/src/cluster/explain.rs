//! Why the days of a region became the clusters that they are.

use std::collections::BTreeMap;

use imm_cluster_messages::text;
use serde::Serialize;

use super::area::Cluster;
use super::engine::Decisions;
use super::evidence::Evidence;
use super::rules::Rules;
use crate::capture::day::Day;
use crate::capture::span::Span;
use crate::identity::record::State;
use crate::place::{Address, Level, PlaceId, Region};
use crate::text::counted;

/// One step through the days of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// A day with files.
    Day {
        /// The local day.
        day: Day,
        /// Files that are there.
        files: u32,
        /// Whether the user deleted or pinned a cluster of that day.
        taken: bool,
    },
    /// What lies between two days with files.
    Between {
        /// Days without a file.
        days: u32,
        /// What follows.
        verdict: Verdict,
    },
    /// A run of days has ended.
    Run {
        /// The first day.
        first: Day,
        /// The last day.
        last: Day,
        /// Whether it is as long as the rules want.
        fits: bool,
    },
}

/// What the days between two others mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They are few enough: one cluster.
    Joined,
    /// They are more than `gap_days`: a new cluster.
    TooWide,
    /// The user cut there, or took the days between.
    ByHand,
}

/// Why no run of days that fits stands behind a cluster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Suspended {
    /// The user wanted none.
    #[error("{}", text!("suspended-deleted"))]
    Deleted,
    /// Its level is not asked for.
    #[error("{}", text!("suspended-no-such-level", level = .0.name()))]
    NoSuchLevel(Level),
    /// It does not fit the rules.
    #[error("{}", outside(*.days, *.least, *.most))]
    Outside {
        /// How long it is.
        days: u32,
        /// The fewest days that the rules want.
        least: u32,
        /// The most.
        most: u32,
    },
    /// No file shows its days any more.
    #[error("{}", text!("suspended-no-photo"))]
    NoPhoto,
}

fn outside(days: u32, least: u32, most: u32) -> String {
    text!(
        "suspended-outside",
        days = counted(days as usize, "day"),
        least = least.to_string(),
        most = most.to_string(),
    )
}

impl Suspended {
    /// Why that cluster is not listed after a run by these rules.
    pub fn why(cluster: &Cluster, rules: &Rules) -> Self {
        let days = cluster.span.days();
        if cluster.state == State::Deleted {
            Self::Deleted
        } else if !rules.levels.contains(&cluster.of.level) {
            Self::NoSuchLevel(cluster.of.level)
        } else if (rules.min_days..=rules.max_days).contains(&days) {
            Self::NoPhoto
        } else {
            Self::Outside {
                days,
                least: rules.min_days,
                most: rules.max_days,
            }
        }
    }
}

/// The steps through the days of one region, as the engine goes them.
pub fn explain<'a>(
    evidence: &Evidence,
    rules: &Rules,
    decisions: &Decisions,
    level: Level,
    region: &Region,
    address_of: impl Fn(PlaceId) -> &'a Address,
) -> Vec<Step> {
    let mut days: BTreeMap<Day, u32> = BTreeMap::new();
    for of_place in evidence.pairs().chunk_by(|a, b| a.place == b.place) {
        if address_of(of_place[0].place).region(level).as_ref() == Some(region) {
            for pair in of_place {
                *days.entry(pair.day).or_default() += pair.tally.files;
            }
        }
    }
    let mut steps = Vec::new();
    let mut run: Option<Span> = None;
    let close = |run: Option<Span>, steps: &mut Vec<Step>| {
        if let Some(Span { first, last }) = run {
            let days = Span { first, last }.days();
            steps.push(Step::Run {
                first,
                last,
                fits: (rules.min_days..=rules.max_days).contains(&days),
            });
        }
    };
    for (day, files) in days {
        let taken = decisions.take_out(level, region, day);
        if !taken && let Some(before) = run {
            let between = Span {
                first: before.last,
                last: day,
            }
            .days()
            .saturating_sub(2);
            let verdict = if decisions.part(level, region, before.last, day) {
                Verdict::ByHand
            } else if between > rules.gap_days {
                Verdict::TooWide
            } else {
                Verdict::Joined
            };
            if verdict != Verdict::Joined {
                close(run.take(), &mut steps);
            }
            if between > 0 || verdict != Verdict::Joined {
                steps.push(Step::Between {
                    days: between,
                    verdict,
                });
            }
        }
        steps.push(Step::Day { day, files, taken });
        if !taken {
            run = Some(Span {
                first: run.map_or(day, |run| run.first),
                last: day,
            });
        }
    }
    close(run, &mut steps);
    steps
}
