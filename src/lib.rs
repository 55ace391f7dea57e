//! Groups photos and videos into trips by place and day, offline.
//!
//! The modules, in the order in which a file passes through them: [`index`] walks
//! folders and compares them with the [`dataset`]; [`media`] reads what one file
//! says; [`capture`] decides when and where it was taken; [`place`] names the
//! point; [`cluster`] joins days to runs and gives them lasting identities.
//! [`commands`] tells the story of each command with these, and [`output`] shows
//! the result; [`report`] makes a page of it and [`export`] hands it to other programs;
//! [`task`] remembers what each run was, and [`interrupt`] lets a long reading end
//! before its time.

pub mod capture;
pub mod cli;
pub mod cluster;
pub mod commands;
pub mod dataset;
pub mod error;
pub mod export;
pub mod index;
pub mod interrupt;
pub mod media;
pub mod options;
pub mod output;
pub mod place;
pub mod report;
pub mod task;
