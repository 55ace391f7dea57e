//! The trips in folders of photos, with nothing stored:
//! `cargo run --example trips ~/Pictures`.
#![expect(clippy::print_stdout, reason = "the trips are the point")]

use std::time::SystemTime;

use imm_cluster::{Error, Level, Library, Rules};

fn main() -> Result<(), Error> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let mut library = Library::new();
    let indexed = library.index(&folders)?;
    for failure in &indexed.failures {
        println!("{}: {}", failure.path.display(), failure.reason);
    }
    let rules = Rules {
        levels: vec![Level::City],
        min_days: 2,
        ..Rules::default()
    };
    library.cluster(&rules, SystemTime::now());
    for trip in library.clusters() {
        let (first, last) = (trip.first_day, trip.last_day);
        println!("{first} to {last}  {}", trip.address.line());
        for path in library.files(&trip) {
            println!("  {}", path.display());
        }
    }
    Ok(())
}
