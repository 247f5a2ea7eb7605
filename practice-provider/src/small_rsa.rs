//! Signs with a 1024-bit RSA key, which `ring` rightly refuses to do.
//!
//! A client that refuses small keys can only be tested with a token that is otherwise right. So this is the schoolbook
//! way: a few lines of big numbers, slow and not constant in time, good for a practice token and nothing else.

use std::cmp::Ordering;

use ring::digest;

static KEY: &[u8] = include_bytes!("../keys/rsa-1024-too-small.pkcs1.der");

/// DER of `DigestInfo` for SHA-256, up to the digest (RFC 8017, section 9.2).
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// The small key's numbers, big-endian without leading zeros.
pub(crate) struct SmallRsaKey {
    pub(crate) modulus: Vec<u8>,
    pub(crate) exponent: Vec<u8>,
    private_exponent: Vec<u8>,
}

impl SmallRsaKey {
    /// Reads the key that is compiled in; `None` if the file isn't an `RSAPrivateKey`.
    pub(crate) fn load() -> Option<SmallRsaKey> {
        let (_, body, _) = der_element(KEY)?;
        let (_, _version, rest) = der_element(body)?;
        let (_, modulus, rest) = der_element(rest)?;
        let (_, exponent, rest) = der_element(rest)?;
        let (_, private_exponent, _) = der_element(rest)?;
        let number = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
        Some(SmallRsaKey {
            modulus: number(modulus),
            exponent: number(exponent),
            private_exponent: number(private_exponent),
        })
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let hash = digest::digest(&digest::SHA256, message);
        let size = self.modulus.len();
        let padding = size - 3 - SHA256_PREFIX.len() - hash.as_ref().len();
        let mut block = vec![0, 1];
        block.resize(2 + padding, 0xff);
        block.push(0);
        block.extend_from_slice(&SHA256_PREFIX);
        block.extend_from_slice(hash.as_ref());
        let power = power_modulo(&limbs(&block), &self.private_exponent, &limbs(&self.modulus));
        let mut signature: Vec<u8> = power.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        let excess = signature.len().saturating_sub(size);
        signature.drain(..excess);
        signature
    }
}

/// Splits one DER element off: tag, content, rest.
fn der_element(input: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = input.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        (digits.iter().fold(0usize, |sum, digit| sum << 8 | usize::from(*digit)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Little-endian 32-bit limbs of a big-endian number.
fn limbs(bytes: &[u8]) -> Vec<u32> {
    bytes.rchunks(4).map(|chunk| chunk.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))).collect()
}

/// `base ^ exponent mod modulus`, square and multiply in Montgomery form; `modulus` is odd.
fn power_modulo(base: &[u32], exponent: &[u8], modulus: &[u32]) -> Vec<u32> {
    // The inverse of the lowest limb modulo 2^32; each step doubles the number of right bits.
    let inverse = (0..5).fold(modulus[0], |x, _| x.wrapping_mul(2u32.wrapping_sub(modulus[0].wrapping_mul(x))));
    let mut one = vec![0; modulus.len()];
    one[0] = 1;
    // R^2 mod modulus, by doubling.
    let mut square = one.clone();
    for _ in 0..64 * modulus.len() {
        let doubled = square.clone();
        add_modulo(&mut square, &doubled, modulus);
    }
    let multiply = |a: &[u32], b: &[u32]| montgomery(a, b, modulus, inverse);
    let base = multiply(base, &square);
    let mut result = multiply(&one, &square);
    for byte in exponent {
        for bit in (0..8).rev() {
            result = multiply(&result, &result);
            if byte >> bit & 1 == 1 {
                result = multiply(&result, &base);
            }
        }
    }
    multiply(&result, &one)
}

/// `a * b / R mod modulus`, R being 2^32 to the number of limbs.
fn montgomery(a: &[u32], b: &[u32], modulus: &[u32], inverse: u32) -> Vec<u32> {
    let size = modulus.len();
    let mut sum = vec![0u32; size + 2];
    let add_product = |sum: &mut [u32], factor: u32, number: &[u32]| {
        let mut carry = 0u64;
        for (limb, digit) in sum.iter_mut().zip(number) {
            let total = u64::from(*limb) + u64::from(factor) * u64::from(*digit) + carry;
            *limb = total as u32;
            carry = total >> 32;
        }
        for limb in &mut sum[size..] {
            let total = u64::from(*limb) + carry;
            *limb = total as u32;
            carry = total >> 32;
        }
    };
    for limb in b {
        add_product(&mut sum, *limb, a);
        let factor = sum[0].wrapping_mul(inverse.wrapping_neg());
        add_product(&mut sum, factor, modulus);
        sum.rotate_left(1);
        sum[size + 1] = 0;
    }
    let carry = sum[size];
    sum.truncate(size);
    reduce_once(&mut sum, carry, modulus);
    sum
}

/// `sum += other`, then minus `modulus` if that is needed; both are below `modulus`.
fn add_modulo(sum: &mut [u32], other: &[u32], modulus: &[u32]) {
    let mut carry = 0u64;
    for (limb, other) in sum.iter_mut().zip(other) {
        let total = u64::from(*limb) + u64::from(*other) + carry;
        *limb = total as u32;
        carry = total >> 32;
    }
    reduce_once(sum, carry as u32, modulus);
}

/// Takes `modulus` off once if the number (with its carry) is not below it.
fn reduce_once(sum: &mut [u32], carry: u32, modulus: &[u32]) {
    if carry == 0 && sum.iter().rev().cmp(modulus.iter().rev()) == Ordering::Less {
        return;
    }
    let mut borrow = false;
    for (limb, subtract) in sum.iter_mut().zip(modulus) {
        let (difference, first) = limb.overflowing_sub(*subtract);
        let (difference, second) = difference.overflowing_sub(u32::from(borrow));
        *limb = difference;
        borrow = first || second;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_key_signs_what_its_public_half_opens() {
        let key = SmallRsaKey::load().expect("the key is readable");
        assert_eq!(key.modulus.len() * 8, 1024);
        let signature = key.sign(b"practice");
        let opened = power_modulo(&limbs(&signature), &key.exponent, &limbs(&key.modulus));
        let hash = digest::digest(&digest::SHA256, b"practice");
        assert_eq!(&opened[..8], &limbs(hash.as_ref())[..]);
    }
}
