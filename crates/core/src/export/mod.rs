//! Clusters or trips, and their files, for other programs: one writer per format, folders of
//! albums, and sidecars.
//!
//! Every writer takes a [`Selection`] and writes as it goes, so that a million files
//! need no more memory than the dataset itself and eight bytes for each.

use imm_cluster_messages::text;

pub mod albums;
pub mod csv;
#[cfg(feature = "parquet")]
mod dictionary;
#[cfg(feature = "parquet")]
pub mod evidence;
pub mod geojson;
pub mod gpx;
pub mod ics;
pub mod kml;
pub mod m3u;

mod group;
mod manifest;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(feature = "parquet")]
pub mod points;
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
use crate::trip::journey::Trip;
pub use group::{ExportBy, ExportedGroup, ExportedStop, ExportedTrip};

/// The clusters or trips that are exported, with their files.
pub struct Selection<'a> {
    timeline: Timeline<'a>,
    by: ExportBy,
    groups: Vec<ExportedGroup<'a>>,
    members: Membership,
    with_rest: bool,
    progress: Option<&'a dyn Progress>,
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
    pub fn of_clusters(dataset: &'a Dataset, clusters: &[&'a Cluster], with_rest: bool) -> Self {
        let timeline = Timeline::new(dataset);
        let members = Membership::find(&timeline, clusters);
        let group = |(number, cluster): (usize, &&'a Cluster)| {
            let files = members.of(number).iter();
            let positions = files.filter_map(|file| Some(dataset.file(*file)?.1.position()?.0));
            ExportedGroup::of_cluster(cluster, Extent::around(positions))
        };
        Self {
            by: ExportBy::Cluster,
            groups: clusters.iter().enumerate().map(group).collect(),
            timeline,
            members,
            with_rest,
            progress: None,
        }
    }

    /// Finds the files of trips: what was taken away from home on their days. `with_rest`
    /// as in [`Selection::of_clusters`].
    pub fn of_trips(dataset: &'a Dataset, trips: &[&'a Trip], with_rest: bool) -> Self {
        let timeline = Timeline::new(dataset);
        let members = Membership::of_trips(&timeline, trips);
        let day_starts = dataset.day_starts();
        let group = |(number, trip): (usize, &&'a Trip)| {
            let files = members.of(number).iter();
            let taken = files.filter_map(|file| {
                let (folder, file) = dataset.file(*file)?;
                let capture = timeline.capture(folder, file).ok()?;
                Some((capture.day(day_starts), file.position()?.0))
            });
            ExportedGroup::of_trip(trip, &dataset.homes, taken.collect())
        };
        Self {
            by: ExportBy::Trip,
            groups: trips.iter().enumerate().map(group).collect(),
            timeline,
            members,
            with_rest,
            progress: None,
        }
    }

    /// Adds to each group what belongs to the same press of the shutter as one of its
    /// files, lies beside it, and is in no group itself: the video of a Live Photo
    /// that does not know where it was taken.
    #[must_use]
    pub fn with_companions(mut self) -> Self {
        let moments = Moments::find(self.dataset(), &self.timeline);
        let moments = moments.groups();
        let mut group_of: HashMap<FileId, Option<usize>> =
            moments.iter().flatten().map(|file| (*file, None)).collect();
        for group in 0..self.groups.len() {
            for file in self.members.of(group) {
                if let Some(found @ None) = group_of.get_mut(file) {
                    *found = Some(group);
                }
            }
        }
        let group_of = |file: &FileId| group_of.get(file).copied().flatten();
        for moment in &moments {
            for file in moment.iter().filter(|file| group_of(file).is_none()) {
                let mut beside = moment.iter().filter(|other| other.folder == file.folder);
                let group = beside.find_map(group_of);
                if let Some(members) = group.and_then(|group| self.members.of_mut(group)) {
                    members.push(*file);
                }
            }
        }
        self
    }

    /// Shows how many of the files were handed out.
    #[must_use]
    pub fn watched(mut self, progress: &'a dyn Progress) -> Self {
        let groups = 0..self.groups.len();
        let files = groups.map(|group| self.members.of(group).len()).sum();
        progress.files(&text!("progress-exporting"), files);
        self.progress = Some(progress);
        self
    }

    /// The dataset.
    pub fn dataset(&self) -> &'a Dataset {
        self.timeline.dataset()
    }

    /// What its groups are.
    pub fn by(&self) -> ExportBy {
        self.by
    }

    /// The clusters or trips.
    pub fn groups(&self) -> &[ExportedGroup<'a>] {
        &self.groups
    }

    /// The files of the group of that number that are there and could be read, by time and path.
    pub fn files(&self, group: usize) -> impl Iterator<Item = Photo<'_, 'a>> {
        let photo = |file: &FileId| self.photo(*file);
        self.members.of(group).iter().filter_map(photo)
    }

    /// The files of all groups, each with its group, and then the rest, if it is
    /// wanted, by path.
    pub fn all_files(&self) -> impl Iterator<Item = (Option<&ExportedGroup<'a>>, Photo<'_, 'a>)> {
        let of_groups = self.groups.iter().enumerate();
        let of_groups = of_groups.flat_map(|(number, group)| {
            let files = self.files(number);
            files.map(move |photo| (Some(group), photo))
        });
        of_groups.chain(self.rest().into_iter().map(|photo| (None, photo)))
    }

    /// The files of all groups by path, each once, with the groups that it is in.
    pub fn by_path(&self) -> impl Iterator<Item = (Photo<'_, 'a>, Vec<&ExportedGroup<'a>>)> {
        let groups = (0..).zip(&self.groups);
        let mut pairs: Vec<(FileId, u32)> = groups
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
            let groups = rest.iter().take(same);
            let groups = groups.filter_map(|(_, number)| self.groups.get(*number as usize));
            let groups = groups.collect();
            at += same;
            Some((file, groups))
        })
        .filter_map(|(file, groups)| Some((self.photo(file)?, groups)))
    }

    /// The files that are in no group of the selection, by path.
    fn rest(&self) -> Vec<Photo<'_, 'a>> {
        if !self.with_rest {
            return Vec::new();
        }
        let groups = 0..self.groups.len();
        let mut taken: Vec<FileId> = groups
            .flat_map(|group| self.members.of(group))
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
