//! Files of every format, whole and damaged.

use std::io::{self, Read};

use proptest::prelude::*;

use super::*;
use crate::media::testing;

/// What a file says: seconds since the first instant, and degrees.
fn told(text: &str) -> (TrackFormat, Vec<String>, Vec<String>) {
    let mut fixes = Vec::new();
    let reading = read(text.as_bytes(), &mut |fix| fixes.push(shown(&fix))).unwrap();
    assert_eq!(reading.fixes, fixes.len() as u64);
    let skipped = reading.skipped.iter();
    let skipped = skipped.map(|(why, count)| format!("{} {count}", why.name()));
    (reading.format, fixes, skipped.collect())
}

fn shown(fix: &Fix) -> String {
    let time = chrono::DateTime::from_timestamp(fix.instant, 0).unwrap();
    let (lat, lon) = (fix.position.lat(), fix.position.lon());
    let accuracy = fix.accuracy.map(|metres| format!(" ±{metres}"));
    let time = time.format("%FT%T");
    format!("{time} {lat} {lon}{}", accuracy.unwrap_or_default())
}

fn fails(bytes: &[u8]) -> String {
    read(bytes, &mut |_| {}).unwrap_err().to_string()
}

const GPX: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="a &lt;receiver>" xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="urn:x">
 <metadata><time>2023-07-01T00:00:00Z</time></metadata>
 <wpt lat="45.5" lon="6.25"><time>2023-07-01T08:00:00Z</time><name>Hütte</name></wpt>
 <rte><rtept lon="6.5" lat="45.75"><time>2023-07-01T09:00:00</time></rtept></rte>
 <trk><name><![CDATA[<up>]]></name><trkseg>
  <trkpt lat="45.50000" lon="6.25000"><ele>1210</ele><time>2023-07-01T10:00:00.750+02:00</time>
   <extensions><x:sensor><time>2001-01-01T00:00:00Z</time></x:sensor></extensions></trkpt>
  <trkpt lat='-45.5' lon='-6.25'><x:time/><time><!-- x -->2023-07-01T10:00:05Z</time></trkpt>
  <trkpt lat="45.5" lon="6.25"/>
  <trkpt lat="45.5"><time>2023-07-01T10:00:06Z</time></trkpt>
  <trkpt lat="95.5" lon="6.25"><time>2023-07-01T10:00:07Z</time></trkpt>
  <trkpt lat="45.5" lon="6.25"><time>1980-01-06T00:00:00Z</time></trkpt>
 </trkseg></trk>
</gpx>"#;

#[test]
fn gpx() {
    let (format, fixes, skipped) = told(GPX);
    assert_eq!(format, TrackFormat::Gpx);
    assert_eq!(
        fixes,
        [
            "2023-07-01T08:00:00 45.5 6.25",
            "2023-07-01T09:00:00 45.75 6.5",
            "2023-07-01T08:00:00 45.5 6.25",
            "2023-07-01T10:00:05 -45.5 -6.25",
        ]
    );
    assert_eq!(
        skipped,
        [
            "no_time 1",
            "impossible_time 1",
            "no_position 1",
            "out_of_range 1"
        ]
    );
    // The same in Latin-1, and with a byte order mark and blank lines before it.
    let mut latin: Vec<u8> = GPX.replace("UTF-8", "ISO-8859-1").into_bytes();
    let umlaut = latin
        .windows(2)
        .position(|pair| pair == "ü".as_bytes())
        .unwrap();
    latin.splice(umlaut..umlaut + 2, [0xFC]);
    let track = |bytes: &[u8]| Track::read(bytes).unwrap();
    assert_eq!(track(&latin), track(GPX.as_bytes()));
    let marked = format!("\u{feff}\n\n<!-- x -->{}", GPX.split_once('\n').unwrap().1);
    assert_eq!(track(marked.as_bytes()), track(GPX.as_bytes()));
}

