//! The JSON file that Google Takeout puts beside each photo and video.

use serde_json::Value;

use super::facts::Facts;
use super::unreadable::Unreadable;
use crate::capture::clock::{NoTime, RawTime, unix_instant};
use crate::capture::clue::{PositionSource, TimeSource};

/// The largest file that is read, in bytes. Real ones have a few KiB.
pub const MAX_SIZE: usize = 1024 * 1024;

/// Reads `photoTakenTime`, `geoDataExif` and `geoData`. The JSON of an album,
/// under whatever name, and any other JSON has no `photoTakenTime` and gives no
/// clue.
///
/// # Errors
/// The file is over [`MAX_SIZE`] or is not JSON.
pub fn read(json: &[u8], facts: &mut Facts) -> Result<(), Unreadable> {
    let root = parsed(json)?;
    let Some(taken) = root.get("photoTakenTime").filter(|taken| taken.is_object()) else {
        return Ok(());
    };
    if let Some(timestamp) = taken.get("timestamp") {
        let text = match timestamp {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        facts.time(TimeSource::Takeout, text.as_str(), instant(&text));
    }
    for (name, source) in [
        ("geoDataExif", PositionSource::TakeoutExif),
        ("geoData", PositionSource::Takeout),
    ] {
        if let Some(geo) = root.get(name).filter(|geo| geo.is_object()) {
            let degrees = |name| geo.get(name).and_then(Value::as_f64);
            match (degrees("latitude"), degrees("longitude")) {
                (Some(lat), Some(lon)) => {
                    facts.position(source, format!("{lat}, {lon}"), lat, lon);
                }
                _ => facts.no_position(source, name, "not a number"),
            }
        }
    }
    Ok(())
}

/// The title: the name that the file had in Google Photos, which may be longer than its name
/// in the export.
pub fn title(json: &[u8]) -> Option<String> {
    let root = parsed(json).ok()?;
    Some(root.get("title")?.as_str()?.to_owned())
}

fn parsed(json: &[u8]) -> Result<Value, Unreadable> {
    if json.len() > MAX_SIZE {
        return Err(Unreadable::Malformed("the JSON is larger than 1 MiB"));
    }
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    serde_json::from_slice(json).map_err(|_| Unreadable::Malformed("not valid JSON"))
}

/// Whole seconds since 1970 in UTC. Zero is how Takeout says that it knows none.
fn instant(text: &str) -> Result<RawTime, NoTime> {
    match text.parse() {
        Ok(0) => Err(NoTime::Empty),
        Ok(seconds) => unix_instant(seconds, 0),
        Err(_) => Err(NoTime::NotADate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::testing;

    fn told(json: &str) -> Facts {
        let mut facts = Facts::default();
        read(json.as_bytes(), &mut facts).unwrap();
        facts
    }

    fn time(timestamp: &str) -> String {
        let json = format!(r#"{{"photoTakenTime":{{"timestamp":{timestamp}}}}}"#);
        let facts = told(&json);
        match &facts.times[..] {
            [] => String::new(),
            [clue] => match &clue.value {
                Ok(RawTime::Instant(instant)) => instant.to_rfc3339(),
                Ok(RawTime::Clock(_)) => "a clock".to_owned(),
                Err(why) => why.0.clone(),
            },
            _ => "several".to_owned(),
        }
    }

    #[test]
    fn a_timestamp_is_an_instant() {
        assert_eq!(time(r#""1556957472""#), "2019-05-04T08:11:12+00:00");
        assert_eq!(time("1556957472"), "2019-05-04T08:11:12+00:00");
        assert_eq!(time(r#""-1000000000""#), "1938-04-24T22:13:20+00:00");
    }

    #[test]
    fn what_is_no_timestamp() {
        assert_eq!(time(r#""0""#), "empty");
        assert_eq!(time("0"), "empty");
        assert_eq!(time(r#""yesterday""#), "not a date");
        assert_eq!(time("1.5"), "not a date");
        assert_eq!(time("null"), "not a date");
        assert_eq!(time(r#""9223372036854775807""#), "not a date");
        assert_eq!(
            time(r#""-9000000000""#),
            "before the first photograph (1826)"
        );
    }

    #[test]
    fn the_title_is_that_of_the_file() {
        assert_eq!(title(br#"{"title":"a.jpg"}"#).as_deref(), Some("a.jpg"));
        for json in [&br#"{"title":1}"#[..], b"{}", b"[]", b"{"] {
            assert_eq!(title(json), None);
        }
    }

    #[test]
    fn positions_of_the_file_and_of_google() {
        let facts = told(
            r#"{"photoTakenTime":{},
                "geoData":{"latitude":48.5,"longitude":2,"altitude":0.0},
                "geoDataExif":{"latitude":-33.25,"longitude":151.5}}"#,
        );
        let found = facts.positions.iter().map(|clue| {
            let position = clue.value.as_ref().unwrap();
            (clue.source, position.lat(), position.lon())
        });
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                (PositionSource::TakeoutExif, -33.25, 151.5),
                (PositionSource::Takeout, 48.5, 2.0)
            ]
        );
    }

    #[test]
    fn what_is_no_position() {
        let facts = told(
            r#"{"photoTakenTime":{},
                "geoData":{"latitude":0.0,"longitude":0.0},
                "geoDataExif":{"latitude":213.64,"longitude":1}}"#,
        );
        let why = facts.positions.iter().map(|clue| clue.value.clone());
        let why: Vec<_> = why.map(|value| value.unwrap_err().0).collect();
        assert_eq!(why, ["out of range", "0,0 means no fix"]);
        let facts = told(r#"{"photoTakenTime":{},"geoData":{"latitude":"x"}}"#);
        assert!(facts.positions[0].value.is_err());
    }

    #[test]
    fn other_json_gives_no_clue() {
        let album = r#"{"title":"Trip","date":{"timestamp":"1556957472"},
            "geoData":{"latitude":48.5,"longitude":2}}"#;
        for json in [album, "[1, 2]", "null", r#"{"photoTakenTime":"x"}"#] {
            assert_eq!(told(json), Facts::default(), "{json}");
        }
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        let fails = |json: &[u8]| {
            let mut facts = Facts::default();
            let result = read(json, &mut facts);
            assert_eq!(facts, Facts::default());
            matches!(result, Err(Unreadable::Malformed(_)))
        };
        assert!(fails(b""));
        assert!(fails(b"{\"photoTakenTime\":"));
        assert!(fails(&b"[".repeat(100_000)));
        assert!(fails(&b" ".repeat(MAX_SIZE + 1)));
        assert!(read(b"\xef\xbb\xbf{}", &mut Facts::default()).is_ok());
    }

    #[test]
    fn damaged_json_does_not_panic() {
        let json = br#"{"photoTakenTime":{"timestamp":"1556957472"},
            "geoData":{"latitude":48.5,"longitude":2.5e1}}"#;
        testing::each_damaged(json, |damaged| {
            let _ = read(damaged, &mut Facts::default());
        });
    }
}
