//! What the tables say about boundaries: whose disputed areas are, and which maps may not be
//! used.

use std::collections::BTreeMap;

use crate::drawn::{BoundaryPiece, Drawn, MIXED, Mixed};
use crate::grid::{BLOCK, NONE};
use crate::sources::{OF_UNIT, OfPlace, SourceUnit, Sources};
use crate::tables::{Class, Tables};

/// What is in a cell: nothing, one unit, or units and boundaries.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell<'a> {
    /// As in [`Drawn::in_block`], below [`MIXED`].
    Solid(u32),
    Mixed(&'a Mixed),
    Changed(Mixed),
}

/// Draws a layer anew, cell by cell.
fn redrawn<'a>(
    drawn: &Drawn,
    mixed: &'a [Mixed],
    mut change: impl FnMut(usize, Cell<'a>) -> Cell<'a>,
) -> Drawn {
    let mut cells: Vec<Mixed> = Vec::new();
    // Cells that share one mixed cell in the old layer share one in the new layer.
    let mut known: BTreeMap<u32, u32> = BTreeMap::new();
    let mut blocks = Vec::new();
    for block in 0..drawn.block_count() {
        let values = drawn.in_block(block);
        blocks.push(std::array::from_fn::<u32, BLOCK, _>(|i| {
            let nth = values[i].checked_sub(MIXED);
            let cell = nth.and_then(|nth| mixed.get(nth as usize));
            let cell = cell.map_or(Cell::Solid(values[i]), Cell::Mixed);
            let (cell, same) = match change(block * BLOCK + i, cell) {
                Cell::Solid(value) => return value,
                Cell::Mixed(cell) => (cell.clone(), Some(values[i])),
                Cell::Changed(cell) => (cell, None),
            };
            let next = MIXED + u32::try_from(cells.len()).unwrap_or(0);
            let number = same.and_then(|value| known.get(&value)).copied();
            number.unwrap_or_else(|| {
                cells.push(cell);
                known.extend(same.map(|value| (value, next)));
                next
            })
        }));
    }
    Drawn::of_cells(blocks.into_iter(), &cells)
}

/// The unit of a solid cell.
fn solid(value: u32) -> Option<u16> {
    u16::try_from(value.checked_sub(1)?).ok()
}

/// Gives the areas that several countries claim to those that the table names, where they
/// are drawn in other outlines. The country that an area is taken from loses it by a piece
/// of boundary around it, and the other one wins it by another: look-ups count both.
pub fn give_areas(sources: &mut Sources, tables: &Tables) {
    let claims: Vec<Option<[Option<u16>; 2]>> = (sources.areas.iter())
        .map(|area| {
            let to = tables.disputed.get(&area.name).copied();
            (to != area.drawn).then_some([area.drawn, to])
        })
        .collect();
    if claims.iter().all(Option::is_none) {
        return;
    }
    let moved = |area: u16| claims.get(usize::from(area)).copied().flatten();
    let (outlines, areas) = (
        sources.outlines.mixed_cells(),
        sources.area_outlines.mixed_cells(),
    );
    let values: Vec<u32> = (0..sources.area_outlines.block_count())
        .flat_map(|block| sources.area_outlines.in_block(block))
        .collect();
    sources.outlines = redrawn(&sources.outlines, &outlines, |at, cell| {
        let value = values.get(at).copied().unwrap_or(0);
        let nth = value.checked_sub(MIXED);
        let area = nth.and_then(|nth| areas.get(nth as usize));
        let (centre, pieces) = match area {
            Some(area) => (area.centre.clone(), &area.pieces[..]),
            None => (solid(value).into_iter().collect(), &[][..]),
        };
        let of_pieces = pieces.iter().flat_map(|piece| piece.sides);
        if !of_pieces
            .chain(centre.iter().copied())
            .any(|area| moved(area).is_some())
        {
            return cell;
        }
        let mut cell = match cell {
            Cell::Solid(value) => Mixed {
                centre: solid(value).into_iter().collect(),
                pieces: Vec::new(),
            },
            Cell::Mixed(cell) => cell.clone(),
            Cell::Changed(cell) => cell,
        };
        for [from, to] in centre.into_iter().filter_map(moved) {
            if let Some(at) = cell.centre.iter().position(|unit| Some(*unit) == from) {
                cell.centre.remove(at);
            }
            cell.centre.extend(to);
        }
        // A look-up takes the last unit that is wanted, in order.
        cell.centre.sort_unstable();
        for piece in pieces {
            let around = piece.sides.map(moved);
            let [left, right] =
                around.map(|moved| moved.map(|pair| pair.map(|g| g.unwrap_or(NONE))));
            // A walk out of the area leaves its new country and enters the old one.
            let both = [left.map(|[from, to]| [to, from]), right];
            for sides in both.into_iter().flatten() {
                cell.pieces.push(BoundaryPiece {
                    sides,
                    corners: piece.corners.clone(),
                });
            }
        }
        match (&cell.centre[..], cell.pieces.is_empty()) {
            ([], true) => Cell::Solid(0),
            ([unit], true) => Cell::Solid(u32::from(*unit) + 1),
            _ => Cell::Changed(cell),
        }
    });
}

