//! KML 2.2: a folder for each cluster or trip, with the time span of its days.

use std::io::{self, Write};

use super::group::files_in_english;
use super::xml::Xml;
use super::{ExportedGroup, ExportedStop, Photo, Selection};
use crate::capture::position::Position;
use crate::capture::span::Span;

/// Writes a folder for each cluster with a placemark in the middle of its files, and for
/// each trip with a line through its stops and a placemark at each; and where they are
/// wanted one for each file that has a position.
///
/// # Errors
/// The output is closed or full.
pub fn write(selection: &Selection<'_>, files: bool, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
          <kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n<name>Trips</name>\n",
    )?;
    for (number, group) in selection.groups().iter().enumerate() {
        writeln!(out, "<Folder>\n<name>{}</name>", Xml(&group.label()))?;
        span(group.days(), out)?;
        let stops = group.way();
        if !stops.is_empty() {
            whole(group, out)?;
            line(stops, out)?;
            for stop in stops {
                placemark(stop, out)?;
            }
        } else if let Some(centre) = group.centre() {
            whole(group, out)?;
            point(centre, out)?;
        }
        if files {
            for photo in selection.files(number) {
                if let Some(position) = photo.position() {
                    file(&photo, position, out)?;
                }
            }
        }
        out.write_all(b"</Folder>\n")?;
    }
    out.write_all(b"</Document>\n</kml>\n")
}

fn span(days: Span, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<TimeSpan><begin>{}</begin><end>{}</end></TimeSpan>",
        days.first, days.last
    )
}

/// The placemark of a whole cluster or trip, up to where it is.
fn whole(group: &ExportedGroup<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<Placemark>\n<name>{}</name>\n<address>{}</address>\n<description>{}</description>",
        Xml(group.title()),
        Xml(&group.address_line()),
        Xml(&group.holds()),
    )?;
    span(group.days(), out)?;
    out.write_all(b"<ExtendedData>")?;
    for (name, value) in [("object_id", group.object_id()), ("level", group.kind())] {
        write!(
            out,
            "<Data name=\"{name}\"><value>{}</value></Data>",
            Xml(value)
        )?;
    }
    out.write_all(b"</ExtendedData>\n")
}

/// A line through stops, on the ground and the shorter way round the globe.
fn line(stops: &[ExportedStop<'_>], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"<LineString><tessellate>1</tessellate><coordinates>")?;
    for (number, stop) in stops.iter().enumerate() {
        let gap = if number > 0 { " " } else { "" };
        write!(out, "{gap}{},{}", stop.at.lon(), stop.at.lat())?;
    }
    out.write_all(b"</coordinates></LineString>\n</Placemark>\n")
}

fn placemark(stop: &ExportedStop<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<Placemark>\n<name>{}</name>\n<address>{}</address>\n<description>{}</description>",
        Xml(stop.name()),
        Xml(&stop.stay.address.line()),
        files_in_english(stop.stay.files),
    )?;
    span(stop.stay.span, out)?;
    point(stop.at, out)
}

fn file(photo: &Photo<'_, '_>, position: Position, out: &mut dyn Write) -> io::Result<()> {
    let path = photo.path();
    writeln!(
        out,
        "<Placemark>\n<name>{}</name>\n<description>{}</description>",
        Xml(&photo.name()),
        Xml(&path.to_string_lossy()),
    )?;
    if let Some(local) = photo.local() {
        let when = match local.utc() {
            Some(at) => at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            None => local.date.to_string(),
        };
        writeln!(out, "<TimeStamp><when>{when}</when></TimeStamp>")?;
    }
    point(position, out)
}

fn point(position: Position, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<Point><coordinates>{},{}</coordinates></Point>\n</Placemark>",
        position.lon(),
        position.lat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::{Sample, written};

    #[test]
    fn clusters_and_files() {
        let sample = Sample::new();
        let selection = sample.selection();
        insta::assert_snapshot!(written(|out| write(&selection, true, out)), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <kml xmlns="http://www.opengis.net/kml/2.2">
        <Document>
        <name>Trips</name>
        <Folder>
        <name>2024-03-03 =West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? /../</name>
        <TimeSpan><begin>2024-03-03</begin><end>2024-03-05</end></TimeSpan>
        <Placemark>
        <name>=West Lake: &quot;spring&quot;, &amp; &lt;tea&gt;? /../</name>
        <address>Hangzhou, Zhejiang, China</address>
        <description>3 files on 3 of 3 days</description>
        <TimeSpan><begin>2024-03-03</begin><end>2024-03-05</end></TimeSpan>
        <ExtendedData><Data name="object_id"><value>location-date-cluster-00000001-0000-4000-8000-000000000000</value></Data><Data name="level"><value>city</value></Data></ExtendedData>
        <Point><coordinates>120.15495,30.27125</coordinates></Point>
        </Placemark>
        <Placemark>
        <name>IMG_1.HEIC</name>
        <description>/photos/2024/hz/IMG_1.HEIC</description>
        <TimeStamp><when>2024-03-03T01:12:44Z</when></TimeStamp>
        <Point><coordinates>120.1485,30.2489</coordinates></Point>
        </Placemark>
        <Placemark>
        <name>IMG_1.MOV</name>
        <description>/photos/2024/hz/IMG_1.MOV</description>
        <TimeStamp><when>2024-03-03T01:12:44Z</when></TimeStamp>
        <Point><coordinates>120.1485,30.2489</coordinates></Point>
        </Placemark>
        <Placemark>
        <name>=cmd|'c'!A1,&quot;x&quot;&#10;&lt;b&gt;&amp;.jpg</name>
        <description>/photos/2024/hz/=cmd|'c'!A1,&quot;x&quot;&#10;&lt;b&gt;&amp;.jpg</description>
        <TimeStamp><when>2024-03-05T13:40:02Z</when></TimeStamp>
        <Point><coordinates>120.1614,30.2936</coordinates></Point>
        </Placemark>
        </Folder>
        <Folder>
        <name>2024-03-06 Jiaxing</name>
        <TimeSpan><begin>2024-03-06</begin><end>2024-03-06</end></TimeSpan>
        </Folder>
        </Document>
        </kml>
        "#);
    }
}
