//! What cameras of Sony and Panasonic say of a clip in XML, within the movie or in a file
//! beside it. Its creation date is that of the movie's header in local time, so that the offset
//! is what it adds.

use super::facts::Facts;
use super::maker;
use super::tiff::ByteOrder;
use super::unreadable::Unreadable;
use crate::capture::clock::{RawTime, Written};
use crate::capture::clue::TimeSource;
use crate::capture::offset;

/// The longest document that is read, in bytes. Real ones have a few KiB.
pub const MAX_SIZE: usize = 256 * 1024;
/// The longest name or date, in bytes.
const MAX_TEXT: usize = 1024;

/// Reads a document; other XML says nothing.
///
/// # Errors
/// None that the text can cause.
pub fn read(xml: &str, facts: &mut Facts) -> Result<(), Unreadable> {
    let [date, make, model] = if xml.contains("<NonRealTimeMeta") {
        maker::take(ByteOrder::Big, maker::sony_xml(xml), facts)?;
        [
            attribute(xml, "<CreationDate ", "value"),
            attribute(xml, "<Device ", "manufacturer"),
            attribute(xml, "<Device ", "modelName"),
        ]
    } else if xml.contains("<ClipMain") {
        let begun = element(xml, "StartDate");
        [
            begun.or_else(|| element(xml, "CreationDate")),
            element(xml, "Manufacturer"),
            element(xml, "ModelName"),
        ]
    } else {
        return Ok(());
    };
    if let Some(date) = date {
        let written = Written::parse(date);
        let offset = written.ok().and_then(|written| written.clock().offset);
        // A Z says that the time is in UTC, and not that the camera was there.
        if let Some(offset) = offset.filter(|_| !date.ends_with(['Z', 'z'])) {
            // It knows of summer time, which the time zone in USMT need not.
            facts.device_offset = Some(offset);
        }
        let value = written.map(|written| RawTime::Clock(written.clock()));
        facts.time(TimeSource::Clip, date, value);
    }
    facts.make = facts.make.take().or(make.map(str::to_owned));
    facts.model = facts.model.take().or(model.map(str::to_owned));
    Ok(())
}

/// Reads a document that stands beside a movie. Cameras count clips anew on each card, so it may be
/// of another clip of that name: where the movie's header tells another time, its date alone is kept.
pub fn read_beside(xml: &str, facts: &mut Facts) {
    let mut said = Facts::default();
    // It reads no more of the disk, which alone could fail.
    if read(xml, &mut said).is_err() {
        return;
    }
    let header = facts.times.iter().find_map(|clue| match clue.value {
        Ok(RawTime::Instant(at)) if clue.source == TimeSource::Mvhd => Some(at),
        _ => None,
    });
    let clip = said.times.iter().find_map(|clue| match clue.value {
        Ok(RawTime::Clock(at)) if clue.source == TimeSource::Clip => Some(at),
        _ => None,
    });
    let is_of_it = match (header, clip) {
        (Some(header), Some(clip)) => (clip.time.map(|time| clip.date.and_time(time)))
            .and_then(|local| offset::between(local, header, facts.length))
            .is_some_and(|offset| clip.offset.is_none_or(|said| said == offset)),
        _ => true,
    };
    said.times
        .retain(|clue| is_of_it || clue.source == TimeSource::Clip);
    facts.times.append(&mut said.times);
    if is_of_it {
        facts.positions.append(&mut said.positions);
        facts.gps_time = facts.gps_time.or(said.gps_time);
        facts.device_offset = facts.device_offset.or(said.device_offset);
        facts.make = facts.make.take().or(said.make);
        facts.model = facts.model.take().or(said.model);
    }
}

/// The value of an attribute of the first such element.
fn attribute<'a>(xml: &'a str, element: &str, attribute: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(element)?;
    let (tag, _) = rest.split_once('>')?;
    let (_, rest) = tag.split_once(&format!("{attribute}=\""))?;
    short(rest.split_once('"')?.0)
}

/// The text of the first such element.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    short(rest.split_once("</")?.0)
}

