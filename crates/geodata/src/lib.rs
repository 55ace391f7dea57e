//! The geodata of imm-cluster: where countries, administrative units and time zones are,
//! and what they are called.
//!
//! What the sources say is kept in the repository as [`sources`], and what people decide in
//! [`tables`]. The build makes of both what is read: [`grow`] the tree of regions,
//! [`amend`] what the tables say about boundaries, [`seats`] where the districts of China are,
//! [`further`] where some places are, [`divide`] the grid, [`built`] all of it.
//! [`pack`] and [`expand`] are the way to the kept form and back, of layers as they are
//! [`drawn`].
//!
//! [`grid`] finds the unit around a point (point in polygon by winding number) in cells that
//! are strings of [`bits`], [`regions`] the nearest place of that unit and the region it stands
//! for, [`records`] what the region and those around it are called, and [`lookup`] puts all
//! files and layers together. [`border`] takes the time zones for a second witness close
//! to borders; [`ids`] are the identifiers of regions.
//!
//! [`chart`] draws a cell for a map.
//!
//! Positions come in as [`grid::Spot`]: fixed-point steps of a cell, made of a latitude
//! and a longitude in degrees. Nothing here reads files, the clock or the environment.

pub mod amend;
pub mod bits;
pub mod border;
pub mod built;
pub mod chart;
pub mod divide;
pub mod drawn;
pub mod expand;
pub mod format;
pub mod further;
pub mod grid;
pub mod grow;
pub mod ids;
pub mod lookup;
mod namesakes;
mod nodes;
pub mod pack;
pub mod records;
pub mod regions;
pub mod seats;
pub mod sources;
pub mod tables;
pub mod texts;
