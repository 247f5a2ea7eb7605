//! Configuration and login options that own their texts.

use std::ffi::CString;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use latchkey::ffi::*;

/// A `latchkey_config` whose texts live as long as it does. Starts as `LATCHKEY_CONFIG_INIT`.
pub struct ConfigBuilder {
    raw: latchkey_config,
    texts: Vec<CString>,
    ports: Vec<u16>,
    store: Option<Box<latchkey_store>>,
}

/// A `latchkey_login_options` whose texts live as long as it does. Starts as `LATCHKEY_LOGIN_OPTIONS_INIT`.
pub struct Login {
    raw: latchkey_login_options,
    texts: Vec<CString>,
    pairs: Vec<latchkey_parameter>,
}

/// A copy of a struct, to be passed or bent, that can't outlive the texts that it points to.
#[derive(Clone, Copy)]
pub struct Raw<'a, T> {
    raw: T,
    owner: PhantomData<&'a ()>,
}

impl<T> Deref for Raw<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.raw
    }
}

impl<T> DerefMut for Raw<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.raw
    }
}

macro_rules! texts {
    ($($field:ident)*) => {
        $(
            /// Sets the field of the same name.
            #[must_use]
            pub fn $field(mut self, text: &str) -> Self {
                self.raw.$field = keep(&mut self.texts, text);
                self
            }
        )*
    };
}

macro_rules! numbers {
    ($($field:ident)*) => {
        $(
            /// Sets the field of the same name.
            #[must_use]
            pub fn $field(mut self, number: u32) -> Self {
                self.raw.$field = number;
                self
            }
        )*
    };
}

impl ConfigBuilder {
    /// Nothing set but the size.
    pub fn empty() -> Self {
        // SAFETY: integers and pointers, all of which may be zero.
        let mut raw: latchkey_config = unsafe { std::mem::zeroed() };
        raw.struct_size = size_of::<latchkey_config>() as u32;
        Self { raw, texts: Vec::new(), ports: Vec::new(), store: None }
    }

    /// Issuer and client id; the host opens the URL from the prompt, so no browser starts.
    pub fn new(issuer: &str, client_id: &str) -> Self {
        Self::empty().issuer(issuer).client_id(client_id).browser(LATCHKEY_BROWSER_HOST)
    }

    texts! {
        issuer client_id client_secret scopes authorization_endpoint token_endpoint userinfo_endpoint jwks_uri
        revocation_endpoint end_session_endpoint device_authorization_endpoint redirect_path post_logout_path wanted_claims subject_claim roles_claim
        permissions_claim tenants_claim ca_certificates page_title page_message page_color profile_slot
    }

    numbers! { redirect_host browser login_timeout_ms clock_leeway_s client_auth storage default_token_lifetime_s }

    /// Takes the issuer away again, for endpoints one by one.
    #[must_use]
    pub fn without_issuer(mut self) -> Self {
        self.raw.issuer = std::ptr::null();
        self
    }

    /// Sets `redirect_ports` and their count.
    #[must_use]
    pub fn redirect_ports(mut self, ports: &[u16]) -> Self {
        self.ports = ports.to_vec();
        self.raw.redirect_ports = self.ports.as_ptr();
        self.raw.redirect_port_count = self.ports.len() as u32;
        self
    }

    /// Sets `store`, and `storage` so that it is used.
    #[must_use]
    pub fn store(mut self, store: latchkey_store) -> Self {
        self.raw.store = &raw const **self.store.insert(Box::new(store));
        self.storage(LATCHKEY_STORAGE_HOST)
    }

    /// A copy of the struct.
    pub fn raw(&self) -> Raw<'_, latchkey_config> {
        Raw { raw: self.raw, owner: PhantomData }
    }
}

impl Login {
    /// Nothing set but the size.
    pub fn new() -> Self {
        // SAFETY: integers and pointers, all of which may be zero.
        let mut raw: latchkey_login_options = unsafe { std::mem::zeroed() };
        raw.struct_size = size_of::<latchkey_login_options>() as u32;
        Self { raw, texts: Vec::new(), pairs: Vec::new() }
    }

    texts! { prompt login_hint acr_values ui_locales audience resource scopes }

    numbers! { login_timeout_ms }

    /// Sets `max_age_s` and the flag that means it.
    #[must_use]
    pub fn max_age_s(mut self, seconds: u32) -> Self {
        self.raw.max_age_s = seconds;
        self.raw.flags |= LATCHKEY_LOGIN_MAX_AGE;
        self
    }

    /// Sets the flag for the device grant.
    #[must_use]
    pub fn on_another_screen(mut self) -> Self {
        self.raw.flags |= LATCHKEY_LOGIN_DEVICE;
        self
    }

    /// Adds one free pair.
    #[must_use]
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        let name = keep(&mut self.texts, name);
        let value = keep(&mut self.texts, value);
        self.pairs.push(latchkey_parameter { name, value });
        self.raw.extra_parameters = self.pairs.as_ptr();
        self.raw.extra_parameter_count = self.pairs.len() as u32;
        self
    }

    /// A copy of the struct.
    pub fn raw(&self) -> Raw<'_, latchkey_login_options> {
        Raw { raw: self.raw, owner: PhantomData }
    }
}

impl Default for Login {
    fn default() -> Self {
        Self::new()
    }
}

fn keep(texts: &mut Vec<CString>, text: &str) -> *const std::ffi::c_char {
    let text = CString::new(text).expect("no NUL in a text of a test");
    let pointer = text.as_ptr();
    texts.push(text);
    pointer
}
