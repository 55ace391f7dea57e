//! What people decide about clusters. Later runs respect it.
//!
//! A decision is checked as a whole before anything is changed. It changes what the
//! clusters remember and no more; the clustering that follows makes the days of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use imm_cluster_messages::text;

use super::find::find;
use super::object_id::ObjectId;
use super::record::{Identity, State, Subject, survivor};
use crate::capture::day::Day;
use crate::find::{FindError, Noun};
use crate::place::Level;
use crate::text::{Escaped, counted};

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
    #[error("{}", text!("error-not-deleted", id = Escaped::new(.id).to_string()))]
    NotDeleted {
        /// Its id.
        id: String,
    },
    /// A single one is to be merged.
    #[error("{}", text!("error-one-to-merge", two = counted(2, .what.word())))]
    OneIsNotEnough {
        /// What was to be merged.
        what: Noun,
    },
    /// Clusters of several levels are to be merged.
    #[error("{}", text!("error-other-level", level = .level.name(), other = .other.name()))]
    OtherLevel {
        /// That of the first.
        level: Level,
        /// That of another one.
        other: Level,
    },
    /// What is to be merged or pinned is not there to be seen.
    #[error("{}", text!("error-not-listed", id = Escaped::new(.id).to_string()))]
    NotListed {
        /// Its id.
        id: String,
    },
    /// A day does not lie between two days of the cluster.
    #[error("{}", does_not_cut(*.what, *.at, *.first, *.last))]
    DoesNotCut {
        /// What was to be cut.
        what: Noun,
        /// The day.
        at: Day,
        /// The first day that does, behind the last one where it has a single day.
        first: Day,
        /// The last one.
        last: Day,
    },
    /// A cluster would have too many labels.
    #[error("{}", too_many_labels(*.what, *.count))]
    TooManyLabels {
        /// What was to have them.
        what: Noun,
        /// How many.
        count: usize,
    },
    /// A text is too long.
    #[error("{}", text!("error-text-too-long", len = .len.to_string(), most = LONGEST_TEXT.to_string()))]
    TooLong {
        /// Which one.
        what: Worded,
        /// Its length in bytes.
        len: usize,
    },
}

fn does_not_cut(what: Noun, at: Day, first: Day, last: Day) -> String {
    let (what, at) = (what.word(), at.to_string());
    if first > last {
        return text!("error-does-not-cut-single", at = at, what = what);
    }
    text!(
        "error-does-not-cut",
        at = at,
        what = what,
        first = first.to_string(),
        last = last.to_string(),
    )
}