/// A text that is one, and no longer than names and dates are.
fn short(text: &str) -> Option<&str> {
    let text = text.trim();
    (1..=MAX_TEXT).contains(&text.len()).then_some(text)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::testing::each_damaged;
    use super::*;

    pub(in crate::media) const SONY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.00">
        <CreationDate value="2019-04-24T22:24:00+02:00"/>
        <Device manufacturer="Sony" modelName="ILCE-7M3" serialNo="0"/></NonRealTimeMeta>"#;

    pub(in crate::media) const PANASONIC: &str = r#"
        <?xml version="1.0" encoding="UTF-8" standalone="no" ?>
        <ClipMain xmlns="urn:schemas-Professional-Plug-in:Semi-Pro:ClipMetadata:v1.0">
        <ClipContent><ClipMetadata><Access><CreationDate>2022-03-30T08:57:56+09:00</CreationDate>
        <LastUpdateDate>2022-03-30T09:57:56+09:00</LastUpdateDate></Access>
        <Device><Manufacturer>Panasonic</Manufacturer><ModelName>DC-GH6</ModelName></Device>
        <Shoot><StartDate>2022-03-30T08:57:50+09:00</StartDate></Shoot>
        </ClipMetadata></ClipContent></ClipMain>"#;

    fn told(xml: &str) -> String {
        let mut facts = Facts::default();
        read(xml, &mut facts).unwrap();
        let time = facts.times.first().map(|clue| match &clue.value {
            Ok(time) => time.to_string(),
            Err(why) => why.0.clone(),
        });
        let offset = facts.device_offset.map(|offset| offset.to_string());
        [time, offset, facts.camera()]
            .map(Option::unwrap_or_default)
            .join(" ")
    }

    #[test]
    fn either_maker_has_its_date_with_the_offset() {
        assert_eq!(told(SONY), "2019-04-24T22:24:00+02:00 +02:00 Sony ILCE-7M3");
        assert_eq!(
            told(PANASONIC),
            "2022-03-30T08:57:50+09:00 +09:00 Panasonic DC-GH6"
        );
        let (before, _) = PANASONIC.split_once("<Shoot>").unwrap();
        assert_eq!(
            told(before),
            "2022-03-30T08:57:56+09:00 +09:00 Panasonic DC-GH6"
        );
        let west = SONY.replace("+02:00", "-03:30");
        assert_eq!(
            told(&west),
            "2019-04-24T22:24:00-03:30 -03:30 Sony ILCE-7M3"
        );
    }

    #[test]
    fn a_clip_of_another_card_tells_no_offset() {
        let beside = |xml: &str, header: &str| {
            let mut facts = Facts::default();
            let header = Written::parse(header).map(Written::raw);
            facts.time(TimeSource::Mvhd, "", header);
            read_beside(xml, &mut facts);
            let offset = facts.device_offset.map(|offset| offset.to_string());
            (offset, facts.times.len(), facts.make)
        };
        let east = Some("+02:00".to_owned());
        let sony = Some("Sony".to_owned());
        assert_eq!(
            beside(SONY, "2019-04-24T20:24:00Z"),
            (east, 2, sony.clone())
        );
        assert_eq!(beside(SONY, "2024-07-01T10:00:00Z"), (None, 2, None));
        let in_utc = SONY.replace("22:24:00+02:00", "20:24:00Z");
        assert_eq!(beside(&in_utc, "2019-04-24T20:24:00Z"), (None, 2, sony));
        let long = SONY.replace("ILCE-7M3", &"A".repeat(2000));
        assert_eq!(told(&long), "2019-04-24T22:24:00+02:00 +02:00 Sony");
    }

    #[test]
    fn what_says_nothing() {
        assert_eq!(
            told("<nfo><CreationDate>2019-04-24T22:24:00</CreationDate></nfo>"),
            "  "
        );
        assert_eq!(told("<NonRealTimeMeta/>"), "  ");
        assert_eq!(
            told(&SONY.replace("2019-04-24", "2019-13-24")),
            "not a date  Sony ILCE-7M3"
        );
        let plain = SONY.replace("+02:00", "");
        assert_eq!(told(&plain), "2019-04-24T22:24:00  Sony ILCE-7M3");
        for sample in [SONY, PANASONIC] {
            each_damaged(sample.as_bytes(), |bytes| {
                let _ = read(&String::from_utf8_lossy(bytes), &mut Facts::default());
            });
        }
    }
}
