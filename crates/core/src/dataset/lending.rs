//! Which place each file is lent that states none: the rules of [`crate::lend`] over the
//! files of a dataset.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::files::FileId;
use super::model::{Content, Dataset, FileRecord, Folder, Place, Places};
use crate::capture::cell::Cell;
use crate::capture::clock::Clock;
use crate::capture::position::{Metres, Position};
use crate::cluster::rules::Rules;
use crate::lend::{Lender, Lenders, Loan, Regions, Rule, When};
use crate::place::{Address, Level, PlaceId, Region};
use crate::track::Track;
use crate::trip::sightings::is_nowhere;

/// What is lent to each file that states no place.
#[derive(Debug, Default)]
pub struct Lending {
    /// By file.
    lent: Vec<(FileId, Lent)>,
    /// How many places the dataset has: the numbers of those that are only lent follow.
    known: u32,
    /// Places that are only lent: those of lenders, down to a level.
    places: Places,
}

/// What is lent to a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lent {
    /// By what rule.
    pub rule: Rule,
    /// The place; [`Lending::place`] knows its name.
    pub place: PlaceId,
    /// The position, where the rule lends one.
    pub position: Option<Position>,
    /// The cell that the file counts for when homes and trips are found.
    pub cell: Option<Cell>,
    /// The files on both sides that lend, the nearer in time first; `None` for one that is
    /// forgotten. The same one twice where only one counts.
    pub lenders: [Option<FileId>; 2],
    /// The seconds to the nearer one.
    pub seconds: i64,
}

/// What a lender is known by.
#[derive(Debug, Clone, Copy)]
enum Who {
    File(FileId),
    /// A file that a location history has a position for.
    Tracked(FileId, Position),
    /// The number of a trace of a forgotten file.
    Trace(usize),
}

/// What some files have and want, as one pass over them finds it.
#[derive(Debug, Default)]
pub(super) struct Market {
    lenders: Vec<Lender<Who>>,
    wanting: Vec<(FileId, Clock)>,
}

impl Market {
    /// Takes note of a file that was taken at a time, with its own place and cell.
    pub(super) fn see(
        &mut self,
        id: FileId,
        local: Clock,
        (place, cell): (Option<PlaceId>, Option<Cell>),
    ) {
        let Some(place) = place else {
            self.wanting.push((id, local));
            return;
        };
        self.lenders
            .extend(lender(local, place, cell, Who::File(id)));
    }

    /// Both together; the files of the other come later in the dataset.
    pub(super) fn and(mut self, mut other: Self) -> Self {
        self.lenders.append(&mut other.lenders);
        self.wanting.append(&mut other.wanting);
        self
    }
}

/// Who lends a place, unless its time of day is not known or nobody can be there.
fn lender(local: Clock, place: PlaceId, cell: Option<Cell>, who: Who) -> Option<Lender<Who>> {
    let time = local.seconds().filter(|_| !cell.is_some_and(is_nowhere))?;
    Some(Lender { time, place, who })
}

/// From the first to the last second of a day.
fn whole_day(date: NaiveDate) -> When {
    let first = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    When::Between(first, first + 24 * 3_600 - 1)
}

/// Whether a file of that content takes part in lending.
pub(super) fn takes_part(content: &Content) -> bool {
    matches!(content, Content::Media(_) | Content::Given)
}

/// Whether some file is to be lent a place: where none is, nothing is gathered.
pub(super) fn is_wanted(dataset: &Dataset, rules: Option<&Rules>) -> bool {
    let wants = |file: &FileRecord| takes_part(&file.content) && file.place().is_none();
    let folders = dataset.folders.par_iter();
    rules.is_none_or(|rules| rules.lend) && folders.any(|folder| folder.files.iter().any(wants))
}