const KML: &str = r#"<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document><Folder>
 <Placemark><name>All at once</name><gx:Track>
  <when>2014-05-01T06:00:00Z</when><when>2014-05-01T06:05:00.000+02:00</when><when/>
  <gx:coord>11.5 48.25 520</gx:coord><gx:coord>11.75 48.5</gx:coord><gx:coord>11.8 48.5 0</gx:coord>
 </gx:Track></Placemark>
 <Placemark><gx:MultiTrack>
  <gx:Track><when>2014-05-02T06:00:00Z</when><gx:coord>1 2 3</gx:coord>
   <when>2014-05-02T06:01:00Z</when><gx:coord>1.5 2.5 3</gx:coord>
   <when>2014-05-02T06:02:00Z</when></gx:Track>
 </gx:MultiTrack></Placemark>
 <Placemark><name>A stay</name><LookAt><gx:TimeStamp><when>2001-01-01T00:00:00Z</when></gx:TimeStamp></LookAt>
  <Point><coordinates>2.25,48.75,0</coordinates></Point>
  <TimeSpan><begin>2015-03-01T09:00:00Z</begin><end>2015-03-01T10:30:00Z</end></TimeSpan></Placemark>
 <Placemark><name>A walk</name><TimeSpan><begin>2015-03-01T10:30:00Z</begin><end>2015-03-01T10:40:00Z</end></TimeSpan>
  <LineString><coordinates>
   2.25,48.75,0 2.25,48.76,0
   2.25,48.77,0 </coordinates></LineString></Placemark>
 <Placemark><name>A long way</name><LineString><coordinates>2,48 3,48 4,48</coordinates></LineString>
  <TimeSpan><begin>2015-03-01T11:00:00Z</begin><end>2015-03-01T12:30:00Z</end></TimeSpan></Placemark>
 <Placemark><TimeStamp><when>2015-03-02T09:00:00+01:00</when></TimeStamp>
  <Point><coordinates> 2.5 , 48.5 </coordinates></Point></Placemark>
 <Placemark><name>A favourite</name><Point><coordinates>2,48</coordinates></Point></Placemark>
</Folder></Document></kml>"#;

#[test]
fn kml() {
    let (format, fixes, skipped) = told(KML);
    assert_eq!(format, TrackFormat::Kml);
    assert_eq!(
        fixes,
        [
            "2014-05-01T06:00:00 48.25 11.5",
            "2014-05-01T04:05:00 48.5 11.75",
            "2014-05-02T06:00:00 2 1",
            "2014-05-02T06:01:00 2.5 1.5",
            // A stay has a fix every hour, and at its end.
            "2015-03-01T09:00:00 48.75 2.25",
            "2015-03-01T10:00:00 48.75 2.25",
            "2015-03-01T10:30:00 48.75 2.25",
            // A way of less than an hour is gone at one speed.
            "2015-03-01T10:30:00 48.75 2.25",
            "2015-03-01T10:35:00 48.76 2.25",
            "2015-03-01T10:40:00 48.77 2.25",
            // Of a longer one nobody knows.
            "2015-03-01T11:00:00 48 2",
            "2015-03-01T12:30:00 48 4",
            "2015-03-02T08:00:00 48.5 2.5",
        ]
    );
    assert_eq!(skipped, ["no_time 2", "no_position 1"]);
}

const RECORDS: &str = r#"{ "somethingTruncated" : false, "locations": [
 {"latitudeE7": 482500000, "longitudeE7": 115000000, "accuracy": 21, "source": "WIFI",
  "activity": [{"activity": [{"type": "STILL", "confidence": 100}], "timestamp": "2001-01-01T00:00:00Z"}],
  "timestamp": "2019-06-01T12:00:00.123Z"},
 {"timestampMs": "1559390460000", "latitudeE7": "-335000000", "longitudeE7": 1510000000},
 {"timestampMs": 1559390520999, "latitudeE7": 3959967296, "longitudeE7": 4279967296, "accuracy": -1},
 {"timestamp": "2019-06-01T12:03:00Z", "latitudeE7": 482500000, "longitudeE7": 115000000, "accuracy": 5001},
 {"timestamp": "2019-06-01T12:04:00Z", "latitudeE7": 0, "longitudeE7": 0},
 {"timestamp": "2019-06-01T12:05:00Z", "latitudeE7": -116400000, "longitudeE7": 1669660000},
 {"timestamp": "2119-06-01T12:05:00Z", "latitudeE7": 482500000, "longitudeE7": 115000000},
 {"timestamp": "2019-06-01T12:06:00Z", "latitudeE7": null, "longitudeE7": [1, {}]},
 {"latitudeE7": 482500000, "longitudeE7": 115000000, "timestamp": true}, {}
] }"#;

