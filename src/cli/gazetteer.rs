//! The arguments of `gazetteer`.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

use super::values::one_of;

use imm_cluster_core::place::import::{Crs, PRESETS, Preset, Property};

/// `gazetteer …`.
#[derive(Debug, Subcommand)]
pub enum GazetteerCommand {
    /// Import a file of boundaries or places
    ///
    /// What is imported is asked before the built-in data, the newest import first. It
    /// names the levels that its features name; where its name is that of the built-in
    /// region, in any language, it is that region. Files: GeoJSON (also one feature a
    /// line), FlatGeobuf, shapefiles, and dumps of GeoNames. They are recognised by
    /// content and read as a stream. The next `index` or `run` names the places in the
    /// dataset again, without reading a photo.
    #[command(after_help = "\
Examples:
  imm-cluster gazetteer import gadm41_CHN_3.json
  imm-cluster gazetteer import quarters.geojson --property township=NAME --property township:en=NAME_EN
  imm-cluster gazetteer import 330100_full.json --preset datav --name hangzhou
  imm-cluster gazetteer import geonames/CN.txt")]
    Import(Box<ImportGazetteer>),
    /// List what was imported, in the order in which it is asked
    List,
    /// Remove imported gazetteers
    Remove {
        /// Their names
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
    },
    /// Show the built-in data with its sources and licences, and what was imported
    Info,
}

/// Arguments of `gazetteer import`.
#[derive(Debug, Args)]
pub struct ImportGazetteer {
    /// Files; what stands beside them (`.dbf`, `.cpg`, admin1CodesASCII.txt …) is found
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What to call it; an import of that name is replaced [default: the first file's name]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Whose data it is, which says which property names which level [default: recognised]
    ///
    /// The country comes from the built-in data in all of them.
    #[arg(long, value_name = "PRESET", value_parser = preset())]
    pub preset: Option<&'static Preset>,
    /// Which property names a level: `city=NAME_2`; in a language: `city:zh=NL_NAME_2`;
    /// which one identifies a feature: `id=CODE` (repeatable)
    ///
    /// Levels: country, province, city, district, township. Languages: en, zh, local
    /// (the default). It comes before what a preset says of that level. A property that
    /// does not exist is an error that lists those that do.
    #[arg(long, value_name = "LEVEL=NAME")]
    pub property: Vec<Property>,
    /// The coordinate system [default: that of the preset, else wgs84]
    #[arg(long, value_parser = crs())]
    pub crs: Option<Crs>,
}

fn preset() -> impl TypedValueParser<Value = &'static Preset> {
    let names = PRESETS
        .iter()
        .map(|preset| PossibleValue::new(preset.name).help(preset.about));
    // Only names that are there get so far.
    PossibleValuesParser::new(names).map(|name| Preset::named(&name).unwrap_or(&PRESETS[0]))
}

fn crs() -> impl TypedValueParser<Value = Crs> {
    one_of([
        (
            Crs::Wgs84,
            PossibleValue::new(Crs::Wgs84.name()).help(
                "Degrees in WGS 84, or what equals it within a metre: CGCS2000, JGD2011, ETRS89",
            ),
        ),
        (
            Crs::Gcj02,
            PossibleValue::new(Crs::Gcj02.name())
                .help("The shifted degrees of Chinese map services"),
        ),
    ])
}
