//! Whole numbers in few bytes.

/// A variable-length integer (LEB128): seven bits a byte, the lowest first; all bytes but the
/// last have the high bit.
pub(crate) fn unsigned(bytes: &mut Vec<u8>, mut number: u64) {
    let [mut low, ..] = number.to_le_bytes();
    while number > 0x7F {
        bytes.push(low | 0x80);
        number >>= 7;
        [low, ..] = number.to_le_bytes();
    }
    bytes.push(low);
}

/// In zigzag encoding: the sign in the lowest bit.
pub(crate) fn signed(bytes: &mut Vec<u8>, number: i64) {
    unsigned(bytes, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length() {
        let packed = |number| {
            let mut bytes = Vec::new();
            signed(&mut bytes, number);
            bytes
        };
        assert_eq!(packed(0), [0]);
        assert_eq!(packed(-1), [1]);
        assert_eq!(packed(63), [126]);
        assert_eq!(packed(64), [0x80, 1]);
        assert_eq!(packed(-1_800_000), [0xFF, 0xDC, 0xDB, 1]);
    }
}
