//! Session
//!
//! After sign-in: the session of last time, tokens for the game's backend, and the end of it. Where the configuration says so
//! (`storage`) a session survives the process; several processes of one player (launcher, game, editor) share it.

use std::ffi::{CString, c_char};

use zeroize::Zeroize;

use super::boundary::{c_string, free, guard, guard_or, handed_out, required, written_last};
use super::client::{latchkey_client, with_client};
use super::result::latchkey_result;
use crate::client::LogoutMode;
use crate::session::AccessToken;

/// Takes up the session of last time, without a browser. Call it at launch. The status is `LATCHKEY_STATE_STARTING` while the store
/// is read; then it is `LATCHKEY_STATE_SIGNED_IN` with the stored profile at once, and a fresh token follows
/// (`LATCHKEY_STATUS_REFRESHING`). Without a network the player stays signed in with `LATCHKEY_STATUS_OFFLINE`, and that clears by
/// itself when the network is back. With nothing stored the status is `LATCHKEY_STATE_SIGNED_OUT` again, and no error. Does nothing
/// when a player is signed in already, and with `LATCHKEY_STORAGE_MEMORY`. Any thread; never waits.
///
/// Errors at once: `LATCHKEY_INVALID_STATE` while a login or a logout is under way. In the status: `LATCHKEY_STORE_UNAVAILABLE`, also
/// for an entry that was altered (the next sign-in replaces it); `LATCHKEY_SESSION_EXPIRED` when the provider no longer accepts it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_resume_session(client: *mut latchkey_client) -> latchkey_result {
    guard(|| with_client(client, |client| client.resume_session()))
}

/// An access token. Freed with `latchkey_token_free`, which wipes it. What a getter points into lives until then.
pub struct latchkey_token {
    text: CString,
    scopes: CString,
    expires_at: i64,
}

/// Hands out an access token that is good for at least `min_valid_s` seconds more (0: that has not expired). If the one at hand
/// is not, a new one is fetched in the background (RFC 6749 section 6) and the call answers `LATCHKEY_PENDING`: poll until
/// `LATCHKEY_STATUS_REFRESHING` is gone, then ask again. A token that was fetched this very minute is handed out however short
/// its life is, so that asking for more than the provider gives does not go on for ever. The caller frees it. Any thread;
/// never waits.
///
/// Errors: `LATCHKEY_PENDING`; `LATCHKEY_INVALID_STATE` when nobody is signed in; `LATCHKEY_SESSION_EXPIRED` when the token is too
/// old and the provider gave no refresh token (ask for the scope `offline_access`); the error of the last attempt to fetch one
/// (`LATCHKEY_NETWORK`, `LATCHKEY_PROVIDER_ERROR` and the like) for five seconds after it failed, or for as long as the provider wants to be
/// left alone (`Retry-After`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_get_access_token(
    client: *mut latchkey_client,
    min_valid_s: u32,
    out_token: *mut *mut latchkey_token,
) -> latchkey_result {
    guard(|| {
        let out = written_last(out_token, "out_token")?;
        let token = with_client(client, |client| client.access_token(min_valid_s))?;
        // SAFETY: checked for NULL above; the header asks for a writable pointer.
        unsafe { out.write(handed_out(latchkey_token::from(&token))) };
        Ok(())
    })
}

/// The token, as it goes into `Authorization: Bearer ...` (RFC 6750 section 2.1). NULL only for a NULL token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_token_text(token: *const latchkey_token) -> *const c_char {
    // SAFETY: NULL or a token that was not freed, as the header asks.
    guard_or(std::ptr::null(), || unsafe { token.as_ref() }.map(|token| token.text.as_ptr()))
}

/// `Bearer` (RFC 6750), spelt so however the provider writes it. Static text; NULL only for a NULL token. A provider that gives
/// another type is refused at sign-in (RFC 6749 section 7.1).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_token_type(token: *const latchkey_token) -> *const c_char {
    // SAFETY: NULL or a token that was not freed, as the header asks.
    guard_or(std::ptr::null(), || unsafe { token.as_ref() }.map(|_| c"Bearer".as_ptr()))
}

/// The scopes that were granted, separated by spaces. NULL only for a NULL token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_token_scopes(token: *const latchkey_token) -> *const c_char {
    // SAFETY: NULL or a token that was not freed, as the header asks.
    guard_or(std::ptr::null(), || unsafe { token.as_ref() }.map(|token| token.scopes.as_ptr()))
}

