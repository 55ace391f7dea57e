//! The JSON that people script against, in one place.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::gcj02::Coordinates;
use imm_cluster_core::capture::partial::PartialDate;
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::cluster::explain::Step;
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::dataset::{
    Content, Dataset, FileId, Lent, Membership, Root, RootKind, Timeline, TripStory, Unclustered,
};
use imm_cluster_core::identity::changes::Event;
use imm_cluster_core::identity::object_id::ObjectId;
use imm_cluster_core::identity::record::{Identity, State, Subject};
use imm_cluster_core::index::{Report, TrackRead};
use imm_cluster_core::place::import::{Imported, SourceFile};
use imm_cluster_core::place::{Address, Extent, Geocoder, Level};
use imm_cluster_core::text::timestamp;
use imm_cluster_core::trip;
use imm_cluster_core::trip::implausible::{Implausible, LeftOut};
use imm_cluster_core::trip::itinerary::TripDay;
use imm_cluster_core::trip::journey::{Stay, Trip};
use imm_cluster_core::trip::known::{HomeOrigin, KnownHome};
use imm_cluster_core::trip::spells::Spell;
use imm_cluster_messages::text;

/// An address.
#[derive(Debug, Clone, Serialize)]
pub struct AddressJson<'a> {
    language: Cow<'a, str>,
    country: Option<Cow<'a, str>>,
    country_code: Option<Cow<'a, str>>,
    province: Option<Cow<'a, str>>,
    /// The unit between province and city that is no level.
    #[serde(skip_serializing_if = "Option::is_none")]
    county: Option<County<'a>>,
    city: Option<Cow<'a, str>>,
    district: Option<Cow<'a, str>>,
    township: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "<[Level]>::is_empty")]
    derived: Cow<'a, [Level]>,
    /// All of it on one line.
    pub address_line: String,
}

/// A county, or the word that there is none.
#[derive(Debug, Clone, Serialize)]
struct County<'a>(Option<Cow<'a, str>>);

impl<'a> From<&'a Address> for AddressJson<'a> {
    fn from(address: &'a Address) -> Self {
        let text = |name: &'a Option<String>| name.as_deref().map(Cow::Borrowed);
        Self {
            language: Cow::Borrowed(&address.language),
            country: text(&address.country),
            country_code: text(&address.country_code),
            province: text(&address.province),
            county: text(&address.county).map(|name| County(Some(name))),
            city: text(&address.city),
            district: text(&address.district),
            township: text(&address.township),
            derived: Cow::Borrowed(&address.derived),
            address_line: address.line(),
        }
    }
}

impl From<Address> for AddressJson<'static> {
    fn from(address: Address) -> Self {
        let address_line = address.line();
        Self {
            language: Cow::Owned(address.language),
            country: address.country.map(Cow::Owned),
            country_code: address.country_code.map(Cow::Owned),
            province: address.province.map(Cow::Owned),
            county: address.county.map(|name| County(Some(Cow::Owned(name)))),
            city: address.city.map(Cow::Owned),
            district: address.district.map(Cow::Owned),
            township: address.township.map(Cow::Owned),
            derived: Cow::Owned(address.derived),
            address_line,
        }
    }
}

impl AddressJson<'_> {
    /// Says too that there is no county.
    #[must_use]
    pub fn with_county(mut self) -> Self {
        self.county.get_or_insert(County(None));
        self
    }
}

/// An address in all of several languages; nothing when there is one.
pub fn in_all_languages(geocoder: &Geocoder, address: &Address) -> Vec<AddressJson<'static>> {
    let addresses = geocoder.in_all_languages(address);
    addresses.into_iter().map(Into::into).collect()
}

/// An imported gazetteer.
#[derive(Debug, Serialize)]
pub struct GazetteerJson<'a> {
    name: &'a str,
    kind: &'a str,
    preset: Option<&'a str>,
    crs: &'a str,
    features: u64,
    /// How many features name each level.
    levels: BTreeMap<Level, u64>,
    /// How many were left out, by reason.
    skipped: BTreeMap<&'a str, u64>,
    size: u64,
    imported: &'a str,
    sources: &'a [SourceFile],
    fingerprint: String,
}

