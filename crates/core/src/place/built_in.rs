//! Names of a point: the country by its outline, the unit within it by its
//! boundary, the levels below by the nearest place of that unit.

use std::sync::LazyLock;

use imm_cluster_embedded as embedded;
use imm_cluster_geodata::border::Borders;
use imm_cluster_geodata::format::NodeKind;
use imm_cluster_geodata::grid::Spot;
use imm_cluster_geodata::ids;
use imm_cluster_geodata::lookup::{Atlas, Boundaries, RegionLayer, RegionRef};
use imm_cluster_geodata::records::Node;

use super::address::Address;
use super::language::Language;
use super::level::Level;
use crate::capture::position::Position;

/// The country that each zone lies in.
const ZONE_COUNTRIES: &str = include_str!("../../../../data/zones.tsv");

static ATLAS: LazyLock<Option<Atlas<'static>>> = LazyLock::new(|| {
    let file = |(regions, names): embedded::RegionsFile, units| RegionLayer {
        regions,
        names,
        units,
    };
    let files = [
        #[cfg(feature = "openstreetmap")]
        file(embedded::open_street_map(), Boundaries::OpenStreetMap),
        file(embedded::regions(), Boundaries::Units),
    ];
    let borders = Borders::new(embedded::zones(), ZONE_COUNTRIES);
    Atlas::open(embedded::grid(), &files, borders)
});

/// The built-in geodata.
pub(super) fn atlas() -> Option<&'static Atlas<'static>> {
    ATLAS.as_ref()
}

/// In which line of [`embedded::zones`] the zone of a point is.
pub(super) fn zone_at(position: Position) -> Option<usize> {
    ATLAS.as_ref()?.zone_at(spot(position))
}

fn spot(position: Position) -> Spot {
    Spot::new(position.lat(), position.lon())
}

