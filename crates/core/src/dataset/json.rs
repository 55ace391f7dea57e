//! The JSON names of everything in the dataset file but the files, which [`super::keys`] has.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rayon::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use super::document::{Document, FORMAT, Head, is_false};
use super::keys::FileLine;
use super::model::{
    CameraId, Dataset, FileRecord, Folder, Place, Places, Root, RootId, RootKind, RootOptions,
    Trace, TrackRecord, Unknown,
};
use super::names::{self, EncodedName};
use crate::capture::cell::Cell;
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::capture::gcj02::Coordinates;
use crate::capture::span::Span;
use crate::cluster::area::{Area, Cluster};
use crate::identity::record::{Counts, Identity, State, Subject, Whole, first_moment, last_moment};
use crate::place::{Address, Geocoder, Level, PlaceId, Region};
use crate::text::timestamp;
use crate::trip::journey::{Journey, Stay, Trip};
use crate::trip::known::Centre;

/// Turns a document of one version of the format into one of the next.
type Upgrade = fn(&mut Map<String, Value>);

/// The upgrades from version 1 on, in order. Version 1 is the first, so there is none
/// yet; who raises [`super::version::VERSION`] adds one here.
const UPGRADES: [Upgrade; 0] = [];
const _: () = assert!(UPGRADES.len() as u64 == super::version::VERSION - 1);

/// Reads a document of this version or an earlier one, whatever its layout.
pub(super) fn read(bytes: &[u8]) -> serde_json::Result<Dataset> {
    let document = match serde_json::from_slice::<Document>(bytes) {
        Ok(document) if document.version == super::version::VERSION => document,
        result => {
            let earlier = serde_json::from_slice::<Head>(bytes).is_ok_and(|head| {
                let version = head.version.unwrap_or(0);
                head.format.as_deref() == Some(FORMAT)
                    && (1..super::version::VERSION).contains(&version)
            });
            if earlier {
                let mut document = serde_json::from_slice(bytes)?;
                upgrade(&mut document, &UPGRADES);
                serde_json::from_value(document.into())?
            } else {
                result?
            }
        }
    };
    if document.format != FORMAT || document.version != super::version::VERSION {
        return Err(de::Error::custom("not this format or version"));
    }
    checked(document).map_err(de::Error::custom)
}

/// Brings a document to the version that the last of the upgrades makes.
fn upgrade(document: &mut Map<String, Value>, upgrades: &[Upgrade]) {
    for (upgrade, from) in upgrades.iter().zip(1u64..) {
        if document.get("version").and_then(Value::as_u64) == Some(from) {
            upgrade(document);
            document.insert("version".to_owned(), (from + 1).into());
        }
    }
}

/// The dataset of a document, if all that its records refer to is there.
pub(super) fn checked(document: Document) -> Result<Dataset, &'static str> {
    let counted = |list: usize| u32::try_from(list).unwrap_or(u32::MAX);
    let places = PlaceId(counted(document.places.len()));
    let cameras = CameraId(counted(document.cameras.len()));
    if document.traces.iter().any(|trace| trace.place >= places) {
        return Err("a trace refers to a place that is not there");
    }
    let sound = |folder: &Folder| {
        for file in &folder.files {
            let read = file.taken.place.is_none_or(|place| place < places);
            if !read || file.place().is_some_and(|place| place >= places) {
                return Err("a file refers to a place that is not there");
            }
            if file.taken.camera.is_some_and(|camera| camera >= cameras) {
                return Err("a file refers to a camera that is not there");
            }
        }
        let named = folder
            .files
            .first()
            .is_some_and(|file| !file.name.is_empty());
        Ok(named && folder.files.is_sorted_by(|a, b| a.name <= b.name))
    };
    let in_order =
        (document.folders.par_iter().map(sound)).try_reduce(|| true, |a, b| Ok(a && b))?;
    let mut dataset = Dataset {
        rules: document.rules,
        geodata: document.geodata,
        reader: document.reader,
        geocoder: Geocoder::new(document.own_places, &document.languages),
        roots: document.roots,
        clusters: document.clusters,
        homes: document.homes,
        trips: document.trips,
        places: Places::new(document.places),
        cameras: document.cameras,
        traces: document.traces,
        tracks: document.tracks,
        folders: document.folders,
        unfinished: document.unfinished,
        unknown: document.unknown,
    };
    let order = |a: &Folder, b: &Folder| (a.root, &a.dir) <= (b.root, &b.dir);
    if !in_order || !dataset.folders.is_sorted_by(order) {
        // A checkpoint may leave another order, as may whoever edits the file. Earlier
        // versions may have saved records on their way out, whose names they took away.
        for folder in &mut dataset.folders {
            folder.files.retain(|file| !file.name.is_empty());
        }
        dataset.tidy();
    }
    Ok(dataset)
}