impl<'a> From<&'a Imported> for GazetteerJson<'a> {
    fn from(imported: &'a Imported) -> Self {
        let description = &imported.description;
        Self {
            name: &description.name,
            kind: &description.kind,
            preset: description.preset.as_deref(),
            crs: &description.crs,
            features: description.features,
            levels: description.levels.iter().copied().collect(),
            skipped: (description.skipped.iter())
                .map(|(why, count)| (why.as_str(), *count))
                .collect(),
            size: imported.size,
            imported: &description.imported,
            sources: &description.sources,
            fingerprint: format!("{:016x}", imported.fingerprint),
        }
    }
}

/// What names places: the built-in data, and what was imported.
#[derive(Debug, Serialize)]
pub struct GeodataJson<'a> {
    /// The version of the built-in data.
    pub version: &'a str,
    /// Where it comes from.
    pub sources: Vec<SourceJson<'a>>,
    /// The notices in full.
    pub notices: Vec<&'a str>,
    /// What was imported.
    pub imports: Vec<GazetteerJson<'a>>,
}

/// A source of the built-in data.
#[derive(Debug, Serialize)]
pub struct SourceJson<'a> {
    /// What was taken from it.
    pub data: &'a str,
    /// Who made it, and by way of which package it came.
    pub source: &'a str,
    /// Under which licence.
    pub licence: &'a str,
    /// How it is to be named.
    pub attribution: &'a str,
}

/// A day with files.
#[derive(Debug, Serialize)]
pub struct DayJson<'a> {
    /// The local day.
    pub date: Day,
    /// How many files are of it.
    pub files: u32,
    /// How many of them at each place.
    pub places: Vec<PlaceOnDay<'a>>,
}

/// The files of a day at one place.
#[derive(Debug, Serialize)]
pub struct PlaceOnDay<'a> {
    /// Null where no place is known.
    address: Option<AddressJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<AddressJson<'static>>,
    files: u32,
}

impl<'a> PlaceOnDay<'a> {
    /// So many files at that address, in the languages of the geocoder.
    pub fn new(geocoder: &Geocoder, address: Option<&'a Address>, files: u32) -> Self {
        let addresses = address.map(|address| in_all_languages(geocoder, address));
        Self {
            address: address.map(Into::into),
            addresses: addresses.unwrap_or_default(),
            files,
        }
    }
}

/// The days of a cluster or trip, and what was found on them.
#[derive(Debug, Serialize)]
struct HeldJson {
    start_date: Day,
    end_date: Day,
    start_time: String,
    end_time: String,
    days: u32,
    active_days: u32,
    files: u32,
    moments: u32,
    files_missing: u32,
    files_lent: u32,
    first_capture: Option<String>,
    last_capture: Option<String>,
}

impl<S: Subject> From<&Identity<S>> for HeldJson {
    fn from(one: &Identity<S>) -> Self {
        let counts = one.holds();
        Self {
            start_date: one.days().first,
            end_date: one.days().last,
            start_time: one.start_time().to_string(),
            end_time: one.end_time().to_string(),
            days: one.days().days(),
            active_days: counts.active_days,
            files: counts.files,
            moments: counts.moments,
            files_missing: counts.missing,
            files_lent: counts.lent,
            first_capture: counts.first_capture.map(|clock| clock.to_string()),
            last_capture: counts.last_capture.map(|clock| clock.to_string()),
        }
    }
}

/// A cluster.
#[derive(Debug, Serialize)]
pub struct ClusterJson<'a> {
    object_id: &'a str,
    level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    by_hand: Vec<&'static str>,
    address: AddressJson<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<AddressJson<'static>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_addresses: Vec<AddressJson<'a>>,
    #[serde(flatten)]
    held: HeldJson,
    title: Option<&'a str>,
    custom_id: Option<&'a str>,
    custom_labels: &'a BTreeMap<String, String>,
    create_time: String,
    update_time: String,
}

