//! What a dataset holds, once read.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{FixedOffset, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::line::record;
use super::name::Name;

use crate::capture::cell::Cell;
use crate::capture::clock::{Clock, RawTime};
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::day::Day;
use crate::capture::gcj02::Coordinates;
use crate::capture::partial::PartialDate;
use crate::capture::position::Position;
use crate::capture::resolve::{Capture, OffsetSource};
use crate::cluster::area::Cluster;
use crate::cluster::rules::Rules;
use crate::media::{self, SidecarEntry, format::Format};
use crate::place::{self, Address, Geocoder, Language, PlaceId};
use crate::trip::journey::Trip;
use crate::trip::known::Homes;

/// Keys that this version does not know. They survive a rewrite.
pub type Unknown = Map<String, Value>;

/// Everything that is remembered between runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dataset {
    /// The clustering options last used, if any run was made.
    pub rules: Option<Rules>,
    /// The geodata that the places come from.
    pub geodata: String,
    /// The version of the media readers that the facts come from.
    pub reader: u32,
    /// What names points: the user's own places and the languages are remembered.
    pub geocoder: Geocoder,
    /// Folders that are scanned, by id.
    pub roots: Vec<Root>,
    /// Clusters, listed or not.
    pub clusters: Vec<Cluster>,
    /// Homes: found, stated and removed.
    pub homes: Homes,
    /// Spells away from home, listed or not.
    pub trips: Vec<Trip>,
    /// Addresses that files refer to by index.
    pub places: Places,
    /// Cameras that files refer to by index: maker and model.
    pub cameras: Vec<String>,
    /// What forgotten files have shown.
    pub traces: Vec<Trace>,
    /// Location histories, by path.
    pub tracks: Vec<TrackRecord>,
    /// Files by folder, sorted by root and path.
    pub folders: Vec<Folder>,
    /// Whether an index was interrupted, and none has come to its end since: the files that
    /// it added are known, and nobody has looked whether they were elsewhere before.
    pub unfinished: bool,
    /// Keys of the document that this version does not know.
    pub unknown: Unknown,
}

/// A folder that the dataset remembers, and how it is scanned.
#[derive(Debug, Clone, PartialEq)]
pub struct Root {
    /// What folders refer to it by.
    pub id: RootId,
    /// What stands behind it.
    pub kind: RootKind,
    /// The absolute path; empty for [`RootKind::Given`].
    pub path: PathBuf,
    /// Whether it was a mount point when it was scanned last.
    pub mount: bool,
    /// How it is scanned.
    pub options: RootOptions,
    /// Keys of the dataset that this version does not know.
    pub unknown: Unknown,
}

/// A root of a dataset, by a number that stays while others come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RootId(pub u32);

impl RootId {
    /// The number of a new root, where this is the highest one.
    pub fn after(last: Option<Self>) -> Self {
        Self(last.map_or(1, |last| last.0 + 1))
    }
}

impl fmt::Display for RootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What stands behind a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootKind {
    /// A folder that is walked.
    Folder,
    /// A folder of which only files that were named one by one are looked at.
    Listed,
    /// File records that came in as JSON.
    Given,
}

/// Options of `index` that are remembered for a root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RootOptions {
    /// What not to index.
    pub exclude: Vec<String>,
    /// The zone of files whose zone nothing tells.
    pub time_zone: Option<Tz>,
    /// Whether the modification time stands in for a missing capture time.
    pub time_from_mtime: bool,
    /// Whether symbolic links are followed.
    pub follow_links: bool,
    /// Whether hidden files and folders are indexed.
    pub hidden: bool,
    /// The system that positions are written in.
    pub coordinates: Coordinates,
}

/// The files directly in one folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Folder {
    /// The root that it is below.
    pub root: RootId,
    /// The path below the root, empty for the root itself.
    pub dir: PathBuf,
    /// Whether it lay on another file system than the root when it was scanned last.
    /// Where nothing is mounted now, its files are not gone.
    pub elsewhere: bool,
    /// Its files, sorted by name.
    pub files: Vec<FileRecord>,
    /// Keys of the dataset that this version does not know.
    pub unknown: Unknown,
}