/// Implements `Serialize` and `Deserialize` of a type by way of its line.
macro_rules! by_line {
    ($type:ty, $line:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                <$line>::from(self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$line>::deserialize(deserializer)?
                    .try_into()
                    .map_err(de::Error::custom)
            }
        }
    };
}

by_line!(Root, RootLine);
by_line!(Place, PlaceLine);
by_line!(FileRecord, FileLine<'_>);
by_line!(Cluster, ClusterLine);
by_line!(Trip, TripLine);
by_line!(Trace, TraceLine);
by_line!(TrackRecord, TrackLine);

#[derive(Serialize, Deserialize)]
struct TraceLine {
    place: PlaceId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cell: Option<[i32; 2]>,
    time: Clock,
    #[serde(default, skip_serializing_if = "is_false")]
    lent: bool,
    #[serde(flatten)]
    unknown: Unknown,
}

impl From<&Trace> for TraceLine {
    fn from(trace: &Trace) -> Self {
        Self {
            place: trace.place,
            cell: trace.cell.map(|cell| [cell.row(), cell.column()]),
            time: trace.local,
            lent: trace.lent,
            unknown: trace.unknown.clone(),
        }
    }
}

impl From<TraceLine> for Trace {
    fn from(line: TraceLine) -> Self {
        Self {
            place: line.place,
            cell: line.cell.and_then(|[row, column]| Cell::new(row, column)),
            local: line.time,
            lent: line.lent,
            unknown: line.unknown,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct TrackLine {
    track: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
    size: u64,
    mtime: i64,
    #[serde(default, skip_serializing_if = "is_false")]
    missing: bool,
    fixes: String,
    #[serde(flatten)]
    unknown: Unknown,
}

impl From<&TrackRecord> for TrackLine {
    fn from(record: &TrackRecord) -> Self {
        let EncodedName { name, raw } = names::encode(record.path.as_os_str());
        Self {
            track: name.into_owned(),
            raw,
            size: record.size,
            mtime: record.mtime,
            missing: record.missing,
            fixes: record.fixes.clone(),
            unknown: record.unknown.clone(),
        }
    }
}

impl TryFrom<TrackLine> for TrackRecord {
    type Error = String;

    fn try_from(line: TrackLine) -> Result<Self, String> {
        Ok(Self {
            path: names::decode(&line.track, line.raw.as_deref())?
                .into_owned()
                .into(),
            size: line.size,
            mtime: line.mtime,
            missing: line.missing,
            fixes: line.fixes,
            unknown: line.unknown,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct RootLine {
    id: RootId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    mount: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exclude: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_from: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    follow_links: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    hidden: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coordinates: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl From<&Root> for RootLine {
    fn from(root: &Root) -> Self {
        let EncodedName { name, raw } = names::encode(root.path.as_os_str());
        let kind = match root.kind {
            RootKind::Folder => None,
            RootKind::Listed => Some("listed".to_owned()),
            RootKind::Given => Some("json".to_owned()),
        };
        Self {
            id: root.id,
            kind,
            path: name.into_owned(),
            raw,
            mount: root.mount,
            exclude: root.options.exclude.clone(),
            time_zone: root.options.time_zone.map(|zone| zone.name().to_owned()),
            time_from: root.options.time_from_mtime.then(|| "mtime".to_owned()),
            follow_links: root.options.follow_links,
            hidden: root.options.hidden,
            coordinates: (root.options.coordinates != Coordinates::Wgs84)
                .then(|| root.options.coordinates.name().to_owned()),
            unknown: root.unknown.clone(),
        }
    }
}

impl TryFrom<RootLine> for Root {
    type Error = String;

    fn try_from(line: RootLine) -> Result<Self, String> {
        let kind = match line.kind.as_deref() {
            None => RootKind::Folder,
            Some("listed") => RootKind::Listed,
            Some("json") => RootKind::Given,
            Some(other) => return Err(format!("unknown kind of root `{other}`")),
        };
        Ok(Self {
            id: line.id,
            kind,
            path: names::decode(&line.path, line.raw.as_deref())?
                .into_owned()
                .into(),
            mount: line.mount,
            options: RootOptions {
                exclude: line.exclude,
                time_zone: zone(line.time_zone)?,
                time_from_mtime: line.time_from.as_deref() == Some("mtime"),
                follow_links: line.follow_links,
                hidden: line.hidden,
                coordinates: match line.coordinates.as_deref() {
                    Some("gcj02") => Coordinates::Gcj02,
                    _ => Coordinates::Wgs84,
                },
            },
            unknown: line.unknown,
        })
    }
}

fn zone(name: Option<String>) -> Result<Option<chrono_tz::Tz>, String> {
    name.map(|name| {
        name.parse()
            .map_err(|_| format!("unknown time zone `{name}`"))
    })
    .transpose()
}

#[derive(Serialize, Deserialize)]
struct PlaceLine {
    #[serde(flatten)]
    address: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    given: bool,
    #[serde(flatten)]
    unknown: Unknown,
}

impl From<&Place> for PlaceLine {
    fn from(place: &Place) -> Self {
        Self {
            address: place.address.clone(),
            time_zone: place.zone.map(|zone| zone.name().to_owned()),
            given: place.given,
            unknown: place.unknown.clone(),
        }
    }
}

impl TryFrom<PlaceLine> for Place {
    type Error = String;

    fn try_from(line: PlaceLine) -> Result<Self, String> {
        Ok(Self {
            address: line.address,
            zone: zone(line.time_zone)?,
            given: line.given,
            unknown: line.unknown,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct FolderLine {
    root: RootId,
    #[serde(default)]
    dir: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    elsewhere: bool,
    #[serde(default, skip_serializing)]
    files: Vec<FileRecord>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl FolderLine {
    /// Whether it holds any files itself.
    pub(super) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// All but the files, which are written one a line.
    pub(super) fn head_of(folder: &Folder) -> Self {
        let EncodedName { name, raw } = names::encode(folder.dir.as_os_str());
        Self {
            root: folder.root,
            dir: name.into_owned(),
            raw,
            elsewhere: folder.elsewhere,
            files: Vec::new(),
            unknown: folder.unknown.clone(),
        }
    }
}

impl TryFrom<FolderLine> for Folder {
    type Error = String;

    fn try_from(line: FolderLine) -> Result<Self, String> {
        let dir = names::decode(&line.dir, line.raw.as_deref())?.into_owned();
        Ok(Self {
            root: line.root,
            dir: dir.into(),
            elsewhere: line.elsewhere,
            files: line.files,
            unknown: line.unknown,
        })
    }
}

impl<'de> Deserialize<'de> for Folder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let line = FolderLine::deserialize(deserializer)?;
        line.try_into().map_err(de::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
struct ClusterLine {
    object_id: String,
    level: Level,
    region: Region,
    #[serde(flatten)]
    state: StateLine,
    address: AddressLine,
    #[serde(flatten)]
    kept: KeptLine<AddressesLine>,
}

#[derive(Serialize, Deserialize)]
struct TripLine {
    object_id: String,
    #[serde(flatten)]
    state: StateLine,
    #[serde(flatten)]
    journey: JourneyLine,
    #[serde(flatten)]
    kept: KeptLine<JourneyLine>,
}

/// Whether an identity is listed.
#[derive(Serialize, Deserialize)]
struct StateLine {
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    into: Option<String>,
}

/// What identities have in common. `J` is what several that were merged are shown with.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "J: Deserialize<'de>"))]
struct KeptLine<J> {
    #[serde(flatten)]
    counts: CountsLine,
    own: [Day; 2],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    custom_id: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    custom_labels: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cuts: Vec<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merged_into: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whole: Option<WholeLine<J>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pinned: Option<Vec<String>>,
    create_time: String,
    update_time: String,
    #[serde(flatten)]
    unknown: Unknown,
}

/// Where a trip went.
#[derive(Serialize, Deserialize)]
struct JourneyLine {
    stops: Vec<StayLine>,
    distance_km: u32,
    farthest_km: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    home: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StayLine {
    #[serde(flatten)]
    centre: Centre,
    days: [Day; 2],
    files: u32,
    address: Arc<Address>,
}

/// The addresses of clusters that the user merged into another one.
#[derive(Serialize, Deserialize)]
struct AddressesLine {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<Arc<Address>>,
}

#[derive(Serialize, Deserialize)]
struct AddressLine {
    #[serde(flatten)]
    address: Arc<Address>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde asks for"
)]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

/// What a cluster holds between its first and last day.
#[derive(Serialize, Deserialize)]
struct CountsLine {
    start_time: Clock,
    end_time: Clock,
    active_days: u32,
    files: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moments: Option<u32>,
    #[serde(default, skip_serializing_if = "is_zero")]
    files_missing: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    files_lent: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_capture: Option<Clock>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_capture: Option<Clock>,
}

impl CountsLine {
    fn new(span: Span, counts: &Counts) -> Self {
        Self {
            start_time: first_moment(span, counts),
            end_time: last_moment(span, counts),
            active_days: counts.active_days,
            files: counts.files,
            moments: (counts.moments != counts.files).then_some(counts.moments),
            files_missing: counts.missing,
            files_lent: counts.lent,
            first_capture: counts.first_capture,
            last_capture: counts.last_capture,
        }
    }

    fn into_parts(self) -> (Span, Counts) {
        let (start, end) = (self.start_time, self.end_time);
        let counts = Counts {
            active_days: self.active_days,
            files: self.files,
            moments: self.moments.unwrap_or(self.files),
            missing: self.files_missing,
            lent: self.files_lent,
            first_capture: self.first_capture,
            last_capture: self.last_capture,
            start_offset: start.offset,
            end_offset: end.offset,
        };
        (
            Span {
                first: start.date.into(),
                last: end.date.into(),
            },
            counts,
        )
    }
}

/// Several that the user merged.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "J: Deserialize<'de>"))]
struct WholeLine<J> {
    #[serde(flatten)]
    counts: CountsLine,
    #[serde(flatten)]
    of: J,
    #[serde(flatten)]
    unknown: Unknown,
}

impl<S> From<&State<S>> for StateLine {
    fn from(state: &State<S>) -> Self {
        let (state, into) = match state {
            State::Live => ("live", None),
            State::Suspended => ("suspended", None),
            State::Absorbed(into) => ("absorbed", Some(into.to_string())),
            State::Deleted => ("deleted", None),
        };
        Self {
            state: state.to_owned(),
            into,
        }
    }
}

impl<S> TryFrom<StateLine> for State<S> {
    type Error = String;

    fn try_from(line: StateLine) -> Result<Self, String> {
        Ok(match (line.state.as_str(), line.into) {
            ("live", _) => Self::Live,
            ("suspended", _) => Self::Suspended,
            ("absorbed", Some(into)) => Self::Absorbed(into.into()),
            ("deleted", _) => Self::Deleted,
            (other, _) => return Err(format!("unknown state `{other}`")),
        })
    }
}

impl<J> KeptLine<J> {
    fn of<S: Subject>(one: &Identity<S>, joined: impl Fn(&S::Joined) -> J) -> Self {
        let whole = one.whole.as_ref().map(|whole| WholeLine {
            counts: CountsLine::new(whole.span, &whole.counts),
            of: joined(&whole.of),
            unknown: whole.unknown.clone(),
        });
        Self {
            counts: CountsLine::new(one.span, &one.counts),
            own: [one.own.first, one.own.last],
            title: one.title.clone(),
            custom_id: one.custom_id.clone(),
            custom_labels: one.custom_labels.clone(),
            cuts: one.cuts.clone(),
            merged_into: one.merged_into.as_ref().map(ToString::to_string),
            whole,
            pinned: one.pinned.clone(),
            create_time: timestamp(one.create_time),
            update_time: timestamp(one.update_time),
            unknown: one.unknown.clone(),
        }
    }

    fn identity<S: Subject>(
        self,
        object_id: String,
        state: StateLine,
        of: S,
        joined: impl Fn(J) -> S::Joined,
    ) -> Result<Identity<S>, String> {
        let instant = |text: &str| {
            let parsed =
                DateTime::parse_from_rfc3339(text).map_err(|e| format!("time `{text}`: {e}"));
            parsed.map(|time| time.with_timezone(&Utc))
        };
        let (span, counts) = self.counts.into_parts();
        let whole = self.whole.map(|whole| {
            let (span, counts) = whole.counts.into_parts();
            Box::new(Whole {
                span,
                counts,
                of: joined(whole.of),
                unknown: whole.unknown,
            })
        });
        let [first, last] = self.own;
        Ok(Identity {
            object_id: object_id.into(),
            of,
            state: state.try_into()?,
            span,
            own: Span { first, last },
            counts,
            title: self.title,
            custom_id: self.custom_id,
            custom_labels: self.custom_labels,
            cuts: self.cuts,
            merged_into: self.merged_into.map(Into::into),
            whole,
            pinned: self.pinned,
            create_time: instant(&self.create_time)?,
            update_time: instant(&self.update_time)?,
            unknown: self.unknown,
        })
    }
}

impl From<&Cluster> for ClusterLine {
    fn from(cluster: &Cluster) -> Self {
        Self {
            object_id: cluster.object_id.to_string(),
            level: cluster.of.level,
            region: cluster.of.region.clone(),
            state: (&cluster.state).into(),
            address: AddressLine {
                address: cluster.of.address.clone(),
                unknown: cluster.of.unknown.clone(),
            },
            kept: KeptLine::of(cluster, |others| AddressesLine {
                addresses: others.clone(),
            }),
        }
    }
}

impl TryFrom<ClusterLine> for Cluster {
    type Error = String;

    fn try_from(line: ClusterLine) -> Result<Self, String> {
        let area = Area {
            level: line.level,
            region: line.region,
            address: line.address.address,
            unknown: line.address.unknown,
        };
        let others = |others: AddressesLine| others.addresses;
        line.kept.identity(line.object_id, line.state, area, others)
    }
}

impl From<&Journey> for JourneyLine {
    fn from(journey: &Journey) -> Self {
        let stay = |stay: &Stay| StayLine {
            centre: Centre(stay.centre),
            days: [stay.span.first, stay.span.last],
            files: stay.files,
            address: stay.address.clone(),
        };
        Self {
            stops: journey.stops.iter().map(stay).collect(),
            distance_km: journey.distance_km,
            farthest_km: journey.farthest_km,
            home: journey.home.clone(),
        }
    }
}

impl From<JourneyLine> for Journey {
    fn from(line: JourneyLine) -> Self {
        let stay = |line: StayLine| {
            let [first, last] = line.days;
            Stay {
                address: line.address,
                centre: line.centre.0,
                span: Span { first, last },
                files: line.files,
            }
        };
        Self {
            stops: line.stops.into_iter().map(stay).collect(),
            distance_km: line.distance_km,
            farthest_km: line.farthest_km,
            home: line.home,
        }
    }
}

impl From<&Trip> for TripLine {
    fn from(trip: &Trip) -> Self {
        Self {
            object_id: trip.object_id.to_string(),
            state: (&trip.state).into(),
            journey: (&trip.of).into(),
            kept: KeptLine::of(trip, |whole| whole.into()),
        }
    }
}

impl TryFrom<TripLine> for Trip {
    type Error = String;

    fn try_from(line: TripLine) -> Result<Self, String> {
        let journey = line.journey.into();
        line.kept
            .identity(line.object_id, line.state, journey, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_goes_through_the_upgrades_that_it_lacks() {
        let upgrades: [Upgrade; 2] = [
            |document| {
                let folders = document.remove("dirs").unwrap_or_default();
                document.insert("folders".to_owned(), folders);
            },
            |document| {
                document.insert("units".to_owned(), "metres".into());
            },
        ];
        let brought_up = |document: Value| {
            let Value::Object(mut document) = document else {
                unreachable!()
            };
            upgrade(&mut document, &upgrades);
            Value::Object(document)
        };
        let now = json!({"version": 3, "folders": ["a"], "units": "metres", "later": 1});
        assert_eq!(
            brought_up(json!({"version": 1, "dirs": ["a"], "later": 1})),
            now
        );
        assert_eq!(
            brought_up(json!({"version": 2, "folders": ["a"], "later": 1})),
            now
        );
        assert_eq!(brought_up(now.clone()), now);
    }

    /// As the first release wrote it. It must load for ever.
    #[test]
    fn a_dataset_of_version_1_loads() {
        let text = include_bytes!("../../../../tests/data/dataset-1.json");
        let dataset = Dataset::from_json(text).unwrap();
        assert_eq!(dataset.files().count(), 3);
        assert_eq!(dataset.clusters.len(), 2);
        let titles: Vec<_> = dataset
            .clusters
            .iter()
            .filter_map(|c| c.title.as_deref())
            .collect();
        assert_eq!(titles, ["West Lake"]);
        assert!(dataset.files().any(|(_, file)| file.correction.is_some()));
    }

    #[test]
    fn a_version_that_never_was_is_none() {
        for version in ["0", "-1", "1.5", "\"1\""] {
            let text = format!("{{\"format\":\"{FORMAT}\",\"version\":{version}}}");
            assert!(Dataset::from_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