/// Withdraws the units of maps that the table does not permit, and tells which: of a country
/// that is left without, the units are one, whose outline is that of the country.
pub fn withdraw(sources: &mut Sources, tables: &Tables, open_database: bool) -> Vec<String> {
    let permitted = |map: &str| {
        map.is_empty()
            || tables
                .licences
                .get(map)
                .is_some_and(|licence| match licence.class {
                    Class::Permissive => true,
                    Class::OpenDatabase => open_database,
                    Class::No => false,
                })
    };
    let mut withdrawn: BTreeMap<(String, u16), u16> = BTreeMap::new();
    let mut to: Vec<u16> = Vec::new();
    for (i, unit) in (0..).zip(&mut sources.units) {
        if let Some(licence) = tables.licences.get(&unit.map) {
            unit.second = licence.second;
        }
        let first = if permitted(&unit.map) {
            i
        } else {
            *withdrawn.entry((unit.map.clone(), unit.group)).or_insert(i)
        };
        to.push(first);
    }
    if withdrawn.is_empty() {
        return Vec::new();
    }
    for (i, first) in to.iter().enumerate() {
        let unit = &mut sources.units[i];
        if permitted(&unit.map) {
            continue;
        }
        // The map itself says nothing any more; what GeoNames says of places still holds.
        unit.regions = [None; OF_UNIT];
        unit.second = false;
        let mut places = std::mem::take(&mut unit.places);
        places.retain(|place| !place.outside && place.regions[OfPlace::Itself as usize].is_some());
        sources.units[usize::from(*first)].places.extend(places);
    }
    let new = |unit: u16| to.get(usize::from(unit)).copied().unwrap_or(unit);
    let mixed = sources.boundaries.mixed_cells();
    sources.boundaries = redrawn(&sources.boundaries, &mixed, |_, cell| match cell {
        Cell::Solid(value) => Cell::Solid(solid(value).map_or(0, |unit| u32::from(new(unit)) + 1)),
        Cell::Changed(_) => cell,
        Cell::Mixed(old) => {
            let mut pieces = old.pieces.clone();
            for piece in &mut pieces {
                piece.sides = piece.sides.map(new);
            }
            pieces.retain(|piece| piece.sides[0] != piece.sides[1]);
            let centre: Vec<u16> = old.centre.iter().copied().map(new).collect();
            match (&centre[..], pieces.is_empty()) {
                ([unit], true) => Cell::Solid(u32::from(*unit) + 1),
                _ if centre == old.centre && pieces == old.pieces => cell,
                _ => Cell::Changed(Mixed { centre, pieces }),
            }
        }
    });
    let names = withdrawn.into_keys().map(|(map, _)| map);
    names.collect()
}

