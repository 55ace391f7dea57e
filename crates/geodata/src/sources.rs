//! What the sources say, before any table is applied: regions with their names, units with
//! their boundaries, and which regions a unit or a place in it could be said to be in.

use crate::drawn::Drawn;
use crate::expand;
use crate::format::{SOURCES, code_of, group_of};
use crate::pack;
use crate::tables::Label;
use crate::texts::{TextTable, text_at};

/// A region that some source knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceRegion {
    /// Its identifier, see [`crate::ids`].
    pub id: u32,
    /// What the tables call it beside its identifier: the code of a division of `GeoNames`,
    /// or a country and the name on the map; empty where there is none.
    pub key: String,
    /// Its names.
    pub label: Label,
}

/// The regions that a unit may be said to be, by the names of `levels.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfUnit {
    /// Its first-order unit of `GeoNames`.
    First,
    /// Its second-order unit of `GeoNames`.
    Second,
    /// A first-order unit of Natural Earth, which stands for one that `GeoNames` lacks.
    Natural,
    /// `unit`
    Unit,
    /// `ne`
    Map,
    /// `k2`
    KoreanCity,
    /// `k3`
    KoreanDistrict,
    /// `k4`
    KoreanTownship,
    /// `state`
    State,
    /// `county`
    County,
    /// `municipality`
    Municipality,
    /// `ward`
    Ward,
}

/// How many there are of [`OfUnit`].
pub const OF_UNIT: usize = 12;

impl OfUnit {
    /// All of them.
    pub const ALL: [Self; OF_UNIT] = [
        Self::First,
        Self::Second,
        Self::Natural,
        Self::Unit,
        Self::Map,
        Self::KoreanCity,
        Self::KoreanDistrict,
        Self::KoreanTownship,
        Self::State,
        Self::County,
        Self::Municipality,
        Self::Ward,
    ];
}

/// The regions that a place may be said to be in, by the names of `levels.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfPlace {
    /// `nearest`: the place itself
    Itself,
    /// `place`: the place itself, or the one that it is a section of
    Whole,
    /// `a1`
    First,
    /// `a2`
    Second,
    /// `a3`
    Third,
    /// `a4`
    Fourth,
    /// `district`
    District,
    /// `join`
    Chinese,
}

/// How many there are of [`OfPlace`].
pub const OF_PLACE: usize = 8;

impl OfPlace {
    /// All of them.
    pub const ALL: [Self; OF_PLACE] = [
        Self::Itself,
        Self::Whole,
        Self::First,
        Self::Second,
        Self::Third,
        Self::Fourth,
        Self::District,
        Self::Chinese,
    ];
}

/// A place of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourcePlace {
    /// Steps east of -180°.
    pub x: u32,
    /// Steps north of -90°.
    pub y: u32,
    /// Whether it is a section of a place.
    pub section: bool,
    /// Whether it lies outside the unit, which has no place of its own.
    pub outside: bool,
    /// The regions that it may be said to be in, as numbers of [`Sources::regions`].
    pub regions: [Option<u32>; OF_PLACE],
}

/// A polygon that decides about points.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceUnit {
    /// The group of the country that it is in.
    pub country: u16,
    /// The group of the country whose outline decides whether it is asked at all.
    pub group: u16,
    /// The three-letter code by which `boundary-licences.tsv` knows its map; empty where
    /// its map is another.
    pub map: String,
    /// Whether it is a second-order unit on a map that says so.
    pub second: bool,
    /// The regions that it may be said to be, as numbers of [`Sources::regions`].
    pub regions: [Option<u32>; OF_UNIT],
    /// Its places.
    pub places: Vec<SourcePlace>,
}

/// An area that several countries claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its name, as in `disputed.tsv`.
    pub name: String,
    /// The group of the country in whose outline it is drawn.
    pub drawn: Option<u16>,
}

/// What a file of the repository holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// All regions; several may have one identifier.
    pub regions: Vec<SourceRegion>,
    /// The units, in the order of their groups and of the layer of boundaries.
    pub units: Vec<SourceUnit>,
    /// The outlines of countries, empty in all files but one.
    pub outlines: Drawn,
    /// The boundaries of the units.
    pub boundaries: Drawn,
    /// Areas that several countries claim, in the order of their layer.
    pub areas: Vec<Area>,
    /// The outlines of those areas.
    pub area_outlines: Drawn,
}

/// Flag of a second-order unit.
const SECOND: u32 = 1;
/// Flag of a section of a place.
const SECTION: u32 = 1;
/// Flag of a place outside its unit.
const OUTSIDE: u32 = 2;

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A number that may be missing, and 0 for none.
fn optional(region: Option<u32>) -> u32 {
    region.map_or(0, |region| region + 1)
}

/// A three-letter code as a number, 0 where it is empty.
fn code_number(code: &str) -> u32 {
    code.bytes().fold(0, |sum, c| sum * 256 + u32::from(c))
}

