//! The arguments of `tasks`.

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};

use super::values::{Order, key_value, one_of};
use imm_cluster_core::task::Status;

/// `tasks …`.
#[derive(Debug, Subcommand)]
pub enum TasksCommand {
    /// List the runs of the last 7 days, with filters
    #[command(after_long_help = "\
Examples:
  imm-cluster tasks list --status failed
  imm-cluster tasks list --tag by=cron --sort start --order desc --max-results 1")]
    List(Box<ListTasks>),
    /// Show one task
    #[command(after_long_help = "\
Example:
  imm-cluster tasks show 3f2a91c0")]
    Show {
        /// Id, or enough of its first characters to be unique
        id: String,
        /// With `--format imm`: include the request
        #[arg(long)]
        request_definition: bool,
    },
}

/// Arguments of `tasks list`.
#[derive(Debug, Args)]
pub struct ListTasks {
    /// Only tasks of this type (repeatable); the only one is `LocationDateClustering`
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    pub task_type: Vec<String>,
    /// Only tasks with this status
    #[arg(long, ignore_case = true, value_parser = status())]
    pub status: Option<Status>,
    /// Only tasks that started in this range, such as `2024-03-01..`
    #[arg(long, value_name = "FROM..TO")]
    pub start_time: Option<String>,
    /// Only tasks that ended in this range
    #[arg(long, value_name = "FROM..TO")]
    pub end_time: Option<String>,
    /// Only tasks with this tag (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub tag: Vec<(String, String)>,
    /// Sort by [default: start; task-id with `--format imm`]
    #[arg(long, value_enum)]
    pub sort: Option<TaskSort>,
    /// Sort order
    #[arg(long, value_enum, default_value_t = Order::Asc)]
    pub order: Order,
    /// Maximum number of results
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_results: Option<u32>,
    /// Continue after this `task_id`, the last on the previous page
    #[arg(long, value_name = "ID")]
    pub next_token: Option<String>,
    /// With `--format imm`: include the request
    #[arg(long)]
    pub request_definition: bool,
}

fn status() -> impl TypedValueParser<Value = Status> {
    let known = [Status::Running, Status::Succeeded, Status::Failed];
    one_of(known.map(|status| (status, PossibleValue::new(status.name()))))
}

/// What tasks are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TaskSort {
    /// Id
    TaskId,
    /// Start time
    Start,
    /// End time
    End,
}
