//! All that the program embeds, of what the repository keeps.

use crate::amend;
use crate::divide;
use crate::drawn::Drawn;
use crate::expand;
use crate::further::add_places;
use crate::grid::Grid;
use crate::grow::{Grown, grow};
use crate::lookup::Boundaries;
use crate::namesakes::KnownPaths;
use crate::seats;
use crate::sources::Sources;
use crate::tables::{Class, Tables};

/// The files of the repository, expanded from their compression.
#[derive(Debug, Clone, Copy)]
pub struct PackedFiles<'a> {
    /// `geodata.zst`
    pub main: &'a [u8],
    /// `time-zones.zst`
    pub zones: &'a [u8],
    /// `geodata-osm.zst`, where the program has it.
    pub open_street_map: Option<&'a [u8]>,
}

/// What the program embeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Built {
    /// The regions of the first file.
    pub main: Grown,
    /// The regions of the file under the Open Database License, empty without it.
    pub open_street_map: Grown,
    /// The names of the time zones, a line each.
    pub zones: Vec<u8>,
    /// The boundaries of all, for [`crate::grid::Grid::open`].
    pub grid: Vec<u8>,
    /// What the tables ask for and the files do not have, and what they took away.
    pub notes: Vec<String>,
}

/// Countries whose units come from finer maps than those of `boundary-licences.tsv`.
pub const FINER: [&str; 4] = ["DEU", "ESP", "KOR", "TWN"];

/// Applies the tables to what the repository keeps. The error says which file is none.
pub fn build(kept: PackedFiles, tables: &Tables) -> Result<Built, String> {
    let open = |bytes: &[u8], name: &str| {
        Sources::unpack(bytes).ok_or_else(|| format!("{name} is no geodata"))
    };
    let with_osm = kept.open_street_map.is_some();
    let mut main = open(kept.main, "geodata.zst")?;
    let mut open_street_map = match kept.open_street_map {
        Some(bytes) => open(bytes, "geodata-osm.zst")?,
        None => Sources::default(),
    };
    let (zone_names, zones) = expand::zones(kept.zones).ok_or("time-zones.zst is no geodata")?;
    let mut built = Built {
        zones: zone_names,
        ..Built::default()
    };
    let mut known: Vec<String> = Vec::new();
    for file in [&main, &open_street_map] {
        known.extend(amend::maps(&file.units).into_iter().map(str::to_owned));
    }
    for (map, licence) in &tables.licences {
        let wanted =
            licence.class == Class::Permissive || licence.class == Class::OpenDatabase && with_osm;
        if wanted && !known.contains(map) && !FINER.contains(&map.as_str()) {
            let note = format!("boundary-licences.tsv: no file has the boundaries of {map} yet");
            built.notes.push(note);
        }
    }
    amend::give_areas(&mut main, tables);
    for file in [&mut main, &mut open_street_map] {
        for map in amend::withdraw(file, tables, with_osm) {
            let note = format!("boundary-licences.tsv: the boundaries of {map} are left out");
            built.notes.push(note);
        }
    }
    seats::settle(&mut main, &tables.seats);
    // In the order of `Boundaries`.
    let mut layers: Vec<&Drawn> = vec![&main.outlines, &main.boundaries, &zones];
    if with_osm {
        debug_assert_eq!(layers.len(), Boundaries::OpenStreetMap as usize);
        layers.push(&open_street_map.boundaries);
    }
    built.grid = divide::grid(&layers);
    let grid = Grid::open(&built.grid).ok_or("no grid")?;
    // The file that is asked first grows first.
    let mut known = KnownPaths::new();
    if with_osm {
        let units = grid.layer(Boundaries::OpenStreetMap as usize);
        add_places(&mut open_street_map, tables, units);
        built.open_street_map = grow(&open_street_map, tables, &mut known);
    }
    add_places(&mut main, tables, grid.layer(Boundaries::Units as usize));
    built.main = grow(&main, tables, &mut known);
    Ok(built)
}
