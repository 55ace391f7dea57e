//! What lasts of something that is made anew by each run: an id, texts and decisions of
//! the user, and what it stood for when the last run ended.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use chrono::{DateTime, NaiveTime, Utc};
use serde_json::{Map, Value};

use super::object_id::ObjectId;
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::capture::span::Span;
use crate::find::Noun;
use crate::place::{Address, Level};

/// What runs of days are of: a region at a level, or the time away from home.
pub trait Subject: Clone + Debug + PartialEq {
    /// What several that the user merged are shown with, besides their days and counts.
    type Joined: Clone + Debug + PartialEq;

    /// The word for one in messages.
    const NOUN: Noun;

    /// What all ids begin with.
    const PREFIX: &'static str;

    /// The order of scopes. Only a run of the same scope goes to an identity.
    fn by_scope(&self, other: &Self) -> Ordering;

    /// The level, where there are levels. Only what is of one level can be merged.
    fn level(&self) -> Option<Level>;

    /// The addresses that people look for it by.
    fn addresses(&self) -> impl Iterator<Item = &Address>;

    /// Which one is named first among those of the same time.
    fn order(&self, other: &Self) -> Ordering;

    /// Takes over what a run of the same scope shows.
    fn follow(&mut self, run: &Self);

    /// Whether a person or program sees no difference.
    fn shows_like(&self, other: &Self) -> bool;
}

impl<S: Subject> ObjectId<S> {
    /// One that nothing else has.
    pub fn random() -> Self {
        Self::from(format!("{}{}", S::PREFIX, uuid::Uuid::new_v4()))
    }

    /// The id without what all of its kind begin with.
    pub fn uuid(&self) -> &str {
        self.as_str()
            .strip_prefix(S::PREFIX)
            .unwrap_or(self.as_str())
    }
}

/// A run of days, with what it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run<S> {
    /// What it is of.
    pub of: S,
    /// The days, bridged ones included.
    pub span: Span,
    /// What was found in it.
    pub counts: Counts,
    /// Whether its length is within the rules. One that is not is no cluster, and keeps
    /// the identities of its days from becoming something else.
    pub fits: bool,
}

/// An identity as the dataset keeps it, and what it stood for when the last run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity<S: Subject> {
    /// Its lasting id.
    pub object_id: ObjectId<S>,
    /// What it is of.
    pub of: S,
    /// Whether it is listed.
    pub state: State<S>,
    /// The days it stands for, or last stood for.
    pub span: Span,
    /// The days it had before it absorbed another or was absorbed.
    pub own: Span,
    /// What was found in it.
    pub counts: Counts,
    /// The user's title.
    pub title: Option<String>,
    /// The user's own id.
    pub custom_id: Option<String>,
    /// The user's labels.
    pub custom_labels: BTreeMap<String, String>,
    /// Days that the user let open another one of its scope.
    pub cuts: Vec<Day>,
    /// The one that the user merged this one into.
    pub merged_into: Option<ObjectId<S>>,
    /// What it stands for together with those that the user merged into it.
    pub whole: Option<Box<Whole<S::Joined>>>,
    /// The paths of its files when the user pinned it. It stays as it was then.
    pub pinned: Option<Vec<String>>,
    /// When its id was given.
    pub create_time: DateTime<Utc>,
    /// When its dates, names, counts, state or the user's texts changed last.
    pub update_time: DateTime<Utc>,
    /// Keys of the dataset that this version does not know.
    pub unknown: Map<String, Value>,
}

/// What became of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State<S> {
    /// It is listed.
    Live,
    /// Nothing that fits the options stands behind it at present.
    Suspended,
    /// Its days belong to the one of that id.
    Absorbed(ObjectId<S>),
    /// The user deleted it. Its days in its scope are left out for good.
    Deleted,
}

/// Several that the user merged, as the one that they are shown as.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole<J> {
    /// From the first to the last day of all.
    pub span: Span,
    /// What was found in all.
    pub counts: Counts,
    /// What else they are shown with.
    pub of: J,
    /// What a later version says of it.
    pub unknown: Map<String, Value>,
}

/// What a run of days holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Days with a file.
    pub active_days: u32,
    /// Files that are there.
    pub files: u32,
    /// Presses of the shutter among them.
    pub moments: u32,
    /// Files that were there once.
    pub missing: u32,
    /// Files among those that are there whose place is lent.
    pub lent: u32,
    /// The earliest capture with a time.
    pub first_capture: Option<Clock>,
    /// The latest capture with a time.
    pub last_capture: Option<Clock>,
    /// The offset from UTC of the first day's first file.
    pub start_offset: Option<chrono::FixedOffset>,
    /// The offset from UTC of the last day's last file.
    pub end_offset: Option<chrono::FixedOffset>,
}

