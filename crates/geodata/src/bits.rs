//! Numbers of a few bits each, one right behind the other, the lowest bit first.

/// Bytes that must stand behind the last number, since eight are read at once.
pub const MARGIN: usize = 8;

/// Reads numbers from front to back; past the end come zeros.
#[derive(Debug, Clone, Copy)]
pub struct BitReader<'a> {
    pub bytes: &'a [u8],
    /// The number of the next bit.
    pub at: usize,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// A number of up to 32 bits, which begins there.
    #[inline]
    pub fn peek(&self, at: usize, count: u32) -> u32 {
        low(bits_at(self.bytes, at), count)
    }

    #[inline]
    pub fn take(&mut self, count: u32) -> u32 {
        let taken = self.peek(self.at, count);
        self.at += count as usize;
        taken
    }

    /// A number that is mostly small: three bits at a time, the lowest first, each with a bit
    /// that says whether more follow.
    #[inline]
    pub fn number(&mut self) -> u32 {
        let first = self.take(4);
        if first < 8 {
            return first;
        }
        first & 7 | self.higher()
    }

    /// The bits of a number above the lowest three.
    fn higher(&mut self) -> u32 {
        let mut value = 0;
        for shift in (3..32).step_by(3) {
            let group = self.take(4);
            value |= (group & 7) << shift;
            if group < 8 {
                break;
            }
        }
        value
    }
}

/// The bits from one on, of which 57 or more are of the bytes.
#[inline]
pub fn bits_at(bytes: &[u8], at: usize) -> u64 {
    // The end cannot overflow, and so is all that is checked.
    let word = bytes.get(at / 8..at / 8 + 8).and_then(|b| b.first_chunk());
    word.map_or(0, |word| u64::from_le_bytes(*word)) >> (at % 8)
}

/// The lowest bits of a word, up to 32.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "up to 32 bits are left")]
pub fn low(word: u64, count: u32) -> u32 {
    (word & !(u64::MAX << count)) as u32
}

/// Writes what [`BitReader`] reads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct BitWriter {
    bytes: Vec<u8>,
    /// The bits behind the last whole byte, fewer than eight.
    rest: u64,
    /// How many bits are written.
    pub len: usize,
}

impl BitWriter {
    /// A number of up to 32 bits.
    pub fn put(&mut self, value: u32, count: u32) {
        debug_assert!(u64::from(value) >> count == 0);
        let begun = self.len % 8;
        self.rest |= u64::from(value) << begun;
        self.len += count as usize;
        let whole = (begun + count as usize) / 8;
        self.bytes.extend(&self.rest.to_le_bytes()[..whole]);
        self.rest >>= whole * 8;
    }

    pub fn put_number(&mut self, mut value: u32) {
        while value > 7 {
            self.put(value & 7 | 8, 4);
            value >>= 3;
        }
        self.put(value, 4);
    }

    /// All bits of another one.
    #[expect(clippy::cast_possible_truncation, reason = "fewer than eight bits")]
    pub fn append(&mut self, other: &Self) {
        let (words, bytes) = other.bytes.as_chunks();
        for word in words {
            self.put(u32::from_le_bytes(*word), 32);
        }
        for byte in bytes {
            self.put(u32::from(*byte), 8);
        }
        self.put(other.rest as u32, other.len as u32 % 8);
    }

    /// The bytes, the last one filled up with zeros.
    pub fn into_bytes(mut self) -> Vec<u8> {
        if !self.len.is_multiple_of(8) {
            self.bytes.push(self.rest.to_le_bytes()[0]);
        }
        self.bytes
    }
}

/// How many bits a number takes that is at most so great.
pub fn width(greatest: u32) -> u32 {
    u32::BITS - greatest.leading_zeros()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_written(numbers: Vec<(u32, bool)>) {
            let (mut bits, mut inner) = (BitWriter::default(), BitWriter::default());
            bits.put(1, 1);
            for (value, small) in &numbers {
                if *small { inner.put_number(*value) } else { inner.put(*value, width(*value)) }
            }
            bits.append(&inner);
            prop_assert_eq!(bits.len, inner.len + 1);
            let mut bytes = bits.into_bytes();
            bytes.extend([0xff; MARGIN]);
            let mut reader = BitReader::new(&bytes, 1);
            for (value, small) in numbers {
                let read = if small { reader.number() } else { reader.take(width(value)) };
                prop_assert_eq!(read, value);
            }
        }
    }

    #[test]
    fn past_the_end_come_zeros() {
        let mut reader = BitReader::new(&[0xff; 12], 0);
        assert_eq!(
            (reader.take(32), reader.take(30)),
            (u32::MAX, u32::MAX >> 2)
        );
        reader.at = 1_000;
        assert_eq!(
            (reader.take(32), reader.number(), reader.take(0)),
            (0, 0, 0)
        );
    }
}
