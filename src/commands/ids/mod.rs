//! The ids that shells offer where a command takes some: what they ask with each press of the
//! key, and the part of each shell's completions that asks.

use std::io::Write;

use clap_complete::Shell;

use super::done::Done;
use super::trip_table;
use crate::cli::IdsNext;
use crate::error::Fatal;
use crate::options::Context;
use crate::output::{self, dates};
use imm_cluster_core::capture::span::Span;
use imm_cluster_core::dataset::Dataset;
use imm_cluster_core::identity::record::State;
use imm_cluster_core::text::Escaped;

/// Writes the ids that may come next, a line each, with dates and name behind a tab; nothing
/// where there are none.
pub(super) fn write(context: &Context, next: Option<IdsNext>) -> Result<Done, Fatal> {
    let mut out = output::stdout();
    if let Some(next) = next
        && let Some(mut dataset) = context.store.read_head()?
    {
        dataset.speak(&context.languages);
        for (id, told) in known(&dataset, next) {
            writeln!(out, "{id}\t{told}")?;
        }
    }
    out.flush()?;
    Ok(Done::Well)
}

/// The ids that are wanted, earliest first, each with what it is.
fn known(dataset: &Dataset, next: IdsNext) -> Vec<(&str, String)> {
    let trips = dataset.trips.iter().filter(|_| next.trips);
    let trips = trips.filter(|trip| is_wanted(&trip.state, next));
    let trips = trips.map(|trip| {
        let name = trip_table::titled(dataset, trip);
        (trip.days(), trip.object_id.short(), name)
    });
    let clusters = dataset.clusters.iter().filter(|_| next.clusters);
    let clusters = clusters.filter(|cluster| is_wanted(&cluster.state, next));
    let clusters = clusters.map(|cluster| {
        let name = || cluster.of.address.line();
        let name = cluster.title.clone().unwrap_or_else(name);
        (cluster.days(), cluster.object_id.short(), name)
    });
    let mut known: Vec<_> = trips.chain(clusters).collect();
    known.sort_by_key(|(days, ..)| *days);
    let told = |(days, id, name): (Span, _, String)| {
        let told = format!("{}  {}", dates::span(days), Escaped::new(&name));
        (id, told)
    };
    known.into_iter().map(told).collect()
}

fn is_wanted<S>(state: &State<S>, next: IdsNext) -> bool {
    match state {
        State::Live => !next.deleted,
        State::Deleted => next.deleted,
        State::Suspended | State::Absorbed(_) => false,
    }
}

/// The completions of a shell, as they are made of the command line, with ids.
pub(super) fn offered(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Bash => {
            // The two spellings that clap_complete 4.6 has of a name with a hyphen, so that it
            // completes no command of such a program.
            let script = script.replace("imm__subcmd__cluster", "imm__cluster");
            let asking = "complete -F _imm__cluster_ids ";
            let script = script.replace("complete -F _imm__cluster ", asking);
            format!("{script}{}", include_str!("bash.sh"))
        }
        Shell::Zsh => {
            let begin = "\n_imm-cluster() {\n";
            script.replacen(begin, &format!("{begin}{}", include_str!("zsh.sh")), 1)
        }
        Shell::Fish => format!("{script}{}", include_str!("fish.fish")),
        _ => script.to_owned(),
    }
}