#[test]
fn records_of_takeout() {
    let (format, fixes, skipped) = told(RECORDS);
    assert_eq!(format, TrackFormat::Records);
    assert_eq!(
        fixes,
        [
            "2019-06-01T12:00:00 48.25 11.5 ±21 m",
            "2019-06-01T12:01:00 -33.5 151",
            // A sign that was lost.
            "2019-06-01T12:02:00 -33.5 -1.5",
        ]
    );
    assert_eq!(
        skipped,
        [
            "no_time 2",
            "impossible_time 1",
            "no_position 1",
            "nowhere 2",
            "inaccurate 1"
        ]
    );
    assert_eq!(
        told(r#"{"locations": []}"#),
        (TrackFormat::Records, vec![], vec![])
    );
}

const SEMANTIC: &str = r#"{"timelineObjects": [
 {"activitySegment": {
   "startLocation": {"latitudeE7": 480000000, "longitudeE7": 110000000, "sourceInfo": {"deviceTag": 1}},
   "endLocation": {"latitudeE7": 482000000, "longitudeE7": 110000000},
   "duration": {"startTimestamp": "2021-09-01T07:00:00Z", "endTimestamp": "2021-09-01T07:20:00.5Z"},
   "distance": 22000, "activityType": "IN_PASSENGER_VEHICLE",
   "waypointPath": {"waypoints": [{"latE7": 481000000, "lngE7": 110000000}], "source": "INFERRED"},
   "parkingEvent": {"timestamp": "2021-09-01T07:19:00Z", "location": {"latitudeE7": 482000000, "longitudeE7": 110000000, "accuracyMetres": 20}}}},
 {"placeVisit": {
   "location": {"latitudeE7": 482000000, "longitudeE7": 110000000, "placeId": "x", "name": "Lake"},
   "duration": {"startTimestampMs": "1630481400000", "endTimestampMs": "1630485000000"},
   "otherCandidateLocations": [{"latitudeE7": 1, "longitudeE7": 1}],
   "childVisits": [{"centerLatE7": 482010000, "centerLngE7": 110000000, "location": {"placeId": "y"},
     "duration": {"startTimestamp": "2021-09-01T07:40:00Z", "endTimestamp": "2021-09-01T07:50:00Z"}}],
   "simplifiedRawPath": {"points": [{"latE7": 482000000, "lngE7": 110010000, "accuracyMeters": 12, "timestamp": "2021-09-01T07:45:00Z"}]}}},
 {"activitySegment": {
   "startLocation": {}, "endLocation": {"latitudeE7": 483000000, "longitudeE7": 110000000},
   "duration": {"startTimestamp": "2021-09-01T08:30:00Z", "endTimestamp": "2021-09-01T08:50:00Z"},
   "waypointPath": {"waypoints": [{"latE7": 1, "lngE7": 1}]},
   "simplifiedRawPath": {"points": [{"latE7": 482500000, "lngE7": 110000000, "timestampMs": "1630485600000", "accuracyMeters": 9}]}}}
]}"#;

#[test]
fn semantic_history_of_takeout() {
    let (format, fixes, skipped) = told(SEMANTIC);
    assert_eq!(format, TrackFormat::Semantic);
    assert_eq!(
        fixes,
        [
            "2021-09-01T07:00:00 48 11",
            "2021-09-01T07:10:00 48.1 11",
            "2021-09-01T07:20:00 48.2 11",
            "2021-09-01T07:19:00 48.2 11",
            "2021-09-01T07:30:00 48.2 11",
            "2021-09-01T08:30:00 48.2 11",
            "2021-09-01T07:45:00 48.2 11.001 ±12 m",
            "2021-09-01T07:40:00 48.201 11",
            "2021-09-01T07:50:00 48.201 11",
            "2021-09-01T08:50:00 48.3 11",
            "2021-09-01T08:40:00 48.25 11 ±9 m",
        ]
    );
    assert_eq!(skipped, ["no_position 1"]);
}

