//! `calendar`: the days with photos.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::done::Done;
use super::{clusters, open, query};
use crate::cli::{self, Format};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::{DayJson, PlaceOnDay};
use crate::output::{self, Calendar};
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::dataset::{
    Content, Dataset, FileId, FileRecord, Folder, Membership, Timeline,
};
use imm_cluster_core::place::{Address, Language, PlaceId};
use imm_cluster_core::text::write_list;
use imm_cluster_messages::{Tongue, in_tongue, text, tongue};

/// How many files a day has at each place; `None` is no place.
type PlaceCounts = BTreeMap<Option<PlaceId>, u32>;

/// The files of a calendar.
#[derive(Default)]
struct Days {
    days: BTreeMap<Day, PlaceCounts>,
    /// Files of which no local day is known.
    without: usize,
}

pub(super) fn calendar(context: &Context, arguments: &cli::CalendarArgs) -> Result<Done, Fatal> {
    let query = query::filtered(&arguments.filters)?;
    let range = (arguments.day.as_deref())
        .map(|text| query::days("--day", text))
        .transpose()?;
    let dataset = open::read(context)?;
    let timeline = Timeline::new(&dataset);
    let has_filters = arguments.filters.are_given();
    let Days { mut days, without } = if has_filters {
        let chosen = query.select(&dataset.clusters)?;
        let members = Membership::find(&timeline, &chosen);
        // A file is in a cluster at each level.
        let files: BTreeSet<&FileId> = (0..chosen.len())
            .flat_map(|cluster| members.of(cluster))
            .collect();
        gather(
            &timeline,
            files.into_iter().filter_map(|index| dataset.file(*index)),
        )
    } else {
        gather(&timeline, dataset.files())
    };
    let years = &arguments.year;
    days.retain(|day, _| {
        let wanted = |year: &u16| i32::from(*year) == day.year();
        (years.is_empty() || years.iter().any(wanted))
            && range.is_none_or(|range| range.contains_day(*day))
    });
    let mut out = output::stdout();
    if context.format == Format::Table {
        let sums = days
            .iter()
            .map(|(day, places)| (*day, places.values().sum()));
        let calendar = Calendar {
            days: &sums.collect(),
            style: context.style,
        };
        in_tongue(of_words(&dataset), || calendar.write(&mut out))?;
    } else {
        let days = days
            .iter()
            .map(|(day, places)| of_day(&dataset, *day, places));
        write_list(&mut out, days, context.format == Format::Json)?;
    }
    out.flush()?;
    if days.is_empty() && context.store.exists() && !open::say_no_files(context, &dataset) {
        if has_filters && !dataset.clusters.iter().any(Cluster::is_live) {
            clusters::say_none(context, &dataset);
        } else {
            context.notes.note(&text!("calendar-none"));
        }
    }
    if without > 0 {
        context
            .notes
            .note(&text!("calendar-dayless", count = without));
    }
    Ok(Done::Well)
}

/// The language of the calendar's words: that of names which were asked for in Chinese.
fn of_words(dataset: &Dataset) -> Tongue {
    match dataset.geocoder.languages().first() {
        Some(Language::Chinese) => Tongue::Chinese,
        _ => tongue(),
    }
}

/// Counts the files that are there and could be read.
fn gather<'a>(
    timeline: &Timeline<'_>,
    files: impl Iterator<Item = (&'a Folder, &'a FileRecord)>,
) -> Days {
    let day_starts = timeline.dataset().day_starts();
    let mut gathered = Days::default();
    for (folder, file) in files {
        if file.missing || matches!(file.content, Content::Other | Content::Failed(_)) {
            continue;
        }
        match timeline.capture(folder, file) {
            Ok(capture) => {
                let places = gathered.days.entry(capture.day(day_starts)).or_default();
                *places.entry(file.place()).or_default() += 1;
            }
            Err(_) => gathered.without += 1,
        }
    }
    gathered
}

/// A day as JSON, the place of most files first.
fn of_day<'a>(dataset: &'a Dataset, day: Day, places: &PlaceCounts) -> DayJson<'a> {
    let mut sorted: Vec<(Option<&Address>, u32)> = (places.iter())
        .map(|(place, files)| {
            let place = place.and_then(|place| dataset.places.get(place));
            (place.map(|place| &place.address), *files)
        })
        .collect();
    // Places are numbered as they were found; names are the same in every dataset.
    sorted.sort_by_key(|(address, files)| (Reverse(*files), address.map(Address::path)));
    DayJson {
        date: day,
        files: places.values().sum(),
        places: (sorted.into_iter())
            .map(|(address, files)| PlaceOnDay::new(&dataset.geocoder, address, files))
            .collect(),
    }
}
