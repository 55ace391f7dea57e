//! Places that people name themselves: their home, a friend's garden.

use imm_cluster_messages::text;
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::level::Level;
use crate::capture::position::{Metres, Position};

/// The largest radius of an own place: a wider circle is a typing error, and would rename whole
/// countries.
const WIDEST: Metres = Metres(200_000.0);
/// The longest name in bytes.
const LONGEST_NAME: usize = 255;

/// A circle on the ground with a name that stands for the geodata's at one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "OwnPlaceRecord", into = "OwnPlaceRecord")]
pub struct OwnPlace {
    /// The name, which tells own places apart.
    pub name: String,
    /// The centre.
    pub centre: Position,
    /// How far it reaches.
    pub radius: Metres,
    /// The level that it names.
    pub level: Level,
}

/// An own place as the dataset and `places list` have it; the radius in metres.
#[derive(Clone, Serialize, Deserialize)]
struct OwnPlaceRecord {
    name: String,
    lat: f64,
    lon: f64,
    radius: f64,
    level: Level,
}

impl From<OwnPlace> for OwnPlaceRecord {
    fn from(place: OwnPlace) -> Self {
        Self {
            name: place.name,
            lat: place.centre.lat(),
            lon: place.centre.lon(),
            radius: place.radius.0,
            level: place.level,
        }
    }
}

impl TryFrom<OwnPlaceRecord> for OwnPlace {
    type Error = String;

    fn try_from(line: OwnPlaceRecord) -> Result<Self, String> {
        let centre = Position::new(line.lat, line.lon).map_err(|error| error.to_string())?;
        Self::new(&line.name, centre, Metres(line.radius), line.level)
    }
}

impl OwnPlace {
    /// An own place.
    ///
    /// # Errors
    /// The name is blank or longer than 255 bytes, or the radius is not above 0
    /// and at most 200 km.
    pub fn new(name: &str, centre: Position, radius: Metres, level: Level) -> Result<Self, String> {
        let name = name.trim();
        if name.is_empty() {
            return Err(text!("place-no-name"));
        }
        if name.len() > LONGEST_NAME {
            return Err(text!(
                "place-long-name",
                len = name.len().to_string(),
                most = LONGEST_NAME.to_string(),
            ));
        }
        if !(radius > Metres(0.0) && radius <= WIDEST) {
            return Err(text!(
                "place-radius",
                radius = radius.to_string(),
                most = WIDEST.to_string(),
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            centre,
            radius,
            level,
        })
    }

    /// The identifier of the region that it makes, which outlives a new centre and
    /// a new radius.
    fn id(&self) -> String {
        format!("p{:08x}", crc32fast::hash(self.name.as_bytes()))
    }

    fn contains(&self, position: Position) -> bool {
        self.centre.distance(position) <= self.radius
    }
}

/// Names a point by the own places around it. At each level the smallest circle
/// counts. What the geodata says of narrower levels is about another region and
/// goes.
pub(super) fn rename(places: &[OwnPlace], position: Position, address: &mut Address) {
    for level in Level::ALL {
        let around = places
            .iter()
            .filter(|place| place.level == level && place.contains(position));
        let smallest = around
            .min_by(|a, b| (a.radius.0.total_cmp(&b.radius.0)).then_with(|| a.name.cmp(&b.name)));
        if let Some(place) = smallest {
            *address = address.down_to(level);
            if level <= Level::Province {
                address.county = None;
            }
            *address.name_mut(level) = Some(place.name.clone());
            address.derived.retain(|derived| *derived != level);
            address.ids.resize(level.index(), String::new());
            address.ids.push(place.id());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(name: &str, lat: f64, metres: f64, level: Level) -> OwnPlace {
        let centre = Position::new(lat, 120.0).unwrap();
        OwnPlace::new(name, centre, Metres(metres), level).unwrap()
    }

    fn city() -> Address {
        Address {
            country: Some("China".into()),
            province: Some("Zhejiang".into()),
            city: Some("Hangzhou".into()),
            district: Some("Xihu".into()),
            township: Some("Beishan".into()),
            ids: ["CN", "g1", "g2", "g3", "g4"].map(str::to_owned).into(),
            ..Address::default()
        }
    }

    #[test]
    fn the_smallest_circle_names_its_level_and_ends_the_address() {
        let places = [
            own("Town", 30.0, 5_000.0, Level::District),
            own("Garden", 30.0, 50.0, Level::Township),
            own("Street", 30.0, 500.0, Level::Township),
        ];
        let at = |metres: f64| {
            let mut address = city();
            let north = Position::new(30.0 + metres / 111_195.0, 120.0).unwrap();
            rename(&places, north, &mut address);
            address
        };
        let names = |address: &Address| [address.district.clone(), address.township.clone()];
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(names(&at(0.0)), [some("Town"), some("Garden")]);
        assert_eq!(names(&at(60.0)), [some("Town"), some("Street")]);
        assert_eq!(names(&at(600.0)), [some("Town"), None]);
        assert_eq!(at(5_100.0), city());
        assert_eq!(at(0.0).ids[..3], city().ids[..3]);
        assert!(at(0.0).ids[4].starts_with('p') && at(600.0).ids.len() == 4);
    }

    #[test]
    fn an_own_place_at_sea_has_that_name_alone() {
        let mut address = Address::default();
        let boat = own("The boat", 30.0, 100.0, Level::Township);
        rename(std::slice::from_ref(&boat), boat.centre, &mut address);
        assert_eq!(address.line(), "The boat");
        assert!(address.region(Level::Township).is_some());
        assert!(address.region(Level::City).is_none());
    }

    #[test]
    fn what_is_no_place_is_refused() {
        let centre = Position::new(1.0, 2.0).unwrap();
        let place = |name: &str, metres| OwnPlace::new(name, centre, Metres(metres), Level::City);
        assert!(place(" ", 1.0).is_err());
        assert!(place(&"x".repeat(256), 1.0).is_err());
        for metres in [0.0, -1.0, f64::NAN, f64::INFINITY, 200_001.0] {
            assert!(place("x", metres).is_err(), "{metres}");
        }
    }
}
