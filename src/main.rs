//! The command `imm-cluster`: parse, call, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    imm_cluster::media::keep_panics_to_the_file();
    imm_cluster::commands::execute(&imm_cluster::cli::Cli::from_command_line(
        std::env::args_os(),
    ))
}
