//! The program as people and programs meet it: the built binary, run in a folder
//! of its own.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests write files, say scores and what they skip, and what fails says so"
)]

mod album_histories;
mod albums;
mod calendar;
mod corpus;
mod damage;
mod decide;
mod decisions;
mod disks;
mod docs;
mod edges;
mod errors;
mod examples;
mod exports;
mod faults;
mod forgetting;
mod gazetteer;
mod guidance;
mod habits;
mod help;
mod histories;
mod identity;
mod imm;
mod incremental;
mod killed;
mod lending;
mod lives;
mod memory;
mod names;
mod options;
mod oracle;
mod places;
mod queries;
mod readers;
mod records;
mod recover;
mod refused;
mod report;
mod safety;
mod sandbox;
mod schedule;
mod shell;
mod signals;
mod soak;
mod stats;
mod tasks;
mod terminal;
mod threads;
#[cfg(unix)]
mod traced;
#[cfg(unix)]
mod translations;
#[cfg(unix)]
mod tree;
mod trips;
mod unreadable;
mod walking;

#[path = "../../fixtures/library.rs"]
mod library;

#[path = "../../fixtures/life.rs"]
mod life;

#[path = "../../fixtures/gazetteers.rs"]
mod gazetteers;
