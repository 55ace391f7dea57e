//! What the environment says of who reads the output: the language, the width, the colours.

use std::env;
use std::io::IsTerminal;

use crate::output::Style;
use imm_cluster_messages::Tongue;

/// The language of help and messages: the one that was typed, else that of the locale.
pub(crate) fn tongue(typed: Option<Tongue>) -> Tongue {
    typed.unwrap_or_else(of_locale)
}

/// The language of the locale, by the first variable that POSIX asks for and that is set.
fn of_locale() -> Tongue {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let mut set = set.filter_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    set.next()
        .map_or(Tongue::English, |locale| Tongue::of_locale(&locale))
}

/// What a stream can show, in colour or not where that was asked for.
pub(crate) fn style(colored: Option<bool>, stream: &impl IsTerminal) -> Style {
    let is_terminal = stream.is_terminal();
    let refused = || env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Style {
        color: colored.unwrap_or_else(|| is_terminal && !refused()),
        width: is_terminal.then(columns).flatten(),
        blocks: shows_blocks(),
    }
}

/// The width of the terminal in columns, where it is known.
fn columns() -> Option<usize> {
    let stated = env::var("COLUMNS").ok();
    let stated = stated.and_then(|columns| columns.parse().ok());
    stated.filter(|columns| *columns > 0).or_else(|| {
        let sizes = [console::Term::stdout(), console::Term::stderr()];
        let mut sizes = sizes.into_iter().filter_map(|term| term.size_checked());
        Some(usize::from(sizes.next()?.1))
    })
}

/// Whether block characters show. Only a locale that names another encoding than
/// UTF-8 says that they do not.
fn shows_blocks() -> bool {
    let set = |name| env::var(name).ok().filter(|locale| !locale.is_empty());
    let locale = set("LC_ALL")
        .or_else(|| set("LC_CTYPE"))
        .or_else(|| set("LANG"));
    locale.is_none_or(|locale| is_utf8(&locale))
}

fn is_utf8(locale: &str) -> bool {
    let encoding = locale.to_ascii_lowercase().replace('-', "");
    encoding.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_name_their_encoding() {
        for utf8 in ["C.UTF-8", "en_GB.utf8", "zh_CN.UTF-8@pinyin"] {
            assert!(is_utf8(utf8), "{utf8}");
        }
        for other in ["C", "POSIX", "zh_CN.GB18030", "de_DE"] {
            assert!(!is_utf8(other), "{other}");
        }
    }
}
