//! What the program says to people, in the language of its user.
//!
//! Every sentence stands in two catalogues, `catalogues/en` and `catalogues/zh`, in the
//! syntax of [Fluent](https://projectfluent.org), and is asked for by its key:
//!
//! ```
//! use imm_cluster_messages::{Tongue, in_tongue, text};
//!
//! assert_eq!(text!("count-file", count = 1_204_u32), "1,204 files");
//! assert_eq!(in_tongue(Tongue::Chinese, || text!("count-file", count = 2_u32)), "2 个文件");
//! ```
//!
//! Numbers come with a separator between thousands. The language is English until the
//! program chooses another one for the whole process by [`speak`]. What programs read stays
//! English, whatever a person speaks: see [`in_tongue`].

mod catalogue;
mod tongue;

pub use catalogue::{Arguments, Value, grouped, help, message, retold};
pub use tongue::{Tongue, in_tongue, speak, tongue};

/// The message of that key with its arguments filled in, as a `String`:
/// `text!("trip-title", name = title, count = 3)`. An argument is text or a whole
/// number.
///
/// A key is a literal, so that a test finds each that is asked for.
#[macro_export]
macro_rules! text {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::message($key, &[$((stringify!($name), $crate::Value::from(&$value))),*])
    };
}
