//! What the geodata is made of, in the form that the repository keeps and in the form that
//! is read: sizes, flags and kinds.

/// What a file of regions as it is read begins with.
pub const MAGIC: &[u8; 8] = b"IMMGEO04";
/// Corners of boundaries lie at multiples of this many steps (see [`crate::grid::STEPS`]).
pub const GRAIN: u16 = 51;

/// Bytes of a place.
pub const PLACE_SIZE: usize = 12;
/// No parent: a country.
pub const ROOT: u32 = u32::MAX;
/// Flag of a node that only repeats its parent.
pub const DERIVED: u8 = 1;
/// Flag of a node that is an administrative area which its places stand for.
pub const AREA: u8 = 2;
/// Flag of a node that is known by points alone, for want of a boundary, or lies in one.
pub const POINTS: u8 = 4;

/// How a section is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// Records of so many `u32`.
    Records(usize),
    /// The words of mixed cells.
    Words,
}

/// What a file of the repository holds, and in which form each section of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLayout {
    /// What the file begins with.
    pub magic: &'static [u8; 8],
    /// The form of each section.
    pub forms: &'static [Form],
}

/// Names, a line each, and the layer of boundaries of time zones, in sections
/// [`ZONE_NAMES`] and [`ZONE_LAYER`]; the others are empty.
pub const ZONES: FileLayout = FileLayout {
    magic: b"IMMGEO02",
    forms: &[
        Form::Plain,
        Form::Records(6),
        Form::Records(3),
        Form::Records(3),
        Form::Records(1),
        Form::Records(1),
        Form::Words,
        Form::Records(1),
        Form::Records(1),
        Form::Words,
        Form::Plain,
    ],
};
/// The section of the names of time zones.
pub const ZONE_NAMES: usize = 0;
/// The first section of the layer of time zones.
pub const ZONE_LAYER: usize = 7;

/// What the sources say of regions, units and places; see [`crate::sources`].
pub const SOURCES: FileLayout = FileLayout {
    magic: b"IMMGEO03",
    forms: &[
        Form::Plain,
        Form::Records(5),
        Form::Records(17),
        Form::Records(11),
        Form::Records(1),
        Form::Records(1),
        Form::Words,
        Form::Records(1),
        Form::Records(1),
        Form::Words,
        Form::Plain,
        Form::Records(1),
        Form::Records(1),
        Form::Words,
    ],
};

/// What a node is: the five levels, and the county between the province and the
/// city that is no level of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A country or region as ISO 3166-1 codes them.
    Country,
    /// A province, state or region.
    Province,
    /// What stands between the province and the city and is no level.
    County,
    /// A prefecture, municipality or locality.
    City,
    /// A district, county-level unit or borough.
    District,
    /// A township, neighbourhood or village.
    Township,
}

impl NodeKind {
    /// All kinds, from the widest to the narrowest.
    pub const ALL: [Self; 6] = [
        Self::Country,
        Self::Province,
        Self::County,
        Self::City,
        Self::District,
        Self::Township,
    ];
}

/// An ISO 3166-1 code of two letters as the number that groups units, 0 to 675.
pub fn group_of(code: &str) -> Option<u16> {
    let [a, b] = *code.as_bytes() else {
        return None;
    };
    let letter = |c: u8| c.is_ascii_uppercase().then(|| u16::from(c - b'A'));
    Some(letter(a)? * 26 + letter(b)?)
}

/// The code of a group; of a number beyond the groups, some other code.
pub fn code_of(group: u16) -> String {
    let letter = |n: u16| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    [letter(group / 26), letter(group)].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_numbers_of_codes() {
        assert_eq!(group_of("AA"), Some(0));
        assert_eq!(group_of("ZZ"), Some(675));
        assert_eq!(["", "c", "cn", "CHN", "1A"].map(group_of), [None; 5]);
        for group in 0..676 {
            assert_eq!(group_of(&code_of(group)), Some(group));
        }
    }
}
