//! Login
//!
//! OAuth 2.0 authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636) in the system browser (RFC 8252), and
//! OpenID Connect Core 1.0 section 3.1 on top. Start it, poll the status, and it ends in `LATCHKEY_STATE_SIGNED_IN`, or in
//! `LATCHKEY_STATE_SIGNED_OUT` with the reason in `error`.

use std::ffi::{CString, c_char};

use super::boundary::{
    Versioned, c_string, free, guard, guard_or, handed_out, items, must_be_zero, optional_text, read_versioned,
    required, required_text, written_last,
};
use super::client::{latchkey_client, with_client};
use super::result::latchkey_result;
use crate::client::{Prompt, PromptKind};
use crate::error::Result;
use crate::login::LoginOptions;

/// `max_age_s` is meant, also when it is 0.
pub const LATCHKEY_LOGIN_MAX_AGE: u32 = 1;

/// One further parameter of the authorization request.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct latchkey_parameter {
    /// Not one that the library sets itself (`client_id`, `state`, `nonce`, `redirect_uri`, …).
    pub name: *const c_char,
    /// Sent percent-encoded.
    pub value: *const c_char,
}

/// What to ask of the provider in this login. Start from `LATCHKEY_LOGIN_OPTIONS_INIT`; all of it may stay zero. Texts are
/// copied. OpenID Connect Core 1.0 section 3.1.2.1, unless noted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct latchkey_login_options {
    /// `sizeof(latchkey_login_options)`, set by `LATCHKEY_LOGIN_OPTIONS_INIT`.
    pub struct_size: u32,
    /// `LATCHKEY_LOGIN_*`, or-ed.
    pub flags: u32,
    /// `login` (ask for the password again), `select_account`, `consent`, `none`.
    pub prompt: *const c_char,
    /// Who it probably is: an e-mail address or a user name.
    pub login_hint: *const c_char,
    /// How strongly the player must sign in, by the provider's names, separated by spaces.
    pub acr_values: *const c_char,
    /// Languages of the provider's pages, BCP 47, separated by spaces.
    pub ui_locales: *const c_char,
    /// The API that the access token is for, where the provider uses `audience`.
    pub audience: *const c_char,
    /// The API that the access token is for, RFC 8707.
    pub resource: *const c_char,
    /// Scopes of this login instead of the configuration's.
    pub scopes: *const c_char,
    /// Free pairs.
    pub extra_parameters: *const latchkey_parameter,
    /// How many there are.
    pub extra_parameter_count: u32,
    /// How many seconds ago the player may have signed in at the provider; counts with `LATCHKEY_LOGIN_MAX_AGE`, and is verified.
    pub max_age_s: u32,
    /// How long the player may take, in milliseconds. 0: the configuration's.
    pub login_timeout_ms: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: `repr(C)`, `struct_size` first, only integers and pointers, padded by hand.
unsafe impl Versioned for latchkey_login_options {
    const SMALLEST: usize = std::mem::offset_of!(latchkey_login_options, reserved) + size_of::<u32>();
    const INITIALISER: &'static str = "LATCHKEY_LOGIN_OPTIONS_INIT";
}

/// Begins a login and returns at once; the status is `LATCHKEY_STATE_STARTING` when it does. A login that was still waiting is
/// cancelled and replaced (the player closed the tab and clicked again), and its late answer changes nothing. A player who is
/// signed in stays so until the new login succeeds. Any thread.
///
/// Errors at once: `LATCHKEY_INVALID_ARGUMENT`, `LATCHKEY_CONFIGURATION` (an option that can't work), `LATCHKEY_NOT_SUPPORTED`,
/// `LATCHKEY_INVALID_STATE`. Errors in the status, later: `LATCHKEY_NETWORK`, `LATCHKEY_PROVIDER_ERROR`, `LATCHKEY_DENIED`,
/// `LATCHKEY_CANCELLED`, `LATCHKEY_TIMED_OUT`, `LATCHKEY_TOKEN_REJECTED`, `LATCHKEY_WRONG_CLOCK`, `LATCHKEY_PORT_IN_USE`,
/// `LATCHKEY_BROWSER_UNAVAILABLE`, `LATCHKEY_CONFIGURATION`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_start_login(
    client: *mut latchkey_client,
    options: *const latchkey_login_options,
) -> latchkey_result {
    guard(|| {
        with_client(client, |client| {
            // SAFETY: the caller's struct and texts live through this call, as the header asks.
            let options = unsafe { parse(options) }?;
            client.start_login(options)
        })
    })
}

/// Ends a login that is under way: within 100 milliseconds nobody listens at the callback's port any more. The status becomes what it was
/// before the login, with `LATCHKEY_CANCELLED` as its error. Also ends the wait for the browser of a logout. Any thread; does not wait.
///
/// Errors: `LATCHKEY_INVALID_STATE` when there is nothing to cancel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_cancel_login(client: *mut latchkey_client) -> latchkey_result {
    guard(|| with_client(client, |client| client.cancel_login()))
}

