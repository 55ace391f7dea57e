//! The file of one import: written from front to back by `writer`, read where it lies.
//!
//! ```text
//! 96 bytes    header: "IMMGAZ01", then the ten numbers of `StoreHeader`; little endian, as
//!             everything
//! words       texts (length in bytes, then UTF-8), regions, features, rings, places,
//!             in the order in which they came; where they are is told in words
//!   region    level and kind of identifier, the identifier in two words, where its
//!             names are: English, Chinese, local; 0 where there is none
//!   feature   number of its regions, its area, and the regions
//!   place     identifier, three names, the units of second to fourth order, or 0
//! leaves      in the order of a curve. Of polygons: the box of a ring, the feature,
//!             the ring. Of places: east, north, the place with its class in front
//! boxes       the tree above the leaves
//! groups      of places: 48 bytes for each first-order unit, in order
//! description JSON: what `gazetteer list` shows
//! ```

use std::cmp::Reverse;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::coordinates::{Bounds, PER_DEGREE, QueryPoint, Words, word};
use super::ring::StoredRing;
use super::tree::{PackedRTree, TreeLevels};
use crate::place::level::Level;
use imm_cluster_geodata::grid::EARTH_RADIUS;

/// What the file begins with; its end is the version of the format.
const MAGIC: &[u8; 8] = b"IMMGAZ01";
pub(super) const HEADER_SIZE: usize = 96;
/// The words of a leaf of polygons, and of places.
pub(super) const POLYGON_LEAF: usize = 6;
pub(super) const PLACE_LEAF: usize = 3;
/// The bytes of a group of places.
pub(super) const GROUP_SIZE: usize = 48;
/// Where the class of a place is in a leaf.
pub(super) const CLASS_SHIFT: u32 = 30;
/// The length of a step along a meridian, in metres.
const STEP: f64 = EARTH_RADIUS * std::f64::consts::PI / 180.0 / PER_DEGREE;

/// How names are told apart, and where they are in a region.
pub(super) const ENGLISH: usize = 0;
pub(super) const CHINESE: usize = 1;
pub(super) const LOCAL: usize = 2;

/// Where everything is.
#[derive(Default)]
pub(super) struct StoreHeader {
    /// The length of the file.
    pub(super) len: u64,
    /// The fingerprint of the words.
    pub(super) fingerprint: u64,
    /// Higher than that of all imports before.
    pub(super) order: u64,
    pub(super) leaves_at: u64,
    pub(super) leaves: u64,
    pub(super) boxes_at: u64,
    pub(super) groups_at: u64,
    pub(super) groups: u64,
    pub(super) description_at: u64,
    pub(super) description_len: u64,
}

impl StoreHeader {
    /// The numbers in the order in which they are in the file.
    fn numbers(&mut self) -> [&mut u64; 10] {
        [
            &mut self.len,
            &mut self.fingerprint,
            &mut self.order,
            &mut self.leaves_at,
            &mut self.leaves,
            &mut self.boxes_at,
            &mut self.groups_at,
            &mut self.groups,
            &mut self.description_at,
            &mut self.description_len,
        ]
    }

    pub(super) fn bytes(mut self) -> Vec<u8> {
        let numbers = self.numbers().map(|number| number.to_le_bytes());
        [&MAGIC[..], numbers.as_flattened()].concat()
    }

    fn read(bytes: &[u8]) -> Result<Self, Unopened> {
        let (magic, rest) = bytes.split_first_chunk().ok_or(Unopened::Damaged)?;
        let mut header = Self::default();
        match magic {
            MAGIC => {}
            [b'I', b'M', b'M', b'G', b'A', b'Z', ..] => return Err(Unopened::Version),
            _ => return Err(Unopened::Damaged),
        }
        for (number, bytes) in header.numbers().into_iter().zip(rest.as_chunks().0) {
            *number = u64::from_le_bytes(*bytes);
        }
        Ok(header)
    }
}

/// An identifier of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum RegionId {
    /// The fingerprint of what the import says of it.
    Own(u64),
    /// A number of `GeoNames`, as the built-in data have them.
    GeoNames(u32),
}

