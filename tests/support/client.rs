//! A client that is destroyed when it goes out of scope, and waiting for its status.

use std::time::{Duration, Instant};

use latchkey::ffi::*;

use crate::library::copied_text;
use crate::{Captured, Code, ConfigBuilder, Library, Login, Profile, Prompt, Status, Token};

/// How long a test waits for what should come soon. Long, because machines are busy; nothing waits for it to pass.
pub const PATIENCE: Duration = Duration::from_secs(20);

const PARK: Duration = Duration::from_millis(1);

/// A `latchkey_client`.
pub struct Client {
    raw: *mut latchkey_client,
    library: &'static Library,
}

// SAFETY: any function may be called from any thread, by the header.
unsafe impl Send for Client {}
// SAFETY: as above.
unsafe impl Sync for Client {}

impl Client {
    /// Makes a client, or panics with the sentence that says why not.
    #[track_caller]
    pub fn create(config: &ConfigBuilder) -> Self {
        match Self::try_create(config) {
            Ok(client) => client,
            Err(code) => panic!("no client: {code:?}: {}", Library::load().check(config).1),
        }
    }

    /// Makes a client.
    pub fn try_create(config: &ConfigBuilder) -> Result<Self, Code> {
        Self::create_raw(&config.raw())
    }

    /// As [`Client::try_create`], for a struct that a test has bent.
    pub fn create_raw(config: &latchkey_config) -> Result<Self, Code> {
        let library = Library::load();
        let untouched = std::ptr::without_provenance_mut(usize::MAX);
        let mut raw = untouched;
        // SAFETY: the struct and its texts live through the call; the output is writable.
        let code = Code(unsafe { (library.functions.latchkey_client_create)(config, &mut raw) });
        if code == LATCHKEY_OK {
            assert!(!raw.is_null() && raw != untouched, "a client without a handle");
            return Ok(Self { raw, library });
        }
        assert_eq!(raw, untouched, "an output was written though the call failed with {code:?}");
        Err(code)
    }

    /// The handle, for calls that the harness has no method for. It is a ticket: it may outlive the client.
    pub fn handle(&self) -> *mut latchkey_client {
        self.raw
    }

    /// Destroys the client and tells how long that took.
    pub fn destroy(self) -> Duration {
        let start = Instant::now();
        drop(self);
        start.elapsed()
    }

    /// `latchkey_poll_status`
    pub fn status(&self) -> Status {
        // SAFETY: integers, all of which may be zero.
        let mut raw: latchkey_status = unsafe { std::mem::zeroed() };
        raw.struct_size = size_of::<latchkey_status>() as u32;
        // SAFETY: the struct is writable and has its size.
        Code(unsafe { (self.library.functions.latchkey_poll_status)(self.raw, &mut raw) })
            .expect("latchkey_poll_status");
        raw.into()
    }

    /// `latchkey_start_login`
    #[must_use]
    pub fn start_login(&self, login: &Login) -> Code {
        // SAFETY: the struct and its texts live through the call.
        Code(unsafe { (self.library.functions.latchkey_start_login)(self.raw, &*login.raw()) })
    }

    /// `latchkey_cancel_login`
    #[must_use]
    pub fn cancel_login(&self) -> Code {
        // SAFETY: a ticket; no other pointer.
        Code(unsafe { (self.library.functions.latchkey_cancel_login)(self.raw) })
    }

    /// `latchkey_resume_session`
    #[must_use]
    pub fn resume_session(&self) -> Code {
        // SAFETY: a ticket; no other pointer.
        Code(unsafe { (self.library.functions.latchkey_resume_session)(self.raw) })
    }

    /// `latchkey_refresh_session`
    #[must_use]
    pub fn refresh_session(&self) -> Code {
        // SAFETY: a ticket; no other pointer.
        Code(unsafe { (self.library.functions.latchkey_refresh_session)(self.raw) })
    }

    /// `latchkey_logout` with one of `LATCHKEY_LOGOUT_*`.
    #[must_use]
    pub fn logout(&self, mode: u32) -> Code {
        // SAFETY: a ticket; no other pointer.
        Code(unsafe { (self.library.functions.latchkey_logout)(self.raw, mode) })
    }