impl<'a> ClusterJson<'a> {
    /// A cluster with its address in the languages of the geocoder.
    pub fn new(geocoder: &Geocoder, cluster: &'a Cluster) -> Self {
        let whole = cluster.whole.as_deref();
        Self {
            object_id: cluster.object_id.as_str(),
            level: cluster.of.level,
            state: state(&cluster.state),
            by_hand: cluster.by_hand(),
            address: cluster.of.address.as_ref().into(),
            addresses: in_all_languages(geocoder, &cluster.of.address),
            other_addresses: whole
                .map(|whole| {
                    whole
                        .of
                        .iter()
                        .map(|address| address.as_ref().into())
                        .collect()
                })
                .unwrap_or_default(),
            held: cluster.into(),
            title: cluster.title.as_deref(),
            custom_id: cluster.custom_id.as_deref(),
            custom_labels: &cluster.custom_labels,
            create_time: timestamp(cluster.create_time),
            update_time: timestamp(cluster.update_time),
        }
    }
}

/// A trip.
#[derive(Debug, Serialize)]
pub struct TripJson<'a> {
    object_id: &'a str,
    title: Option<&'a str>,
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    by_hand: Vec<&'static str>,
    #[serde(flatten)]
    held: HeldJson,
    distance_km: u32,
    farthest_km: u32,
    countries: Vec<&'a str>,
    stops: Vec<StopJson<'a>>,
    home: Option<HomeRefJson<'a>>,
    clusters: Vec<&'a str>,
    custom_id: Option<&'a str>,
    custom_labels: &'a BTreeMap<String, String>,
    create_time: String,
    update_time: String,
}

/// A stop of a trip.
#[derive(Debug, Serialize)]
struct StopJson<'a> {
    name: Option<&'a str>,
    address: AddressJson<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<AddressJson<'static>>,
    lat: f64,
    lon: f64,
    start_date: Day,
    end_date: Day,
    days: u32,
    files: u32,
}

/// The home that a trip leads away from.
#[derive(Debug, Serialize)]
struct HomeRefJson<'a> {
    id: &'a str,
    name: &'a str,
}

impl<'a> TripJson<'a> {
    /// A trip of a dataset, with the clusters that belong to it.
    pub fn new(dataset: &'a Dataset, trip: &'a Trip) -> Self {
        let journey = trip.shown();
        let home = journey.home.as_deref().and_then(|id| dataset.homes.get(id));
        let clusters = dataset.clusters.iter().filter(|cluster| cluster.is_live());
        let clusters =
            clusters.filter(|cluster| trip::clusters::belongs(cluster, trip, &dataset.homes));
        let stop = |stop: &'a Stay| StopJson {
            name: stop.name(),
            address: stop.address.as_ref().into(),
            addresses: in_all_languages(&dataset.geocoder, &stop.address),
            lat: stop.centre.lat(),
            lon: stop.centre.lon(),
            start_date: stop.span.first,
            end_date: stop.span.last,
            days: stop.span.days(),
            files: stop.files,
        };
        Self {
            object_id: trip.object_id.as_str(),
            title: trip.title.as_deref(),
            name: dataset.homes.name_of(journey),
            state: state(&trip.state),
            by_hand: trip.by_hand(),
            held: trip.into(),
            distance_km: journey.distance_km,
            farthest_km: journey.farthest_km,
            countries: journey.countries(),
            stops: journey.stops.iter().map(stop).collect(),
            home: home.map(|home| HomeRefJson {
                id: &home.id,
                name: &home.name,
            }),
            clusters: clusters.map(|cluster| cluster.object_id.as_str()).collect(),
            custom_id: trip.custom_id.as_deref(),
            custom_labels: &trip.custom_labels,
            create_time: timestamp(trip.create_time),
            update_time: timestamp(trip.update_time),
        }
    }
}

/// What is said of one that is not listed.
fn state<S>(state: &State<S>) -> Option<&'static str> {
    match state {
        State::Live => None,
        State::Suspended => Some("suspended"),
        State::Absorbed(_) => Some("absorbed"),
        State::Deleted => Some("deleted"),
    }
}

