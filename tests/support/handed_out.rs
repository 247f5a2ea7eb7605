//! Prompt, profile and access token: what the library hands out and the host frees.

use std::ffi::{CStr, CString, c_char};
use std::fmt;

use latchkey::ffi::*;

use crate::Library;
use crate::library::Functions;

/// What the player has to do; copied and freed at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// One of `LATCHKEY_PROMPT_*`.
    pub kind: u32,
    /// The URL to open.
    pub url: String,
    /// What only the device grant has.
    pub device: Option<DevicePrompt>,
}

/// What the player does on another screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePrompt {
    /// To be typed or compared.
    pub user_code: String,
    /// Where it is typed.
    pub verification_url: String,
    /// Modules per side of the QR code.
    pub qr_size: usize,
    /// Row by row; 1 is dark.
    pub qr_modules: Vec<u8>,
}

/// An access token; copied and freed at once.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// As it goes into the `Authorization` header.
    pub text: String,
    /// `Bearer`, mostly.
    pub token_type: String,
    /// Separated by spaces.
    pub scopes: String,
    /// Seconds since 1970, or 0.
    pub expires_at: i64,
}

/// A profile, freed when it goes out of scope.
pub struct Profile {
    raw: *mut latchkey_profile,
    library: &'static Library,
}

// SAFETY: the header says that reading takes any thread; it is freed once, by its owner.
unsafe impl Send for Profile {}
// SAFETY: as above.
unsafe impl Sync for Profile {}

impl Prompt {
    pub(crate) fn take(library: &'static Library, raw: *mut latchkey_prompt) -> Self {
        let functions = &library.functions;
        let mut kind = u32::MAX;
        // SAFETY: a prompt that was just handed out, read and freed once.
        unsafe {
            crate::Code((functions.latchkey_prompt_kind)(raw, &mut kind)).expect("latchkey_prompt_kind");
            let url = text((functions.latchkey_prompt_url)(raw)).expect("a prompt has a URL");
            let device = DevicePrompt::copy(functions, raw);
            assert_eq!(
                device.is_some(),
                kind == LATCHKEY_PROMPT_DEVICE,
                "one kind has all of it, the others have nothing"
            );
            (functions.latchkey_prompt_free)(raw);
            practice_provider::note_secrets_of_url(&url);
            Self { kind, url, device }
        }
    }
}

impl DevicePrompt {
    /// # Safety
    /// A prompt that was not freed.
    unsafe fn copy(functions: &Functions, raw: *const latchkey_prompt) -> Option<Self> {
        // SAFETY: this function's own contract; the modules are as many as the header says.
        unsafe {
            let user_code = text((functions.latchkey_prompt_user_code)(raw));
            let verification_url = text((functions.latchkey_prompt_verification_url)(raw));
            let qr_size = (functions.latchkey_prompt_qr_size)(raw) as usize;
            let modules = (functions.latchkey_prompt_qr_modules)(raw);
            assert_eq!(modules.is_null(), qr_size == 0, "modules without a size, or a size without modules");
            assert_eq!(user_code.is_some(), verification_url.is_some(), "half of what the player needs");
            let qr_modules = match modules.is_null() {
                true => Vec::new(),
                false => std::slice::from_raw_parts(modules, qr_size * qr_size).to_vec(),
            };
            Some(Self { user_code: user_code?, verification_url: verification_url?, qr_size, qr_modules })
        }
    }
}

impl Token {
    pub(crate) fn take(library: &'static Library, raw: *mut latchkey_token) -> Self {
        let functions = &library.functions;
        // SAFETY: a token that was just handed out, read and freed once.
        unsafe {
            let token = Self {
                text: text((functions.latchkey_token_text)(raw)).expect("a token has a text"),
                token_type: text((functions.latchkey_token_type)(raw)).expect("a token has a type"),
                scopes: text((functions.latchkey_token_scopes)(raw)).expect("a token has scopes"),
                expires_at: (functions.latchkey_token_expires_at)(raw),
            };
            (functions.latchkey_token_free)(raw);
            practice_provider::note_secret("access token", &token.text);
            token
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} token, scopes {:?}, expires at {}", self.token_type, self.scopes, self.expires_at)
    }
}

