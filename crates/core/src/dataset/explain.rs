//! Why the days of a region became clusters, why a file counts as it does, and why it is
//! in a cluster or in none.

use std::collections::BTreeMap;

use imm_cluster_messages::{retold, text};

use super::clustering::Shows;
use super::files::FileId;
use super::model::{Content, Dataset, FileRecord, Folder, Place};
use super::moments::Moments;
use super::timeline::Timeline;
use super::whereabouts::Whereabouts;
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::gcj02::Coordinates;
use crate::capture::resolve::{NoDay, OffsetSource};
use crate::cluster::area::Cluster;
use crate::cluster::engine::Decisions;
use crate::cluster::explain::{self, Step};
use crate::cluster::rules::Rules;
use crate::identity::record::{State, survivor};
use crate::media::{self, believe};
use crate::place::{Address, Level, Region};
use crate::text::counted;
use crate::trip::implausible::Implausible;

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
    /// Why it is no evidence for homes and trips, by the last run.
    pub implausible: Option<Implausible>,
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
    #[error("{}", text!("not-listed-no-time"))]
    NoTime,
    /// Only the instant is known, and not the local day.
    #[error("{}", text!("not-listed-no-zone"))]
    NoZone,
    /// Nothing tells where it was taken.
    #[error("{}", text!("not-listed-no-position"))]
    NoPosition,
    /// Its address does not name the level.
    #[error("{}", text!("not-listed-no-region", level = .0.in_words()))]
    NoRegion(Level),
    /// Nothing was clustered yet.
    #[error("{}", text!("not-listed-no-run"))]
    NoRun,
    /// The level was not asked for.
    #[error("{}", text!("not-listed-no-such-level"))]
    NoSuchLevel,
    /// The user wanted none.
    #[error("{}", text!("not-listed-deleted"))]
    Deleted,
    /// Its run of days does not fit the rules.
    #[error("{}", outside(*.days, *.least, *.most))]
    Outside {
        /// How long it is.
        days: u32,
        /// The fewest days of the last run.
        least: u32,
        /// The most.
        most: u32,
    },
    /// It has no run of days that the dataset remembers.
    #[error("{}", text!("not-listed-unknown"))]
    Unknown,
}

