//! Positions written as text after ISO 6709, as phones put them into videos.

/// Degrees north and degrees east of a text such as `+48.8584+002.2945/`,
/// `+4851.504+00217.670/` or `+485130.2-0021740.2+35.1CRSWGS_84/`. What follows
/// the longitude (altitude, reference system) is left alone. The numbers are
/// not checked against the globe, but minutes and seconds are below 60.
///
/// `None` where the text has another shape.
pub fn parse(text: &str) -> Option<(f64, f64)> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let (lat, rest) = coordinate(text, 2)?;
    let (lon, rest) = coordinate(rest, 3)?;
    // A third number without a sign would be a longitude cut in two.
    let ends = rest.is_empty() || rest.starts_with(['+', '-', '/', 'C']);
    ends.then_some((lat, lon))
}

/// One signed number, `places` digits of which are degrees; two more are whole
/// minutes and again two more whole seconds. The last unit may have decimals.
fn coordinate(text: &str, places: usize) -> Option<(f64, &str)> {
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1.0, digits),
        None => (-1.0, text.strip_prefix('-')?),
    };
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    let decimals = match digits.get(whole..)?.strip_prefix(['.', ',']) {
        Some(rest) => 1 + rest.bytes().take_while(u8::is_ascii_digit).count(),
        None => 0,
    };
    let (number, rest) = digits.split_at_checked(whole + decimals)?;
    let (whole_part, fraction) = number.split_at_checked(whole)?;
    // Some writers leave out leading zeros of the degrees.
    let units = match whole {
        0 => return None,
        n if n <= places => 0,
        n if n <= places + 2 => 1,
        n if n <= places + 4 => 2,
        _ => return None,
    };
    let (degrees, tail) = whole_part.split_at_checked(whole - 2 * units)?;
    let last = |digits: &str| -> Option<f64> {
        let fraction = fraction.replace(',', ".");
        format!("{digits}{fraction}").parse().ok()
    };
    let below_60 = |value: f64| (value < 60.0).then_some(value);
    let value = match units {
        0 => last(degrees)?,
        1 => degrees.parse::<f64>().ok()? + below_60(last(tail)?)? / 60.0,
        _ => {
            let (minutes, seconds) = tail.split_at_checked(2)?;
            let minutes = below_60(minutes.parse().ok()?)?;
            degrees.parse::<f64>().ok()? + minutes / 60.0 + below_60(last(seconds)?)? / 3600.0
        }
    };
    Some((sign * value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(text: &str, lat: f64, lon: f64) {
        let (a, b) = parse(text).unwrap_or_else(|| panic!("{text}"));
        assert!(
            (a - lat).abs() < 1e-6 && (b - lon).abs() < 1e-6,
            "{text}: {a}, {b}"
        );
    }

    #[test]
    fn degrees_minutes_and_seconds() {
        close("+48.8584+002.2945/", 48.8584, 2.2945);
        close("+4851.504+00217.670/", 48.8584, 2.294_5 - 1e-9);
        close("+485130.24-0021740.2+35.1CRSWGS_84/", 48.8584, -2.294_5);
        close("-335124.48+1511254.84/", -33.8568, 151.215_233_3);
    }

    #[test]
    fn the_sign_counts_even_before_zero() {
        close("+51.4169-000.0806/", 51.4169, -0.0806);
        close("-0030.0-00030.0/", -0.5, -0.5);
    }

    #[test]
    fn whole_numbers_an_altitude_and_no_end_mark() {
        close("+40-074/", 40.0, -74.0);
        close("+27.1281+100.2508+000.000/", 27.1281, 100.2508);
        close("+40.6892-74.0445", 40.6892, -74.0445);
        close("+5.5-0.25/\0", 5.5, -0.25);
        close("+40,5-074,25/", 40.5, -74.25);
    }

    #[test]
    fn other_texts_are_no_position() {
        for text in [
            "",
            "+",
            "+48.8584",
            "48.8584+002.2945/",
            "+48.8584 +002.2945/",
            "+4860.0+00217.6/",
            "+485160.0+0021740.2/",
            "+4851304+002.2/",
            "+.5+.5/",
            "+48.8584+002.2945x",
            "+48.8584+é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
