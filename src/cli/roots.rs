//! The arguments of `roots` and `forget`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `roots …`.
#[derive(Debug, Subcommand)]
pub enum RootsCommand {
    /// List remembered folders with their options
    #[command(after_long_help = "\
Example:
  imm-cluster roots list")]
    List,
    /// Remove a folder from the dataset; its files are not touched
    #[command(after_long_help = "\
Examples:
  imm-cluster roots remove ~/Pictures/private
  imm-cluster roots remove /mnt/old --drop-evidence")]
    Remove {
        /// Folder to remove
        root: PathBuf,
        /// Remove its files from clusters too
        #[arg(long)]
        drop_evidence: bool,
    },
    /// Record that a folder was moved, without reading its files again
    #[command(after_long_help = "\
Example:
  imm-cluster roots move ~/Pictures /mnt/nas/photos")]
    Move {
        /// Old path
        old: PathBuf,
        /// New path
        new: PathBuf,
    },
}

/// Arguments of `forget`.
#[derive(Debug, Args)]
pub struct Forget {
    /// Files, folders, location histories, or `path` of imported records
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Remove them from clusters too
    #[arg(long)]
    pub drop_evidence: bool,
}