const ANDROID: &str = r#"{"semanticSegments": [
  {"startTime": "2024-08-10T08:00:00.000+02:00", "endTime": "2024-08-10T10:00:00.000+02:00",
   "timelinePath": [{"point": "48.25°, 11.5°", "time": "2024-08-10T08:05:00.000+02:00"},
                    {"point": "48.5°, -11.75°", "time": "2024-08-10T08:10:00.000+02:00"}]},
  {"startTime": "2024-08-10T10:00:00.000+02:00", "endTime": "2024-08-10T12:00:00.000+02:00",
   "startTimeTimezoneUtcOffsetMinutes": 120,
   "visit": {"hierarchyLevel": 0, "probability": 0.9, "topCandidate": {"placeId": "x", "semanticType": "UNKNOWN",
     "probability": 0.5, "placeLocation": {"latLng": "48.125°, 11.625°"}}}},
  {"startTime": "2024-08-10T12:00:00.000+02:00", "endTime": "2024-08-10T12:30:00.000+02:00",
   "activity": {"start": {"latLng": "48.125°, 11.625°"}, "end": {"latLng": "48.5°, 11.5°"}, "distanceMeters": 4e4,
     "topCandidate": {"type": "IN_TRAIN", "probability": 0.8}}},
  {"startTime": "2024-08-01T12:00:00Z", "endTime": "2024-08-09T12:30:00Z",
   "timelineMemory": {"trip": {"distanceFromOriginKms": 120, "destinations": [{"identifier": {"placeId": "x"}}]}}}],
 "rawSignals": [{"position": {"LatLng": "48.0°, 11.0°", "accuracyMeters": 13, "altitudeMeters": 500.5,
     "source": "WIFI", "timestamp": "2024-08-11T08:00:00.000+02:00", "speedMetersPerSecond": 0.0}},
   {"activityRecord": {"probableActivities": [{"type": "STILL", "confidence": 0.9}], "timestamp": "2024-08-11T08:00:01Z"}},
   {"wifiScan": {"deliveryTime": "2024-08-11T08:00:02Z", "devicesRecords": [{"mac": 1, "rawRssi": -60}]}}],
 "userLocationProfile": {"frequentPlaces": [{"placeLocation": "1.0°, 1.0°"}]}}"#;

#[test]
fn timeline_of_android() {
    let (format, fixes, skipped) = told(ANDROID);
    assert_eq!(format, TrackFormat::TimelineAndroid);
    assert_eq!(
        fixes,
        [
            "2024-08-10T06:05:00 48.25 11.5",
            "2024-08-10T06:10:00 48.5 -11.75",
            "2024-08-10T08:00:00 48.125 11.625",
            "2024-08-10T09:00:00 48.125 11.625",
            "2024-08-10T10:00:00 48.125 11.625",
            "2024-08-10T10:00:00 48.125 11.625",
            "2024-08-10T10:30:00 48.5 11.5",
            "2024-08-11T06:00:00 48 11 ±13 m",
        ]
    );
    assert!(skipped.is_empty(), "{skipped:?}");
}

