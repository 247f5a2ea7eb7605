//! Login
//!
//! OAuth 2.0 authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636) in the system browser (RFC 8252), and
//! OpenID Connect Core 1.0 section 3.1 on top. Start it, poll the status, and it ends in `LATCHKEY_STATE_SIGNED_IN`, or in
//! `LATCHKEY_STATE_SIGNED_OUT` with the reason in `error`.
//!
//! On a machine without a browser or without a keyboard (`LATCHKEY_LOGIN_DEVICE`) it is the device authorization grant (RFC 8628)
//! instead: the host shows the code, the address and the QR code of `latchkey_get_prompt`, the player signs in on a phone, and
//! the rest is the same.

use std::ffi::{CString, c_char};
use std::sync::Arc;

use super::boundary::{
    Versioned, c_string, free, guard, guard_or, handed_out, items, must_be_zero, optional_text, read_versioned,
    required, required_text, written_last,
};
use super::client::{latchkey_client, with_client};
use super::result::latchkey_result;
use crate::client::Prompt;
use crate::error::Result;
use crate::login::LoginOptions;
use crate::login::device::Instructions;
use crate::login::qr::Modules;

/// `max_age_s` is meant, also when it is 0.
pub const LATCHKEY_LOGIN_MAX_AGE: u32 = 1;
/// The player signs in on another screen (RFC 8628): consoles, televisions, kiosks. No port is bound and no browser opened,
/// whatever `latchkey_config.browser` says; the host shows what `latchkey_get_prompt` gives. `LATCHKEY_NOT_SUPPORTED` in the
/// status where the provider has no endpoint for it (`device_authorization_endpoint`).
pub const LATCHKEY_LOGIN_DEVICE: u32 = 2;

/// One further parameter of the authorization request.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct latchkey_parameter {
    /// Not one that the library sets itself (`client_id`, `state`, `nonce`, `redirect_uri` and others).
    pub name: *const c_char,
    /// Sent percent-encoded.
    pub value: *const c_char,
}

/// What to ask of the provider in this login. Start from `LATCHKEY_LOGIN_OPTIONS_INIT`; all of it may stay zero. Texts are
/// copied. OpenID Connect Core 1.0 section 3.1.2.1, unless noted. With `LATCHKEY_LOGIN_DEVICE` the same go to the device authorization
/// endpoint, where a provider may know fewer of them.
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
/// `LATCHKEY_BROWSER_UNAVAILABLE`, `LATCHKEY_CONFIGURATION`, `LATCHKEY_NOT_SUPPORTED`.
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
/// before the login, with `LATCHKEY_CANCELLED` as its error. A resume is ended as well, and the wait of a logout for browser and provider:
/// the player stays signed out. Any thread; does not wait.
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
/// A sign-in on another screen, with `LATCHKEY_LOGIN_DEVICE`. Show the code and the verification URL, also beside the QR code: the
/// player compares the code (RFC 8628 sections 3.3.1 and 5.4). They are good until the status' `deadline`.
pub const LATCHKEY_PROMPT_DEVICE: u32 = 2;

/// What the player has to do, for hosts that show it themselves. Freed with `latchkey_prompt_free`.
pub struct latchkey_prompt {
    kind: u32,
    url: CString,
    device: Option<Device>,
}

/// What only `LATCHKEY_PROMPT_DEVICE` has.
struct Device {
    user_code: CString,
    verification_url: CString,
    /// Also holds the QR code, which is not copied.
    instructions: Arc<Instructions>,
}

/// Hands out what the player has to do: the URL to open, or what to show them. There in `LATCHKEY_STATE_WAITING_FOR_PLAYER`, and in
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

/// The URL to open in a browser; with `LATCHKEY_PROMPT_DEVICE` in one on another machine, the same that the QR code holds: it has the
/// code in it where the provider makes it so (`verification_uri_complete`), and is the verification URL otherwise. Lives until the
/// prompt is freed; NULL only for a NULL prompt. It holds one-time values of this login: show it to the player, do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_url(prompt: *const latchkey_prompt) -> *const c_char {
    // SAFETY: NULL or a prompt that was not freed, as the header asks.
    guard_or(std::ptr::null(), || unsafe { prompt.as_ref() }.map(|prompt| prompt.url.as_ptr()))
}

