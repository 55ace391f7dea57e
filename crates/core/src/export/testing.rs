//! One fixed value for the tests of all writers: two trips with hostile names.

use chrono::{DateTime, Utc};

use super::Selection;
use crate::capture::clock::Written;
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::position::Position;
use crate::cluster::rules::Rules;
use crate::dataset::{Content, Dataset, FileRecord, Folder, RootKind, Stat, Taken, Unknown};
use crate::media::format::Format;
use crate::place::{Address, Level};

/// The title of the first trip.
pub(super) const HOSTILE: &str = "=West Lake: \"spring\", & <tea>? /../";

/// A dataset.
pub(super) struct Sample(pub(super) Dataset);

impl Sample {
    /// Hangzhou, 3–5 March, with a Live Photo and a file of a hostile name; Jiaxing, 6
    /// March, known by its address and date only; a file without time.
    pub(super) fn new() -> Self {
        let mut dataset = Dataset::empty();
        let root = dataset.add_root("/photos".as_ref(), RootKind::Folder);
        let address = |city: &str| Address {
            language: "en".to_owned(),
            country: Some("China".to_owned()),
            country_code: Some("CN".to_owned()),
            province: Some("Zhejiang".to_owned()),
            city: Some(city.to_owned()),
            ..Address::default()
        };
        let zone = Some(chrono_tz::Asia::Shanghai);
        let hangzhou = dataset.places.intern(address("Hangzhou"), zone, false);
        let jiaxing = dataset.places.intern(address("Jiaxing"), None, true);
        let camera = dataset.camera("Apple iPhone 13");
        let file = |name: &str, format: Format, time: &str, at: Option<(f64, f64)>| FileRecord {
            name: name.into(),
            stat: Stat {
                size: 3_345_123,
                mtime: 1_709_428_365_123_456,
                ctime: 0,
            },
            reread: false,
            missing: false,
            content: Content::Media(format),
            sidecars: Box::default(),
            taken: Taken {
                time: Written::parse(time).ok().map(Written::raw),
                time_source: Written::parse(time)
                    .ok()
                    .map(|_| TimeSource::ExifDateTimeOriginal),
                position: at.map(|(lat, lon)| Position::new(lat, lon).unwrap()),
                position_source: at.map(|_| PositionSource::Exif),
                place: Some(if at.is_some() { hangzhou } else { jiaxing }),
                camera: Some(camera),
                ..Taken::default()
            },
            correction: None,
            digest: None,
            unknown: None,
        };
        let west_lake = Some((30.2489, 120.1485));
        let files = vec![
            file(
                "=cmd|'c'!A1,\"x\"\n<b>&.jpg",
                Format::Jpeg,
                "2024-03-05T21:40:02.5+08:00",
                Some((30.2936, 120.1614)),
            ),
            file("IMG_1.HEIC", Format::Heic, "2024-03-03T09:12:44", west_lake),
            file("IMG_1.MOV", Format::Mov, "2024-03-03T09:12:44", west_lake),
            file("IMG_2.jpg", Format::Jpeg, "2024-03-06", None),
            file("scan.jpg", Format::Jpeg, "", None),
        ];
        let mut gone = file("IMG_9.jpg", Format::Jpeg, "2024-03-04T10:00:00", west_lake);
        gone.missing = true;
        dataset.folders.push(Folder {
            root,
            dir: "2024/hz".into(),
            elsewhere: false,
            files: files.into_iter().chain([gone]).collect(),
            unknown: Unknown::new(),
        });
        dataset.tidy();
        let rules = Rules {
            levels: vec![Level::City],
            ..Rules::default()
        };
        let now: DateTime<Utc> = "2024-04-01T08:00:00Z".parse().unwrap();
        dataset.cluster(&rules, now);
        for (number, cluster) in (1..).zip(&mut dataset.clusters) {
            cluster.object_id =
                format!("location-date-cluster-{number:08}-0000-4000-8000-000000000000").into();
        }
        dataset.clusters[0].title = Some(HOSTILE.to_owned());
        Self(dataset)
    }

    /// The same, and one photo of Kyoto on 7 March: one trip with two stops, as no home is
    /// known.
    pub(super) fn travelled() -> Self {
        let Self(mut dataset) = Self::new();
        let kyoto = Address {
            language: "en".to_owned(),
            country: Some("Japan".to_owned()),
            country_code: Some("JP".to_owned()),
            province: Some("Kyoto".to_owned()),
            city: Some("Kyoto".to_owned()),
            ..Address::default()
        };
        let kyoto = (dataset.places).intern(kyoto, Some(chrono_tz::Asia::Tokyo), false);
        let files = &mut dataset.folders[0].files;
        let photo = files.iter().find(|file| &*file.name == "IMG_1.HEIC");
        let mut photo = photo.unwrap().clone();
        photo.name = "IMG_3.jpg".into();
        photo.content = Content::Media(Format::Jpeg);
        photo.taken.time = Written::parse("2024-03-07T10:00:00+09:00")
            .ok()
            .map(Written::raw);
        photo.taken.position = Position::new(35.0116, 135.7681).ok();
        photo.taken.place = Some(kyoto);
        files.push(photo);
        dataset.tidy();
        let rules = dataset.rules.clone().unwrap();
        dataset.cluster(&rules, "2024-04-01T08:00:00Z".parse().unwrap());
        for (number, trip) in (1..).zip(&mut dataset.trips) {
            trip.object_id = format!("trip-{number:08}-0000-4000-8000-000000000000").into();
        }
        Self(dataset)
    }

    /// The trips, and the rest.
    pub(super) fn trips(&self) -> Selection<'_> {
        let trips: Vec<_> = self.0.trips.iter().collect();
        Selection::of_trips(&self.0, &trips, true)
    }

    /// Both clusters, and the rest.
    pub(super) fn selection(&self) -> Selection<'_> {
        let clusters: Vec<_> = self.0.clusters.iter().collect();
        Selection::of_clusters(&self.0, &clusters, true)
    }
}

/// What is written, as text.
pub(super) fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}
