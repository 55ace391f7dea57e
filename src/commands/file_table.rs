//! The table of files that people see.

use crate::output::{Align, Table};
use imm_cluster_core::dataset::{Content, FileRecord, Folder, Timeline};
use imm_cluster_core::text::Escaped;

/// The table of files.
pub(super) fn table<'a>(
    timeline: &Timeline<'a>,
    files: impl IntoIterator<Item = (&'a Folder, &'a FileRecord)>,
) -> Table {
    let dataset = timeline.dataset();
    let mut table = Table::new(
        &[
            ("TAKEN", Align::Left),
            ("PLACE", Align::Left),
            ("PATH", Align::Left),
        ],
        2,
    );
    for (folder, file) in files {
        let taken = match (&file.content, timeline.capture(folder, file)) {
            (Content::Failed(reason), _) => {
                Escaped::new(&format!("unreadable: {reason}")).to_string()
            }
            (_, Ok(capture)) => match capture.local.time {
                Some(time) => format!("{} {}", capture.local.date, time.format("%H:%M:%S")),
                None => capture.local.date.to_string(),
            },
            (_, Err(_)) => "?".to_owned(),
        };
        let place = dataset
            .place_of(file)
            .map(|place| place.address.line())
            .filter(|line| !line.is_empty());
        let place = place.map_or_else(|| "?".to_owned(), |line| Escaped::new(&line).to_string());
        let mut path = Escaped::path(&dataset.path_of(folder, file)).to_string();
        if file.missing {
            path += " (missing)";
        }
        table.row(vec![taken, place, path]);
    }
    table
}