impl<S: Subject> Identity<S> {
    /// That of a run which none of the known ones came for.
    pub fn new(run: Run<S>, object_id: ObjectId<S>, now: DateTime<Utc>) -> Self {
        Self {
            object_id,
            of: run.of,
            state: State::Live,
            span: run.span,
            own: run.span,
            counts: run.counts,
            title: None,
            custom_id: None,
            custom_labels: BTreeMap::new(),
            cuts: Vec::new(),
            merged_into: None,
            whole: None,
            pinned: None,
            create_time: now,
            update_time: now,
            unknown: Map::new(),
        }
    }

    /// Whether it is listed.
    pub fn is_live(&self) -> bool {
        self.merged_into.is_none() && (self.state == State::Live || self.whole.is_some())
    }

    /// The days that it is shown with.
    pub fn days(&self) -> Span {
        self.whole.as_ref().map_or(self.span, |whole| whole.span)
    }

    /// What it is shown to hold.
    pub fn holds(&self) -> &Counts {
        self.whole
            .as_ref()
            .map_or(&self.counts, |whole| &whole.counts)
    }

    /// What the user decided about it, for people.
    pub fn by_hand(&self) -> Vec<&'static str> {
        let said = [
            (self.whole.is_some(), "merged"),
            (!self.cuts.is_empty(), "split"),
            (self.pinned.is_some(), "pinned"),
        ];
        said.into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, what)| what)
            .collect()
    }

    /// The first moment of the first day, with the offset of its first file.
    pub fn start_time(&self) -> Clock {
        first_moment(self.days(), self.holds())
    }

    /// The last nanosecond of the last day, with the offset of its last file.
    pub fn end_time(&self) -> Clock {
        last_moment(self.days(), self.holds())
    }

    /// Whether it follows no run: the user deleted it, or froze it as it was.
    pub fn is_out_of_play(&self) -> bool {
        self.state == State::Deleted || self.pinned.is_some()
    }

    /// Whether it carries texts of the user.
    pub fn is_edited(&self) -> bool {
        self.title.is_some() || self.custom_id.is_some() || !self.custom_labels.is_empty()
    }

    /// Takes over what the run holds. Alone on it, all its days become its own.
    pub fn follow(&mut self, run: &Run<S>, alone: bool) {
        self.span = run.span;
        self.of.follow(&run.of);
        self.counts.clone_from(&run.counts);
        self.state = if run.fits {
            State::Live
        } else {
            State::Suspended
        };
        if alone {
            self.own = run.span;
        }
    }
}

/// The first moment of a span, with the offset of its first file.
pub fn first_moment(span: Span, counts: &Counts) -> Clock {
    Clock {
        date: span.first.date(),
        time: Some(NaiveTime::MIN),
        offset: counts.start_offset,
    }
}

/// The last nanosecond of a span, with the offset of its last file.
pub fn last_moment(span: Span, counts: &Counts) -> Clock {
    let last = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999);
    Clock {
        date: span.last.date(),
        time: last,
        offset: counts.end_offset,
    }
}

/// The one that stands for this one: it, or the one that it was absorbed by or merged
/// into.
pub fn survivor<'a, S: Subject>(all: &'a [Identity<S>], one: &'a Identity<S>) -> &'a Identity<S> {
    stands_for(one, all.len(), |id| {
        all.iter().find(|other| other.object_id == *id)
    })
}

/// As [`survivor`], where `find` finds one of so many by its id.
pub fn stands_for<'a, S: Subject>(
    one: &'a Identity<S>,
    all: usize,
    find: impl Fn(&ObjectId<S>) -> Option<&'a Identity<S>>,
) -> &'a Identity<S> {
    let mut found = one;
    // Each step goes to another one, so there are fewer than there are in all.
    for _ in 0..all {
        let ((Some(next), _) | (None, State::Absorbed(next))) = (&found.merged_into, &found.state)
        else {
            break;
        };
        match find(next) {
            Some(next) => found = next,
            None => break,
        }
    }
    found
}

/// Identities by their ids.
pub fn by_id<S: Subject>(all: &[Identity<S>]) -> HashMap<&ObjectId<S>, &Identity<S>> {
    let ids = all.iter().map(|one| &one.object_id);
    ids.zip(all).collect()
}