const IOS: &str = r#"[
 {"endTime": "2024-08-10T10:00:00.000+02:00", "startTime": "2024-08-10T08:00:00.000+02:00",
  "timelinePath": [{"point": "geo:48.250000,11.500000", "durationMinutesOffsetFromStartTime": "5"},
                   {"point": "geo:48.5,-11.75,500;u=35", "durationMinutesOffsetFromStartTime": 10.5},
                   {"point": "geo:48.5", "durationMinutesOffsetFromStartTime": "11"},
                   {"point": "geo:48.5,11.5"}]},
 {"endTime": "2024-08-10T11:00:00.000+02:00", "startTime": "2024-08-10T10:00:00.000+02:00",
  "visit": {"hierarchyLevel": "0", "topCandidate": {"probability": "0.6", "semanticType": "Home", "placeID": "x",
    "placeLocation": "geo:48.125000,11.625000"}, "probability": "0.8"}},
 {"endTime": "2024-08-10T12:30:00.000+02:00", "startTime": "2024-08-10T12:00:00.000+02:00",
  "activity": {"end": "geo:48.5,11.5", "topCandidate": {"type": "cycling", "probability": "0.7"},
    "distanceMeters": "100", "start": "geo:48.125,11.625", "probability": "1"}},
 {"startTime": "2024-08-01T12:00:00Z", "endTime": "2024-08-09T12:30:00Z", "timelineMemory": {"destinations": []}}
]"#;

#[test]
fn timeline_of_ios() {
    let (format, fixes, skipped) = told(IOS);
    assert_eq!(format, TrackFormat::TimelineIos);
    assert_eq!(
        fixes,
        [
            "2024-08-10T06:05:00 48.25 11.5",
            "2024-08-10T06:10:30 48.5 -11.75",
            "2024-08-10T08:00:00 48.125 11.625",
            "2024-08-10T09:00:00 48.125 11.625",
            "2024-08-10T10:00:00 48.125 11.625",
            "2024-08-10T10:30:00 48.5 11.5",
        ]
    );
    assert_eq!(skipped, ["no_time 1", "no_position 1"]);
}

#[test]
fn a_stay_is_known_throughout_unless_it_is_too_long() {
    let stay = |end: &str| {
        let text = IOS.replace("2024-08-10T11:00:00.000+02:00", end);
        Track::read(text.as_bytes()).unwrap().0
    };
    let noon = 1_723_464_000; // 2024-08-12T12:00:00Z
    assert!(stay("2024-08-13T10:00:00Z").at(noon).is_some());
    assert!(stay("2024-08-18T10:00:00Z").at(noon).is_none());
    // One that ends before it begins is a single fix.
    assert_eq!(stay("2024-08-10T07:00:00Z").len(), 5);
}

#[test]
fn what_is_no_history_says_so() {
    for (bytes, reason) in [
        (&b""[..], "it is empty"),
        (b" \n\t ", "it is empty"),
        (
            b"PK\x03\x04....",
            "it is a ZIP archive (KMZ is one too), which has to be unpacked first",
        ),
        (
            b"\xff\xfe<\0g\0",
            "it is text in UTF-16, which has to be saved as UTF-8 first",
        ),
        (b"lat,lon,time\n", "it is neither XML nor JSON"),
        (
            b"<html><body/></html>",
            "it is XML, but neither GPX nor KML",
        ),
        (
            b"{\"photoTakenTime\": {}}",
            "it is JSON, but not a known location history",
        ),
        (b"[]", "it is JSON, but not a known location history"),
        (
            b"[{\"a\": 1}]",
            "it is JSON, but not a known location history",
        ),
    ] {
        assert_eq!(fails(bytes), reason);
    }
}

#[test]
fn what_is_broken_says_what_it_is_and_where() {
    for (text, reason) in [
        (
            "{\"locations\": [\n{\"latitudeE7\": 1,",
            "Google location records, line 2, column 17: it is cut short",
        ),
        (
            "{\"locations\": [\n1]}",
            "Google location records, line 2, column 2: invalid type: integer `1`, expected an entry of `locations`",
        ),
        (
            "{\"locations\": []} x",
            "Google location records, line 1, column 19: trailing characters",
        ),
        (
            "{\"locations\": [], \"rawSignals\": []}",
            "Google location records, line 1, column 31: it is two kinds of history at once",
        ),
        ("{\"a\": tru", "JSON, line 1, column 9: it is cut short"),
        (
            "<gpx><trk></gpx>",
            "GPX, byte 10: ill-formed document: expected `</trk>`, but `</gpx>` was found",
        ),
        ("<kml><Document>", "KML, byte 15: it is cut short"),
        ("<kml/><kml/>", "KML, byte 12: a second document follows"),
        ("<!-- x -->", "XML, byte 10: there is no element in it"),
    ] {
        assert_eq!(fails(text.as_bytes()), reason, "{text}");
    }
}