/// A trip with its days and files.
#[derive(Debug, Serialize)]
pub struct TripWithFiles<'a> {
    /// The trip.
    #[serde(flatten)]
    pub trip: TripJson<'a>,
    /// Each day with files.
    pub itinerary: Vec<TripDayJson<'a>>,
    /// Why it begins and ends where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<&'a [Spell]>,
    /// Its files, by time.
    pub members: Vec<FileJson<'a>>,
}

/// A day of a trip.
#[derive(Debug, Serialize)]
pub struct TripDayJson<'a> {
    date: Day,
    files: u32,
    places: Vec<TripPlaceJson<'a>>,
}

/// A place on a day of a trip.
#[derive(Debug, Serialize)]
struct TripPlaceJson<'a> {
    name: Option<&'a str>,
    files: u32,
}

impl<'a> TripWithFiles<'a> {
    /// A trip of a dataset with its days and files.
    pub fn new(
        timeline: &'a Timeline<'a>,
        trip: &'a Trip,
        story: &'a TripStory,
        explain: bool,
    ) -> Self {
        let dataset = timeline.dataset();
        let members = Membership::of_trips(timeline, &[trip]);
        Self {
            trip: TripJson::new(dataset, trip),
            itinerary: story.days.iter().map(Into::into).collect(),
            explanation: explain.then_some(story.spells.as_slice()),
            members: (members.of(0).iter())
                .filter_map(|file| FileJson::new(timeline, *file))
                .collect(),
        }
    }
}

impl<'a> From<&'a TripDay> for TripDayJson<'a> {
    fn from(day: &'a TripDay) -> Self {
        let place = |(name, files): &'a (Option<String>, u32)| TripPlaceJson {
            name: name.as_deref(),
            files: *files,
        };
        Self {
            date: day.day,
            files: day.places.iter().map(|(_, files)| files).sum(),
            places: day.places.iter().map(place).collect(),
        }
    }
}

/// A home.
#[derive(Debug, Serialize)]
pub struct HomeJson<'a> {
    id: &'a str,
    name: &'a str,
    lat: f64,
    lon: f64,
    radius_km: f64,
    from: Day,
    to: Day,
    origin: HomeOrigin,
    days_seen: u32,
    days_active: u32,
    evidence: String,
    address: AddressJson<'a>,
}

impl<'a> From<&'a KnownHome> for HomeJson<'a> {
    fn from(home: &'a KnownHome) -> Self {
        Self {
            id: &home.id,
            name: &home.name,
            lat: home.centre.0.lat(),
            lon: home.centre.0.lon(),
            radius_km: home.radius_km,
            from: home.from,
            to: home.to,
            origin: home.origin,
            days_seen: home.days_seen,
            days_active: home.days_active,
            evidence: home.evidence(),
            address: home.address.as_ref().into(),
        }
    }
}

/// What the user wrote on a cluster that another one stands for now.
#[derive(Debug, Serialize)]
pub struct AlsoJson<'a> {
    object_id: &'a str,
    title: Option<&'a str>,
    custom_id: Option<&'a str>,
    custom_labels: &'a BTreeMap<String, String>,
}

impl<'a> From<&'a Cluster> for AlsoJson<'a> {
    fn from(cluster: &'a Cluster) -> Self {
        Self {
            object_id: cluster.object_id.as_str(),
            title: cluster.title.as_deref(),
            custom_id: cluster.custom_id.as_deref(),
            custom_labels: &cluster.custom_labels,
        }
    }
}

/// Another cluster in a few words.
#[derive(Debug, Serialize)]
pub struct RelatedJson<'a> {
    object_id: &'a str,
    level: Level,
    address_line: String,
    start_date: Day,
    end_date: Day,
}

impl<'a> From<&'a Cluster> for RelatedJson<'a> {
    fn from(cluster: &'a Cluster) -> Self {
        Self {
            object_id: cluster.object_id.as_str(),
            level: cluster.of.level,
            address_line: cluster.of.address.line(),
            start_date: cluster.days().first,
            end_date: cluster.days().last,
        }
    }
}

