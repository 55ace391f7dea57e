//! The arguments of `roots` and `forget`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `roots …`.
#[derive(Debug, Subcommand)]
pub enum RootsCommand {
    /// List the remembered folders with their options
    List,
    /// Remove a folder and what is known of its files; the files themselves stay
    Remove {
        /// The folder
        root: PathBuf,
        /// Let clusters forget its files too
        #[arg(long)]
        drop_evidence: bool,
    },
    /// Follow a folder that went to another place, without reading it again
    #[command(after_help = "\
Example:
  imm-cluster roots move ~/Pictures /mnt/nas/photos")]
    Move {
        /// Where it was
        old: PathBuf,
        /// Where it is
        new: PathBuf,
    },
}

/// Arguments of `forget`.
#[derive(Debug, Args)]
pub struct Forget {
    /// Files and folders, location histories, and the `path` of records that came in as JSON
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Let clusters forget them too
    #[arg(long)]
    pub drop_evidence: bool,
}
