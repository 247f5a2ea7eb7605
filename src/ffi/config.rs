//! Configuration
//!
//! Start from the initialiser, set what is needed, leave the rest zero:
//!
//! ```c
//! latchkey_config config = LATCHKEY_CONFIG_INIT;
//! config.issuer = "https://id.example.com";
//! config.client_id = "my-game";
//! ```
//!
//! Texts are UTF-8 and NUL-terminated, and are copied by the call that takes the struct. NULL or "" means: not set.

use std::ffi::c_char;

use super::boundary::{Versioned, copy_out_text, guard, items, must_be_zero, optional_text, read_versioned, required};
use super::result::latchkey_result;
use super::store::{self, LATCHKEY_STORAGE_HOST, LATCHKEY_STORAGE_MEMORY, LATCHKEY_STORAGE_SYSTEM, latchkey_store};
use crate::config::{Browser, ClientAuth, Config, Input, RedirectHost, Storage};
use crate::error::{Error, Result};
use crate::session::store::host::HostVault;

/// `http://127.0.0.1:PORT/...`, or `[::1]` on a machine without IPv4: what RFC 8252 section 7.3 asks providers to accept, with any port.
pub const LATCHKEY_REDIRECT_LITERAL: u32 = 0;
/// `http://[::1]:PORT/...`
pub const LATCHKEY_REDIRECT_IPV6_LITERAL: u32 = 1;
/// `http://localhost:PORT/...`, bound on both families, for providers that accept nothing else (RFC 8252 section 8.3 advises against it).
pub const LATCHKEY_REDIRECT_LOCALHOST: u32 = 2;

/// The library opens the system's browser.
pub const LATCHKEY_BROWSER_SYSTEM: u32 = 0;
/// The host opens the URL that `latchkey_get_prompt` gives: a launcher, an overlay, another screen.
pub const LATCHKEY_BROWSER_HOST: u32 = 1;

/// `client_secret_basic`, RFC 6749 section 2.3.1.
pub const LATCHKEY_CLIENT_AUTH_BASIC: u32 = 0;
/// `client_secret_post`
pub const LATCHKEY_CLIENT_AUTH_POST: u32 = 1;

