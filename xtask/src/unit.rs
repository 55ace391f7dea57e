//! A polygon that may decide about points, from whichever source.

use imm_cluster_geodata::tables::Label;
use serde_json::Value;

use crate::topology::{Ring, corner};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    GeoBoundaries,
    NaturalEarth,
    Korea,
    Municipal,
    Islands,
}

/// A polygon that may decide about points.
pub(crate) struct MapUnit {
    pub source: Source,
    /// Whether it is a second-order unit.
    pub second: bool,
    pub polygons: Vec<Vec<Ring>>,
    pub group: String,
    pub cc: String,
    pub label: Label,
    /// The three-letter code of the country whose map in geoBoundaries it is of.
    pub map: String,
    pub id: u32,
    pub a1_code: String,
    pub a1: Option<usize>,
    pub a2: Option<usize>,
    pub korean: Option<Korean>,
    pub municipality: Option<Municipality>,
}

/// A municipality with what is around and within it, each with the number that
/// the country gives it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Municipality {
    /// The first-order unit, and its names where `GeoNames` does not know it.
    pub state: u32,
    pub state_label: Option<Label>,
    pub county: Option<(u32, Label)>,
    pub city: (u32, Label),
    pub ward: Option<(u32, Label)>,
}

/// A Korean township with the unit around it.
pub(crate) struct Korean {
    pub code: u32,
    pub city: String,
    pub district: String,
    pub township: String,
}

/// Without the repeated last corner and without doubled ones.
pub(crate) fn close(mut ring: Ring) -> Ring {
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

/// The polygons of a `GeoJSON` geometry.
pub(crate) fn polygons(geometry: &Value) -> Vec<Vec<Ring>> {
    let ring = |ring: &Value| -> Ring {
        let corners = ring.as_array().into_iter().flatten();
        let read = |c: &Value| Some(corner(c[0].as_f64()?, c[1].as_f64()?));
        close(corners.filter_map(read).collect())
    };
    let polygon = |p: &Value| p.as_array().into_iter().flatten().map(ring).collect();
    let coordinates = &geometry["coordinates"];
    match geometry["type"].as_str() {
        Some("Polygon") => vec![polygon(coordinates)],
        _ => (coordinates.as_array().into_iter().flatten())
            .map(polygon)
            .collect(),
    }
}
