//! Evidence and rules to clusters, and clusters to lasting identities.

pub mod engine;
pub mod evidence;
pub mod explain;
pub mod identity;
pub mod rules;
