//! What people decide about clusters. Later runs respect it.
//!
//! A decision is checked as a whole before anything is changed. It changes what the
//! clusters remember and no more; the clustering that follows makes the days of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::find::find;
use super::identity::{self, Cluster, State};
use crate::capture::day::Day;
use crate::find::FindError;
use crate::place::Level;
use crate::text::Escaped;

/// The longest title and id of the user's own, in bytes.
pub const LONGEST_TEXT: usize = 1024;
/// The most labels of one cluster.
pub const MOST_LABELS: usize = 100;

/// What is decided about some clusters.
#[derive(Debug, Clone)]
pub enum Decision {
    /// They carry other texts.
    Describe(Texts),
    /// They, and what was merged into them, are left out, and so is what comes to their
    /// days in their regions.
    Delete,
    /// They are not deleted after all.
    Restore,
    /// They are one, which is shown as the first of them.
    Merge,
    /// That day opens a cluster.
    Split(Day),
    /// They stay as they are now, with the files of now.
    Pin,
    /// Nothing of the kind was decided about them, or about what was merged into them:
    /// they are not merged, split or pinned.
    Reset,
}

/// The user's texts of a cluster, as they are to be.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    title: Edit,
    custom_id: Edit,
    clear_labels: bool,
    labels: Vec<(String, String)>,
}

/// What becomes of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Edit {
    /// It stays.
    #[default]
    Keep,
    /// It is taken away.
    Clear,
    /// It is this one.
    Set(String),
}

/// A text of a cluster that has a longest length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worded {
    /// The title.
    Title,
    /// The id of the user's own.
    CustomId,
}

/// Why something cannot be decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecideError {
    /// There is no such cluster, or there are several.
    #[error(transparent)]
    Find(#[from] FindError),
    /// What is to be restored is not deleted.
    #[error("`{}` is not deleted", Escaped::new(.id))]
    NotDeleted {
        /// Its id.
        id: String,
    },
    /// A single cluster is to be merged.
    #[error("it takes two clusters or more to merge")]
    OneIsNotEnough,
    /// Clusters of several levels are to be merged.
    #[error("only clusters of one level can be merged, not {level} and {other}")]
    OtherLevel {
        /// That of the first.
        level: Level,
        /// That of another one.
        other: Level,
    },
    /// What is to be merged or pinned is not there to be seen.
    #[error("`{}` is not listed at present", Escaped::new(.id))]
    NotListed {
        /// Its id.
        id: String,
    },
    /// A day does not lie between two days of the cluster.
    #[error("{at} does not cut the cluster; a day from {first} to {last} does")]
    DoesNotCut {
        /// The day.
        at: Day,
        /// The first day that does.
        first: Day,
        /// The last one.
        last: Day,
    },
    /// A cluster would have too many labels.
    #[error("the cluster would have {count} labels; at most {MOST_LABELS} are allowed")]
    TooManyLabels {
        /// How many.
        count: usize,
    },
    /// A text is too long.
    #[error("a text has {len} bytes; at most {LONGEST_TEXT} are allowed")]
    TooLong {
        /// Which one.
        what: Worded,
        /// Its length in bytes.
        len: usize,
    },
}

impl DecideError {
    /// The code by which programs tell errors apart, as in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Find(error) => error.code(),
            _ => "InvalidParameter",
        }
    }
}

impl Texts {
    /// Other texts. Labels are added to those of before, unless these are cleared.
    ///
    /// # Errors
    /// A text is too long.
    pub fn new(
        title: Edit,
        custom_id: Edit,
        clear_labels: bool,
        labels: Vec<(String, String)>,
    ) -> Result<Self, DecideError> {
        for (what, edit) in [(Worded::Title, &title), (Worded::CustomId, &custom_id)] {
            if let Edit::Set(text) = edit
                && text.len() > LONGEST_TEXT
            {
                let len = text.len();
                return Err(DecideError::TooLong { what, len });
            }
        }
        Ok(Self {
            title,
            custom_id,
            clear_labels,
            labels,
        })
    }

    /// The labels that a cluster then has.
    fn labels_of(&self, cluster: &Cluster) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::new();
        if !self.clear_labels {
            labels.clone_from(&cluster.custom_labels);
        }
        labels.extend(self.labels.iter().cloned());
        labels
    }
}

impl Edit {
    fn apply(&self, text: &mut Option<String>) {
        match self {
            Self::Keep => {}
            Self::Clear => *text = None,
            Self::Set(new) => *text = Some(new.clone()),
        }
    }
}

/// The clusters that something is decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// By their positions, each once.
    pub at: Vec<usize>,
    /// What is to be deleted and is not there, which is as good.
    pub unknown: Vec<String>,
}

/// Finds the clusters of some ids, and checks that this can be decided about them.
///
/// # Errors
/// Says why not. Nothing is changed then.
pub fn choose(
    clusters: &[Cluster],
    ids: &[String],
    decision: &Decision,
) -> Result<Chosen, DecideError> {
    let mut chosen = Chosen {
        at: Vec::new(),
        unknown: Vec::new(),
    };
    for id in ids {
        match find(clusters, id) {
            Ok(found) => {
                let at = clusters
                    .iter()
                    .position(|cluster| std::ptr::eq(cluster, found));
                chosen.at.extend(at.filter(|at| !chosen.at.contains(at)));
            }
            Err(FindError::NotFound { .. }) if matches!(decision, Decision::Delete) => {
                chosen.unknown.push(id.clone());
            }
            Err(error) => return Err(error.into()),
        }
    }
    let found: Vec<&Cluster> = chosen.at.iter().map(|at| &clusters[*at]).collect();
    if let (Decision::Merge, [one]) = (decision, found.as_slice()) {
        // What was merged before is one already, whichever ids are named.
        if ids.len() < 2 || one.whole.is_none() {
            return Err(DecideError::OneIsNotEnough);
        }
    }
    for cluster in &found {
        check(cluster, found[0].level, decision)?;
    }
    Ok(chosen)
}

