//! Further points of places, as `places.tsv` has them: of a city that is large or lies beside
//! its middle, and of what people know and the sources leave out.

use crate::grid::{Layer, Spot, steps};
use crate::ids::identifiers;
use crate::regions::COAST;
use crate::sources::{OF_PLACE, OfPlace, SourcePlace, SourceRegion, Sources};
use crate::tables::{FurtherPlace, Tables};

/// Adds the points to the units of a file that they lie in, and returns how many there are.
pub fn add_places(sources: &mut Sources, tables: &Tables, units: Layer) -> usize {
    let mut count = 0;
    for row in &tables.places {
        let of_country = |unit: u16| {
            let unit = sources.units.get(usize::from(unit));
            unit.is_some_and(|unit| unit.country == row.country)
        };
        let spot = Spot::new(row.lat, row.lon);
        let near = || Some(units.nearest(spot, COAST, of_country)?.0);
        let Some(unit) = units.unit_at(spot, of_country).or_else(near) else {
            continue;
        };
        let mut place = known(sources, row).unwrap_or_else(|| new(sources, row));
        (place.x, place.y) = steps((row.lat, row.lon));
        if let Some(unit) = sources.units.get_mut(usize::from(unit)) {
            unit.places.push(place);
            count += 1;
        }
    }
    count
}

/// The place of the sources that the row is of.
fn known(sources: &Sources, row: &FurtherPlace) -> Option<SourcePlace> {
    let ids = identifiers(&row.key);
    let units = sources
        .units
        .iter()
        .filter(|unit| unit.country == row.country);
    let mut places = units.flat_map(|unit| &unit.places);
    let place = places.find(|place| {
        let itself = place.regions[OfPlace::Itself as usize];
        let region = itself.and_then(|region| sources.regions.get(region as usize));
        !place.outside && region.is_some_and(|region| ids.contains(&Some(region.id)))
    });
    place.cloned()
}

/// A place that the sources do not have.
fn new(sources: &mut Sources, row: &FurtherPlace) -> SourcePlace {
    let id = identifiers(&row.key)
        .into_iter()
        .flatten()
        .next()
        .unwrap_or(0);
    let known = sources.regions.iter().position(|region| region.id == id);
    let region = known.unwrap_or_else(|| {
        let (key, label) = (String::new(), row.label.clone());
        sources.regions.push(SourceRegion { id, key, label });
        sources.regions.len() - 1
    });
    let mut regions = [None; OF_PLACE];
    for of in [OfPlace::Itself, OfPlace::Whole] {
        regions[of as usize] = u32::try_from(region).ok();
    }
    SourcePlace {
        regions,
        ..SourcePlace::default()
    }
}
