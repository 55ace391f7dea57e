//! What `imm-cluster` knows and does, without a command line: media to facts, facts to
//! places and local days, days to clusters, and all of it in one dataset file.
//!
//! Nothing here prints, reads the environment or asks the clock what day it is: progress
//! goes to a [`progress::Progress`], the present time comes in as a parameter. The module
//! [`library`] is the door for other programs, and [`host`] for hosts of many owners.

pub mod capture;
pub mod cluster;
pub mod dataset;
pub mod disk;
pub mod export;
pub mod find;
pub mod host;
pub mod identity;
pub mod index;
pub mod interrupt;
pub mod lend;
pub mod library;
pub mod media;
pub mod place;
pub mod progress;
pub mod report;
pub mod stats;
pub mod task;
pub mod text;
pub mod threads;
pub mod track;
pub mod trip;

pub use host::cluster;