fn outside(days: u32, least: u32, most: u32) -> String {
    text!(
        "not-listed-outside",
        days = counted(days as usize, "day"),
        least = least.to_string(),
        most = most.to_string(),
    )
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
        let Shows {
            evidence, lending, ..
        } = self.evidence(rules);
        let decisions = Decisions::of(&self.clusters);
        let unknown = Address::unknown();
        let address_of = |place| {
            let place = lending.place(self, place);
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
            implausible: self.doubt(timeline, id),
            clusters: (levels.into_iter())
                .map(|level| (level, self.cluster_of(timeline, level, id)))
                .collect(),
        };
        explanation.judge_corrections(file);
        if file.content != Content::Given {
            explanation.judge_clues(self, folder, file);
        }
        Some(explanation)
    }

    /// Why nobody can have been where a file was taken on that day, if so.
    fn doubt(&self, timeline: &Timeline<'_>, id: FileId) -> Option<Implausible> {
        let whereabouts = Whereabouts::new(self);
        let (day, cell) = timeline.day_and_cell(id)?;
        let is_implausible = whereabouts.are_implausible(day, cell);
        is_implausible.then(|| {
            let rules = self.rules.clone().unwrap_or_default();
            let shows = self.evidence(&rules);
            Implausible::of(day, cell, whereabouts.calendar(), shows.evidence.pairs())
        })
    }

    /// The listed cluster that a file is in at one level, or why it is in none.
    fn cluster_of(
        &self,
        timeline: &Timeline<'_>,
        level: Level,
        id: FileId,
    ) -> Result<&Cluster, NotListed> {
        let (folder, file) = self.file(id).ok_or(NotListed::Unknown)?;
        let capture = timeline.capture(folder, file).map_err(|why| match why {
            NoDay::NoTime => NotListed::NoTime,
            NoDay::NoZone => NotListed::NoZone,
        })?;
        let place = timeline.place_of(id).ok_or(NotListed::NoPosition)?;
        let region = (place.address.region(level)).ok_or(NotListed::NoRegion(level))?;
        let rules = self.rules.as_ref().ok_or(NotListed::NoRun)?;
        if !rules.levels.contains(&level) {
            return Err(NotListed::NoSuchLevel);
        }
        let day = capture.day(rules.day_starts);
        let holds =
            |c: &&Cluster| c.of.level == level && c.span.contains(day) && c.of.region == region;
        let mut holding = (self.clusters.iter())
            .filter(holds)
            .map(|cluster| survivor(&self.clusters, cluster));
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
            verdict: text!("verdict-by-user"),
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
            Ok(None) => {
                return self.notes.push(text!("note-no-longer-media"));
            }
            Err(error) => {
                let error = error.to_string();
                let why = retold(&error);
                return self.notes.push(text!("note-unreadable-now", why = why));
            }
        };
        let time = believe::time(&facts, format.is_video()).map(|(source, _)| source);
        // Such as the time of a position in XMP: a clock's distance from UTC, and no time.
        let tells_offset_only = time.is_none();
        let time = time.filter(|_| self.times.is_empty());
        let position = believe::position(&facts).map(|(source, _)| source);
        let position = position.filter(|_| self.positions.is_empty());
        self.times.extend(facts.times.iter().map(|clue| Judged {
            source: clue.source.name(),
            text: clue.text.clone(),
            verdict: match clue.value {
                Ok(_) if tells_offset_only => text!("verdict-offset-only"),
                _ => believe::verdict(clue, time),
            },
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
            self.notes.push(text!("note-gcj02"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::DateTime;
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;
    use crate::cluster::explain::Verdict;
    use crate::identity::decide::Decision;
    use crate::index::{OptionChanges, read_records};

    #[test]
    fn why_a_file_is_in_no_cluster_in_chinese() {
        let reasons = [
            NotListed::NoRegion(Level::District),
            NotListed::Outside {
                days: 1,
                least: 2,
                most: 30,
            },
        ];
        let told = in_tongue(Tongue::Chinese, || reasons.map(|why| why.to_string()));
        insta::assert_snapshot!(told.join("\n"), @r"
        那里没有已知的区县
        共 1 天，不在上次运行的 --min-days/--max-days 之内（2 到 30）
        ");
    }

    /// Records of a city: two days, one far behind, and some that lack something.
    fn clustered(min_days: u32) -> Dataset {
        let records = r#"
{"path": "a.jpg", "local_date": "2024-03-03", "address": {"country": "A", "city": "B"}}
{"path": "b.jpg", "local_date": "2024-03-05", "address": {"country": "A", "city": "B"}}
{"path": "late.jpg", "local_date": "2024-03-20", "address": {"country": "A", "city": "B"}}
{"path": "timeless.jpg", "address": {"country": "A", "city": "B"}}
{"path": "instant.mp4", "capture_time": "2024-03-03T09:00:00Z", "address": {"country": "A"}}
{"path": "nowhere.jpg", "local_date": "2024-03-03"}
{"path": "country.jpg", "local_date": "2024-03-03", "address": {"country": "A"}}
"#;
        let mut dataset = Dataset::empty();
        let changes = OptionChanges::default();
        let report = read_records(&mut dataset, records.as_bytes(), Path::new("r"), &changes);
        assert_eq!(report.unwrap().added, 7);
        let rules = Rules {
            levels: vec![Level::City],
            min_days,
            ..Rules::default()
        };
        dataset.cluster(&rules, DateTime::UNIX_EPOCH);
        dataset
    }

    /// The id of the cluster at the level of the city, or why there is none.
    fn why(dataset: &Dataset, path: &str) -> String {
        let timeline = Timeline::new(dataset);
        let id = dataset.file_at(Path::new(path)).unwrap();
        let explanation = dataset.explain_file(&timeline, id).unwrap();
        let (level, cluster) = explanation.clusters.into_iter().next().unwrap();
        assert_eq!(level, Level::City);
        cluster.map_or_else(|why| why.to_string(), |c| c.days().days().to_string())
    }

    #[test]
    fn a_file_in_no_cluster_says_why() {
        let mut dataset = clustered(2);
        assert_eq!(why(&dataset, "a.jpg"), "3", "the days of its cluster");
        for (path, reason) in [
            ("late.jpg", "outside --min-days/--max-days"),
            ("timeless.jpg", "no time is known"),
            ("nowhere.jpg", "no position is known"),
            ("country.jpg", "no city is known there"),
        ] {
            let told = why(&dataset, path);
            assert!(told.ends_with(reason), "{path}: {told}");
        }
        let ids: Vec<String> = dataset
            .clusters
            .iter()
            .map(|cluster| cluster.object_id.to_string())
            .collect();
        let gone = dataset.decide(&ids, &Decision::Delete, DateTime::UNIX_EPOCH);
        assert!(gone.unwrap().changed);
        let told = why(&dataset, "a.jpg");
        assert_eq!(told, "you deleted the cluster of that day");
        dataset.rules = Some(Rules {
            levels: vec![Level::Country],
            ..Rules::default()
        });
        let timeline = Timeline::new(&dataset);
        let id = dataset.file_at(Path::new("a.jpg")).unwrap();
        let told = dataset.cluster_of(&timeline, Level::City, id);
        assert_eq!(told.unwrap_err(), NotListed::NoSuchLevel);
    }

    #[test]
    fn the_days_of_a_region_are_explained() {
        let dataset = clustered(1);
        let rules = dataset.rules.clone().unwrap();
        let regions = dataset.explain_regions(&rules, "B, A");
        let [(Level::City, line, steps)] = regions.as_slice() else {
            panic!("{regions:?}")
        };
        assert_eq!(line, "B, A");
        let verdicts: Vec<(u32, Verdict)> = (steps.iter())
            .filter_map(|step| match step {
                Step::Between { days, verdict } => Some((*days, *verdict)),
                _ => None,
            })
            .collect();
        assert_eq!(verdicts, [(1, Verdict::Joined), (14, Verdict::TooWide)]);
        let region = dataset.clusters[0].of.region.clone();
        assert_eq!(&dataset.explain(&rules, Level::City, &region), steps);
        assert!(dataset.explain_regions(&rules, "elsewhere").is_empty());
    }

    #[test]
    fn what_the_user_said_is_chosen() {
        let mut dataset = clustered(1);
        let id = dataset.file_at(Path::new("a.jpg")).unwrap();
        let amendment = super::super::correct::Amendment {
            position: crate::capture::position::Position::new(30.25, 120.15).ok(),
            ..Default::default()
        };
        assert_eq!(dataset.correct(&[id], &amendment).changed, 1);
        let timeline = Timeline::new(&dataset);
        let explanation = dataset.explain_file(&timeline, id).unwrap();
        let by_user = Judged {
            source: PositionSource::User.name(),
            text: "30.25,120.15".to_owned(),
            verdict: text!("verdict-by-user"),
        };
        assert_eq!(explanation.positions, [by_user]);
        assert_eq!(explanation.times, []);
    }
}
