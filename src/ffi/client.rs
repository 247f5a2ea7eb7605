//! Clients
//!
//! A client is one player's identity at one provider; split screen has two. All calls take any thread, and none but
//! `latchkey_client_destroy` waits.

use std::ffi::c_char;
use std::sync::Arc;

use super::boundary::{copy_out_text, guard, written_last};
use super::config::{latchkey_config, parse};
use super::handles;
use super::result::latchkey_result;
use crate::client::{Client, Draft};
use crate::runtime;

/// One player's identity. Made by `latchkey_client_create`, ended by `latchkey_client_destroy`. The pointer is a ticket, not an
/// address: a client that was destroyed is recognised and answered with `LATCHKEY_INVALID_ARGUMENT`.
pub struct latchkey_client {
    _ticket: [u8; 0],
}

/// Makes a client and starts to look the provider up, so that a later login is quick. `config` may be freed when the call
/// returns. `out_client` gets the client, which the caller destroys.
///
/// Errors: `LATCHKEY_CONFIGURATION` (the sentence goes to the log; `latchkey_config_check` gives it too),
/// `LATCHKEY_INVALID_ARGUMENT`, `LATCHKEY_NOT_SUPPORTED` for a field that only a newer library knows,
/// `LATCHKEY_INVALID_STATE` in a forked child, `LATCHKEY_INTERNAL_ERROR` if no thread could be started.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_client_create(
    config: *const latchkey_config,
    out_client: *mut *mut latchkey_client,
) -> latchkey_result {
    guard(|| {
        let out = written_last(out_client, "out_client")?;
        runtime::refuse_in_forked_child()?;
        // SAFETY: the caller's struct and texts live through this call, as the header asks.
        let (config, vault) = unsafe { parse(config) }.inspect_err(|error| crate::log::error!("client: {error}"))?;
        let draft = Draft::new(config, vault);
        let ticket = handles::insert(|background, status| draft.start(background, status))?;
        // SAFETY: checked for NULL above; the header asks for a writable pointer.
        unsafe { out.write(std::ptr::without_provenance_mut(ticket)) };
        Ok(())
    })
}

/// Ends a client: a login of it is cancelled, its sockets are closed, its tokens wiped. What is stored for the next launch
/// stays; `latchkey_logout` is what ends a session, and a revocation that it has begun goes on, with a socket and a token of its own,
/// until `latchkey_shutdown`. Waits until its sockets are closed, for 500 milliseconds at most. NULL and
/// a client that was destroyed already are accepted and do nothing. Any thread; other threads may be inside calls with the same client.
#[unsafe(no_mangle)]
pub extern "C" fn latchkey_client_destroy(client: *mut latchkey_client) {
    // Nobody could be told: the log has the record.
    let _ = guard(|| {
        runtime::refuse_in_forked_child()?;
        if let Some(closed) = handles::remove(client.addr()) {
            closed.end();
        }
        Ok(())
    });
}

/// Copies the sentence that tells a person about the last failure of this client: what happened, in the provider's own words
/// where it had any, and what to do about it. The empty text if nothing has failed since the last login began. A
/// call that was out of place (`LATCHKEY_INVALID_STATE`, `LATCHKEY_PENDING`) leaves it as it was. At most
/// `capacity` bytes with the NUL, cut at a character; `needed`, which may be NULL, gets the bytes that the whole takes with its
/// NUL. `buffer` may be NULL if `capacity` is 0. Any thread; never waits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_client_error(
    client: *const latchkey_client,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> latchkey_result {
    guard(|| {
        runtime::refuse_in_forked_child()?;
        let message = handles::get(client.addr())?.error_message();
        // SAFETY: as the header asks, `buffer` has room for `capacity` bytes and `needed` is NULL or writable.
        unsafe { copy_out_text(&message, buffer, capacity, needed) }
    })
}

/// Runs one call on a live client and keeps what failed for `latchkey_client_error`.
pub(super) fn with_client<T>(
    client: *const latchkey_client,
    call: impl FnOnce(&Arc<Client>) -> crate::error::Result<T>,
) -> crate::error::Result<T> {
    // Before any lock: in a forked child it may be held by a thread that does not exist.
    runtime::refuse_in_forked_child()?;
    let client = handles::get(client.addr())?;
    call(&client).inspect_err(|error| client.note_failed_call(error))
}
