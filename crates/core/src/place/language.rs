//! The languages that names come in.

use std::fmt;
use std::str::FromStr;

use imm_cluster_messages::text;
use serde::{Deserialize, Serialize};

/// A language of names. Where the geodata lacks a name in it, the local one
/// stands in, and for that the English one.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(into = "&str", try_from = "String")]
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

impl From<Language> for &str {
    fn from(language: Language) -> Self {
        language.tag()
    }
}

impl TryFrom<String> for Language {
    type Error = String;

    fn try_from(tag: String) -> Result<Self, String> {
        tag.parse()
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Region and script say nothing here, but for the other Chinese script.
        let primary = text.split('-').next().unwrap_or_default();
        let known = |language: &Self| language.tag().eq_ignore_ascii_case(primary);
        let traditional = ["Hant", "TW", "HK", "MO"];
        let other_script = text.split('-').any(|part| traditional.contains(&part));
        (Self::ALL.into_iter().find(known))
            .filter(|language| *language != Self::Chinese || !other_script)
            .filter(|language| *language != Self::Local || primary == text)
            .ok_or_else(|| text!("no-language", text = text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_those_of_bcp_47() {
        let parse = |tag: &str| tag.parse::<Language>().ok();
        for tag in ["en", "en-US", "EN"] {
            assert_eq!(parse(tag), Some(Language::English), "{tag}");
        }
        for tag in ["zh", "zh-CN", "zh-Hans", "zh-Hans-SG"] {
            assert_eq!(parse(tag), Some(Language::Chinese), "{tag}");
        }
        assert_eq!(parse("local"), Some(Language::Local));
        for tag in ["", "de", "zh-Hant", "zh-TW", "local-de", "english"] {
            assert_eq!(parse(tag), None, "{tag}");
        }
    }
}
