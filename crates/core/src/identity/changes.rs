//! What became of each identity in a run, to be told.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::object_id::ObjectId;
use super::record::{Counts, Identity, State, Subject, by_id, stands_for};
use crate::capture::day::Day;
use crate::capture::span::Span;

/// How many listed ones a run made, changed, took off the list or left, and
/// which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes<S> {
    /// New ids.
    pub created: usize,
    /// Listed ones with other dates, address or counts, or listed again.
    pub updated: usize,
    /// Suspended or absorbed.
    pub removed: usize,
    /// Listed as before.
    pub unchanged: usize,
    /// One for each that is not as before, in the order of the dataset.
    pub events: Vec<Event<S>>,
}

// A derived one would ask the same of `S`.
impl<S> Default for Changes<S> {
    fn default() -> Self {
        Self {
            created: 0,
            updated: 0,
            removed: 0,
            unchanged: 0,
            events: Vec::new(),
        }
    }
}

/// What became of one in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<S> {
    /// Its id.
    pub object_id: ObjectId<S>,
    /// What became of it.
    pub change: Change,
    /// The days that it had before.
    pub before: Option<Span>,
    /// The other one that has to do with it: the one that it was merged into,
    /// that was merged into it, or that it was split off from.
    pub other: Option<ObjectId<S>>,
}

/// What can become of one in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Created,
    /// It is new, on days that another one had.
    SplitOff,
    /// It has more days.
    Grew,
    /// It has more days, and another one is part of it now.
    Merged,
    /// It has fewer days.
    Shrank,
    /// It has as many days, and other files, dates or names.
    Changed,
    /// It is part of another one now.
    Absorbed,
    /// Nothing that fits the options stands behind it any more.
    Suspended,
    /// It is listed again.
    CameBack,
}

impl Change {
    /// The stable name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::SplitOff => "split-off",
            Self::Grew => "grew",
            Self::Merged => "merged",
            Self::Shrank => "shrank",
            Self::Changed => "changed",
            Self::Absorbed => "absorbed",
            Self::Suspended => "suspended",
            Self::CameBack => "came-back",
        }
    }
}

/// Compares identities after a run with those before, in the order of the dataset.
pub(super) fn changes<S: Subject>(
    known: &HashMap<&ObjectId<S>, &Identity<S>>,
    after: &[Identity<S>],
) -> Changes<S> {
    let mut changes = Changes::default();
    let mut context = InContext::new(after, known);
    for one in after {
        let before = known.get(&one.object_id).copied();
        let Some(change) = change(before, one) else {
            changes.unchanged += usize::from(one.is_live());
            continue;
        };
        match change {
            Change::Created => changes.created += 1,
            Change::Absorbed | Change::Suspended => changes.removed += 1,
            _ => changes.updated += 1,
        }
        changes.events.push(context.event(one, before, change));
    }
    changes
}

/// What became of one, seen by itself; `None` when it is as before or was
/// not and is not listed.
fn change<S: Subject>(before: Option<&Identity<S>>, after: &Identity<S>) -> Option<Change> {
    let Some(before) = before else {
        return Some(Change::Created);
    };
    match (before.is_live(), after.is_live()) {
        (false, false) => None,
        (true, false)
            if matches!(after.state, State::Absorbed(_)) || after.merged_into.is_some() =>
        {
            Some(Change::Absorbed)
        }
        (true, false) => Some(Change::Suspended),
        (false, true) => Some(Change::CameBack),
        (true, true) if !shows_differently(before, after) => None,
        (true, true) => Some(match after.days().days().cmp(&before.days().days()) {
            Ordering::Greater => Change::Grew,
            Ordering::Less => Change::Shrank,
            Ordering::Equal => Change::Changed,
        }),
    }
}

/// Tells changes together with the other all that have to do with them.
struct InContext<'a, S: Subject> {
    after: &'a [Identity<S>],
    known: &'a HashMap<&'a ObjectId<S>, &'a Identity<S>>,
    ids: HashMap<&'a ObjectId<S>, &'a Identity<S>>,
    /// By the survivor's id: the first that was listed and is part of it now.
    now_part: HashMap<&'a ObjectId<S>, &'a Identity<S>>,
    /// The scope that was asked for last, and what was listed in it before.
    listed: Option<(&'a S, Listed<'a, S>)>,
}

