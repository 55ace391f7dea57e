//! Places for files that state none: what the files taken before and after tell.
//!
//! A camera without a receiver lies in the bag beside the telephone. What is lent is a
//! conclusion: it is found anew each time, changes when its lenders do, and is never lent
//! on. The limits in time are those at which hidden positions of 34 people's libraries were
//! named right (city 92 %, province 98.8 %); one side alone within three hours would be wrong
//! for one province in six away from home, and is not lent by. That more files around have to
//! say the same raises that, in synthetic lives with hidden blocks of three hours, from 92 to
//! 97 % of cities and from 97 to 99 % of provinces: somebody who moves lends the country.

use crate::place::PlaceId;

const HOUR: i64 = 3_600;
/// Both sides within this tell the city.
const CITY: i64 = 24 * HOUR;
/// One side within this tells the position.
const NEAR: i64 = HOUR / 2;
/// The files around within this lie beside the one that lends its position.
const STILL: i64 = 6 * HOUR;
/// Both sides within this tell the province.
const PROVINCE: i64 = 72 * HOUR;
/// So many files on each side have to say the same, as far as there are so many within the
/// limit of the rule.
const WITNESSES: usize = 4;

/// By what rule a place is lent, in the order in which the rules are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A history of locations has a position at that time.
    Track,
    /// Files on both sides within 24 hours lie in one city.
    BothCity,
    /// A file within 30 minutes has a position.
    Near,
    /// Files on both sides within 72 hours lie in one province.
    BothProvince,
    /// A file within 30 minutes has a position, but those around lie elsewhere: somebody is
    /// on the move, in a country, and away from home or not.
    Moving,
}

impl Rule {
    /// The stable name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Track => "lent:track",
            Self::BothCity => "lent:both-city",
            Self::Near => "lent:near",
            Self::BothProvince => "lent:both-province",
            Self::Moving => "lent:moving",
        }
    }
}

/// A file, or the trace of one, that knows its place. `T` is what it is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lender<T> {
    /// What a clock at its place showed, in seconds as if that were UTC.
    pub time: i64,
    /// Its place.
    pub place: PlaceId,
    /// Which one it is.
    pub who: T,
}

/// The city and the province of a place by number, the same for the same region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regions {
    /// The city, where one is named.
    pub city: Option<u32>,
    /// The province, where one is named.
    pub province: Option<u32>,
}

/// When the one was taken that wants a place, on the lenders' time line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At that second.
    At(i64),
    /// At some second from the first to the last, both included: of some files only the
    /// day is known. What is lent holds at every one of them.
    Between(i64, i64),
}

/// What is lent, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loan<T> {
    /// The rule.
    pub rule: Rule,
    /// The lenders on the two sides, the nearer in time first; the same one twice where
    /// only one counts.
    pub lenders: [Lender<T>; 2],
    /// The seconds to the nearer one.
    pub seconds: i64,
}

/// All lenders, by time. Those of one second stand in an order of their own, that the
/// maker of the list chooses.
#[derive(Debug, Clone)]
pub struct Lenders<T> {
    by_time: Vec<Lender<T>>,
    /// By place.
    regions: Vec<Regions>,
}

impl<T: Copy> Lenders<T> {
    /// Of lenders by time, and the regions of each place that they name.
    pub fn new(by_time: Vec<Lender<T>>, regions: Vec<Regions>) -> Self {
        debug_assert!(by_time.is_sorted_by_key(|lender| lender.time));
        Self { by_time, regions }
    }

    /// What is lent to a file of that time: by the first rule that holds. `beside` says
    /// whether two lenders were taken at one spot.
    pub fn lend(
        &self,
        when: When,
        beside: impl Fn(&Lender<T>, &Lender<T>) -> bool,
    ) -> Option<Loan<T>> {
        let both = |rule, most, region: fn(Regions) -> Option<u32>| {
            self.on_both_sides(rule, when, most, region)
        };
        both(Rule::BothCity, CITY, |regions| regions.city)
            .or_else(|| self.near(Rule::Near, when, beside))
            .or_else(|| both(Rule::BothProvince, PROVINCE, |regions| regions.province))
            .or_else(|| self.near(Rule::Moving, when, |_, _| true))
    }

    fn region(&self, lender: &Lender<T>, of: fn(Regions) -> Option<u32>) -> Option<u32> {
        of(*self.regions.get(lender.place.index())?)
    }

