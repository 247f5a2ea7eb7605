//! A small gzip file that unpacks to 64 MiB of blanks.
//!
//! One deflate block with fixed codes (RFC 1951, 3.2.6): a blank, then "the last byte 258 times more" over and over.

/// How much comes out.
pub(crate) const UNPACKED: usize = 64 * 1024 * 1024;

/// The compressed file, about 420 kB.
pub(crate) fn gzip_of_blanks() -> Vec<u8> {
    let mut bits = Bits { bytes: vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], pending: 0, count: 0 };
    bits.number(1, 1); // the last block
    bits.number(1, 2); // fixed codes
    bits.code(0x30 + u32::from(b' '), 8);
    for _ in 0..UNPACKED / 258 {
        bits.code(0b1100_0101, 8); // length 258
        bits.code(0, 5); // distance 1
    }
    bits.code(0, 7); // the end
    bits.number(0, 7); // fill the byte
    // Checksum and length are left wrong: who gets that far has unpacked it all.
    bits.bytes.extend_from_slice(&[0; 8]);
    bits.bytes
}

struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    /// Numbers go in from the lowest bit.
    fn number(&mut self, value: u32, length: u32) {
        for bit in 0..length {
            self.pending |= (value >> bit & 1) << self.count;
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.pending as u8);
                (self.pending, self.count) = (0, 0);
            }
        }
    }

    /// Huffman codes go in from the highest bit.
    fn code(&mut self, value: u32, length: u32) {
        self.number(value.reverse_bits() >> (32 - length), length);
    }
}