/// The all of one region that were listed before, by the first day that they had
/// then.
struct Listed<'a, S: Subject>(Vec<WasListed<'a, S>>);

struct WasListed<'a, S: Subject> {
    days: Span,
    /// The last day of this and of all that begin earlier.
    latest: Day,
    /// The place in the order of the dataset.
    at: usize,
    one: &'a Identity<S>,
}

impl<'a, S: Subject> Listed<'a, S> {
    fn new(
        of_scope: impl Iterator<Item = &'a Identity<S>>,
        known: &HashMap<&ObjectId<S>, &Identity<S>>,
    ) -> Self {
        let mut listed: Vec<WasListed<'a, S>> = of_scope
            .enumerate()
            .filter_map(|(at, one)| {
                let before = known.get(&one.object_id)?;
                let days = before.days();
                let latest = days.last;
                before.is_live().then_some(WasListed {
                    days,
                    latest,
                    at,
                    one,
                })
            })
            .collect();
        listed.sort_by_key(|was| was.days);
        let mut latest = None;
        for was in &mut listed {
            was.latest = latest.map_or(was.latest, |latest| was.latest.max(latest));
            latest = Some(was.latest);
        }
        Self(listed)
    }

    /// The first in the order of the dataset that had one of these days.
    fn with_days_of(&self, span: Span) -> Option<&'a Identity<S>> {
        let end = self.0.partition_point(|was| was.days.first <= span.last);
        let candidates = self.0.iter().take(end).rev();
        candidates
            .take_while(|was| was.latest >= span.first)
            .filter(|was| was.days.last >= span.first)
            .min_by_key(|was| was.at)
            .map(|was| was.one)
    }
}

impl<'a, S: Subject> InContext<'a, S> {
    fn new(after: &'a [Identity<S>], known: &'a HashMap<&'a ObjectId<S>, &'a Identity<S>>) -> Self {
        let mut now_part = HashMap::new();
        for one in after {
            let before = known.get(&one.object_id);
            if let State::Absorbed(into) = &one.state
                && before.is_some_and(|before| before.is_live())
            {
                now_part.entry(into).or_insert(one);
            }
        }
        Self {
            after,
            known,
            ids: by_id(after),
            now_part,
            listed: None,
        }
    }

    fn event(
        &mut self,
        one: &'a Identity<S>,
        before: Option<&Identity<S>>,
        change: Change,
    ) -> Event<S> {
        let (change, other) = match change {
            Change::Created => match self.had_days_of(one) {
                None => (change, None),
                other => (Change::SplitOff, other),
            },
            Change::Grew => match self.now_part.get(&one.object_id) {
                None => (change, None),
                other => (Change::Merged, other.copied()),
            },
            Change::Absorbed => {
                let find = |id: &ObjectId<S>| self.ids.get(id).copied();
                (change, Some(stands_for(one, self.after.len(), find)))
            }
            _ => (change, None),
        };
        Event {
            object_id: one.object_id.clone(),
            change,
            before: before.map(Identity::days),
            other: other.map(|other| other.object_id.clone()),
        }
    }

    /// The one that was listed on days of this one.
    fn had_days_of(&mut self, one: &'a Identity<S>) -> Option<&'a Identity<S>> {
        let wanted = &one.of;
        let is_other = |(at, _): &(&S, _)| at.by_scope(wanted).is_ne();
        if self.listed.as_ref().is_none_or(is_other) {
            // Those of a scope stand together in the order of the dataset.
            let before = |other: &Identity<S>| other.of.by_scope(wanted).is_lt();
            let of_scope = self.after.iter().skip(self.after.partition_point(before));
            let of_scope = of_scope.take_while(|other| other.of.by_scope(wanted).is_eq());
            self.listed = Some((wanted, Listed::new(of_scope, self.known)));
        }
        let (_, listed) = self.listed.as_ref()?;
        listed.with_days_of(one.days())
    }
}

/// Whether a person or program that looks at it sees a difference.
pub(super) fn shows_differently<S: Subject>(before: &Identity<S>, after: &Identity<S>) -> bool {
    fn shown<S: Subject>(one: &Identity<S>) -> (&State<S>, Span, &Counts) {
        (&one.state, one.days(), one.holds())
    }
    shown(before) != shown(after) || !before.of.shows_like(&after.of)
}
