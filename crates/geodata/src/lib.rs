//! The geodata of imm-cluster: where countries, administrative units and time zones are,
//! and what they are called.
//!
//! [`pack`] turns what was drawn into the form that the repository keeps, [`expand`] back
//! into what was drawn, and [`divide`] that into the grid that a look-up reads. [`grid`]
//! finds the unit around a point in it (point in polygon by winding number), [`regions`]
//! the nearest place of that unit and the region it stands for, and [`lookup`] puts all
//! files and layers together. [`border`] takes the time zones for a second witness close
//! to borders; [`ids`] are the identifiers of regions.
//!
//! Positions come in as [`grid::Spot`]: fixed-point steps of a cell, made of a latitude
//! and a longitude in degrees. Nothing here reads files, the clock or the environment.

pub mod border;
pub mod divide;
pub mod expand;
pub mod format;
pub mod grid;
pub mod ids;
pub mod lookup;
pub mod pack;
pub mod regions;
