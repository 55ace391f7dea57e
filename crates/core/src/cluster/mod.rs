//! Evidence and rules to clusters, and clusters to lasting identities.

pub mod decide;
pub mod engine;
pub mod evidence;
pub mod explain;
pub mod find;
pub mod identity;
pub mod query;
pub mod relocate;
pub mod rules;