/// A sign-in.
pub const LATCHKEY_PROMPT_LOGIN: u32 = 0;
/// The end of the provider's browser session, after `latchkey_logout`.
pub const LATCHKEY_PROMPT_LOGOUT: u32 = 1;

/// What the player has to do, for hosts that show it themselves. Freed with `latchkey_prompt_free`.
pub struct latchkey_prompt {
    kind: u32,
    url: CString,
}

/// Hands out what the player has to do: the URL to open. There in `LATCHKEY_STATE_WAITING_FOR_PLAYER`, and in
/// `LATCHKEY_STATE_SIGNING_OUT` while the browser is needed. The caller frees it. Any thread; never waits.
///
/// Errors: `LATCHKEY_INVALID_STATE` when there is nothing to do for the player.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_get_prompt(
    client: *const latchkey_client,
    out_prompt: *mut *mut latchkey_prompt,
) -> latchkey_result {
    guard(|| {
        let out = written_last(out_prompt, "out_prompt")?;
        let prompt = with_client(client, |client| client.prompt())?;
        // SAFETY: checked for NULL above; the header asks for a writable pointer.
        unsafe { out.write(handed_out(prompt.into())) };
        Ok(())
    })
}

/// One of `LATCHKEY_PROMPT_*`.
///
/// Errors: `LATCHKEY_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_kind(prompt: *const latchkey_prompt, out_kind: *mut u32) -> latchkey_result {
    guard(|| {
        let out = written_last(out_kind, "out_kind")?;
        // SAFETY: NULL or a prompt that was not freed, as the header asks.
        let prompt = required(unsafe { prompt.as_ref() }, "prompt is NULL")?;
        // SAFETY: checked for NULL above; the header asks for a writable pointer.
        unsafe { out.write(prompt.kind) };
        Ok(())
    })
}

/// The URL to open in a browser. Lives until the prompt is freed; NULL only for a NULL prompt. It holds one-time values of this
/// login: show it to the player, do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_url(prompt: *const latchkey_prompt) -> *const c_char {
    // SAFETY: NULL or a prompt that was not freed, as the header asks.
    guard_or(std::ptr::null(), || unsafe { prompt.as_ref() }.map(|prompt| prompt.url.as_ptr()))
}

/// Frees a prompt. NULL is accepted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_free(prompt: *mut latchkey_prompt) {
    // SAFETY: NULL or a prompt of ours, freed once, as the header asks.
    unsafe { free(prompt) }
}

impl From<Prompt> for latchkey_prompt {
    fn from(prompt: Prompt) -> Self {
        let kind = match prompt.kind {
            PromptKind::Login => LATCHKEY_PROMPT_LOGIN,
            PromptKind::Logout => LATCHKEY_PROMPT_LOGOUT,
        };
        Self { kind, url: c_string(prompt.url.as_str()) }
    }
}

unsafe fn parse(options: *const latchkey_login_options) -> Result<LoginOptions> {
    // SAFETY: `options` is NULL or points to `struct_size` readable bytes.
    let raw = unsafe { read_versioned(options, "options") }?;
    must_be_zero(raw.flags & !LATCHKEY_LOGIN_MAX_AGE, "options: flags")?;
    must_be_zero(raw.reserved, "options: reserved")?;
    // SAFETY: every pointer inside is NULL or NUL-terminated text.
    let text = |pointer, field| unsafe { optional_text(pointer, field) };
    let named = [
        ("prompt", text(raw.prompt, "prompt")?),
        ("login_hint", text(raw.login_hint, "login_hint")?),
        ("acr_values", text(raw.acr_values, "acr_values")?),
        ("ui_locales", text(raw.ui_locales, "ui_locales")?),
        ("audience", text(raw.audience, "audience")?),
        ("resource", text(raw.resource, "resource")?),
    ];
    // SAFETY: the host promises `extra_parameter_count` readable pairs.
    let extra = unsafe { parameters(raw.extra_parameters, raw.extra_parameter_count) }?;
    let named = named.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    LoginOptions::parse(
        named,
        extra,
        text(raw.scopes, "scopes")?,
        (raw.flags & LATCHKEY_LOGIN_MAX_AGE != 0).then_some(raw.max_age_s),
        raw.login_timeout_ms,
    )
}

unsafe fn parameters<'a>(pointer: *const latchkey_parameter, count: u32) -> Result<Vec<(&'a str, &'a str)>> {
    // SAFETY: as in `items`, whose contract this is.
    let raw = unsafe { items(pointer, count, "extra_parameters") }?;
    // SAFETY: NULL or NUL-terminated text, as the header asks.
    let text = |pointer, field| unsafe { required_text(pointer, field) };
    let pair = |raw: &latchkey_parameter| {
        Ok((text(raw.name, "extra_parameters: name")?, text(raw.value, "extra_parameters: value")?))
    };
    raw.iter().map(pair).collect()
}
