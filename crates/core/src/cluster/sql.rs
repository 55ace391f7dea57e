//! The rules in SQL, for engines that hold the evidence of many people at once.
//!
//! One text for all of them: it keeps to what `DuckDB`, `DataFusion`, Polars, Spark, `ClickHouse` and
//! `SQLite` understand alike.

use super::rules::Rules;

/// What a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement {
    /// The clusters of all evidence.
    Clusters,
    /// All runs of days, with whether their length makes them clusters.
    Runs,
    /// Which lasting id each run carries.
    Identity,
}

const CLUSTERS: &str = include_str!("../../../../sql/cluster.sql");

const IDENTITY: &str = include_str!("../../../../sql/identity.sql");

/// What opens and closes the list of levels.
const LEVELS: (&str, &str) = ("at_level AS (\n", "\n),\n");

/// What stands between two levels.
const UNION: &str = "\n  UNION ALL\n";

impl Statement {
    /// The query by those rules. Days are of the evidence, so that `day_starts` and `lend` do
    /// not show in it.
    pub fn text(self, rules: &Rules) -> String {
        match self {
            Self::Clusters => clusters(rules),
            Self::Runs => {
                let fits = "CASE WHEN days BETWEEN min_days AND max_days THEN 1 ELSE 0 END AS fits";
                let chosen = "files_missing\nFROM found CROSS JOIN params\nWHERE days BETWEEN min_days AND max_days";
                let all = format!("files_missing,\n       {fits}\nFROM found CROSS JOIN params");
                clusters(rules).replace(chosen, &all)
            }
            Self::Identity => days(IDENTITY, rules),
        }
    }
}

/// The query for clusters at the wanted levels.
fn clusters(rules: &Rules) -> String {
    let text = days(CLUSTERS, rules);
    let Some((head, (levels, tail))) = (text.split_once(LEVELS.0))
        .and_then(|(head, rest)| Some((head, rest.split_once(LEVELS.1)?)))
    else {
        return text;
    };
    let wanted: Vec<&str> = (levels.split(UNION))
        .filter(|of_level| {
            let is = |level| of_level.contains(&format!("'{level}' AS level"));
            rules.levels.iter().any(is)
        })
        .collect();
    let wanted = wanted.join(UNION);
    format!("{head}{}{wanted}{}{tail}", LEVELS.0, LEVELS.1)
}

/// A query with the numbers of the rules.
fn days(text: &str, rules: &Rules) -> String {
    let Rules {
        gap_days,
        min_days,
        max_days,
        ..
    } = rules;
    text.replace("1 AS gap_days", &format!("{gap_days} AS gap_days"))
        .replace("1 AS min_days", &format!("{min_days} AS min_days"))
        .replace("99999 AS max_days", &format!("{max_days} AS max_days"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Level;

    #[test]
    fn options_are_filled_in() {
        let rules = Rules {
            gap_days: 3,
            min_days: 2,
            max_days: 30,
            levels: vec![Level::Country, Level::Township],
            ..Rules::default()
        };
        let text = Statement::Clusters.text(&rules);
        assert!(text.contains("SELECT 3 AS gap_days, 2 AS min_days, 30 AS max_days\n"));
        let levels = Level::ALL.map(|level| text.contains(&format!("{level}_key IS NOT NULL")));
        assert_eq!(levels, [true, false, false, false, true]);
        assert_eq!(text.matches("UNION ALL").count(), 1);
        let runs = Statement::Runs.text(&rules);
        assert!(
            runs.contains("AS fits") && !runs.contains("WHERE days"),
            "{runs}"
        );
        let identity = Statement::Identity.text(&rules);
        assert!(identity.contains("SELECT 2 AS min_days, 30 AS max_days\n"));
    }

    #[test]
    fn the_files_have_the_usual_options_and_all_levels() {
        let rules = Rules {
            levels: Level::ALL.to_vec(),
            ..Rules::default()
        };
        assert_eq!(Statement::Clusters.text(&rules), CLUSTERS);
        assert_eq!(Statement::Identity.text(&rules), IDENTITY);
    }
}
