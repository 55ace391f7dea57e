//! Random datasets for tests, with all that a record may hold.

use std::ffi::OsString;

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;
use serde_json::json;

use super::model::{
    CameraId, Content, Correction, Dataset, FileRecord, Folder, Places, RootId, RootKind, Sidecar,
    Stat, Taken, Trace, Unknown, When,
};
use super::name::Name;
use crate::capture::cell::Cell;
use crate::capture::clock::{Clock, RawTime, Written};
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::partial::PartialDate;
use crate::capture::position::Position;
use crate::capture::resolve::OffsetSource;
use crate::cluster::rules::Rules;
use crate::media::format::Format;
use crate::place::{Address, PlaceId};

/// How many places and cameras there are.
const LISTED: u32 = 3;

pub(super) fn datasets() -> impl Strategy<Value = Dataset> {
    let folders = prop::collection::btree_map(((1u32..4).prop_map(RootId), name()), files(), 0..6);
    (folders, prop::option::of(unknown()), any::<bool>(), 0u32..3).prop_map(
        |(folders, unknown, clustered, traces)| {
            let mut dataset = Dataset::empty();
            for path in ["/a", "/b \"quoted\"", "/c"] {
                dataset.add_root(path.as_ref(), RootKind::Folder);
            }
            dataset.unknown = unknown.clone().unwrap_or_default();
            dataset.unfinished = traces == 1;
            let place = |city: u32| super::model::Place {
                address: Address {
                    country: Some("Schweiz \u{1f3d4}".to_owned()),
                    city: Some(format!("City {city}")),
                    ..Address::unknown()
                },
                zone: Some(chrono_tz::Europe::Zurich),
                given: city == 0,
                unknown: Unknown::new(),
            };
            dataset.places = Places::new((0..LISTED).map(place).collect());
            dataset.cameras = ["A", "B \\ \u{7}", "]"].map(str::to_owned).into();
            let local = Written::read("2024-03-03").unwrap().clock();
            dataset.traces = (0..traces)
                .map(|place| Trace {
                    place: PlaceId(place),
                    cell: (place > 1).then(|| Cell::new(12, 34)).flatten(),
                    local,
                    lent: place == 0,
                    unknown: Unknown::new(),
                })
                .collect();
            dataset.folders = folders
                .into_iter()
                .map(|((root, dir), files)| Folder {
                    root,
                    elsewhere: dir.len() % 2 == 1,
                    dir: OsString::from(&dir).into(),
                    files,
                    unknown: unknown.clone().unwrap_or_default(),
                })
                .collect();
            dataset.tidy();
            if clustered {
                let rules = Rules {
                    unknown: later(),
                    ..Rules::default()
                };
                dataset.cluster(&rules, DateTime::UNIX_EPOCH);
                for cluster in &mut dataset.clusters {
                    cluster.of.unknown = later();
                }
            }
            dataset
        },
    )
}

fn files() -> impl Strategy<Value = Vec<FileRecord>> {
    prop::collection::btree_map(name(), file(), 1..6).prop_map(|files| {
        let named = |(name, file)| FileRecord { name, ..file };
        files.into_iter().map(named).collect()
    })
}

