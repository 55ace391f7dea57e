//! How accurate and how fast points are named, against the crates `reverse_geocoder`
//! and `country-boundaries` (countries, and the provinces of a few): `cargo bench -p
//! imm-cluster-references --bench geocoding`; the speed alone with `-- speed`.
//!
//! The points with truth are read from `../shared/geo`, which is no part of the
//! repository; without them only the speed is measured. A country is right when
//! its ISO code is. At the levels below each label stands for the true unit in
//! which most of other points of the same source with that label lie, so spelling
//! does not matter; no label, or one without such a point, is wrong.
//!
//! Second-order units are scored with the best of county, city, and district in its
//! city, by source, because countries differ in which of these they are. Provinces
//! are scored as they are named, and with the best of province, county and city by
//! source and country: the first-order units of Natural Earth are French départements,
//! Italian provinces or English districts, where the official first order is another.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::too_many_lines,
    reason = "a report"
)]

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::time::Instant;

use country_boundaries::{BOUNDARIES_ODBL_360X180, CountryBoundaries, LatLon};
use flate2::read::GzDecoder;
use imm_cluster_core::capture::position::Position;
use imm_cluster_core::place::{self, Language, Level, LocatedRegion};
use reverse_geocoder::ReverseGeocoder;

/// Whose second-order units are scored.
const SECOND_ORDER: [&str; 13] = [
    "us", "cn", "jp", "kr", "fr", "de", "gb", "it", "br", "in", "pl", "cl", "bd",
];

/// What a geocoder says: a country code, a province, and candidates for the
/// second order, each a whole path.
struct Labels {
    country: String,
    province: Option<String>,
    second: [Option<String>; 3],
}

struct Point {
    source: String,
    photo_like: bool,
    position: Position,
    units: [String; 3],
    km: [f64; 3],
}

impl Point {
    /// The true unit of an order, within that of the first.
    fn unit(&self, order: usize) -> String {
        self.units[1..=order].join("/")
    }
}

fn ours(position: Position) -> Option<Labels> {
    let address = place::locate(position)?;
    let region = |level| address.region(level).map(|region| format!("{region:?}"));
    let province = region(Level::Province);
    let county = address.county.as_ref();
    Some(Labels {
        country: address.country_code.clone()?,
        second: [
            county.map(|county| format!("{province:?} {county}")),
            region(Level::City),
            region(Level::City).map(|city| format!("{city} {:?}", address.district)),
        ],
        province,
    })
}

fn theirs(geocoder: &ReverseGeocoder, position: Position) -> Labels {
    let found = geocoder.search((position.lat(), position.lon())).record;
    let path = |parts: &[&str]| Some(parts.join("/"));
    let (cc, a1, a2) = (
        found.cc.as_str(),
        found.admin1.as_str(),
        found.admin2.as_str(),
    );
    Labels {
        country: cc.to_owned(),
        province: path(&[cc, a1]),
        second: [path(&[cc, a1, a2]), path(&[cc, a1, a2, &found.name]), None],
    }
}

/// The smallest unit around a point, a country or a province by its ISO code.
fn outlined(boundaries: &CountryBoundaries, position: Position) -> Option<Labels> {
    let point = LatLon::new(position.lat(), position.lon()).ok()?;
    let ids = boundaries.ids(point);
    let country = ids.iter().find(|id| id.len() == 2)?;
    Some(Labels {
        country: (*country).to_owned(),
        province: ids.first().map(|id| (*id).to_owned()),
        second: [None, None, None],
    })
}

fn rows(name: &str) -> Option<Vec<Vec<String>>> {
    let file = File::open(format!(
        "{}/../../../shared/geo/{name}",
        env!("CARGO_MANIFEST_DIR")
    ));
    let mut text = String::new();
    GzDecoder::new(file.ok()?).read_to_string(&mut text).ok()?;
    let rows = text.lines().skip(1);
    Some(
        rows.map(|row| row.split('\t').map(str::to_owned).collect())
            .collect(),
    )
}

fn point(row: &[String], truth: bool) -> Option<Point> {
    let at = usize::from(truth);
    // The table with truth has an identifier before and a stratum after the source.
    let field = |i: usize| row.get(if i == 0 { at } else { i + 2 * at });
    let number = |text: &String| text.parse::<f64>().ok();
    let (lon, lat) = (number(field(1)?)?, number(field(2)?)?);
    let km = |i: usize| {
        row.get(9 + i)
            .and_then(number)
            .filter(|_| truth)
            .unwrap_or(99.0)
    };
    Some(Point {
        source: field(0)?.clone(),
        photo_like: truth && row.get(2)? == "city",
        position: Position::new(lat, lon).ok()?,
        units: [field(3)?.clone(), field(4)?.clone(), field(5)?.clone()],
        km: [km(0), km(1), km(2)],
    })
}