/// How to reach the provider and who the game is to it. Only `client_id`, and either `issuer` or the endpoints, must be set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct latchkey_config {
    /// `sizeof(latchkey_config)`, set by `LATCHKEY_CONFIG_INIT`.
    pub struct_size: u32,
    /// One of `LATCHKEY_REDIRECT_*`.
    pub redirect_host: u32,
    /// Issuer identifier, exactly as the provider writes it, with or without the slash at its end. Endpoints and keys are
    /// found from it (OpenID Connect Discovery 1.0 section 4). https, or http on loopback.
    pub issuer: *const c_char,
    /// The client (application) id from the provider's console.
    pub client_id: *const c_char,
    /// Only where the provider insists: a secret in a game is not secret (RFC 8252 section 8.5).
    pub client_secret: *const c_char,
    /// Separated by spaces. NULL: `openid profile email`. Without `openid` it is plain OAuth 2.0, and the profile comes from userinfo.
    pub scopes: *const c_char,
    /// Endpoints one by one, for providers without discovery; each one given wins over discovery.
    pub authorization_endpoint: *const c_char,
    /// RFC 6749 section 3.2.
    pub token_endpoint: *const c_char,
    /// OpenID Connect Core 1.0 section 5.3.
    pub userinfo_endpoint: *const c_char,
    /// The provider's keys, RFC 7517 section 5.
    pub jwks_uri: *const c_char,
    /// RFC 7009.
    pub revocation_endpoint: *const c_char,
    /// OpenID Connect RP-Initiated Logout 1.0 section 2.
    pub end_session_endpoint: *const c_char,
    /// Ports for the callback, tried in this order; NULL with a count of zero: any free port. Give them only where the provider
    /// compares the whole redirect URI.
    pub redirect_ports: *const u16,
    /// How many there are.
    pub redirect_port_count: u32,
    /// One of `LATCHKEY_BROWSER_*`.
    pub browser: u32,
    /// Path of the redirect URI. NULL: `/callback`.
    pub redirect_path: *const c_char,
    /// Path of the post-logout redirect URI. NULL: `/signed-out`.
    pub post_logout_path: *const c_char,
    /// How long a player may take, in the browser or on another screen, in milliseconds. 0: 300000 (five minutes).
    pub login_timeout_ms: u32,
    /// By how much clocks may differ when a token's times are checked, in seconds. 0: 60. At most 600.
    pub clock_leeway_s: u32,
    /// Claims that the game wants, separated by spaces. Where the ID token lacks one, userinfo is asked, which costs a request.
    /// NULL: a name if `profile` is among the scopes, `email` if `email` is. "" (empty): userinfo is never asked.
    pub wanted_claims: *const c_char,
    /// Where the player's id is. NULL: `sub`. For plain OAuth 2.0 providers, such as `id`. Like the three below: a claim's name,
    /// names joined by dots (`realm_access.roles`), or a JSON Pointer (RFC 6901).
    pub subject_claim: *const c_char,
    /// NULL: `roles`.
    pub roles_claim: *const c_char,
    /// NULL: `permissions`.
    pub permissions_claim: *const c_char,
    /// NULL: `tenants`.
    pub tenants_claim: *const c_char,
    /// Further certificate authorities as PEM text, beside the system's.
    pub ca_certificates: *const c_char,
    /// The game's name on the page that the player sees in the browser at the end.
    pub page_title: *const c_char,
    /// The sentence on that page. NULL: that the tab can be closed.
    pub page_message: *const c_char,
    /// The page's colour, `#rrggbb`.
    pub page_color: *const c_char,
    /// One of `LATCHKEY_CLIENT_AUTH_*`; matters only with `client_secret`.
    pub client_auth: u32,
    /// One of `LATCHKEY_STORAGE_*`: whether the session survives a restart, and where it is kept.
    pub storage: u32,
    /// Tells sessions of one issuer and client id apart: a second account, the other half of a split screen. At most 128
    /// bytes without control characters. NULL: `default`.
    pub profile_slot: *const c_char,
    /// The host's own vault, with `LATCHKEY_STORAGE_HOST`. Copied; what its context points to must live until `latchkey_shutdown` has
    /// answered `LATCHKEY_OK`, since a call into the vault may outlast the client.
    pub store: *const latchkey_store,
    /// How long an access token is taken to be good when neither the provider nor the token says, in seconds. 0: 3600.
    pub default_token_lifetime_s: u32,
    /// Zero.
    pub reserved: u32,
    /// RFC 8628 section 3.1, for a login with `LATCHKEY_LOGIN_DEVICE`.
    pub device_authorization_endpoint: *const c_char,
}

// SAFETY: `repr(C)`, `struct_size` first, only integers and pointers, padded by hand.
unsafe impl Versioned for latchkey_config {
    const SMALLEST: usize = std::mem::offset_of!(latchkey_config, storage) + size_of::<u32>();
    const INITIALISER: &'static str = "LATCHKEY_CONFIG_INIT";
}

/// Checks a configuration without making a client, for settings pages and tests. `buffer` gets the sentence that says what is
/// wrong and what to write instead, or the empty text; at most `capacity` bytes with the NUL, cut at a character. `needed`, which
/// may be NULL, gets the bytes that the whole takes with its NUL. `buffer` may be NULL if `capacity` is 0. These outputs are
/// written with `LATCHKEY_CONFIGURATION`, `LATCHKEY_NOT_SUPPORTED` and `LATCHKEY_INVALID_ARGUMENT` too. Any thread; never waits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_config_check(
    config: *const latchkey_config,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> latchkey_result {
    guard(|| {
        // SAFETY: the caller's struct and texts live through this call, as the header asks.
        let outcome = unsafe { parse(config) };
        let message = outcome.as_ref().err().map_or("", |error| &error.message);
        // SAFETY: as the header asks, `buffer` has room for `capacity` bytes and `needed` is NULL or writable.
        unsafe { copy_out_text(message, buffer, capacity, needed) }?;
        outcome.map(drop)
    })
}

