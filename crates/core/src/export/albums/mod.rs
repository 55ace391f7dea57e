//! A folder for each cluster or trip, with links to its files or copies of them.
//!
//! What is there is compared with what is wanted, and only the difference is made.
//! Nothing is removed that is not as an earlier export made it, and nothing of which it is
//! not proven that its bytes stand elsewhere; `disk` sees to that.

mod assign;
mod folders;
mod links;
mod place;
mod plan;
mod work;

pub use place::How;
pub use work::{AlbumChange, AlbumFailure, AlbumsReport, AlbumsRequest};
