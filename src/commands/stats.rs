//! `stats`: each year in numbers.

use std::io::Write;

use super::done::Done;
use super::{open, trip_table, trips};
use crate::cli::{Format, StatsArgs};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::years::StatsJson;
use crate::output::{self, Cells, Style, Table, dates, padded};
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::dataset::{Dataset, Timeline};
use imm_cluster_core::stats::{DayThen, Review, Stats, Visited};
use imm_cluster_core::text::{Escaped, counted, grouped, write_value};
use imm_cluster_core::trip::journey::Trip;
use imm_cluster_messages::text;

/// How wide the labels of a review are.
const LABEL: usize = 10;
/// How wide the bar of the month with most files is.
const BAR: usize = 30;
/// Of all years together, so many places are named.
const MOST_NAMED: usize = 12;

pub(super) fn stats(context: &Context, arguments: &StatsArgs) -> Result<Done, Fatal> {
    let dataset = open::read(context)?;
    let timeline = Timeline::new(&dataset);
    let on = arguments.on.unwrap_or_else(|| context.today());
    let mut stats = timeline.look_back_on_all(on);
    let year = |review: Option<&Review<'_>>| review.and_then(|review| review.year);
    let known = year(stats.years.first()).zip(year(stats.years.last()));
    if !arguments.year.is_empty() {
        let is_asked = |year: i32| arguments.year.iter().any(|asked| i32::from(*asked) == year);
        (stats.years).retain(|review| review.year.is_some_and(is_asked));
        (stats.on_this_day).retain(|day| is_asked(day.day.year()));
    }
    let mut out = output::stdout();
    if context.format == Format::Table {
        let writer = Writer {
            dataset: &dataset,
            style: context.style,
            on,
        };
        if arguments.year.is_empty() {
            writer.all(&mut out, &stats)?;
        } else {
            writer.years(&mut out, &stats)?;
        }
    } else {
        let json = StatsJson::new(&dataset, &stats, on);
        write_value(&mut out, &json, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    say_what_lacks(context, &dataset, &stats, known);
    Ok(Done::Well)
}

/// Says why there is no year, of those from the first to the last known, or why years are without trips.
fn say_what_lacks(
    context: &Context,
    dataset: &Dataset,
    stats: &Stats<'_>,
    known: Option<(i32, i32)>,
) {
    if context.format != Format::Table || !context.store.exists() {
        return;
    }
    match known {
        Some((first, last)) if stats.years.is_empty() => {
            let (first, last) = (first.to_string(), last.to_string());
            let note = text!("stats-no-such-year", first = first, last = last);
            context.notes.note(&note);
        }
        None if open::say_no_files(context, dataset) => {}
        None => context.notes.note(&text!("stats-none")),
        _ if stats.all.trips.is_empty() => trips::say_none(context, dataset),
        _ => {}
    }
}

/// Writes numbers for people.
struct Writer<'a> {
    dataset: &'a Dataset,
    style: Style,
    /// The day that is looked back from.
    on: Day,
}

impl Writer<'_> {
    /// A row for each year, and all of them together.
    fn all(&self, out: &mut impl Write, stats: &Stats<'_>) -> std::io::Result<()> {
        let (Some(first), Some(last)) = (stats.years.first(), stats.years.last()) else {
            return Ok(());
        };
        self.table(&stats.years).write(out, self.style)?;
        let year = |review: &Review<'_>| review.year.unwrap_or_default().to_string();
        let heading = match stats.years.as_slice() {
            [only] => text!("year", year = year(only)),
            _ => text!("stats-all", first = year(first), last = year(last)),
        };
        writeln!(out, "\n{}", self.style.bold(&heading))?;
        self.review(out, &stats.all)?;
        self.on_this_day(out, &stats.on_this_day)
    }

    /// Each year for itself.
    fn years(&self, out: &mut impl Write, stats: &Stats<'_>) -> std::io::Result<()> {
        for (number, review) in stats.years.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            let year = text!("year", year = review.year.unwrap_or_default().to_string());
            writeln!(out, "{}", self.style.bold(&year))?;
            self.review(out, review)?;
            self.months(out, review)?;
        }
        self.on_this_day(out, &stats.on_this_day)
    }

    fn table(&self, years: &[Review<'_>]) -> Table {
        let columns = [
            (text!("column-year"), Cells::Dates),
            (text!("column-away"), Cells::Numbers),
            (text!("column-trips"), Cells::Numbers),
            (text!("column-countries"), Cells::Numbers),
            (text!("column-provinces"), Cells::Numbers),
            (text!("column-distance"), Cells::Numbers),
            (text!("column-files"), Cells::Numbers),
            (text!("column-months"), Cells::Words),
        ];
        let (provinces, files, months) = (4, 6, 7);
        let mut table = Table::new(&columns, months)
            .with_decoration(months)
            .with_optional(&[files, provinces]);
        for review in years {
            let most = review.months.iter().copied().max().unwrap_or(0);
            let months = (review.months.iter())
                .map(|files| output::share_mark(*files, most, self.style.blocks));
            table.row(vec![
                review.year.unwrap_or_default().to_string(),
                grouped(review.days_away),
                grouped(review.trips.len()),
                with_new(&review.countries),
                with_new(&review.provinces),
                trip_table::kilometres(review.distance_km),
                grouped(review.files()),
                months.collect::<String>(),
            ]);
        }
        table
    }

    fn review(&self, out: &mut impl Write, review: &Review<'_>) -> std::io::Result<()> {
        let far = review.farthest.map(|trip| {
            let farthest = trip_table::kilometres(trip.shown().farthest_km);
            text!("stats-of-trip", what = farthest, trip = self.called(trip))
        });
        let long = review.longest.map(|trip| {
            let days = counted(trip.days().days() as usize, "day");
            text!("stats-of-trip", what = days, trip = self.called(trip))
        });
        let away = (!review.trips.is_empty()).then(|| {
            let days = counted(review.days_away as usize, "day");
            let trips = counted(review.trips.len(), "trip");
            text!("stats-on-trips", days = days, trips = trips)
        });
        let distance = trip_table::kilometres(review.distance_km);
        for (label, value) in [
            (text!("label-files"), Some(files(review))),
            (text!("stats-away"), away),
            (text!("stats-distance"), Some(distance)),
            (text!("stats-farthest"), far),
            (text!("stats-longest"), long),
            (
                text!("stats-countries"),
                Some(named(review, &review.countries)),
            ),
            (
                text!("stats-provinces"),
                Some(named(review, &review.provinces)),
            ),
            (
                text!("stats-busiest"),
                review.busiest.as_ref().map(|day| self.day(day)),
            ),
        ] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                self.line(out, &label, &value)?;
            }
        }
        Ok(())
    }

    fn line(&self, out: &mut impl Write, label: &str, value: &str) -> std::io::Result<()> {
        let line = format!("{} {}", padded(label, LABEL), Escaped::new(value));
        writeln!(out, "{}", output::wrapped(&line, self.style.width))
    }

    /// A bar for each month.
    fn months(&self, out: &mut impl Write, review: &Review<'_>) -> std::io::Result<()> {
        let most = review.months.iter().copied().max().unwrap_or(0);
        if most == 0 {
            return Ok(());
        }
        let block = if self.style.blocks { "▇" } else { "#" };
        writeln!(out, "{}", text!("stats-months"))?;
        for (month, files) in (1..).zip(review.months) {
            let wide = (files as usize * BAR).div_ceil(most as usize);
            let bar = self.style.green(&block.repeat(wide));
            let gap = if wide > 0 { " " } else { "" };
            writeln!(
                out,
                "  {} {bar}{gap}{}",
                dates::short_month(month),
                grouped(files)
            )?;
        }
        Ok(())
    }

    /// What was on this day in other years, and nothing where nothing was.
    fn on_this_day(&self, out: &mut impl Write, days: &[DayThen<'_>]) -> std::io::Result<()> {
        if days.is_empty() {
            return Ok(());
        }
        let heading = text!(
            "stats-on-this-day",
            day = dates::day_of_year(self.on.date())
        );
        writeln!(out, "\n{}", self.style.bold(&heading))?;
        for day in days {
            let line = format!("  {}", Escaped::new(&self.day(day)));
            writeln!(out, "{}", output::wrapped(&line, self.style.width))?;
        }
        Ok(())
    }

    /// `12 Jul 2024: 214 files, Kyoto, on the trip …`.
    fn day(&self, then: &DayThen<'_>) -> String {
        let mut what = vec![counted(then.files as usize, "file")];
        let place = then.place.and_then(|place| place.city_or_wider());
        // A trip to one city is called like it.
        let is_told = |place: &&str| {
            then.trip
                .is_some_and(|trip| trip_table::titled(self.dataset, trip) == **place)
        };
        what.extend(place.filter(|place| !is_told(place)).map(str::to_owned));
        what.extend(then.trip.map(|trip| {
            let id = trip.object_id.short();
            text!(
                "stats-trip-id",
                trip = trip_table::titled(self.dataset, trip),
                id = id
            )
        }));
        let date = dates::with_weekday(then.day.date());
        text!("stats-day", date = date, what = output::clauses(&what))
    }

    /// What a trip is called, when it was, and its id.
    fn called(&self, trip: &Trip) -> String {
        text!(
            "stats-trip",
            trip = trip_table::titled(self.dataset, trip),
            dates = dates::span(trip.days()),
            id = trip.object_id.short(),
        )
    }
}

