//! Names of a point by the nearest populated place of GeoNames, as the crate
//! `reverse_geocoder` carries them.
//!
//! A border between the point and that place goes unnoticed, and the source
//! knows no districts: those levels stay unknown.

use std::sync::LazyLock;

use reverse_geocoder::ReverseGeocoder;

use super::address::Address;
use super::level::Level;
use crate::capture::position::Position;

/// A distance on the ground.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Metres(f64);

/// The mean radius of the Earth (IUGG).
const EARTH_RADIUS: f64 = 6_371_008.8;

/// A place farther away says nothing about the point, not even its country. It
/// is wide enough for deserts, and narrow enough to name nothing in mid-ocean.
const COUNTRY_REACH: Metres = Metres(200_000.0);
/// A place farther away is not the point's city.
const CITY_REACH: Metres = Metres(30_000.0);
/// A place farther away is not the point's township.
const TOWNSHIP_REACH: Metres = Metres(10_000.0);

/// ISO 3166-1 codes with English names, one pair a line.
const COUNTRIES: &str = include_str!("../../data/countries.tsv");

/// How a country's units in the source stand to the five levels.
enum Family {
    /// The second administrative level is the city, a place in it a township.
    Prefecture,
    /// The second level, where known, is a municipality around several places.
    Municipality,
    /// A place is a city of its own.
    Locality,
    /// The territory is its own province and city.
    CityState,
}

fn family(country_code: &str) -> Family {
    match country_code {
        "CN" | "TW" | "VN" | "TH" | "ID" | "IN" | "BD" | "NP" | "PK" | "MY" | "KR" | "KP" => {
            Family::Prefecture
        }
        "NL" | "SE" | "NO" | "DK" | "PT" | "BR" | "MX" | "NZ" | "IE" => Family::Municipality,
        "HK" | "MO" | "SG" | "MC" | "VA" | "GI" => Family::CityState,
        _ => Family::Locality,
    }
}

static GEOCODER: LazyLock<ReverseGeocoder> = LazyLock::new(ReverseGeocoder::new);

/// The address of a point, `None` far from any place.
pub(super) fn locate(position: Position) -> Option<Address> {
    let nearest = GEOCODER.search((position.lat(), position.lon())).record;
    let distance = distance(position, nearest.lat, nearest.lon);
    if distance > COUNTRY_REACH {
        return None;
    }
    let code = nearest.cc.as_str();
    let country = COUNTRIES
        .lines()
        .find_map(|line| line.strip_prefix(code)?.strip_prefix('\t'))
        .unwrap_or(code);
    let within = |reach: Metres, name: &str| (distance <= reach).then(|| name.to_owned());
    let admin1 = bare_name(code, &nearest.admin1);
    let admin2 = bare_name(code, &nearest.admin2);

    let mut address = Address {
        country: Some(country.to_owned()),
        country_code: Some(code.to_owned()),
        province: admin1.map(str::to_owned),
        ..Address::unknown()
    };
    match family(code) {
        Family::CityState => {
            address.province = Some(country.to_owned());
            address.city = Some(country.to_owned());
            address.district = admin1
                .filter(|name| *name != country)
                .and_then(|name| within(CITY_REACH, name));
            address.derived = vec![Level::Province, Level::City];
        }
        // Taiwan's counties stand directly below the country.
        Family::Prefecture if code == "TW" => {
            address.province = admin2.map(str::to_owned);
            address.city = within(CITY_REACH, admin2.unwrap_or(&nearest.name));
            address.derived = if admin2.is_some() {
                vec![Level::City]
            } else {
                vec![]
            };
        }
        Family::Prefecture if is_municipality(code, admin1) => {
            address.city.clone_from(&address.province);
            address.derived = vec![Level::City];
        }
        Family::Prefecture => {
            address.city = within(CITY_REACH, admin2.unwrap_or(&nearest.name));
            address.township = admin2.and_then(|_| within(TOWNSHIP_REACH, &nearest.name));
        }
        Family::Municipality => address.city = within(CITY_REACH, admin2.unwrap_or(&nearest.name)),
        Family::Locality => address.city = within(CITY_REACH, &nearest.name),
    }
    Some(address)
}

/// China's cities under the central government are their own province.
fn is_municipality(country_code: &str, province: Option<&str>) -> bool {
    country_code == "CN"
        && matches!(
            province,
            Some("Beijing" | "Shanghai" | "Tianjin" | "Chongqing")
        )
}

