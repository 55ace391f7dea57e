//! Wrong usage, told to programs.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::{
    CONFLICTING_PARAMETERS, INVALID_PARAMETER, MISSING_PARAMETER, UNKNOWN_COMMAND,
    UNKNOWN_PARAMETER, invalid_option,
};
use crate::output;

/// Whether a command line that may be wrong asks for JSON.
pub(super) fn asks_for_json(arguments: &[OsString]) -> bool {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    let mut json = false;
    while let Some(argument) = arguments.next().filter(|argument| *argument != "--") {
        let format = match argument.strip_prefix("--format") {
            Some("") => arguments.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        json |= matches!(format, Some("json" | "ndjson" | "imm"));
    }
    json
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
    let hint = match suggestion(error) {
        Some(other) => format!("did you mean `{other}`?"),
        None => "`--help` shows the options".to_owned(),
    };
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
        each.join(", ")
    };
    let option = quoted(ContextKind::InvalidArg);
    let value = quoted(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidValue if value == "``" || value.is_empty() => {
            format!("{option} requires a value")
        }
        ErrorKind::InvalidValue => {
            let allowed = quoted(ContextKind::ValidValue);
            format!("invalid value {value} for {option}: expected one of {allowed}")
        }
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            Some(why) => format!("invalid value {value} for {option}: {why}"),
            None => format!("invalid value {value} for {option}"),
        },
        ErrorKind::UnknownArgument if option.starts_with("`-") => {
            format!("unknown option {option}")
        }
        ErrorKind::UnknownArgument => format!("unexpected argument {option}"),
        ErrorKind::InvalidSubcommand => {
            format!("unknown command {}", quoted(ContextKind::InvalidSubcommand))
        }
        ErrorKind::ArgumentConflict => {
            format!(
                "{option} cannot be used with {}",
                quoted(ContextKind::PriorArg)
            )
        }
        ErrorKind::MissingRequiredArgument => format!("{option} is required"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a command is required".to_owned()
        }
        other => other.to_string(),
    }
}