impl Lending {
    /// What the files of a dataset are lent, by the options of the last run. `local` tells
    /// when a file was taken.
    pub(super) fn find(
        dataset: &Dataset,
        track: &Track,
        local: impl Fn(&Folder, &FileRecord) -> Option<Clock> + Sync,
    ) -> Self {
        if !is_wanted(dataset, dataset.rules.as_ref()) {
            return Self::default();
        }
        let of_folder = |(number, folder): (u32, &Folder)| {
            let mut market = Market::default();
            for (i, file) in (0..).zip(&folder.files) {
                if !takes_part(&file.content) {
                    continue;
                }
                let id = FileId {
                    folder: number,
                    file: i,
                };
                if let Some(local) = local(folder, file) {
                    market.see(id, local, (file.place(), cell_at(file)));
                }
            }
            market
        };
        let folders: Vec<(u32, &Folder)> = (0..).zip(&dataset.folders).collect();
        let markets = folders.into_par_iter().with_min_len(16).map(of_folder);
        // In the order of the folders.
        let markets: Vec<Market> = markets.collect();
        let market = markets.into_iter().fold(Market::default(), Market::and);
        Self::new(dataset, track, market)
    }

    /// What those are lent that want a place.
    pub(super) fn new(dataset: &Dataset, track: &Track, market: Market) -> Self {
        let Market {
            mut lenders,
            wanting,
        } = market;
        if wanting.is_empty() {
            return Self::default();
        }
        let mut lending = Self {
            lent: Vec::new(),
            known: u32::try_from(dataset.places.list().len()).unwrap_or(u32::MAX),
            places: Places::default(),
        };
        let wanting = lending.track(dataset, track, wanting, &mut lenders);
        let traces = dataset.traces.iter().enumerate();
        let traces = traces.filter(|(_, trace)| !trace.lent);
        lenders.extend(traces.filter_map(|(number, trace)| {
            lender(trace.local, trace.place, trace.cell, Who::Trace(number))
        }));
        lenders.par_sort_unstable_by(|a, b| {
            (a.time.cmp(&b.time)).then_with(|| lending.order(dataset, a, b))
        });
        let regions = lending.regions(dataset, &lenders);
        let lenders = Lenders::new(lenders, regions);
        let loan = |(id, local): &(FileId, Clock)| {
            let when = local
                .seconds()
                .map_or_else(|| whole_day(local.date), When::At);
            Some((*id, lenders.lend(when, |a, b| beside(dataset, a, b))?))
        };
        let loans: Vec<(FileId, Loan<Who>)> = wanting.par_iter().filter_map(loan).collect();
        let mut shortened = HashMap::new();
        for (id, loan) in loans {
            let lent = lending.lent_by(dataset, &loan, &mut shortened);
            lending.lent.push((id, lent));
        }
        lending.lent.sort_unstable_by_key(|(id, _)| *id);
        lending
    }

    /// Lends positions of a location history; returns those that it has none for.
    fn track(
        &mut self,
        dataset: &Dataset,
        track: &Track,
        wanting: Vec<(FileId, Clock)>,
        lenders: &mut Vec<Lender<Who>>,
    ) -> Vec<(FileId, Clock)> {
        if track.is_empty() {
            return wanting;
        }
        let found = wanting.into_par_iter().map(|(id, local)| {
            let tracked = local.instant().and_then(|instant| track.at(instant));
            let located = tracked.map(|at| (at, dataset.geocoder.locate(at.position)));
            (id, local, located)
        });
        let found: Vec<_> = found.collect();
        let mut rest = Vec::new();
        for (id, local, located) in found {
            let Some((tracked, (address, zone))) = located else {
                rest.push((id, local));
                continue;
            };
            let address = address.unwrap_or_else(Address::unknown);
            let place = self.places.intern(address, zone, false);
            let lent = Lent {
                rule: Rule::Track,
                place: PlaceId(self.known + place.0),
                position: Some(tracked.position),
                cell: Some(Cell::of(tracked.position)),
                lenders: [None; 2],
                seconds: tracked.seconds.into(),
            };
            let who = Who::Tracked(id, tracked.position);
            lenders.extend(lender(local, lent.place, lent.cell, who));
            self.lent.push((id, lent));
        }
        rest
    }

