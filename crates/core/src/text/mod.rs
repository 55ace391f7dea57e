//! Text for people and programs, whoever writes it out.

mod base64;
mod counted;
mod escape;
mod json;
mod time;
mod varint;

pub use base64::{base64, from_base64};
pub use counted::{counted, files, grouped, plural};
pub use escape::{Escaped, listed, quoted};
pub(crate) use json::{as_text, reason};
pub use json::{write_list, write_value};
pub use time::timestamp;
pub(crate) use varint::{signed, unsigned};
