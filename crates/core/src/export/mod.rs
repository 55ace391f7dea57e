//! Clusters and their files for other programs: one writer per format, folders of
//! albums, and sidecars.
//!
//! Every writer takes a [`Selection`] and writes as it goes, so that a million files
//! need no more memory than the dataset itself and eight bytes for each.

pub mod albums;
pub mod csv;
pub mod geojson;
pub mod gpx;
pub mod ics;
pub mod kml;
pub mod m3u;

mod manifest;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod table;
pub mod template;
#[cfg(test)]
mod testing;
mod uri;
mod xml;
pub mod xmp;

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::capture::clock::Clock;
use crate::capture::position::Position;
use crate::cluster::area::Cluster;
use crate::dataset::{Content, Dataset, FileId, FileRecord, Folder, Membership, Moments, Timeline};
use crate::place::{Address, Extent};
use crate::progress::Progress;

/// The clusters that are exported, with their files.
pub struct Selection<'a> {
    timeline: Timeline<'a>,
    trips: Vec<ExportedCluster<'a>>,
    members: Membership,
    with_rest: bool,
    progress: Option<&'a dyn Progress>,
}

/// A cluster as exports show it.
#[derive(Debug, Clone, Copy)]
pub struct ExportedCluster<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Where its files were taken.
    pub extent: Option<Extent>,
}

/// A file as exports show it.
#[derive(Clone, Copy)]
pub struct Photo<'s, 'a> {
    timeline: &'s Timeline<'a>,
    /// The folder it is in.
    pub folder: &'a Folder,
    /// What is known of it.
    pub file: &'a FileRecord,
}

impl<'a> Selection<'a> {
    /// Finds the files of clusters. `with_rest` hands out those that are in none of
    /// them, too.
    pub fn new(dataset: &'a Dataset, clusters: &[&'a Cluster], with_rest: bool) -> Self {
        let timeline = Timeline::new(dataset);
        let members = Membership::find(&timeline, clusters);
        let trip = |(number, cluster): (usize, &&'a Cluster)| {
            let files = members.of(number).iter();
            let positions = files.filter_map(|file| Some(dataset.file(*file)?.1.position()?.0));
            ExportedCluster {
                cluster,
                extent: Extent::around(positions),
            }
        };
        Self {
            trips: clusters.iter().enumerate().map(trip).collect(),
            timeline,
            members,
            with_rest,
            progress: None,
        }
    }

    /// Adds to each cluster what belongs to the same press of the shutter as one of its
    /// files, lies beside it, and is in no cluster itself: the video of a Live Photo
    /// that does not know where it was taken.
    #[must_use]
    pub fn with_companions(mut self) -> Self {
        let moments = Moments::find(self.dataset(), &self.timeline);
        let groups = moments.groups();
        let mut trip_of: HashMap<FileId, Option<usize>> =
            groups.iter().flatten().map(|file| (*file, None)).collect();
        for trip in 0..self.trips.len() {
            for file in self.members.of(trip) {
                if let Some(found @ None) = trip_of.get_mut(file) {
                    *found = Some(trip);
                }
            }
        }
        let trip_of = |file: &FileId| trip_of.get(file).copied().flatten();
        for group in &groups {
            for file in group.iter().filter(|file| trip_of(file).is_none()) {
                let mut beside = group.iter().filter(|other| other.folder == file.folder);
                let trip = beside.find_map(trip_of);
                if let Some(members) = trip.and_then(|trip| self.members.of_mut(trip)) {
                    members.push(*file);
                }
            }
        }
        self
    }

    /// Shows how many of the files were handed out.
    #[must_use]
    pub fn watched(mut self, progress: &'a dyn Progress) -> Self {
        let trips = 0..self.trips.len();
        let files = trips.map(|trip| self.members.of(trip).len()).sum();
        progress.files("Exporting", files);
        self.progress = Some(progress);
        self
    }

    /// The dataset.
    pub fn dataset(&self) -> &'a Dataset {
        self.timeline.dataset()
    }

    /// The clusters.
    pub fn trips(&self) -> &[ExportedCluster<'a>] {
        &self.trips
    }

    /// The files of a cluster that are there and could be read, by time and path.
    pub fn files(&self, trip: usize) -> impl Iterator<Item = Photo<'_, 'a>> {
        let photo = |file: &FileId| self.photo(*file);
        self.members.of(trip).iter().filter_map(photo)
    }

    /// The files of all clusters, each with its cluster, and then the rest, if it is
    /// wanted, by path.
    pub fn all_files(&self) -> impl Iterator<Item = (Option<&ExportedCluster<'a>>, Photo<'_, 'a>)> {
        let of_trips = self.trips.iter().enumerate();
        let of_trips = of_trips.flat_map(|(number, trip)| {
            let files = self.files(number);
            files.map(move |photo| (Some(trip), photo))
        });
        of_trips.chain(self.rest().into_iter().map(|photo| (None, photo)))
    }

    /// The files of all clusters by path, each once, with the clusters that it is in.
    pub fn by_path(&self) -> impl Iterator<Item = (Photo<'_, 'a>, Vec<&ExportedCluster<'a>>)> {
        let trips = (0..).zip(&self.trips);
        let mut pairs: Vec<(FileId, u32)> = trips
            .flat_map(|(number, _)| {
                let files = self.members.of(number as usize).iter();
                files.map(move |file| (*file, number))
            })
            .collect();
        pairs.sort_unstable();
        let mut at = 0;
        std::iter::from_fn(move || {
            let (file, _) = *pairs.get(at)?;
            let rest = pairs.get(at..).unwrap_or_default();
            let same = rest.iter().take_while(|(other, _)| *other == file).count();
            let trips = rest.iter().take(same);
            let trips = trips.filter_map(|(_, number)| self.trips.get(*number as usize));
            let trips = trips.collect();
            at += same;
            Some((file, trips))
        })
        .filter_map(|(file, trips)| Some((self.photo(file)?, trips)))
    }

    /// The files that are in no cluster of the selection, by path.
    fn rest(&self) -> Vec<Photo<'_, 'a>> {
        if !self.with_rest {
            return Vec::new();
        }
        let trips = 0..self.trips.len();
        let mut taken: Vec<FileId> = trips
            .flat_map(|trip| self.members.of(trip))
            .copied()
            .collect();
        taken.sort_unstable();
        let all = self.dataset().indexed().map(|(id, ..)| id);
        all.filter(|file| taken.binary_search(file).is_err())
            .filter_map(|file| self.photo(file))
            .collect()
    }

    fn photo(&self, file: FileId) -> Option<Photo<'_, 'a>> {
        if let Some(progress) = self.progress {
            progress.forward(1);
        }
        let (folder, file) = self.dataset().file(file)?;
        let shown = !file.missing && matches!(file.content, Content::Media(_) | Content::Given);
        shown.then_some(Photo {
            timeline: &self.timeline,
            folder,
            file,
        })
    }
}