/// Reads the struct and every text in it; with it comes the host's vault, if there is one.
pub(super) unsafe fn parse(config: *const latchkey_config) -> Result<(Config, Option<HostVault>)> {
    // SAFETY: `config` is NULL or points to `struct_size` readable bytes.
    let raw = unsafe { read_versioned(config, "config") }?;
    must_be_zero(raw.reserved, "config: reserved")?;
    // SAFETY: every pointer inside is NULL or NUL-terminated text.
    let text = |pointer, field| unsafe { optional_text(pointer, field) };
    let input = Input {
        issuer: text(raw.issuer, "issuer")?,
        client_id: text(raw.client_id, "client_id")?,
        client_secret: text(raw.client_secret, "client_secret")?,
        client_auth: client_auth(raw.client_auth)?,
        scopes: text(raw.scopes, "scopes")?,
        authorization_endpoint: text(raw.authorization_endpoint, "authorization_endpoint")?,
        token_endpoint: text(raw.token_endpoint, "token_endpoint")?,
        userinfo_endpoint: text(raw.userinfo_endpoint, "userinfo_endpoint")?,
        jwks_uri: text(raw.jwks_uri, "jwks_uri")?,
        revocation_endpoint: text(raw.revocation_endpoint, "revocation_endpoint")?,
        end_session_endpoint: text(raw.end_session_endpoint, "end_session_endpoint")?,
        device_authorization_endpoint: text(raw.device_authorization_endpoint, "device_authorization_endpoint")?,
        redirect_host: redirect_host(raw.redirect_host)?,
        // SAFETY: the host promises `redirect_port_count` readable ports.
        redirect_ports: unsafe { items(raw.redirect_ports, raw.redirect_port_count, "redirect_ports") }?,
        redirect_path: text(raw.redirect_path, "redirect_path")?,
        post_logout_path: text(raw.post_logout_path, "post_logout_path")?,
        browser: browser(raw.browser)?,
        login_timeout_ms: raw.login_timeout_ms,
        clock_leeway_s: raw.clock_leeway_s,
        wanted_claims: text(raw.wanted_claims, "wanted_claims")?,
        subject_claim: text(raw.subject_claim, "subject_claim")?,
        roles_claim: text(raw.roles_claim, "roles_claim")?,
        permissions_claim: text(raw.permissions_claim, "permissions_claim")?,
        tenants_claim: text(raw.tenants_claim, "tenants_claim")?,
        ca_certificates: text(raw.ca_certificates, "ca_certificates")?,
        page_title: text(raw.page_title, "page_title")?,
        page_message: text(raw.page_message, "page_message")?,
        page_color: text(raw.page_color, "page_color")?,
        storage: storage(raw.storage)?,
        profile_slot: text(raw.profile_slot, "profile_slot")?,
        default_token_lifetime_s: raw.default_token_lifetime_s,
    };
    // SAFETY: `store` is NULL or points to `struct_size` readable bytes, as the header asks.
    let vault = unsafe { store::parse(raw.store, input.storage) }?;
    Ok((Config::parse(&input)?, vault))
}

fn storage(number: u32) -> Result<Storage> {
    let storage = match number {
        LATCHKEY_STORAGE_MEMORY => Some(Storage::Memory),
        LATCHKEY_STORAGE_SYSTEM => Some(Storage::System),
        LATCHKEY_STORAGE_HOST => Some(Storage::Host),
        _ => None,
    };
    required(storage, "storage is none of LATCHKEY_STORAGE_*")
}

fn redirect_host(number: u32) -> std::result::Result<RedirectHost, Error> {
    let host = match number {
        LATCHKEY_REDIRECT_LITERAL => Some(RedirectHost::Literal),
        LATCHKEY_REDIRECT_IPV6_LITERAL => Some(RedirectHost::Ipv6Literal),
        LATCHKEY_REDIRECT_LOCALHOST => Some(RedirectHost::Localhost),
        _ => None,
    };
    required(host, "redirect_host is none of LATCHKEY_REDIRECT_*")
}

fn browser(number: u32) -> Result<Browser> {
    let browser = match number {
        LATCHKEY_BROWSER_SYSTEM => Some(Browser::System),
        LATCHKEY_BROWSER_HOST => Some(Browser::Host),
        _ => None,
    };
    required(browser, "browser is none of LATCHKEY_BROWSER_*")
}

fn client_auth(number: u32) -> Result<ClientAuth> {
    let auth = match number {
        LATCHKEY_CLIENT_AUTH_BASIC => Some(ClientAuth::Basic),
        LATCHKEY_CLIENT_AUTH_POST => Some(ClientAuth::Post),
        _ => None,
    };
    required(auth, "client_auth is none of LATCHKEY_CLIENT_AUTH_*")
}