/// A cluster with its files and its relations.
#[derive(Debug, Serialize)]
pub struct ClusterWithFiles<'a> {
    /// The cluster.
    #[serde(flatten)]
    pub cluster: ClusterJson<'a>,
    /// Texts of the user on clusters that it absorbed.
    pub also: Vec<AlsoJson<'a>>,
    /// Clusters of wider levels that hold all of it.
    pub parents: Vec<RelatedJson<'a>>,
    /// Clusters of narrower levels within it.
    pub children: Vec<RelatedJson<'a>>,
    /// How many of its files are photos.
    pub photos: usize,
    /// How many of its files are videos.
    pub videos: usize,
    /// Where its files were taken.
    pub extent: Option<Extent>,
    /// Why the days of its region became the clusters that they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Vec<Step>>,
    /// Its files, by time.
    pub members: Vec<FileJson<'a>>,
}

/// What is known of a file.
#[derive(Debug, Serialize)]
pub struct FileJson<'a> {
    path: String,
    capture_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_date: Option<PartialDate>,
    local_date: Option<Day>,
    lat: Option<f64>,
    lon: Option<f64>,
    address: Option<AddressJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<AddressJson<'static>>,
    capture_time_source: Option<&'static str>,
    position_source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lent: Option<LentJson>,
    time_zone: Option<&'static str>,
    size: Option<u64>,
    modified: Option<String>,
    media_type: Option<&'static str>,
    format: Option<&'static str>,
    missing: bool,
    error: Option<&'a str>,
}

impl<'a> FileJson<'a> {
    /// A file of the dataset.
    pub fn new(timeline: &'a Timeline<'a>, id: FileId) -> Option<Self> {
        let dataset = timeline.dataset();
        let (folder, file) = dataset.file(id)?;
        let capture = timeline.capture(folder, file);
        let place = timeline.place_of(id);
        let named = place.filter(|place| !place.address.is_empty());
        let (position, position_source) = timeline.position_of(id);
        let on_disk = file.content != Content::Given;
        let modified = chrono::DateTime::from_timestamp_micros(file.stat.mtime).filter(|_| on_disk);
        // What the file states, where no zone makes a local time of it.
        let stated = || file.time().map(|(time, _)| time.to_string());
        Some(Self {
            path: dataset.path_of(folder, file).to_string_lossy().into_owned(),
            capture_time: capture
                .ok()
                .map(|capture| capture.local.to_string())
                .or_else(stated),
            partial_date: file.taken.partial_date.filter(|_| capture.is_err()),
            local_date: capture.ok().map(|capture| capture.local.date.into()),
            lat: position.map(imm_cluster_core::capture::position::Position::lat),
            lon: position.map(imm_cluster_core::capture::position::Position::lon),
            address: named.map(|place| (&place.address).into()),
            addresses: named
                .map(|place| in_all_languages(&dataset.geocoder, &place.address))
                .unwrap_or_default(),
            capture_time_source: timeline
                .time_source(folder, file)
                .map(|source| source.name()),
            position_source,
            lent: timeline.lent(id).map(|lent| LentJson::new(dataset, lent)),
            time_zone: place.and_then(|place| place.zone).map(|zone| zone.name()),
            size: on_disk.then_some(file.stat.size),
            modified: modified.map(timestamp),
            media_type: file.content.format().map(|format| format.media_type()),
            format: file.content.format().map(|format| format.name()),
            missing: file.missing,
            error: file.content.error(),
        })
    }
}

/// Who lends a file its place.
#[derive(Debug, Serialize)]
struct LentJson {
    /// The lender that is nearer in time; none where it is forgotten or no file.
    lender: Option<String>,
    /// The one on the other side in time, where two lend.
    other_lender: Option<String>,
    /// The time to the nearer one.
    seconds: i64,
}

impl LentJson {
    fn new(dataset: &Dataset, lent: &Lent) -> Self {
        let path = |lender: Option<FileId>| {
            let path = dataset.path(lender?)?;
            Some(path.to_string_lossy().into_owned())
        };
        let [lender, other] = lent.lenders;
        Self {
            lender: path(lender),
            other_lender: path(other.filter(|_| other != lender)),
            seconds: lent.seconds,
        }
    }
}

