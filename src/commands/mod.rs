//! One file for each command: a short story told with the nouns of the library.

mod calendar;
mod cluster_table;
mod clusters;
mod decide;
mod done;
mod export;
mod file_table;
mod files;
mod gazetteer;
mod homes;
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
    Cli, Clusters, Command, Files, Format, Gazetteer, Homes, Places, Roots, Tasks, Trips,
};
use crate::error::Fatal;
use crate::options::Context;
use imm_cluster_core::identity::decide::Decision;

/// Carries out a command line. A reader of the output that has seen enough is no
/// error.
pub fn execute(cli: &Cli) -> ExitCode {
    crate::signals::outlive_file_size_limit();
    let opens_dataset = !matches!(cli.command, Command::Lookup(_));
    let done = Context::new(&cli.global, opens_dataset).and_then(|context| {
        answers_in(context.format, &cli.command)?;
        imm_cluster_core::threads::prepare(threads(&context, &cli.command));
        match &cli.command {
            Command::Index(arguments) => index::index(&context, arguments),
            Command::Run(arguments) => run::run(&context, arguments),
            Command::Clusters(what) => of_clusters(&context, what),
            Command::Trips(what) => of_trips(&context, what),
            Command::Homes(what) => of_homes(&context, what),
            Command::Files(Files::List(filters)) => files::list(&context, filters),
            Command::Files(Files::Show { path }) => files::show(&context, path),
            Command::Files(Files::Set(corrections)) => files::set(&context, corrections),
            Command::Forget(arguments) => roots::forget(&context, arguments),
            Command::Roots(Roots::List) => roots::list(&context),
            Command::Roots(Roots::Remove {
                root,
                drop_evidence,
            }) => roots::remove(&context, root, *drop_evidence),
            Command::Roots(Roots::Move { old, new }) => roots::follow(&context, old, new),
            Command::Places(Places::List) => places::list(&context),
            Command::Places(Places::Add(place)) => places::add(&context, place),
            Command::Places(Places::Remove { names }) => places::remove(&context, names),
            Command::Tasks(Tasks::List(filters)) => tasks::list(&context, filters),
            Command::Tasks(Tasks::Show {
                id,
                request_definition,
            }) => tasks::show(&context, id, *request_definition),
            Command::Lookup(arguments) => lookup::lookup(&context, arguments),
            Command::Gazetteer(Gazetteer::Import(arguments)) => {
                gazetteer::import(&context, arguments)
            }
            Command::Gazetteer(Gazetteer::List) => gazetteer::list(&context),
            Command::Gazetteer(Gazetteer::Remove { names }) => gazetteer::remove(&context, names),
            Command::Gazetteer(Gazetteer::Info) => gazetteer::info(&context),
            Command::Report(arguments) => report::report(&context, arguments),
            Command::Calendar(arguments) => calendar::calendar(&context, arguments),
            Command::Status => status::status(&context),
            Command::Completions { shell } => shell::completions(*shell),
            Command::Man { output } => shell::man(&context, output.as_deref()),
            Command::Recover => recover::recover(&context),
            Command::Export(what) => export::export(&context, what),
        }
    });
    match done {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::WithFailures) => ExitCode::from(3),
        Err(Fatal::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            crate::output::error(&error, cli.global.format);
            ExitCode::from(error.exit_status())
        }
    }
}

fn of_clusters(context: &Context, what: &Clusters) -> Result<Done, Fatal> {
    let decide = |ids, decision| decide::decide(context, What::Clusters, ids, &decision);
    match what {
        Clusters::List(filters) => clusters::list(context, filters),
        Clusters::Show { id, explain } => clusters::show(context, id, *explain),
        Clusters::Update(update) => decide::update(context, What::Clusters, update),
        Clusters::Delete(ids) => decide(ids, Decision::Delete),
        Clusters::Restore(ids) => decide(ids, Decision::Restore),
        Clusters::Merge(ids) => decide(ids, Decision::Merge),
        Clusters::Split { id, at, dry_run } => {
            decide::split(context, What::Clusters, id, *at, *dry_run)
        }
        Clusters::Pin(ids) => decide(ids, Decision::Pin),
        Clusters::Reset(ids) => decide(ids, Decision::Reset),
    }
}

fn of_trips(context: &Context, what: &Trips) -> Result<Done, Fatal> {
    let decide = |ids, decision| decide::decide(context, What::Trips, ids, &decision);
    match what {
        Trips::List(filters) => trips::list(context, filters),
        Trips::Show { id, explain } => trips::show(context, id, *explain),
        Trips::Update(update) => decide::update(context, What::Trips, update),
        Trips::Delete(ids) => decide(ids, Decision::Delete),
        Trips::Restore(ids) => decide(ids, Decision::Restore),
        Trips::Merge(ids) => decide(ids, Decision::Merge),
        Trips::Split { id, at, dry_run } => decide::split(context, What::Trips, id, *at, *dry_run),
        Trips::Pin(ids) => decide(ids, Decision::Pin),
        Trips::Reset(ids) => decide(ids, Decision::Reset),
    }
}

fn of_homes(context: &Context, what: &Homes) -> Result<Done, Fatal> {
    match what {
        Homes::List => homes::list(context),
        Homes::Add(home) => homes::add(context, home),
        Homes::Edit(edit) => homes::edit(context, edit),
        Homes::Remove { homes } => homes::remove(context, homes),
        Homes::Reset { homes } => homes::reset(context, homes),
    }
}

/// How many threads a command may want. Who does little does not wait for more than one.
fn threads(context: &Context, command: &Command) -> usize {
    match command {
        Command::Lookup(lookup) if !lookup.points.iter().any(|point| point == "-") => 1,
        Command::Completions { .. } | Command::Man { .. } => 1,
        _ => context
            .jobs
            .unwrap_or_else(imm_cluster_core::threads::cores),
    }
}

/// The service has an answer to some commands only.
fn answers_in(format: Format, command: &Command) -> Result<(), Fatal> {
    let has_answer = match command {
        Command::Run(run) => !run.dry_run,
        Command::Clusters(Clusters::List(_)) | Command::Tasks(_) => true,
        _ => false,
    };
    if format == Format::Imm && !has_answer {
        return Err(Fatal::option(
            "--format",
            "`--format imm` is for `run` without `--dry-run`, `clusters list`, \
                      `tasks list` and `tasks show`",
        )
        .with_hint("`--format json` works everywhere"));
    }
    Ok(())
}
