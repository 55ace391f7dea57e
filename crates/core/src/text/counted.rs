//! Numbers of things in words.

use imm_cluster_messages::{Value, message};

/// A number of files in words.
pub fn files(count: usize) -> String {
    counted(count, "file")
}

/// A number of things in words, `1 trip` or `1,204 trips`; `what` is the English word for
/// one of them.
pub fn counted(count: usize, what: &str) -> String {
    message(&format!("count-{what}"), &[("count", Value::from(&count))])
}

/// The word for several of them.
pub fn plural(what: &str) -> String {
    message(&format!("several-{what}"), &[])
}

/// A number for people: with a comma between thousands.
pub fn grouped(number: impl TryInto<u64>) -> String {
    imm_cluster_messages::grouped(number.try_into().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_nouns_agree() {
        assert_eq!(counted(0, "trip"), "0 trips");
        assert_eq!(counted(1, "trip"), "1 trip");
        assert_eq!(files(1_204), "1,204 files");
    }

    #[test]
    fn thousands_are_told_apart() {
        for (number, text) in [
            (0_u64, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_480, "12,480"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
