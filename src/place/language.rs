//! The languages that names come in.

use std::fmt;
use std::str::FromStr;

/// A language of names. Where the geodata lacks a name in it, the local one
/// stands in, and for that the English one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// English, or how English texts spell the name.
    #[default]
    English,
    /// Chinese in simplified characters.
    Chinese,
    /// What the country itself writes.
    Local,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::English, Self::Chinese, Self::Local];

    /// The tag used on the command line and in JSON.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
            Self::Local => "local",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "zh-CN" | "zh-Hans" => Ok(Self::Chinese),
            _ => Self::ALL
                .into_iter()
                .find(|language| language.tag() == text)
                .ok_or_else(|| {
                    format!("`{text}` is no language of the geodata; these are en, zh, local")
                }),
        }
    }
}
