//! What is measured: the call, and the two that it is compared with.
//!
//! All are called through a pointer that the compiler can't see through, as a host calls a library.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use support::Library;
use support::ffi::*;

/// One way to learn the status.
pub trait Rival: Sync {
    fn name(&self) -> &'static str;
    /// Asks so many times; a number that depends on all of the answers.
    fn ask(&self, times: u32) -> u64;
}

/// `latchkey_poll_status`, of one client or of many in turns.
pub struct Polled {
    poll: unsafe extern "C" fn(*const latchkey_client, *mut latchkey_status) -> latchkey_result,
    clients: Vec<usize>,
}

impl Polled {
    pub fn new(client: *const latchkey_client) -> Self {
        Self::in_turns(&[client.cast_mut()])
    }

    pub fn in_turns(clients: &[*mut latchkey_client]) -> Self {
        let poll = Library::load().functions.latchkey_poll_status;
        // Tickets, not addresses: a number is all that there is to them.
        Self { poll, clients: clients.iter().map(|client| client.addr()).collect() }
    }
}

/// As `LATCHKEY_STATUS_INIT`.
fn initial() -> latchkey_status {
    // SAFETY: integers, all of which may be zero.
    let mut status: latchkey_status = unsafe { std::mem::zeroed() };
    status.struct_size = size_of::<latchkey_status>() as u32;
    status
}

impl Rival for Polled {
    fn name(&self) -> &'static str {
        "poll"
    }

    fn ask(&self, times: u32) -> u64 {
        let (poll, mut status, mut revision) = (black_box(self.poll), initial(), 0);
        let mut next = 0;
        for _ in 0..times {
            let client = std::ptr::without_provenance(self.clients[next]);
            next = if next + 1 == self.clients.len() { 0 } else { next + 1 };
            // SAFETY: a ticket, and a struct that is writable and has its size.
            let code = unsafe { poll(client, &mut status) };
            assert_eq!(code, LATCHKEY_OK);
            revision ^= black_box(&status).revision;
        }
        revision
    }
}

/// One relaxed load: the least that asking another thread can cost.
#[derive(Default)]
pub struct Loaded(AtomicU64);

fn load(from: &AtomicU64) -> u64 {
    from.load(Ordering::Relaxed)
}

impl Rival for Loaded {
    fn name(&self) -> &'static str {
        "atomic"
    }

    fn ask(&self, times: u32) -> u64 {
        let load = black_box(load as fn(&AtomicU64) -> u64);
        (0..times).fold(0, |sum, _| sum ^ load(&self.0))
    }
}

/// A mutex around the same struct: how it is mostly done.
pub struct Guarded(Mutex<latchkey_status>);

impl Default for Guarded {
    fn default() -> Self {
        Self(Mutex::new(initial()))
    }
}

fn copy(from: &Mutex<latchkey_status>, to: &mut latchkey_status) {
    *to = *from.lock().unwrap_or_else(PoisonError::into_inner);
}

impl Rival for Guarded {
    fn name(&self) -> &'static str {
        "mutex"
    }

    fn ask(&self, times: u32) -> u64 {
        let (copy, mut status) = (black_box(copy as fn(&Mutex<latchkey_status>, &mut latchkey_status)), initial());
        (0..times).fold(0, |sum, _| {
            copy(&self.0, &mut status);
            sum ^ black_box(&status).revision
        })
    }
}
