//! The districts of China by points. No map of them may be bundled, so a district is where its
//! seats of `seats-cn.tsv` are nearest, and the places that the sources join to it by name.

use std::collections::{BTreeMap, HashMap};

use crate::format::group_of;
use crate::grid::{degrees, metres, steps};
use crate::ids::CHINESE;
use crate::sources::{OF_PLACE, OfPlace, SourcePlace, SourceRegion, SourceUnit, Sources};
use crate::tables::{Label, Seat};

/// Up to here a seat contradicts the district that a place was joined to by its name, in
/// metres, when [`NEARER`] times as near as anything known of that district.
const DOUBT: f64 = 3_000.0;
/// See [`DOUBT`].
const NEARER: f64 = 3.0;
/// Up to here the nearest place says in which township a seat is, in metres.
const TOWNSHIP: f64 = 1_500.0;

/// Countries and regions, in the sense of ISO 3166, that are a province in the codes. Units
/// there are from a coarse map: their places are shared.
const REGIONS: [(&str, u32); 2] = [("HK", 81), ("MO", 82)];

/// A point of which the district may be known.
#[derive(Debug, Clone, Copy)]
struct Known {
    x: u32,
    y: u32,
    /// The code of the district.
    district: Option<u32>,
}

impl Known {
    fn at(position: (f64, f64), district: u32) -> Self {
        let (x, y) = steps(position);
        Self {
            x,
            y,
            district: Some(district),
        }
    }

    /// How far another point is, in metres.
    fn metres(&self, other: &Self) -> f64 {
        metres(degrees((self.x, self.y)), degrees((other.x, other.y)))
    }

    /// The nearest of some points, and how far it is.
    fn nearest<'a>(&self, points: impl Iterator<Item = &'a Self>) -> Option<(&'a Self, f64)> {
        let away = points.map(|point| (point, self.metres(point)));
        away.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Which regions of the sources stand for the districts and prefectures of the codes.
struct Register<'a> {
    regions: &'a mut Vec<SourceRegion>,
    districts: HashMap<u32, u32>,
    /// Of four digits, as the codes of `GeoNames` end with them too.
    prefectures: HashMap<u32, u32>,
    /// Counties that are of no prefecture, by name.
    counties: HashMap<String, u32>,
}

impl<'a> Register<'a> {
    fn new(regions: &'a mut Vec<SourceRegion>) -> Self {
        let mut register = Self {
            districts: HashMap::new(),
            prefectures: HashMap::new(),
            counties: HashMap::new(),
            regions,
        };
        for (number, region) in (0..).zip(register.regions.iter()) {
            if region.id & !0x0fff_ffff == CHINESE {
                let code = region.id & 0x0fff_ffff;
                register.districts.entry(code).or_insert(number);
            }
            let second = region.key.strip_prefix("CN.");
            let Some((_, code)) = second.and_then(|key| key.split_once('.')) else {
                continue;
            };
            match code.parse() {
                Ok(code) if code < 10_000 => register.prefectures.entry(code).or_insert(number),
                _ => (register.counties.entry(region.label.zh.clone())).or_insert(number),
            };
        }
        register
    }

    /// Makes the region of a district where the sources have none. Where they have one, it may
    /// be called like the seat: the table says what it is called in English.
    fn district(&mut self, code: u32, label: &Label) {
        let regions = &mut *self.regions;
        let number = *self.districts.entry(code).or_insert_with(|| {
            regions.push(SourceRegion {
                id: CHINESE | code,
                key: String::new(),
                label: label.clone(),
            });
            u32::try_from(regions.len() - 1).unwrap_or(u32::MAX)
        });
        if let Some(region) = regions.get_mut(number as usize)
            && !label.en.is_empty()
        {
            region.label.en.clone_from(&label.en);
        }
    }

