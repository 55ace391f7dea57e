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
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let mut parts = text.split("\n\n").map(|part| {
        let lines: Vec<&str> = part.lines().map(str::trim).collect();
        lines.join(" ")
    });
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a command is wanted".to_owned(),
        _ => parts.next().unwrap_or_default(),
    };
    let tip = parts.find_map(|part| part.strip_prefix("tip: ").map(str::to_owned));
    let hint = tip.unwrap_or_else(|| "`--help` tells more".to_owned());
    output::error_json(&code, &message, Some(&hint));
}
