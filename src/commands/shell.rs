//! `completions` and `man`: what a shell and `man` know of the command line.

use std::io::{self, Read, Write};
use std::path::Path;

use clap_complete::Shell;

use super::done::Done;
use super::ids;
use crate::cli::Cli;
use crate::error::Fatal;
use crate::options::Context;
use crate::output;
use imm_cluster_core::disk::{Access, Draft, FolderHandle};
use imm_cluster_core::text::quoted;
use imm_cluster_messages::{help, text};

const NAME: &str = "imm-cluster";

/// The sections of a man page, and the attribute of the message `man-page` that has each.
const SECTIONS: [(&str, &str); 7] = [
    ("NAME", "name"),
    ("SYNOPSIS", "synopsis"),
    ("DESCRIPTION", "description"),
    ("OPTIONS", "options"),
    ("SUBCOMMANDS", "subcommands"),
    ("EXTRA", "extra"),
    ("VERSION", "version"),
];

/// Where the title of a man page is looked for, in bytes.
const HEAD: u64 = 1024;

pub(super) fn completions(shell: Shell) -> Result<Done, Fatal> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::in_words(), NAME, &mut script);
    let script = ids::offered(shell, &String::from_utf8(script).map_err(io::Error::other)?);
    let mut out = output::stdout();
    out.write_all(script.as_bytes())?;
    out.flush()?;
    Ok(Done::Well)
}

/// The command line as man pages tell it: they are the same for every target.
fn command() -> clap::Command {
    Cli::in_words().long_version(None::<&'static str>)
}

/// A page, its headings in the language that is spoken too.
fn page(man: &clap_mangen::Man) -> io::Result<String> {
    let mut page = Vec::new();
    man.render(&mut page)?;
    let mut page = String::from_utf8(page).map_err(io::Error::other)?;
    for (english, attribute) in SECTIONS {
        if let Some(own) = help("man-page", Some(attribute)) {
            page = page.replace(&format!(".SH {english}\n"), &format!(".SH {own}\n"));
        }
    }
    for (english, own) in Cli::own_words() {
        if let (Some(english), Some(own)) = (english.strip_suffix(':'), own.strip_suffix('：')) {
            let heading = format!(".SH \"{}\"\n", english.to_uppercase());
            page = page.replace(&heading, &format!(".SH {own}\n"));
        }
        // As roff writes it.
        let english = english.replace('-', r"\-").replace('\'', r"\*(Aq");
        page = page.replace(&english, &own);
    }
    Ok(page)
}

/// The page of the program, or with a folder one file for it and each command.
pub(super) fn man(context: &Context, folder: Option<&Path>) -> Result<Done, Fatal> {
    let Some(folder) = folder else {
        let mut out = output::stdout();
        out.write_all(page(&clap_mangen::Man::new(command()))?.as_bytes())?;
        out.flush()?;
        return Ok(Done::Well);
    };
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |source| Fatal::Unwritable {
            path,
            source,
            hint: None,
        }
    };
    let to = FolderHandle::open_or_make(folder, false).map_err(unwritable(folder))?;
    to.sweep();
    let mut command = command();
    command.build();
    let mut commands = vec![command];
    while let Some(command) = commands.pop() {
        let man = clap_mangen::Man::new(command.clone());
        let name = man.get_filename();
        write_page(&to, &name, &man).map_err(unwritable(&folder.join(&name)))?;
        commands.extend(
            command
                .get_subcommands()
                .filter(|it| !it.is_hide_set())
                .cloned(),
        );
    }
    context
        .notes
        .note(&text!("man-pages", folder = quoted(folder)));
    Ok(Done::Well)
}

/// Writes a man page, or replaces one of ours.
fn write_page(folder: &FolderHandle, name: &str, man: &clap_mangen::Man) -> io::Result<()> {
    let mut draft = Draft::new(folder, Access::Usual)?;
    draft.file().write_all(page(man)?.as_bytes())?;
    match folder.open_file(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            draft.create(name)?;
            return folder.sync();
        }
        old => {
            let mut head = String::new();
            // What is no text is none of ours either.
            let _ = old?.take(HEAD).read_to_string(&mut head);
            if !head.contains(&format!(".TH {NAME}")) {
                return Err(io::Error::other(text!("man-page-not-ours")));
            }
        }
    }
    draft.replace(name)
}
