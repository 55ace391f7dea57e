//! `status`: the dataset at a glance.

use std::collections::BTreeMap;
use std::io::Write;

use super::done::Done;
use super::roots;
use crate::cli::Format;
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::{self, StatusJson, TrackJson};
use crate::output::{self, dates, padded};
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::dataset::{Dataset, Timeline, Totals};
use imm_cluster_core::text::{Escaped, counted, grouped, write_value};
use imm_cluster_core::trip::known::KnownHome;
use imm_cluster_messages::text;

pub(super) fn status(context: &Context) -> Result<Done, Fatal> {
    let existing = context.store.read_existing()?;
    let exists = existing.is_some();
    if !exists {
        context.notes.no_dataset(context.store.path());
    }
    let dataset = existing.unwrap_or_else(Dataset::empty);
    let totals = dataset.totals();
    let timeline = Timeline::new(&dataset);
    let days = dataset
        .files()
        .filter_map(|(folder, file)| timeline.capture(folder, file).ok());
    let (first_day, last_day) = days
        .map(|capture| Day::from(capture.local.date))
        .fold(None, |span: Option<(Day, Day)>, day| {
            Some(span.map_or((day, day), |(first, last)| (first.min(day), last.max(day))))
        })
        .unzip();
    let mut clusters = BTreeMap::new();
    for cluster in dataset.clusters.iter().filter(|cluster| cluster.is_live()) {
        *clusters.entry(cluster.of.level.name()).or_default() += 1;
    }
    let status = StatusJson {
        dataset: json::path(context.store.path()),
        exists,
        roots: roots::all(&dataset),
        tracks: (dataset.tracks.iter())
            .map(|track| TrackJson {
                path: track.path.to_string_lossy(),
                missing: track.missing,
            })
            .collect(),
        totals: &totals,
        first_day,
        last_day,
        places: dataset.places.list().len(),
        homes: dataset.homes.list.len(),
        trips: dataset.trips.iter().filter(|trip| trip.is_live()).count(),
        clusters,
        options: dataset.rules.as_ref(),
        geodata: &dataset.geodata,
    };
    let mut out = output::stdout();
    match context.format {
        Format::Table => table(&mut out, &status, &dataset.homes.list)?,
        Format::Json | Format::Ndjson | Format::Imm => {
            write_value(&mut out, &status, context.format == Format::Ndjson)?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}

fn table(
    out: &mut impl Write,
    status: &StatusJson<'_>,
    homes: &[KnownHome],
) -> std::io::Result<()> {
    let mut line = |name: String, value: &str| {
        let name = padded(&name, 9);
        writeln!(out, "{name} {}", Escaped::new(value))
    };
    line(text!("status-dataset"), &status.dataset)?;
    for root in &status.roots {
        let files = counted(root.files, "file");
        let folder = text!("status-folder-of", path = root.path, files = files);
        line(text!("status-folder"), &folder)?;
    }
    for track in &status.tracks {
        let path = if track.missing {
            text!("status-track-gone", path = track.path)
        } else {
            track.path.to_string()
        };
        line(text!("status-track"), &path)?;
    }
    line(text!("status-files"), &files_in_words(status.totals))?;
    if let (Some(first), Some(last)) = (status.first_day, status.last_day) {
        line(text!("status-days"), &dates::span(Span { first, last }))?;
    }
    let homes: Vec<&str> = homes.iter().map(|home| home.name.as_str()).collect();
    let homes_in_words = if homes.is_empty() {
        text!("status-none")
    } else {
        output::listed(&homes)
    };
    line(text!("status-homes"), &homes_in_words)?;
    if !homes.is_empty() {
        line(text!("status-trips"), &grouped(status.trips))?;
    }
    let clusters = status.clusters.iter();
    let clusters: Vec<String> = clusters
        .map(|(level, count)| {
            text!(
                "status-clusters-of",
                level = text!("level", level = *level),
                count = *count
            )
        })
        .collect();
    let clusters = if clusters.is_empty() {
        text!("status-none")
    } else {
        output::listed(&clusters)
    };
    line(text!("status-clusters"), &clusters)?;
    if let Some(rules) = status.options {
        line(text!("status-options"), &rules_in_words(rules))?;
    }
    line(text!("status-geodata"), status.geodata)
}

/// How many files there are, and what some of them lack.
fn files_in_words(totals: &Totals) -> String {
    let mut files = vec![grouped(totals.files)];
    if totals.missing > 0 {
        files.push(text!("status-missing", count = totals.missing));
    }
    if totals.failed > 0 {
        files.push(text!("status-unreadable", count = totals.failed));
    }
    if totals.without_time > 0 {
        files.push(text!("status-without-time", count = totals.without_time));
    }
    if totals.without_position > 0 {
        let count = totals.without_position;
        files.push(text!("status-without-position", count = count));
    }
    output::clauses(&files)
}

fn rules_in_words(rules: &Rules) -> String {
    let levels: Vec<&str> = rules.levels.iter().map(|level| level.name()).collect();
    text!(
        "status-rules",
        gap = counted(rules.gap_days as usize, "day"),
        min = rules.min_days.to_string(),
        max = rules.max_days.to_string(),
        levels = levels.join(","),
        starts = rules.day_starts.format("%H:%M").to_string(),
        lends = if rules.lend { "yes" } else { "no" },
    )
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    fn told() -> String {
        let rules = Rules::default();
        let totals = Totals {
            files: 1_204,
            missing: 3,
            without_position: 12,
            ..Totals::default()
        };
        let status = StatusJson {
            dataset: "/photos.json".into(),
            exists: true,
            roots: Vec::new(),
            tracks: vec![TrackJson {
                path: "/Timeline.json".into(),
                missing: true,
            }],
            totals: &totals,
            first_day: None,
            last_day: None,
            places: 0,
            homes: 0,
            trips: 0,
            clusters: BTreeMap::from([("city", 12), ("country", 3)]),
            options: Some(&rules),
            geodata: "2026.1",
        };
        let mut out = Vec::new();
        table(&mut out, &status, &[]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_dataset_at_a_glance_in_both_languages() {
        insta::assert_snapshot!(told(), @"
        dataset   /photos.json
        track     /Timeline.json (gone)
        files     1,204, 3 missing, 12 without a position
        homes     none
        clusters  12 city, 3 country
        options   gap of 1 day, 1 to 99999 days, province,city, days start at 00:00
        geodata   2026.1
        ");
        insta::assert_snapshot!(in_tongue(Tongue::Chinese, told), @"
        数据集    /photos.json
        位置记录  /Timeline.json（已不在）
        文件      1,204，缺失 3，没有位置 12
        家        无
        聚类      市 12、国家 3
        选项      间隔 1 天，1 到 99999 天，层级 province,city，一天从 00:00 开始
        地名数据  2026.1
        ");
    }
}