    /// The region of the prefecture of a district, if it has one, and that of the district:
    /// the same where a county or a city is of no prefecture.
    fn regions_of(&self, code: u32) -> Option<(Option<u32>, u32)> {
        let district = *self.districts.get(&code)?;
        let name = &self.regions.get(district as usize)?.label.zh;
        let prefecture = match code / 100 % 100 {
            90 => Some(self.counties.get(name).copied().unwrap_or(district)),
            _ => self.prefectures.get(&(code / 100)).copied(),
        };
        let same = |region: &u32| self.regions[*region as usize].label.zh == *name;
        Some((prefecture, prefecture.filter(same).unwrap_or(district)))
    }

    /// The code of the district that the sources join a place to.
    fn code(&self, place: &SourcePlace) -> Option<u32> {
        let region = place.regions[OfPlace::Chinese as usize]?;
        Some(self.regions.get(region as usize)?.id & 0x0fff_ffff)
    }

    /// Says of a place in which district and prefecture it is.
    fn tell(&self, place: &mut SourcePlace, known: &Known) {
        let regions = known.district.and_then(|code| self.regions_of(code));
        if let Some((prefecture, district)) = regions {
            let second = &mut place.regions[OfPlace::Second as usize];
            *second = prefecture.or(*second);
            place.regions[OfPlace::Chinese as usize] = Some(district);
        }
    }
}

/// Puts the seats among the places, and gives every place of China a district and the
/// prefecture of that.
pub fn settle(sources: &mut Sources, seats: &[Seat]) {
    let mut register = Register::new(&mut sources.regions);
    let mut of_province: BTreeMap<u32, Vec<Known>> = BTreeMap::new();
    for seat in seats {
        register.district(seat.code, &seat.label);
        let points = seat.points.iter().map(|at| Known::at(*at, seat.code));
        let province = of_province.entry(seat.code / 10_000).or_default();
        province.extend(points);
    }
    for (province, units) in provinces(&sources.units, &register) {
        let seats = of_province.remove(&province).unwrap_or_default();
        let of_units = |unit: &usize| std::mem::take(&mut sources.units[*unit].places);
        let mut places: Vec<SourcePlace> = units.iter().flat_map(of_units).collect();
        settle_province(&mut places, province, &seats, &register);
        for unit in units {
            sources.units[unit].places.clone_from(&places);
        }
    }
}

/// Settles the places of one province, and adds its seats.
fn settle_province(
    places: &mut Vec<SourcePlace>,
    province: u32,
    seats: &[Known],
    register: &Register,
) {
    let joined = |place: &SourcePlace| Known {
        x: place.x,
        y: place.y,
        district: (register.code(place)).filter(|code| code / 10_000 == province),
    };
    let mut known: Vec<Known> = places.iter().map(joined).collect();
    doubt(&mut known, seats);
    fill(&mut known, seats);
    for (place, known) in places.iter_mut().zip(&known) {
        register.tell(place, known);
    }
    let seats: Vec<SourcePlace> = (seats.iter())
        .map(|seat| seat_place(seat, &known, places, register))
        .collect();
    places.extend(seats);
}

/// The units of each province, told by the districts of its places: the largest one, as
/// islands may be units of their own. Those of [`REGIONS`] are all taken together.
fn provinces(units: &[SourceUnit], register: &Register) -> BTreeMap<u32, Vec<usize>> {
    let mut largest: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for (i, unit) in units.iter().enumerate() {
        let mut votes: BTreeMap<u32, usize> = BTreeMap::new();
        for code in unit.places.iter().filter_map(|place| register.code(place)) {
            *votes.entry(code / 10_000).or_default() += 1;
        }
        if let Some((province, count)) = votes.into_iter().max_by_key(|vote| vote.1) {
            let unit = largest.entry(province).or_default();
            *unit = (*unit).max((count, i));
        }
    }
    let of_country = |code| {
        let all = units.iter().enumerate();
        let of = all.filter(move |(_, unit)| Some(unit.country) == group_of(code));
        of.map(|(i, _)| i).collect()
    };
    let largest = largest.into_iter();
    let largest = largest.map(|(province, (_, unit))| (province, vec![unit]));
    let regions = REGIONS.map(|(code, province)| (province, of_country(code)));
    largest.chain(regions).collect()
}