fn too_many_labels(what: Noun, count: usize) -> String {
    text!(
        "error-too-many-labels",
        what = what.word(),
        count = count.to_string(),
        most = MOST_LABELS.to_string(),
    )
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
    fn labels_of<S: Subject>(&self, one: &Identity<S>) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::new();
        if !self.clear_labels {
            labels.clone_from(&one.custom_labels);
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
pub fn choose<S: Subject>(
    all: &[Identity<S>],
    ids: &[String],
    decision: &Decision,
) -> Result<Chosen, DecideError> {
    let mut chosen = Chosen {
        at: Vec::new(),
        unknown: Vec::new(),
    };
    for id in ids {
        match find(all, id) {
            Ok(found) => {
                let at = all.iter().position(|one| std::ptr::eq(one, found));
                chosen.at.extend(at.filter(|at| !chosen.at.contains(at)));
            }
            Err(FindError::NotFound { .. }) if matches!(decision, Decision::Delete) => {
                chosen.unknown.push(id.clone());
            }
            Err(error) => return Err(error.into()),
        }
    }
    let found: Vec<&Identity<S>> = chosen.at.iter().map(|at| &all[*at]).collect();
    if let (Decision::Merge, [one]) = (decision, found.as_slice()) {
        // What was merged before is one already, whichever ids are named.
        if ids.len() < 2 || one.whole.is_none() {
            return Err(DecideError::OneIsNotEnough { what: S::NOUN });
        }
    }
    for one in &found {
        check(one, found[0].of.level(), decision)?;
    }
    Ok(chosen)
}

/// Whether this can be decided about a cluster, among others the first of which is of
/// that level.
fn check<S: Subject>(
    one: &Identity<S>,
    level: Option<Level>,
    decision: &Decision,
) -> Result<(), DecideError> {
    let id = || one.object_id.to_string();
    match decision {
        Decision::Describe(texts) => {
            let count = texts.labels_of(one).len();
            if count > MOST_LABELS {
                return Err(DecideError::TooManyLabels {
                    what: S::NOUN,
                    count,
                });
            }
        }
        Decision::Restore if one.state != State::Deleted => {
            return Err(DecideError::NotDeleted { id: id() });
        }
        Decision::Merge if one.of.level() != level => {
            if let (Some(level), Some(other)) = (level, one.of.level()) {
                return Err(DecideError::OtherLevel { level, other });
            }
        }
        Decision::Merge | Decision::Pin if !one.is_live() => {
            return Err(DecideError::NotListed { id: id() });
        }
        Decision::Split(at) => {
            let span = one.span;
            if *at <= span.first || *at > span.last {
                return Err(DecideError::DoesNotCut {
                    what: S::NOUN,
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
pub fn apply<S: Subject>(
    all: &mut [Identity<S>],
    chosen: &Chosen,
    decision: &Decision,
    paths: Vec<Vec<String>>,
    now: DateTime<Utc>,
) -> bool {
    let ids: Vec<ObjectId<S>> = (chosen.at.iter())
        .map(|at| all[*at].object_id.clone())
        .collect();
    let is_chosen = |id: &ObjectId<S>| ids.contains(id);
    let is_into = |one: &Identity<S>| one.merged_into.as_ref().is_some_and(is_chosen);
    let with_merged = |one: &Identity<S>| is_chosen(&one.object_id) || is_into(one);
    match decision {
        Decision::Describe(texts) => edit(
            all,
            |c| is_chosen(&c.object_id),
            |one| {
                texts.title.apply(&mut one.title);
                texts.custom_id.apply(&mut one.custom_id);
                one.custom_labels = texts.labels_of(one);
                one.update_time = now;
            },
        ),
        Decision::Delete => {
            let wanted = |c: &Identity<S>| c.state != State::Deleted && with_merged(c);
            edit(all, wanted, |one| {
                one.state = State::Deleted;
                one.update_time = now;
            })
        }
        Decision::Restore => edit(all, with_merged, |one| {
            // The clustering that follows finds its days again.
            one.state = State::Suspended;
            one.update_time = now;
        }),
        Decision::Merge => {
            let Some((first, others)) = ids.split_first() else {
                return false;
            };
            let wanted = |c: &Identity<S>| others.contains(&c.object_id);
            edit(all, wanted, |c| c.merged_into = Some(first.clone()))
        }
        Decision::Split(at) => edit(
            all,
            |c| is_chosen(&c.object_id),
            |one| {
                one.cuts.push(*at);
                one.cuts.sort_unstable();
                one.cuts.dedup();
            },
        ),
        Decision::Pin => {
            let mut changed = false;
            for (id, paths) in ids.iter().zip(paths) {
                // Those that were merged into it are frozen with it.
                for part in parts(all, id) {
                    if all[part].state == State::Live {
                        changed |= edit_one(&mut all[part], |c| c.pinned = Some(paths.clone()));
                    }
                }
            }
            changed
        }
        Decision::Reset => {
            let reset = ids.iter().map(|id| reset(all, id));
            reset.fold(false, |changed, more| changed | more)
        }
    }
}

/// Takes back what was decided by hand about a cluster, and about all that it stands for.
fn reset<S: Subject>(all: &mut [Identity<S>], id: &ObjectId<S>) -> bool {
    let mut changed = false;
    for part in parts(all, id) {
        let one = &mut all[part];
        changed |= edit_one(one, |one| {
            (one.pinned, one.merged_into) = (None, None);
            one.cuts.clear();
        });
        // A cut is remembered by the part that was there before, and taken back from
        // either side of it.
        let (of, span) = (one.of.clone(), one.span);
        let touches = |cut: &Day| span.contains(*cut) || cut.number() == span.last.number() + 1;
        let of_scope = |c: &Identity<S>| c.of.by_scope(&of).is_eq();
        changed |= edit(all, of_scope, |c| c.cuts.retain(|cut| !touches(cut)));
    }
    changed
}

/// The positions of the cluster of that id and of all that it stands for.
fn parts<S: Subject>(all: &[Identity<S>], id: &ObjectId<S>) -> Vec<usize> {
    let is_part = |c: &Identity<S>| survivor(all, c).object_id == *id;
    (0..all.len()).filter(|at| is_part(&all[*at])).collect()
}

/// Changes some clusters; says whether one is another then.
fn edit<S: Subject>(
    all: &mut [Identity<S>],
    wanted: impl Fn(&Identity<S>) -> bool,
    change: impl Fn(&mut Identity<S>),
) -> bool {
    let mut changed = false;
    for one in all.iter_mut().filter(|one| wanted(one)) {
        changed |= edit_one(one, &change);
    }
    changed
}

fn edit_one<S: Subject>(one: &mut Identity<S>, change: impl Fn(&mut Identity<S>)) -> bool {
    let before = one.clone();
    change(one);
    *one != before
}