    fn lent_by(
        &mut self,
        dataset: &Dataset,
        loan: &Loan<Who>,
        shortened: &mut HashMap<(PlaceId, Level), PlaceId>,
    ) -> Lent {
        let nearer = loan.lenders[0];
        let level = match loan.rule {
            Rule::BothCity => Some(Level::City),
            Rule::BothProvince => Some(Level::Province),
            Rule::Moving => Some(Level::Country),
            Rule::Near | Rule::Track => None,
        };
        let place = level.map_or(nearer.place, |level| {
            *(shortened.entry((nearer.place, level)))
                .or_insert_with(|| self.down_to(dataset, nearer.place, level))
        });
        let position = position_of(dataset, nearer.who);
        Lent {
            rule: loan.rule,
            place,
            position: position.filter(|_| level.is_none()),
            cell: position
                .map(Cell::of)
                .or_else(|| cell_of(dataset, nearer.who)),
            lenders: loan.lenders.map(|lender| match lender.who {
                Who::File(file) | Who::Tracked(file, _) => Some(file),
                Who::Trace(_) => None,
            }),
            seconds: loan.seconds,
        }
    }

    /// The place whose address is known down to a level only.
    fn down_to(&mut self, dataset: &Dataset, place: PlaceId, level: Level) -> PlaceId {
        let address = self.place(dataset, place).map(|place| &place.address);
        let address = address.map_or_else(Address::unknown, |address| address.down_to(level));
        let lent = self.places.intern(address, None, false);
        PlaceId(self.known + lent.0)
    }

    /// How lenders of one second are ordered: by what they say and by their paths, whatever
    /// their numbers are, for those depend on the order in which things were indexed.
    fn order(&self, dataset: &Dataset, a: &Lender<Who>, b: &Lender<Who>) -> Ordering {
        let position = |lender: &Lender<Who>| {
            let position = position_of(dataset, lender.who);
            position.map_or((f64::NAN, f64::NAN), |at| (at.lat(), at.lon()))
        };
        let (of_a, of_b) = (position(a), position(b));
        let by_position = (of_a.0.total_cmp(&of_b.0)).then(of_a.1.total_cmp(&of_b.1));
        let cell = |lender: &Lender<Who>| cell_of(dataset, lender.who);
        let address = |lender: &Lender<Who>| {
            let place = self.place(dataset, lender.place);
            place.map(|place| place.address.path())
        };
        let path = |lender: &Lender<Who>| match lender.who {
            Who::File(id) | Who::Tracked(id, _) => dataset.path(id),
            Who::Trace(_) => None,
        };
        by_position
            .then_with(|| cell(a).cmp(&cell(b)))
            .then_with(|| address(a).cmp(&address(b)))
            .then_with(|| path(a).cmp(&path(b)))
    }

    /// The city and the province of each place that lenders have.
    fn regions(&self, dataset: &Dataset, lenders: &[Lender<Who>]) -> Vec<Regions> {
        let mut regions = vec![None; self.all_places(dataset).count()];
        let mut numbers: HashMap<Region, u32> = HashMap::new();
        let mut number_of = |place: &Place, level| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            Some(*numbers.entry(place.address.region(level)?).or_insert(next))
        };
        for lender in lenders {
            if let (Some(known @ None), Some(place)) = (
                regions.get_mut(lender.place.index()),
                self.place(dataset, lender.place),
            ) {
                *known = Some(Regions {
                    city: number_of(place, Level::City),
                    province: number_of(place, Level::Province),
                });
            }
        }
        let nothing = Regions {
            city: None,
            province: None,
        };
        (regions.into_iter())
            .map(|known| known.unwrap_or(nothing))
            .collect()
    }

    /// What a file is lent.
    pub fn of(&self, file: FileId) -> Option<&Lent> {
        let found = self.lent.binary_search_by_key(&file, |(id, _)| *id).ok()?;
        self.lent.get(found).map(|(_, lent)| lent)
    }

    /// The files that are lent a place, in the order of the dataset.
    pub fn iter(&self) -> impl Iterator<Item = &(FileId, Lent)> {
        self.lent.iter()
    }

    /// The place of that number: one of the dataset, or one that is only lent.
    pub fn place<'a>(&'a self, dataset: &'a Dataset, place: PlaceId) -> Option<&'a Place> {
        dataset.places.get(place).or_else(|| {
            let lent = place.0.checked_sub(self.known)?;
            self.places.get(PlaceId(lent))
        })
    }

    /// All places by their numbers, those that are only lent last.
    pub(super) fn all_places<'a>(
        &'a self,
        dataset: &'a Dataset,
    ) -> impl Iterator<Item = &'a Place> {
        dataset.places.list().iter().chain(self.places.list())
    }
}

