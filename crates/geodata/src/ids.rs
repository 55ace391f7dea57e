//! Identifiers of regions: a number whose upper four bits say whose it is, and its text.

use crate::format::{code_of, group_of};

/// Chinese division codes, `c`. Numbers of `GeoNames`, `g`, have no upper bits.
pub const CHINESE: u32 = 1 << 28;
/// Shapes of geoBoundaries, `b`.
pub const GEOBOUNDARIES: u32 = 2 << 28;
/// Shapes of Natural Earth, `n`.
pub const NATURAL_EARTH: u32 = 3 << 28;
/// Korean division codes, `k`.
pub const KOREAN: u32 = 4 << 28;
/// Countries, whose text is their ISO 3166-1 code.
pub const COUNTRY: u32 = 5 << 28;
/// Divisions that `GeoNames` has no number for, `d`.
pub const OTHER: u32 = 6 << 28;
/// Japanese codes of municipalities (JIS), `j`.
pub const JAPANESE: u32 = 7 << 28;
/// German codes of municipalities (AGS), `a`.
pub const GERMAN: u32 = 8 << 28;
/// Algerian codes of municipalities (ONS), `z`.
pub const ALGERIAN: u32 = 9 << 28;

/// Taiwanese codes of townships and districts, `t`.
pub const TAIWANESE: u32 = 10 << 28;
/// Spanish codes of municipalities and, below 1,000, of provinces (INE), `e`.
pub const SPANISH: u32 = 11 << 28;

/// The letters by the upper four bits; `-` stands for countries.
const LETTERS: &[u8; 12] = b"gcbnk-djazte";

/// An identifier as text: a letter that says whose it is, then a number; of a country its
/// ISO 3166-1 code.
pub fn text(id: u32) -> String {
    let number = id & 0x0fff_ffff;
    if id & !0x0fff_ffff == COUNTRY {
        return code_of(u16::try_from(number % 676).unwrap_or(0));
    }
    let letter = LETTERS.get((id >> 28) as usize).copied();
    format!("{}{number}", char::from(letter.unwrap_or(b'd')))
}

/// The identifier that is written as that text, `None` when there is none.
pub fn parse(text: &str) -> Option<u32> {
    if let Some(group) = group_of(text) {
        return Some(COUNTRY | u32::from(group));
    }
    let (letter, number) = text.split_at_checked(1)?;
    let letter = letter.bytes().next().filter(|letter| *letter != b'-')?;
    let kind = LETTERS.iter().position(|known| *known == letter)?;
    let number = number.parse::<u32>().ok().filter(|n| n >> 28 == 0)?;
    Some(u32::try_from(kind).ok()? << 28 | number)
}

/// Whose the codes of a country's municipalities are.
pub fn municipal(country: &str) -> Option<u32> {
    Some(match country {
        "JP" => JAPANESE,
        "DE" => GERMAN,
        "DZ" => ALGERIAN,
        "TW" => TAIWANESE,
        "ES" => SPANISH,
        _ => return None,
    })
}

/// The identifiers that a key of `names.tsv` may stand for: itself one, or a country and the
/// country's own number of a municipality or code of a district.
pub fn identifiers(key: &str) -> [Option<u32>; 2] {
    let of_country =
        |(country, code): (&str, &str)| Some(municipal(country)? | code.parse::<u32>().ok()?);
    match key.split_once('.') {
        None => [parse(key), None],
        Some(parts) => [Some(OTHER | short_hash(key)), of_country(parts)],
    }
}

/// What [`fnv1a`] begins with.
pub const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of Fowler, Noll and Vo (FNV-1a, 64 bits) of bytes behind those that made `hash`;
/// the first ones go behind [`FNV_OFFSET`].
pub fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    let add = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(hash, add)
}

/// A stable number of 28 bits for an identifier that is a text.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the halves are put together"
)]
pub fn short_hash(text: &str) -> u32 {
    let hash = fnv1a(FNV_OFFSET, text.as_bytes());
    ((hash >> 32) ^ hash) as u32 & 0x0fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_can_be_read_back() {
        for kind in (0..=11).filter(|kind| *kind != 5) {
            let number = kind << 28 | 0x4d2;
            assert_eq!(parse(&text(number)), Some(number));
        }
        let china = COUNTRY | (2 * 26 + 13);
        assert_eq!((text(china), parse("CN")), ("CN".to_owned(), Some(china)));
        assert_eq!(text(6 << 28 | 7), "d7");
        let none = ["", "g", "gx", "p00000001", "Ü", "-5", "cn"];
        assert_eq!(none.map(parse), [None; 7]);
    }

    #[test]
    fn hashes_have_28_bits_and_stay() {
        assert_eq!(short_hash(""), 0x0fd0_bfc1);
        assert_ne!(short_hash("GB.36UG"), short_hash("GB.36UH"));
        assert!(short_hash("anything") <= 0x0fff_ffff);
    }
}