fn name() -> impl Strategy<Value = Name> {
    let text = |name: String| Name::from(name.as_str());
    prop_oneof![
        8 => "[A-Z]{3}_[0-9]{1,30}\\.(JPG|MOV|xyz|)".prop_map(text),
        2 => "[ -~é\u{1f3d4}\n]{1,8}".prop_map(text),
        1 => "\\.?[a-z/]{0,3}\\.jpg".prop_map(text),
        1 => prop::collection::vec(1u8..=255, 1..6).prop_map(|bytes| os_string(bytes).into()),
    ]
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

fn unknown() -> impl Strategy<Value = Unknown> {
    ("[a-z]{1,3}", any::<i64>()).prop_map(|(key, number)| {
        let value = json!({"n": number, "text": "é\u{0}]},\n"});
        [(format!("later {key}"), value)].into_iter().collect()
    })
}

fn later() -> Unknown {
    [("later".to_owned(), json!([1, null]))]
        .into_iter()
        .collect()
}

fn time() -> impl Strategy<Value = RawTime> {
    let offset = prop::option::of((-56i32..=56).prop_map(|quarter| quarter * 900));
    let seconds = -4_000_000_000i64..250_000_000_000;
    let nanos = prop_oneof![3 => Just(0u32), 1 => 0..1_000_000_000u32];
    (seconds, nanos, offset, 0..4).prop_map(|(seconds, nanos, offset, kind)| {
        let at = DateTime::from_timestamp(seconds, nanos).unwrap();
        match kind {
            0 => RawTime::Instant(at),
            1 => RawTime::Clock(Clock {
                date: at.date_naive(),
                time: None,
                offset: None,
            }),
            _ => RawTime::Clock(Clock {
                date: at.date_naive(),
                time: Some(at.time()),
                offset: offset.and_then(FixedOffset::east_opt),
            }),
        }
    })
}

fn position() -> impl Strategy<Value = Position> {
    let degrees = |most: f64| {
        prop_oneof![
            (-most..most),
            (-most..most).prop_map(|degrees| (degrees * 1e7).round() / 1e7),
            (-most..most).prop_map(f64::trunc),
            (-most..most).prop_map(|degrees| degrees * 1e-9),
        ]
    };
    (degrees(90.0), degrees(180.0))
        .prop_filter_map("no fix", |(lat, lon)| Position::new(lat, lon).ok())
}

fn taken() -> impl Strategy<Value = Taken> {
    let dates = prop::option::of((-300_000i32..3_000_000).prop_map(|day| {
        let day = crate::capture::day::Day::from_number(day.max(1));
        crate::capture::day::Day::from_number(day.number().min(3_000_000))
    }));
    let offset = prop::option::of((-56i32..=56, prop::sample::select(OffsetSource::ALL)));
    let place_id = prop::option::of((0..LISTED).prop_map(PlaceId));
    let camera_id = prop::option::of((0..LISTED).prop_map(CameraId));
    (
        prop::option::of((time(), prop::sample::select(TimeSource::ALL))),
        dates,
        prop::option::of((position(), prop::sample::select(PositionSource::ALL))),
        place_id,
        offset,
        camera_id,
        prop::option::of(any::<u32>()),
        prop::option::of((1826..2100_u16, 0..=12_u8)),
    )
        .prop_map(
            |(time, local_date, position, place, offset, camera, live_photo, month)| {
                let (time, time_source) = time.unzip();
                let (position, position_source) = position.unzip();
                Taken {
                    time,
                    time_source,
                    partial_date: month.and_then(|(year, month)| {
                        PartialDate::parse(&format!("{year}-{month:02}"))
                    }),
                    local_date,
                    position,
                    position_source,
                    place,
                    offset_beside: offset.and_then(|(quarter, source)| {
                        Some((FixedOffset::east_opt(quarter * 900)?, source))
                    }),
                    camera,
                    live_photo,
                }
            },
        )
}

fn file() -> impl Strategy<Value = FileRecord> {
    let content = prop_oneof![
        4 => prop::sample::select(Format::ALL).prop_map(Content::Media),
        4 => Just(Content::Media(Format::Jpeg)),
        1 => Just(Content::Other),
        1 => Just(Content::Given),
        1 => "[ -~é]{0,12}".prop_map(|reason| Content::Failed(reason.into())),
    ];
    let sidecar =
        ("[a-zé\"]{1,4}\\.xmp", any::<u32>(), any::<i64>()).prop_map(|(name, size, mtime)| {
            Sidecar {
                name,
                size: size.into(),
                mtime,
                ctime: (size % 3 == 0).then_some(mtime / 2),
                unknown: if size % 2 == 0 {
                    Unknown::new()
                } else {
                    later()
                },
            }
        });
    let corrected = (
        prop::option::of(prop_oneof![
            time().prop_map(When::At),
            any::<i64>().prop_map(When::Shifted),
        ]),
        prop::option::of((position(), (0..LISTED).prop_map(PlaceId))),
    );
    let correction = corrected.prop_map(|(when, position)| Correction {
        when,
        position,
        unknown: when.map(|_| later()).unwrap_or_default(),
    });
    (
        (any::<u64>(), any::<i64>(), prop::option::of(any::<i64>())),
        any::<(bool, bool)>(),
        content,
        prop::collection::vec(sidecar, 0..3),
        taken(),
        prop::option::weighted(0.2, correction),
        prop::option::of(any::<u32>()),
        prop::option::weighted(0.2, unknown()),
    )
        .prop_map(
            |(stat, (reread, missing), content, sidecars, taken, correction, digest, unknown)| {
                let (size, mtime, ctime) = stat;
                // A record that came in as JSON was never looked at.
                let stat = match content {
                    Content::Given => Stat::default(),
                    _ => Stat {
                        size,
                        mtime,
                        ctime: ctime.unwrap_or(mtime),
                    },
                };
                FileRecord {
                    name: Name::default(),
                    stat,
                    reread,
                    missing,
                    content,
                    sidecars: sidecars.into(),
                    taken,
                    correction: correction.map(Box::new),
                    digest,
                    unknown: unknown.map(Box::new),
                }
            },
        )
}
