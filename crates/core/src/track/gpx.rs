//! GPX 1.0 and 1.1: tracks, routes and waypoints.

use quick_xml::events::BytesStart;

use super::elements::{XmlElements, attribute};
use super::sieve::{LatLon, Sieve, instant};

/// The point that is being read.
#[derive(Default)]
pub(super) struct GpxPoints {
    /// How deep it lies; `None` outside of points.
    point: Option<usize>,
    degrees: Option<LatLon>,
    time: Option<i64>,
}

impl XmlElements for GpxPoints {
    fn open(&mut self, depth: usize, name: &str, start: &BytesStart, _: &mut Sieve) {
        if self.point.is_none() && matches!(name, "trkpt" | "rtept" | "wpt") {
            let degrees = |name| attribute(start, name)?.parse().ok();
            self.point = Some(depth);
            self.degrees = degrees("lat").zip(degrees("lon"));
            self.time = None;
        }
    }

    fn close(&mut self, depth: usize, name: &str, text: &str, sieve: &mut Sieve) {
        if self.point == Some(depth) {
            sieve.take(self.time, self.degrees, None);
            self.point = None;
        } else if name == "time" && depth > 0 && self.point == Some(depth - 1) {
            // The extensions of a point may have a time of something else.
            self.time = instant(text);
        }
    }
}
