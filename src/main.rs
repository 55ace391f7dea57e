//! The command `imm-cluster`: parse, call, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    imm_cluster_core::media::keep_panics_to_the_file();
    match imm_cluster::cli::Cli::from_command_line(std::env::args_os()) {
        Ok(cli) => imm_cluster::commands::execute(&cli),
        Err(answered) => answered,
    }
}
