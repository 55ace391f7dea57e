//! What the readers of all formats hand over: rings and properties, one feature at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use imm_cluster_messages::text;

use super::coordinates::{Corner, corner};
use crate::capture::gcj02::degrees_to_wgs84;

/// The most corners that one feature may have: some 160 MB.
const MOST_CORNERS: usize = 20_000_000;
/// The most bytes that one feature may have in a binary format.
const LONGEST_FEATURE: u64 = 400 << 20;
/// How many names of properties are told.
const MOST_NAMES: usize = 200;

/// The coordinate system of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Crs {
    /// WGS 84, and what equals it within a metre: CGCS2000, JGD2011, ETRS89.
    #[default]
    Wgs84,
    /// The shifted one of Chinese maps.
    Gcj02,
}

impl Crs {
    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
        }
    }
}

/// Why a feature was left out; what comes first is told first. The reasons are kept with
/// what was imported, hence English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub(super) enum SkipReason {
    #[error("no polygon")]
    NoPolygon,
    #[error("no name at any level")]
    NoName,
    #[error("a name of more than 500 bytes")]
    LongName,
    #[error("coordinates that are no numbers")]
    NotNumbers,
    #[error("coordinates beyond 90° north or south, or 360° east or west")]
    OutOfRange,
    #[error("no area")]
    NoArea,
    #[error("more than 20 million corners")]
    TooManyCorners,
    #[error("more bytes than a feature may have")]
    TooLong,
    #[error("no populated place, or one that is no more")]
    NoPlace,
    #[error("no country code")]
    NoSuchCountry,
}

/// How many features an import took and left out.
#[derive(Default)]
pub(super) struct ImportCounts {
    pub(super) features: u64,
    /// How many name each level.
    pub(super) levels: [u64; 5],
    pub(super) skipped: BTreeMap<SkipReason, u64>,
    /// Coordinates that are out of range.
    pub(super) example: Option<(f64, f64)>,
}

impl ImportCounts {
    pub(super) fn skip(&mut self, why: SkipReason) {
        *self.skipped.entry(why).or_default() += 1;
    }
}

/// What ends reading.
#[derive(Debug)]
pub(super) enum ImportStop {
    /// The file cannot be read.
    Read(io::Error),
    /// What is imported cannot be written.
    Write(io::Error),
    /// The file is not what it should be: what is wrong, where.
    Broken(String),
    /// Enough was seen.
    Enough,
}

impl From<io::Error> for ImportStop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Self::broken(text!("import-ends-early"))
        } else {
            Self::Read(error)
        }
    }
}

impl ImportStop {
    pub(super) fn broken(reason: impl Into<String>) -> Self {
        Self::Broken(reason.into())
    }
}

/// What is done with a feature.
pub(super) type Take<'a> = &'a mut dyn FnMut(&mut PolygonFeature) -> Result<(), ImportStop>;

/// Where readers put one feature after another.
pub(super) struct FeatureSink<'a> {
    /// The feature that is being read; the same memory is filled again and again.
    pub(super) feature: PolygonFeature,
    /// How many features were handed over.
    pub(super) taken: u64,
    /// The properties that are wanted.
    names: Vec<String>,
    /// All names of properties that were met, where these are wanted and not the features.
    pub(super) met: Option<BTreeSet<String>>,
    take: Take<'a>,
}

impl<'a> FeatureSink<'a> {
    /// Takes the values of these properties of all features.
    pub(super) fn new(names: Vec<String>, crs: Crs, take: Take<'a>) -> Self {
        Self {
            feature: PolygonFeature {
                corners: Vec::new(),
                ends: Vec::new(),
                problem: None,
                example: None,
                values: vec![None; names.len()],
                crs,
            },
            taken: 0,
            names,
            met: None,
            take,
        }
    }

    /// Only finds out which properties there are.
    pub(super) fn for_names(take: Take<'a>) -> Self {
        Self {
            met: Some(BTreeSet::new()),
            ..Self::new(Vec::new(), Crs::Wgs84, take)
        }
    }

    /// Which wanted property goes by that name.
    pub(super) fn index(&mut self, name: &str) -> Option<usize> {
        if let Some(met) = &mut self.met
            && met.len() < MOST_NAMES
            && !met.contains(name)
        {
            met.insert(name.to_owned());
        }
        self.names.iter().position(|wanted| wanted == name)
    }

