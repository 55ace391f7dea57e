//! The document itself: the keys of its start and of its lists, once.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::{Dataset, Folder, Place, Root, Trace, TrackRecord, Unknown};
use super::version::VERSION;
use crate::cluster::area::Cluster;
use crate::cluster::rules::Rules;
use crate::place::{Geocoder, Language, OwnPlace};
use crate::trip::journey::Trip;
use crate::trip::known::Homes;

/// What every dataset file says it is.
pub(super) const FORMAT: &str = "imm-cluster-dataset";

/// The first two keys of a dataset, to tell what a file is before the rest is
/// understood.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) format: Option<String>,
    pub(super) version: Option<u64>,
}

/// The whole document, as it is read.
#[derive(Default, Deserialize)]
pub(super) struct Document {
    pub(super) format: String,
    pub(super) version: u64,
    #[serde(default)]
    pub(super) geodata: String,
    #[serde(default)]
    pub(super) reader: u32,
    #[serde(default)]
    pub(super) rules: Option<Rules>,
    #[serde(default)]
    pub(super) languages: Vec<Language>,
    #[serde(default)]
    pub(super) own_places: Vec<OwnPlace>,
    #[serde(default)]
    pub(super) roots: Vec<Root>,
    #[serde(default)]
    pub(super) clusters: Vec<Cluster>,
    #[serde(default)]
    pub(super) homes: Homes,
    #[serde(default)]
    pub(super) trips: Vec<Trip>,
    #[serde(default)]
    pub(super) places: Vec<Place>,
    #[serde(default)]
    pub(super) cameras: Vec<String>,
    #[serde(default)]
    pub(super) traces: Vec<Trace>,
    #[serde(default)]
    pub(super) tracks: Vec<TrackRecord>,
    #[serde(default)]
    pub(super) folders: Vec<Folder>,
    #[serde(default)]
    pub(super) unfinished: bool,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

impl Document {
    /// Takes the value of a key of the start, if that is one: `false` where it is none, and
    /// nothing was asked for. A value that cannot be read counts as absent.
    pub(super) fn set(&mut self, key: &str, value: impl FnOnce() -> Option<Value>) -> bool {
        fn read<T: Default + for<'de> Deserialize<'de>>(value: Option<Value>) -> T {
            let read = value.and_then(|value| serde_json::from_value(value).ok());
            read.unwrap_or_default()
        }
        match key {
            // What the document is was asked before.
            "format" | "version" => {}
            "geodata" => self.geodata = read(value()),
            "reader" => self.reader = read(value()),
            "rules" => self.rules = read(value()),
            "languages" => self.languages = read(value()),
            "own_places" => self.own_places = read(value()),
            "homes" => self.homes = read(value()),
            "unfinished" => self.unfinished = read(value()),
            _ => return false,
        }
        true
    }

    /// Whether it is one of this version that has no list in it.
    pub(super) fn is_start(&self) -> bool {
        self.format == FORMAT
            && self.version == VERSION
            && self.roots.is_empty()
            && self.clusters.is_empty()
            && self.trips.is_empty()
            && self.places.is_empty()
            && self.cameras.is_empty()
            && self.traces.is_empty()
            && self.tracks.is_empty()
            && self.folders.is_empty()
    }
}

/// The keys before the first list, as they are written.
#[derive(Serialize)]
pub(super) struct Start<'a> {
    format: &'a str,
    version: u64,
    geodata: &'a str,
    reader: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'a Rules>,
    #[serde(skip_serializing_if = "<[Language]>::is_empty")]
    languages: &'a [Language],
    #[serde(skip_serializing_if = "<[OwnPlace]>::is_empty")]
    own_places: &'a [OwnPlace],
    #[serde(skip_serializing_if = "Homes::is_empty")]
    homes: &'a Homes,
    #[serde(skip_serializing_if = "is_false")]
    unfinished: bool,
    #[serde(flatten)]
    unknown: &'a Unknown,
}

impl<'a> Start<'a> {
    pub(super) fn of(dataset: &'a Dataset) -> Self {
        Self {
            format: FORMAT,
            version: VERSION,
            geodata: &dataset.geodata,
            reader: dataset.reader,
            rules: dataset.rules.as_ref(),
            // English alone goes without saying.
            languages: Some(dataset.geocoder.languages())
                .filter(|languages| *languages != [Language::English])
                .unwrap_or_default(),
            own_places: &dataset.geocoder.own,
            homes: &dataset.homes,
            unfinished: dataset.unfinished,
            unknown: &dataset.unknown,
        }
    }
}

/// Reads what names points from the first line of a document as we begin it,
/// `None` when it is another.
pub(super) fn read_geocoder(line: &[u8]) -> Option<Geocoder> {
    #[derive(Deserialize)]
    struct Asked {
        format: String,
        version: u64,
        #[serde(default)]
        languages: Vec<Language>,
        #[serde(default)]
        own_places: Vec<OwnPlace>,
    }
    let line = line.strip_suffix(b",\n")?;
    let start: Asked = serde_json::from_slice(&[line, b"}"].concat()).ok()?;
    (start.format == FORMAT && start.version == VERSION)
        .then(|| Geocoder::new(start.own_places, &start.languages))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde asks for"
)]
pub(super) fn is_false(value: &bool) -> bool {
    !value
}

/// A list of the document, in the order in which we write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Roots,
    Clusters,
    Trips,
    Places,
    Cameras,
    Traces,
    Tracks,
    Folders,
}

impl Section {
    const ALL: [Self; 8] = [
        Self::Roots,
        Self::Clusters,
        Self::Trips,
        Self::Places,
        Self::Cameras,
        Self::Traces,
        Self::Tracks,
        Self::Folders,
    ];

    /// Those that stand before it.
    pub(super) fn before(self) -> &'static [Self] {
        &Self::ALL[..self as usize]
    }

    /// The key, which is also that of [`Document`].
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Roots => "roots",
            Self::Clusters => "clusters",
            Self::Trips => "trips",
            Self::Places => "places",
            Self::Cameras => "cameras",
            Self::Traces => "traces",
            Self::Tracks => "tracks",
            Self::Folders => "folders",
        }
    }

    /// The list that has this key.
    pub(super) fn with_key(key: &str) -> Option<Self> {
        (Self::ALL.into_iter()).find(|section| section.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_numbered_as_they_stand() {
        for (i, section) in Section::ALL.into_iter().enumerate() {
            assert_eq!(section as usize, i);
            assert_eq!(Section::with_key(section.key()), Some(section));
        }
        let before_places = [Section::Roots, Section::Clusters, Section::Trips];
        assert_eq!(Section::Places.before(), before_places);
    }
}