fn files(review: &Review<'_>) -> String {
    let days = counted(review.active_days as usize, "day");
    if review.videos == 0 {
        return text!("stats-files", files = review.files(), days = days);
    }
    text!(
        "stats-files-and-videos",
        files = review.files(),
        videos = review.videos,
        days = days,
    )
}

/// How many there are, and how many of them are new.
fn with_new(visited: &[Visited<'_>]) -> String {
    let new = visited.iter().filter(|one| one.is_new).count();
    if new == 0 {
        return grouped(visited.len());
    }
    text!("stats-with-new", count = visited.len(), new = new)
}

/// The names of places, those of a year with a mark where they are new.
fn named(review: &Review<'_>, visited: &[Visited<'_>]) -> String {
    let most = if review.year.is_some() {
        visited.len()
    } else {
        MOST_NAMED
    };
    let name = |one: &Visited<'_>| {
        if one.is_new {
            text!("stats-new", name = one.name())
        } else {
            one.name().to_owned()
        }
    };
    let names: Vec<String> = visited.iter().take(most).map(name).collect();
    let names = output::listed(&names);
    match visited.len() {
        0 => String::new(),
        all if all > most => text!(
            "stats-named-more",
            count = all,
            names = names,
            more = all - most
        ),
        all => text!("stats-named", count = all, names = names),
    }
}
