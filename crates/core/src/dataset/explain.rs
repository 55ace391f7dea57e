//! Why the days of a region became clusters, why a file counts as it does, and why it is
//! in a cluster or in none.

use std::collections::BTreeMap;

use super::files::FileId;
use super::model::{Content, Dataset, FileRecord, Folder, Place};
use super::moments::Moments;
use super::timeline::Timeline;
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::gcj02::Coordinates;
use crate::capture::resolve::{NoDay, OffsetSource};
use crate::cluster::explain::{self, Step};
use crate::cluster::identity::{self, Cluster, State};
use crate::cluster::rules::Rules;
use crate::media::{self, believe};
use crate::place::{Address, Level, Region};

/// The verdict on a clue that the user gave.
const BY_USER: &str = "chosen: you corrected it";

/// What was made of a file.
#[derive(Debug)]
pub struct Explanation<'a> {
    /// How the offset from UTC is known.
    pub offset_source: Option<OffsetSource>,
    /// Every statement about the time.
    pub times: Vec<Judged>,
    /// Every statement about the position.
    pub positions: Vec<Judged>,
    /// What is to be said of reading it.
    pub notes: Vec<String>,
    /// The other files of the same press of the shutter.
    pub same_moment: Vec<FileId>,
    /// Its cluster at each level, or why it is in none.
    pub clusters: Vec<(Level, Result<&'a Cluster, NotListed>)>,
}

/// A statement, and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Where it was found.
    pub source: &'static str,
    /// What it says.
    pub text: String,
    /// `chosen`, or why not.
    pub verdict: String,
}

/// Why a file is in no listed cluster of a level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotListed {
    /// Nothing tells when it was taken.
    #[error("no time is known")]
    NoTime,
    /// Only the instant is known, and not the local day.
    #[error("the time is an instant, and nothing tells the time zone")]
    NoZone,
    /// Nothing tells where it was taken.
    #[error("no position is known")]
    NoPosition,
    /// Its address does not name the level.
    #[error("no {0} is known there")]
    NoRegion(Level),
    /// Nothing was clustered yet.
    #[error("there was no run yet")]
    NoRun,
    /// The level was not asked for.
    #[error("the last run had no such level")]
    NoSuchLevel,
    /// The user wanted none.
    #[error("you deleted the cluster of that day")]
    Deleted,
    /// Its run of days does not fit the rules.
    #[error("its run of {days} days is outside the {least} to {most} days of the last run")]
    Outside {
        /// How long it is.
        days: u32,
        /// The fewest days of the last run.
        least: u32,
        /// The most.
        most: u32,
    },
    /// It has no run of days that the dataset remembers.
    #[error("it came after the last run, or its run of days is shorter or longer than wanted")]
    Unknown,
}

impl Dataset {
    /// Why the days of a region became the clusters that they are.
    pub fn explain(&self, rules: &Rules, level: Level, region: &Region) -> Vec<Step> {
        let mut steps = self.explain_each(rules, [(level, region)]);
        steps.pop().unwrap_or_default()
    }

    /// The same of every region with this text in its address, in the order of levels
    /// and names, with its address.
    pub fn explain_regions(&self, rules: &Rules, text: &str) -> Vec<(Level, String, Vec<Step>)> {
        let mut regions: BTreeMap<(Level, Region), String> = BTreeMap::new();
        for level in &rules.levels {
            for Place { address, .. } in self.places.list() {
                if let Some(region) = address.region(*level) {
                    let line = regions.entry((*level, region));
                    line.or_insert_with(|| address.down_to(*level).line());
                }
            }
        }
        regions.retain(|_, line| line.contains(text));
        let wanted = regions.keys().map(|(level, region)| (*level, region));
        let steps = self.explain_each(rules, wanted);
        let explained = regions.iter().zip(steps);
        explained
            .map(|(((level, _), line), steps)| (*level, line.clone(), steps))
            .filter(|(.., steps)| !steps.is_empty())
            .collect()
    }

    fn explain_each<'a>(
        &self,
        rules: &Rules,
        regions: impl IntoIterator<Item = (Level, &'a Region)>,
    ) -> Vec<Vec<Step>> {
        let (evidence, _) = self.evidence(rules);
        let decisions = identity::decisions(&self.clusters);
        let unknown = Address::unknown();
        let address_of = |place| {
            let place = self.places.get(place);
            place.map_or(&unknown, |place| &place.address)
        };
        let steps = |(level, region)| {
            explain::explain(&evidence, rules, &decisions, level, region, address_of)
        };
        regions.into_iter().map(steps).collect()
    }

