//! The table of clusters that people see after `run` and `clusters list`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use crate::cli::{By, Order};
use crate::output::{Activity, Cells, Style, Table, clauses, dates};
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::dataset::{Dataset, Membership, Timeline};
use imm_cluster_core::place::Level;
use imm_cluster_core::text::{Escaped, counted, grouped};
use imm_cluster_messages::text;

/// Whether a table shows bars of activity: on a terminal that has the characters. For
/// them the files of the dataset are wanted, and not its clusters alone.
pub(super) fn shows_activity(style: Style) -> bool {
    style.width.is_some() && style.blocks
}

/// A row for each cluster.
pub(super) fn table(
    dataset: &Dataset,
    clusters: &[&Cluster],
    by: Option<By>,
    style: Style,
) -> Table {
    let bars = shows_activity(style).then(|| bars(dataset, clusters));
    let has_titles = clusters.iter().any(|cluster| cluster.title.is_some());
    let mut columns = vec![
        (text!("column-dates"), Cells::Dates),
        (text!("column-days"), Cells::Numbers),
        (text!("column-level"), Cells::Words),
        (text!("column-place"), Cells::Words),
        (text!("column-files"), Cells::Numbers),
    ];
    let activity = columns.len();
    if bars.is_some() {
        columns.push((text!("column-activity"), Cells::Words));
    }
    columns.push((text!("column-id"), Cells::Ids));
    let title = columns.len();
    if has_titles {
        columns.push((text!("column-title"), Cells::Words));
    }
    let (days, level, place, files) = (1, 2, 3, 4);
    let mut table = Table::new(&columns, place).with_elastic(title);
    if bars.is_some() {
        table = table.with_decoration(activity);
    }
    table = table.with_optional(&[title, files, level, days]);
    for (number, cluster) in clusters.iter().enumerate() {
        let before = number
            .checked_sub(1)
            .and_then(|before| clusters.get(before));
        if let Some(by) = by
            && before.is_none_or(|before| period(before, by) != period(cluster, by))
        {
            let rest = clusters.iter().skip(number);
            let group = rest.take_while(|other| period(other, by) == period(cluster, by));
            let (heading, lines) = heading(cluster, group.copied(), by);
            table.section(heading, lines);
        }
        let mut row = vec![
            dates::span(cluster.days()),
            grouped(cluster.days().days()),
            cluster.of.level.in_words(),
            Escaped::new(&cluster.of.address.line()).to_string(),
            grouped(cluster.holds().files),
        ];
        row.extend(bars.as_ref().and_then(|bars| bars.get(number).cloned()));
        row.push(cluster.object_id.short().to_owned());
        if has_titles {
            let title = cluster.title.as_deref().unwrap_or_default();
            row.push(Escaped::new(title).to_string());
        }
        table.row(row);
    }
    table
}

/// The bar of each cluster.
fn bars(dataset: &Dataset, clusters: &[&Cluster]) -> Vec<String> {
    let timeline = Timeline::new(dataset);
    let members = Membership::find(&timeline, clusters);
    let day_starts = dataset.day_starts();
    let of_cluster = |(number, cluster): (usize, &&Cluster)| {
        let mut activity = Activity::over(cluster.days());
        for index in members.of(number) {
            if let Some((folder, file)) = dataset.file(*index)
                && !file.missing
                && let Ok(capture) = timeline.capture(folder, file)
            {
                activity.add(capture.day(day_starts));
            }
        }
        activity.bar()
    };
    clusters.iter().enumerate().map(of_cluster).collect()
}

/// The year, and the month where that counts, of the first day.
fn period(cluster: &Cluster, by: By) -> (i32, u32) {
    let first = cluster.days().first.date();
    match by {
        By::Year => (first.year(), 0),
        By::Month => (first.year(), first.month()),
    }
}

/// The name of a year or month with its sums: on lines of their own where there are
/// several levels.
fn heading<'a>(
    first: &Cluster,
    group: impl Iterator<Item = &'a Cluster>,
    by: By,
) -> (String, Vec<String>) {
    let date = first.days().first.date();
    let name = match by {
        By::Year => text!("year", year = date.year().to_string()),
        By::Month => dates::month(date),
    };
    let mut levels: BTreeMap<Level, Vec<&Cluster>> = BTreeMap::new();
    for cluster in group {
        levels.entry(cluster.of.level).or_default().push(cluster);
    }
    if let (1, Some(clusters)) = (levels.len(), levels.values().next()) {
        let heading = text!("group-sums", group = name, sums = sums(clusters));
        return (heading, Vec::new());
    }
    let of_level = |(level, clusters): (&Level, &Vec<_>)| {
        let sums = text!(
            "group-sums",
            group = level.in_words(),
            sums = sums(clusters)
        );
        format!("  {sums}")
    };
    (name, levels.iter().map(of_level).collect())
}