    /// Hands the feature over, and begins another one.
    pub(super) fn hand_over(&mut self) -> Result<(), ImportStop> {
        self.taken += 1;
        (self.take)(&mut self.feature)?;
        self.feature.clear();
        Ok(())
    }
}

/// A feature: its rings in steps, and its properties.
pub(super) struct PolygonFeature {
    corners: Vec<Corner>,
    /// Where each ring ends.
    ends: Vec<usize>,
    /// What is wrong with it.
    pub(super) problem: Option<SkipReason>,
    /// Coordinates that were out of range.
    pub(super) example: Option<(f64, f64)>,
    /// The values of the wanted properties.
    pub(super) values: Vec<Option<String>>,
    crs: Crs,
}

impl PolygonFeature {
    pub(super) fn clear(&mut self) {
        self.truncate((0, 0));
        self.problem = None;
        if self.corners.capacity() > MOST_CORNERS / 16 {
            self.corners = Vec::new();
        }
        self.values.fill(None);
    }

    /// Sets the value of a wanted property.
    pub(super) fn set(&mut self, index: Option<usize>, value: Option<String>) {
        if let Some(slot) = index.and_then(|index| self.values.get_mut(index)) {
            *slot = value;
        }
    }

    /// Adds a corner to the present ring, in degrees.
    pub(super) fn push(&mut self, lon: f64, lat: f64) {
        if !lon.is_finite() || !lat.is_finite() {
            self.wrong(SkipReason::NotNumbers);
        } else if lat.abs() > 90.000_001 || lon.abs() > 360.0 {
            self.example.get_or_insert((lon, lat));
            self.wrong(SkipReason::OutOfRange);
        } else if self.corners.len() >= MOST_CORNERS {
            self.wrong(SkipReason::TooManyCorners);
        }
        if self.problem.is_none() {
            let (lat, lon) = match self.crs {
                Crs::Wgs84 => (lat, lon),
                Crs::Gcj02 => degrees_to_wgs84(lat, lon),
            };
            self.corners.push(corner(lon, lat));
        }
    }

    /// Adds a ring of pairs of `f64`, as FlatGeobuf and shapefiles have them.
    pub(super) fn ring(&mut self, pairs: &[[u8; 16]]) {
        for pair in pairs {
            if let [x, y] = *pair.as_chunks().0 {
                self.push(f64::from_le_bytes(x), f64::from_le_bytes(y));
            }
        }
        self.end_ring();
    }

    /// Notes what is wrong; the first counts.
    pub(super) fn wrong(&mut self, problem: SkipReason) {
        self.problem.get_or_insert(problem);
        // A feature that is left out needs no corners: give their memory back.
        self.truncate((0, 0));
    }

    pub(super) fn end_ring(&mut self) {
        if self.corners.len() > self.ends.last().copied().unwrap_or(0) {
            self.ends.push(self.corners.len());
        }
    }

    /// How far it goes at present.
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.corners.len(), self.ends.len())
    }

    /// Takes back what came behind a mark.
    pub(super) fn truncate(&mut self, (corners, ends): (usize, usize)) {
        self.corners.truncate(corners);
        self.ends.truncate(ends);
    }

    /// The rings as they came.
    pub(super) fn rings(&self) -> impl Iterator<Item = &[Corner]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let ring = |(start, end): (&usize, &usize)| self.corners.get(*start..*end);
        starts.zip(&self.ends).filter_map(ring)
    }
}

/// Reads so many bytes before a record; `None` at the end of the file.
pub(super) fn read_head<const N: usize>(input: &mut impl Read) -> io::Result<Option<[u8; N]>> {
    let mut bytes = Vec::with_capacity(N);
    input.take(N as u64).read_to_end(&mut bytes)?;
    match bytes.first_chunk() {
        Some(bytes) => Ok(Some(*bytes)),
        None if bytes.is_empty() => Ok(None),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Reads so many bytes into a buffer that is used again. One feature of more than 400 MB
/// is passed over: false. A length that is made up takes no more memory than there are bytes.
pub(super) fn read_record(
    input: &mut impl Read,
    len: u64,
    buffer: &mut Vec<u8>,
) -> io::Result<bool> {
    buffer.clear();
    buffer.shrink_to(1 << 24);
    let fits = len <= LONGEST_FEATURE;
    let mut record = input.take(len);
    let read = if fits {
        record.read_to_end(buffer)? as u64
    } else {
        io::copy(&mut record, &mut io::sink())?
    };
    if read < len {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(fits)
}
