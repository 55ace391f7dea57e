//! `report`: trips or clusters as a page to look at.

use std::io::{Read, Write};
use std::path::Path;

use super::chosen::{ChosenGroups, WantedGroups, narrowest};
use super::done::Done;
use super::{clusters, export, open, trips};
use crate::cli::{self, Format, GroupBy};
use crate::error::Fatal;
use crate::ffmpeg::Ffmpeg;
use crate::options::{self, Context};
use crate::output::{self, json};
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::dataset::{Dataset, Timeline, absolute};
use imm_cluster_core::disk::{self, Access};
use imm_cluster_core::identity::query::Query;
use imm_cluster_core::place::Language;
use imm_cluster_core::report::{
    self, MARK, MakeFrame, Options, Page, PageGroups, PageLanguage, Privacy,
};
use imm_cluster_core::text::{Escaped, counted, quoted, write_value};
use imm_cluster_core::trip::clusters::ByDays;
use imm_cluster_messages::{Tongue, retold, text, tongue};

/// Where the mark of our own pages is looked for, in bytes.
const HEAD: u64 = 1024;

pub(super) fn report(context: &Context, arguments: &cli::ReportArgs) -> Result<Done, Fatal> {
    let mut wanted = WantedGroups::but_title(arguments.grouping, &arguments.filters)?;
    if let Some(trip) = &arguments.trip {
        wanted.only_trip(trip);
    }
    let to_stdout = arguments.output == Path::new("-");
    if to_stdout && arguments.open {
        return Err(Fatal::option("--open", text!("report-open-needs-file")));
    }
    if !to_stdout {
        // Refuse before the work is done.
        may_replace(&arguments.output, arguments.force)?;
    }
    let dataset = open::read(context)?;
    if !to_stdout {
        export::may_be_output(context, &dataset, &arguments.output)?;
    }
    let (chosen, mut at_home) = choose(context, &dataset, &wanted)?;
    if arguments.hide_home {
        at_home.clear();
    }
    let shown = match &chosen {
        ChosenGroups::Trips(trips) => PageGroups {
            trips: Some(trips),
            clusters: &at_home,
        },
        ChosenGroups::Clusters(clusters) => PageGroups {
            trips: None,
            clusters,
        },
    };
    let timeline = Timeline::new(&dataset);
    let page_options = Options {
        words: match context.languages.first() {
            Some(Language::Chinese) => PageLanguage::Chinese,
            None if tongue() == Tongue::Chinese => PageLanguage::Chinese,
            _ => PageLanguage::English,
        },
        title: arguments.title.as_deref(),
        pictures: arguments.pictures,
        size: arguments.size,
        has_all: arguments.trip.is_none() && !arguments.filters.common.are_selective(),
        privacy: Privacy {
            hide_home: arguments.hide_home,
            round_metres: arguments.round.unwrap_or_default(),
        },
    };
    let helper = (!arguments.no_helpers).then(Ffmpeg::find).flatten();
    let make_frame = helper
        .as_ref()
        .map(|helper| |path: &Path, format, side| helper.frame(path, format, side));
    let make_frame = make_frame.as_ref().map(|make| make as MakeFrame<'_>);
    let progress = context.progress();
    let page = report::page(&timeline, shown, page_options, make_frame, &progress);
    let page = page.map_err(std::io::Error::from)?;
    if to_stdout {
        let mut out = output::stdout();
        out.write_all(page.html.as_bytes())?;
        out.flush()?;
    } else {
        let write = |out: &mut (dyn Write + Send)| out.write_all(page.html.as_bytes());
        disk::replace(&arguments.output, Access::Usual, write)
            .map_err(unwritable(&arguments.output))?;
    }
    if let Some(helper) = helper.filter(|_| page.frames > 0) {
        let program = quoted(helper.program());
        (context.notes).note(&text!(
            "report-frames",
            count = page.frames,
            program = program
        ));
    }
    say(context, &arguments.output, to_stdout, &page, shown)?;
    if arguments.open {
        show_in_browser(context, &arguments.output);
    }
    Ok(Done::Well)
}

/// Opens the page. Where that does not work, the page is there all the same.
fn show_in_browser(context: &Context, path: &Path) {
    let opened = output::open_in_browser(&absolute(path), options::browser().as_deref());
    if let Err(why) = opened {
        let why = why.to_string();
        context.notes.trouble(&text!(
            "report-no-browser",
            why = retold(&why),
            path = quoted(path),
        ));
    }
}

/// What is on the page: trips and the clusters of life at home, or clusters.
fn choose<'a>(
    context: &Context,
    dataset: &'a Dataset,
    wanted: &WantedGroups,
) -> Result<(ChosenGroups<'a>, Vec<&'a Cluster>), Fatal> {
    let query = &wanted.query;
    if wanted.by(context, dataset) == GroupBy::Cluster {
        let clusters = query.select(&dataset.clusters)?;
        if clusters.is_empty() {
            clusters::say_none(context, dataset);
        }
        return Ok((ChosenGroups::Clusters(clusters), Vec::new()));
    }
    let trips = query.select(&dataset.trips)?;
    if trips.is_empty() {
        trips::say_none(context, dataset);
    }
    // An id is that of a trip, and home is none.
    if !query.ids.is_empty() || dataset.homes.list.is_empty() {
        return Ok((ChosenGroups::Trips(trips), Vec::new()));
    }
    let mut at_home = query.select(&dataset.clusters)?;
    let narrowest = narrowest(dataset);
    let all = Query::default().select(&dataset.trips)?;
    let by_days = ByDays::new(&all, &dataset.homes);
    at_home.retain(|cluster| {
        Some(cluster.of.level) == narrowest && by_days.trip_of(cluster).is_none()
    });
    Ok((ChosenGroups::Trips(trips), at_home))
}

