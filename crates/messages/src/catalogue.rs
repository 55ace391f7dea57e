//! The catalogues, each read when its language is first spoken.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Pattern, PatternElement};
use intl_memoizer::concurrent::IntlLangMemoizer;
use unic_langid::LanguageIdentifier;

use crate::tongue::{Tongue, tongue};

/// The help, which in English stands on the options.
const CHINESE_HELP: &str = include_str!("../catalogues/zh/help.ftl");

type Bundle = FluentBundle<FluentResource>;

/// The files of both catalogues. A part has the same name in each.
macro_rules! catalogues {
    ($($part:literal),* $(,)?) => {
        /// The parts of a catalogue.
        fn parts(of: Tongue) -> &'static [&'static str] {
            match of {
                Tongue::English => &[$(include_str!(concat!("../catalogues/en/", $part))),*],
                Tongue::Chinese => &[$(include_str!(concat!("../catalogues/zh/", $part))),*],
            }
        }
    };
}

catalogues![
    "words.ftl",
    "trips.ftl",
    "commands.ftl",
    "errors.ftl",
    "library.ftl",
    "usage.ftl",
];

/// The names and values that a message is filled with.
pub type Arguments<'a> = [(&'static str, Value<'a>)];

/// What a message is filled with.
#[derive(Debug)]
pub enum Value<'a> {
    /// A number that the language forms a plural by.
    Count(u64),
    /// Text as it stands.
    Text(Cow<'a, str>),
}

/// Numbers are counts; all else is text.
macro_rules! counts {
    ($($number:ty),*) => {
        $(impl From<&$number> for Value<'_> {
            fn from(number: &$number) -> Self {
                Self::Count(u64::try_from(*number).unwrap_or_default())
            }
        })*
    };
}

counts!(u8, u16, u32, u64, usize);

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a &str> for Value<'a> {
    fn from(text: &'a &str) -> Self {
        Self::Text((*text).into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a Cow<'_, str>> for Value<'a> {
    fn from(text: &'a Cow<'_, str>) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&Value<'a>> for FluentValue<'a> {
    fn from(value: &Value<'a>) -> Self {
        match value {
            Value::Count(count) => Self::from(*count),
            Value::Text(text) => Self::from(text.clone()),
        }
    }
}

/// The message of that key in the language that is spoken, or the key where it is in no
/// catalogue, which a test rules out. [`text!`](crate::text) is the usual way to it.
pub fn message(key: &str, arguments: &Arguments<'_>) -> String {
    let bundle = spoken(tongue());
    let pattern = bundle.get_message(key).and_then(|message| message.value());
    filled(bundle, pattern, arguments).unwrap_or_else(|| key.to_owned())
}

/// The help of a command, or of one of its arguments or values, where the language that is
/// spoken has its own. English help stands on the options themselves.
pub fn help(command: &str, of: Option<&str>) -> Option<String> {
    static CHINESE: OnceLock<Bundle> = OnceLock::new();
    let bundle = match tongue() {
        Tongue::English => return None,
        Tongue::Chinese => CHINESE.get_or_init(|| bundle(Tongue::Chinese, &[CHINESE_HELP])),
    };
    let message = bundle.get_message(command)?;
    let pattern = match of {
        Some(of) => Some(message.get_attribute(of)?.value()),
        None => message.value(),
    };
    filled(bundle, pattern, &[])
}

/// What is kept in English, such as why a file cannot be read, in the language that is
/// spoken: its message begins with `reason-` and is filled with nothing. Other texts, such
/// as those of the system, come back as they are.
pub fn retold(english: &str) -> Cow<'_, str> {
    let key = match tongue() {
        Tongue::English => None,
        Tongue::Chinese => reasons().get(english),
    };
    key.map_or(english.into(), |key| message(key, &[]).into())
}

/// The keys of what is kept in English.
fn reasons() -> &'static HashMap<String, String> {
    static REASONS: OnceLock<HashMap<String, String>> = OnceLock::new();
    REASONS.get_or_init(|| {
        let mut reasons = HashMap::new();
        // All of them are of the library.
        let resource = resource(include_str!("../catalogues/en/library.ftl"));
        for entry in resource.entries() {
            if let Entry::Message(message) = entry
                && message.id.name.starts_with("reason-")
                && let Some(pattern) = &message.value
                && let [PatternElement::TextElement { value }] = pattern.elements.as_slice()
            {
                reasons.insert((*value).to_owned(), message.id.name.to_owned());
            }
        }
        reasons
    })
}

fn filled(
    bundle: &Bundle,
    pattern: Option<&Pattern<&str>>,
    arguments: &Arguments<'_>,
) -> Option<String> {
    let arguments: FluentArgs<'_> = arguments
        .iter()
        .map(|(name, value)| (*name, FluentValue::from(value)))
        .collect();
    let text = bundle.format_pattern(pattern?, Some(&arguments), &mut Vec::new());
    Some(text.into_owned())
}

/// The catalogue of a language. What is wrong in one is found by a test.
fn spoken(tongue: Tongue) -> &'static Bundle {
    static ENGLISH: OnceLock<Bundle> = OnceLock::new();
    static CHINESE: OnceLock<Bundle> = OnceLock::new();
    let read = match tongue {
        Tongue::English => &ENGLISH,
        Tongue::Chinese => &CHINESE,
    };
    read.get_or_init(|| bundle(tongue, parts(tongue)))
}

/// Those texts of a catalogue.
fn bundle(tongue: Tongue, texts: &[&str]) -> Bundle {
    let language: LanguageIdentifier = tongue.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Marks of direction would be in the way of whoever copies a path.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(grouped_number));
    for text in texts {
        bundle.add_resource_overriding(resource(text));
    }
    bundle
}

fn resource(text: &str) -> FluentResource {
    FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable)
}

/// Numbers as [`grouped`] writes them. All are counts, hence whole.
fn grouped_number(value: &FluentValue<'_>, _: &IntlLangMemoizer) -> Option<String> {
    match value {
        FluentValue::Number(number) => number.as_string().parse().ok().map(grouped),
        _ => None,
    }
}

/// A number for people: with a comma between thousands, as both languages have it.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
