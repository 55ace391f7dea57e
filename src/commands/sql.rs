//! `sql`: the rules as a query.

use std::io::Write;

use super::done::Done;
use crate::cli::SqlArgs;
use crate::error::Fatal;
use crate::options;
use crate::output;
use imm_cluster_core::cluster::sql::Statement;

pub(super) fn print(query: &SqlArgs) -> Result<Done, Fatal> {
    let rules = options::rules_of_query(query)?;
    let text = Statement::from(query.query).text(&rules);
    let mut out = output::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Done::Well)
}
