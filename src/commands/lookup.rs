//! `lookup`: names for points.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
#[cfg(feature = "parquet")]
use std::fs::File;
use std::io::{self, BufRead, Write};
#[cfg(feature = "parquet")]
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::done::Done;
#[cfg(feature = "parquet")]
use super::export;
use super::languages;
use crate::cli::{self, Format};
use crate::error::Fatal;
use crate::options::Context;
use crate::output;
use crate::output::json::{NoPointJson, PlaceJson};
use imm_cluster_core::capture::position::{Position, degrees};
#[cfg(feature = "parquet")]
use imm_cluster_core::dataset::absolute;
#[cfg(feature = "parquet")]
use imm_cluster_core::disk;
#[cfg(feature = "parquet")]
use imm_cluster_core::export::points::{self, Points, PointsError};
use imm_cluster_core::place::{Geocoder, LocatedRegion, zone};
use imm_cluster_core::text::Escaped;
#[cfg(feature = "parquet")]
use imm_cluster_core::text::{counted, quoted};
use imm_cluster_messages::{retold, text};

/// Points that one thread names at a time.
const CHUNK: usize = 1_024;

/// How much of standard input is read at once.
const BUFFER: usize = 1 << 20;

/// The longest line that is looked at in full: no point is longer.
const LONGEST_LINE: usize = 1 << 16;

/// So many regions are remembered with their names: some 20 MB.
const KNOWN: usize = 1 << 15;

/// What is said of regions, by [`LocatedRegion::number`].
type Places = HashMap<u64, Vec<u8>>;

/// Answers in the order of the points.
struct Answers<'a, W> {
    out: W,
    geocoder: &'a Geocoder,
    format: Format,
    /// What threads that are done with a chunk know, for the next ones.
    known: Mutex<Vec<Places>>,
    any: bool,
    bad: usize,
}

pub(super) fn lookup(context: &Context, arguments: &cli::LookupArgs) -> Result<Done, Fatal> {
    let mut geocoder = languages::geocoder(context);
    geocoder.speak(&context.languages);
    #[cfg(feature = "parquet")]
    if let Some([input, output]) = arguments.parquet.as_deref() {
        return parquet(context, &geocoder, input, output);
    }
    let mut answers = Answers {
        out: output::stdout(),
        geocoder: &geocoder,
        format: context.format,
        known: Mutex::default(),
        any: false,
        bad: 0,
    };
    for argument in &arguments.points {
        if argument == "-" {
            let input = io::BufReader::with_capacity(BUFFER, io::stdin().lock());
            answers.lines(input)?;
        } else {
            answers.answer(&[argument.as_bytes()])?;
        }
    }
    let Answers { mut out, any, .. } = answers;
    if context.format == Format::Json {
        out.write_all(if any { b"\n]\n" } else { b"[]\n" })?;
    }
    out.flush()?;
    if answers.bad > 0 && !arguments.points.iter().any(|argument| argument == "-") {
        return Err(Fatal::usage(text!("lookup-points")));
    }
    Ok(Done::Well)
}

/// Names the points in a Parquet file.
#[cfg(feature = "parquet")]
fn parquet(
    context: &Context,
    geocoder: &Geocoder,
    input: &Path,
    output: &Path,
) -> Result<Done, Fatal> {
    let unreadable = |source| Fatal::Input {
        path: input.to_owned(),
        source,
    };
    let file = disk::open_regular(input).map_err(unreadable)?;
    let points = Points::open(file).map_err(|why| unreadable(io::Error::other(why)))?;
    export::no_terminal(context, output, "Parquet", "named")?;
    if is_in_the_way(output) {
        let error = Fatal::option(
            "--parquet",
            text!("lookup-over-file", path = quoted(output)),
        );
        return Err(error.with_hint(text!("lookup-over-file-hint")));
    }
    let mut bad_input = None;
    let done = export::put(context, output, &absolute(output), |out| {
        let named = points.write(geocoder, out).map_err(|why| match why {
            PointsError::Output(source) => source,
            why => {
                bad_input = Some(io::Error::other(why));
                io::ErrorKind::InvalidData.into()
            }
        })?;
        // Somebody may have saved another file there meanwhile.
        if is_in_the_way(output) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if named.without_point > 0 {
            let rows = counted(named.without_point, "row");
            context.notes.note(&text!("lookup-no-points", rows = rows));
        }
        Ok(counted(named.rows, "row"))
    });
    bad_input.map_or(done, |source| Err(unreadable(source)))
}

/// Whether there is something that is not ours to replace.
#[cfg(feature = "parquet")]
fn is_in_the_way(output: &Path) -> bool {
    if export::is_stdout(output) || output.symlink_metadata().is_err() {
        return false;
    }
    let is_empty = |file: &File| file.metadata().is_ok_and(|it| it.len() == 0);
    let file = disk::open_regular(output);
    !file.is_ok_and(|file| is_empty(&file) || points::is_ours(file))
}

