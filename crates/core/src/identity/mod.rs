//! Runs of days that are made anew each time, and the identities that last: ids, texts
//! and decisions of the user.

pub mod changes;
pub mod decide;
pub mod find;
pub mod object_id;
pub mod query;
pub mod reconcile;
pub mod record;
