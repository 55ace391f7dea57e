//! How a page is wanted.

use super::html::PageLanguage;
use super::privacy::Privacy;

/// How a page is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The language of its own words.
    pub words: PageLanguage,
    /// What stands above it.
    pub title: Option<&'a str>,
    /// The most pictures of one trip or cluster.
    pub pictures: usize,
    /// The most bytes of the page, unless its texts alone are longer.
    pub size: usize,
    /// Whether it shows the whole library, so that it knows what was new in a year.
    pub has_all: bool,
    /// What it keeps to itself.
    pub privacy: Privacy,
}