    /// By the files before and after, when at each second in question both are near
    /// enough and of one region.
    fn on_both_sides(
        &self,
        rule: Rule,
        when: When,
        most: i64,
        of: fn(Regions) -> Option<u32>,
    ) -> Option<Loan<T>> {
        let (first, last) = match when {
            When::At(time) => (time, time),
            When::Between(first, last) => (first, last),
        };
        let after = self.by_time.partition_point(|lender| lender.time <= last);
        // From the last one before the first second to the first one after the last.
        let before = self.by_time[..after].partition_point(|lender| lender.time <= first);
        let sides = self.by_time.get(before.checked_sub(1)?..=after)?;
        let [begin, .., end] = sides else { return None };
        let region = self.region(begin, of)?;
        let holds = sides.windows(2).all(|pair| {
            let [a, b] = [pair[0].time, pair[1].time];
            let is_near = b.min(last) - a <= most && b - a.max(first) <= most;
            is_near && self.region(&pair[1], of) == Some(region)
        });
        let mut around = (self.by_time[..before].iter().rev().take(WITNESSES))
            .take_while(|lender| first - lender.time <= most)
            .chain(
                (self.by_time[after..].iter().take(WITNESSES))
                    .take_while(|lender| lender.time - last <= most),
            );
        let agree = |lender: &Lender<T>| self.region(lender, of) == Some(region);
        let holds = holds && around.all(agree);
        let middle = i64::midpoint(first, last);
        let [to_begin, to_end] = [begin, end].map(|lender| (lender.time - middle).abs());
        let lenders = if to_end < to_begin {
            [*end, *begin]
        } else {
            [*begin, *end]
        };
        holds.then_some(Loan {
            rule,
            lenders,
            seconds: to_begin.min(to_end),
        })
    }