/// One file: where it is, how it looked, what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct FileRecord {
    /// The name in its folder, or the whole given path of a JSON record.
    pub name: Name,
    /// How it looked when it was read.
    pub stat: Stat,
    /// Whether it is read again however it looks: it was modified so shortly before it was
    /// read that a later change could look the same, or would be read otherwise today.
    pub reread: bool,
    /// Whether gone at the last scan.
    pub missing: bool,
    /// What it is.
    pub content: Content,
    /// The sidecars that were read with it; when one of them changes, so does
    /// the file.
    pub sidecars: Box<[Sidecar]>,
    /// When and where it was taken, as it says itself.
    pub taken: Taken,
    /// What the user corrected. It outlives every reading.
    pub correction: Option<Box<Correction>>,
    /// A fingerprint of the content, where another file has the same size and
    /// time.
    pub digest: Option<u32>,
    /// Keys of the dataset that this version does not know.
    pub unknown: Option<Box<Unknown>>,
}

record! {
    'a:
    /// A sidecar as it looked when it was read: a name in the file's folder, bytes,
    /// and times in microseconds since 1970-01-01 UTC.
    #[derive(Debug, Clone, Eq)]
    pub struct Sidecar {
        always {
            /// Its name.
            pub name: String,
            /// Its size.
            pub size: u64,
            /// Its modification time.
            pub mtime: i64,
        }
        optional {
            /// Its change time, where that is another.
            pub ctime: i64,
        }
        unknown {
            /// Keys of the dataset that this version does not know.
            pub unknown: Unknown,
        }
    }
}

/// Equal is what looks alike on the disk.
impl PartialEq for Sidecar {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.size, self.mtime, self.ctime)
            == (&other.name, other.size, other.mtime, other.ctime)
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A photo or video.
    Media(Format),
    /// A record that came in as JSON.
    Given,
    /// No media; remembered so that it is not looked into again.
    Other,
    /// Named like media, or known as such, and unreadable for this reason.
    Failed(Box<str>),
}

/// What tells whether a file has changed. Times are microseconds since
/// 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Modification time.
    pub mtime: i64,
    /// Change time of the inode where the system has one, else `mtime`.
    pub ctime: i64,
}

/// When and where a file was taken: the facts that were believed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taken {
    /// The time as it was stated.
    pub time: Option<RawTime>,
    /// Who stated it.
    pub time_source: Option<TimeSource>,
    /// The year or the month, where no more is known of the time.
    pub partial_date: Option<PartialDate>,
    /// A local date that was stated beside the time; it wins.
    pub local_date: Option<Day>,
    /// The position.
    pub position: Option<Position>,
    /// Who stated it.
    pub position_source: Option<PositionSource>,
    /// The place.
    pub place: Option<PlaceId>,
    /// The offset from UTC that is stated beside a time without one.
    pub offset_beside: Option<(FixedOffset, OffsetSource)>,
    /// The camera.
    pub camera: Option<CameraId>,
    /// A hash of the identifier that both parts of a Live Photo share.
    pub live_photo: Option<u32>,
}

/// A camera of a dataset, by its number in the list of cameras.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CameraId(pub u32);

impl CameraId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a user said about a file that the file says wrongly.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correction {
    /// The time.
    pub when: Option<When>,
    /// The position, and its place.
    pub position: Option<(Position, PlaceId)>,
    /// Keys of the dataset that this version does not know.
    pub unknown: Unknown,
}

/// When a file was taken, in the user's words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// At that time.
    At(RawTime),
    /// So many seconds after the time that it states.
    Shifted(i64),
}

impl When {
    /// The time that it makes of the one that the file states; `None` where that cannot be
    /// shifted, see [`RawTime::shifted`].
    pub fn of(self, stated: Option<RawTime>) -> Option<RawTime> {
        match self {
            Self::At(time) => Some(time),
            Self::Shifted(by) => stated?.shifted(by),
        }
    }
}

impl Sidecar {
    /// A sidecar of that name that looks like this now.
    pub fn new(name: &str, Stat { size, mtime, ctime }: Stat) -> Self {
        Self {
            name: name.to_owned(),
            size,
            mtime,
            ctime: (ctime != mtime).then_some(ctime),
            unknown: Unknown::new(),
        }
    }

    /// A sidecar that could not be read: with a time that no file has, so that it looks
    /// different whenever it can be looked at.
    pub fn unread(name: &str) -> Self {
        Self::new(name, Stat::default())
    }

