//! KML: tracks of Google's extension and of KML 2.3, and placemarks with a time, as which
//! Google's old exports have stays and ways.

use std::collections::VecDeque;

use quick_xml::events::BytesStart;

use super::elements::XmlElements;
use super::sieve::{LatLon, Sieve, TrackSkip, instant};

/// The most times or positions that wait for their partners, or for the time of a placemark;
/// a track that wants more says the rest in vain. A year of minutes is half a million.
const MOST_WAITING: usize = 2_000_000;

/// The elements that mean something, and are being read.
#[derive(Default)]
pub(super) struct Kml {
    place: Option<Placemark>,
    track: Option<KmlTrack>,
    /// How deep a view of the globe lies; its time is that of the view.
    view: Option<usize>,
    parents: Vec<KmlParent>,
}

/// What the elements around are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KmlParent {
    Stamp,
    Span,
    Point,
    Line,
    Other,
}

/// A track: times and positions in the same order, one after another or in turn.
#[derive(Default)]
struct KmlTrack {
    times: VecDeque<Option<i64>>,
    positions: VecDeque<Option<LatLon>>,
}

#[derive(Default)]
struct Placemark {
    depth: usize,
    stamp: Option<i64>,
    begin: Option<i64>,
    end: Option<i64>,
    points: Vec<Option<LatLon>>,
    lines: Vec<Vec<LatLon>>,
}

impl XmlElements for Kml {
    fn open(&mut self, depth: usize, name: &str, _: &BytesStart, _: &mut Sieve) {
        self.parents.push(match name {
            "TimeStamp" => KmlParent::Stamp,
            "TimeSpan" => KmlParent::Span,
            "Point" => KmlParent::Point,
            "LineString" => KmlParent::Line,
            _ => KmlParent::Other,
        });
        match name {
            "Placemark" if self.place.is_none() => {
                self.place = Some(Placemark {
                    depth,
                    ..Placemark::default()
                });
            }
            "Track" if self.track.is_none() => self.track = Some(KmlTrack::default()),
            "LookAt" | "Camera" if self.view.is_none() => self.view = Some(depth),
            _ => {}
        }
    }

    fn close(&mut self, depth: usize, name: &str, text: &str, sieve: &mut Sieve) {
        self.parents.pop();
        let parent = self.parents.last().copied().unwrap_or(KmlParent::Other);
        if self.view.is_some() {
            if self.view == Some(depth) {
                self.view = None;
            }
            return;
        }
        if let Some(track) = &mut self.track {
            match name {
                "when" if track.times.len() < MOST_WAITING => track.times.push_back(instant(text)),
                "when" => sieve.skip(TrackSkip::NoPosition),
                "coord" if track.positions.len() >= MOST_WAITING => sieve.skip(TrackSkip::NoTime),
                "coord" => track
                    .positions
                    .push_back(coordinates(text.split_ascii_whitespace())),
                "Track" => self.track = track.end(sieve),
                _ => {}
            }
            if let Some(track) = &mut self.track {
                track.tell(sieve);
            }
            return;
        }
        let Some(place) = &mut self.place else {
            return;
        };
        match (name, parent) {
            ("when", KmlParent::Stamp) => place.stamp = instant(text),
            ("begin", KmlParent::Span) => place.begin = instant(text),
            ("end", KmlParent::Span) => place.end = instant(text),
            ("coordinates", KmlParent::Point) if place.points.len() < MOST_WAITING => {
                place.points.push(coordinates(text.split(',')));
            }
            // Of several lines nobody knows which was passed when.
            ("coordinates", KmlParent::Line) if place.lines.len() < 2 => {
                let tuples = text.split_ascii_whitespace();
                let line = tuples.filter_map(|tuple| coordinates(tuple.split(',')));
                place.lines.push(line.collect());
            }
            ("Placemark", _) if place.depth == depth => {
                place.tell(sieve);
                self.place = None;
            }
            _ => {}
        }
    }
}

/// Degrees east, degrees north, and a height that does not matter.
fn coordinates<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<LatLon> {
    let lon = parts.next()?.trim().parse().ok()?;
    let lat = parts.next()?.trim().parse().ok()?;
    Some((lat, lon))
}

impl KmlTrack {
    /// Hands on what has both.
    fn tell(&mut self, sieve: &mut Sieve) {
        while !self.times.is_empty() && !self.positions.is_empty() {
            let (time, position) = (self.times.pop_front(), self.positions.pop_front());
            sieve.take(time.flatten(), position.flatten(), None);
        }
    }

    /// What is left at the end has no partner.
    fn end(&mut self, sieve: &mut Sieve) -> Option<Self> {
        self.times
            .iter()
            .for_each(|_| sieve.skip(TrackSkip::NoPosition));
        self.positions
            .iter()
            .for_each(|_| sieve.skip(TrackSkip::NoTime));
        None
    }
}

impl Placemark {
    fn tell(&self, sieve: &mut Sieve) {
        for point in &self.points {
            match self.stamp {
                Some(stamp) => sieve.take(Some(stamp), *point, None),
                None => sieve.stay(self.begin, self.end, *point),
            }
        }
        if let [line] = &self.lines[..] {
            sieve.leg(self.begin, self.end, line);
        }
    }
}