fn code_text(number: u32) -> String {
    let letters = number.to_be_bytes().into_iter();
    letters.filter(|c| *c != 0).map(char::from).collect()
}

impl Sources {
    /// The file as it is kept, before it is compressed.
    pub fn pack(&self) -> Vec<u8> {
        let mut texts = TextTable::default();
        let (mut regions, mut units, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for region in &self.regions {
            let Label { en, zh, local } = &region.label;
            let offsets = [en, zh, local, &region.key].map(|text| texts.offset(text));
            regions.push(region.id);
            regions.extend(offsets);
        }
        for unit in &self.units {
            let flags = u32::from(unit.second) * SECOND;
            units.extend([unit.country, unit.group].map(u32::from));
            units.extend([code_number(&unit.map), flags, number(unit.places.len())]);
            units.extend(unit.regions.map(optional));
            for place in &unit.places {
                let flags = u32::from(place.section) * SECTION + u32::from(place.outside) * OUTSIDE;
                places.extend([place.x, place.y, flags]);
                places.extend(place.regions.map(optional));
            }
        }
        let areas = self.areas.iter().map(|area| {
            let drawn = area.drawn.map(code_of).unwrap_or_default();
            format!("{}\t{drawn}\n", area.name)
        });
        let bytes = |words: Vec<u32>| words.into_iter().flat_map(u32::to_le_bytes).collect();
        let mut sections = vec![
            texts.into_bytes(),
            bytes(regions),
            bytes(units),
            bytes(places),
        ];
        let layer = |drawn: &Drawn, sections: &mut Vec<Vec<u8>>| {
            sections.extend([&drawn.blocks, &drawn.runs, &drawn.words].map(Clone::clone));
        };
        layer(&self.outlines, &mut sections);
        layer(&self.boundaries, &mut sections);
        sections.push(areas.collect::<String>().into_bytes());
        layer(&self.area_outlines, &mut sections);
        pack::pack(&sections, SOURCES)
    }

    /// The file of which these are the bytes, `None` when it is none.
    pub fn unpack(kept: &[u8]) -> Option<Self> {
        let mut sections = expand::sections(kept, SOURCES)?;
        let mut take = |i: usize| std::mem::take(&mut sections[i]);
        let words = |bytes: Vec<u8>| -> Vec<u32> {
            let words = bytes.as_chunks::<4>().0;
            words.iter().map(|word| u32::from_le_bytes(*word)).collect()
        };
        let texts = take(0);
        let text = |offset: u32| text_at(&texts, offset).map(str::to_owned);
        let region = |record: &[u32; 5]| {
            let [id, en, zh, local, key] = *record;
            let (en, zh, local) = (text(en)?, text(zh)?, text(local)?);
            Some(SourceRegion {
                id,
                key: text(key)?,
                label: Label { en, zh, local },
            })
        };
        let records = words(take(1));
        let regions = records.as_chunks().0.iter().map(region);
        let regions: Vec<SourceRegion> = regions.collect::<Option<_>>()?;
        let refer = |n: &u32| n.checked_sub(1).filter(|n| (*n as usize) < regions.len());
        let place = |record: &[u32; 3 + OF_PLACE]| {
            let [x, y, flags, of @ ..] = record;
            SourcePlace {
                x: *x,
                y: *y,
                section: flags & SECTION != 0,
                outside: flags & OUTSIDE != 0,
                regions: of.each_ref().map(refer),
            }
        };
        let (units, places) = (words(take(2)), words(take(3)));
        let mut places = places.as_chunks().0.iter().map(place);
        let mut unit = |record: &[u32; 5 + OF_UNIT]| {
            let [country, group, map, flags, count, of @ ..] = record;
            Some(SourceUnit {
                country: u16::try_from(*country).ok()?,
                group: u16::try_from(*group).ok()?,
                map: code_text(*map),
                second: flags & SECOND != 0,
                regions: of.each_ref().map(refer),
                places: places.by_ref().take(*count as usize).collect(),
            })
        };
        let units = units
            .as_chunks()
            .0
            .iter()
            .map(&mut unit)
            .collect::<Option<_>>()?;
        let mut layer = |from: usize| Drawn {
            blocks: take(from),
            runs: take(from + 1),
            words: take(from + 2),
        };
        let (outlines, boundaries, area_outlines) = (layer(4), layer(7), layer(11));
        let area = |row: &str| {
            let (name, drawn) = row.split_once('\t')?;
            let (name, drawn) = (name.to_owned(), group_of(drawn));
            Some(Area { name, drawn })
        };
        let areas = String::from_utf8(take(10)).ok()?;
        Some(Self {
            areas: areas.lines().filter_map(area).collect(),
            regions,
            units,
            outlines,
            boundaries,
            area_outlines,
        })
    }
}
