//! Finds trips among photos and videos, and groups them by place and day, offline.
//!
//! This is the library behind the program `imm-cluster`. It does three things.
//!
//! **Name a point**, without any network:
//!
//! ```
//! use imm_cluster::{Language, Position, locate, locate_in};
//!
//! let west_lake = Position::new(30.2489, 120.1485)?;
//! let address = locate(west_lake).expect("it is on land");
//! assert_eq!(address.line(), "Xihu, Hangzhou, Zhejiang, China");
//! let address = locate_in(west_lake, Language::Chinese).expect("it is on land");
//! assert_eq!(address.city.as_deref(), Some("杭州市"));
//! # Ok::<(), imm_cluster::NoPosition>(())
//! ```
//!
//! **Group records** that another program has, by region and run of local days:
//!
//! ```
//! use std::time::SystemTime;
//!
//! use imm_cluster::{Level, Library, Rules};
//!
//! let records = r#"
//! {"path": "a.jpg", "capture_time": "2024-03-03T09:12:44+08:00", "lat": 30.2489, "lon": 120.1485}
//! {"path": "b.jpg", "capture_time": "2024-03-06T08:15:00+08:00", "lat": 30.7522, "lon": 120.75}
//! "#;
//! let mut library = Library::new();
//! library.add_records(records.as_bytes())?;
//! let rules = Rules {
//!     levels: vec![Level::Province],
//!     gap_days: 2,
//!     ..Rules::default()
//! };
//! library.cluster(&rules, SystemTime::now());
//! let trip = library.clusters().next().expect("one trip");
//! assert_eq!(trip.address.line(), "Zhejiang, China");
//! assert_eq!((trip.first_day.to_string(), trip.days), ("2024-03-03".to_owned(), 4));
//! # Ok::<(), imm_cluster::Error>(())
//! ```
//!
//! **Index a folder**, read what is new in it, and keep what was learnt in a file that
//! the program understands too:
//!
//! ```no_run
//! use std::time::SystemTime;
//!
//! use imm_cluster::{Library, Rules};
//!
//! let mut library = Library::open("photos.json")?;
//! let indexed = library.index(&["/home/me/Pictures"])?;
//! println!("{} new, {} unreadable", indexed.added, indexed.failures.len());
//! library.cluster(&Rules::default(), SystemTime::now());
//! for trip in library.clusters() {
//!     println!("{} to {}  {}", trip.first_day, trip.last_day, trip.address.line());
//!     for path in library.files(&trip) {
//!         println!("  {}", path.display());
//!     }
//! }
//! library.save()?;
//! # Ok::<(), imm_cluster::Error>(())
//! ```
//!
//! **Cluster many owners** in a host's own process, from rows of what their files show, without
//! files or a dataset: [`cluster`].
//!
//! The folder `examples` has a short program for each. Nothing here prints, uses the
//! network, or changes a media file.

pub use imm_cluster_core::capture::day::Day;
pub use imm_cluster_core::capture::position::{Metres, NoPosition, Position};
pub use imm_cluster_core::capture::range::{Range, RangeError};
pub use imm_cluster_core::cluster::rules::Rules;
pub use imm_cluster_core::find::{FindError, Noun};
pub use imm_cluster_core::host::{Evidence, Found, Row, RowError, cluster};
pub use imm_cluster_core::identity::decide::{DecideError, Decision, Edit, Texts};
pub use imm_cluster_core::identity::query::{Query, SortKey};
pub use imm_cluster_core::index::Failure;
pub use imm_cluster_core::library::{Cluster, Error, Indexed, Library};
pub use imm_cluster_core::place::{
    Address, AddressKey, Language, Level, Region, locate, locate_in,
};
pub use imm_cluster_core::stats::{DayThen, Review, Stats, Visited};

#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod commands;
mod error;
mod ffmpeg;
mod options;
#[doc(hidden)]
pub mod output;
mod signals;
mod terminal;
mod version;
