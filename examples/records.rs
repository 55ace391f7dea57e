//! Groups records from standard input, one JSON object a line, into trips that last in
//! a dataset: `imm-cluster files list --format ndjson | cargo run --example records`.
#![expect(clippy::print_stdout, reason = "the trips are the point")]

use std::io;
use std::time::SystemTime;

use imm_cluster::{Error, Library, Rules};

fn main() -> Result<(), Error> {
    let mut library = Library::open("target/records.json")?;
    library.add_records(io::stdin().lock())?;
    library.cluster(&Rules::default(), SystemTime::now());
    library.save()?;
    for trip in library.clusters() {
        let place = trip.address.line();
        println!("{}\t{}\t{place}\t{}", trip.id, trip.first_day, trip.files);
    }
    Ok(())
}
