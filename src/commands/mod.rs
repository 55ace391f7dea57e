//! One file for each command: a short story told with the nouns of the library.

mod clusters;
mod decide;
mod files;
mod index;
mod lookup;
mod roots;
mod run;
mod status;
mod tasks;

use std::process::ExitCode;

use crate::cli::{Cli, Clusters, Command, Files, Format, Roots, Tasks};
use crate::error::Fatal;
use crate::options::Context;

/// What a command that was done ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// All of it.
    Well,
    /// All, but some file could not be read, and `--strict` asks to say so.
    WithFailures,
}

/// Carries out a command line. A reader of the output that has seen enough is no
/// error.
pub fn execute(cli: &Cli) -> ExitCode {
    crate::interrupt::outlive_file_size_limit();
    let opens_dataset = !matches!(cli.command, Command::Lookup(_));
    let done = Context::new(&cli.global, opens_dataset).and_then(|context| {
        answers_in(context.format, &cli.command)?;
        if let Some(jobs) = context.jobs {
            // The pool is made once in a process, here.
            let _ = rayon::ThreadPoolBuilder::new()
                .num_threads(jobs)
                .build_global();
        }
        match &cli.command {
            Command::Index(arguments) => index::index(&context, arguments),
            Command::Run(arguments) => run::run(&context, arguments),
            Command::Clusters(Clusters::List(filters)) => clusters::list(&context, filters),
            Command::Clusters(Clusters::Show { id, explain }) => {
                clusters::show(&context, id, *explain)
            }
            Command::Clusters(Clusters::Update(update)) => decide::update(&context, update),
            Command::Clusters(Clusters::Delete(ids)) => decide::delete(&context, ids),
            Command::Clusters(Clusters::Restore(ids)) => decide::restore(&context, ids),
            Command::Clusters(Clusters::Merge(ids)) => decide::merge(&context, ids),
            Command::Clusters(Clusters::Split { id, at, dry_run }) => {
                decide::split(&context, id, *at, *dry_run)
            }
            Command::Clusters(Clusters::Pin(ids)) => decide::pin(&context, ids),
            Command::Clusters(Clusters::Reset(ids)) => decide::reset(&context, ids),
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
            Command::Tasks(Tasks::List(filters)) => tasks::list(&context, filters),
            Command::Tasks(Tasks::Show {
                id,
                request_definition,
            }) => tasks::show(&context, id, *request_definition),
            Command::Lookup(arguments) => lookup::lookup(&context, arguments),
            Command::Status => status::status(&context),
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

/// The service has an answer to some commands only.
fn answers_in(format: Format, command: &Command) -> Result<(), Fatal> {
    let has_answer = match command {
        Command::Run(run) => !run.dry_run,
        Command::Clusters(Clusters::List(_)) | Command::Tasks(_) => true,
        _ => false,
    };
    if format == Format::Imm && !has_answer {
        return Err(Fatal::Usage {
            message: "`--format imm` is for `run` without `--dry-run`, `clusters list`, \
                      `tasks list` and `tasks show`"
                .to_owned(),
            hint: Some("`--format json` works everywhere".to_owned()),
        });
    }
    Ok(())
}
