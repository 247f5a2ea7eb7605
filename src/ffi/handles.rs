//! The table behind `latchkey_client *`.
//!
//! A handle is a ticket: the number of a place and the generation of its tenant. It is compared, never dereferenced, so a
//! client that was destroyed, or never was, is recognised whatever the host does. Places are made as they are needed and are
//! never freed, only let again; that is what lets `poll_status` read one without a lock while clients come and go.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::status::{Status, StatusCell};

const FIRST_BLOCK: usize = 16;
const BLOCKS: usize = 12;
/// Low bits of a handle: the number of the place. 16 bits hold all that `BLOCKS` can make, also where a pointer has 32.
const NUMBER_BITS: u32 = 16;

static TABLE: Table = Table {
    blocks: [const { OnceLock::new() }; BLOCKS],
    vacancies: Mutex::new(Vacancies { returned: Vec::new(), made: 0 }),
};

struct Table {
    /// Block `n` holds `FIRST_BLOCK << n` places.
    blocks: [OnceLock<Box<[Place]>>; BLOCKS],
    vacancies: Mutex<Vacancies>,
}

struct Vacancies {
    returned: Vec<usize>,
    made: usize,
}

#[derive(Default)]
struct Place {
    /// Odd while it is let.
    generation: AtomicUsize,
    status: Arc<StatusCell>,
    client: Mutex<Option<Arc<Client>>>,
}

/// Lets a place to the client that `make` returns.
pub(super) fn insert(make: impl FnOnce(Arc<StatusCell>) -> Result<Arc<Client>>) -> Result<usize> {
    let number = TABLE.vacancies.lock().take().ok_or_else(|| {
        Error::new(Code::InvalidState, "too many clients at once: destroy those that are no longer needed")
    })?;
    let place = TABLE.place_or_new(number);
    match make(Arc::clone(&place.status)) {
        Ok(client) => {
            *place.client.lock() = Some(client);
            let generation = place.generation.fetch_add(1, Ordering::Release) + 1;
            Ok(ticket(number, generation))
        }
        Err(error) => {
            TABLE.vacancies.lock().returned.push(number);
            Err(error)
        }
    }
}

/// The client of a ticket.
pub(super) fn get(client: usize) -> Result<Arc<Client>> {
    let place = let_place(client)?;
    let tenant = place.client.lock().clone();
    // Between the two checks the place may have got another tenant.
    if_still_let(place, client)?;
    tenant.ok_or_else(|| unknown(client))
}

/// The status of a ticket's client; takes no lock.
pub(super) fn read_status(client: usize) -> Result<Status> {
    let place = let_place(client)?;
    let status = place.status.read();
    std::sync::atomic::fence(Ordering::Acquire);
    if_still_let(place, client)?;
    Ok(status)
}

/// Ends a ticket. The client is returned to whoever was first to end it.
pub(super) fn remove(client: usize) -> Option<Arc<Client>> {
    let place = let_place(client).ok()?;
    let mut tenant = place.client.lock();
    if_still_let(place, client).ok()?;
    place.generation.fetch_add(1, Ordering::AcqRel);
    let removed = tenant.take();
    drop(tenant);
    TABLE.vacancies.lock().returned.push(number_of(client));
    removed
}

/// Ends every ticket. The clients are returned.
pub(super) fn remove_all() -> Vec<Arc<Client>> {
    let made = TABLE.vacancies.lock().made;
    let let_tickets = (0..made).filter_map(|number| {
        let generation = TABLE.place(number)?.generation.load(Ordering::Acquire);
        (generation % 2 == 1).then(|| ticket(number, generation))
    });
    let_tickets.filter_map(remove).collect()
}

fn let_place(client: usize) -> Result<&'static Place> {
    let place = TABLE.place(number_of(client)).ok_or_else(|| unknown(client))?;
    if_still_let(place, client)?;
    Ok(place)
}

fn if_still_let(place: &Place, client: usize) -> Result<()> {
    let generation = place.generation.load(Ordering::Acquire);
    let is_let = generation % 2 == 1 && ticket(number_of(client), generation) == client;
    if is_let { Ok(()) } else { Err(unknown(client)) }
}

fn unknown(client: usize) -> Error {
    let message = if client == 0 { "client is NULL" } else { "client was destroyed, or is none of this library's" };
    Error::new(Code::InvalidArgument, message)
}

fn ticket(number: usize, generation: usize) -> usize {
    generation << NUMBER_BITS | number
}

fn number_of(ticket: usize) -> usize {
    ticket & ((1 << NUMBER_BITS) - 1)
}

/// Which block a place is in, and where in it.
fn coordinates(number: usize) -> (usize, usize) {
    let block = (number / FIRST_BLOCK + 1).ilog2() as usize;
    (block, number - FIRST_BLOCK * ((1 << block) - 1))
}

impl Table {
    fn place(&self, number: usize) -> Option<&Place> {
        let (block, index) = coordinates(number);
        self.blocks.get(block)?.get()?.get(index)
    }

    fn place_or_new(&'static self, number: usize) -> &'static Place {
        let (block, index) = coordinates(number);
        let places = self.blocks[block].get_or_init(|| (0..FIRST_BLOCK << block).map(|_| Place::default()).collect());
        &places[index]
    }
}

impl Vacancies {
    fn take(&mut self) -> Option<usize> {
        if let Some(number) = self.returned.pop() {
            return Some(number);
        }
        let number = self.made;
        let most = FIRST_BLOCK * ((1 << BLOCKS) - 1);
        (number < most).then(|| {
            self.made += 1;
            number
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_fill_their_blocks_without_gap_or_overlap() {
        let mut expected = (0, 0);
        for number in 0..5000 {
            assert_eq!(coordinates(number), expected);
            expected.1 += 1;
            if expected.1 == FIRST_BLOCK << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
        let most = FIRST_BLOCK * ((1 << BLOCKS) - 1);
        assert!(most <= 1 << NUMBER_BITS);
        assert_eq!(coordinates(most - 1).0, BLOCKS - 1);
    }

    #[test]
    fn made_up_handles_are_refused() {
        for address in [0, 1, 16, 1 << 16, usize::MAX, 0xffff] {
            let code = get(address).err().map(|error| error.code);
            assert_eq!(code, Some(Code::InvalidArgument));
            assert!(remove(address).is_none());
        }
    }
}