/// Forgets the districts that seats contradict: names stand more than once.
fn doubt(places: &mut [Known], seats: &[Known]) {
    let is_wrong = |(i, place): (usize, &Known)| {
        let same = |other: &&Known| other.district == place.district;
        let others = seats.iter().filter(|seat| !same(seat));
        let Some((_, other)) = place.nearest(others).filter(|near| near.1 < DOUBT) else {
            return false;
        };
        let (before, after) = (&places[..i], &places[i + 1..]);
        let own = before.iter().chain(after).chain(seats).filter(same);
        place.district.is_some() && place.nearest(own).is_none_or(|own| other * NEARER < own.1)
    };
    let wrong: Vec<bool> = places.iter().enumerate().map(is_wrong).collect();
    for (place, wrong) in places.iter_mut().zip(wrong) {
        place.district = place.district.filter(|_| !wrong);
    }
}

/// Gives places without a district that of the nearest point with one.
fn fill(places: &mut [Known], seats: &[Known]) {
    let with: Vec<Known> = (places.iter().chain(seats).copied())
        .filter(|point| point.district.is_some())
        .collect();
    for place in places.iter_mut().filter(|place| place.district.is_none()) {
        place.district = place.nearest(with.iter()).and_then(|near| near.0.district);
    }
}

/// A seat as a place, in the township of a place beside it.
fn seat_place(
    seat: &Known,
    known: &[Known],
    places: &[SourcePlace],
    register: &Register,
) -> SourcePlace {
    let beside = (known.iter().zip(places))
        .filter(|(other, _)| other.district == seat.district)
        .map(|(other, place)| (seat.metres(other), place))
        .filter(|(away, _)| *away <= TOWNSHIP)
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let mut place = SourcePlace {
        x: seat.x,
        y: seat.y,
        regions: beside.map_or([None; OF_PLACE], |(_, place)| place.regions),
        ..SourcePlace::default()
    };
    register.tell(&mut place, seat);
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(id: u32, key: &str, zh: &str) -> SourceRegion {
        SourceRegion {
            id,
            key: key.to_owned(),
            label: label(zh),
        }
    }

    fn label(zh: &str) -> Label {
        Label {
            zh: zh.to_owned(),
            ..Label::default()
        }
    }

    fn seat(code: u32, zh: &str, points: &[(f64, f64)]) -> Seat {
        Seat {
            code,
            label: label(zh),
            points: points.to_vec(),
        }
    }

    /// A place that the sources join to a region or to none.
    fn place(at: (f64, f64), joined: Option<u32>, second: Option<u32>) -> SourcePlace {
        let point = Known::at(at, 0);
        let mut regions = [None; OF_PLACE];
        regions[OfPlace::Itself as usize] = Some(9);
        regions[OfPlace::Chinese as usize] = joined;
        regions[OfPlace::Second as usize] = second;
        SourcePlace {
            x: point.x,
            y: point.y,
            regions,
            ..SourcePlace::default()
        }
    }

    /// A province of two prefectures and a county of none, whose places are those, and the
    /// prefecture and district of each place in the end, then of each seat.
    fn settled(places: Vec<SourcePlace>, seats: &[Seat]) -> Vec<[String; 2]> {
        let mut sources = Sources {
            regions: vec![
                region(1, "CN.32.5101", "成都市"),
                region(2, "CN.32.5107", "绵阳市"),
                region(3, "CN.32.1234567", "某县"),
                region(CHINESE + 510_105, "", "青羊区"),
                region(CHINESE + 510_115, "", "温江区"),
            ],
            units: vec![
                SourceUnit::default(),
                SourceUnit {
                    places,
                    ..SourceUnit::default()
                },
            ],
            ..Sources::default()
        };
        settle(&mut sources, seats);
        let name = |place: &SourcePlace, of: OfPlace| {
            let region = place.regions[of as usize];
            region.map_or(String::new(), |region| {
                sources.regions[region as usize].label.zh.clone()
            })
        };
        let of = |place| [OfPlace::Second, OfPlace::Chinese].map(|of| name(place, of));
        sources.units[1].places.iter().map(of).collect()
    }

    #[test]
    fn a_seat_contradicts_what_is_joined_by_name_alone() {
        // The city of Chengdu, which has the name of a street of Wenjiang, and that street.
        let places = || {
            let joined = |at| place(at, Some(4), Some(0));
            vec![joined((30.66, 104.06)), joined((30.69, 103.85))]
        };
        let wenjiang = ["成都市", "温江区"].map(str::to_owned);
        assert_eq!(settled(places(), &[]), [wenjiang.clone(), wenjiang.clone()]);
        let qingyang = seat(510_105, "青羊区", &[(30.675, 104.06)]);
        let own = ["成都市", "青羊区"].map(str::to_owned);
        assert_eq!(
            settled(places(), &[qingyang]),
            [own.clone(), wenjiang.clone(), own.clone()]
        );
        // A seat that is as far as its own district says nothing.
        let beside = seat(510_105, "青羊区", &[(30.69, 103.88)]);
        let found = settled(places(), &[beside, seat(510_115, "", &[(30.7, 103.84)])]);
        assert_eq!(found[1], wenjiang);
    }

    #[test]
    fn a_place_without_a_district_has_the_nearest_one_and_its_prefecture() {
        let seats = [
            seat(510_105, "青羊区", &[(30.67, 104.06)]),
            seat(510_703, "涪城区", &[(31.46, 104.74)]),
        ];
        let places = vec![
            place((30.67, 104.05), Some(3), Some(0)),
            place((30.68, 104.07), None, None),
            // Its code is that of another prefecture.
            place((31.47, 104.73), None, Some(0)),
        ];
        let found = settled(places, &seats);
        assert_eq!(found[1], ["成都市", "青羊区"]);
        assert_eq!(found[2], ["绵阳市", "涪城区"]);
        assert_eq!(found[4], ["绵阳市", "涪城区"]);
    }

    #[test]
    fn a_county_of_no_prefecture_is_one() {
        let places = vec![place((30.0, 104.0), Some(3), Some(0))];
        let seats = [
            seat(519_001, "某县", &[(33.0, 101.0)]),
            seat(519_002, "他县", &[(29.0, 101.0)]),
        ];
        let found = settled(places, &seats);
        assert_eq!(found[1], ["某县", "某县"]);
        assert_eq!(found[2], ["他县", "他县"]);
    }

    #[test]
    fn a_seat_is_in_the_township_of_a_place_beside_it() {
        let register = &mut vec![region(CHINESE + 510_105, "", "青羊区")];
        let register = Register::new(register);
        let places = [place((30.67, 104.06), Some(0), None)];
        let known = [Known::at((30.67, 104.06), 510_105)];
        let township = |at, district| {
            let seat = Known::at(at, district);
            seat_place(&seat, &known, &places, &register).regions[OfPlace::Itself as usize]
        };
        assert_eq!(township((30.68, 104.06), 510_105), Some(9));
        assert_eq!(township((30.69, 104.06), 510_105), None);
        assert_eq!(township((30.68, 104.06), 510_106), None);
    }

    #[test]
    fn the_table_says_what_a_district_is_called_in_english() {
        let mut sources = Sources {
            regions: vec![region(CHINESE + 110_105, "", "朝阳区")],
            ..Sources::default()
        };
        sources.regions[0].label.en = "Chaowai".to_owned();
        let mut chaoyang = seat(110_105, "朝阳区", &[(39.92, 116.44)]);
        settle(&mut sources, std::slice::from_ref(&chaoyang));
        assert_eq!(sources.regions[0].label.en, "Chaowai");
        chaoyang.label.en = "Chaoyang".to_owned();
        settle(&mut sources, &[chaoyang]);
        assert_eq!(sources.regions[0].label.en, "Chaoyang");
        assert_eq!(sources.regions.len(), 1);
    }

    #[test]
    fn metres_are_those_of_the_ground() {
        let [a, b, c] = [(30.0, 104.0), (31.0, 104.0), (30.0, 105.0)].map(|at| Known::at(at, 1));
        assert!((a.metres(&b) - 111_195.0).abs() < 5.0);
        assert!((a.metres(&c) - 96_297.0).abs() < 20.0);
    }
}