    /// By the nearest file, when those around lie beside it; of two as near, by the earlier.
    fn near(
        &self,
        rule: Rule,
        when: When,
        beside: impl Fn(&Lender<T>, &Lender<T>) -> bool,
    ) -> Option<Loan<T>> {
        let When::At(time) = when else { return None };
        let behind = self.by_time.partition_point(|lender| lender.time < time);
        let (from, to) = (behind.saturating_sub(WITNESSES), behind + WITNESSES);
        let around = &self.by_time[from..to.min(self.by_time.len())];
        let distance = |lender: &&Lender<T>| (lender.time - time).abs();
        let nearest = around.iter().min_by_key(distance)?;
        let seconds = distance(&nearest);
        let mut around = around.iter().filter(|lender| distance(lender) <= STILL);
        let holds = seconds <= NEAR && around.all(|lender| beside(lender, nearest));
        holds.then_some(Loan {
            rule,
            lenders: [*nearest; 2],
            seconds,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lenders as hours and places: 0 and 1 are cities of province 0, 2 is a city of
    /// province 1, 3 has a province 1 and no city.
    fn lenders(list: &[(i64, u32)]) -> Lenders<usize> {
        let lender = |(who, (hours, place)): (usize, &(i64, u32))| Lender {
            time: hours * HOUR,
            place: PlaceId(*place),
            who,
        };
        let regions = [(Some(0), 0), (Some(1), 0), (Some(2), 1), (None, 1)];
        let regions = regions.map(|(city, province)| Regions {
            city,
            province: Some(province),
        });
        Lenders::new(
            list.iter().enumerate().map(lender).collect(),
            regions.to_vec(),
        )
    }

    fn same(a: &Lender<usize>, b: &Lender<usize>) -> bool {
        a.place == b.place
    }

    fn lent(list: &[(i64, u32)], when: When) -> Option<(Rule, usize, i64)> {
        let loan = lenders(list).lend(when, same)?;
        Some((loan.rule, loan.lenders[0].who, loan.seconds))
    }

    #[test]
    fn one_city_on_both_sides_is_lent_within_a_day() {
        let at = |hours: i64| When::At(hours * HOUR);
        let both = [(0, 0), (30, 0)];
        let lent_at = |hours| lent(&both, at(hours));
        assert_eq!(lent_at(10), Some((Rule::BothCity, 0, 10 * HOUR)));
        assert_eq!(lent_at(24), Some((Rule::BothCity, 1, 6 * HOUR)));
        assert_eq!(lent_at(25), Some((Rule::BothProvince, 1, 5 * HOUR)));
        assert_eq!(lent_at(31), None, "one side alone tells nothing");
        let apart = [(0, 0), (30, 1)];
        assert_eq!(
            lent(&apart, at(10)),
            Some((Rule::BothProvince, 0, 10 * HOUR))
        );
        assert_eq!(
            lent(&[(0, 0), (30, 2)], at(10)),
            None,
            "another province follows"
        );
        assert_eq!(
            lent(&[(0, 3), (30, 3)], at(5)).unwrap().0,
            Rule::BothProvince
        );
        assert_eq!(lent(&[(0, 0), (145, 0)], at(72)), None);
    }

    #[test]
    fn a_file_within_half_an_hour_lends_its_position() {
        let list = [(0, 0), (8, 2), (9, 2)];
        let lent_at = |seconds| lent(&list, When::At(seconds));
        assert_eq!(lent_at(-NEAR), Some((Rule::Near, 0, NEAR)));
        assert_eq!(lent_at(-NEAR - 1), None);
        assert_eq!(lent_at(HOUR / 2), Some((Rule::Near, 0, NEAR)));
        assert_eq!(lent_at(9 * HOUR + NEAR), Some((Rule::Near, 2, NEAR)));
        assert_eq!(lent_at(9 * HOUR + NEAR + 1), None);
        let moving = [(0, 0), (5, 2)];
        assert_eq!(lent(&moving, When::At(0)), Some((Rule::Moving, 0, 0)));
    }

    #[test]
    fn of_a_day_all_its_hours_count() {
        let day = When::Between(24 * HOUR, 48 * HOUR - 1);
        let lent_by = |list: &[(i64, u32)]| lent(list, day).map(|(rule, ..)| rule);
        assert_eq!(lent_by(&[(20, 0), (36, 0), (50, 0)]), Some(Rule::BothCity));
        assert_eq!(
            lent_by(&[(20, 0), (36, 1), (50, 0)]),
            Some(Rule::BothProvince)
        );
        assert_eq!(lent_by(&[(20, 0), (36, 2), (50, 0)]), None);
        // The evening is 28 hours from the file before.
        assert_eq!(lent_by(&[(20, 0), (50, 0)]), Some(Rule::BothProvince));
        assert_eq!(lent_by(&[(36, 0)]), None);
    }

    /// The rules word by word, for one second.
    fn plain(list: &[(i64, u32)], time: i64) -> Option<Rule> {
        let all = lenders(list).by_time;
        let regions = lenders(list).regions;
        let witnesses = |most: i64| {
            let of_side = |side: Vec<&Lender<usize>>| -> Vec<Lender<usize>> {
                let near = side.into_iter().take(4).copied();
                near.filter(|lender| (lender.time - time).abs() <= most)
                    .collect()
            };
            let before = all.iter().rev().filter(|lender| lender.time <= time);
            let after = all.iter().filter(|lender| lender.time > time);
            [of_side(before.collect()), of_side(after.collect())].concat()
        };
        let before = all.iter().rfind(|lender| lender.time <= time);
        let after = all.iter().find(|lender| lender.time > time);
        let both = |most, of: fn(Regions) -> Option<u32>| {
            before.zip(after).is_some_and(|(a, b)| {
                let [of_a, of_b] = [a, b].map(|lender| of(regions[lender.place.index()]));
                let near = time - a.time <= most && b.time - time <= most;
                let all_say = witnesses(most)
                    .iter()
                    .all(|lender| of(regions[lender.place.index()]) == of_a);
                near && of_a.is_some() && of_a == of_b && all_say
            })
        };
        let lends = |nearest: &Lender<usize>| {
            let before = all.iter().rev().filter(|lender| lender.time < time);
            let after = all.iter().filter(|lender| lender.time >= time);
            let mut around = before.take(4).chain(after.take(4));
            around.all(|lender| (lender.time - time).abs() > STILL || lender.place == nearest.place)
        };
        let nearest = all.iter().min_by_key(|lender| (lender.time - time).abs());
        let nearest = nearest.filter(|lender| (lender.time - time).abs() <= NEAR);
        if both(CITY, |regions| regions.city) {
            Some(Rule::BothCity)
        } else if nearest.is_some_and(lends) {
            Some(Rule::Near)
        } else if both(PROVINCE, |regions| regions.province) {
            Some(Rule::BothProvince)
        } else {
            nearest.map(|_| Rule::Moving)
        }
    }

    proptest! {
        #[test]
        fn lending_follows_the_rules_word_by_word(
            mut list in prop::collection::vec((0..200_i64, 0..4_u32), 0..12),
            time in -40 * HOUR..240 * HOUR,
        ) {
            list.sort_unstable();
            prop_assert_eq!(lent(&list, When::At(time)).map(|(rule, ..)| rule), plain(&list, time));
        }

        #[test]
        fn what_a_day_is_lent_holds_at_each_of_its_hours(
            mut list in prop::collection::vec((0..120_i64, 0..4_u32), 0..16),
            first in 0..80_i64,
        ) {
            list.sort_unstable();
            let day = When::Between(first * HOUR, (first + 24) * HOUR - 1);
            let all = lenders(&list);
            let regions = |loan: Loan<usize>, of: fn(Regions) -> Option<u32>| {
                all.region(&loan.lenders[0], of)
            };
            if let Some(loan) = all.lend(day, same) {
                for hour in 0..24 {
                    let at = When::At((first + hour) * HOUR + 1_800);
                    let of: fn(Regions) -> Option<u32> = match loan.rule {
                        Rule::BothCity => |regions| regions.city,
                        _ => |regions| regions.province,
                    };
                    let then = all.lend(at, same);
                    prop_assert!(then.is_some());
                    let then = then.and_then(|loan| regions(loan, of));
                    prop_assert!(then.is_none() || then == regions(loan, of));
                }
            }
        }
    }
}