    /// What its reader needs to know of it.
    pub fn beside(&self) -> SidecarEntry<'_> {
        SidecarEntry {
            name: &self.name,
            size: Some(self.size).filter(|_| !self.is_unread()),
        }
    }

    /// Whether it is one that could not be read.
    pub fn is_unread(&self) -> bool {
        self.mtime == 0 && self.ctime.is_none()
    }
}

impl Root {
    /// A new root, with the usual options.
    pub fn new(id: RootId, path: &Path, kind: RootKind) -> Self {
        Self {
            id,
            kind,
            path: path.to_owned(),
            mount: false,
            options: RootOptions::default(),
            unknown: Unknown::new(),
        }
    }
}

impl FileRecord {
    /// What its reader needs to know of its sidecars.
    pub fn beside(&self) -> Vec<SidecarEntry<'_>> {
        self.sidecars.iter().map(Sidecar::beside).collect()
    }

    /// Keeps only what the user said of it, for a file that is left out on purpose
    /// now and may be taken in again. It shows nothing until it is read anew.
    pub fn set_aside(&mut self) {
        *self = Self {
            name: std::mem::take(&mut self.name),
            stat: Stat::default(),
            reread: false,
            missing: false,
            content: Content::Other,
            sidecars: Box::default(),
            taken: Taken::default(),
            correction: self.correction.take(),
            digest: None,
            unknown: self.unknown.take(),
        };
    }

    /// The time to believe, and who stated it.
    pub fn time(&self) -> Option<(RawTime, TimeSource)> {
        let when = self.correction.as_ref().and_then(|it| it.when);
        let corrected = when.and_then(|when| when.of(self.taken.time));
        corrected
            .map(|time| (time, TimeSource::User))
            .or_else(|| self.taken.time.zip(self.taken.time_source))
    }

    /// A local date that was stated beside the time and that no correction of
    /// the time has overtaken.
    pub fn local_date(&self) -> Option<Day> {
        let overtaken = self
            .time()
            .is_some_and(|(_, source)| source == TimeSource::User);
        self.taken.local_date.filter(|_| !overtaken)
    }

    /// The position to believe, and who stated it.
    pub fn position(&self) -> Option<(Position, PositionSource)> {
        let corrected = self
            .correction
            .as_ref()
            .and_then(|correction| correction.position);
        let corrected = corrected.map(|(position, _)| (position, PositionSource::User));
        corrected.or_else(|| self.taken.position.zip(self.taken.position_source))
    }

    /// The place to believe.
    pub fn place(&self) -> Option<PlaceId> {
        let corrected = self
            .correction
            .as_ref()
            .and_then(|correction| correction.position);
        corrected.map(|(_, place)| place).or(self.taken.place)
    }

    /// Takes from the record of before what is not read from the file: the user's
    /// correction, and keys that this version does not know.
    pub fn inherit(&mut self, before: &mut Self) {
        self.correction = before.correction.take();
        self.unknown = before.unknown.take();
        for sidecar in &mut self.sidecars {
            let known = before.sidecars.iter_mut().find(|s| s.name == sidecar.name);
            sidecar.unknown = known
                .map(|known| std::mem::take(&mut known.unknown))
                .unwrap_or_default();
        }
    }

    /// Whether it is a video.
    pub fn is_video(&self) -> bool {
        self.content.format().is_some_and(Format::is_video)
    }
}

/// A place and a local time at which some file was taken that is forgotten now.
/// It keeps the clusters as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The place.
    pub place: PlaceId,
    /// The cell of its position, where it had one.
    pub cell: Option<Cell>,
    /// The local time.
    pub local: Clock,
    /// Whether the place was lent: it is not lent on.
    pub lent: bool,
    /// Keys of the dataset that this version does not know.
    pub unknown: Unknown,
}

impl Trace {
    /// The local day.
    pub(super) fn day(&self, day_starts: NaiveTime) -> Day {
        let capture = Capture {
            local: self.local,
            offset_source: None,
        };
        capture.day(day_starts)
    }
}

/// A file with a location history, as it was when it was read last.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackRecord {
    /// The absolute path.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Its modification time in microseconds since 1970-01-01 UTC.
    pub mtime: i64,
    /// Whether it was gone at the last look. What it said stays.
    pub missing: bool,
    /// The fixes that are kept of it, packed: few commands want them.
    pub fixes: String,
    /// Keys of the dataset that this version does not know.
    pub unknown: Unknown,
}

