//! imm-cluster
pub mod capture;
pub mod cluster;
pub mod dataset;
pub mod error;
pub mod index;
pub mod media;
pub mod output;
pub mod place;
