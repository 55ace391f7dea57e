//! iCalendar (RFC 5545): an all-day event for each cluster or trip.

use std::io::{self, Write};

use chrono::Datelike;

use super::{ExportedGroup, Selection};

/// The longest line in bytes, without its end.
const LINE: usize = 75;

/// Writes an event for each cluster or trip. Nothing in it depends on today.
///
/// # Errors
/// The output is closed or full.
pub fn write(selection: &Selection<'_>, out: &mut dyn Write) -> io::Result<()> {
    line("BEGIN:VCALENDAR", out)?;
    line("VERSION:2.0", out)?;
    line("PRODID:-//imm-cluster//Trips//EN", out)?;
    line("CALSCALE:GREGORIAN", out)?;
    line("X-WR-CALNAME:Trips", out)?;
    for group in selection.groups() {
        event(group, out)?;
    }
    line("END:VCALENDAR", out)
}

fn event(group: &ExportedGroup<'_>, out: &mut dyn Write) -> io::Result<()> {
    let days = group.days();
    let stamp = group.update_time().format("%Y%m%dT%H%M%SZ");
    line("BEGIN:VEVENT", out)?;
    line(&format!("UID:{}", Text(group.object_id())), out)?;
    line(&format!("DTSTAMP:{stamp}"), out)?;
    line(&format!("LAST-MODIFIED:{stamp}"), out)?;
    line(
        &format!("DTSTART;VALUE=DATE:{}", days.first.date().format("%Y%m%d")),
        out,
    )?;
    // The day behind the last. Years have four digits; without an end it is one day.
    let end = days.last.date().succ_opt().filter(|end| end.year() <= 9999);
    if let Some(end) = end {
        line(&format!("DTEND;VALUE=DATE:{}", end.format("%Y%m%d")), out)?;
    }
    line(&format!("SUMMARY:{}", Text(group.title())), out)?;
    line(&format!("LOCATION:{}", Text(&group.address_line())), out)?;
    line(&format!("DESCRIPTION:{}", Text(&description(group))), out)?;
    if let Some(centre) = group.centre() {
        line(&format!("GEO:{:.6};{:.6}", centre.lat(), centre.lon()), out)?;
    }
    line(&format!("CATEGORIES:{}", group.kind()), out)?;
    // A past trip must not block time in a calendar.
    line("TRANSP:TRANSPARENT", out)?;
    line("END:VEVENT", out)
}

/// What a group holds, and of a trip with several stops a line for each.
fn description(group: &ExportedGroup<'_>) -> String {
    use std::fmt::Write as _;
    let mut text = group.holds();
    for stop in group.way() {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{} {}", stop.stay.span.first, stop.name());
    }
    text
}

/// A value of type TEXT.
struct Text<'a>(&'a str);

impl std::fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        let mut chars = self.0.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' | ';' | ',' => write!(f, "\\{c}")?,
                '\r' if chars.peek() == Some(&'\n') => {}
                '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => f.write_str("\\n")?,
                '\t' => f.write_char(c)?,
                c if c.is_control() => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Writes a line, folded between characters so that no part is longer than 75 bytes.
fn line(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = text;
    let mut room = LINE;
    while rest.len() > room {
        let (part, behind) = rest.split_at(rest.floor_char_boundary(room));
        write!(out, "{part}\r\n ")?;
        rest = behind;
        // The blank that a folded line begins with counts.
        room = LINE - 1;
    }
    write!(out, "{rest}\r\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::testing::{Sample, written};

    #[test]
    fn trips() {
        let sample = Sample::new();
        let selection = sample.selection();
        insta::assert_snapshot!(written(|out| write(&selection, out)), @r#"
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//imm-cluster//Trips//EN
        CALSCALE:GREGORIAN
        X-WR-CALNAME:Trips
        BEGIN:VEVENT
        UID:location-date-cluster-00000001-0000-4000-8000-000000000000
        DTSTAMP:20240401T080000Z
        LAST-MODIFIED:20240401T080000Z
        DTSTART;VALUE=DATE:20240303
        DTEND;VALUE=DATE:20240306
        SUMMARY:=West Lake: "spring"\, & <tea>? /../
        LOCATION:Hangzhou\, Zhejiang\, China
        DESCRIPTION:3 files on 3 of 3 days
        GEO:30.271250;120.154950
        CATEGORIES:city
        TRANSP:TRANSPARENT
        END:VEVENT
        BEGIN:VEVENT
        UID:location-date-cluster-00000002-0000-4000-8000-000000000000
        DTSTAMP:20240401T080000Z
        LAST-MODIFIED:20240401T080000Z
        DTSTART;VALUE=DATE:20240306
        DTEND;VALUE=DATE:20240307
        SUMMARY:Jiaxing
        LOCATION:Jiaxing\, Zhejiang\, China
        DESCRIPTION:1 file
        CATEGORIES:city
        TRANSP:TRANSPARENT
        END:VEVENT
        END:VCALENDAR
        "#);
    }

    #[test]
    fn the_stops_of_a_trip_are_lines_of_its_description() {
        let sample = Sample::travelled();
        let event = written(|out| write(&sample.trips(), out));
        for line in [
            "UID:trip-00000001-0000-4000-8000-000000000000\r\n",
            "DTSTART;VALUE=DATE:20240303\r\nDTEND;VALUE=DATE:20240308\r\n",
            "SUMMARY:China\\, Japan\r\n",
            "LOCATION:Hangzhou\\, Kyoto\\, China\\, Japan\r\n",
            "DESCRIPTION:4 files on 4 of 5 days\\n2024-03-03 Hangzhou\\n2024-03-07 Kyoto\r\n",
            "CATEGORIES:trip\r\n",
        ] {
            assert!(event.contains(line), "{line}{event}");
        }
    }

    #[test]
    fn a_text_stays_in_its_line() {
        assert_eq!(
            Text("a\r\nEND:VEVENT\u{85}b;c,d\\e\u{1b}\u{2028}f").to_string(),
            "a\\nEND:VEVENT\\nb\\;c\\,d\\\\e\u{fffd}\\nf"
        );
    }

    proptest! {
        #[test]
        fn folded_lines_are_short_and_unfold(text in r"[^\p{C}]{0,300}") {
            let mut out = Vec::new();
            line(&text, &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            prop_assert!(out.split("\r\n").all(|line| line.len() <= 75));
            prop_assert_eq!(out.replace("\r\n ", ""), format!("{text}\r\n"));
        }
    }
}