impl<W: Write> Answers<'_, W> {
    /// Answers every line. What has arrived is answered before more is waited for,
    /// so that a program can ask line by line.
    fn lines(&mut self, mut input: impl BufRead) -> Result<(), Fatal> {
        let unreadable = |source| Fatal::Input {
            path: "-".into(),
            source,
        };
        let mut rest = Vec::new();
        loop {
            let arrived = match input.fill_buf() {
                Ok(arrived) => arrived,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(error)),
            };
            if arrived.is_empty() {
                return self.all_of(&rest);
            }
            let whole = arrived
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |end| end + 1);
            let len = arrived.len();
            if whole > 0 {
                let (lines, begun) = arrived.split_at(whole);
                rest.extend_from_slice(lines);
                self.all_of(&rest)?;
                begun.clone_into(&mut rest);
            } else if rest.len() < LONGEST_LINE {
                rest.extend_from_slice(arrived);
            }
            input.consume(len);
        }
    }

    fn all_of(&mut self, lines: &[u8]) -> Result<(), Fatal> {
        let lines = lines.split(|byte| *byte == b'\n');
        let points: Vec<&[u8]> = lines.filter(|line| !line.trim_ascii().is_empty()).collect();
        self.answer(&points)?;
        Ok(self.out.flush()?)
    }

    fn answer(&mut self, points: &[&[u8]]) -> Result<(), Fatal> {
        let (geocoder, format, known) = (self.geocoder, self.format, &self.known);
        let pool = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let chunk = |points: &[&[u8]]| {
            let mut places = pool().pop().unwrap_or_default();
            let (mut text, mut bad) = (Vec::with_capacity(points.len() * 512), 0);
            for (i, point) in points.iter().enumerate() {
                if i > 0 && matches!(format, Format::Json | Format::Imm) {
                    text.extend_from_slice(b",\n");
                }
                let point = String::from_utf8_lossy(point);
                let point = point.trim_start_matches('\u{feff}');
                match read(point) {
                    Ok(point) => point.answer(&mut text, geocoder, &mut places, format)?,
                    Err(error) => {
                        bad += 1;
                        no_point(&mut text, point.trim(), &error, format)?;
                    }
                }
                if matches!(format, Format::Table | Format::Ndjson) {
                    text.push(b'\n');
                }
            }
            pool().push(places);
            io::Result::Ok((text, bad))
        };
        let answers: Vec<_> = points
            .par_chunks(CHUNK)
            .map(chunk)
            .collect::<Result<_, _>>()?;
        for (text, bad) in answers {
            if self.format == Format::Json {
                self.out.write_all(if self.any { b",\n" } else { b"[\n" })?;
            }
            self.out.write_all(&text)?;
            self.any = true;
            self.bad += bad;
        }
        Ok(())
    }
}

/// A point as it was given, and where it is.
struct Point {
    lat: f64,
    lon: f64,
    position: Position,
}

fn read(text: &str) -> Result<Point, String> {
    let Some((lat, lon)) = degrees(text) else {
        return Err(text!("lookup-no-point"));
    };
    match Position::meant(lat, lon) {
        Ok(position) => Ok(Point { lat, lon, position }),
        Err(error) => Err(text!(
            "lookup-out-of-range",
            why = retold(&error.to_string())
        )),
    }
}

impl Point {
    /// Writes what is known of it. Points of one region are said the same of, but for where
    /// they are and their zone, unless something else than regions has names.
    fn answer(
        &self,
        out: &mut Vec<u8>,
        geocoder: &Geocoder,
        places: &mut Places,
        format: Format,
    ) -> io::Result<()> {
        let (region, zone) = zone::region_and_zone(self.position);
        if !geocoder.is_by_region() || places.len() >= KNOWN {
            places.clear();
        }
        let number = region.map_or(u64::MAX, |region| region.number());
        let place = match places.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.place(geocoder, region, format)?),
        };
        let zone = zone.map(|zone| zone.name());
        if format == Format::Table {
            write!(out, "{},{}  ", self.lat, self.lon)?;
            out.extend_from_slice(place);
            return match zone {
                Some(zone) => write!(out, "  {zone}"),
                None => write!(out, "  {}", text!("lookup-no-zone")),
            };
        }
        out.extend_from_slice(b"{\"lat\":");
        serde_json::to_writer(&mut *out, &self.lat)?;
        out.extend_from_slice(b",\"lon\":");
        serde_json::to_writer(&mut *out, &self.lon)?;
        out.push(b',');
        out.extend_from_slice(place);
        out.extend_from_slice(b",\"time_zone\":");
        serde_json::to_writer(&mut *out, &zone)?;
        out.push(b'}');
        Ok(())
    }

    /// What is said of its place, whichever point of it this is: the address on one line, or the
    /// members of a JSON object without its braces.
    fn place(
        &self,
        geocoder: &Geocoder,
        region: Option<LocatedRegion>,
        format: Format,
    ) -> io::Result<Vec<u8>> {
        let named = |language| geocoder.locate_region(self.position, region, language);
        let address = named(geocoder.language());
        if format == Format::Table {
            let line = address.as_ref().map(|address| address.line());
            let line = line.unwrap_or_else(|| text!("lookup-no-place"));
            return Ok(Escaped::new(&line).to_string().into_bytes());
        }
        let languages = match geocoder.languages() {
            [_] => &[],
            several => several,
        };
        let addresses = languages.iter().copied().filter_map(named).collect();
        let json = serde_json::to_vec(&PlaceJson::new(address, addresses))?;
        let members = json
            .strip_prefix(b"{")
            .and_then(|json| json.strip_suffix(b"}"));
        Ok(members.unwrap_or_default().to_vec())
    }
}

fn no_point(out: &mut Vec<u8>, input: &str, error: &str, format: Format) -> io::Result<()> {
    if format == Format::Table {
        let error = text!("lookup-error", why = error);
        return write!(out, "{}  {error}", Escaped::new(input));
    }
    Ok(serde_json::to_writer(out, &NoPointJson { input, error })?)
}
