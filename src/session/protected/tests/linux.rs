//! Where a protected text is in this process's memory, by the kernel's own account.
//!
//! It may read all memory of this process and fork it. What is looked for is kept masked, so that the search does not find
//! itself.
#![allow(unsafe_code)]

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use zeroize::Zeroize;

use super::super::*;
use crate::testing::alone;

const MASK: u8 = 0x55;
const LENGTH: usize = 64;

/// A text that is nowhere else in memory, and the same masked.
fn unheard_of() -> (ProtectedText, [u8; LENGTH]) {
    let dice = RandomState::new();
    let mut text = String::with_capacity(LENGTH);
    let mut masked = [0; LENGTH];
    for (number, place) in masked.iter_mut().enumerate() {
        let letter = b'a' + (dice.hash_one(number) % 26) as u8;
        text.push(char::from(letter));
        *place = letter ^ MASK;
    }
    let kept = ProtectedText::new(&text);
    text.zeroize();
    (kept, masked)
}

/// The kernel's flags of each mapping in which the text is.
fn mappings_with(masked: &[u8; LENGTH]) -> Vec<String> {
    let memory = File::open("/proc/self/mem").unwrap();
    let mut chunk = vec![0_u8; 4 << 20];
    let start = chunk.as_ptr() as u64;
    let own = start..start + chunk.len() as u64;
    let mut found = Vec::new();
    for (range, flags) in mappings() {
        // Its own notes are left out of the search, and nothing around them.
        let before = range.start..range.end.min(own.start);
        let after = range.start.max(own.end)..range.end;
        for part in [before, after].into_iter().filter(|part| !part.is_empty()) {
            found.extend((0..occurrences(&memory, &mut chunk, part, masked)).map(|_| flags.clone()));
        }
    }
    found
}

fn occurrences(memory: &File, chunk: &mut [u8], mut range: Range<u64>, masked: &[u8; LENGTH]) -> usize {
    let hit = |window: &&[u8]| window.iter().zip(masked).all(|(byte, masked)| byte ^ MASK == *masked);
    let mut count = 0;
    while range.end - range.start >= LENGTH as u64 {
        let size = chunk.len().min((range.end - range.start) as usize);
        // What has gone since it was listed, or can't be read, holds nothing.
        let Ok(read) = memory.read_at(&mut chunk[..size], range.start) else { break };
        count += chunk[..read].windows(LENGTH).filter(hit).count();
        chunk[..size].fill(0);
        // The next begins with the first window that was not whole, so that each is seen once.
        range.start += (read + 1).saturating_sub(LENGTH).max(1) as u64;
        if read < size {
            break;
        }
    }
    count
}

/// The writable mappings with their flags.
fn mappings() -> Vec<(Range<u64>, String)> {
    let text = std::fs::read_to_string("/proc/self/smaps").unwrap();
    let mut found: Vec<(Range<u64>, String)> = Vec::new();
    let mut writable = false;
    for line in text.lines() {
        let first = line.split(' ').next().unwrap_or_default();
        let number = |text| u64::from_str_radix(text, 16).ok();
        if let Some((Some(start), Some(end))) = first.split_once('-').map(|(a, b)| (number(a), number(b))) {
            writable = line[first.len()..].starts_with(" rw");
            if writable {
                found.push((start..end, String::new()));
            }
        } else if let (Some(flags), true, Some(last)) = (line.strip_prefix("VmFlags: "), writable, found.last_mut()) {
            last.1 = flags.to_owned();
        }
    }
    found
}

#[test]
fn a_text_is_in_no_core_dump_and_gone_when_dropped() {
    alone(concat!(module_path!(), "::a_text_is_in_no_core_dump_and_gone_when_dropped"), || {
        let (text, masked) = unheard_of();
        let clone = text.clone();
        let found = mappings_with(&masked);
        assert_eq!(found.len(), 1, "copies: {found:?}");
        assert!(found[0].split(' ').any(|flag| flag == "dd"), "a core dump would hold it: {}", found[0]);
        drop(text);
        assert_eq!(mappings_with(&masked).len(), 1, "somebody still has it");
        drop(clone);
        assert_eq!(mappings_with(&masked), Vec::<String>::new(), "a dropped text is still there");
    });
}

#[test]
fn a_text_on_the_heap_is_gone_when_dropped() {
    alone(concat!(module_path!(), "::a_text_on_the_heap_is_gone_when_dropped"), || {
        let (text, masked) = unheard_of();
        let on_heap = text.with_text(|text| ProtectedText::kept(text, Err(io::ErrorKind::OutOfMemory.into())));
        drop(text);
        let found = mappings_with(&masked);
        assert_eq!(found.len(), 1, "the search does not see the heap: {found:?}");
        assert!(!found[0].split(' ').any(|flag| flag == "dd"), "{found:?}");
        drop(on_heap);
        assert_eq!(mappings_with(&masked), Vec::<String>::new(), "a dropped text is still there");
    });
}

#[test]
fn a_forked_child_finds_zeros_and_may_drop_them() {
    let (text, _) = unheard_of();
    // SAFETY: the child of this many-threaded process reads and unmaps a page, and leaves without any clean-up.
    let status = unsafe {
        match libc::fork() {
            0 => {
                let zeros = text.bytes().iter().all(|byte| *byte == 0);
                let Place::Pages(pages) = &*text.0 else { libc::_exit(2) };
                drop(std::ptr::read(pages));
                libc::_exit(if zeros { 0 } else { 1 })
            }
            child => {
                assert!(child > 0);
                let mut status = -1;
                assert_eq!(libc::waitpid(child, &mut status, 0), child);
                status
            }
        }
    };
    assert_eq!(status, 0, "the child saw the secret, or crashed");
    text.with_text(|text| assert!(text.bytes().all(|byte| byte.is_ascii_lowercase()), "the parent's own is untouched"));
}

#[test]
fn a_dropped_text_gives_its_pages_back() {
    alone(concat!(module_path!(), "::a_dropped_text_gives_its_pages_back"), || {
        const SIZE: usize = 1 << 20;
        const TIMES: usize = 1024;
        let mapped_pages = || -> usize {
            let text = std::fs::read_to_string("/proc/self/statm").unwrap();
            text.split(' ').next().unwrap().parse().unwrap()
        };
        let text = "x".repeat(SIZE);
        let before = mapped_pages();
        (0..TIMES).for_each(|_| drop(ProtectedText::new(&text)));
        // SAFETY: a question without arguments that matter.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap();
        let grown = mapped_pages().saturating_sub(before) * page;
        assert!(grown < SIZE * TIMES / 2, "{grown} bytes stay mapped");
    });
}
