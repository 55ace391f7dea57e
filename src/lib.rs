//! imm-cluster
pub mod capture;
pub mod media;
