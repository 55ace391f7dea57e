//! `status`: the dataset at a glance.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::io::Write;

use super::done::Done;
use super::roots;
use crate::cli::Format;
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::{self, StatusJson, TrackJson};
use crate::output::{self, dates};
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::dataset::{Dataset, Timeline};
use imm_cluster_core::text;
use imm_cluster_core::trip::known::KnownHome;

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
            text::write_value(&mut out, &status, context.format == Format::Ndjson)?;
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
    let mut line =
        |name: &str, value: &str| writeln!(out, "{name:<9} {}", text::Escaped::new(value));
    line("dataset", &status.dataset)?;
    for root in &status.roots {
        line(
            "folder",
            &format!("{} ({})", root.path, text::files(root.files)),
        )?;
    }
    for track in &status.tracks {
        let gone = if track.missing { " (gone)" } else { "" };
        line("track", &format!("{}{gone}", track.path))?;
    }
    let mut files = vec![text::grouped(status.totals.files)];
    for (count, what) in [
        (status.totals.missing, "missing"),
        (status.totals.failed, "unreadable"),
        (status.totals.without_time, "without a time"),
        (status.totals.without_position, "without a position"),
    ] {
        if count > 0 {
            files.push(format!("{} {what}", text::grouped(count)));
        }
    }
    line("files", &files.join(", "))?;
    if let (Some(first), Some(last)) = (status.first_day, status.last_day) {
        line("days", &dates::span(Span { first, last }))?;
    }
    let homes: Vec<&str> = homes.iter().map(|home| home.name.as_str()).collect();
    line("homes", &listed(&homes))?;
    if !homes.is_empty() {
        line("trips", &text::grouped(status.trips))?;
    }
    let clusters: Vec<String> = status
        .clusters
        .iter()
        .map(|(level, count)| format!("{} {level}", text::grouped(*count)))
        .collect();
    line("clusters", &listed(&clusters))?;
    if let Some(rules) = status.options {
        let levels: Vec<&str> = rules.levels.iter().map(|level| level.name()).collect();
        let text = format!(
            "gap of {}, {} to {} days, {}, days start at {}{}",
            text::counted(rules.gap_days as usize, "day"),
            rules.min_days,
            rules.max_days,
            levels.join(","),
            rules.day_starts.format("%H:%M"),
            if rules.lend {
                ""
            } else {
                ", no lent positions"
            },
        );
        line("options", &text)?;
    }
    line("geodata", status.geodata)
}

/// With commas, or `none`.
fn listed<T: Borrow<str>>(parts: &[T]) -> String {
    if parts.is_empty() {
        return "none".to_owned();
    }
    parts.join(", ")
}
