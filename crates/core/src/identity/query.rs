//! Which clusters are wanted, and in what order.

use std::cmp::Ordering;

use chrono::{DateTime, FixedOffset, Utc};

use super::find::find;
use super::record::{Identity, Subject};
use crate::capture::clock::Clock;
use crate::capture::range::Range;
use crate::find::FindError;
use crate::place::{AddressKey, Level};

/// Which listed clusters are wanted, and in what order. What is left empty is not asked
/// for: the default wants all, by their first day.
#[derive(Debug, Default)]
pub struct Query {
    /// At one of these levels.
    pub levels: Vec<Level>,
    /// With this text in the title.
    pub title: Option<String>,
    /// With each of these in the address.
    pub address: Vec<(AddressKey, String)>,
    /// With each of these labels.
    pub labels: Vec<(String, String)>,
    /// That start within a range.
    pub start_time: Option<Range>,
    /// That end within a range.
    pub end_time: Option<Range>,
    /// That were made within a range.
    pub create_time: Option<Range>,
    /// That changed last within a range.
    pub update_time: Option<Range>,
    /// Of these ids, or what they begin with.
    pub ids: Vec<String>,
    /// What they are sorted by.
    pub sort: SortKey,
    /// Whether the last or latest comes first.
    pub descending: bool,
    /// How many at most.
    pub max_results: Option<usize>,
    /// Only those behind the one of this id.
    pub behind: Option<String>,
}

/// What clusters are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortKey {
    /// The first day.
    #[default]
    Start,
    /// The last day.
    End,
    /// When it was made.
    Create,
    /// When it changed last.
    Update,
}

impl Query {
    /// The listed clusters that are wanted.
    ///
    /// # Errors
    /// An id is not among them.
    pub fn select<'a, S: Subject>(
        &self,
        all: &'a [Identity<S>],
    ) -> Result<Vec<&'a Identity<S>>, FindError> {
        let ids: Vec<&str> = (self.ids.iter())
            .map(|id| find(all, id).map(|one| one.object_id.as_str()))
            .collect::<Result<_, _>>()?;
        let mut chosen: Vec<&Identity<S>> = (all.iter())
            .filter(|one| one.is_live() && self.wants(one))
            .filter(|one| ids.is_empty() || ids.contains(&one.object_id.as_str()))
            .collect();
        chosen.sort_by(|a, b| self.order(a, b));
        if let Some(behind) = &self.behind {
            let at = chosen
                .iter()
                .position(|one| one.object_id == behind.as_str());
            let at = at.ok_or_else(|| FindError::not_found(S::NOUN, behind.clone()))?;
            chosen.drain(..=at);
        }
        chosen.truncate(self.max_results.unwrap_or(usize::MAX));
        Ok(chosen)
    }

    fn order<S: Subject>(&self, a: &Identity<S>, b: &Identity<S>) -> Ordering {
        let by = match self.sort {
            SortKey::Start => a.days().first.cmp(&b.days().first),
            SortKey::End => a.days().last.cmp(&b.days().last),
            SortKey::Create => a.create_time.cmp(&b.create_time),
            SortKey::Update => a.update_time.cmp(&b.update_time),
        };
        let by = if self.descending { by.reverse() } else { by };
        by.then_with(|| a.of.order(&b.of))
            .then_with(|| a.object_id.cmp(&b.object_id))
    }

    fn wants<S: Subject>(&self, one: &Identity<S>) -> bool {
        let within =
            |range: Option<Range>, clock: Clock| range.is_none_or(|range| range.contains(clock));
        let utc = |time: DateTime<Utc>| Clock {
            date: time.date_naive(),
            time: Some(time.time()),
            offset: FixedOffset::east_opt(0),
        };
        let address = |(key, text): &(AddressKey, String)| {
            one.of.addresses().any(|address| key.fits(address, text))
        };
        let titled = |part: &String| {
            let title = one.title.as_ref();
            title.is_some_and(|title| title.contains(part))
        };
        let labelled = |(key, value): &(String, String)| one.custom_labels.get(key) == Some(value);
        (self.levels.is_empty()
            || one
                .of
                .level()
                .is_none_or(|level| self.levels.contains(&level)))
            && self.title.as_ref().is_none_or(titled)
            && self.address.iter().all(address)
            && self.labels.iter().all(labelled)
            && within(self.start_time, one.start_time())
            && within(self.end_time, one.end_time())
            && within(self.create_time, utc(one.create_time))
            && within(self.update_time, utc(one.update_time))
    }
}