macro_rules! texts {
    ($($name:ident = $function:ident;)*) => {
        $(
            /// The getter of the same name.
            pub fn $name(&self) -> Option<String> {
                // SAFETY: the profile lives; the text is copied before it is freed.
                unsafe { text((self.library.functions.$function)(self.raw)) }
            }
        )*
    };
}

macro_rules! lists {
    ($($name:ident = $count:ident, $item:ident;)*) => {
        $(
            /// The list, read by its count; also checks that the getter answers NULL past the end.
            pub fn $name(&self) -> Vec<String> {
                let functions = &self.library.functions;
                // SAFETY: the profile lives; the texts are copied before it is freed.
                unsafe {
                    let count = (functions.$count)(self.raw);
                    for beyond in [count, count + 1, usize::MAX] {
                        assert!((functions.$item)(self.raw, beyond).is_null(), "an item past the end");
                    }
                    (0..count).map(|index| text((functions.$item)(self.raw, index)).expect("an item")).collect()
                }
            }
        )*
    };
}

impl Profile {
    pub(crate) fn take(library: &'static Library, raw: *mut latchkey_profile) -> Self {
        Self { raw, library }
    }

    texts! {
        name = latchkey_profile_name;
        email = latchkey_profile_email;
        picture = latchkey_profile_picture;
        preferred_username = latchkey_profile_preferred_username;
        locale = latchkey_profile_locale;
    }

    lists! {
        roles = latchkey_profile_role_count, latchkey_profile_role;
        permissions = latchkey_profile_permission_count, latchkey_profile_permission;
        tenants = latchkey_profile_tenant_count, latchkey_profile_tenant;
    }

    /// The player's id.
    pub fn subject(&self) -> String {
        // SAFETY: the profile lives; the text is copied before it is freed.
        unsafe { text((self.library.functions.latchkey_profile_subject)(self.raw)) }.expect("a profile has a subject")
    }

    /// Whether the provider has verified the address.
    pub fn email_verified(&self) -> bool {
        // SAFETY: the profile lives.
        zero_or_one(unsafe { (self.library.functions.latchkey_profile_email_verified)(self.raw) })
    }

    /// `latchkey_profile_has_role`
    pub fn has_role(&self, role: &str) -> bool {
        let role = c_text(role);
        // SAFETY: the profile and the text live through the call.
        zero_or_one(unsafe { (self.library.functions.latchkey_profile_has_role)(self.raw, role.as_ptr()) })
    }

    /// `latchkey_profile_has_permission`
    pub fn has_permission(&self, permission: &str) -> bool {
        let permission = c_text(permission);
        // SAFETY: the profile and the text live through the call.
        zero_or_one(unsafe { (self.library.functions.latchkey_profile_has_permission)(self.raw, permission.as_ptr()) })
    }

    /// `latchkey_profile_claim`
    pub fn claim(&self, name: &str) -> Option<String> {
        let name = c_text(name);
        // SAFETY: the profile and the text live through the call.
        unsafe { text((self.library.functions.latchkey_profile_claim)(self.raw, name.as_ptr())) }
    }

    /// All claims.
    pub fn json(&self) -> serde_json::Value {
        // SAFETY: the profile lives; the text is copied before it is freed.
        let json =
            unsafe { text((self.library.functions.latchkey_profile_json)(self.raw)) }.expect("a profile has its JSON");
        serde_json::from_str(&json).expect("the JSON of a profile is JSON")
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // SAFETY: handed out once, freed once.
        unsafe { (self.library.functions.latchkey_profile_free)(self.raw) }
    }
}

/// A copy of a text that a getter points to.
///
/// # Safety
/// NULL, or NUL-terminated and alive.
unsafe fn text(pointer: *const c_char) -> Option<String> {
    // SAFETY: this function's own contract.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_str().expect("texts are UTF-8").to_owned())
}

fn c_text(text: &str) -> CString {
    CString::new(text).expect("no NUL in a text of a test")
}

fn zero_or_one(number: u32) -> bool {
    assert!(number < 2, "neither 0 nor 1 but {number}");
    number == 1
}
