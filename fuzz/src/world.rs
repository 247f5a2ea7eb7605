//! What the interpreter holds: clients that live or have been destroyed, and what was handed out.
//!
//! The model is small on purpose: a client lives from a create to its destroy or to a shutdown, and nothing else ends it.

use std::ffi::CStr;

use latchkey::ffi::*;

/// A client that there was at some time.
#[derive(Clone, Copy)]
pub struct Ticket {
    pub raw: *mut latchkey_client,
    pub lives: bool,
    pub revision: u64,
}

// SAFETY: a ticket is compared and never dereferenced, by the header; any thread may use it.
unsafe impl Send for Ticket {}
// SAFETY: as above.
unsafe impl Sync for Ticket {}

/// Everything that has to be given back.
#[derive(Default)]
pub struct World {
    pub clients: Vec<Ticket>,
    pub profiles: Vec<*mut latchkey_profile>,
    pub tokens: Vec<*mut latchkey_token>,
    pub prompts: Vec<*mut latchkey_prompt>,
}

impl World {
    /// One of all clients that there were, dead ones too; a NULL before the first.
    pub fn client(&self, number: usize) -> Ticket {
        let none = Ticket { raw: std::ptr::null_mut(), lives: false, revision: 0 };
        if self.clients.is_empty() { none } else { self.clients[number % self.clients.len()] }
    }

    /// Judges a call's answer by whether its client lives.
    pub fn judge(&self, what: &str, ticket: Ticket, code: latchkey_result, allowed: &[latchkey_result]) {
        assert_ne!(code, LATCHKEY_INTERNAL_ERROR, "{what}: a defect");
        if ticket.lives {
            assert!(allowed.contains(&code), "{what} of a client that lives: {code}");
        } else {
            assert_eq!(code, LATCHKEY_INVALID_ARGUMENT, "{what} of no client");
        }
    }

    /// A picture that is consistent with the last one.
    pub fn poll(&mut self, number: usize) {
        let ticket = self.client(number);
        // SAFETY: integers only.
        let mut status: latchkey_status = unsafe { std::mem::zeroed() };
        status.struct_size = size_of::<latchkey_status>() as u32;
        // SAFETY: a ticket of any kind, and a writable struct.
        let code = unsafe { latchkey_poll_status(ticket.raw, &raw mut status) };
        self.judge("latchkey_poll_status", ticket, code, &[LATCHKEY_OK]);
        if code == LATCHKEY_OK {
            assert!(status.state <= 5 && status.flags < 8 && status.reserved == 0, "no such status");
            assert!(status.revision >= ticket.revision, "the revision went back");
            let at = number % self.clients.len();
            self.clients[at].revision = status.revision;
        }
    }

    /// Ends a client; what was dead stays dead.
    pub fn destroy(&mut self, number: usize) {
        latchkey_client_destroy(self.client(number).raw);
        if !self.clients.is_empty() {
            let at = number % self.clients.len();
            self.clients[at].lives = false;
        }
    }

    /// Nobody lives after it.
    pub fn shutdown(&mut self, timeout_ms: u32) {
        let code = latchkey_shutdown(timeout_ms);
        assert!(matches!(code, LATCHKEY_OK | LATCHKEY_TIMED_OUT), "latchkey_shutdown answered {code}");
        self.clients.iter_mut().for_each(|client| client.lives = false);
    }

    /// Reads all that was handed out, whatever has become of its client.
    pub fn read_everything(&self) {
        for profile in &self.profiles {
            // SAFETY: handed out and not freed yet.
            unsafe {
                text(latchkey_profile_subject(*profile)).expect("a subject");
                let json = text(latchkey_profile_json(*profile)).expect("claims");
                assert!(json.starts_with('{'), "no JSON object: {json}");
                for number in 0..=latchkey_profile_role_count(*profile) {
                    let role = latchkey_profile_role(*profile, number);
                    assert_eq!(role.is_null(), number == latchkey_profile_role_count(*profile), "a role past the end");
                    assert_eq!(latchkey_profile_has_role(*profile, role), u32::from(!role.is_null()));
                }
                text(latchkey_profile_claim(*profile, c"name".as_ptr()));
                assert!(latchkey_profile_claim(*profile, c"no such claim".as_ptr()).is_null());
            }
        }
        for token in &self.tokens {
            // SAFETY: as above.
            unsafe {
                assert!(!text(latchkey_token_text(*token)).expect("a token").is_empty());
                assert_eq!(text(latchkey_token_type(*token)), Some("Bearer"));
                text(latchkey_token_scopes(*token)).expect("scopes");
                assert!(latchkey_token_expires_at(*token) > 0);
            }
        }
        for prompt in &self.prompts {
            // SAFETY: as above.
            let url = unsafe { text(latchkey_prompt_url(*prompt)) }.expect("a URL");
            assert!(url.starts_with("http://127.0.0.1:1/"), "{url}");
        }
    }

    /// Frees one of what was handed out.
    pub fn free_one(&mut self) {
        // SAFETY: each was handed out, and is freed once.
        unsafe {
            if let Some(profile) = self.profiles.pop() {
                latchkey_profile_free(profile);
            } else if let Some(token) = self.tokens.pop() {
                latchkey_token_free(token);
            } else if let Some(prompt) = self.prompts.pop() {
                latchkey_prompt_free(prompt);
            }
        }
    }

    /// Gives everything back; nothing of the library may be left.
    pub fn end(mut self) {
        self.shutdown(10_000);
        self.read_everything();
        while !(self.profiles.is_empty() && self.tokens.is_empty() && self.prompts.is_empty()) {
            self.free_one();
        }
    }
}

/// What a getter points to.
///
/// # Safety
/// NULL, or a text that lives.
pub unsafe fn text<'a>(pointer: *const std::ffi::c_char) -> Option<&'a str> {
    // SAFETY: this function's own contract.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_str().expect("texts are UTF-8"))
}
