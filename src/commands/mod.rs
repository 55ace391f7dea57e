//! One file for each command: a short story told with the nouns of the library.

mod calendar;
mod clusters;
mod decide;
mod done;
mod export;
mod file_table;
mod files;
mod gazetteer;
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
mod trips;

use std::process::ExitCode;

use self::done::Done;
use crate::cli::{
    Cli, ClustersCommand, Command, FilesCommand, Format, GazetteerCommand, PlacesCommand,
    RootsCommand, TasksCommand,
};
use crate::error::Fatal;
use crate::options::Context;
use imm_cluster_core::cluster::decide::Decision;

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
            Command::Clusters(ClustersCommand::List(filters)) => clusters::list(&context, filters),
            Command::Clusters(ClustersCommand::Show { id, explain }) => {
                clusters::show(&context, id, *explain)
            }
            Command::Clusters(ClustersCommand::Update(update)) => decide::update(&context, update),
            Command::Clusters(ClustersCommand::Delete(ids)) => {
                decide::decide(&context, ids, &Decision::Delete)
            }
            Command::Clusters(ClustersCommand::Restore(ids)) => {
                decide::decide(&context, ids, &Decision::Restore)
            }
            Command::Clusters(ClustersCommand::Merge(ids)) => {
                decide::decide(&context, ids, &Decision::Merge)
            }
            Command::Clusters(ClustersCommand::Split { id, at, dry_run }) => {
                decide::split(&context, id, *at, *dry_run)
            }
            Command::Clusters(ClustersCommand::Pin(ids)) => {
                decide::decide(&context, ids, &Decision::Pin)
            }
            Command::Clusters(ClustersCommand::Reset(ids)) => {
                decide::decide(&context, ids, &Decision::Reset)
            }
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

/// How many threads a command may want. Commands with little to do get one, since starting more
/// takes longer than their work.
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
        Command::Clusters(ClustersCommand::List(_)) | Command::Tasks(_) => true,
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
