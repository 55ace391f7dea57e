//! `completions` and `man`: what a shell and `man` know of the command line.

use std::fs;
use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Done;
use crate::cli::Cli;
use crate::error::Fatal;
use crate::options::Context;
use crate::output;

const NAME: &str = "imm-cluster";

pub(super) fn completions(shell: Shell) -> Result<Done, Fatal> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    let mut out = output::stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Done::Well)
}

/// The command line as man pages tell it: they are the same for every target.
fn command() -> clap::Command {
    Cli::command().long_version(None::<&'static str>)
}

/// The page of the program, or with a folder one file for it and each command.
pub(super) fn man(context: &Context, folder: Option<&Path>) -> Result<Done, Fatal> {
    let Some(folder) = folder else {
        let mut out = output::stdout();
        clap_mangen::Man::new(command()).render(&mut out)?;
        out.flush()?;
        return Ok(Done::Well);
    };
    let unwritable = |source| Fatal::Unwritable {
        path: folder.to_owned(),
        source,
        hint: None,
    };
    fs::create_dir_all(folder).map_err(unwritable)?;
    clap_mangen::generate_to(command(), folder).map_err(unwritable)?;
    context
        .notes
        .note(&format!("man pages in `{}`", output::Escaped::path(folder)));
    Ok(Done::Well)
}
