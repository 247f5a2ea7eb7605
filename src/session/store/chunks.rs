//! Large sessions where the store caps one entry (2,560 bytes in Windows' Credential Manager).
//!
//! The head, under the key itself, holds a small session whole, or says where the parts of a large one lie: `key.a.0` and on,
//! or `key.b.0` and on, by turns. It is written after the parts, so that a process killed anywhere leaves the old session or
//! the new one, never a mix. It touches one vault and knows nothing of what the bytes mean.

use ring::digest;
use zeroize::Zeroizing;

use super::{LARGEST, Vault, unavailable};
use crate::error::Result;
use crate::log;

const WHOLE: &[u8; 4] = b"LKW\0";
const PARTS: &[u8; 4] = b"LKP\0";
const HEAD_SIZE: usize = PARTS.len() + 1 + 2 + 4 + digest::SHA256_OUTPUT_LEN;
/// Another process may save while this one reads; it would have to do so each time.
const LOAD_ATTEMPTS: usize = 4;

/// A vault whose entries are capped, made to hold up to [`LARGEST`] bytes.
pub struct Chunked<V> {
    inner: V,
    cap: usize,
}

/// Which of the two sets of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Generation {
    A,
    B,
}

#[derive(Debug, PartialEq, Eq)]
struct Head {
    generation: Generation,
    parts: usize,
    total: usize,
    digest: Vec<u8>,
}

impl<V: Vault> Chunked<V> {
    /// `cap`: the bytes that one entry takes, at least 64.
    pub fn new(inner: V, cap: usize) -> Self {
        Self { inner, cap: cap.max(64) }
    }

    fn save_whole(&self, key: &str, data: &[u8], label: &str) -> Result<()> {
        let entry = Zeroizing::new([WHOLE, data].concat());
        self.inner.save_labelled(key, &entry, label)?;
        self.tidy(key, Generation::A, 0);
        self.tidy(key, Generation::B, 0);
        Ok(())
    }

    fn save_in_parts(&self, key: &str, data: &[u8], label: &str) -> Result<()> {
        let generation = match self.current(key)? {
            Some(Generation::A) => Generation::B,
            _ => Generation::A,
        };
        let head = Head::of(generation, data, self.cap);
        for (index, part) in data.chunks(self.cap).enumerate() {
            self.inner.save_labelled(&part_key(key, generation, index), part, label)?;
        }
        self.inner.save_labelled(key, &head.to_bytes(), label)?;
        self.tidy(key, generation, head.parts);
        self.tidy(key, generation.other(), 0);
        Ok(())
    }

    fn current(&self, key: &str) -> Result<Option<Generation>> {
        let head = self.inner.load(key)?;
        Ok(head.and_then(|bytes| Head::parse(&bytes)).map(|head| head.generation))
    }

    /// None: head and parts disagree.
    fn gather(&self, key: &str, head: &Head) -> Result<Option<Zeroizing<Vec<u8>>>> {
        if head.total > LARGEST || head.parts > self.most_parts() {
            return Ok(None);
        }
        let mut data = Zeroizing::new(Vec::with_capacity(head.total));
        for index in 0..head.parts {
            let Some(part) = self.inner.load(&part_key(key, head.generation, index))? else { return Ok(None) };
            data.extend_from_slice(&part);
        }
        Ok(head.fits(&data).then_some(data))
    }

    /// After the head: the save has succeeded, and what can't be erased now is by the next one.
    fn tidy(&self, key: &str, generation: Generation, from: usize) {
        if let Err(problem) = self.erase_parts(key, generation, from) {
            log::warning!("session store: old parts of an entry could not be erased: {problem}");
        }
    }

    /// Goes by the number that there can be, not by what is found: whoever deletes one part by hand must not hide the rest.
    /// One that can't be erased doesn't keep the others; the first failure is the one to tell.
    fn erase_parts(&self, key: &str, generation: Generation, from: usize) -> Result<()> {
        let erased = |index| self.inner.erase(&part_key(key, generation, index));
        (from..self.most_parts()).map(erased).fold(Ok(()), Result::and)
    }

    fn most_parts(&self) -> usize {
        LARGEST.div_ceil(self.cap)
    }
}

impl<V: Vault> Vault for Chunked<V> {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let mut entry = self.inner.load(key)?;
        for _ in 0..LOAD_ATTEMPTS {
            let Some(bytes) = &entry else { return Ok(None) };
            if let Some(data) = bytes.strip_prefix(WHOLE) {
                return Ok(Some(Zeroizing::new(data.to_vec())));
            }
            let Some(head) = Head::parse(bytes) else { break };
            if let Some(data) = self.gather(key, &head)? {
                return Ok(Some(data));
            }
            entry = self.inner.load(key)?;
        }
        // What can't be put together is handed on as it is: no seal fits it, and who asked learns that it was altered.
        Ok(entry)
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        self.save_labelled(key, data, key)
    }

    fn erase(&self, key: &str) -> Result<()> {
        // The head first: parts without a head are nothing, a head without its parts is an altered session.
        self.inner.erase(key)?;
        let first = self.erase_parts(key, Generation::A, 0);
        first.and(self.erase_parts(key, Generation::B, 0))
    }

    fn save_labelled(&self, key: &str, data: &[u8], label: &str) -> Result<()> {
        if data.len() > LARGEST {
            return Err(unavailable(format!("{} bytes can't be stored: {LARGEST} is the most", data.len())));
        }
        if WHOLE.len() + data.len() <= self.cap {
            self.save_whole(key, data, label)
        } else {
            self.save_in_parts(key, data, label)
        }
    }
}

impl Generation {
    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    fn letter(self) -> u8 {
        match self {
            Self::A => b'a',
            Self::B => b'b',
        }
    }

    fn of_letter(letter: u8) -> Option<Self> {
        [Self::A, Self::B].into_iter().find(|generation| generation.letter() == letter)
    }
}

impl Head {
    fn of(generation: Generation, data: &[u8], cap: usize) -> Self {
        Self { generation, parts: data.len().div_ceil(cap), total: data.len(), digest: digest_of(data) }
    }

    fn fits(&self, data: &[u8]) -> bool {
        data.len() == self.total && digest_of(data) == self.digest
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = PARTS.to_vec();
        bytes.push(self.generation.letter());
        // Both are bounded by `LARGEST`.
        bytes.extend_from_slice(&(self.parts as u16).to_le_bytes());
        bytes.extend_from_slice(&(self.total as u32).to_le_bytes());
        bytes.extend_from_slice(&self.digest);
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != HEAD_SIZE {
            return None;
        }
        let (letter, rest) = bytes.strip_prefix(PARTS)?.split_first()?;
        let (parts, rest) = rest.split_first_chunk()?;
        let (total, digest) = rest.split_first_chunk()?;
        Some(Self {
            generation: Generation::of_letter(*letter)?,
            parts: usize::from(u16::from_le_bytes(*parts)),
            total: usize::try_from(u32::from_le_bytes(*total)).ok()?,
            digest: digest.to_vec(),
        })
    }
}

fn digest_of(data: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, data).as_ref().to_vec()
}

fn part_key(key: &str, generation: Generation, index: usize) -> String {
    format!("{key}.{}.{index}", char::from(generation.letter()))
}

#[cfg(test)]
mod tests;