/// Follows an address through the tree of regions, from the country downwards: at each level
/// `wanted` tells whether a region is the one meant. Hands out each level with the region found
/// there, and stops at the first level without one.
fn follow(
    atlas: &Atlas<'static>,
    known: impl Fn(Level) -> bool,
    wanted: impl Fn(Level, &Node<'static>) -> bool,
    mut found: impl FnMut(Level, &[(RegionRef, Node<'static>)]) -> bool,
) {
    let mut at: Vec<(RegionRef, Node<'static>)> = Vec::new();
    for level in Level::ALL.into_iter().filter(|level| known(*level)) {
        let mut below = Vec::new();
        if level == Level::Country {
            below = atlas.countries();
        }
        for (region, _) in &at {
            atlas.of_kind(*region, kind_of(level), &mut below);
        }
        below.retain(|(_, node)| wanted(level, node));
        if below.is_empty() || !found(level, &below) {
            return;
        }
        at = below;
    }
}

/// Fills in the identifiers of an address that names its levels without them,
/// where the geodata has a region of exactly that name in one of its languages.
/// The first level that it does not know, or knows twice, and those below stay
/// without.
pub fn identify(address: &mut Address) {
    let Some(atlas) = ATLAS.as_ref() else {
        return;
    };
    let mut ids: Vec<String> = Vec::new();
    follow(
        atlas,
        |level| address.name(level).is_some(),
        |level, node| {
            let wanted = address.name(level);
            wanted.is_some() && (0..3).any(|nth| node.name(nth) == wanted)
        },
        |level, same| {
            let clear = same.iter().all(|(_, node)| node.id == same[0].1.id);
            if clear {
                ids.resize(level.index(), String::new());
                ids.push(ids::text(same[0].1.id));
            }
            clear
        },
    );
    address.ids = ids;
}

/// The address with the names of another language, at the levels whose
/// identifiers the geodata knows. The identity of its regions stays.
pub fn rename(address: &Address, language: Language) -> Address {
    let mut renamed = address.clone();
    if renamed.language == language.tag() {
        return renamed;
    }
    let Some(atlas) = ATLAS.as_ref() else {
        return renamed;
    };
    let ids = Level::ALL.map(|level| ids::parse(address.id(level)?));
    follow(
        atlas,
        // A level with an identifier must be found by it: one of another source (an import, an
        // own place) is in no region here, and ends the way.
        |level| address.id(level).is_some(),
        |level, node| ids[level.index()] == Some(node.id),
        |level, same| {
            let (region, node) = same[0];
            if let Some(name) = name_in(&node, language) {
                *renamed.name_mut(level) = Some(name.to_owned());
            }
            // The county above a city has no identifier of its own in an address.
            let above = atlas.path(region).nth(1);
            if let Some((_, county)) = above.filter(|(_, node)| node.kind == NodeKind::County) {
                renamed.county = name_in(&county, language).map(str::to_owned);
            }
            true
        },
    );
    language.tag().clone_into(&mut renamed.language);
    renamed
}

/// The narrowest region that is known of a point.
#[derive(Clone, Copy)]
pub struct LocatedRegion {
    atlas: &'static Atlas<'static>,
    region: RegionRef,
}

impl LocatedRegion {
    /// The region of a point, `None` in mid-ocean.
    pub fn at(position: Position) -> Option<Self> {
        let atlas = ATLAS.as_ref()?;
        let region = atlas.region_at(spot(position))?;
        Some(Self { atlas, region })
    }

    /// The region of a point, and in which line of [`embedded::zones`] its zone is.
    pub(super) fn with_zone(position: Position) -> (Option<Self>, Option<usize>) {
        let Some(atlas) = ATLAS.as_ref() else {
            return (None, None);
        };
        let (region, zone) = atlas.region_and_zone_at(spot(position));
        (region.map(|region| Self { atlas, region }), zone)
    }

    /// A number that no other region has, as long as the program runs.
    pub fn number(&self) -> u64 {
        self.region.number()
    }

    /// The names at the five levels, from the country downwards.
    pub fn names(&self, language: Language) -> [Option<&'static str>; 5] {
        let mut names = [None; 5];
        for (_, node) in self.atlas.path(self.region) {
            if let Some(level) = level_of(node.kind) {
                names[level.index()] = name_in(&node, language);
            }
        }
        names
    }

    /// The ISO 3166-1 code of the country.
    pub fn country_code(&self) -> Option<&'static str> {
        let path = self.atlas.path(self.region);
        path.last().map(|(_, country)| country.country_code())
    }

    /// The address in a language.
    pub fn address(&self, language: Language) -> Address {
        let mut address = Address {
            language: language.tag().to_owned(),
            ..Address::default()
        };
        for (_, node) in self.atlas.path(self.region) {
            let name = name_in(&node, language);
            fill_in(&mut address, &node, name);
        }
        address.derived.reverse();
        address
    }
}

fn kind_of(level: Level) -> NodeKind {
    match level {
        Level::Country => NodeKind::Country,
        Level::Province => NodeKind::Province,
        Level::City => NodeKind::City,
        Level::District => NodeKind::District,
        Level::Township => NodeKind::Township,
    }
}

pub(super) fn level_of(kind: NodeKind) -> Option<Level> {
    // A look-up table in place of a `match`: the kinds of a path vary, so branches on them are
    // mispredicted.
    const LEVELS: [Option<Level>; 6] = [
        Some(Level::Country),
        Some(Level::Province),
        None,
        Some(Level::City),
        Some(Level::District),
        Some(Level::Township),
    ];
    LEVELS[kind as usize]
}

pub(super) fn name_in(node: &Node<'static>, language: Language) -> Option<&'static str> {
    let [en, zh, local] = [0, 1, 2];
    let order = match language {
        Language::English => [en, local, zh],
        // Who reads Chinese reads Latin letters, and Hangul or Thai seldom.
        Language::Chinese => [zh, en, local],
        Language::Local => [local, en, zh],
    };
    order.into_iter().find_map(|nth| node.name(nth))
}

/// Puts a region into an address, under its name in the address's language.
fn fill_in(address: &mut Address, node: &Node, name: Option<&str>) {
    let field = match node.kind {
        NodeKind::Country => &mut address.country,
        NodeKind::Province => &mut address.province,
        NodeKind::County => &mut address.county,
        NodeKind::City => &mut address.city,
        NodeKind::District => &mut address.district,
        NodeKind::Township => &mut address.township,
    };
    *field = name.map(str::to_owned);
    if node.kind == NodeKind::Country {
        address.country_code = Some(node.country_code().to_owned());
    }
    if let Some(level) = level_of(node.kind) {
        let at = level.index();
        if address.ids.len() <= at {
            address.ids.resize(at + 1, String::new());
        }
        if let Some(id) = address.ids.get_mut(at) {
            *id = ids::text(node.id);
        }
        if node.derived() {
            address.derived.push(level);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(lat: f64, lon: f64) -> Option<Address> {
        Some(LocatedRegion::at(Position::new(lat, lon).unwrap())?.address(Language::English))
    }

    fn line(lat: f64, lon: f64) -> String {
        address(lat, lon).map_or_else(|| "nowhere".to_owned(), |address| address.line())
    }

    fn atlas() -> &'static Atlas<'static> {
        ATLAS.as_ref().unwrap()
    }

    fn below(region: RegionRef, kind: NodeKind) -> Vec<(RegionRef, Node<'static>)> {
        let mut found = Vec::new();
        atlas().of_kind(region, kind, &mut found);
        found
    }

    fn country(lat: f64, lon: f64) -> Option<String> {
        address(lat, lon)?.country_code
    }

    #[test]
    fn the_places_of_the_worked_example() {
        assert_eq!(
            line(30.2936, 120.1614),
            "Gongshu, Hangzhou, Zhejiang, China"
        );
        assert_eq!(line(30.7522, 120.7500), "Nanhu, Jiaxing, Zhejiang, China");
        let city = |lat, lon| address(lat, lon).unwrap().city.unwrap();
        assert_eq!(city(34.99, 135.76), "Kyoto");
        assert_eq!(city(34.69, 135.50), "Osaka");
        assert_eq!(city(52.0907, 5.1214), "Utrecht");
    }

    #[test]
    fn the_nearest_city_may_be_abroad() {
        assert_eq!(line(42.3149, -83.0364), "Windsor, Ontario, Canada");
        assert_eq!(country(42.3314, -83.0458).as_deref(), Some("US"));
    }

    #[test]
    fn a_border_in_the_next_cell_is_close_too() {
        // Either side of the edge of a cell; the outline lies beyond it.
        for lat in [-30.745, -30.755] {
            assert_eq!(country(lat, -57.63).as_deref(), Some("UY"), "{lat}");
        }
        assert_eq!(country(2.251_653, 12.795_856).as_deref(), Some("GA"));
        assert_eq!(country(-10.982_281, 23.573_279).as_deref(), Some("AO"));
        // The 49th parallel is the edge of cells itself.
        assert_eq!(country(48.9, -119.27).as_deref(), Some("US"));
        assert_eq!(country(49.1, -119.27).as_deref(), Some("CA"));
    }

    #[test]
    fn enclaves_belong_to_their_own_country() {
        assert_eq!(country(51.4406, 4.9300).as_deref(), Some("BE"));
        assert_eq!(country(51.4480, 4.9120).as_deref(), Some("NL"));
        assert_eq!(line(42.4640, 1.9800), "Llívia, Catalonia, Spain");
        assert_eq!(country(45.9680, 8.9680).as_deref(), Some("IT"));
    }

    #[test]
    fn micro_states_are_countries_of_their_own() {
        for (lat, lon, code) in [
            (41.9022, 12.4539, "VA"),
            (43.7384, 7.4246, "MC"),
            (43.9367, 12.4467, "SM"),
            (22.1987, 113.5439, "MO"),
            (36.1408, -5.3536, "GI"),
            (22.2783, 114.1747, "HK"),
            (1.2900, 103.8500, "SG"),
        ] {
            assert_eq!(country(lat, lon).as_deref(), Some(code));
        }
        let singapore = address(1.29, 103.85).unwrap();
        assert_eq!(singapore.city.as_deref(), Some("Singapore"));
        assert_eq!(singapore.derived, [Level::Province, Level::City]);
        assert_eq!(singapore.ids[..3], ["SG", "SG", "SG"]);
    }

    #[test]
    fn municipalities_of_china_are_their_own_province() {
        let shanghai = address(31.2304, 121.4737).unwrap();
        assert_eq!(
            (shanghai.province.as_deref(), shanghai.city.as_deref()),
            (Some("Shanghai"), Some("Shanghai"))
        );
        assert_eq!(shanghai.derived, [Level::City]);
        assert_eq!(shanghai.ids[1], shanghai.ids[2]);
    }

    #[test]
    fn the_sea_is_nothing_beyond_the_coast() {
        for (lat, lon) in [
            (-30.0, -25.0),
            (0.5, -150.0),
            (51.89, 2.1),
            (90.0, 0.0),
            (0.5, 0.5),
        ] {
            assert_eq!(country(lat, lon), None, "{lat},{lon}");
        }
        // Some 9 and 60 km off the coast of Holland.
        assert_eq!(country(52.10, 4.13).as_deref(), Some("NL"));
        assert_eq!(country(52.30, 3.60), None);
    }

    #[test]
    fn a_far_place_is_no_city() {
        let desert = address(-24.5, 128.0).unwrap();
        assert_eq!(
            (desert.province.as_deref(), desert.city),
            (Some("Western Australia"), None)
        );
    }

    #[test]
    fn the_antimeridian_and_the_poles_are_no_edges() {
        for (lat, lon, code) in [
            (-16.8, 179.99, "FJ"),
            (-16.8, -179.99, "FJ"),
            (66.0, 180.0, "RU"),
            (66.0, -180.0, "RU"),
            (-90.0, 0.0, "AQ"),
            (-89.99, 180.0, "AQ"),
        ] {
            assert_eq!(country(lat, lon).as_deref(), Some(code), "{lat},{lon}");
        }
    }

    #[test]
    fn a_point_on_a_border_belongs_to_one_side() {
        // The 49th parallel, where the border is a line on the map.
        for lon in -1200..-1000 {
            let code = country(49.0, f64::from(lon) / 10.0);
            assert!(
                matches!(code.as_deref(), Some("US" | "CA")),
                "{lon}: {code:?}"
            );
        }
    }

    #[test]
    fn islands_far_from_their_mainland() {
        for (lat, lon, code) in [
            (-27.12, -109.35, "CL"),
            (28.29, -16.63, "ES"),
            (21.30, -157.86, "US"),
            (62.01, -6.77, "FO"),
            (-20.88, 55.45, "RE"),
            (60.10, 19.94, "AX"),
        ] {
            assert_eq!(country(lat, lon).as_deref(), Some(code), "{lat},{lon}");
        }
    }

    #[test]
    fn the_language_changes_names_only() {
        for (lat, lon) in [
            (30.2489, 120.1485),
            (55.7558, 37.6173),
            (37.5665, 126.978),
            (52.0907, 5.1214),
        ] {
            let found = LocatedRegion::at(Position::new(lat, lon).unwrap()).unwrap();
            let all = Language::ALL.map(|language| found.address(language));
            for level in Level::ALL {
                assert_eq!(all[0].region(level), all[1].region(level));
                assert_eq!(all[0].region(level), all[2].region(level));
            }
        }
        let found = LocatedRegion::at(Position::new(30.2489, 120.1485).unwrap()).unwrap();
        assert_eq!(
            found.address(Language::Chinese).line(),
            "中国浙江省杭州市西湖区"
        );
        assert_eq!(
            found.address(Language::English).line(),
            "Xihu, Hangzhou, Zhejiang, China"
        );
        assert_eq!(found.names(Language::Chinese)[1], Some("浙江省"));
    }

    #[test]
    fn a_named_address_is_the_region_of_a_located_one() {
        let located = address(30.2489, 120.1485).unwrap();
        let named = |language: &str, names: [&str; 4]| {
            let [country, province, city, district] = names.map(|name| Some(name.to_owned()));
            let mut address = Address {
                language: language.to_owned(),
                country,
                province,
                city,
                district,
                ..Address::default()
            };
            identify(&mut address);
            address
        };
        let english = named("en", ["China", "Zhejiang", "Hangzhou", "Xihu"]);
        let chinese = named("zh", ["中国", "浙江省", "杭州市", "西湖区"]);
        for level in [
            Level::Country,
            Level::Province,
            Level::City,
            Level::District,
        ] {
            assert_eq!(english.region(level), located.region(level));
            assert_eq!(chinese.region(level), located.region(level));
        }
        // What the geodata does not know is named by its name, and so is what lies in it.
        let unknown = named("en", ["China", "Zhejiang", "Atlantis", "Xihu"]);
        assert_eq!(unknown.ids, located.ids[..2]);
    }

    #[test]
    fn an_address_is_renamed_without_a_look_at_the_point() {
        for (lat, lon) in [
            (30.2489, 120.1485),
            (42.3149, -83.0364),
            (48.8566, 2.3522),
            (1.29, 103.85),
        ] {
            let found = LocatedRegion::at(Position::new(lat, lon).unwrap()).unwrap();
            for (from, to) in
                [(0, 1), (1, 2), (2, 0)].map(|(a, b)| (Language::ALL[a], Language::ALL[b]))
            {
                assert_eq!(rename(&found.address(from), to), found.address(to));
            }
        }
    }

    #[test]
    fn a_name_that_two_regions_bear_is_no_identifier() {
        // No two have one name in one language, but one may bear in one language the name that
        // another has in a second.
        let countries = atlas().countries();
        let provinces = countries
            .into_iter()
            .flat_map(|(country, _)| below(country, NodeKind::Province));
        let twice = provinces.into_iter().find_map(|(province, node)| {
            let cities = below(province, NodeKind::City);
            let alike = |one: &Node<'static>, other: &Node<'static>| {
                let shared = (0..3).find_map(|nth| {
                    let name = one.name(nth)?;
                    (0..3)
                        .any(|nth| other.name(nth) == Some(name))
                        .then_some(name)
                });
                shared.filter(|_| one.id != other.id)
            };
            let shared = (cities.iter().enumerate()).find_map(|(i, (_, one))| {
                cities[..i].iter().find_map(|(_, other)| alike(one, other))
            });
            let (_, country) = atlas().path(province).last()?;
            Some((country.name(0)?, node.name(0)?, shared?))
        });
        let (country, province, city) = twice.unwrap();
        let mut address = Address {
            country: Some(country.into()),
            province: Some(province.into()),
            city: Some(city.into()),
            ..Address::default()
        };
        identify(&mut address);
        assert_eq!(address.ids.len(), 2, "{address:?}");
    }

    #[test]
    #[cfg_attr(not(feature = "openstreetmap"), ignore = "of the data left out")]
    fn nearly_all_provinces_have_chinese_names() {
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let countries = atlas().countries().into_iter();
        let provinces = countries.flat_map(|(country, _)| below(country, NodeKind::Province));
        let named: Vec<bool> = provinces
            .map(|(_, node)| {
                let name = name_in(&node, Language::Chinese);
                name.is_some_and(|name| name.contains(is_han))
            })
            .collect();
        let right = named.iter().filter(|named| **named).count();
        assert!(named.len() > 4_000 && right * 100 >= named.len() * 97);
    }

    #[test]
    fn most_points_with_truth_are_named_right() {
        let truth = include_str!("../../../../fixtures/places.tsv");
        let rows: Vec<Vec<&str>> = truth
            .lines()
            .skip(1)
            .map(|row| row.split('\t').collect())
            .collect();
        let right = rows.iter().filter(|row| {
            country(row[0].parse().unwrap(), row[1].parse().unwrap()).as_deref() == Some(row[2])
        });
        assert!(right.count() * 100 >= rows.len() * 98);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_point_has_an_answer(lat in -90.0..=90.0f64, lon in -180.0..=180.0f64) {
            if let Some(address) = address(lat, lon) {
                prop_assert!(address.country.is_some() && address.country_code.is_some());
                prop_assert!(address.ids.len() <= 5);
            }
        }
    }
}
