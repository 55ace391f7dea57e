//! The arguments of `places`.

use clap::{Args, Subcommand};

use super::values::{level, position};
use imm_cluster_core::capture::position::{Metres, Position};
use imm_cluster_core::place::Level;

/// `places …`.
#[derive(Debug, Subcommand)]
pub enum PlacesCommand {
    /// List your places
    #[command(after_long_help = "\
Example:
  imm-cluster places list")]
    List,
    /// Add a place, or change its centre, radius or level
    #[command(after_long_help = "\
Examples:
  imm-cluster places add Home 52.0907,5.1214
  imm-cluster places add 'Grandma’s village' 30.2489,120.1485 --radius 1.5km --level district")]
    Add(AddPlace),
    /// Remove places
    #[command(after_long_help = "\
Example:
  imm-cluster places remove Home")]
    Remove {
        /// Names of the places
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
    },
}

/// Arguments of `places add`.
#[derive(Debug, Args)]
pub struct AddPlace {
    /// Name of the place
    pub name: String,
    /// Centre in degrees
    #[arg(value_name = "LAT,LON", value_parser = position)]
    pub centre: Position,
    /// Radius, such as `300m` or `1.5km`; at most 200 km
    #[arg(long, value_name = "DISTANCE", default_value = "300m")]
    pub radius: Metres,
    /// Level whose name it replaces
    #[arg(long, value_name = "LEVEL", value_parser = level(), default_value_t = Level::Township)]
    pub level: Level,
}
