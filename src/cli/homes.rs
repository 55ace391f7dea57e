//! The arguments of `homes`.

use clap::{Args, Subcommand};

use super::values::position;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::position::{Metres, Position};

/// `homes …`.
#[derive(Debug, Subcommand)]
pub enum HomesCommand {
    /// List the homes, with why each is one
    ///
    /// A home is a place where photos are taken week after week, or now and then for a day
    /// at a time over a year or more. There may be several at once. What you state wins
    /// over what is found.
    List,
    /// State a home
    #[command(after_help = "\
Examples:
  imm-cluster homes add Lyon 45.7640,4.8357
  imm-cluster homes add 'Summer house' 44.1258,4.8096 --radius 5km --from 2019-05-01")]
    Add(AddHome),
    /// Change a home: its name, place or dates; one that was found is then stated
    #[command(after_help = "\
Examples:
  imm-cluster homes edit Lyon --from 2012-09-01
  imm-cluster homes edit 1f0a --name 'Grandma’s' --to 2020-06-30")]
    Edit(EditHome),
    /// Take homes away for good: none is found there again
    Remove {
        /// Their names or ids
        #[arg(value_name = "HOME", required = true)]
        homes: Vec<String>,
    },
    /// Forget what you stated and removed, so that homes are found again
    ///
    /// With names or ids, only what was stated of these; else all.
    Reset {
        /// Names or ids of homes
        #[arg(value_name = "HOME")]
        homes: Vec<String>,
    },
}

/// Arguments of `homes add`.
#[derive(Debug, Args)]
pub struct AddHome {
    /// The name
    pub name: String,
    /// The centre in degrees
    #[arg(value_name = "LAT,LON", value_parser = position)]
    pub centre: Position,
    /// How far it reaches from its centre, such as `5km`; at most 200 km [default: 25km]
    #[arg(long, value_name = "DISTANCE")]
    pub radius: Option<Metres>,
    /// The first day there [default: as early as can be]
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    /// The last day there [default: as late as can be]
    #[arg(long, value_name = "DATE")]
    pub to: Option<Day>,
}

/// Arguments of `homes edit`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["name", "centre", "radius", "from", "to"]))]
pub struct EditHome {
    /// The name or id
    pub home: String,
    /// Another name
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Another centre in degrees
    #[arg(long, value_name = "LAT,LON", value_parser = position)]
    pub centre: Option<Position>,
    /// How far it reaches from its centre, such as `5km`; at most 200 km
    #[arg(long, value_name = "DISTANCE")]
    pub radius: Option<Metres>,
    /// The first day there
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    /// The last day there
    #[arg(long, value_name = "DATE")]
    pub to: Option<Day>,
}
