//! Wrong usage, told to programs.

use std::ffi::OsString;
use std::io;

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use imm_cluster_messages::{Tongue, text, tongue};

use super::chinese;
use super::global::UiLanguage;
use crate::error::{
    CONFLICTING_PARAMETERS, INVALID_PARAMETER, MISSING_PARAMETER, UNKNOWN_COMMAND,
    UNKNOWN_PARAMETER, invalid_option,
};
use crate::output::Style;
use crate::{output, terminal};

/// How wide help is at most, in columns.
pub(super) const WIDEST: usize = 100;

/// Words that people try, and the command that does what they mean. The formats of `export`
/// are known by themselves.
const ALSO_CALLED: [(&str, &str); 21] = [
    ("add", "index"),
    ("browse", "report --open"),
    ("folders", "roots"),
    ("geocode", "lookup"),
    ("html", "report"),
    ("import", "index"),
    ("info", "status"),
    ("list", "trips list"),
    ("map", "export geojson"),
    ("map", "report --open"),
    ("open", "report --open"),
    ("page", "report"),
    ("photos", "files list"),
    ("pictures", "files list"),
    ("refresh", "run"),
    ("scan", "index"),
    ("show", "trips show"),
    ("start", "run"),
    ("stats", "status"),
    ("sync", "index"),
    ("view", "report --open"),
];

/// Adds the command that an unknown word, or an unknown format, may stand for.
pub(super) fn suggest(error: &mut clap::Error, program: impl FnOnce() -> clap::Command) {
    let of_format = context(error, ContextKind::InvalidArg)
        .iter()
        .any(|option| option.starts_with("--format"));
    let word = match error.kind() {
        ErrorKind::InvalidSubcommand => context(error, ContextKind::InvalidSubcommand),
        ErrorKind::InvalidValue if of_format => context(error, ContextKind::InvalidValue),
        _ => return,
    };
    // Below another command the words mean something else, but for those of that command.
    let is_general = of_format || is_at_top(error);
    let is_of_export = context(error, ContextKind::Usage)
        .concat()
        .contains("imm-cluster export ");
    let meant = word.first().map(|word| {
        let mut commands = commands_for(word, &program());
        commands.retain(|it| is_general || is_of_export && it.starts_with("export "));
        commands
    });
    if let Some(commands) = meant.filter(|commands| !commands.is_empty()) {
        // What is meant is known better than by the letters.
        error.remove(ContextKind::SuggestedSubcommand);
        let tips = commands.into_iter();
        let tips = tips.map(|command| text!("usage-try", command = command).into());
        let tips = ContextValue::StyledStrs(tips.collect());
        error.insert(ContextKind::Suggested, tips);
    }
}

/// Whether the command that is unknown is no other one's: the usage then says no word more
/// than the program's name.
fn is_at_top(error: &clap::Error) -> bool {
    let usage = context(error, ContextKind::Usage).concat();
    let mut words = usage.split_whitespace();
    words.any(|word| word.ends_with(env!("CARGO_PKG_NAME")))
        && words
            .next()
            .is_none_or(|word| !word.starts_with(char::is_alphabetic))
}

/// The commands by that word, else by a word that differs by a letter or two that changed
/// places.
fn commands_for(word: &str, program: &clap::Command) -> Vec<String> {
    let formats = program
        .find_subcommand("export")
        .into_iter()
        .flat_map(clap::Command::get_subcommands)
        .map(|format| (format.get_name(), format!("export {}", format.get_name())));
    let others = ALSO_CALLED.iter();
    let others = others.map(|(name, command)| (*name, (*command).to_owned()));
    let known: Vec<(&str, String)> = others.chain(formats).collect();
    let by = |is_meant: &dyn Fn(&str) -> bool| -> Vec<String> {
        let meant = known.iter().filter(|(name, _)| is_meant(name));
        meant.map(|(_, command)| command.clone()).collect()
    };
    let exact = by(&|name| name == word);
    if !exact.is_empty() || word.chars().count() < 4 {
        return exact;
    }
    by(&|name| name.len() > 3 && strsim::damerau_levenshtein(name, word) == 1)
}

