//! What `--version` tells: the program, its data, and the licences of both.

use std::sync::LazyLock;

use imm_cluster_core::place::{GEODATA, ZONE_BOUNDARIES};

/// What the place data are of, and under which licence; `gazetteer info` tells it all.
const SOURCES: &str = "  places: GeoNames (CC BY 4.0)
  boundaries: geoBoundaries, Natural Earth, NGII, Japan Meteorological Agency, BKG (permissive)
  boundaries: Instituto Geográfico Nacional (CC BY 4.0)
  boundaries: Ministry of the Interior, Taiwan (Open Government Data License 1.0)
  names of countries: Unicode CLDR (Unicode-3.0)
";

/// The part of the place data under the Open Database License.
const OPEN_STREET_MAP: &str = if cfg!(feature = "openstreetmap") {
    "  boundaries of 42 countries: © OpenStreetMap contributors (ODbL 1.0)\n"
} else {
    ""
};

static LONG: LazyLock<String> = LazyLock::new(|| {
    let features: Vec<&str> = [
        (cfg!(feature = "heic"), "heic"),
        (cfg!(feature = "openstreetmap"), "openstreetmap"),
        (cfg!(feature = "parquet"), "parquet"),
    ]
    .into_iter()
    .filter_map(|(built_in, name)| built_in.then_some(name))
    .collect();
    let features = match features.as_slice() {
        [] => "none".to_owned(),
        features => features.join(", "),
    };
    format!(
        "\
{version}

Licence: {licence}
Target: {target}
Features: {features}
Place data: {GEODATA}
{SOURCES}{OPEN_STREET_MAP}\
Time zones: boundaries {ZONE_BOUNDARIES}, rules {rules}
  boundaries: © OpenStreetMap contributors (ODbL 1.0)
  rules: IANA time zone database (public domain)

`imm-cluster gazetteer info` names every source, version and licence of the place data.",
        version = env!("CARGO_PKG_VERSION"),
        licence = env!("CARGO_PKG_LICENSE"),
        target = env!("IMM_CLUSTER_TARGET"),
        rules = chrono_tz::IANA_TZDB_VERSION,
    )
});

/// The version, then on lines of their own what it was built for and of. It depends on
/// the source and the target alone: two builds say the same. It stays English: every command
/// line has it made, which is no time to read a catalogue, and it is mostly names.
pub(crate) fn long() -> &'static str {
    &LONG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_and_licences_are_those_of_the_notices() {
        let notice = include_str!("../data/NOTICE.md");
        for line in SOURCES.lines() {
            let (_, of) = line.split_once(": ").unwrap();
            let (sources, licence) = of.split_once(" (").unwrap();
            let licence = licence.trim_end_matches(')');
            for name in sources.split(", ").chain([licence]) {
                assert!(notice.contains(name), "{name}");
            }
        }
        let notice = include_str!("../data/NOTICE-OSM.md");
        assert!(notice.contains("boundaries of 42 countries"));
    }
}