    /// Looks into a file once more and says what was made of each clue.
    pub fn explain_file<'a>(
        &'a self,
        timeline: &Timeline<'a>,
        id: FileId,
    ) -> Option<Explanation<'a>> {
        let (folder, file) = self.file(id)?;
        let capture = timeline.capture(folder, file).ok();
        let moments = Moments::find(self, timeline);
        let levels = self.rules.clone().unwrap_or_default().levels;
        let mut explanation = Explanation {
            offset_source: capture.and_then(|capture| capture.offset_source),
            times: Vec::new(),
            positions: Vec::new(),
            notes: Vec::new(),
            same_moment: moments.others(id),
            clusters: (levels.into_iter())
                .map(|level| (level, self.cluster_of(timeline, level, folder, file)))
                .collect(),
        };
        explanation.judge_corrections(file);
        if file.content != Content::Given {
            explanation.judge_clues(self, folder, file);
        }
        Some(explanation)
    }

    /// The listed cluster that a file is in at one level, or why it is in none.
    fn cluster_of(
        &self,
        timeline: &Timeline<'_>,
        level: Level,
        folder: &Folder,
        file: &FileRecord,
    ) -> Result<&Cluster, NotListed> {
        let capture = timeline.capture(folder, file).map_err(|why| match why {
            NoDay::NoTime => NotListed::NoTime,
            NoDay::NoZone => NotListed::NoZone,
        })?;
        let place = self.place_of(file).ok_or(NotListed::NoPosition)?;
        let region = (place.address.region(level)).ok_or(NotListed::NoRegion(level))?;
        let rules = self.rules.as_ref().ok_or(NotListed::NoRun)?;
        if !rules.levels.contains(&level) {
            return Err(NotListed::NoSuchLevel);
        }
        let day = capture.day(rules.day_starts);
        let holds = |c: &&Cluster| c.level == level && c.span.contains(day) && c.region == region;
        let mut holding = (self.clusters.iter())
            .filter(holds)
            .map(|cluster| identity::survivor(&self.clusters, cluster));
        let live = holding.clone().find(|cluster| cluster.is_live());
        live.ok_or_else(|| not_listed(holding.next(), rules))
    }
}

/// Why a cluster that has the day of a file is not listed; `None` when there is none.
fn not_listed(cluster: Option<&Cluster>, rules: &Rules) -> NotListed {
    match cluster {
        Some(cluster) if cluster.state == State::Deleted => NotListed::Deleted,
        Some(cluster) => NotListed::Outside {
            days: cluster.span.days(),
            least: rules.min_days,
            most: rules.max_days,
        },
        None => NotListed::Unknown,
    }
}

impl Explanation<'_> {
    /// What the user said of it. A correction leaves nothing to choose.
    fn judge_corrections(&mut self, file: &FileRecord) {
        let by_user = |source, text| Judged {
            source,
            text,
            verdict: BY_USER.to_owned(),
        };
        if let Some((time, source @ TimeSource::User)) = file.time() {
            self.times.push(by_user(source.name(), time.to_string()));
        }
        if let Some((position, source @ PositionSource::User)) = file.position() {
            let text = format!("{},{}", position.lat(), position.lon());
            self.positions.push(by_user(source.name(), text));
        }
    }

    /// What the file says now.
    fn judge_clues(&mut self, dataset: &Dataset, folder: &Folder, file: &FileRecord) {
        let path = dataset.path_of(folder, file);
        let (format, facts) = match media::read(&path, None, &file.beside()) {
            Ok(Some(read)) => read,
            Ok(None) => return self.notes.push("the file is no media any more".to_owned()),
            Err(error) => {
                return self
                    .notes
                    .push(format!("the file cannot be read now: {error}"));
            }
        };
        let time = believe::time(&facts, format.is_video()).map(|(source, _)| source);
        let time = time.filter(|_| self.times.is_empty());
        let position = believe::position(&facts).map(|(source, _)| source);
        let position = position.filter(|_| self.positions.is_empty());
        self.times.extend(facts.times.iter().map(|clue| Judged {
            source: clue.source.name(),
            text: clue.text.clone(),
            verdict: believe::verdict(clue, time),
        }));
        self.positions
            .extend(facts.positions.iter().map(|clue| Judged {
                source: clue.source.name(),
                text: clue.text.clone(),
                verdict: believe::verdict(clue, position),
            }));
        self.notes.extend(facts.notes);
        let system = dataset
            .root(folder.root)
            .map(|root| root.options.coordinates);
        if system == Some(Coordinates::Gcj02) && position.is_some() {
            let note = "positions of this folder are in GCJ-02, and moved to WGS 84 within \
                        mainland China";
            self.notes.push(note.to_owned());
        }
    }
}