/// What is known of a file, and why.
#[derive(Debug, Serialize)]
pub struct ExplainedFile<'a> {
    /// What is known.
    #[serde(flatten)]
    pub file: FileJson<'a>,
    /// Maker and model of the camera.
    pub camera: Option<&'a str>,
    /// How the offset from UTC is known.
    pub offset_source: Option<&'static str>,
    /// Every statement about the time.
    pub times: Vec<ClueJson>,
    /// Every statement about the position.
    pub positions: Vec<ClueJson>,
    /// What went wrong while reading.
    pub notes: Vec<String>,
    /// The other files of the same press of the shutter.
    pub same_moment: Vec<String>,
    /// Why it is left out of homes and trips; `null` where its position can be true.
    pub implausible: Option<Implausible>,
    /// Its cluster at each level, or why there is none.
    pub clusters: Vec<InCluster<'a>>,
}

/// A statement, and what was made of it.
#[derive(Debug, Serialize)]
pub struct ClueJson {
    /// Where it was found.
    pub source: &'static str,
    /// What it says.
    pub text: String,
    /// `chosen`, or why not.
    pub verdict: String,
}

impl From<(&'static str, String, String)> for ClueJson {
    fn from((source, text, verdict): (&'static str, String, String)) -> Self {
        Self {
            source,
            text,
            verdict,
        }
    }
}

/// A file's cluster at one level.
#[derive(Debug, Serialize)]
pub struct InCluster<'a> {
    /// The level.
    pub level: Level,
    /// The cluster.
    pub object_id: Option<&'a str>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// What an indexing found.
#[derive(Debug, Serialize)]
pub struct ReportJson<'a> {
    scanned: usize,
    added: usize,
    updated: usize,
    unchanged: usize,
    failed: usize,
    failures: Vec<FailureJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tracks: Vec<TrackReadJson<'a>>,
    in_cloud: usize,
    missing: usize,
    without_time: usize,
    without_position: usize,
    elapsed_ms: u64,
}

/// A location history that was read.
#[derive(Debug, Serialize)]
struct TrackReadJson<'a> {
    path: Cow<'a, str>,
    format: String,
    /// Positions that it has.
    fixes: u64,
    /// Those that are kept.
    kept: usize,
    /// Those that are passed over, by reason.
    skipped: BTreeMap<&'static str, u64>,
}

impl<'a> From<&'a TrackRead> for TrackReadJson<'a> {
    fn from(read: &'a TrackRead) -> Self {
        let skipped = read.reading.skipped.iter();
        Self {
            path: read.path.to_string_lossy(),
            format: read.reading.format.to_string(),
            fixes: read.reading.fixes,
            kept: read.kept,
            skipped: skipped.map(|(why, count)| (why.name(), *count)).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct FailureJson<'a> {
    path: Cow<'a, str>,
    reason: &'a str,
}

impl<'a> ReportJson<'a> {
    /// The report, with what the dataset holds now.
    pub fn new(
        report: &'a Report,
        totals: &imm_cluster_core::dataset::Totals,
        elapsed: std::time::Duration,
    ) -> Self {
        let failure = |f: &'a imm_cluster_core::index::Failure| FailureJson {
            path: f.path.to_string_lossy(),
            reason: &f.reason,
        };
        Self {
            scanned: report.scanned(),
            added: report.added,
            updated: report.updated,
            unchanged: report.unchanged,
            failed: report.failures.len(),
            failures: report
                .failures
                .iter()
                .chain(&report.unreadable_folders)
                .chain(&report.unreadable_tracks)
                .map(failure)
                .collect(),
            tracks: report.tracks.iter().map(Into::into).collect(),
            in_cloud: report.in_cloud,
            missing: totals.missing,
            without_time: totals.without_time,
            without_position: totals.without_position,
            elapsed_ms: elapsed_ms(elapsed),
        }
    }
}

