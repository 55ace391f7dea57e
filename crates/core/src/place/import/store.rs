//! The file of one import: written from front to back, read where it lies.
//!
//! ```text
//! 96 bytes    header: "IMMGAZ01", then the length of the file, the fingerprint and,
//!             as places and numbers, the leaves, boxes, groups and the description;
//!             little endian, as everything
//! words       texts (length in bytes, then UTF-8), units, features, rings, places,
//!             in the order in which they came; where they are is told in words
//!   unit      level and kind of identifier, the identifier in two words, where its
//!             names are: English, Chinese, local; 0 where there is none
//!   feature   number of its units, its area, and the units
//!   place     identifier, three names, the units of second to fourth order, or 0
//! leaves      in the order of a curve. Of polygons: the box of a ring, the feature,
//!             the ring. Of places: east, north, the place with its class in front
//! boxes       see `tree`
//! groups      of places: 48 bytes for each first-order unit, in order
//! description JSON: what `gazetteer list` shows
//! ```

use std::fs::File;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ring::{self, Bounds, Point, Ring};
use super::tree::{Search, Tree};
use crate::place::Level;

/// What the file begins with; its end is the version of the format.
pub(super) const MAGIC: &[u8; 8] = b"IMMGAZ01";
pub(super) const HEADER: usize = 96;
const POLYGON_LEAF: usize = 24;
const PLACE_LEAF: usize = 12;
/// The bytes of a group of places.
pub(super) const GROUP: usize = 48;
/// Where the class of a place is in a leaf.
pub(super) const CLASS_SHIFT: u32 = 30;

/// How names are told apart, and where they are in a unit.
pub(super) const ENGLISH: usize = 0;
pub(super) const CHINESE: usize = 1;
pub(super) const LOCAL: usize = 2;

/// An identifier of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Identifier {
    /// The fingerprint of what the import says of it.
    Own(u64),
    /// A number of `GeoNames`, as the built-in data has them.
    GeoNames(u32),
}

impl Identifier {
    pub(super) fn text(self) -> String {
        match self {
            Self::Own(fingerprint) => format!("i{fingerprint:016x}"),
            Self::GeoNames(number) => format!("g{number}"),
        }
    }
}

/// A region to write.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct NewUnit {
    pub(super) level: Level,
    pub(super) id: Identifier,
    /// English, Chinese, local; empty where there is none.
    pub(super) names: [String; 3],
}

/// What a place is, for the rules of levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A town of 500 people or more, or a seat.
    Town = 0,
    /// A section of a place.
    Section = 1,
    /// Any other: a hamlet, a farm.
    Small = 2,
}

/// What is told of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// What it is called.
    pub name: String,
    /// How properties were understood.
    pub preset: Option<String>,
    /// The coordinate system of the source; what is stored is WGS 84.
    pub crs: String,
    /// The files that were read.
    pub sources: Vec<SourceFile>,
    /// Polygons or places.
    pub kind: String,
    /// How many features are in it.
    pub features: u64,
    /// How many features name each level.
    pub levels: Vec<(Level, u64)>,
    /// How many features were left out, by reason.
    pub skipped: Vec<(String, u64)>,
    /// When it was imported, RFC 3339.
    pub imported: String,
}

/// A file that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name, without folders.
    pub file: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was changed last: the date of the data, RFC 3339.
    pub modified: Option<String>,
}

/// Why a file is no import that can be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unopened {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("it is damaged")]
    Damaged,
    #[error("another version of imm-cluster wrote it")]
    Version,
}

/// The opened file of an import.
pub(super) struct Gazetteer {
    bytes: memmap2::Mmap,
    pub(super) fingerprint: u64,
    pub(super) order: u32,
    leaves: std::ops::Range<usize>,
    boxes: std::ops::Range<usize>,
    groups: std::ops::Range<usize>,
    json: std::ops::Range<usize>,
    tree: Tree,
}

/// A region where it lies in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit<'a> {
    pub(super) level: Level,
    pub(super) id: Identifier,
    pub(super) names: [&'a str; 3],
}

