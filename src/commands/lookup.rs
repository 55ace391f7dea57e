//! `lookup`: names for points.

use std::io::{self, BufRead, Write};

use rayon::prelude::*;

use super::done::Done;
use super::languages;
use crate::cli::{self, Format};
use crate::error::Fatal;
use crate::options::Context;
use crate::output;
use crate::output::json::{AddressJson, PointJson};
use imm_cluster_core::capture::position::{Position, degrees};
use imm_cluster_core::place::{self, Geocoder, Language};
use imm_cluster_core::text::{self, Escaped};

/// Points that one thread names at a time.
const CHUNK: usize = 1_024;

/// How much of standard input is read at once.
const BUFFER: usize = 1 << 20;

/// The longest line that is looked at in full: no point is longer.
const LONGEST_LINE: usize = 1 << 16;

/// Answers in the order of the points.
struct Answers<'a, W> {
    out: W,
    geocoder: &'a Geocoder,
    format: Format,
    any: bool,
    bad: usize,
}

pub(super) fn lookup(context: &Context, arguments: &cli::LookupArgs) -> Result<Done, Fatal> {
    let mut geocoder = languages::geocoder(context);
    geocoder.speak(&context.languages);
    let mut answers = Answers {
        out: output::stdout(),
        geocoder: &geocoder,
        format: context.format,
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
        return Err(Fatal::usage(
            "a point is written LAT,LON in degrees, such as 30.2489,120.1485",
        ));
    }
    Ok(Done::Well)
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
        let (geocoder, format) = (self.geocoder, self.format);
        let chunk = |points: &[&[u8]]| {
            let (mut text, mut bad) = (Vec::with_capacity(points.len() * 320), 0);
            for (i, point) in points.iter().enumerate() {
                let named = name(
                    geocoder,
                    String::from_utf8_lossy(point).trim_start_matches('\u{feff}'),
                );
                bad += usize::from(matches!(named, PointJson::Bad { .. }));
                match format {
                    Format::Table => writeln!(text, "{}", line(&named))?,
                    Format::Ndjson => text::write_value(&mut text, &named, true)?,
                    Format::Json | Format::Imm => {
                        text.extend_from_slice(if i == 0 { b"" } else { b",\n" });
                        serde_json::to_writer(&mut text, &named)?;
                    }
                }
            }
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

fn name(geocoder: &Geocoder, text: &str) -> PointJson {
    let bad = |error: &str| PointJson::Bad {
        input: text.trim().to_owned(),
        error: error.to_owned(),
    };
    let Some((lat, lon)) = degrees(text) else {
        return bad("no point: LAT,LON is wanted, in degrees");
    };
    // A person who asks for 0,0 means that place in the Gulf of Guinea.
    let position = if (lat, lon) == (0.0, 0.0) {
        Position::new(0.0, f64::MIN_POSITIVE)
    } else {
        Position::new(lat, lon)
    };
    match position {
        Ok(position) => {
            let address = geocoder.locate(position);
            let languages = match geocoder.languages() {
                [_] => &[],
                several => several,
            };
            let in_one = |language: &Language| geocoder.locate_in(position, *language);
            PointJson::Point {
                lat,
                lon,
                addresses: (languages.iter().filter_map(in_one))
                    .map(Into::into)
                    .collect(),
                address: address.map(|address| Box::new(AddressJson::from(address).with_county())),
                time_zone: place::zone::zone_of(position).map(|zone| zone.name()),
            }
        }
        Err(error) => bad(&format!(
            "{error}: latitudes go from -90 to 90, longitudes from -180 to 180"
        )),
    }
}

fn line(point: &PointJson) -> String {
    match point {
        PointJson::Point {
            lat,
            lon,
            address,
            time_zone,
            ..
        } => {
            let address = address
                .as_ref()
                .map_or("no place", |address| &address.address_line);
            format!(
                "{lat},{lon}  {}  {}",
                Escaped::new(address),
                time_zone.unwrap_or("no zone")
            )
        }
        PointJson::Bad { input, error } => format!("{}  error: {error}", Escaped::new(input)),
    }
}
