//! What the readers of all formats hand over: rings and properties.

use std::collections::BTreeSet;
use std::io;

use super::ring::{Corner, PER_DEGREE};
use crate::capture::gcj02::degrees_to_wgs84;

/// The most corners that one feature may have: some 160 MB.
const MOST_CORNERS: usize = 20_000_000;

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

/// Why a feature was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Skip {
    NoPolygon,
    NoName,
    LongName,
    NotNumbers,
    OutOfRange,
    NoArea,
    TooManyCorners,
    TooLong,
    NoPlace,
    NoSuchCountry,
}

impl Skip {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::NoPolygon => "no polygon",
            Self::NoName => "no name at any level",
            Self::LongName => "a name of more than 500 bytes",
            Self::NotNumbers => "coordinates that are no numbers",
            Self::OutOfRange => "coordinates beyond 90° north or south, or 360° east or west",
            Self::NoArea => "no area",
            Self::TooManyCorners => "more than 20 million corners",
            Self::TooLong => "more bytes than a feature may have",
            Self::NoPlace => "no populated place, or one that is no more",
            Self::NoSuchCountry => "no country code",
        }
    }
}

/// What ends reading.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file cannot be read.
    Read(io::Error),
    /// What is imported cannot be written.
    Write(io::Error),
    /// The file is not what it should be: what is wrong, where.
    Broken(String),
    /// Enough was seen.
    Enough,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Self::Broken("it ends too early".to_owned())
        } else {
            Self::Read(error)
        }
    }
}

/// One feature; the same is filled again and again.
pub(super) struct Feature {
    pub(super) shape: Shape,
    /// The values of the wanted properties.
    pub(super) values: Vec<Option<String>>,
}

/// Which properties are wanted.
pub(super) struct Wanted {
    pub(super) names: Vec<String>,
    /// All names that were met, as far as they are collected.
    pub(super) met: BTreeSet<String>,
    pub(super) collect: bool,
}

/// How many names of properties are told.
const MOST_NAMES: usize = 200;

impl Wanted {
    pub(super) fn new(names: Vec<String>) -> Self {
        Self {
            names,
            met: BTreeSet::new(),
            collect: false,
        }
    }

    /// Only what properties there are.
    pub(super) fn all() -> Self {
        Self {
            collect: true,
            ..Self::new(Vec::new())
        }
    }

    /// Which wanted property goes by that name.
    pub(super) fn index(&mut self, name: &str) -> Option<usize> {
        if self.collect && self.met.len() < MOST_NAMES && !self.met.contains(name) {
            self.met.insert(name.to_owned());
        }
        self.names.iter().position(|wanted| wanted == name)
    }
}

impl Feature {
    pub(super) fn new(wanted: &Wanted, crs: Crs) -> Self {
        Self {
            shape: Shape {
                corners: Vec::new(),
                ends: Vec::new(),
                problem: None,
                example: None,
                crs,
            },
            values: vec![None; wanted.names.len()],
        }
    }

    pub(super) fn clear(&mut self) {
        self.shape.truncate((0, 0));
        self.shape.problem = None;
        if self.shape.corners.capacity() > MOST_CORNERS / 16 {
            self.shape.corners = Vec::new();
        }
        self.values.fill(None);
    }
}

/// The rings of a feature in steps.
pub(super) struct Shape {
    corners: Vec<Corner>,
    /// Where each ring ends.
    ends: Vec<usize>,
    /// What is wrong with it.
    pub(super) problem: Option<Skip>,
    /// Coordinates that were out of range.
    pub(super) example: Option<(f64, f64)>,
    crs: Crs,
}

impl Shape {
    /// Adds a corner to the present ring, in degrees.
    pub(super) fn push(&mut self, lon: f64, lat: f64) {
        let problem = if !lon.is_finite() || !lat.is_finite() {
            Some(Skip::NotNumbers)
        } else if lat.abs() > 90.000_001 || lon.abs() > 360.0 {
            self.example.get_or_insert((lon, lat));
            Some(Skip::OutOfRange)
        } else if self.corners.len() >= MOST_CORNERS {
            Some(Skip::TooManyCorners)
        } else {
            None
        };
        if problem.is_some() {
            self.wrong(problem);
        }
        if self.problem.is_none() {
            let (lat, lon) = match self.crs {
                Crs::Wgs84 => (lat, lon),
                Crs::Gcj02 => degrees_to_wgs84(lat, lon),
            };
            self.corners.push(corner(lon, lat));
        }
    }

    /// Notes what is wrong; the first counts.
    pub(super) fn wrong(&mut self, problem: Option<Skip>) {
        self.problem = self.problem.or(problem);
        // What is left out takes no memory.
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
        let mut from = 0;
        self.ends.iter().map(move |end| {
            let ring = self.corners.get(from..*end).unwrap_or_default();
            from = *end;
            ring
        })
    }
}

/// A corner of degrees that are in range.
#[expect(clippy::cast_possible_truncation, reason = "in range")]
pub(super) fn corner(lon: f64, lat: f64) -> Corner {
    let steps = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
    (steps(lon), steps(lat.clamp(-90.0, 90.0)))
}
