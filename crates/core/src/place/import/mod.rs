//! Gazetteers that people import: boundaries and places of their own, which are asked
//! before the built-in data.
//!
//! Files of four formats are read as streams (`geojson`, `flatgeobuf`, `shapefile`,
//! `geonames`) by way of `input`; `preset` says which property names which level, and
//! `intake` puts all of it together. `store` is the file that comes of it, made by `writer`,
//! with rings (`ring`) found by a packed R-tree (`tree`) after having been sorted outside
//! memory (`sort`), in a `folder` of its own. `imports` asks all of them, `places` those of
//! GeoNames.

mod coordinates;
mod error;
mod feature;
mod fingerprint;
mod flatgeobuf;
mod folder;
mod geojson;
mod geonames;
mod imports;
mod input;
mod intake;
mod places;
mod preset;
mod ring;
mod shapefile;
mod sort;
mod store;
mod tree;
mod writer;

pub use error::ImportError;
pub use feature::Crs;
pub use folder::{LONGEST_NAME, remove};
pub use imports::{Imported, Imports};
pub use input::{SourceFormat, count};
pub use intake::{ImportRequest, StoredImport, import};
pub use preset::{PRESETS, Preset, Property};
pub use store::{Description, SourceFile};

#[cfg(test)]
mod tests;
