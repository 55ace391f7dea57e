//! Which ids may come next on a command line that is being typed.

use std::ffi::OsString;

use clap::Command;

/// Which ids a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdsNext {
    /// Those of trips.
    pub trips: bool,
    /// Those of clusters.
    pub clusters: bool,
    /// Those of what was deleted, and no others.
    pub deleted: bool,
}

/// Which ids may be the last word of a command line, which has no name of the program in front.
pub(super) fn next(words: &[OsString], program: &Command) -> Option<IdsNext> {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let (current, before) = words.split_last()?;
    if current.starts_with('-') {
        return None;
    }
    let mut command = program;
    let mut names = Vec::new();
    let option_of = |command: &Command, word: &str| {
        let name = word.strip_prefix("--")?;
        let mut all = command.get_arguments().chain(program.get_arguments());
        let option = all.find(|option| option.get_long() == Some(name))?;
        let takes_values = option.get_action().takes_values();
        takes_values.then(|| option.get_id().to_string())
    };
    let mut last = None;
    for word in before {
        // The value of an option is no command.
        if last
            .replace(word)
            .is_some_and(|last| option_of(command, last).is_some())
        {
            continue;
        }
        if let Some(below) = command.find_subcommand(word) {
            command = below;
            names.push(below.get_name());
        }
    }
    let noun = names.first().copied();
    let of = |trips, clusters| IdsNext {
        trips,
        clusters,
        deleted: names.last() == Some(&"restore"),
    };
    if let Some(option) = before.last().and_then(|word| option_of(command, word)) {
        return match option.as_str() {
            "trip" => Some(of(true, false)),
            "cluster" => Some(of(false, true)),
            "id" => Some(of(noun != Some("clusters"), noun != Some("trips"))),
            _ => None,
        };
    }
    let mut wanted = command.get_positionals();
    let takes_ids = wanted.any(|one| matches!(one.get_id().as_str(), "id" | "ids"));
    match noun {
        Some("trips") if takes_ids => Some(of(true, false)),
        Some("clusters") if takes_ids => Some(of(false, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn ids_stand_where_a_command_takes_them() {
        let program = Cli::command();
        let of = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            next(&words, &program).map(|ids| (ids.trips, ids.clusters, ids.deleted))
        };
        assert_eq!(of("trips show "), Some((true, false, false)));
        assert_eq!(
            of("--dataset x trips merge 1 2"),
            Some((true, false, false))
        );
        assert_eq!(
            of("clusters update --title x 3f"),
            Some((false, true, false))
        );
        assert_eq!(of("clusters restore "), Some((false, true, true)));
        // A dataset may be called as a command is.
        assert_eq!(
            of("--dataset trips clusters show "),
            Some((false, true, false))
        );
        assert_eq!(of("report --trip "), Some((true, false, false)));
        assert_eq!(of("files list --cluster "), Some((false, true, false)));
        assert_eq!(of("export kml --id "), Some((true, true, false)));
        assert_eq!(of("trips list --id "), Some((true, false, false)));
        for line in [
            "",
            "trips ",
            "trips list ",
            "trips show --",
            "clusters update --title ",
            "trips show --dataset ",
            "run ",
            "tasks show ",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
