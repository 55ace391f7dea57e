//! Names points: `cargo run --example lookup 30.2489,120.1485 52.0907,5.1214`.
#![expect(clippy::print_stdout, reason = "the names are the point")]

use std::error::Error;

use imm_cluster::{Language, Position, locate_in};

fn main() -> Result<(), Box<dyn Error>> {
    for point in std::env::args().skip(1) {
        let (lat, lon) = point.split_once(',').ok_or("LAT,LON is wanted")?;
        let position = Position::new(lat.parse()?, lon.parse()?)?;
        let names = [Language::English, Language::Chinese].map(|language| {
            let address = locate_in(position, language);
            address.map_or_else(|| "at sea".to_owned(), |address| address.line())
        });
        println!("{point}  {}", names.join("  "));
    }
    Ok(())
}