/// Days that several clusters have are counted once.
fn sums(clusters: &[&Cluster]) -> String {
    let numbers = clusters.iter().flat_map(|cluster| {
        let days = cluster.days();
        days.first.number()..=days.last.number()
    });
    let days: BTreeSet<i32> = numbers.collect();
    let files: usize = clusters.iter().map(|c| c.holds().files as usize).sum();
    clauses(&[
        counted(clusters.len(), "cluster"),
        counted(days.len(), "day"),
        counted(files, "file"),
    ])
}

/// Puts the years or months of first days together, in the direction of the list.
pub(super) fn group(clusters: &mut [&Cluster], by: By, order: Order) {
    clusters.sort_by(|a, b| {
        let ascending = period(a, by).cmp(&period(b, by));
        match order {
            Order::Asc => ascending,
            Order::Desc => ascending.reverse(),
        }
    });
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::*;
    use imm_cluster_core::cluster::rules::Rules;
    use imm_cluster_core::index::{OptionChanges, read_records};
    use imm_cluster_messages::{Tongue, in_tongue};

    fn record(path: &str, date: &str, city: &str) -> Value {
        let address = json!({"country": "Testland", "province": "North", "city": city});
        json!({"path": path, "local_date": date, "address": address})
    }

    /// The clusters of some records, by their first day.
    fn dataset(records: &[Value], levels: &[Level]) -> Dataset {
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        let lines = lines.join("\n");
        let mut dataset = Dataset::empty();
        let changes = OptionChanges::default();
        read_records(&mut dataset, lines.as_bytes(), Path::new("-"), &changes).unwrap();
        let rules = Rules {
            levels: levels.to_vec(),
            ..Rules::default()
        };
        dataset.cluster(&rules, DateTime::UNIX_EPOCH);
        dataset
            .clusters
            .sort_by_key(|cluster| (cluster.span, cluster.of.level));
        for (number, cluster) in dataset.clusters.iter_mut().enumerate() {
            cluster.object_id = format!("location-date-cluster-{number:08x}-0000").into();
        }
        dataset
    }

    fn shown(dataset: &Dataset, by: Option<By>, width: Option<usize>) -> String {
        let mut clusters: Vec<&Cluster> = dataset.clusters.iter().collect();
        if let Some(by) = by {
            group(&mut clusters, by, Order::Asc);
        }
        let style = Style {
            color: false,
            width,
            blocks: true,
        };
        let mut out = Vec::new();
        table(dataset, &clusters, by, style)
            .write(&mut out, style)
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    fn years() -> Dataset {
        let days = [
            ("1969-12-31", "Oldtown"),
            ("1970-01-01", "Oldtown"),
            ("2023-12-31", "Bigtown"),
            ("2024-01-02", "Bigtown"),
            ("2024-01-02", "Smallville"),
            ("2024-03-03", "Smallville"),
        ];
        let records = (0..)
            .zip(days)
            .map(|(i, (day, city))| record(&format!("{i}.jpg"), day, city));
        let records: Vec<Value> = records.collect();
        let mut dataset = dataset(&records, &[Level::City]);
        dataset.rules = None;
        dataset
    }

    #[test]
    fn a_terminal_shows_what_fits_and_a_pipe_all_but_the_bar() {
        let hostile =
            "\u{1b}[2J\u{202e}evil\n春天的西湖 Faq\u{303}ira 👨\u{200d}👩\u{200d}👧 and more of it";
        let mut records: Vec<Value> = (0..30)
            .map(|i| record(&format!("a{i}.jpg"), "2024-12-31", "杭州市"))
            .collect();
        records.push(record("b.jpg", "2025-01-01", "杭州市"));
        records.push(record("c.jpg", "2025-01-03", "杭州市"));
        let mut dataset = dataset(&records, &[Level::Province, Level::City]);
        dataset.clusters[1].title = Some(hostile.to_owned());
        insta::assert_snapshot!(shown(&dataset, None, None), @r"
        DATES                     DAYS  LEVEL     PLACE                    FILES  ID        TITLE
        31 Dec 2024 – 3 Jan 2025     4  province  North, Testland             32  00000000
        31 Dec 2024 – 3 Jan 2025     4  city      杭州市, North, Testland     32  00000001  \u{1b}[2J\u{202e}evil\n春天的西湖 Faq̃ira 👨‍👩‍👧 and more of it
        ");
        insta::assert_snapshot!(shown(&dataset, None, Some(120)), @r"
        DATES                     DAYS  LEVEL     PLACE                    FILES  ACTIVITY  ID        TITLE
        31 Dec 2024 – 3 Jan 2025     4  province  North, Testland             32  ▅▁ ▁      00000000
        31 Dec 2024 – 3 Jan 2025     4  city      杭州市, North, Testland     32  ▅▁ ▁      00000001  \u{1b}[2J\u{202e}evil\n春…
        ");
        insta::assert_snapshot!(shown(&dataset, None, Some(80)), @r"
        DATES                     DAYS  LEVEL     PLACE                  FILES  ID
        31 Dec 2024 – 3 Jan 2025     4  province  North, Testland           32  00000000
        31 Dec 2024 – 3 Jan 2025     4  city      杭州市, North, Testl…     32  00000001
        ");
        insta::assert_snapshot!(shown(&dataset, None, Some(40)), @"
        DATES                     PLA…  ID
        31 Dec 2024 – 3 Jan 2025  Nor…  00000000
        31 Dec 2024 – 3 Jan 2025  杭…   00000001
        ");
    }

    #[test]
    fn a_cluster_counts_for_the_year_in_which_it_starts() {
        insta::assert_snapshot!(shown(&years(), Some(By::Year), None), @"
        DATES                     DAYS  LEVEL  PLACE                        FILES  ID
        1969: 1 cluster, 2 days, 2 files
        31 Dec 1969 – 1 Jan 1970     2  city   Oldtown, North, Testland         2  00000000

        2023: 1 cluster, 3 days, 2 files
        31 Dec 2023 – 2 Jan 2024     3  city   Bigtown, North, Testland         2  00000001

        2024: 2 clusters, 2 days, 2 files
        2 Jan 2024                   1  city   Smallville, North, Testland      1  00000002
        3 Mar 2024                   1  city   Smallville, North, Testland      1  00000003
        ");
    }

    #[test]
    fn a_table_in_chinese_lines_up() {
        let shown = in_tongue(Tongue::Chinese, || shown(&years(), Some(By::Month), None));
        insta::assert_snapshot!(shown, @"
        日期                         天数  层级  地点                         文件  ID
        1969年12月：1 个聚类，2 天，2 个文件
        1969年12月31日–1970年1月1日     2  市    Oldtown, North, Testland        2  00000000

        2023年12月：1 个聚类，3 天，2 个文件
        2023年12月31日–2024年1月2日     3  市    Bigtown, North, Testland        2  00000001

        2024年1月：1 个聚类，1 天，1 个文件
        2024年1月2日                    1  市    Smallville, North, Testland     1  00000002

        2024年3月：1 个聚类，1 天，1 个文件
        2024年3月3日                    1  市    Smallville, North, Testland     1  00000003
        ");
    }

    #[test]
    fn months_have_sums_too() {
        insta::assert_snapshot!(shown(&years(), Some(By::Month), Some(80)), @"
        DATES                     DAYS  LEVEL  PLACE                     FILES  ID
        December 1969: 1 cluster, 2 days, 2 files
        31 Dec 1969 – 1 Jan 1970     2  city   Oldtown, North, Testland      2  00000000

        December 2023: 1 cluster, 3 days, 2 files
        31 Dec 2023 – 2 Jan 2024     3  city   Bigtown, North, Testland      2  00000001

        January 2024: 1 cluster, 1 day, 1 file
        2 Jan 2024                   1  city   Smallville, North, Test…      1  00000002

        March 2024: 1 cluster, 1 day, 1 file
        3 Mar 2024                   1  city   Smallville, North, Test…      1  00000003
        ");
    }

    #[test]
    fn each_level_has_its_own_sums() {
        let records = [
            record("a.jpg", "2024-03-03", "Bigtown"),
            record("b.jpg", "2024-03-03", "Smallville"),
        ];
        let dataset = dataset(&records, &[Level::Province, Level::City]);
        insta::assert_snapshot!(shown(&dataset, Some(By::Year), None), @"
        DATES       DAYS  LEVEL     PLACE                        FILES  ID
        2024
          province: 1 cluster, 1 day, 2 files
          city: 2 clusters, 1 day, 2 files
        3 Mar 2024     1  province  North, Testland                  2  00000000
        3 Mar 2024     1  city      Bigtown, North, Testland         1  00000001
        3 Mar 2024     1  city      Smallville, North, Testland      1  00000002
        ");
    }

    #[test]
    fn without_clusters_there_is_nothing() {
        assert_eq!(shown(&Dataset::empty(), Some(By::Year), Some(80)), "");
    }
}