/// The maps that units of a file come from, as `boundary-licences.tsv` knows them.
pub fn maps(units: &[SourceUnit]) -> Vec<&str> {
    let mut maps: Vec<&str> = units.iter().map(|unit| unit.map.as_str()).collect();
    maps.sort_unstable();
    maps.dedup();
    maps.retain(|map| !map.is_empty());
    maps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::divide::grid;
    use crate::format::group_of;
    use crate::grid::{Grid, Spot};
    use crate::sources::{Area, SourcePlace};

    /// A layer with squares in the cell at 0°, 0°, each of a unit and told by its corners in
    /// steps.
    fn squares(squares: &[(u16, u16, u16)]) -> Drawn {
        let pieces = squares.iter().map(|(unit, low, high)| {
            let (low, high) = (i64::from(*low) * 2, i64::from(*high) * 2);
            let corners = vec![
                (low, low),
                (high, low),
                (high, high),
                (low, high),
                (low, low),
            ];
            BoundaryPiece {
                sides: [*unit, NONE],
                corners,
            }
        });
        let middle = 32_767;
        let inside = squares
            .iter()
            .filter(|(_, low, high)| *low < middle && *high > middle);
        let cell = Mixed {
            centre: inside.map(|(unit, ..)| *unit).collect(),
            pieces: pieces.collect(),
        };
        let at = 360 * 1440 + 720;
        let blocks = (0..720 * 1440 / BLOCK)
            .map(|block| std::array::from_fn(|i| if block * BLOCK + i == at { MIXED } else { 0 }));
        Drawn::of_cells(blocks, &[cell])
    }

    /// The unit at a spot of the cell, told in steps.
    fn unit_at(layer: &Drawn, step: i64) -> Option<u16> {
        let grid = grid(&[layer]);
        let spot = Spot {
            x: step * 2 + 1,
            y: step * 2 + 1,
            ..Spot::new(0.1, 0.1)
        };
        Grid::open(&grid).unwrap().layer(0).unit_at(spot, |_| true)
    }

    fn tables(licences: &str, disputed: &str) -> Tables {
        let levels = "*\t-\t-\t-\t-\t-\n";
        Tables::parse([levels, "", "", licences, disputed, "", "", ""]).unwrap()
    }

    #[test]
    fn an_area_goes_to_the_country_that_the_table_names() {
        let [sudan, egypt] = ["SD", "EG"].map(group_of);
        let kept = Sources {
            outlines: squares(&[(sudan.unwrap(), 5_000, 60_000)]),
            areas: vec![Area {
                name: "Triangle".to_owned(),
                drawn: sudan,
            }],
            area_outlines: squares(&[(0, 20_000, 50_000)]),
            ..Sources::default()
        };
        let given = |disputed: &str| {
            let mut sources = kept.clone();
            give_areas(&mut sources, &tables("", disputed));
            sources.outlines
        };
        assert_eq!(given("Triangle\tSD\n"), kept.outlines);
        for (disputed, whose) in [("Triangle\tEG\n", egypt), ("", None)] {
            let outlines = given(disputed);
            // Outside, in the country, in the area, in its middle, and back.
            let steps = [1_000, 10_000, 21_000, 32_767, 49_000, 55_000, 64_000];
            let found = steps.map(|step| unit_at(&outlines, step));
            assert_eq!(found, [None, sudan, whose, whose, whose, sudan, None]);
        }
    }

    #[test]
    fn an_area_that_nobody_has_is_given_away() {
        let mut sources = Sources {
            outlines: squares(&[]),
            areas: vec![Area {
                name: "Rock".to_owned(),
                drawn: None,
            }],
            area_outlines: squares(&[(0, 20_000, 25_000)]),
            ..Sources::default()
        };
        give_areas(&mut sources, &tables("", "Rock\tJP\n"));
        assert_eq!(unit_at(&sources.outlines, 22_000), group_of("JP"));
        assert_eq!(unit_at(&sources.outlines, 30_000), None);
    }

    #[test]
    fn a_map_that_is_not_permitted_is_one_unit() {
        let unit = |map: &str, x: u32| SourceUnit {
            map: map.to_owned(),
            places: vec![SourcePlace {
                x,
                regions: [Some(0); crate::sources::OF_PLACE],
                ..SourcePlace::default()
            }],
            ..SourceUnit::default()
        };
        let kept = Sources {
            units: vec![unit("AFG", 1), unit("AFG", 2), unit("BEN", 3)],
            boundaries: squares(&[(0, 1_000, 20_000), (1, 30_000, 40_000), (2, 50_000, 60_000)]),
            ..Sources::default()
        };
        let with = |class: &str, open_database| {
            let mut sources = kept.clone();
            let licences = format!("AFG\t{class}\tADM2\tx\ty\nBEN\tpermissive\tADM1\tx\ty\n");
            let gone = withdraw(&mut sources, &tables(&licences, ""), open_database);
            let units = [10_000, 35_000, 55_000].map(|step| unit_at(&sources.boundaries, step));
            let places: Vec<usize> = sources.units.iter().map(|unit| unit.places.len()).collect();
            assert!(!sources.units[2].second);
            (gone, units, places)
        };
        let all = (vec![], [Some(0), Some(1), Some(2)], vec![1, 1, 1]);
        assert_eq!(with("permissive", false), all);
        assert_eq!(with("odbl", true), all);
        let gone = vec!["AFG".to_owned()];
        let one = (gone, [Some(0), Some(0), Some(2)], vec![2, 0, 1]);
        assert_eq!(with("odbl", false), one);
        assert_eq!(with("no", true), one);
    }
}
