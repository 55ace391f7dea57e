//! All files and layers together: the region and the time zone of a point, and the tree of
//! regions.

use std::sync::OnceLock;

use crate::border::Borders;
use crate::format::{NodeKind, ROOT};
use crate::grid::{Grid, Here, Layer, Spot};
use crate::records::Node;
use crate::regions::{COAST, FAR, Geodata};

/// The layers of the grid, in the order in which the build script puts them there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundaries {
    /// Outlines of countries; the unit is the group of the country.
    Countries,
    /// Units of the first file.
    Units,
    /// Time zones; the unit is the line of the zone's name.
    TimeZones,
    /// Units of the file under the Open Database License.
    OpenStreetMap,
}

/// A file of regions and the layer of its units.
#[derive(Clone, Copy)]
pub struct RegionLayer<'a> {
    /// The units and places.
    pub regions: &'a [u8],
    /// The regions, as text.
    pub names: &'a str,
    /// Where its units are.
    pub units: Boundaries,
}

/// Files of regions over one grid.
pub struct Atlas<'a> {
    grid: Grid<'a>,
    /// In look-up order.
    files: Vec<Geodata<'a>>,
    /// Of each file all regions in the order of their parents, countries last, so that what is
    /// below a region is found without a list in the file. Made when first asked for: a look-up
    /// does without.
    by_parent: Vec<OnceLock<Vec<[u32; 2]>>>,
    outlines: Layer<'a>,
    zones: Layer<'a>,
    borders: Borders,
}

/// A region of one of the files of an [`Atlas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegionRef {
    file: usize,
    node: u32,
}

impl RegionRef {
    /// A number that no other region has, in this data.
    pub fn number(self) -> u64 {
        (self.file as u64) << 32 | u64::from(self.node)
    }
}