/// A unit's name without the word for its kind, `None` when nothing is known.
fn bare_name<'a>(country_code: &str, name: &'a str) -> Option<&'a str> {
    const CHINA: [&str; 9] = [
        " Uygur Zizhiqu",
        " Zhuangzu Zizhiqu",
        " Huizu Zizhiqu",
        " Zizhiqu",
        " Zizhizhou",
        " Autonomous Region",
        " Sheng",
        " Shi",
        " Diqu",
    ];
    let name = match country_code {
        "CN" => CHINA
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(name),
        "NL" => name.strip_prefix("Gemeente ").unwrap_or(name),
        "DK" => name.strip_suffix(" Kommune").unwrap_or(name),
        "SE" => name.strip_suffix(" Kommun").unwrap_or(name),
        _ => name,
    };
    (!name.trim().is_empty()).then_some(name)
}

/// The great-circle distance by the haversine formula.
fn distance(from: Position, lat: f64, lon: f64) -> Metres {
    let half_lat = (lat - from.lat()).to_radians() / 2.0;
    let half_lon = (lon - from.lon()).to_radians() / 2.0;
    let h = half_lat.sin().powi(2)
        + from.lat().to_radians().cos() * lat.to_radians().cos() * half_lon.sin().powi(2);
    Metres(2.0 * EARTH_RADIUS * h.sqrt().min(1.0).asin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(lat: f64, lon: f64) -> Option<[Option<String>; 6]> {
        let a = locate(Position::new(lat, lon).unwrap())?;
        Some([
            a.country_code,
            a.country,
            a.province,
            a.city,
            a.district,
            a.township,
        ])
    }

    #[test]
    fn the_places_of_the_worked_example() {
        let city = |lat, lon| locate(Position::new(lat, lon).unwrap()).unwrap().line();
        assert_eq!(city(30.2936, 120.1614), "Hangzhou, Zhejiang, China");
        assert_eq!(city(30.7522, 120.7500), "Jiaxing, Zhejiang, China");
    }

    #[test]
    fn mid_ocean_is_nothing_and_a_far_place_is_no_city() {
        assert_eq!(named(-30.0, -25.0), None);
        assert_eq!(named(0.5, -150.0), None);
        let desert = named(39.0, 83.0).unwrap();
        assert_eq!(desert[3..], [None, None, None]);
        assert!(desert[1].is_some());
    }

    #[test]
    fn city_states_and_municipalities_repeat_their_parent() {
        let singapore = locate(Position::new(1.29, 103.85).unwrap()).unwrap();
        assert_eq!(singapore.line(), "Singapore");
        assert_eq!(singapore.derived, [Level::Province, Level::City]);
        let shanghai = locate(Position::new(31.2304, 121.4737).unwrap()).unwrap();
        assert_eq!(
            (shanghai.province.as_deref(), shanghai.city.as_deref()),
            (Some("Shanghai"), Some("Shanghai"))
        );
        assert_eq!(shanghai.derived, [Level::City]);
    }

    #[test]
    fn words_for_the_kind_of_unit_are_left_off() {
        assert_eq!(bare_name("CN", "Zhejiang Sheng"), Some("Zhejiang"));
        assert_eq!(bare_name("CN", "Hangzhou Shi"), Some("Hangzhou"));
        assert_eq!(bare_name("CN", "Xinjiang Uygur Zizhiqu"), Some("Xinjiang"));
        assert_eq!(bare_name("NL", "Gemeente Utrecht"), Some("Utrecht"));
        assert_eq!(bare_name("TR", "Kars Shi"), Some("Kars Shi"));
        assert_eq!(bare_name("SG", ""), None);
    }

    #[test]
    fn every_country_code_of_the_source_has_a_name() {
        assert!(
            COUNTRIES
                .lines()
                .skip(1)
                .all(|line| line.split('\t').count() == 2)
        );
        for code in ["CN", "NL", "US", "GB", "XK", "HK", "AX", "EH"] {
            assert!(COUNTRIES.contains(&format!("\n{code}\t")), "{code}");
        }
    }

    #[test]
    fn distances_wrap_at_the_antimeridian() {
        let fiji = Position::new(-17.0, 179.99).unwrap();
        assert!(distance(fiji, -17.0, -179.99) < Metres(2_200.0));
    }
}
