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
    /// Imported data take precedence over the built-in data, the newest import first. They
    /// replace the names of the levels that they have; a region with the same name as the
    /// built-in one, in any language, is the same region. Supported files: GeoJSON (also
    /// one feature per line), FlatGeobuf, shapefiles, and GeoNames dumps; the format is
    /// detected from the content. The next `index` or `run` renames the places in the
    /// dataset, without reading a photo.
    #[command(after_long_help = "\
Examples:
  imm-cluster gazetteer import gadm41_CHN_3.json
  imm-cluster gazetteer import quarters.geojson --property township=NAME --property township:en=NAME_EN
  imm-cluster gazetteer import 330100_full.json --preset datav --name hangzhou
  imm-cluster gazetteer import geonames/CN.txt")]
    Import(Box<ImportGazetteer>),
    /// List imported gazetteers in order of precedence
    #[command(after_long_help = "\
Example:
  imm-cluster gazetteer list")]
    List,
    /// Remove imported gazetteers
    #[command(after_long_help = "\
Example:
  imm-cluster gazetteer remove hangzhou")]
    Remove {
        /// Names of the gazetteers
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
    },
    /// Show sources and licences of the built-in data, and what was imported
    #[command(after_long_help = "\
Example:
  imm-cluster gazetteer info")]
    Info,
}

/// Arguments of `gazetteer import`.
#[derive(Debug, Args)]
pub struct ImportGazetteer {
    /// Files to import; companion files (`.dbf`, `.cpg`, admin1CodesASCII.txt …) are found
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Name of the import; replaces one of the same name [default: name of the first file]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Known data source, with the property of each level [default: detected]
    ///
    /// The country always comes from the built-in data.
    #[arg(long, value_name = "PRESET", value_parser = preset())]
    pub preset: Option<&'static Preset>,
    /// Property that names a level: `city=NAME_2`; in a language: `city:zh=NL_NAME_2`;
    /// or that identifies a feature: `id=CODE` (repeatable)
    ///
    /// Levels: country, province, city, district, township. Languages: en, zh, local
    /// (the default). It overrides the preset for that level. An unknown property is an
    /// error that lists the known ones.
    #[arg(long, value_name = "LEVEL=NAME")]
    pub property: Vec<Property>,
    /// Coordinate system [default: that of the preset, else wgs84]
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
            PossibleValue::new(Crs::Wgs84.name())
                .help("Degrees in WGS 84, or within a metre of it: CGCS2000, JGD2011, ETRS89"),
        ),
        (
            Crs::Gcj02,
            PossibleValue::new(Crs::Gcj02.name())
                .help("The offset degrees of Chinese map services"),
        ),
    ])
}