    /// `latchkey_get_prompt`
    pub fn prompt(&self) -> Result<Prompt, Code> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: the output is writable.
        let code = Code(unsafe { (self.library.functions.latchkey_get_prompt)(self.raw, &mut raw) });
        handed_out(code, raw).map(|raw| Prompt::take(self.library, raw))
    }

    /// Waits for the player's turn and returns the URL that the prompt has.
    #[track_caller]
    pub fn prompt_url(&self) -> String {
        self.wait_for_state(LATCHKEY_STATE_WAITING_FOR_PLAYER);
        self.prompt().expect("a prompt while the player is waited for").url
    }

    /// `latchkey_get_profile`
    pub fn profile(&self) -> Result<Profile, Code> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: the output is writable.
        let code = Code(unsafe { (self.library.functions.latchkey_get_profile)(self.raw, &mut raw) });
        handed_out(code, raw).map(|raw| Profile::take(self.library, raw))
    }

    /// `latchkey_get_access_token`
    pub fn access_token(&self, min_valid_s: u32) -> Result<Token, Code> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: the output is writable.
        let code = Code(unsafe { (self.library.functions.latchkey_get_access_token)(self.raw, min_valid_s, &mut raw) });
        handed_out(code, raw).map(|raw| Token::take(self.library, raw))
    }

    /// As [`Client::access_token`], but asks again while the answer is `LATCHKEY_PENDING`.
    #[track_caller]
    pub fn fresh_access_token(&self, min_valid_s: u32) -> Result<Token, Code> {
        let mut answer = Err(Code(LATCHKEY_PENDING));
        wait_for("the access token", PATIENCE, || {
            answer = self.access_token(min_valid_s);
            !matches!(answer, Err(code) if code == LATCHKEY_PENDING)
        });
        answer
    }

    /// `latchkey_client_error`
    pub fn error_text(&self) -> String {
        let (code, text) = copied_text(|buffer, capacity, needed| {
            // SAFETY: the buffer has the capacity that is told.
            Code(unsafe { (self.library.functions.latchkey_client_error)(self.raw, buffer, capacity, needed) })
        });
        code.expect("latchkey_client_error");
        text
    }

    /// Polls until the status is as wished. Panics after `patience` with every status that was seen, the error and the log.
    #[track_caller]
    pub fn wait_until(&self, wished: impl Fn(&Status) -> bool, patience: Duration) -> Status {
        let captured = Captured::from_now();
        poll_until(|| self.status(), wished, patience, PARK)
            .unwrap_or_else(|seen| panic!("waited {patience:?} in vain.\n{}", self.story(&seen, &captured)))
    }

    /// Waits for one of `LATCHKEY_STATE_*`; panics early when the login has ended in another.
    #[track_caller]
    pub fn wait_for_state(&self, state: u32) -> Status {
        let status = self.wait_until(|status| status.state == state || status.is_settled(), PATIENCE);
        assert_eq!(status.state, state, "ended as {status:?}: {}\n{}", self.error_text(), Captured::recent());
        status
    }

    /// Waits until nothing is under way any more.
    #[track_caller]
    pub fn wait_until_settled(&self) -> Status {
        self.wait_until(Status::is_settled, PATIENCE)
    }

    fn story(&self, seen: &[(Duration, Status)], captured: &Captured) -> String {
        let mut story = String::from("statuses:\n");
        for (when, status) in seen {
            story += &format!("  {when:>10.1?}  {status:?}\n");
        }
        story + &format!("error text: {:?}\nlog since then:\n{captured}", self.error_text())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // SAFETY: a ticket; a client that is gone already is accepted.
        unsafe { (self.library.functions.latchkey_client_destroy)(self.raw) }
    }
}

/// Polls, with such pauses, until the status is as wished; after `patience`, every status that was seen and when.
pub fn poll_until(
    mut poll: impl FnMut() -> Status,
    wished: impl Fn(&Status) -> bool,
    patience: Duration,
    pause: Duration,
) -> Result<Status, Vec<(Duration, Status)>> {
    let start = Instant::now();
    let mut seen: Vec<(Duration, Status)> = Vec::new();
    loop {
        let status = poll();
        if seen.last().is_none_or(|(_, last)| *last != status) {
            seen.push((start.elapsed(), status));
        }
        if wished(&status) {
            return Ok(status);
        }
        if start.elapsed() > patience {
            return Err(seen);
        }
        std::thread::park_timeout(pause);
    }
}

/// Waits until a condition holds, looking again every millisecond; panics after `patience`.
#[track_caller]
pub fn wait_for(what: &str, patience: Duration, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() <= patience, "waited {patience:?} in vain for {what}\n{}", Captured::recent());
        std::thread::park_timeout(PARK);
    }
}

fn handed_out<T>(code: Code, raw: *mut T) -> Result<*mut T, Code> {
    assert_eq!(code == LATCHKEY_OK, !raw.is_null(), "{code:?}, and the output is {raw:?}");
    if code == LATCHKEY_OK { Ok(raw) } else { Err(code) }
}