const SAMPLES: [&str; 6] = [GPX, KML, RECORDS, SEMANTIC, ANDROID, IOS];

#[test]
fn a_file_that_is_cut_short_is_an_error() {
    for text in SAMPLES {
        let end = text.trim_end().len();
        for cut in (0..end).filter(|cut| text.is_char_boundary(*cut)) {
            assert!(
                read(&text.as_bytes()[..cut], &mut |_| {}).is_err(),
                "{}",
                &text[..cut]
            );
        }
    }
}

#[test]
fn damaged_files_do_not_panic() {
    for text in SAMPLES {
        testing::each_damaged(text.as_bytes(), |damaged| {
            let _ = Track::read(damaged);
        });
    }
}

/// As much as is wanted of a few bytes again and again.
fn endless(start: &'static str, again: &'static str) -> impl Read {
    struct Again(&'static [u8], usize);

    impl Read for Again {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            for byte in buffer.iter_mut() {
                *byte = self.0[self.1];
                self.1 = (self.1 + 1) % self.0.len();
            }
            Ok(buffer.len())
        }
    }

    start.as_bytes().chain(Again(again.as_bytes(), 0))
}

#[test]
fn nothing_endless_fills_the_memory() {
    for (start, again, reason) in [
        ("", "[", "it is nested too deeply"),
        ("{\"locations\": ", "{\"a\":", "it is nested too deeply"),
        ("{\"", "long", "it has a text or number of more than 1 MiB"),
        (
            "{\"x\": \"",
            "\\\\\\\"",
            "it has a text or number of more than 1 MiB",
        ),
        (
            "{\"locations\": [{\"latitudeE7\": ",
            "1",
            "it has a text or number of more than 1 MiB",
        ),
        (
            "[{\"timelinePath\": [",
            "{\"point\": \"geo:1,1\"},",
            "an entry has more than 100,000 parts",
        ),
        ("<gpx>", "<a>", "it is nested too deeply"),
        ("<gpx><name>", "long ", "it has a text of more than 4 MiB"),
        ("<gpx><!--", "<", "it has a text of more than 4 MiB"),
        ("<gpx><a b='", "<", "it has a text of more than 4 MiB"),
        ("<gpx><a ", "b='' ", "it has a text of more than 4 MiB"),
        (
            "<gpx><name>",
            "<![CDATA[long]]>",
            "it has a text of more than 4 MiB",
        ),
        ("<gpx><name>", "&amp;", "it has a text of more than 4 MiB"),
    ] {
        let error = read(endless(start, again), &mut |_| {})
            .unwrap_err()
            .to_string();
        assert!(error.ends_with(reason), "{start}{again}: {error}");
    }
}

#[test]
fn times_of_kml_do_not_wait_without_end() {
    let times = "<when>2020-01-01T00:00:00Z</when>".repeat(2_000_003);
    let text = format!("<kml><Track>{times}<coord>1 2 3</coord></Track></kml>");
    let (_, fixes, skipped) = told(&text);
    assert_eq!(fixes, ["2020-01-01T00:00:00 2 1"]);
    assert_eq!(skipped, ["no_position 2000002"]);
}

#[test]
fn a_disk_that_fails_is_not_the_fault_of_the_file() {
    struct Failing;

    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }

    for text in SAMPLES {
        let long = text.to_owned() + &" ".repeat(5_000);
        let error = read(long.as_bytes().chain(Failing), &mut |_| {}).unwrap_err();
        assert!(matches!(error, TrackError::Read(_)), "{error}");
        assert_eq!(error.to_string(), "the disk is gone");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[<>{}\\[\\]\"'a-z0-9:,/ =.-]{0,200}") {
        for start in ["<gpx>", "<kml>", "{\"locations\":[{", "[{", "{\"semanticSegments\":[{", ""] {
            let _ = Track::read(format!("{start}{text}").as_bytes());
        }
    }
}