/// What was written, and how large it is.
fn say(
    context: &Context,
    path: &Path,
    to_stdout: bool,
    page: &Page,
    shown: PageGroups<'_, '_>,
) -> Result<(), Fatal> {
    let report = json::PageJson {
        output: json::path(path),
        bytes: page.html.len(),
        trips: shown.trips.map(<[_]>::len),
        clusters: shown.clusters.len(),
        files: page.files,
        pictures: page.pictures,
        too_large: page.too_large,
    };
    if let Some(fewer) = page.fewer {
        let each = counted(fewer, "picture");
        (context.notes).note(&text!("report-fewer", each = each));
    }
    if page.too_large > 0 {
        (context.notes).note(&text!("report-too-large", count = page.too_large));
    }
    if page.unreadable > 0 {
        let pictures = counted(page.unreadable, "picture");
        (context.notes).warning(&text!("report-unreadable", pictures = pictures));
    }
    let words = in_words(path, page, shown);
    if to_stdout {
        context.notes.note(&words);
        return Ok(());
    }
    let mut out = output::stdout();
    match context.format {
        Format::Table if context.notes.is_quiet() => {}
        Format::Table => writeln!(out, "{words}")?,
        Format::Json | Format::Ndjson | Format::Imm => {
            write_value(&mut out, &report, context.format == Format::Ndjson)?;
        }
    }
    out.flush()?;
    Ok(())
}

/// What is on the page.
fn in_words(path: &Path, page: &Page, shown: PageGroups<'_, '_>) -> String {
    let path = Escaped::path(path).to_string();
    let clusters = counted(shown.clusters.len(), "cluster");
    let files = counted(page.files, "file");
    let pictures = counted(page.pictures, "picture");
    let size = megabytes(page.html.len());
    match shown.trips {
        Some(trips) => text!(
            "report-of-trips",
            path = path,
            trips = counted(trips.len(), "trip"),
            clusters = clusters,
            files = files,
            pictures = pictures,
            size = size,
        ),
        None => text!(
            "report-of-clusters",
            path = path,
            clusters = clusters,
            files = files,
            pictures = pictures,
            size = size,
        ),
    }
}

fn megabytes(bytes: usize) -> String {
    // One digit behind the point, rounded up: never less than it is.
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// What a failure to look at or to write the page becomes.
fn unwritable(path: &Path) -> impl Fn(std::io::Error) -> Fatal {
    move |source| Fatal::Unwritable {
        path: path.to_owned(),
        source,
        hint: Some(text!("report-hint-other-place")),
    }
}

/// Refuses to replace what no earlier report wrote.
fn may_replace(path: &Path, force: bool) -> Result<(), Fatal> {
    let unwritable = unwritable(path);
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unwritable(error)),
    };
    if !metadata.is_file() {
        return Err(unwritable(std::io::Error::other(text!(
            "report-no-regular-file"
        ))));
    }
    let mut head = Vec::new();
    disk::open_regular(path)
        .and_then(|file| file.take(HEAD).read_to_end(&mut head))
        .map_err(unwritable)?;
    let ours = head
        .windows(MARK.len())
        .any(|bytes| bytes == MARK.as_bytes());
    if ours || force || metadata.len() == 0 {
        return Ok(());
    }
    Err(Fatal::OutputExists {
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(megabytes(1), "0.1 MB");
        assert_eq!(megabytes(1_000_000), "1.0 MB");
        assert_eq!(megabytes(14_999_999), "15.0 MB");
    }
}