/// An address together with the time zone of its points.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The address; empty in mid-ocean.
    pub address: Address,
    /// The IANA zone.
    pub zone: Option<Tz>,
    /// Whether the address was given and not looked up.
    pub given: bool,
    /// Keys of the dataset that this version does not know.
    pub unknown: Unknown,
}

/// What makes two places the same: address, zone, and whether it was given.
type Key = (Address, Option<Tz>, bool);

/// Every place once. Indices stay as they are while the dataset lives.
#[derive(Debug, Clone, Default)]
pub struct Places {
    list: Vec<Place>,
    /// Made when the first place is looked up: most commands look for none.
    index: Option<HashMap<Key, PlaceId>>,
    /// Addresses as they were given, and with the identifiers that they got.
    identified: HashMap<Address, Address>,
}

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Places {
    /// Places in the order of their indices.
    pub fn new(list: Vec<Place>) -> Self {
        Self {
            list,
            ..Self::default()
        }
    }

    /// All of them.
    pub fn list(&self) -> &[Place] {
        &self.list
    }

    /// The place of that id.
    pub fn get(&self, id: PlaceId) -> Option<&Place> {
        self.list.get(id.index())
    }

    /// The id of that place, which is added when it is new.
    pub fn intern(&mut self, address: Address, zone: Option<Tz>, given: bool) -> PlaceId {
        let index = self.index.get_or_insert_with(|| {
            let mut index = HashMap::with_capacity(self.list.len());
            for (i, place) in (0..).zip(&self.list) {
                index
                    .entry((place.address.clone(), place.zone, place.given))
                    .or_insert(PlaceId(i));
            }
            index
        });
        let key = (address, zone, given);
        if let Some(known) = index.get(&key) {
            return *known;
        }
        let next = PlaceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(Place {
            address: key.0.clone(),
            zone,
            given,
            unknown: Unknown::new(),
        });
        index.insert(key, next);
        next
    }

    /// The id of a place whose address was given. Where the geodata knows its
    /// names, it is the same region as a located one.
    pub fn intern_given(&mut self, address: Address, zone: Option<Tz>) -> PlaceId {
        let identified = self.identified.entry(address).or_insert_with_key(|given| {
            let mut address = given.clone();
            if address.ids.is_empty() {
                place::identify(&mut address);
            }
            address
        });
        let address = identified.clone();
        self.intern(address, zone, true)
    }

    /// The id of the place that a position lies in.
    pub fn locate(&mut self, geocoder: &Geocoder, position: Position) -> PlaceId {
        let (address, zone) = geocoder.locate(position);
        self.intern(address.unwrap_or_else(Address::unknown), zone, false)
    }

    /// Names the places in another language; given ones only when `given_too`.
    fn speak(&mut self, language: Language, given_too: bool) {
        if (self.list.iter()).all(|place| place.address.language == language.tag()) {
            return;
        }
        let mut list = std::mem::take(&mut self.list);
        for place in list.iter_mut().filter(|place| given_too || !place.given) {
            place.address = place::rename(&place.address, language);
        }
        *self = Self::new(list);
    }
}

impl Dataset {
    /// Remembers the languages of names, and names every place in the first of
    /// them; given addresses stay as they were given. Says whether that changed
    /// anything.
    pub fn remember_languages(&mut self, languages: &[Language]) -> bool {
        let changed = self.geocoder.languages() != languages && !languages.is_empty();
        if changed {
            self.rename(languages, false);
        }
        changed
    }

    /// Names every place in the first of some languages, to be shown and not to be
    /// stored; without any, names stay.
    pub fn speak(&mut self, languages: &[Language]) {
        if !languages.is_empty() {
            self.rename(languages, true);
        }
    }

