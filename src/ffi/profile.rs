//! Profile
//!
//! Who signed in, from claims that were verified. A profile is a copy: it stays as it was when it was handed out.

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char};

use super::boundary::{c_string, free, guard, guard_or, handed_out, required_text, written_last};
use super::client::{latchkey_client, with_client};
use super::result::latchkey_result;
use crate::profile::Profile;

/// Who signed in. Freed with `latchkey_profile_free`. What a getter points into lives until then; reading takes any thread.
pub struct latchkey_profile {
    subject: CString,
    name: Option<CString>,
    email: Option<CString>,
    email_verified: bool,
    picture: Option<CString>,
    preferred_username: Option<CString>,
    locale: Option<CString>,
    roles: Vec<CString>,
    permissions: Vec<CString>,
    tenants: Vec<CString>,
    claims: HashMap<String, CString>,
    json: CString,
}

/// Hands out the profile of the player who is signed in. The caller frees it. Any thread; never waits.
///
/// Errors: `LATCHKEY_INVALID_STATE` when nobody is signed in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_get_profile(
    client: *const latchkey_client,
    out_profile: *mut *mut latchkey_profile,
) -> latchkey_result {
    guard(|| {
        let out = written_last(out_profile, "out_profile")?;
        let profile = with_client(client, |client| client.profile())?;
        // SAFETY: checked for NULL above; the header asks for a writable pointer.
        unsafe { out.write(handed_out(latchkey_profile::from(&*profile))) };
        Ok(())
    })
}

/// The player's id at this issuer: stable, never reused, and all that may serve as a key (`sub`, OpenID Connect Core 1.0 section 2).
/// NULL only for a NULL profile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_subject(profile: *const latchkey_profile) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| Some(&profile.subject)) }
}

/// The name to show; made from what there is when the provider has no `name`. NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_name(profile: *const latchkey_profile) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.name.as_ref()) }
}

/// The e-mail address, or NULL. Not a key: it changes, and may not be verified.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_email(profile: *const latchkey_profile) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.email.as_ref()) }
}

/// 1 if the provider has verified the e-mail address, otherwise 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_email_verified(profile: *const latchkey_profile) -> u32 {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    guard_or(0, || unsafe { profile.as_ref() }.map(|profile| profile.email_verified.into()))
}

/// URL of a picture, http or https, or NULL. Whoever fetches it tells its host about the player.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_picture(profile: *const latchkey_profile) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.picture.as_ref()) }
}

/// The name that the player chose at the provider, or NULL. Not unique, and it changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_preferred_username(profile: *const latchkey_profile) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.preferred_username.as_ref()) }
}

/// BCP 47 language tag, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_locale(profile: *const latchkey_profile) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.locale.as_ref()) }
}

/// How many roles there are (configuration: `roles_claim`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_role_count(profile: *const latchkey_profile) -> usize {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { count_of(profile, |profile| &profile.roles) }
}

/// The role at `index`, or NULL past the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_role(profile: *const latchkey_profile, index: usize) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.roles.get(index)) }
}

/// 1 if `role` is among the roles, otherwise 0. For what the game shows; what it allows is for its server to check.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_has_role(profile: *const latchkey_profile, role: *const c_char) -> u32 {
    // SAFETY: NULL or a profile that was not freed, and NULL or text, as the header asks.
    unsafe { has(profile, |profile| &profile.roles, role) }
}

/// How many permissions there are (configuration: `permissions_claim`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_permission_count(profile: *const latchkey_profile) -> usize {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { count_of(profile, |profile| &profile.permissions) }
}

/// The permission at `index`, or NULL past the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_permission(profile: *const latchkey_profile, index: usize) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.permissions.get(index)) }
}

/// 1 if `permission` is among the permissions, otherwise 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_has_permission(
    profile: *const latchkey_profile,
    permission: *const c_char,
) -> u32 {
    // SAFETY: NULL or a profile that was not freed, and NULL or text, as the header asks.
    unsafe { has(profile, |profile| &profile.permissions, permission) }
}

/// How many tenants the player belongs to (configuration: `tenants_claim`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_tenant_count(profile: *const latchkey_profile) -> usize {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { count_of(profile, |profile| &profile.tenants) }
}

/// The tenant's id at `index`, or NULL past the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_tenant(profile: *const latchkey_profile, index: usize) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.tenants.get(index)) }
}

/// Any other claim by its name at the top level: a text as it is, everything else as JSON. NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_claim(
    profile: *const latchkey_profile,
    name: *const c_char,
) -> *const c_char {
    // SAFETY: NULL or text, as the header asks.
    let claim = unsafe { required_text(name, "name") };
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| profile.claims.get(claim.ok()?)) }
}

/// All claims as one JSON object. NULL only for a NULL profile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_json(profile: *const latchkey_profile) -> *const c_char {
    // SAFETY: NULL or a profile that was not freed, as the header asks.
    unsafe { text_of(profile, |profile| Some(&profile.json)) }
}

/// Frees a profile. NULL is accepted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_profile_free(profile: *mut latchkey_profile) {
    // SAFETY: NULL or a profile of ours, freed once, as the header asks.
    unsafe { free(profile) }
}

impl From<&Profile> for latchkey_profile {
    fn from(profile: &Profile) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(c_string);
        let list = |list: &[String]| list.iter().map(|text| c_string(text)).collect();
        let claim = |name: &String| Some((name.clone(), c_string(&profile.claim(name)?)));
        Self {
            subject: c_string(&profile.subject),
            name: text(&profile.name),
            email: text(&profile.email),
            email_verified: profile.email_verified == Some(true),
            picture: text(&profile.picture),
            preferred_username: text(&profile.preferred_username),
            locale: text(&profile.locale),
            roles: list(&profile.roles),
            permissions: list(&profile.permissions),
            tenants: list(&profile.tenants),
            claims: profile.claims().keys().filter_map(claim).collect(),
            json: c_string(&profile.json()),
        }
    }
}

unsafe fn text_of(
    profile: *const latchkey_profile,
    part: impl FnOnce(&latchkey_profile) -> Option<&CString>,
) -> *const c_char {
    // SAFETY: the caller passes on the host's promise: NULL or alive.
    guard_or(std::ptr::null(), || part(unsafe { profile.as_ref() }?).map(|text| text.as_ptr()))
}

unsafe fn count_of(profile: *const latchkey_profile, list: impl FnOnce(&latchkey_profile) -> &Vec<CString>) -> usize {
    // SAFETY: the caller passes on the host's promise: NULL or alive.
    guard_or(0, || Some(list(unsafe { profile.as_ref() }?).len()))
}

unsafe fn has(
    profile: *const latchkey_profile,
    list: impl FnOnce(&latchkey_profile) -> &Vec<CString>,
    wanted: *const c_char,
) -> u32 {
    guard_or(0, || {
        if wanted.is_null() {
            return None;
        }
        // SAFETY: not NULL, and NUL-terminated as the header asks.
        let wanted = unsafe { CStr::from_ptr(wanted) };
        // SAFETY: the caller passes on the host's promise: NULL or alive.
        let list = list(unsafe { profile.as_ref() }?);
        Some(list.iter().any(|text| text.as_c_str() == wanted).into())
    })
}