impl<'a> Atlas<'a> {
    /// Opens a grid with files in look-up order, the first to be asked first; `None` when
    /// something is not what it should be.
    pub fn open(grid: &'a [u8], files: &[RegionLayer<'a>], borders: Borders) -> Option<Self> {
        let grid = Grid::open(grid)?;
        let outlines = grid.layer(Boundaries::Countries as usize);
        let open = |file: &RegionLayer<'a>| {
            let layers = [outlines, grid.layer(file.units as usize)];
            Geodata::open(file.regions, file.names, layers)
        };
        Some(Self {
            grid,
            files: files.iter().map(open).collect::<Option<_>>()?,
            by_parent: files.iter().map(|_| OnceLock::new()).collect(),
            outlines,
            zones: grid.layer(Boundaries::TimeZones as usize),
            borders,
        })
    }

    /// The outlines of countries.
    pub fn outlines(&self) -> Layer<'a> {
        self.outlines
    }

    /// A node of the file of that number as a region.
    pub fn region(&self, file: usize, node: u32) -> RegionRef {
        RegionRef { file, node }
    }

    /// The files, in look-up order.
    pub fn files(&self) -> &[Geodata<'a>] {
        &self.files
    }

    /// The narrowest region that is known of a point, `None` in mid-ocean.
    pub fn region_at(&self, spot: Spot) -> Option<RegionRef> {
        let here = self.grid.at(spot);
        self.region_of(&here, self.zone_of(&here))
    }

    /// The region and the number of the time zone of a point.
    pub fn region_and_zone_at(&self, spot: Spot) -> (Option<RegionRef>, Option<usize>) {
        let here = self.grid.at(spot);
        let zone = self.zone_of(&here);
        (self.region_of(&here, zone), zone)
    }

    fn zone_of(&self, here: &Here) -> Option<usize> {
        self.zones.unit_of(here, |_| true).map(usize::from)
    }

    fn region_of(&self, here: &Here, zone: Option<usize>) -> Option<RegionRef> {
        let spot = here.spot;
        // Prefetch each file's unit and places while borders are tested.
        self.files.iter().any(|file| file.fetch(here));
        let outlined = self.files.last()?.country_at(here)?;
        let country = self.borders.country(&self.outlines, here, zone, outlined);
        let country = self.nearer_bank(here, country).unwrap_or(country);
        let files = || self.files.iter().enumerate();
        let inside = |(i, file): (usize, &Geodata)| Some((i, file.unit_at(here, country)?));
        let near = |reach| {
            let ask = move |(i, file): (usize, &Geodata)| {
                Some((i, file.unit_near(spot, country, reach)?))
            };
            files().find_map(ask)
        };
        let found = files().find_map(inside);
        let (file, unit) = found.or_else(|| near(COAST)).or_else(|| near(FAR))?;
        let node = self.files[file].region_at(spot, unit)?;
        Some(RegionRef { file, node })
    }

    /// The country across a settled border, where that has the nearer place.
    fn nearer_bank(&self, here: &Here, country: u16) -> Option<u16> {
        let across = self.borders.across(&self.zones, here.spot, country)?;
        let to_place = |group| {
            let files = self.files.iter();
            let away = files.filter_map(|file| file.distance_to_place(here, group));
            away.min_by(f64::total_cmp)
        };
        (to_place(across)? < to_place(country)?).then_some(across)
    }

    /// The number of the time zone that a point is in.
    pub fn zone_at(&self, spot: Spot) -> Option<usize> {
        self.zone_of(&self.grid.at(spot))
    }

    /// What is known of a region.
    #[inline]
    pub fn node(&self, region: RegionRef) -> Option<Node<'a>> {
        self.files.get(region.file)?.node(region.node)
    }

    /// The region around another, `None` above a country.
    pub fn parent(&self, region: RegionRef) -> Option<RegionRef> {
        self.path(region).nth(1).map(|(region, _)| region)
    }

    /// The region and all around it, the country last.
    #[inline]
    pub fn path(&self, region: RegionRef) -> impl Iterator<Item = (RegionRef, Node<'a>)> {
        let mut next = Some(region);
        std::iter::from_fn(move || {
            let region = next?;
            let node = self.node(region)?;
            next = (node.parent != ROOT).then_some(RegionRef {
                node: node.parent,
                ..region
            });
            Some((region, node))
        })
    }

    /// The countries of all files.
    pub fn countries(&self) -> Vec<(RegionRef, Node<'a>)> {
        (0..self.files.len())
            .flat_map(|file| self.below(file, ROOT))
            .collect()
    }

    /// Adds the regions of a kind directly below a region, or below a county that is.
    pub fn of_kind(
        &self,
        region: RegionRef,
        kind: NodeKind,
        into: &mut Vec<(RegionRef, Node<'a>)>,
    ) {
        for (below, node) in self.below(region.file, region.node) {
            if node.kind == kind {
                into.push((below, node));
            } else if node.kind == NodeKind::County && kind > NodeKind::County {
                self.of_kind(below, kind, into);
            }
        }
    }

    /// The regions directly below a node of a file; the countries, below [`ROOT`].
    fn below(&self, file: usize, parent: u32) -> impl Iterator<Item = (RegionRef, Node<'a>)> {
        let data = self.files[file];
        let order = self.by_parent[file].get_or_init(|| {
            let all = data.nodes.all();
            let mut order: Vec<[u32; 2]> = all.map(|(at, node)| [node.parent, at]).collect();
            order.sort_unstable();
            order
        });
        let from = order.partition_point(|[above, _]| *above < parent);
        let within = order.get(from..).unwrap_or_default().iter();
        within
            .take_while(move |[above, _]| *above == parent)
            .filter_map(move |[_, node]| {
                let region = RegionRef { file, node: *node };
                Some((region, data.node(*node)?))
            })
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File as Opened;
    use std::io::Read;
    use std::path::Path;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::built::{Built, PackedFiles, build};
    use crate::format::{MAGIC, group_of};
    use crate::grow::Grown;
    use crate::ids::COUNTRY;
    use crate::tables::{FILES, Tables};

    /// The data of the repository.
    static ATLAS: LazyLock<Atlas<'static>> = LazyLock::new(|| {
        let texts = FILES.map(table);
        let kept = PackedFiles {
            main: &kept("geodata"),
            zones: &kept("time-zones"),
            open_street_map: Some(&kept("geodata-osm")),
        };
        let tables = Tables::parse(texts.each_ref().map(String::as_str)).unwrap();
        let built: &Built = Box::leak(Box::new(build(kept, &tables).unwrap()));
        let file = |file: &'static Grown, units| RegionLayer {
            regions: &file.regions,
            names: str::from_utf8(&file.names).unwrap(),
            units,
        };
        let files = [
            file(&built.open_street_map, Boundaries::OpenStreetMap),
            file(&built.main, Boundaries::Units),
        ];
        let zones = str::from_utf8(&built.zones).unwrap();
        Atlas::open(
            &built.grid,
            &files,
            Borders::new(zones, &table("zones.tsv")),
        )
        .unwrap()
    });

    fn data(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../data")
            .join(name)
    }

    fn table(name: &str) -> String {
        std::fs::read_to_string(data(name)).unwrap()
    }

    fn kept(name: &str) -> Vec<u8> {
        let mut kept = Vec::new();
        let file = Opened::open(data(&format!("{name}.zst"))).unwrap();
        let mut file = ruzstd::decoding::StreamingDecoder::new(file).unwrap();
        file.read_to_end(&mut kept).unwrap();
        kept
    }

    #[test]
    fn every_corner_of_an_outline_has_a_country() {
        let corners = (0..720).filter_map(|row| ATLAS.outlines.some_corner(row));
        for spot in corners {
            let country = ATLAS.files[1].country_at(&ATLAS.grid.at(spot));
            assert!(country.is_some(), "{spot:?}");
        }
    }

    #[test]
    fn a_path_leads_to_the_country() {
        let west_lake = ATLAS.region_at(Spot::new(30.2489, 120.1485)).unwrap();
        let path: Vec<_> = ATLAS.path(west_lake).collect();
        let names: Vec<&str> = (path.iter()).map(|(_, node)| node.names()[0]).collect();
        assert_eq!(names, ["Xihu", "Hangzhou", "Zhejiang", "China"]);
        for pair in path.windows(2) {
            assert_eq!(ATLAS.parent(pair[0].0), Some(pair[1].0));
            let mut siblings = Vec::new();
            ATLAS.of_kind(pair[1].0, pair[0].1.kind, &mut siblings);
            assert!(siblings.iter().any(|(region, _)| *region == pair[0].0));
        }
        assert_eq!(ATLAS.parent(path[3].0), None);
    }

    /// The Chinese name of the district of a point.
    fn chinese_district(lat: f64, lon: f64) -> Option<&'static str> {
        let region = ATLAS.region_at(Spot::new(lat, lon))?;
        let mut path = ATLAS.path(region);
        let (_, node) = path.find(|(_, node)| node.kind == NodeKind::District)?;
        Some(node.names()[1])
    }

    #[test]
    fn well_known_places_of_china_are_in_their_districts() {
        let places = [
            // The Forbidden City, the Summer Palace, Badaling, the Bund, Hongya Cave.
            (39.9163, 116.3972, "东城区"),
            (39.9999, 116.2755, "海淀区"),
            (40.3560, 116.0160, "延庆区"),
            (31.2397, 121.4900, "黄浦区"),
            (29.5622, 106.5765, "渝中区"),
            // Canton Tower, Shenzhen's centre, West Lake, Kulangsu, the Terracotta Army.
            (23.1065, 113.3245, "海珠区"),
            (22.5430, 114.0560, "福田区"),
            (30.2489, 120.1485, "西湖区"),
            (24.4460, 118.0650, "思明区"),
            (34.3850, 109.2785, "临潼区"),
            // Tianfu Square, the Potala, Dunhuang, Guiyang, a city without districts.
            (30.6573, 104.0658, "青羊区"),
            (29.6577, 91.1170, "城关区"),
            (40.0360, 94.8030, "敦煌市"),
            (26.5740, 106.7140, "南明区"),
            (23.0400, 113.7500, "东莞市"),
            // Victoria Peak, Tsuen Wan, Kwun Tong, Mong Kok, the ruins of St. Paul's.
            (22.2759, 114.1455, "中西区"),
            (22.3714, 114.1133, "荃湾区"),
            (22.3116, 114.2257, "观塘区"),
            (22.3193, 114.1694, "油尖旺区"),
            (22.1975, 113.5408, "花王堂区"),
        ];
        for (lat, lon, district) in places {
            assert_eq!(chinese_district(lat, lon), Some(district), "{lat},{lon}");
        }
        assert_eq!(chinese_district(-30.0, -25.0), None);
    }

    #[test]
    fn a_bank_of_a_border_is_of_its_own_country() {
        let country = |lat, lon| {
            let region = ATLAS.region_at(Spot::new(lat, lon)).unwrap();
            let (_, country) = ATLAS.path(region).last().unwrap();
            country.country_code()
        };
        // The Yalu Broken Bridge, the Arctic Village, Detian Falls, Heihe, Hekou.
        assert_eq!(country(40.1157, 124.3917), "CN");
        assert_eq!(country(53.4830, 122.3550), "CN");
        assert_eq!(country(22.8545, 106.7225), "CN");
        assert_eq!(country(50.2450, 127.4950), "CN");
        assert_eq!(country(22.5090, 103.9600), "CN");
        // Sinuiju, Blagoveshchensk, Lào Cai; Khasan borders on another country.
        assert_eq!(country(40.1000, 124.3980), "KP");
        assert_eq!(country(50.2700, 127.5400), "RU");
        assert_eq!(country(22.4850, 103.9700), "VN");
        assert_eq!(country(42.4280, 130.6450), "RU");
        // The banks across from the bridge, the falls and Heihe.
        assert_eq!(country(40.1085, 124.3940), "KP");
        assert_eq!(country(22.8518, 106.7200), "VN");
        assert_eq!(country(50.2565, 127.5340), "RU");
    }

    #[test]
    fn the_sea_has_a_zone_and_no_region() {
        let spot = Spot::new(-30.0, -25.0);
        assert!(ATLAS.zone_at(spot).is_some() && ATLAS.region_at(spot).is_none());
    }

    #[test]
    fn every_node_has_a_name_and_reaches_its_country() {
        for file in &ATLAS.files {
            assert!(file.nodes.all().count() > 30_000);
            for (at, node) in file.nodes.all() {
                let names = node.names();
                assert!(!names[0].is_empty(), "{node:?}");
                assert!(
                    names.iter().all(|name| !name.contains(char::is_control)),
                    "{node:?}"
                );
                if node.parent == ROOT {
                    assert_eq!(node.kind, NodeKind::Country);
                    assert_eq!(
                        group_of(node.country_code()).map(|g| COUNTRY | u32::from(g)),
                        Some(node.id)
                    );
                } else {
                    let parent = file.node(node.parent).unwrap();
                    assert!(node.parent < at && parent.kind < node.kind, "{node:?}");
                }
            }
            for unit in 0..u16::MAX {
                let Some(unit) = file.unit(unit) else { break };
                assert!(file.node(unit.node).is_some());
            }
        }
    }

    #[test]
    fn every_country_of_a_zone_has_its_zone() {
        let (zones, _) = crate::expand::zones(&kept("time-zones")).unwrap();
        let zones = String::from_utf8(zones).unwrap();
        let table = table("zones.tsv");
        for zone in zones.lines() {
            let known = table.contains(&format!("\n{zone}\t"));
            assert_eq!(known, !zone.starts_with("Etc/"), "{zone}");
        }
    }

    #[test]
    fn no_bytes_are_no_geodata() {
        let layers = [ATLAS.outlines; 2];
        let open = |bytes, names| Geodata::open(bytes, names, layers);
        assert!(open(&[], "").is_none() && open(&[0; 2000], "").is_none());
        assert!(open(MAGIC, "").is_some_and(|file| file.node(0).is_none()));
        assert!(Grid::open(&[]).is_none() && Grid::open(&[1; 2000]).is_none());
        let none = Grid::open(&[0; 12]).unwrap().layer(0);
        assert_eq!(none.unit_at(Spot::new(52.0, 5.0), |_| true), None);
        assert!(Atlas::open(&[0; 12], &[], Borders::new("", "")).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The walk from a cell's centre finds what a scan of the whole row does.
        #[test]
        fn the_walk_equals_a_scan(lat in -90.0..=90.0f64, lon in -180.0..=180.0f64, near in 0..720i64, dx in 0..65_535i64, dy in 0..65_535i64) {
            let mut spots = vec![Spot::new(lat, lon)];
            let file = ATLAS.files.last().unwrap();
            // Most of the world has no boundary near; this cell has.
            if let Some(corner) = file.boundaries.some_corner(near) {
                spots.push(Spot { x: dx * 2 + 1, y: dy * 2 + 1, ..corner });
                // The ties are right beside a corner.
                let beside = |at: i64, by: i64| (at + 2 * (by % 5 - 2)).clamp(1, 131_069);
                spots.push(Spot { x: beside(corner.x, dx), y: beside(corner.y, dy), ..corner });
                spots.push(Spot { x: beside(corner.x, dx), y: dy * 2 + 1, ..corner });
            }
            for spot in spots {
                for layer in [file.countries, file.boundaries] {
                    let scan = layer.by_scan(spot);
                    prop_assert_eq!(layer.unit_at(spot, |_| true), scan.last().copied());
                    for unit in scan {
                        prop_assert_eq!(layer.unit_at(spot, |u| u == unit), Some(unit));
                    }
                }
            }
        }

        /// Near the antimeridian the search looks round the world too.
        #[test]
        fn the_nearest_place_is_the_nearest(lat in -90.0..=90.0f64, lon in -178.0..=178.0f64, nth: u16) {
            for file in &ATLAS.files {
                let units = (0..u16::MAX).take_while(|unit| file.unit(*unit).is_some()).count();
                let nth = usize::from(nth) % units;
                let unit = file.unit(u16::try_from(nth).unwrap()).unwrap();
                let [found, scanned] = file.nearest_both_ways(Spot::new(lat, lon), unit);
                prop_assert_eq!(found, scanned);
            }
        }
    }
}
