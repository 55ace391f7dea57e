//! The table of files that people see.

use crate::output::{Cells, Table};
use imm_cluster_core::dataset::{Content, FileId, Timeline};
use imm_cluster_core::text::Escaped;
use imm_cluster_messages::{retold, text};

/// The table of files.
pub(super) fn table(timeline: &Timeline<'_>, files: impl IntoIterator<Item = FileId>) -> Table {
    let dataset = timeline.dataset();
    let mut table = Table::new(
        &[
            (text!("files-heading-taken"), Cells::Dates),
            (text!("column-place"), Cells::Words),
            (text!("files-heading-path"), Cells::Words),
        ],
        1,
    )
    .with_optional(&[1]);
    for id in files {
        let Some((folder, file)) = dataset.file(id) else {
            continue;
        };
        let taken = match (&file.content, timeline.capture(folder, file)) {
            (Content::Failed(reason), _) => {
                let reason = retold(reason);
                Escaped::new(&text!("files-unreadable", reason = reason)).to_string()
            }
            (_, Ok(capture)) => match capture.local.time {
                Some(time) => format!("{} {}", capture.local.date, time.format("%H:%M:%S")),
                None => capture.local.date.to_string(),
            },
            (_, Err(_)) => match file.taken.partial_date {
                Some(date) => date.to_string(),
                None => "?".to_owned(),
            },
        };
        let place = timeline
            .place_of(id)
            .map(|place| place.address.line())
            .filter(|line| !line.is_empty());
        let mut place =
            place.map_or_else(|| "?".to_owned(), |line| Escaped::new(&line).to_string());
        if timeline.lent(id).is_some() {
            place = text!("files-place-lent", place = place);
        }
        let mut path = Escaped::path(&dataset.path_of(folder, file)).to_string();
        if file.missing {
            path = text!("files-path-missing", path = path);
        }
        table.row(vec![taken, place, path]);
    }
    table
}
