//! `lookup`: names for points.

use std::io::{self, BufRead, Write};

use super::Done;
use crate::capture::position::{Position, degrees};
use crate::cli::{self, Format};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::PointJson;
use crate::output::{self, Escaped};
use crate::place;

pub(super) fn lookup(context: &Context, arguments: &cli::Lookup) -> Result<Done, Fatal> {
    let mut out = output::stdout();
    let mut first = true;
    let mut bad = 0;
    let mut answer = |text: &str| -> Result<(), Fatal> {
        let point = name(text);
        bad += usize::from(matches!(point, PointJson::Bad { .. }));
        match context.format {
            Format::Table => writeln!(out, "{}", line(&point))?,
            Format::Ndjson => output::write_value(&mut out, &point, true)?,
            Format::Json | Format::Imm => {
                out.write_all(if first { b"[\n" } else { b",\n" })?;
                serde_json::to_writer(&mut out, &point).map_err(io::Error::from)?;
            }
        }
        first = false;
        Ok(())
    };
    for argument in &arguments.points {
        if argument == "-" {
            for line in io::stdin().lock().split(b'\n') {
                let line = line.map_err(|source| Fatal::Input {
                    path: "-".into(),
                    source,
                })?;
                // A line that is no text is no point, and gets its answer.
                let text = String::from_utf8_lossy(&line);
                let text = text.trim_start_matches('\u{FEFF}');
                if !text.trim().is_empty() {
                    answer(text)?;
                }
            }
        } else {
            answer(argument)?;
        }
    }
    if context.format == Format::Json {
        out.write_all(if first { b"[]\n" } else { b"\n]\n" })?;
    }
    out.flush()?;
    if bad > 0 && !arguments.points.iter().any(|argument| argument == "-") {
        return Err(Fatal::usage(
            "a point is written LAT,LON in degrees, such as 30.2489,120.1485",
        ));
    }
    Ok(Done::Well)
}

fn name(text: &str) -> PointJson {
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
        Ok(position) => PointJson::Point {
            lat,
            lon,
            address: place::locate(position).map(|address| Box::new(address.into())),
            time_zone: place::zone::zone_of(position).map(|zone| zone.name()),
        },
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