/// Whole milliseconds.
pub fn elapsed_ms(elapsed: std::time::Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// What a run did.
#[derive(Debug, Serialize)]
pub struct RunJson<'a> {
    /// `LocationDateClustering-` and a UUID.
    pub task_id: &'a str,
    /// A UUID.
    pub request_id: &'a str,
    /// A UUID.
    pub event_id: &'a str,
    /// The rules used.
    pub options: &'a Rules,
    /// New clusters.
    pub created: usize,
    /// Changed clusters.
    pub updated: usize,
    /// Suspended or absorbed clusters.
    pub removed: usize,
    /// Clusters that are as they were.
    pub unchanged: usize,
    /// Files in no cluster, by reason.
    pub unclustered: &'a Unclustered,
    /// How many files without a place of their own are lent one.
    pub lent: u32,
    /// Files that are left out of homes and trips, by reason.
    pub implausible: LeftOut,
    /// What became of each cluster that is not as before.
    pub changes: Vec<EventJson<'a>>,
    /// The regions that were to be explained.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explanations: Vec<ExplanationJson>,
    /// All listed clusters.
    pub clusters: Vec<ClusterJson<'a>>,
    /// All listed trips.
    pub trips: Vec<TripJson<'a>>,
    /// All homes.
    pub homes: Vec<HomeJson<'a>>,
    /// What became of each trip that is not as before.
    pub trip_changes: Vec<EventJson<'a>>,
    /// How long it took.
    pub elapsed_ms: u64,
}

/// A region, explained.
#[derive(Debug, Serialize)]
pub struct ExplanationJson {
    /// The level.
    pub level: Level,
    /// The region.
    pub address_line: String,
    /// Its days and gaps.
    pub steps: Vec<Step>,
}

/// What became of one cluster.
#[derive(Debug, Serialize)]
pub struct EventJson<'a> {
    object_id: &'a str,
    change: &'static str,
    start_date_before: Option<Day>,
    end_date_before: Option<Day>,
    other: Option<&'a str>,
}

impl<'a, S> From<&'a Event<S>> for EventJson<'a> {
    fn from(event: &'a Event<S>) -> Self {
        Self {
            object_id: event.object_id.as_str(),
            change: event.change.name(),
            start_date_before: event.before.map(|span| span.first),
            end_date_before: event.before.map(|span| span.last),
            other: event.other.as_ref().map(ObjectId::as_str),
        }
    }
}

/// What is known of the place of a point.
#[derive(Debug, Serialize)]
pub struct PlaceJson {
    /// Its address, where there is a country.
    pub address: Option<AddressJson<'static>>,
    /// The same in every language, when there is more than one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<AddressJson<'static>>,
    /// The key of the region at each level.
    pub region_keys: Option<BTreeMap<Level, Option<String>>>,
}

impl PlaceJson {
    /// The place with this address, and the same in every language.
    pub fn new(address: Option<Address>, addresses: Vec<Address>) -> Self {
        let key = |address: &Address, level| address.key(level).map(str::to_owned);
        let keys = |address: &Address| {
            let levels = Level::ALL.into_iter();
            levels.map(|level| (level, key(address, level))).collect()
        };
        Self {
            region_keys: address.as_ref().map(keys),
            address: address.map(|address| AddressJson::from(address).with_county()),
            addresses: addresses.into_iter().map(Into::into).collect(),
        }
    }
}

/// A text that is no point.
#[derive(Debug, Serialize)]
pub struct NoPointJson<'a> {
    /// The text.
    pub input: &'a str,
    /// What is wrong with it.
    pub error: &'a str,
}

/// What the dataset holds.
#[derive(Debug, Serialize)]
pub struct StatusJson<'a> {
    /// The dataset file.
    pub dataset: Cow<'a, str>,
    /// Whether it exists.
    pub exists: bool,
    /// The remembered folders.
    pub roots: Vec<RootJson<'a>>,
    /// The remembered location histories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<TrackJson<'a>>,
    /// Files by state.
    #[serde(flatten)]
    pub totals: &'a imm_cluster_core::dataset::Totals,
    /// The first local day with a file.
    pub first_day: Option<Day>,
    /// The last one.
    pub last_day: Option<Day>,
    /// Distinct places.
    pub places: usize,
    /// How many homes there are.
    pub homes: usize,
    /// How many trips are listed.
    pub trips: usize,
    /// Listed clusters by level.
    pub clusters: BTreeMap<&'static str, usize>,
    /// The rules of the last run.
    pub options: Option<&'a Rules>,
    /// Where the names come from.
    pub geodata: &'a str,
}