/// Whether a command line that may be wrong asks for JSON.
pub(super) fn asks_for_json(arguments: &[OsString]) -> bool {
    typed(arguments, "--format").any(|format| matches!(format, "json" | "ndjson" | "imm"))
}

/// The language of help and messages that a command line asks for, which may be wrong.
pub(super) fn ui_language(arguments: &[OsString]) -> Option<UiLanguage> {
    let typed = typed(arguments, "--ui-language").last()?;
    UiLanguage::from_str(typed, false).ok()
}

/// What stands behind an option, each time that it is typed. What is no text is no option, and
/// behind `--` none follow.
pub(super) fn typed<'a>(
    arguments: &'a [OsString],
    option: &'a str,
) -> impl Iterator<Item = &'a str> {
    let arguments = arguments.iter().filter_map(|argument| argument.to_str());
    let mut arguments = arguments.take_while(|argument| *argument != "--");
    std::iter::from_fn(move || {
        loop {
            match arguments.next()?.strip_prefix(option) {
                Some("") => return arguments.next(),
                Some(rest) if rest.starts_with('=') => return rest.strip_prefix('='),
                _ => {}
            }
        }
    })
}

/// Wrong usage, or the help that was asked for, in the language that is spoken.
pub(super) fn tell_person(
    error: &clap::Error,
    arguments: &[OsString],
    in_words: impl FnOnce() -> clap::Command,
) {
    // Help that stands in place of an answer.
    let instead = error.use_stderr();
    let is_help = error.exit_code() == 0
        || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if tongue() == Tongue::English || error.kind() == ErrorKind::DisplayVersion {
        // Nobody is left to tell when the stream is closed.
        let _ = error.print();
    } else if is_help {
        let program = in_words().term_width(0);
        let help = program.try_get_matches_from(arguments);
        let help = help.err().map(|help| help.render().ansi().to_string());
        let help = chinese::with_own_words(&help.unwrap_or_default());
        output::help(&help, instead, style_of_help(instead));
    } else {
        let usage = chinese::with_own_words(&context(error, ContextKind::Usage).concat());
        let tip = tip(error);
        output::wrong_usage(&message(error), tip.as_deref(), &usage, style_of_help(true));
    }
}

/// How help may look, as wide as clap writes its own.
fn style_of_help(instead: bool) -> Style {
    let style = if instead {
        terminal::style(None, &io::stderr())
    } else {
        terminal::style(None, &io::stdout())
    };
    Style {
        width: Some(style.width.map_or(WIDEST, |width| width.min(WIDEST))),
        ..style
    }
}

/// What may be meant in place of what is wrong.
fn tip(error: &clap::Error) -> Option<String> {
    let meant = suggestion(error).map(|other| text!("usage-did-you-mean", other = other));
    meant.or_else(|| {
        let tip = context(error, ContextKind::Suggested).into_iter().next()?;
        Some(as_value(&tip).unwrap_or(tip))
    })
}

/// What clap suggests for a value that looks like an option.
fn as_value(tip: &str) -> Option<String> {
    let (value, typed) = tip
        .strip_prefix("to pass '")?
        .strip_suffix('\'')?
        .split_once("' as a value, use '")?;
    Some(text!("usage-as-value", value = value, typed = typed))
}

/// What clap says of a value that is no number, or not one of those that are allowed.
fn of_number(why: &str) -> String {
    if why == "invalid digit found in string" {
        return text!("usage-no-number");
    }
    match why.split_once(" is not in ") {
        Some((value, range)) => text!("usage-not-in-range", value = value, range = range),
        None => why.to_owned(),
    }
}

