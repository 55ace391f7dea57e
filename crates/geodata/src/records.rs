//! The regions as they are read: a text of one record each, in which every region stands
//! behind the one around it and before those within it, so that a look-up, which goes from a
//! region up to its country, reads neighbours, and finds names where it is already.
//!
//! A record is a head of 13 bytes, then the English, Chinese and local name, and of a
//! country its ISO 3166-1 code. The head holds numbers in seven bits a byte, the lowest first,
//! so that all is valid UTF-8: where the record of the parent begins (28 bits), the identifier
//! (35), the kind (3) and the flags (4), and the length of each name (7).

use crate::format::{DERIVED, NodeKind, ROOT};

/// Bytes before the names.
const HEAD: usize = 13;
/// Bits of a byte of the head.
const BITS: usize = 7;
/// Where each number of the head begins and ends.
const PARENT: [usize; 2] = [0, 4];
const ID: [usize; 2] = [4, 9];
const KIND: usize = 9;
const LENGTHS: usize = 10;
/// A name of more bytes is left out.
const LONGEST: usize = 127;
/// The parent of a country.
const NO_PARENT: u32 = (1 << 28) - 1;

/// A region of the tree.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    /// The region around it, [`ROOT`] above a country.
    pub parent: u32,
    pub id: u32,
    pub kind: NodeKind,
    pub flags: u8,
    lengths: [u8; 3],
    /// The text of all regions, and where in it the names are.
    text: &'a str,
    names: usize,
}

impl<'a> Node<'a> {
    /// Whether it only repeats its parent.
    pub fn derived(&self) -> bool {
        self.flags & DERIVED != 0
    }

    /// The English, Chinese or local name, `None` where there is none.
    #[inline]
    pub fn name(&self, nth: usize) -> Option<&'a str> {
        let [en, zh, local] = self.lengths.map(usize::from);
        let (behind, len) = match nth {
            0 => (0, en),
            1 => (en, zh),
            _ => (en + zh, local),
        };
        let from = self.names + behind;
        (len > 0).then(|| self.text.get(from..from + len))?
    }

    /// The English, Chinese and local name, empty where there is none.
    pub fn names(&self) -> [&'a str; 3] {
        [0, 1, 2].map(|nth| self.name(nth).unwrap_or_default())
    }

    /// The ISO 3166-1 code of a country, empty for other regions.
    pub fn country_code(&self) -> &'a str {
        if self.kind != NodeKind::Country {
            return "";
        }
        let from = self.names + self.len();
        self.text.get(from..from + 2).unwrap_or_default()
    }

    /// How many bytes its names have.
    fn len(&self) -> usize {
        self.lengths.into_iter().map(usize::from).sum()
    }
}

/// The text of the regions.
#[derive(Clone, Copy)]
pub struct Nodes<'a>(pub &'a str);

impl<'a> Nodes<'a> {
    /// The region whose record begins there; inlined, so that only what is asked for is read.
    #[inline]
    pub fn at(&self, at: u32) -> Option<Node<'a>> {
        let from = at as usize;
        let head: &[u8; HEAD] = self.0.as_bytes().get(from..)?.first_chunk()?;
        // Unrolled by the compiler, as all bounds are known.
        let number = |[from, to]: [usize; 2]| {
            let (mut number, mut at) = (0, to);
            while at > from {
                at -= 1;
                number = number << BITS | u32::from(head[at]);
            }
            number
        };
        let parent = number(PARENT);
        Some(Node {
            parent: if parent == NO_PARENT { ROOT } else { parent },
            id: number(ID),
            kind: *NodeKind::ALL.get(usize::from(head[KIND] & 7))?,
            flags: head[KIND] >> 3,
            lengths: [head[LENGTHS], head[LENGTHS + 1], head[LENGTHS + 2]],
            text: self.0,
            names: from + HEAD,
        })
    }

    /// All regions, each with where its record begins.
    pub fn all(self) -> impl Iterator<Item = (u32, Node<'a>)> {
        let mut next = 0;
        std::iter::from_fn(move || {
            let node = self.at(next)?;
            let code = if node.kind == NodeKind::Country { 2 } else { 0 };
            let len = u32::try_from(HEAD + node.len() + code).ok()?;
            let at = next;
            next += len;
            Some((at, node))
        })
    }
}