/// A place where it lies in the file.
pub(super) struct Place<'a> {
    pub(super) id: Identifier,
    pub(super) names: [&'a str; 3],
    /// The units of second, third and fourth order that it is in.
    pub(super) units: [Option<Unit<'a>>; 3],
    /// How far away it is, in metres.
    pub(super) distance: f64,
    pub(super) class: Class,
}

/// The length of a step along a meridian, in metres.
const STEP: f64 =
    imm_cluster_geodata::grid::EARTH_RADIUS * std::f64::consts::PI / 180.0 / ring::PER_DEGREE;

impl Gazetteer {
    #[expect(
        unsafe_code,
        reason = "the file is ours and never changed where it lies: an import writes another one and \
                  renames it over this one, and a removal only takes the name away, so that the bytes \
                  stay as they are while they are mapped. All of them are read with bounds checked"
    )]
    pub(super) fn open(path: &Path) -> Result<Self, Unopened> {
        let file = File::open(path)?;
        // SAFETY: see the reason above.
        let bytes = unsafe { memmap2::Mmap::map(&file)? };
        let magic = bytes.get(..8).ok_or(Unopened::Damaged)?;
        if magic != MAGIC {
            let version = magic.starts_with(&MAGIC[..6]);
            return Err(if version {
                Unopened::Version
            } else {
                Unopened::Damaged
            });
        }
        let number = |i: usize| {
            let word = bytes
                .get(8 + i * 8..16 + i * 8)
                .and_then(|w| w.try_into().ok());
            word.map_or(0, u64::from_le_bytes)
        };
        let [
            len,
            fingerprint,
            order,
            leaves_at,
            count,
            boxes_at,
            groups_at,
            groups,
            json_at,
            json,
        ] = std::array::from_fn(number);
        if len != bytes.len() as u64 {
            return Err(Unopened::Damaged);
        }
        let place = |n: u64| usize::try_from(n).map_err(|_| Unopened::Damaged);
        let range = |from: u64, to: u64| {
            let (from, to) = (place(from)?, place(to)?);
            if from < HEADER || from > to || to > bytes.len() {
                return Err(Unopened::Damaged);
            }
            Ok(from..to)
        };
        let leaves = range(leaves_at, boxes_at)?;
        let boxes = range(boxes_at, groups_at)?;
        let groups = range(
            groups_at,
            groups_at.saturating_add(groups.saturating_mul(GROUP as u64)),
        )?;
        let json = range(json_at, json_at.saturating_add(json))?;
        let count = place(count)?;
        let leaf = leaves.len().checked_div(count).unwrap_or(POLYGON_LEAF);
        let tree = Tree::new(count);
        if !matches!(leaf, POLYGON_LEAF | PLACE_LEAF)
            || leaf.checked_mul(count) != Some(leaves.len())
            || tree.boxes().checked_mul(16) != Some(boxes.len())
        {
            return Err(Unopened::Damaged);
        }
        Ok(Self {
            fingerprint,
            order: u32::try_from(order).unwrap_or(u32::MAX),
            leaves,
            boxes,
            groups,
            json,
            tree,
            bytes,
        })
    }

    /// The file's size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub(super) fn description(&self) -> Result<Description, Unopened> {
        let json = self.bytes.get(self.json.clone()).unwrap_or_default();
        serde_json::from_slice(json).map_err(|_| Unopened::Damaged)
    }

    fn section<const N: usize>(&self, range: &std::ops::Range<usize>) -> &[[u8; N]] {
        self.bytes
            .get(range.clone())
            .unwrap_or_default()
            .as_chunks()
            .0
    }

    /// The words from that one on, as many as there are up to the leaves.
    fn words(&self, at: u32) -> &[[u8; 4]] {
        let from = (at as usize).saturating_mul(4);
        let bytes = self.bytes.get(from..self.leaves.start);
        bytes.unwrap_or_default().as_chunks().0
    }

    fn word(words: &[[u8; 4]], i: usize) -> u32 {
        words.get(i).map_or(0, |word| u32::from_le_bytes(*word))
    }

    fn text(&self, at: u32) -> &str {
        if at == 0 {
            return "";
        }
        let found = || {
            let from = (at as usize).checked_mul(4)?;
            let (len, rest) = self
                .bytes
                .get(from..self.leaves.start)?
                .split_first_chunk()?;
            str::from_utf8(rest.get(..u32::from_le_bytes(*len) as usize)?).ok()
        };
        found().unwrap_or_default()
    }

    fn unit(&self, at: u32) -> Option<Unit<'_>> {
        let words = self.words(at);
        let word = |i| Self::word(words, i);
        let level = *Level::ALL.get((word(0) & 0xff) as usize)?;
        let id = if word(0) >> 8 == 1 {
            Identifier::GeoNames(word(1))
        } else {
            Identifier::Own(u64::from(word(1)) | u64::from(word(2)) << 32)
        };
        Some(Unit {
            level,
            id,
            names: [3, 4, 5].map(|i| self.text(word(i))),
        })
    }

    /// What the polygons around a point name, from the country downwards. The
    /// narrowest polygon comes first; wider ones fill in what it does not name.
    pub(super) fn around(&self, lon: f64, lat: f64) -> [Option<Unit<'_>>; 5] {
        let point = Point::new(lon, lat);
        let leaves = self.section::<POLYGON_LEAF>(&self.leaves);
        // The features of which an odd number of rings has the point.
        let mut inside: Vec<u32> = Vec::new();
        self.tree
            .around(self.section(&self.boxes), point, &mut |things| {
                for leaf in leaves.get(things).unwrap_or_default() {
                    let leaf = leaf.as_chunks::<4>().0;
                    let word = |i| Self::word(leaf, i);
                    let bounds = Bounds::from_words([word(0), word(1), word(2), word(3)]);
                    if bounds.contains(point) && Ring::at(self.words(word(5))).contains(point) {
                        let feature = word(4);
                        match inside.iter().position(|other| *other == feature) {
                            Some(at) => _ = inside.swap_remove(at),
                            None => inside.push(feature),
                        }
                    }
                }
            });
        let mut named = [None; 5];
        if let [feature] = inside[..] {
            self.fill(feature, &mut named);
            return named;
        }
        let narrowness = |feature: &u32| {
            let narrowest = self.units(*feature).map(|unit| unit.level).max();
            let area = f32::from_bits(Self::word(self.words(*feature), 1));
            (std::cmp::Reverse(narrowest), area)
        };
        inside.sort_by(|a, b| {
            let ((level, area), (other_level, other_area)) = (narrowness(a), narrowness(b));
            let by_area = || area.total_cmp(&other_area);
            level.cmp(&other_level).then_with(by_area).then(a.cmp(b))
        });
        for feature in inside {
            self.fill(feature, &mut named);
        }
        named
    }

    fn units(&self, feature: u32) -> impl Iterator<Item = Unit<'_>> {
        let words = self.words(feature);
        let count = Self::word(words, 0).min(5) as usize;
        (0..count).filter_map(move |i| self.unit(Self::word(words, 2 + i)))
    }

    fn fill<'a>(&'a self, feature: u32, named: &mut [Option<Unit<'a>>; 5]) {
        for unit in self.units(feature) {
            if let Some(slot) = named.get_mut(unit.level.index()) {
                slot.get_or_insert(unit);
            }
        }
    }

    /// Whether this is a gazetteer of places.
    pub(super) fn has_places(&self) -> bool {
        !self.groups.is_empty()
    }

    /// The groups of places.
    pub(super) fn groups(&self) -> &[[u8; GROUP]] {
        self.section(&self.groups)
    }

    /// The nearest place of a range that a class is asked of, no farther than
    /// `reach` metres.
    pub(super) fn nearest(
        &self,
        lon: f64,
        lat: f64,
        among: std::ops::Range<usize>,
        reach: f64,
        wanted: impl Fn(Class) -> bool,
    ) -> Option<Place<'_>> {
        let leaves = self.section::<PLACE_LEAF>(&self.leaves);
        let word = |leaf: &[u8; PLACE_LEAF], i| Self::word(leaf.as_chunks::<4>().0, i);
        let class = |leaf| match word(leaf, 2) >> CLASS_SHIFT {
            0 => Class::Town,
            1 => Class::Section,
            _ => Class::Small,
        };
        let place = |i: usize| {
            let leaf = leaves.get(i).filter(|leaf| wanted(class(leaf)))?;
            Some((word(leaf, 0).cast_signed(), word(leaf, 1).cast_signed()))
        };
        let mut search = Search::new(place, among, lon, lat, reach / STEP);
        self.tree.nearest(self.section(&self.boxes), &mut search);
        let (best, distance2) = (search.best?, search.distance2);
        let leaf = leaves.get(best)?;
        let words = self.words(word(leaf, 2) & !(3 << CLASS_SHIFT));
        let of = |i| Self::word(words, i);
        Some(Place {
            id: Identifier::GeoNames(of(0)),
            names: [1, 2, 3].map(|i| self.text(of(i))),
            units: [4, 5, 6].map(|i| {
                Some(of(i))
                    .filter(|at| *at != 0)
                    .and_then(|at| self.unit(at))
            }),
            distance: distance2.sqrt() * STEP,
            class: class(leaf),
        })
    }
}
