//! The table behind `latchkey_client *`.
//!
//! A handle is a ticket: the number of a place and the generation of its tenant. It is compared, never dereferenced, so a
//! client that was destroyed, or never was, is recognised whatever the host does. Places are made as they are needed and are
//! never freed, only let again; that is what lets `poll_status` read one without a lock while clients come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use parking_lot::Mutex;

use crate::client::{Client, Closed};
use crate::error::{Code, Error, Result};
use crate::runtime::{self, Background, Left};
use crate::status::{Numbers, StatusCell};

/// Low bits of a handle: the number of the place.
const NUMBER_BITS: u32 = 16;
const MOST: usize = 1 << NUMBER_BITS;
/// Places are made by so many at once.
const BLOCK: usize = 16;

/// NULL, or a block that stays for ever. All zeros at first, and nothing beside it that is not: so it takes no room in the file.
static BLOCKS: [AtomicPtr<[Place; BLOCK]>; MOST / BLOCK] =
    [const { AtomicPtr::new(std::ptr::null_mut()) }; MOST / BLOCK];
static VACANCIES: Mutex<Vacancies> = Mutex::new(Vacancies { returned: Vec::new(), made: 0 });

struct Vacancies {
    returned: Vec<usize>,
    made: usize,
}

/// Aligned, so that what one client publishes is on no line of the processor's cache that the readers of another want, nor on the one
/// that is fetched along.
#[repr(C, align(128))]
struct Place {
    status: StatusCell,
    /// The ticket of the tenant, or [`vacant`].
    ticket: AtomicUsize,
    tenancy: Mutex<Tenancy>,
}

struct Tenancy {
    /// How many there were.
    generation: usize,
    client: Option<Arc<Client>>,
}

/// Lets a place to the client that `start` returns. In one step with that: a client has a ticket as long as its thread runs.
pub(super) fn insert(start: impl FnOnce(&Background, &'static StatusCell) -> Arc<Client>) -> Result<usize> {
    let (number, place) = vacant_place().ok_or_else(|| {
        Error::new(Code::InvalidState, "too many clients at once: destroy those that are no longer needed")
    })?;
    let entered = runtime::enter(|background| place.let_to(start(background, &place.status), number));
    entered.inspect_err(|_| VACANCIES.lock().returned.push(number))
}

/// The client of a ticket.
pub(super) fn get(client: usize) -> Result<Arc<Client>> {
    let place = place_of(number_of(client)).ok_or_else(|| unknown(client))?;
    let tenancy = place.tenancy.lock();
    let tenant = tenancy.client.as_ref().filter(|_| place.is_let_to(client));
    tenant.cloned().ok_or_else(|| unknown(client))
}

/// The status of a ticket's client; takes no lock.
pub(super) fn read_status(client: usize) -> Result<Numbers> {
    glance(client).ok_or_else(|| unknown(client))
}

/// As [`read_status`], without the words for a ticket that is none.
#[inline(always)]
pub(super) fn glance(client: usize) -> Option<Numbers> {
    let place = place_of(number_of(client))?;
    let status = place.status.numbers();
    std::sync::atomic::fence(Ordering::Acquire);
    // Still, and so all the while: a place is never let twice under one number.
    place.is_let_to(client).then_some(status)
}

/// Ends a ticket, and closes its client, which is returned to whoever was first to end it.
pub(super) fn remove(client: usize) -> Option<Closed> {
    let number = number_of(client);
    let place = place_of(number)?;
    let mut tenancy = place.tenancy.lock();
    if !place.is_let_to(client) {
        return None;
    }
    place.ticket.store(vacant(number), Ordering::Release);
    let removed = tenancy.client.take();
    drop(tenancy);
    // Before the place is vacant: its next tenant publishes there under another lock.
    let closed = removed.map(Client::close);
    VACANCIES.lock().returned.push(number);
    closed
}

/// Ends every ticket, in one step with leaving the thread. The clients are returned, closed.
pub(super) fn remove_all() -> (Vec<Closed>, Left) {
    runtime::leave(|| {
        let made = VACANCIES.lock().made;
        // That of a vacant place is nobody's, and removes nothing.
        let tickets = (0..made).filter_map(|number| Some(place_of(number)?.ticket.load(Ordering::Acquire)));
        tickets.filter_map(remove).collect()
    })
}

fn unknown(client: usize) -> Error {
    let message = if client == 0 { "client is NULL" } else { "client was destroyed, or is none of this library's" };
    Error::new(Code::InvalidArgument, message)
}

#[inline(always)]
fn number_of(ticket: usize) -> usize {
    ticket % MOST
}

/// What a place has between two tenants: a ticket with another's number, so that no handle that leads here is it, nor is NULL.
fn vacant(number: usize) -> usize {
    !number
}

impl Place {
    fn new(number: usize) -> Self {
        Self {
            status: StatusCell::default(),
            ticket: AtomicUsize::new(vacant(number)),
            tenancy: Mutex::new(Tenancy { generation: 0, client: None }),
        }
    }

    fn let_to(&self, client: Arc<Client>, number: usize) -> usize {
        let mut tenancy = self.tenancy.lock();
        tenancy.client = Some(client);
        // From one, so that no handle is NULL; where a handle has 32 bits it may come to its end and begin anew.
        tenancy.generation = tenancy.generation % (usize::MAX >> NUMBER_BITS) + 1;
        let ticket = tenancy.generation << NUMBER_BITS | number;
        self.ticket.store(ticket, Ordering::Release);
        ticket
    }

    #[inline(always)]
    fn is_let_to(&self, client: usize) -> bool {
        self.ticket.load(Ordering::Acquire) == client
    }
}

#[inline(always)]
fn place_of(number: usize) -> Option<&'static Place> {
    // SAFETY: a block is published whole, and never freed.
    let block = unsafe { BLOCKS[number / BLOCK].load(Ordering::Acquire).as_ref() }?;
    Some(&block[number % BLOCK])
}

/// A place that nobody else is given until it is returned to the vacancies. None when there are too many.
fn vacant_place() -> Option<(usize, &'static Place)> {
    // Held until the block is there, so that it is made once.
    let mut vacancies = VACANCIES.lock();
    let number = vacancies.take()?;
    if place_of(number).is_none() {
        let first = number - number % BLOCK;
        let block = Box::new(std::array::from_fn(|index| Place::new(first + index)));
        BLOCKS[number / BLOCK].store(Box::into_raw(block), Ordering::Release);
    }
    Some((number, place_of(number)?))
}

impl Vacancies {
    fn take(&mut self) -> Option<usize> {
        if let Some(number) = self.returned.pop() {
            return Some(number);
        }
        let number = self.made;
        (number < MOST).then(|| {
            self.made += 1;
            number
        })
    }
}

#[cfg(test)]
mod tests;