/// When it expires: seconds since 1970-01-01 UTC by this machine's clock. From the provider's `expires_in`, else from the `exp` that
/// the token itself carries, else from `default_token_lifetime_s`. 0 only for a NULL token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_token_expires_at(token: *const latchkey_token) -> i64 {
    // SAFETY: NULL or a token that was not freed, as the header asks.
    guard_or(0, || unsafe { token.as_ref() }.map(|token| token.expires_at))
}

/// Wipes and frees a token. NULL is accepted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_token_free(token: *mut latchkey_token) {
    // SAFETY: NULL or a token of ours, freed once, as the header asks.
    unsafe { free(token) }
}

/// Fetches a new access token now, though the one at hand may still be good: after the player's roles have changed, or when a
/// server refused it. Returns at once; `LATCHKEY_STATUS_REFRESHING` is set until it is done. One request, however many ask. Any thread.
///
/// A new ID token that comes with it renews the profile. Roles, permissions and tenants that an ID token told before and that this one
/// leaves out are gone; other claims that it leaves out stay. Without one, and for what userinfo told, which is asked at a sign-in
/// only, the profile stays as it is.
///
/// Errors: `LATCHKEY_INVALID_STATE` when nobody is signed in; `LATCHKEY_NOT_SUPPORTED` when the provider gave no refresh token
/// (ask for the scope `offline_access`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_refresh_session(client: *mut latchkey_client) -> latchkey_result {
    guard(|| with_client(client, |client| client.refresh_session()))
}

/// Ends the session on this device, and erases what is stored. No request, no browser.
pub const LATCHKEY_LOGOUT_LOCAL: u32 = 0;
/// Also revokes its tokens at the provider (RFC 7009).
pub const LATCHKEY_LOGOUT_REVOKE: u32 = 1;
/// Also revokes, and ends the provider's session in the browser (OpenID Connect RP-Initiated Logout 1.0), so that the next
/// sign-in can be another account.
pub const LATCHKEY_LOGOUT_END_SESSION: u32 = 2;

/// Ends the session. When the call returns nobody is signed in any more, whatever the network says. The rest happens in the
/// background (`LATCHKEY_STATE_SIGNING_OUT`, then `LATCHKEY_STATE_SIGNED_OUT`): what is stored is erased in every mode, also when
/// nobody is signed in, and the provider is told as far as `mode` says. A login that was under way is cancelled. With nobody
/// signed in and no storage there is nothing to do, and only the revision grows. Other programs of the session notice at their
/// next refresh. While a logout is under way another one answers `LATCHKEY_OK` and changes nothing. Any thread; never waits.
///
/// Erasing or revoking that fails for the moment is reported in the status and tried again in the background: erasing until the
/// client is destroyed, revoking until `latchkey_shutdown`. No other call ends a revocation: it goes on when the next login begins,
/// when the logout is cancelled, and when the client is destroyed.
///
/// Errors at once: `LATCHKEY_INVALID_ARGUMENT`. In the status: `LATCHKEY_STORE_UNAVAILABLE`; `LATCHKEY_NOT_SUPPORTED` when the provider
/// has no such endpoint, `LATCHKEY_NETWORK`, `LATCHKEY_PROVIDER_ERROR`, `LATCHKEY_TIMED_OUT`, `LATCHKEY_BROWSER_UNAVAILABLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_logout(client: *mut latchkey_client, mode: u32) -> latchkey_result {
    guard(|| {
        let known = match mode {
            LATCHKEY_LOGOUT_LOCAL => Some(LogoutMode::Local),
            LATCHKEY_LOGOUT_REVOKE => Some(LogoutMode::Revoke),
            LATCHKEY_LOGOUT_END_SESSION => Some(LogoutMode::EndSession),
            _ => None,
        };
        with_client(client, |client| client.logout(required(known, "mode is none of LATCHKEY_LOGOUT_*")?))
    })
}

impl From<&AccessToken> for latchkey_token {
    fn from(token: &AccessToken) -> Self {
        Self {
            text: token.with_text(c_string),
            scopes: c_string(&token.scopes.join(" ")),
            expires_at: token.expires_at_unix(),
        }
    }
}

impl Drop for latchkey_token {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}