/// Right and all: everywhere, up to 10 km and up to 2 km from a border, where
/// photos are taken.
type Score = [(u32, u32); 4];

fn add(score: &mut Score, right: bool, km: f64, photo_like: bool) {
    let counts = [true, km <= 10.0, km <= 2.0, photo_like];
    for ((good, all), counts) in score.iter_mut().zip(counts) {
        *all += u32::from(counts);
        *good += u32::from(counts && right);
    }
}

fn sum_up(sum: &mut Score, part: &Score) {
    for (total, part) in sum.iter_mut().zip(part) {
        *total = (total.0 + part.0, total.1 + part.1);
    }
}

fn percent(score: &Score) -> String {
    let one = |(good, all): &(u32, u32)| {
        format!(
            "{:5.1}",
            f64::from(*good) * 100.0 / f64::from((*all).max(1))
        )
    };
    let parts: Vec<String> = score.iter().map(one).collect();
    format!("{} ({})", parts.join(" "), score[0].1)
}

/// A label's true units of first and second order, by the votes of other points:
/// source, order, which label, and the label.
type Votes = HashMap<(String, usize, usize, String), HashMap<String, u32>>;

fn report(
    name: &str,
    truth: &[Point],
    votes: &[Point],
    labels: impl Fn(Position) -> Option<Labels>,
) {
    let candidates = |labels: Labels| {
        let [a, b, c] = labels.second;
        [labels.province, a, b, c]
    };
    let mut told: Votes = HashMap::new();
    for vote in votes {
        let Some(said) = labels(vote.position) else {
            continue;
        };
        for (i, label) in candidates(said).into_iter().enumerate() {
            let Some(label) = label else { continue };
            for order in [1, 2] {
                let key = (vote.source.clone(), order, i, label.clone());
                *told
                    .entry(key)
                    .or_default()
                    .entry(vote.unit(order))
                    .or_default() += 1;
            }
        }
    }
    let (mut country, mut province) = (Score::default(), Score::default());
    let mut official = Score::default();
    let mut first: BTreeMap<(&str, &str), [Score; 3]> = BTreeMap::new();
    let mut second: BTreeMap<&str, [Score; 3]> = BTreeMap::new();
    let mut by_source: BTreeMap<&str, [Score; 2]> = BTreeMap::new();
    for point in truth {
        let said = labels(point.position);
        let right = said.as_ref().is_some_and(|s| s.country == point.units[0]);
        add(&mut country, right, point.km[0], point.photo_like);
        let sources = by_source.entry(&point.source).or_default();
        add(&mut sources[0], right, point.km[0], point.photo_like);
        let candidates = said.map_or([const { None }; 4], candidates);
        let right = |order: usize, i: usize| {
            let label = candidates.get(i).cloned().flatten();
            let votes = told.get(&(point.source.clone(), order, i, label?))?;
            let most = votes
                .iter()
                .max_by_key(|(unit, n)| (**n, (*unit).clone()))?;
            Some(*most.0 == point.unit(order))
        };
        if !point.units[1].is_empty() {
            let of_country = (point.source.as_str(), point.units[0].as_str());
            let best = first.entry(of_country).or_default();
            for (i, score) in best.iter_mut().enumerate() {
                add(
                    score,
                    right(1, i) == Some(true),
                    point.km[1],
                    point.photo_like,
                );
            }
            let right = right(1, 0) == Some(true);
            add(&mut province, right, point.km[1], point.photo_like);
            if point.source != "ne" {
                add(&mut official, right, point.km[1], point.photo_like);
            }
            add(&mut sources[1], right, point.km[1], point.photo_like);
        }
        if !point.units[2].is_empty() && SECOND_ORDER.contains(&point.source.as_str()) {
            let scores = second.entry(&point.source).or_default();
            for (i, score) in scores.iter_mut().enumerate() {
                let right = right(2, i + 1) == Some(true);
                add(score, right, point.km[2], point.photo_like);
            }
        }
    }
    println!("{name}: right in % overall, <= 10 km, <= 2 km, photo-like (points)");
    println!("  country   {}", percent(&country));
    println!("  province  {}", percent(&province));
    println!("  province, official sources {}", percent(&official));
    let mut best_first = Score::default();
    for scores in first.values() {
        sum_up(
            &mut best_first,
            scores.iter().max_by_key(|s| s[0].0).unwrap_or(&scores[0]),
        );
    }
    println!("  province, or county or city {}", percent(&best_first));
    let mut sum = Score::default();
    let mut lines = Vec::new();
    for (source, scores) in &second {
        let best = scores.iter().enumerate().max_by_key(|(_, s)| s[0].0);
        let Some((which, best)) = best else { continue };
        sum_up(&mut sum, best);
        lines.push(format!(
            "    {source} {}  by {}",
            percent(best),
            ["county", "city", "district"][which]
        ));
    }
    println!("  admin2    {}", percent(&sum));
    for line in lines {
        println!("{line}");
    }
    for (source, [country, province]) in &by_source {
        println!(
            "    {source:<5} country {}  province {}",
            percent(country),
            percent(province)
        );
    }
}