    fn rename(&mut self, languages: &[Language], given_too: bool) {
        self.geocoder.speak(languages);
        let language = self.geocoder.language();
        self.places.speak(language, given_too);
        let of_clusters = self.clusters.iter_mut().flat_map(|cluster| {
            let whole = cluster.whole.iter_mut().flat_map(|whole| &mut whole.of);
            std::iter::once(&mut cluster.of.address).chain(whole)
        });
        let of_trips = self.trips.iter_mut().flat_map(|trip| {
            let whole = trip.whole.iter_mut().flat_map(|whole| &mut whole.of.stops);
            let stops = trip.of.stops.iter_mut().chain(whole);
            stops.map(|stop| &mut stop.address)
        });
        let rename = |address: &mut Arc<Address>| {
            if address.language != language.tag() {
                *address = Arc::new(place::rename(address, language));
            }
        };
        of_clusters.chain(of_trips).for_each(rename);
        for home in &mut self.homes.list {
            // A name that the user gave stays.
            let is_place = home.place() == Some(&home.name);
            rename(&mut home.address);
            if let (true, Some(place)) = (is_place, home.place()) {
                home.name = place.to_owned();
            }
        }
    }

    /// A dataset that nothing was indexed into yet.
    pub fn empty() -> Self {
        Self {
            geodata: Geocoder::default().version(),
            reader: media::READER,
            ..Self::default()
        }
    }

    /// The root of that id.
    pub fn root(&self, id: RootId) -> Option<&Root> {
        // They are in the order of their ids, unless another program wrote them.
        let found = self.roots.binary_search_by_key(&id, |root| root.id);
        let found = found.ok().and_then(|i| self.roots.get(i));
        found.or_else(|| self.roots.iter().find(|root| root.id == id))
    }

    /// The roots that can be looked at again: all but that of records that came in as JSON.
    pub fn scanned_roots(&self) -> impl Iterator<Item = &Root> {
        (self.roots.iter()).filter(|root| root.kind != RootKind::Given)
    }

    /// Remembers a new root; returns its id.
    pub fn add_root(&mut self, path: &Path, kind: RootKind) -> RootId {
        let id = RootId::after(self.roots.iter().map(|root| root.id).max());
        self.roots.push(Root::new(id, path, kind));
        id
    }

    /// Brings folders and files into their order, and drops empty folders.
    pub fn tidy(&mut self) {
        self.folders.retain(|folder| !folder.files.is_empty());
        self.sort_folders();
        for folder in &mut self.folders {
            folder.files.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }

    /// Brings folders into their order.
    pub fn sort_folders(&mut self) {
        self.folders
            .sort_by(|a, b| (a.root, &a.dir).cmp(&(b.root, &b.dir)));
    }

    /// Every file that is or was a photo or video, with the folder it is in.
    pub fn files(&self) -> impl Iterator<Item = (&Folder, &FileRecord)> {
        let in_folder = |folder| move |file| (folder, file);
        self.folders
            .iter()
            .flat_map(move |folder| folder.files.iter().map(in_folder(folder)))
            .filter(|(_, file)| file.content != Content::Other)
    }

    /// The place of a file.
    pub fn place_of(&self, file: &FileRecord) -> Option<&Place> {
        self.places.get(file.place()?)
    }

    /// The camera of a file: maker and model.
    pub fn camera_of(&self, file: &FileRecord) -> Option<&str> {
        let camera = self.cameras.get(file.taken.camera?.index())?;
        Some(camera)
    }

    /// The camera of that name, which is added when it is new.
    pub fn camera(&mut self, name: &str) -> CameraId {
        let known = self.cameras.iter().position(|camera| camera == name);
        let index = known.unwrap_or_else(|| {
            self.cameras.push(name.to_owned());
            self.cameras.len() - 1
        });
        CameraId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The path of a file as it is shown: absolute below a scanned root, the
    /// given one for a JSON record.
    pub fn path_of(&self, folder: &Folder, file: &FileRecord) -> PathBuf {
        // Joining an empty path would add a separator or take one away.
        let mut path = self
            .root(folder.root)
            .map(|root| root.path.clone())
            .unwrap_or_default();
        for part in [folder.dir.as_os_str(), &file.name] {
            if path.as_os_str().is_empty() {
                path = part.into();
            } else if !part.is_empty() {
                path.push(part);
            }
        }
        path
    }
}

impl Content {
    /// The format of a photo or video.
    pub fn format(&self) -> Option<Format> {
        match self {
            Self::Media(format) => Some(*format),
            _ => None,
        }
    }

    /// Why it could not be read.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed(reason) => Some(reason),
            _ => None,
        }
    }
}
