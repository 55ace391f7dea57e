//! GPX 1.1: waypoints, or a track for each cluster or trip, and a route through the stops
//! of each trip. Its times are in UTC, so a file whose offset is not known has none.

use std::io::{self, Write};

use super::uri::FileUri;
use super::xml::Xml;
use super::{ExportedGroup, Photo, Selection};
use crate::capture::clock::Clock;
use crate::capture::position::Position;

/// What files become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GpxShape {
    /// Each one a waypoint.
    Waypoints,
    /// Those of a cluster or trip a track.
    Tracks,
}

/// Writes the files of the clusters or trips that have a position, and the routes of trips
/// with several stops.
///
/// # Errors
/// The output is closed or full.
pub fn write(selection: &Selection<'_>, shape: GpxShape, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
          <gpx version=\"1.1\" creator=\"imm-cluster\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n",
    )?;
    // The schema wants all waypoints before all routes, and those before all tracks.
    if shape == GpxShape::Waypoints {
        for (number, group) in selection.groups().iter().enumerate() {
            let label = group.label();
            for (position, photo) in located(selection, number) {
                waypoint(&photo, position, &label, out)?;
            }
        }
    }
    for group in selection.groups() {
        route(group, out)?;
    }
    if shape == GpxShape::Tracks {
        for (number, group) in selection.groups().iter().enumerate() {
            track(&group.label(), located(selection, number), out)?;
        }
    }
    out.write_all(b"</gpx>\n")
}

/// The files of the group of that number that have a position.
fn located<'s, 'a>(
    selection: &'s Selection<'a>,
    number: usize,
) -> impl Iterator<Item = (Position, Photo<'s, 'a>)> {
    let files = selection.files(number);
    files.filter_map(|photo| Some((photo.position()?, photo)))
}

/// A route through the stops, where there is a way to go.
fn route(group: &ExportedGroup<'_>, out: &mut dyn Write) -> io::Result<()> {
    let stops = group.way();
    if stops.is_empty() {
        return Ok(());
    }
    writeln!(out, "<rte><name>{}</name>", Xml(&group.label()))?;
    for stop in stops {
        let days = stop.stay.span;
        point("rtept", stop.at, out)?;
        writeln!(
            out,
            "<name>{}</name><desc>{} to {}</desc></rtept>",
            Xml(stop.name()),
            days.first,
            days.last
        )?;
    }
    out.write_all(b"</rte>\n")
}

fn track<'s, 'a: 's>(
    label: &str,
    located: impl Iterator<Item = (Position, Photo<'s, 'a>)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut located = located.peekable();
    if located.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "<trk><name>{}</name><trkseg>", Xml(label))?;
    for (position, photo) in located {
        point("trkpt", position, out)?;
        time(&photo, out)?;
        out.write_all(b"</trkpt>\n")?;
    }
    out.write_all(b"</trkseg></trk>\n")
}

fn waypoint(
    photo: &Photo<'_, '_>,
    position: Position,
    label: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    point("wpt", position, out)?;
    time(photo, out)?;
    let kind = if photo.file.is_video() {
        "video"
    } else {
        "photo"
    };
    writeln!(
        out,
        "<name>{}</name><desc>{}</desc><link href=\"{}\"/><type>{kind}</type></wpt>",
        Xml(&photo.name()),
        Xml(label),
        FileUri(&photo.path()),
    )
}

fn point(element: &str, position: Position, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "<{element} lat=\"{}\" lon=\"{}\">",
        position.lat(),
        position.lon()
    )
}

fn time(photo: &Photo<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
    match photo.local().and_then(Clock::utc) {
        Some(at) => {
            let at = at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
            write!(out, "<time>{at}</time>")
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::{Sample, written};

    #[test]
    fn waypoints_and_tracks() {
        let sample = Sample::new();
        let selection = sample.selection();
        insta::assert_snapshot!(written(|out| write(&selection, GpxShape::Waypoints, out)), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <gpx version="1.1" creator="imm-cluster" xmlns="http://www.topografix.com/GPX/1/1">
        <wpt lat="30.2489" lon="120.1485"><time>2024-03-03T01:12:44Z</time><name>IMG_1.HEIC</name><desc>2024-03-03 =West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? /../</desc><link href="file:///photos/2024/hz/IMG_1.HEIC"/><type>photo</type></wpt>
        <wpt lat="30.2489" lon="120.1485"><time>2024-03-03T01:12:44Z</time><name>IMG_1.MOV</name><desc>2024-03-03 =West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? /../</desc><link href="file:///photos/2024/hz/IMG_1.MOV"/><type>video</type></wpt>
        <wpt lat="30.2936" lon="120.1614"><time>2024-03-05T13:40:02.500Z</time><name>=cmd|'c'!A1,&quot;x&quot;&#10;&lt;b&gt;&amp;.jpg</name><desc>2024-03-03 =West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? /../</desc><link href="file:///photos/2024/hz/%3Dcmd%7C%27c%27%21A1%2C%22x%22%0A%3Cb%3E%26.jpg"/><type>photo</type></wpt>
        </gpx>
        "#);
        insta::assert_snapshot!(written(|out| write(&selection, GpxShape::Tracks, out)), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <gpx version="1.1" creator="imm-cluster" xmlns="http://www.topografix.com/GPX/1/1">
        <trk><name>2024-03-03 =West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? /../</name><trkseg>
        <trkpt lat="30.2489" lon="120.1485"><time>2024-03-03T01:12:44Z</time></trkpt>
        <trkpt lat="30.2489" lon="120.1485"><time>2024-03-03T01:12:44Z</time></trkpt>
        <trkpt lat="30.2936" lon="120.1614"><time>2024-03-05T13:40:02.500Z</time></trkpt>
        </trkseg></trk>
        </gpx>
        "#);
    }
}