fn main() {
    let read = |name, truth| {
        Some(
            rows(name)?
                .iter()
                .filter_map(|row| point(row, truth))
                .collect::<Vec<_>>(),
        )
    };
    let start = Instant::now();
    let geocoder = ReverseGeocoder::new();
    println!("reverse_geocoder opens in {:?}", start.elapsed());
    let start = Instant::now();
    let boundaries = CountryBoundaries::from_reader(BOUNDARIES_ODBL_360X180).expect("its data");
    println!("country-boundaries opens in {:?}", start.elapsed());
    let start = Instant::now();
    let zones = tzf_rs::EmbeddedFinder::new();
    println!("tzf-rs opens in {:?}", start.elapsed());
    let start = Instant::now();
    let first = place::locate(Position::new(30.2936, 120.1614).expect("a position"));
    println!(
        "first look-up {:?}: {}",
        start.elapsed(),
        first.expect("an address").line()
    );
    let points = if let (Some(truth), Some(votes)) = (
        read("truth_dev.tsv.gz", true),
        read("vote_dev.tsv.gz", false),
    ) {
        if std::env::args().all(|argument| argument != "speed") {
            report("ours", &truth, &votes, ours);
            report("reverse_geocoder", &truth, &votes, |position| {
                Some(theirs(&geocoder, position))
            });
            report("country-boundaries", &truth, &votes, |position| {
                outlined(&boundaries, position)
            });
        }
        truth.into_iter().map(|point| point.position).collect()
    } else {
        println!("no points with truth in ../shared/geo; the speed is that of a made-up grid");
        let grid = (0..20_000).filter_map(|i: i32| {
            Position::new(
                f64::from(i % 100) * 1.2 - 50.0,
                f64::from(i / 100) * 1.7 - 170.0,
            )
            .ok()
        });
        grid.collect::<Vec<_>>()
    };
    // Photos come in the order of a walk: many of one place, then many of another.
    let library: Vec<Position> = points
        .iter()
        .flat_map(|point| {
            (0..20).filter_map(|i| {
                let aside = |turn: f64| 0.01 * (f64::from(i) * turn).sin();
                Position::new(point.lat() + aside(1.3), point.lon() + aside(2.1)).ok()
            })
        })
        .collect();
    let time = |name: &str, points: &[Position], rounds: usize, look: &dyn Fn(Position)| {
        let start = Instant::now();
        for _ in 0..rounds {
            for point in points {
                look(*point);
            }
        }
        let per_second = (points.len() * rounds) as f64 / start.elapsed().as_secs_f64();
        println!("{name:<34} {:.2} M look-ups a second", per_second / 1e6);
    };
    let speed = |name: &str, look: &dyn Fn(Position)| time(name, &points, 10, look);
    println!("twenty photos within a kilometre of each point, one point after the other:");
    time("ours, the names at five levels", &library, 1, &|point| {
        black_box(LocatedRegion::at(point).map(|found| found.names(Language::English)));
    });
    time("reverse_geocoder", &library, 1, &|point| {
        black_box(geocoder.search((point.lat(), point.lon())));
    });
    println!("each point once, all over the world:");
    speed("ours, the names at five levels", &|point| {
        black_box(LocatedRegion::at(point).map(|found| found.names(Language::English)));
    });
    speed("ours, an address on the heap", &|point| {
        black_box(place::locate(point));
    });
    speed("reverse_geocoder", &|point| {
        black_box(geocoder.search((point.lat(), point.lon())));
    });
    speed("country-boundaries, the country", &|point| {
        let point = LatLon::new(point.lat(), point.lon()).expect("a position");
        black_box(boundaries.ids(point));
    });
    speed("ours, the time zone", &|point| {
        black_box(place::zone::zone_of(point));
    });
    speed("tzf-rs", &|point| {
        black_box(zones.get_tz_name(point.lon(), point.lat()));
    });
}