/// What a record tells of a region.
pub struct Record<'a> {
    /// Where the record of the region around it begins, [`ROOT`] for a country.
    pub parent: u32,
    pub id: u32,
    pub kind: NodeKind,
    pub flags: u8,
    /// The English, Chinese and local name.
    pub names: [&'a str; 3],
    /// The ISO 3166-1 code of its country.
    pub country: &'a str,
}

/// Adds a region to the text, and tells where its record begins.
pub fn put(text: &mut String, record: &Record) -> u32 {
    let Record {
        parent,
        id,
        kind,
        flags,
        names,
        country,
    } = *record;
    let at = u32::try_from(text.len()).unwrap_or(NO_PARENT);
    let mut number = |value: u32, [from, to]: [usize; 2]| {
        for nth in 0..to - from {
            let bits = u64::from(value) >> (BITS * nth) & 0x7f;
            text.push(char::from(bits.to_le_bytes()[0]));
        }
    };
    number(parent.min(NO_PARENT), PARENT);
    number(id, ID);
    text.push(char::from(kind as u8 | (flags & 0xf) << 3));
    let names = names.map(|name| if name.len() > LONGEST { "" } else { name });
    for name in names {
        text.push(char::from(u8::try_from(name.len()).unwrap_or(0)));
    }
    text.push_str(&names.concat());
    if kind == NodeKind::Country {
        text.push_str(country);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::AREA;
    use crate::ids::GERMAN;

    #[test]
    fn regions_are_read_as_they_were_written() {
        let mut text = String::new();
        let country = Record {
            parent: ROOT,
            id: 5,
            kind: NodeKind::Country,
            flags: AREA,
            names: ["Germany", "德国", "Deutschland"],
            country: "DE",
        };
        let root = put(&mut text, &country);
        let long = ["Köln", "", &"x".repeat(128)];
        let id = GERMAN | 0x0fff_ffff;
        let city = Record {
            parent: root,
            id,
            kind: NodeKind::City,
            flags: DERIVED,
            names: long,
            country: "DE",
        };
        let city = put(&mut text, &city);
        let nodes = Nodes(&text);
        let (above, below) = (nodes.at(root).unwrap(), nodes.at(city).unwrap());
        assert_eq!(
            (above.parent, above.id, above.kind),
            (ROOT, 5, NodeKind::Country)
        );
        assert_eq!(
            (above.names(), above.country_code()),
            (["Germany", "德国", "Deutschland"], "DE")
        );
        assert_eq!(
            (below.parent, below.id, below.kind),
            (root, id, NodeKind::City)
        );
        assert_eq!(
            (below.flags, above.flags, below.derived()),
            (DERIVED, AREA, true)
        );
        assert_eq!(below.names(), ["Köln", "", ""]);
        let all: Vec<u32> = nodes.all().map(|(at, _)| at).collect();
        assert_eq!(all, [root, city]);
    }

    #[test]
    fn no_text_and_no_record_are_no_region() {
        assert!(Nodes("").at(0).is_none() && Nodes("Ü").at(1).is_none());
        // A kind that is none, and a record within a character.
        assert!(Nodes(&"\u{7f}".repeat(20)).at(0).is_none());
        let cut = format!("{}中", "\0".repeat(12));
        assert!(
            Nodes(&cut)
                .at(1)
                .is_none_or(|node| node.names() == ["", "", ""])
        );
        assert!(Nodes(&cut).at(u32::MAX).is_none());
    }
}
