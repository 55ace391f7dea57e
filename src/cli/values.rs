//! Values that several commands take.

use std::ffi::OsStr;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use imm_cluster_core::capture::position::{Position, degrees};
use imm_cluster_core::place::{Language, Level};
use imm_cluster_messages::{retold, text};

/// The direction of sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// Ascending, earliest first
    Asc,
    /// Descending, latest first
    Desc,
}

pub(super) fn position(text: &str) -> Result<Position, String> {
    let (lat, lon) = degrees(text).ok_or_else(|| text!("value-position"))?;
    Position::new(lat, lon).map_err(|error| retold(&error.to_string()).into_owned())
}

/// One of those values, by its name in the case that is typed or, where the option says so,
/// in any.
pub(super) fn one_of<T: Copy + Send + Sync + 'static, const N: usize>(
    values: [(T, PossibleValue); N],
) -> impl TypedValueParser<Value = T> {
    let names = values.each_ref().map(|(_, name)| name.clone());
    PossibleValuesParser::new(names).try_map(move |typed| {
        let mut known = values.iter();
        let found = known.find(|(_, name)| name.get_name().eq_ignore_ascii_case(&typed));
        found
            .map(|(value, _)| *value)
            .ok_or_else(|| text!("value-unknown"))
    })
}

/// A level by its name; a near name is suggested, and shells complete it.
pub(super) fn level() -> impl TypedValueParser<Value = Level> {
    one_of(Level::ALL.map(|level| (level, PossibleValue::new(level.name()))))
}

/// A language by its tag, in any of the forms that tags have: `zh`, `zh-CN`, `ZH`.
#[derive(Clone)]
pub(super) struct LanguageParser;

impl TypedValueParser for LanguageParser {
    type Value = Language;

    fn parse_ref(
        &self,
        command: &clap::Command,
        option: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Language, clap::Error> {
        let parse = |tag: &str| tag.parse::<Language>();
        TypedValueParser::parse_ref(&parse, command, option, value)
    }

    /// What shells complete.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let tags = Language::ALL.map(|language| PossibleValue::new(language.tag()));
        Some(Box::new(tags.into_iter()))
    }
}

pub(super) fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| text!("value-key-value"))?;
    Ok((key.to_owned(), value.to_owned()))
}