/// A remembered location history.
#[derive(Debug, Serialize)]
pub struct TrackJson<'a> {
    /// Its path.
    pub path: Cow<'a, str>,
    /// Whether it was gone at the last look.
    pub missing: bool,
}

/// A remembered folder.
#[derive(Debug, Serialize)]
pub struct RootJson<'a> {
    /// Its path.
    pub path: Cow<'a, str>,
    /// Its files that are there.
    pub files: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    single_files: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    exclude: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_from: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    follow_links: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
    coordinates: &'static str,
}

impl<'a> RootJson<'a> {
    /// A root with so many files.
    pub fn new(root: &'a Root, files: usize) -> Self {
        Self {
            path: path(&root.path),
            files,
            single_files: root.kind == RootKind::Listed,
            exclude: &root.options.exclude,
            time_zone: root.options.time_zone.map(|zone| zone.name()),
            time_from: root.options.time_from_mtime.then_some("mtime"),
            follow_links: root.options.follow_links,
            hidden: root.options.hidden,
            coordinates: root.options.coordinates.name(),
        }
    }

    /// Its options as they would be typed.
    pub fn in_words(&self) -> String {
        let mut words: Vec<String> = self
            .exclude
            .iter()
            .map(|pattern| format!("--exclude {pattern}"))
            .collect();
        words.extend(self.time_zone.map(|zone| format!("--time-zone {zone}")));
        words.extend(self.time_from.map(|source| format!("--time-from {source}")));
        words.extend(self.follow_links.then(|| "--follow-links".to_owned()));
        words.extend(self.hidden.then(|| "--hidden".to_owned()));
        let other = self.coordinates != Coordinates::Wgs84.name();
        words.extend(other.then(|| format!("--coordinates {}", self.coordinates)));
        words.extend(self.single_files.then(|| text!("single-files")));
        words.join(" ")
    }
}

/// A page that was written.
#[derive(Debug, Serialize)]
pub struct PageJson<'a> {
    /// The file.
    pub output: std::borrow::Cow<'a, str>,
    /// Its size.
    pub bytes: usize,
    /// The trips on it; absent of a page by cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trips: Option<usize>,
    /// The clusters on it; of a page by trip those of life at home.
    pub clusters: usize,
    /// The files of all of them.
    pub files: usize,
    /// The pictures in it.
    pub pictures: usize,
    /// The files whose pictures are left out, as they are too large.
    pub too_large: usize,
}

/// A path as JSON shows it.
pub fn path(path: &Path) -> Cow<'_, str> {
    path.to_string_lossy()
}

/// What `recover` saved and lost.
#[derive(Debug, Serialize)]
pub struct RecoveryJson<'a> {
    /// The dataset, as it is now.
    pub dataset: Cow<'a, str>,
    /// Where the damaged one is kept.
    pub damaged: Cow<'a, str>,
    /// The first damage: its line, counted from 1, or 0.
    pub line: usize,
    /// What is wrong there.
    pub reason: &'a str,
    /// Folders that are scanned, and records as JSON.
    pub roots: usize,
    /// Clusters that were saved.
    pub clusters: usize,
    /// Addresses that were saved.
    pub places: usize,
    /// File records that were saved.
    pub files: usize,
    /// Lines of the damaged dataset that held something that is lost.
    pub lost: Vec<LostLines>,
    /// Whole file records whose folder is lost, and they with it.
    pub lost_files: usize,
    /// File records that may be in a wrong folder.
    pub displaced: usize,
    /// File records that lost the address that was given for them.
    pub without_place: usize,
}

/// Neighbouring lines.
#[derive(Debug, Serialize)]
pub struct LostLines {
    /// The first.
    pub line: usize,
    /// The last.
    pub last_line: usize,
}