/// Within this two files were taken at one spot.
const SPOT: Metres = Metres(3_000.0);

/// Whether two lenders were taken at one spot; where only addresses are known, at one.
fn beside(dataset: &Dataset, a: &Lender<Who>, b: &Lender<Who>) -> bool {
    let position = |lender: &Lender<Who>| {
        let cell = || cell_of(dataset, lender.who).map(Cell::centre);
        position_of(dataset, lender.who).or_else(cell)
    };
    match (position(a), position(b)) {
        (Some(a), Some(b)) => a.distance(b) <= SPOT,
        _ => a.place == b.place,
    }
}

/// The cell of the position that a file states.
pub(super) fn cell_at(file: &FileRecord) -> Option<Cell> {
    file.position().map(|(position, _)| Cell::of(position))
}

fn position_of(dataset: &Dataset, who: Who) -> Option<Position> {
    match who {
        Who::File(id) => Some(dataset.file(id)?.1.position()?.0),
        Who::Tracked(_, position) => Some(position),
        Who::Trace(_) => None,
    }
}

fn cell_of(dataset: &Dataset, who: Who) -> Option<Cell> {
    let Who::Trace(number) = who else { return None };
    dataset.traces.get(number)?.cell
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::cluster::rules::Rules;
    use crate::dataset::{Membership, Timeline};
    use crate::index::{OptionChanges, read_records};

    const LYON: &str = r#""lat":45.764,"lon":4.8357"#;
    const PARIS: &str = r#""lat":48.8566,"lon":2.3522"#;

    /// Records of a name, a time, and where they were taken, if that is known.
    fn dataset(records: &[(&str, &str, &str)], rules: &Rules) -> Dataset {
        let mut dataset = Dataset::empty();
        add(&mut dataset, records, rules);
        dataset
    }

    fn add(dataset: &mut Dataset, records: &[(&str, &str, &str)], rules: &Rules) {
        let line = |(path, time, place): &(&str, &str, &str)| {
            let place = Some(*place).filter(|place| !place.is_empty());
            let place = place.map(|place| format!(",{place}")).unwrap_or_default();
            format!(r#"{{"path":"{path}","capture_time":"{time}"{place}}}"#)
        };
        let text: Vec<String> = records.iter().map(line).collect();
        let text = text.join("\n");
        let changes = OptionChanges::default();
        read_records(dataset, text.as_bytes(), Path::new("r"), &changes).unwrap();
        dataset.cluster(rules, DateTime::UNIX_EPOCH);
    }

    /// By what rule each file is lent what, and by whom.
    fn told(dataset: &Dataset) -> Vec<String> {
        let timeline = Timeline::new(dataset);
        let name = |id: FileId| dataset.path(id).unwrap().display().to_string();
        let lending = timeline.lending();
        let told = lending.iter().map(|(id, lent)| {
            let place = lending.place(dataset, lent.place).unwrap();
            let by = lent.lenders[0].map_or("forgotten".to_owned(), name);
            let rule = lent.rule.name();
            let position = lent.position.map_or("", |_| " position");
            format!(
                "{} {rule} {}{position} {by}",
                name(*id),
                place.address.line()
            )
        });
        told.collect()
    }

    const DAY: [(&str, &str, &str); 5] = [
        ("a.jpg", "2024-05-01T10:00:00", LYON),
        ("b.jpg", "2024-05-01T20:00:00", LYON),
        ("camera.jpg", "2024-05-01T12:00:00", ""),
        ("late.jpg", "2024-05-01T20:20:00", ""),
        ("paris.jpg", "2024-05-02T20:00:00", PARIS),
    ];

    #[test]
    fn a_camera_without_a_receiver_is_lent_what_files_around_it_tell() {
        let dataset = dataset(&DAY, &Rules::default());
        assert_eq!(
            told(&dataset),
            [
                "camera.jpg lent:both-city Lyon, Auvergne-Rhône-Alpes, France a.jpg",
                "late.jpg lent:near Lyon 01, Lyon, Auvergne-Rhône-Alpes, France position b.jpg",
            ]
        );
        let city = (dataset.clusters.iter())
            .find(|cluster| {
                cluster.of.level == Level::City && cluster.of.address.line().starts_with("Lyon")
            })
            .unwrap();
        let counts = city.holds();
        assert_eq!((counts.files, counts.moments, counts.lent), (4, 4, 2));
        let timeline = Timeline::new(&dataset);
        assert_eq!(Membership::find(&timeline, &[city]).of(0).len(), 4);
    }

    #[test]
    fn who_wants_no_loans_has_none() {
        let rules = Rules {
            lend: false,
            ..Rules::default()
        };
        let mut dataset = dataset(&DAY, &rules);
        assert_eq!(told(&dataset), [""; 0]);
        assert!(dataset.clusters.iter().all(|c| c.holds().lent == 0));
        dataset.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
        assert_eq!(told(&dataset).len(), 2);
    }

    #[test]
    fn what_has_an_address_or_lies_nowhere_neither_borrows_nor_lends() {
        let given = r#""address":{"country":"Testland"}"#;
        let records = [
            ("given.jpg", "2024-05-01T10:10:00", given),
            (
                "island.jpg",
                "2024-05-01T10:02:00",
                r#""lat":-11.64,"lon":166.96"#,
            ),
            ("want.jpg", "2024-05-01T10:01:00", ""),
            ("alone.jpg", "2024-06-01T10:00:00", ""),
        ];
        let dataset = dataset(&records, &Rules::default());
        assert_eq!(told(&dataset), ["want.jpg lent:near Testland given.jpg"]);
    }

    #[test]
    fn forgotten_files_lend_on_and_keep_what_they_were_lent() {
        let before = dataset(&DAY, &Rules::default());
        let spans = |dataset: &Dataset| -> Vec<String> {
            let live = dataset.clusters.iter().filter(|cluster| cluster.is_live());
            live.map(|c| format!("{} {:?}", c.of.address.line(), c.days()))
                .collect()
        };
        let mut after = before.clone();
        let wanted = |dataset: &Dataset, folder: &Folder, file: &FileRecord| {
            let path = dataset.path_of(folder, file);
            path == Path::new("b.jpg") || path == Path::new("camera.jpg")
        };
        assert_eq!(after.forget(wanted, false), 2);
        after.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
        assert_eq!(spans(&after), spans(&before));
        assert_eq!(
            told(&after),
            ["late.jpg lent:near Lyon 01, Lyon, Auvergne-Rhône-Alpes, France forgotten"]
        );
        let lent: Vec<bool> = after.traces.iter().map(|trace| trace.lent).collect();
        assert_eq!(lent.iter().filter(|lent| **lent).count(), 1);
    }

    proptest! {
        #[test]
        fn loans_depend_on_no_order(
            files in prop::collection::vec((0..60_i64, 0..4_usize), 1..20),
            turn in 0..20_usize,
        ) {
            let places = ["", "", LYON, PARIS];
            let record = |(number, (hours, place)): (usize, &(i64, usize))| {
                let time = DateTime::from_timestamp(1_700_000_000 + hours * 3_600, 0).unwrap();
                let time = time.format("%Y-%m-%dT%H:%M:%S").to_string();
                (format!("{number}.jpg"), time, places[*place])
            };
            let mut records: Vec<_> = files.iter().enumerate().map(record).collect();
            let all = |records: &[(String, String, &'static str)], parts: usize| {
                let records: Vec<(&str, &str, &str)> = (records.iter())
                    .map(|(path, time, place)| (path.as_str(), time.as_str(), *place))
                    .collect();
                let mut whole = Dataset::empty();
                for part in records.chunks(records.len().div_ceil(parts)) {
                    add(&mut whole, part, &Rules::default());
                }
                told(&whole)
            };
            let once = all(&records, 1);
            let turn = turn % records.len();
            records.rotate_left(turn);
            prop_assert_eq!(all(&records, 3), once);
        }
    }
}