impl<'a> ExportedCluster<'a> {
    /// The user's title, else the name of its region at its level.
    pub fn title(&self) -> &'a str {
        let title = self.cluster.title.as_deref();
        title.unwrap_or_else(|| self.place())
    }

    /// The name of its region at its level.
    pub fn place(&self) -> &'a str {
        let name = self.cluster.of.address.name(self.cluster.of.level);
        name.unwrap_or("unknown place")
    }

    /// What it is called where names stand in a row: `2024-03-03 Hangzhou`.
    pub fn label(&self) -> String {
        format!("{} {}", self.cluster.days().first, self.title())
    }

    /// The middle of its extent, to a centimetre.
    pub fn centre(&self) -> Option<Position> {
        let (lat, lon) = self.extent?.centre;
        let [lat, lon] = [lat, lon].map(|degrees| (degrees * 1e7).round() / 1e7);
        // The middle of two hemispheres can be (0, 0).
        Position::new(lat, lon).ok()
    }

    /// In a few words what it holds: `20 files on 2 of 3 days`.
    pub fn holds(&self) -> String {
        let counts = self.cluster.holds();
        let files = crate::text::files(counts.files as usize);
        match self.cluster.days().days() {
            1 => files,
            days => format!("{files} on {} of {days} days", counts.active_days),
        }
    }
}

impl<'a> Photo<'_, 'a> {
    /// Its path as the dataset has it.
    pub fn path(&self) -> PathBuf {
        self.timeline.dataset().path_of(self.folder, self.file)
    }

    /// Its name in its folder.
    pub fn name(&self) -> String {
        let name = std::path::Path::new(&self.file.name).file_name();
        let name = name.unwrap_or(&self.file.name);
        name.to_string_lossy().into_owned()
    }

    /// The local time of its capture.
    pub fn local(&self) -> Option<Clock> {
        let capture = self.timeline.capture(self.folder, self.file).ok()?;
        Some(capture.local)
    }

    /// Who stated the time.
    pub fn time_source(&self) -> Option<&'static str> {
        let source = self.timeline.time_source(self.folder, self.file)?;
        Some(source.name())
    }

    /// Where it was taken.
    pub fn position(&self) -> Option<Position> {
        Some(self.file.position()?.0)
    }

    /// Its address, where one is known.
    pub fn address(&self) -> Option<&'a Address> {
        let place = self.timeline.dataset().place_of(self.file)?;
        Some(&place.address).filter(|address| !address.is_empty())
    }

    /// The IANA zone of its place.
    pub fn time_zone(&self) -> Option<&'static str> {
        Some(self.timeline.dataset().place_of(self.file)?.zone?.name())
    }

    /// Maker and model of its camera.
    pub fn camera(&self) -> Option<&'a str> {
        self.timeline.dataset().camera_of(self.file)
    }

    /// Whether it is a file that was looked into, and no record that came in as JSON.
    pub fn is_on_disk(&self) -> bool {
        self.file.content != Content::Given
    }

    /// When it was modified last.
    pub fn modified(&self) -> Option<DateTime<Utc>> {
        let modified = DateTime::from_timestamp_micros(self.file.stat.mtime);
        modified.filter(|_| self.is_on_disk())
    }
}

/// The instant of a local time whose time of day and offset are known.
pub fn instant(local: Clock) -> Option<DateTime<Utc>> {
    let wall = local.date.and_time(local.time?);
    Some(wall.checked_sub_offset(local.offset?)?.and_utc())
}
