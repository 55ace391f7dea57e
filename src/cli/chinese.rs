//! Help in another language than English.
//!
//! The English help stands on the options themselves; another language's in its catalogue,
//! `help.ftl`: a message for each command with its subject as the value, and attributes for
//! all else. What several commands share stands in the message `everywhere`, and what clap
//! itself says in the message `clap`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};
use imm_cluster_messages::help;

/// The message of what several commands share.
const EVERYWHERE: &str = "everywhere";

/// What clap says in English in each help, and the attribute that has it. A longer one stands
/// before what it begins with.
const BY_CLAP: [(&str, &str); 22] = [
    ("Usage: ", "usage"),
    // With the colour of a heading, which ends before the blank.
    ("Usage:", "usage"),
    ("Commands:", "commands"),
    ("Arguments:", "arguments"),
    ("Options:", "options"),
    ("Possible values:", "values"),
    ("[possible values: ", "values-inline"),
    ("[default: ", "default"),
    ("[aliases: ", "aliases"),
    ("[OPTIONS]", "some-options"),
    ("[COMMAND]", "some-command"),
    ("<COMMAND>", "command"),
    ("Print help (see more with '--help')", "help-short"),
    ("Print help (see a summary with '-h')", "help-long"),
    ("Print help", "help"),
    ("Print version", "version"),
    (
        "Print this message or the help of the given subcommand(s)",
        "help-command",
    ),
    ("Global options:", "heading-global"),
    ("Task options:", "heading-task"),
    (
        "Cluster options (they do not affect trips):",
        "heading-cluster",
    ),
    (
        "Folder options (remembered for each folder):",
        "heading-folder",
    ),
    ("Count only files in these clusters:", "heading-count"),
];

/// A command and all below it with the help of the language that is spoken.
pub(super) fn translated(command: Command) -> Command {
    let key = command.get_name().to_owned();
    in_words(command, &key)
}

/// What clap says in English, and the same in the language that is spoken.
pub(super) fn own_words() -> impl Iterator<Item = (&'static str, String)> {
    let each = BY_CLAP.into_iter();
    each.filter_map(|(english, attribute)| Some((english, help("clap", Some(attribute))?)))
}

/// What clap has written, with its own words in the language that is spoken.
pub(super) fn with_own_words(written: &str) -> String {
    let text = own_words().fold(written.to_owned(), |text, (english, own)| {
        text.replace(english, &own)
    });
    // A colon as wide as two letters needs no blank behind it, whatever colour ends there.
    text.replace("：\u{1b}[0m ", "：\u{1b}[0m")
}

fn in_words(mut command: Command, key: &str) -> Command {
    if let Some(text) = help(key, None) {
        command = command.about(text);
    }
    if let Some(text) = help(key, Some("long")) {
        command = command.long_about(text);
    }
    if let Some(text) = help(key, Some("after")) {
        command = command.after_help(text);
    }
    if let Some(text) = help(key, Some("after-long")) {
        command = command.after_long_help(text);
    }
    command = command.mut_args(|argument| argument_in_words(argument, key));
    command.mut_subcommands(|command| {
        let key = below(key, command.get_name());
        in_words(command, &key)
    })
}

/// The key of a command below another one; those right below the program have no prefix.
fn below(key: &str, name: &str) -> String {
    if key == env!("CARGO_PKG_NAME") {
        name.to_owned()
    } else {
        format!("{key}-{name}")
    }
}

fn argument_in_words(mut argument: Arg, key: &str) -> Arg {
    let id = argument.get_id().to_string();
    let own =
        |attribute: &str| help(key, Some(attribute)).or_else(|| help(EVERYWHERE, Some(attribute)));
    // What another command says at length of an option of that name is not of this one.
    if argument.get_help().is_some()
        && let Some(text) = own(&id)
    {
        argument = argument.help(text);
    }
    if argument.get_long_help().is_some()
        && let Some(text) = own(&format!("{id}-long"))
    {
        argument = argument.long_help(text);
    }
    let values = argument.get_possible_values();
    if values.iter().any(|value| value.get_help().is_some()) {
        let values = values.into_iter().map(|value| {
            let text = own(&format!("{id}--{}", value.get_name()));
            match text {
                Some(text) => value.help(text),
                None => value,
            }
        });
        argument = argument.value_parser(PossibleValuesParser::new(values));
    }
    argument
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;

    use clap::CommandFactory;
    use clap::builder::StyledStr;
    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    /// A text of the help in English: the message and the attribute of its translation.
    type Texts = BTreeMap<(String, String), String>;

    fn texts(command: &Command, key: &str, texts: &mut Texts) {
        let mut put = |attribute: &str, text: Option<&StyledStr>| {
            if let Some(text) = text {
                texts.insert((key.to_owned(), attribute.to_owned()), text.to_string());
            }
        };
        put("", command.get_about());
        put("long", command.get_long_about());
        put("after", command.get_after_help());
        put("after-long", command.get_after_long_help());
        for argument in command.get_arguments() {
            let id = argument.get_id();
            put(id.as_str(), argument.get_help());
            put(&format!("{id}-long"), argument.get_long_help());
            for value in argument.get_possible_values() {
                put(&format!("{id}--{}", value.get_name()), value.get_help());
            }
        }
        for command in command.get_subcommands() {
            self::texts(command, &below(key, command.get_name()), texts);
        }
    }

    /// What several commands say in the same words, once.
    fn shared(texts: Texts) -> Texts {
        let mut count: BTreeMap<(String, String), usize> = BTreeMap::new();
        for ((_, attribute), text) in &texts {
            *count.entry((attribute.clone(), text.clone())).or_default() += 1;
        }
        let is_of_command =
            |attribute: &str| ["", "long", "after", "after-long"].contains(&attribute);
        let mut kept = Texts::new();
        for ((key, attribute), text) in texts {
            let is_shared = count[&(attribute.clone(), text.clone())] > 1;
            let everywhere = (EVERYWHERE.to_owned(), attribute.clone());
            let fits = kept.get(&everywhere).is_none_or(|other| *other == text);
            if is_shared && fits && !is_of_command(&attribute) {
                kept.insert(everywhere, text);
            } else {
                kept.insert((key, attribute), text);
            }
        }
        kept
    }

    #[test]
    fn every_help_is_there_in_chinese() {
        let command = crate::cli::Cli::command();
        let mut english = Texts::new();
        texts(&command, command.get_name(), &mut english);
        let mut missing = String::new();
        in_tongue(Tongue::Chinese, || {
            let mut last = String::new();
            for ((key, attribute), text) in shared(english) {
                let of = Some(attribute.as_str()).filter(|attribute| !attribute.is_empty());
                if help(&key, of).is_some() || of.is_some() && help(EVERYWHERE, of).is_some() {
                    continue;
                }
                if last != key {
                    let _ = writeln!(missing, "\n{key} =");
                    last = key;
                }
                let text = text.replace('\n', "\n        ");
                let _ = match of {
                    Some(of) => writeln!(missing, "    .{of} =\n        {text}"),
                    None => writeln!(missing, "    {text}"),
                };
            }
        });
        assert!(missing.is_empty(), "to translate in help.ftl:\n{missing}");
    }
}
