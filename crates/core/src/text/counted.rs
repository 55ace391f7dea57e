//! Numbers of things in words.

/// A number of files in words.
pub fn files(count: usize) -> String {
    counted(count, "file")
}

/// A number of things in words, `1 trip` or `1,204 trips`; `what` is one of them.
pub fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{} {}", grouped(count), plural(what)),
    }
}

/// The word for several of them. All nouns that the program counts are regular.
pub fn plural(what: &str) -> String {
    format!("{what}s")
}

/// A number for people: with a comma between thousands.
pub fn grouped(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
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
