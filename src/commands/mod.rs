//! One file for each command: a short story told with the nouns of the library.

mod calendar;
mod chosen;
mod cluster_table;
mod clusters;
mod decide;
mod done;
mod export;
mod file_table;
mod files;
mod gazetteer;
mod homes;
mod ids;
mod index;
mod languages;
mod lookup;
mod open;
mod places;
mod query;
mod recover;
mod report;
mod roots;
mod run;
mod shell;
mod sql;
mod stats;
mod status;
mod steps;
mod tasks;
mod trip_steps;
mod trip_table;
mod trips;

use std::process::ExitCode;

use self::decide::What;
use self::done::Done;
use crate::cli::{
    Cli, ClustersCommand, Command, FilesCommand, Format, GazetteerCommand, HomesCommand,
    PlacesCommand, RootsCommand, TasksCommand, TripsCommand,
};
use crate::error::Fatal;
use crate::options::Context;
use imm_cluster_core::identity::decide::Decision;
use imm_cluster_messages::text;

/// Carries out a command line. A reader of the output that has seen enough is no
/// error.
pub fn execute(cli: &Cli) -> ExitCode {
    crate::signals::outlive_file_size_limit();
    let opens_dataset = !matches!(cli.command, Command::Lookup(_) | Command::Sql(_));
    let done = Context::new(&cli.global, opens_dataset).and_then(|context| {
        answers_in(context.format, &cli.command)?;
        imm_cluster_core::threads::prepare(threads(&context, &cli.command));
        match &cli.command {
            Command::Index(arguments) => index::index(&context, arguments),
            Command::Run(arguments) => run::run(&context, arguments),
            Command::Clusters(what) => of_clusters(&context, what),
            Command::Trips(what) => of_trips(&context, what),
            Command::Homes(what) => of_homes(&context, what),
            Command::Files(FilesCommand::List(filters)) => files::list(&context, filters),
            Command::Files(FilesCommand::Show { path }) => files::show(&context, path),
            Command::Files(FilesCommand::Set(corrections)) => files::set(&context, corrections),
            Command::Forget(arguments) => roots::forget(&context, arguments),
            Command::Roots(RootsCommand::List) => roots::list(&context),
            Command::Roots(RootsCommand::Remove {
                root,
                drop_evidence,
            }) => roots::remove(&context, root, *drop_evidence),
            Command::Roots(RootsCommand::Move { old, new }) => roots::follow(&context, old, new),
            Command::Places(PlacesCommand::List) => places::list(&context),
            Command::Places(PlacesCommand::Add(place)) => places::add(&context, place),
            Command::Places(PlacesCommand::Remove { names }) => places::remove(&context, names),
            Command::Tasks(TasksCommand::List(filters)) => tasks::list(&context, filters),
            Command::Tasks(TasksCommand::Show {
                id,
                request_definition,
            }) => tasks::show(&context, id, *request_definition),
            Command::Lookup(arguments) => lookup::lookup(&context, arguments),
            Command::Gazetteer(GazetteerCommand::Import(arguments)) => {
                gazetteer::import(&context, arguments)
            }
            Command::Gazetteer(GazetteerCommand::List) => gazetteer::list(&context),
            Command::Gazetteer(GazetteerCommand::Remove { names }) => {
                gazetteer::remove(&context, names)
            }
            Command::Gazetteer(GazetteerCommand::Info) => gazetteer::info(&context),
            Command::Report(arguments) => report::report(&context, arguments),
            Command::Calendar(arguments) => calendar::calendar(&context, arguments),
            Command::Stats(arguments) => stats::stats(&context, arguments),
            Command::Status => status::status(&context),
            Command::Completions { shell, words } if words.is_empty() => shell::completions(*shell),
            Command::Completions { words, .. } => ids::write(&context, Cli::ids_next(words)),
            Command::Man { output } => shell::man(&context, output.as_deref()),
            Command::Recover => recover::recover(&context),
            Command::Export(what) => export::export(&context, what),
            Command::Sql(query) => sql::print(query),
        }
    });
    match done {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::WithFailures) => ExitCode::from(3),
        Err(Fatal::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            let style = crate::terminal::style(cli.global.color.wanted(), &std::io::stderr());
            crate::output::error(&error, cli.global.format, style);
            ExitCode::from(error.exit_status())
        }
    }
}

fn of_clusters(context: &Context, what: &ClustersCommand) -> Result<Done, Fatal> {
    let decide = |ids, decision| decide::decide(context, What::Clusters, ids, &decision);
    match what {
        ClustersCommand::List(filters) => clusters::list(context, filters),
        ClustersCommand::Show { id, explain } => clusters::show(context, id, *explain),
        ClustersCommand::Update(update) => decide::update(context, What::Clusters, update),
        ClustersCommand::Delete(ids) => decide(ids, Decision::Delete),
        ClustersCommand::Restore(ids) => decide(ids, Decision::Restore),
        ClustersCommand::Merge(ids) => decide(ids, Decision::Merge),
        ClustersCommand::Split { id, at, dry_run } => {
            decide::split(context, What::Clusters, id, *at, *dry_run)
        }
        ClustersCommand::Pin(ids) => decide(ids, Decision::Pin),
        ClustersCommand::Reset(ids) => decide(ids, Decision::Reset),
    }
}

fn of_trips(context: &Context, what: &TripsCommand) -> Result<Done, Fatal> {
    let decide = |ids, decision| decide::decide(context, What::Trips, ids, &decision);
    match what {
        TripsCommand::List(filters) => trips::list(context, filters),
        TripsCommand::Show { id, explain } => trips::show(context, id, *explain),
        TripsCommand::Update(update) => decide::update(context, What::Trips, update),
        TripsCommand::Delete(ids) => decide(ids, Decision::Delete),
        TripsCommand::Restore(ids) => decide(ids, Decision::Restore),
        TripsCommand::Merge(ids) => decide(ids, Decision::Merge),
        TripsCommand::Split { id, at, dry_run } => {
            decide::split(context, What::Trips, id, *at, *dry_run)
        }
        TripsCommand::Pin(ids) => decide(ids, Decision::Pin),
        TripsCommand::Reset(ids) => decide(ids, Decision::Reset),
    }
}

fn of_homes(context: &Context, what: &HomesCommand) -> Result<Done, Fatal> {
    match what {
        HomesCommand::List => homes::list(context),
        HomesCommand::Add(home) => homes::add(context, home),
        HomesCommand::Edit(edit) => homes::edit(context, edit),
        HomesCommand::Remove { homes } => homes::remove(context, homes),
        HomesCommand::Reset { homes } => homes::reset(context, homes),
    }
}

/// How many threads a command may want. Who does little does not wait for more than one.
fn threads(context: &Context, command: &Command) -> usize {
    match command {
        Command::Lookup(lookup) if lookup.is_of_few() => 1,
        Command::Completions { .. } | Command::Man { .. } | Command::Sql(_) => 1,
        _ => context
            .jobs
            .unwrap_or_else(imm_cluster_core::threads::cores),
    }
}

/// The service has an answer to some commands only.
fn answers_in(format: Format, command: &Command) -> Result<(), Fatal> {
    let has_answer = match command {
        Command::Run(run) => !run.dry_run,
        Command::Clusters(ClustersCommand::List(_)) | Command::Tasks(_) => true,
        _ => false,
    };
    if format == Format::Imm && !has_answer {
        let error = Fatal::option("--format", text!("format-imm-not-here"));
        return Err(error.with_hint(text!("format-imm-hint")));
    }
    Ok(())
}