/// Whether this can be decided about a cluster, among others the first of which is of
/// that level.
fn check(cluster: &Cluster, level: Level, decision: &Decision) -> Result<(), DecideError> {
    let id = || cluster.object_id.clone();
    match decision {
        Decision::Describe(texts) => {
            let count = texts.labels_of(cluster).len();
            if count > MOST_LABELS {
                return Err(DecideError::TooManyLabels { count });
            }
        }
        Decision::Restore if cluster.state != State::Deleted => {
            return Err(DecideError::NotDeleted { id: id() });
        }
        Decision::Merge if cluster.level != level => {
            let other = cluster.level;
            return Err(DecideError::OtherLevel { level, other });
        }
        Decision::Merge | Decision::Pin if !cluster.is_live() => {
            return Err(DecideError::NotListed { id: id() });
        }
        Decision::Split(at) => {
            let span = cluster.span;
            if *at <= span.first || *at > span.last {
                return Err(DecideError::DoesNotCut {
                    at: *at,
                    first: Day::from_number(span.first.number() + 1),
                    last: span.last,
                });
            }
        }
        _ => {}
    }
    Ok(())
}

/// Decides about clusters that were [chosen](choose) for it. `paths` are those of their
/// files, for [`Decision::Pin`]. Says whether anything changed.
pub fn apply(
    clusters: &mut [Cluster],
    chosen: &Chosen,
    decision: &Decision,
    paths: Vec<Vec<String>>,
    now: DateTime<Utc>,
) -> bool {
    let ids: Vec<String> = (chosen.at.iter())
        .map(|at| clusters[*at].object_id.clone())
        .collect();
    let is_chosen = |id: &String| ids.contains(id);
    let is_into = |cluster: &Cluster| cluster.merged_into.as_ref().is_some_and(is_chosen);
    let with_merged = |cluster: &Cluster| is_chosen(&cluster.object_id) || is_into(cluster);
    match decision {
        Decision::Describe(texts) => edit(
            clusters,
            |c| is_chosen(&c.object_id),
            |cluster| {
                texts.title.apply(&mut cluster.title);
                texts.custom_id.apply(&mut cluster.custom_id);
                cluster.custom_labels = texts.labels_of(cluster);
                cluster.update_time = now;
            },
        ),
        Decision::Delete => {
            let wanted = |c: &Cluster| c.state != State::Deleted && with_merged(c);
            edit(clusters, wanted, |cluster| {
                cluster.state = State::Deleted;
                cluster.update_time = now;
            })
        }
        Decision::Restore => edit(clusters, with_merged, |cluster| {
            // The clustering that follows finds its days again.
            cluster.state = State::Suspended;
            cluster.update_time = now;
        }),
        Decision::Merge => {
            let Some((first, others)) = ids.split_first() else {
                return false;
            };
            let wanted = |c: &Cluster| others.contains(&c.object_id);
            edit(clusters, wanted, |c| c.merged_into = Some(first.clone()))
        }
        Decision::Split(at) => edit(
            clusters,
            |c| is_chosen(&c.object_id),
            |cluster| {
                cluster.cuts.push(*at);
                cluster.cuts.sort_unstable();
                cluster.cuts.dedup();
            },
        ),
        Decision::Pin => {
            let mut changed = false;
            for (id, paths) in ids.iter().zip(paths) {
                // Those that were merged into it are frozen with it.
                for part in parts(clusters, id) {
                    if clusters[part].state == State::Live {
                        changed |=
                            edit_one(&mut clusters[part], |c| c.pinned = Some(paths.clone()));
                    }
                }
            }
            changed
        }
        Decision::Reset => {
            let reset = ids.iter().map(|id| reset(clusters, id));
            reset.fold(false, |changed, more| changed | more)
        }
    }
}

/// Takes back what was decided by hand about a cluster, and about all that it stands for.
fn reset(clusters: &mut [Cluster], id: &str) -> bool {
    let mut changed = false;
    for part in parts(clusters, id) {
        let cluster = &mut clusters[part];
        changed |= edit_one(cluster, |cluster| {
            (cluster.pinned, cluster.merged_into) = (None, None);
            cluster.cuts.clear();
        });
        // A cut is remembered by the part that was there before, and taken back from
        // either side of it.
        let (level, region, span) = (cluster.level, cluster.region.clone(), cluster.span);
        let touches = |cut: &Day| span.contains(*cut) || cut.number() == span.last.number() + 1;
        let of_region = |c: &Cluster| c.level == level && c.region == region;
        changed |= edit(clusters, of_region, |c| c.cuts.retain(|cut| !touches(cut)));
    }
    changed
}

/// The positions of the cluster of that id and of all that it stands for.
fn parts(clusters: &[Cluster], id: &str) -> Vec<usize> {
    let is_part = |c: &Cluster| identity::survivor(clusters, c).object_id == id;
    (0..clusters.len())
        .filter(|at| is_part(&clusters[*at]))
        .collect()
}

/// Changes some clusters; says whether one is another then.
fn edit(
    clusters: &mut [Cluster],
    wanted: impl Fn(&Cluster) -> bool,
    change: impl Fn(&mut Cluster),
) -> bool {
    let mut changed = false;
    for cluster in clusters.iter_mut().filter(|cluster| wanted(cluster)) {
        changed |= edit_one(cluster, &change);
    }
    changed
}

fn edit_one(cluster: &mut Cluster, change: impl Fn(&mut Cluster)) -> bool {
    let before = cluster.clone();
    change(cluster);
    *cluster != before
}
