//! The arguments of `homes`.

use clap::{Args, Subcommand};

use super::values::position;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::position::{Metres, Position};

/// `homes …`.
#[derive(Debug, Subcommand)]
pub enum HomesCommand {
    /// List homes and the evidence for each
    ///
    /// A home is a place where photos are taken week after week, or again and again for a
    /// day at a time over a year or more. There can be several at once. Homes that you add
    /// take precedence over those that are found.
    #[command(after_long_help = "\
Example:
  imm-cluster homes list")]
    List,
    /// Add a home
    #[command(after_long_help = "\
Examples:
  imm-cluster homes add Lyon 45.7640,4.8357
  imm-cluster homes add 'Summer house' 44.1258,4.8096 --radius 5km --from 2019-05-01")]
    Add(AddHome),
    /// Change the name, place or dates of a home
    ///
    /// A home that was found becomes one that you added: later runs do not change it.
    #[command(after_long_help = "\
Examples:
  imm-cluster homes edit Lyon --from 2012-09-01
  imm-cluster homes edit 1f0a --name 'Grandma’s' --to 2020-06-30")]
    Edit(EditHome),
    /// Remove homes; later runs do not find them again
    #[command(after_long_help = "\
Example:
  imm-cluster homes remove Lyon")]
    Remove {
        /// Names or ids of homes
        #[arg(value_name = "HOME", required = true)]
        homes: Vec<String>,
    },
    /// Undo your changes to homes; the next `run` finds them again
    #[command(after_long_help = "\
Examples:
  imm-cluster homes reset Lyon
  imm-cluster homes reset")]
    Reset {
        /// Names or ids of homes [default: all]
        #[arg(value_name = "HOME")]
        homes: Vec<String>,
    },
}

/// Arguments of `homes add`.
#[derive(Debug, Args)]
pub struct AddHome {
    /// Name of the home
    pub name: String,
    /// Centre in degrees
    #[arg(value_name = "LAT,LON", value_parser = position)]
    pub centre: Position,
    /// Radius, such as `5km`; at most 200 km [default: 25km]
    #[arg(long, value_name = "DISTANCE")]
    pub radius: Option<Metres>,
    /// First day there [default: open]
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    /// Last day there [default: open]
    #[arg(long, value_name = "DATE")]
    pub to: Option<Day>,
}

/// Arguments of `homes edit`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["name", "centre", "radius", "from", "to"]))]
pub struct EditHome {
    /// Name or id of the home
    pub home: String,
    /// New name
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// New centre in degrees
    #[arg(long, value_name = "LAT,LON", value_parser = position)]
    pub centre: Option<Position>,
    /// New radius, such as `5km`; at most 200 km
    #[arg(long, value_name = "DISTANCE")]
    pub radius: Option<Metres>,
    /// First day there
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    /// Last day there
    #[arg(long, value_name = "DATE")]
    pub to: Option<Day>,
}