/// The code that the player types on the other screen, or compares with what it shows. Printable ASCII, at most 64 characters, as
/// the provider writes it. Lives until the prompt is freed; NULL for other kinds than `LATCHKEY_PROMPT_DEVICE`. Do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_user_code(prompt: *const latchkey_prompt) -> *const c_char {
    // SAFETY: as in `device`, whose contract this is.
    guard_or(std::ptr::null(), || unsafe { device(prompt) }.map(|device| device.user_code.as_ptr()))
}

/// The URL at which the player types the code; short enough to be typed itself. https, or http on loopback. Lives until the
/// prompt is freed; NULL for other kinds than `LATCHKEY_PROMPT_DEVICE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_verification_url(prompt: *const latchkey_prompt) -> *const c_char {
    // SAFETY: as in `device`, whose contract this is.
    guard_or(std::ptr::null(), || unsafe { device(prompt) }.map(|device| device.verification_url.as_ptr()))
}

/// How many modules a side of the QR code of `latchkey_prompt_url` has, 21 to 121, without the quiet zone: leave at least four light
/// modules around it (ISO/IEC 18004). 0 for other kinds than `LATCHKEY_PROMPT_DEVICE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_qr_size(prompt: *const latchkey_prompt) -> u32 {
    // SAFETY: as in `device`, whose contract this is.
    guard_or(0, || unsafe { device(prompt) }?.instructions.qr.as_ref().map(Modules::size))
}

/// The modules of the QR code: `size * size` bytes (`latchkey_prompt_qr_size`), row by row from the top left, 1 dark, 0 light. Lives
/// until the prompt is freed; NULL for other kinds than `LATCHKEY_PROMPT_DEVICE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_qr_modules(prompt: *const latchkey_prompt) -> *const u8 {
    // SAFETY: as in `device`, whose contract this is.
    guard_or(std::ptr::null(), || unsafe { device(prompt) }?.instructions.qr.as_ref().map(|qr| qr.cells().as_ptr()))
}

/// Frees a prompt. NULL is accepted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_prompt_free(prompt: *mut latchkey_prompt) {
    // SAFETY: NULL or a prompt of ours, freed once, as the header asks.
    unsafe { free(prompt) }
}

impl From<Prompt> for latchkey_prompt {
    fn from(prompt: Prompt) -> Self {
        let (kind, url, device) = match prompt {
            Prompt::Login(url) => (LATCHKEY_PROMPT_LOGIN, c_string(url.as_str()), None),
            Prompt::Logout(url) => (LATCHKEY_PROMPT_LOGOUT, c_string(url.as_str()), None),
            Prompt::Device(instructions) => {
                (LATCHKEY_PROMPT_DEVICE, c_string(instructions.url.as_str()), Some(Device::from(instructions)))
            }
        };
        Self { kind, url, device }
    }
}

impl From<Arc<Instructions>> for Device {
    fn from(instructions: Arc<Instructions>) -> Self {
        Self {
            user_code: c_string(&instructions.user_code),
            verification_url: c_string(instructions.verification_url.as_str()),
            instructions,
        }
    }
}

unsafe fn device<'a>(prompt: *const latchkey_prompt) -> Option<&'a Device> {
    // SAFETY: NULL or a prompt that was not freed, as the header asks.
    unsafe { prompt.as_ref() }?.device.as_ref()
}

unsafe fn parse(options: *const latchkey_login_options) -> Result<LoginOptions> {
    // SAFETY: `options` is NULL or points to `struct_size` readable bytes.
    let raw = unsafe { read_versioned(options, "options") }?;
    must_be_zero(raw.flags & !(LATCHKEY_LOGIN_MAX_AGE | LATCHKEY_LOGIN_DEVICE), "options: flags")?;
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
    let options = LoginOptions::parse(
        named,
        extra,
        text(raw.scopes, "scopes")?,
        (raw.flags & LATCHKEY_LOGIN_MAX_AGE != 0).then_some(raw.max_age_s),
        raw.login_timeout_ms,
    )?;
    Ok(LoginOptions { on_another_screen: raw.flags & LATCHKEY_LOGIN_DEVICE != 0, ..options })
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