/// Wrong usage as JSON on standard error.
pub(super) fn tell_program(error: &clap::Error) {
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.split([' ', '=']).next(),
        _ => None,
    };
    let code = match error.kind() {
        ErrorKind::MissingRequiredArgument
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => MISSING_PARAMETER.to_owned(),
        ErrorKind::UnknownArgument => UNKNOWN_PARAMETER.to_owned(),
        ErrorKind::InvalidSubcommand => UNKNOWN_COMMAND.to_owned(),
        ErrorKind::ArgumentConflict => CONFLICTING_PARAMETERS.to_owned(),
        _ => match option.filter(|option| option.starts_with("--")) {
            Some(option) => invalid_option(option),
            None => INVALID_PARAMETER.to_owned(),
        },
    };
    let hint = tip(error).unwrap_or_else(|| text!("usage-see-help"));
    output::error_json(&code, &message(error), Some(&hint));
}

/// What stands in the context of an error under that name, one or several.
fn context(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn suggestion(error: &clap::Error) -> Option<String> {
    let kinds = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let mut suggested = kinds.into_iter().flat_map(|kind| context(error, kind));
    suggested.next()
}

/// What is wrong, in one line.
fn message(error: &clap::Error) -> String {
    let quoted = |kind| {
        let each = context(error, kind).into_iter();
        let each: Vec<String> = each.map(|text| format!("`{text}`")).collect();
        output::listed(&each)
    };
    let option = quoted(ContextKind::InvalidArg);
    let value = quoted(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidValue if value == "``" || value.is_empty() => {
            text!("usage-no-value", option = option)
        }
        ErrorKind::InvalidValue => {
            let allowed = quoted(ContextKind::ValidValue);
            text!(
                "usage-not-allowed",
                value = value,
                option = option,
                allowed = allowed
            )
        }
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            Some(why) => text!(
                "usage-invalid-because",
                value = value,
                option = option,
                why = of_number(&why.to_string()),
            ),
            None => text!("usage-invalid", value = value, option = option),
        },
        ErrorKind::UnknownArgument if option.starts_with("`-") => {
            text!("usage-unknown-option", option = option)
        }
        ErrorKind::UnknownArgument => text!("usage-unexpected", argument = option),
        ErrorKind::InvalidSubcommand => {
            let command = quoted(ContextKind::InvalidSubcommand);
            text!("usage-unknown-command", command = command)
        }
        ErrorKind::ArgumentConflict => {
            let other = quoted(ContextKind::PriorArg);
            text!("usage-conflict", option = option, other = other)
        }
        ErrorKind::MissingRequiredArgument => text!("usage-required", option = option),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            text!("usage-no-command")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn an_option_is_found_behind_a_name_that_is_no_text() {
        use std::os::unix::ffi::OsStringExt;
        let of = |words: &[&[u8]]| -> Vec<OsString> {
            let words = words.iter().map(|word| OsString::from_vec(word.to_vec()));
            words.collect()
        };
        let is_for_json = |words: &[&[u8]]| asks_for_json(&of(words));
        assert!(is_for_json(&[b"run", b"\xff", b"--format", b"json"]));
        assert!(is_for_json(&[b"run", b"--format=ndjson"]));
        assert!(!is_for_json(&[b"run", b"--", b"--format", b"json"]));
        assert!(!is_for_json(&[b"run", b"--formats", b"json"]));
        let typed = of(&[b"\xff", b"--ui-language", b"en", b"--ui-language=zh"]);
        assert_eq!(ui_language(&typed), Some(UiLanguage::Zh));
    }

    #[test]
    fn words_lead_to_commands() {
        let formats = ["albums", "geojson"].map(clap::Command::new);
        let export = clap::Command::new("export").subcommands(formats);
        let program = clap::Command::new("imm-cluster").subcommand(export);
        assert_eq!(commands_for("open", &program), ["report --open"]);
        assert_eq!(commands_for("htlm", &program), ["report"]);
        assert_eq!(
            commands_for("map", &program),
            ["export geojson", "report --open"]
        );
        assert_eq!(commands_for("albms", &program), ["export albums"]);
        assert!(commands_for("mop", &program).is_empty());
        assert!(commands_for("nothing", &program).is_empty());
    }
}