impl RegionId {
    pub(super) fn text(self) -> String {
        match self {
            Self::Own(fingerprint) => format!("i{fingerprint:016x}"),
            Self::GeoNames(number) => format!("g{number}"),
        }
    }
}

/// What a place is, for the rules of levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceClass {
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
pub(super) struct StoredGazetteer {
    bytes: memmap2::Mmap,
    pub(super) header: StoreHeader,
    levels: TreeLevels,
}

/// A region where it lies in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoredRegion<'a> {
    pub(super) level: Level,
    pub(super) id: RegionId,
    pub(super) names: [&'a str; 3],
}

/// The regions around a point, from the country downwards.
pub(super) type NamedLevels<'a> = [Option<StoredRegion<'a>>; 5];

/// A place where it lies in the file.
pub(super) struct StoredPlace<'a> {
    pub(super) id: RegionId,
    pub(super) names: [&'a str; 3],
    /// The units of second, third and fourth order that it is in.
    pub(super) units: [Option<StoredRegion<'a>>; 3],
    /// How far away it is, in metres.
    pub(super) distance: f64,
    pub(super) class: PlaceClass,
}

impl StoredGazetteer {
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
        let header = StoreHeader::read(&bytes)?;
        let starts = [
            HEADER_SIZE as u64,
            header.leaves_at,
            header.boxes_at,
            header.groups_at,
            header.description_at,
            header.len,
        ];
        if !starts.is_sorted() || header.len != bytes.len() as u64 {
            return Err(Unopened::Damaged);
        }
        let leaf = if header.groups == 0 {
            POLYGON_LEAF
        } else {
            PLACE_LEAF
        };
        // Sizes that do not follow from the numbers of things are damage, too.
        let levels = usize::try_from(header.leaves).map(TreeLevels::above);
        let levels = levels.map_err(|_| Unopened::Damaged)?;
        let is = |size: u64, count: u64, each: usize| count.checked_mul(each as u64) == Some(size);
        if !is(header.boxes_at - header.leaves_at, header.leaves, leaf * 4)
            || !is(
                header.groups_at - header.boxes_at,
                levels.count() as u64,
                16,
            )
            || !is(
                header.description_at - header.groups_at,
                header.groups,
                GROUP_SIZE,
            )
        {
            return Err(Unopened::Damaged);
        }
        Ok(Self {
            bytes,
            header,
            levels,
        })
    }

    pub(super) fn description(&self) -> Result<Description, Unopened> {
        let json = self.between(self.header.description_at, self.header.len);
        serde_json::from_slice(json).map_err(|_| Unopened::Damaged)
    }

    /// The bytes between two places that were looked at when the file was opened.
    #[expect(clippy::cast_possible_truncation, reason = "within what is mapped")]
    fn between(&self, from: u64, to: u64) -> &[u8] {
        self.bytes
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }

    fn leaves<const N: usize>(&self) -> &[[[u8; 4]; N]] {
        let leaves = self.between(self.header.leaves_at, self.header.boxes_at);
        leaves.as_chunks().0.as_chunks().0
    }

    fn tree(&self) -> PackedRTree<'_> {
        let boxes = self.between(self.header.boxes_at, self.header.groups_at);
        PackedRTree {
            levels: &self.levels,
            boxes: boxes.as_chunks().0,
        }
    }

    /// The groups of places; none in a gazetteer of polygons.
    pub(super) fn groups(&self) -> &[[u8; GROUP_SIZE]] {
        let groups = self.between(self.header.groups_at, self.header.description_at);
        groups.as_chunks().0
    }

    /// The words from that one on, as many as there are up to the leaves.
    fn words(&self, at: u32) -> Words<'_> {
        self.between(u64::from(at) * 4, self.header.leaves_at)
            .as_chunks()
            .0
    }

    fn text(&self, at: u32) -> &str {
        let text = self.words(at).split_first().filter(|_| at != 0);
        let text = text.and_then(|(len, text)| {
            let text = text
                .as_flattened()
                .get(..u32::from_le_bytes(*len) as usize)?;
            str::from_utf8(text).ok()
        });
        text.unwrap_or_default()
    }

    fn region(&self, at: u32) -> Option<StoredRegion<'_>> {
        let words = self.words(at);
        let [kind, low, high, names @ ..] = [0, 1, 2, 3, 4, 5].map(|i| word(words, i));
        let id = if kind >> 8 == 1 {
            RegionId::GeoNames(low)
        } else {
            RegionId::Own(u64::from(low) | u64::from(high) << 32)
        };
        Some(StoredRegion {
            level: *Level::ALL.get((kind & 0xff) as usize)?,
            id,
            names: names.map(|name| self.text(name)),
        })
    }

    /// What the polygons around a point name. The narrowest polygon comes first; wider
    /// ones fill in what it does not name.
    pub(super) fn around(&self, (lon, lat): (f64, f64)) -> NamedLevels<'_> {
        let point = QueryPoint::new(lon, lat);
        let leaves = self.leaves::<POLYGON_LEAF>();
        // The features of which an odd number of rings has the point: a hole and what
        // surrounds it are two.
        let mut inside: Vec<u32> = Vec::new();
        let mut look = |items: Range<usize>| {
            for leaf in leaves.get(items).unwrap_or_default() {
                let ring = || StoredRing::at(self.words(word(leaf, 5)));
                if Bounds::at(leaf, 0).contains(point) && ring().contains(point) {
                    let feature = word(leaf, 4);
                    match inside.iter().position(|other| *other == feature) {
                        Some(at) => _ = inside.swap_remove(at),
                        None => inside.push(feature),
                    }
                }
            }
        };
        self.tree()
            .visit(&|bounds| bounds.contains(point), &mut look);
        if inside.len() > 1 {
            let key = |feature: &u32| {
                let narrowest = self.regions(*feature).map(|region| region.level).max();
                // The bits of numbers that are not negative order as the numbers do, and are
                // `Ord`.
                let area = word(self.words(*feature), 1);
                (Reverse(narrowest), area, *feature)
            };
            inside.sort_by_cached_key(key);
        }
        let mut named = [None; 5];
        for region in inside.into_iter().flat_map(|feature| self.regions(feature)) {
            if let Some(slot) = named.get_mut(region.level.index()) {
                slot.get_or_insert(region);
            }
        }
        named
    }

    fn regions(&self, feature: u32) -> impl Iterator<Item = StoredRegion<'_>> {
        let words = self.words(feature);
        let count = word(words, 0).min(5) as usize;
        (0..count).filter_map(move |i| self.region(word(words, 2 + i)))
    }

    /// The nearest place of a range that a class is asked of, no farther than
    /// `reach` metres.
    pub(super) fn nearest(
        &self,
        at: (f64, f64),
        among: &Range<usize>,
        reach: f64,
        wanted: impl Fn(PlaceClass) -> bool,
    ) -> Option<StoredPlace<'_>> {
        let leaves = self.leaves::<PLACE_LEAF>();
        let class = |leaf| match word(leaf, 2) >> CLASS_SHIFT {
            0 => PlaceClass::Town,
            1 => PlaceClass::Section,
            _ => PlaceClass::Small,
        };
        let place_of = |i: usize| {
            let leaf = leaves.get(i).filter(|leaf| wanted(class(*leaf)))?;
            Some((word(leaf, 0).cast_signed(), word(leaf, 1).cast_signed()))
        };
        let (found, distance2) = self.tree().nearest(place_of, among, at, reach / STEP)?;
        let leaf = leaves.get(found)?;
        let words = self.words(word(leaf, 2) & !(3 << CLASS_SHIFT));
        let unit = |i| Some(word(words, i)).filter(|at| *at != 0);
        Some(StoredPlace {
            id: RegionId::GeoNames(word(words, 0)),
            names: [1, 2, 3].map(|i| self.text(word(words, i))),
            units: [4, 5, 6].map(|i| self.region(unit(i)?)),
            distance: distance2.sqrt() * STEP,
            class: class(leaf),
        })
    }
}
