//! Evidence and rules to clusters.

pub mod area;
pub mod engine;
pub mod evidence;
pub mod explain;
pub mod relatives;
pub mod relocate;
pub mod rules;
pub mod sql;
