//! Arguments that no call accepts: NULL everywhere, wrong sizes, unknown numbers, text that is not UTF-8.

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};

use practice_provider::Options;
use support::ffi::*;
use support::{Client, Code, ConfigBuilder, Functions, Library, Login};

use crate::stage::{GAME, Stage};

const NOT_UTF8: &CStr = c"before \xff\xfe after";

fn functions() -> &'static Functions {
    &Library::load().functions
}

fn config() -> ConfigBuilder {
    ConfigBuilder::new("https://id.example", GAME)
}

fn idle_client() -> Client {
    // Nobody listens there, and nobody is asked before a login.
    Client::create(&ConfigBuilder::new("http://127.0.0.1:9", GAME))
}

#[test]
fn null_everywhere_is_an_invalid_argument_but_where_the_header_says_otherwise() {
    let client = idle_client();
    let (handle, f) = (client.handle(), functions());
    let mut status: latchkey_status = empty_status();
    let mut prompt = null_mut();
    let mut profile = null_mut();
    let mut token = null_mut();
    let mut kind = 7;
    let mut made = null_mut();
    // SAFETY: NULL is what the header answers with an invalid argument; everything else is whole.
    let codes = unsafe {
        [
            ("client_create: config", (f.latchkey_client_create)(null(), &mut made)),
            ("client_create: out_client", (f.latchkey_client_create)(&*config().raw(), null_mut())),
            ("config_check: config", (f.latchkey_config_check)(null(), null_mut(), 0, null_mut())),
            ("config_check: buffer", (f.latchkey_config_check)(&*config().raw(), null_mut(), 10, null_mut())),
            ("client_error: client", (f.latchkey_client_error)(null(), null_mut(), 0, null_mut())),
            ("client_error: buffer", (f.latchkey_client_error)(handle, null_mut(), 10, null_mut())),
            ("poll_status: client", (f.latchkey_poll_status)(null(), &mut status)),
            ("poll_status: out_status", (f.latchkey_poll_status)(handle, null_mut())),
            ("start_login: client", (f.latchkey_start_login)(null_mut(), &*Login::new().raw())),
            ("start_login: options", (f.latchkey_start_login)(handle, null())),
            ("cancel_login: client", (f.latchkey_cancel_login)(null_mut())),
            ("get_prompt: client", (f.latchkey_get_prompt)(null(), &mut prompt)),
            ("get_prompt: out_prompt", (f.latchkey_get_prompt)(handle, null_mut())),
            ("prompt_kind: prompt", (f.latchkey_prompt_kind)(null(), &mut kind)),
            ("get_profile: client", (f.latchkey_get_profile)(null(), &mut profile)),
            ("get_profile: out_profile", (f.latchkey_get_profile)(handle, null_mut())),
            ("get_access_token: client", (f.latchkey_get_access_token)(null_mut(), 0, &mut token)),
            ("get_access_token: out_token", (f.latchkey_get_access_token)(handle, 0, null_mut())),
            ("refresh_session: client", (f.latchkey_refresh_session)(null_mut())),
            ("logout: client", (f.latchkey_logout)(null_mut(), LATCHKEY_LOGOUT_LOCAL)),
        ]
    };
    for (call, code) in codes {
        assert_eq!(Code(code), LATCHKEY_INVALID_ARGUMENT, "{call}");
    }
    assert!(made.is_null() && prompt.is_null() && profile.is_null() && token.is_null(), "an output was written");
    assert_eq!((kind, status.revision), (7, 0), "an output was written");
    assert_eq!(client.status().state, LATCHKEY_STATE_SIGNED_OUT);
}

#[test]
fn getters_answer_null_or_zero_for_null() {
    let f = functions();
    // SAFETY: NULL is what the header answers with NULL or 0.
    unsafe {
        for text in [
            (f.latchkey_prompt_url)(null()),
            (f.latchkey_prompt_user_code)(null()),
            (f.latchkey_prompt_verification_url)(null()),
            (f.latchkey_profile_subject)(null()),
            (f.latchkey_profile_name)(null()),
            (f.latchkey_profile_email)(null()),
            (f.latchkey_profile_picture)(null()),
            (f.latchkey_profile_preferred_username)(null()),
            (f.latchkey_profile_locale)(null()),
            (f.latchkey_profile_role)(null(), 0),
            (f.latchkey_profile_permission)(null(), 0),
            (f.latchkey_profile_tenant)(null(), 0),
            (f.latchkey_profile_claim)(null(), c"sub".as_ptr()),
            (f.latchkey_profile_json)(null()),
            (f.latchkey_token_text)(null()),
            (f.latchkey_token_type)(null()),
            (f.latchkey_token_scopes)(null()),
        ] {
            assert!(text.is_null());
        }
        assert_eq!((f.latchkey_prompt_qr_size)(null()), 0);
        assert!((f.latchkey_prompt_qr_modules)(null()).is_null());
        assert_eq!((f.latchkey_profile_email_verified)(null()), 0);
        assert_eq!((f.latchkey_profile_role_count)(null()), 0);
        assert_eq!((f.latchkey_profile_permission_count)(null()), 0);
        assert_eq!((f.latchkey_profile_tenant_count)(null()), 0);
        assert_eq!((f.latchkey_profile_has_role)(null(), c"player".as_ptr()), 0);
        assert_eq!((f.latchkey_profile_has_permission)(null(), c"player".as_ptr()), 0);
        assert_eq!((f.latchkey_token_expires_at)(null()), 0);
    }
}

#[test]
fn getters_answer_null_or_zero_for_a_name_that_is_null_or_not_utf8() {
    let mut stage = Stage::new();
    stage.sign_in();
    let f = functions();
    let mut profile = null_mut();
    // SAFETY: a profile of our own, freed once; NULL and any text are names that the header allows to be asked for.
    unsafe {
        assert_eq!((f.latchkey_get_profile)(stage.client.handle(), &mut profile), LATCHKEY_OK);
        for name in [null(), NOT_UTF8.as_ptr()] {
            assert!((f.latchkey_profile_claim)(profile, name).is_null());
            assert_eq!((f.latchkey_profile_has_role)(profile, name), 0);
            assert_eq!((f.latchkey_profile_has_permission)(profile, name), 0);
        }
        (f.latchkey_profile_free)(profile);
    }
}

#[test]
fn null_is_accepted_by_every_free_and_destroy() {
    let f = functions();
    // SAFETY: NULL is accepted, by the header.
    unsafe {
        (f.latchkey_client_destroy)(null_mut());
        (f.latchkey_prompt_free)(null_mut());
        (f.latchkey_profile_free)(null_mut());
        (f.latchkey_token_free)(null_mut());
    }
}

#[test]
fn a_wrong_struct_size_is_refused_with_the_initialisers_name() {
    let client = idle_client();
    let first_header = std::mem::offset_of!(latchkey_config, profile_slot) as u32;
    for size in [0, 1, 3, 4, 8, first_header - 8, first_header + 4, u32::MAX] {
        let texts = config();
        let mut config = texts.raw();
        config.struct_size = size;
        let (code, text) = Library::load().check_raw(&config);
        assert_eq!(code, LATCHKEY_INVALID_ARGUMENT, "config, {size}");
        assert!(text.contains("LATCHKEY_CONFIG_INIT"), "{text}");
        assert_eq!(Client::create_raw(&config).err(), Some(Code(LATCHKEY_INVALID_ARGUMENT)), "config, {size}");
    }
    for size in [0, 1, 3, 4, 8, size_of::<latchkey_login_options>() as u32 - 8, u32::MAX] {
        let mut options = *Login::new().raw();
        options.struct_size = size;
        // SAFETY: the struct is whole; its size is what is wrong.
        let code = unsafe { (functions().latchkey_start_login)(client.handle(), &options) };
        assert_eq!(Code(code), LATCHKEY_INVALID_ARGUMENT, "login options, {size}");
        assert!(client.error_text().contains("LATCHKEY_LOGIN_OPTIONS_INIT"), "{}", client.error_text());
    }
    for size in [0, 1, 3, 4, 8, size_of::<latchkey_status>() as u32 - 8, u32::MAX] {
        let mut status = empty_status();
        (status.struct_size, status.revision) = (size, u64::MAX);
        // SAFETY: the struct is whole; its size is what is wrong.
        let code = unsafe { (functions().latchkey_poll_status)(client.handle(), &mut status) };
        assert_eq!(Code(code), LATCHKEY_INVALID_ARGUMENT, "status, {size}");
        assert_eq!((status.struct_size, status.revision), (size, u64::MAX), "an output was written");
    }
}

/// A struct as a newer header might have it: the one of today, and more behind it.
#[repr(C)]
#[derive(Clone, Copy)]
struct Newer<T> {
    today: T,
    more: [u64; 4],
}

#[test]
fn a_struct_of_a_newer_header_works_while_its_new_fields_are_zero() {
    let texts = config();
    let mut newer = Newer { today: *texts.raw(), more: [0; 4] };
    newer.today.struct_size = size_of::<Newer<latchkey_config>>() as u32;
    // SAFETY: the struct has as many bytes as it says.
    let code = unsafe { (functions().latchkey_config_check)((&raw const newer).cast(), null_mut(), 0, null_mut()) };
    assert_eq!(Code(code), LATCHKEY_OK);

    newer.more[3] = 1 << 63;
    // SAFETY: as above.
    let code = unsafe { (functions().latchkey_config_check)((&raw const newer).cast(), null_mut(), 0, null_mut()) };
    assert_eq!(Code(code), LATCHKEY_NOT_SUPPORTED, "a wish that can't be granted was dropped in silence");

    let client = idle_client();
    let mut newer = Newer { today: *Login::new().raw(), more: [0; 4] };
    newer.today.struct_size = size_of::<Newer<latchkey_login_options>>() as u32;
    newer.more[0] = 1;
    // SAFETY: as above.
    let code = unsafe { (functions().latchkey_start_login)(client.handle(), (&raw const newer).cast()) };
    assert_eq!(Code(code), LATCHKEY_NOT_SUPPORTED);
    newer.more[0] = 0;
    // SAFETY: as above.
    let code = unsafe { (functions().latchkey_start_login)(client.handle(), (&raw const newer).cast()) };
    assert_eq!(Code(code), LATCHKEY_OK);
}

#[test]
fn a_status_of_a_newer_header_gets_what_this_library_knows_and_keeps_its_size() {
    let client = idle_client();
    let mut newer = Newer { today: empty_status(), more: [0x5555_5555_5555_5555; 4] };
    newer.today.struct_size = size_of::<Newer<latchkey_status>>() as u32;
    newer.today.state = 77;
    // SAFETY: the struct has as many bytes as it says.
    let code = unsafe { (functions().latchkey_poll_status)(client.handle(), (&raw mut newer).cast()) };
    assert_eq!(Code(code), LATCHKEY_OK);
    assert_eq!(newer.today.state, LATCHKEY_STATE_SIGNED_OUT);
    assert_eq!(newer.today.struct_size as usize, size_of::<Newer<latchkey_status>>());
    assert!(newer.more.iter().all(|word| [0, 0x5555_5555_5555_5555].contains(word)), "{:x?}", newer.more);
}

/// The other direction: a host of the oldest header knows fewer fields than a later library. Its struct ends where its memory
/// ends, so that a library that reads or writes on would crash.
#[cfg(unix)]
#[test]
fn nothing_is_read_or_written_beyond_the_size_that_the_host_told() {
    let smallest_config = std::mem::offset_of!(latchkey_config, reserved) + size_of::<u32>();
    let smallest_options = std::mem::offset_of!(latchkey_login_options, reserved) + size_of::<u32>();
    let smallest_status = std::mem::offset_of!(latchkey_status, revision) + size_of::<u64>();
    let texts = config();
    let client = idle_client();
    let edge = Edge::new();
    let mut config = texts.raw();
    config.struct_size = smallest_config as u32;
    // SAFETY: as many bytes as the struct says, and they are the caller's.
    unsafe {
        let at = edge.place(&*config, smallest_config);
        assert_eq!(Code((functions().latchkey_config_check)(at, null_mut(), 0, null_mut())), LATCHKEY_OK);
    }
    let mut options = *Login::new().raw();
    options.struct_size = smallest_options as u32;
    // SAFETY: as above.
    unsafe {
        let at = edge.place(&options, smallest_options);
        assert_eq!(Code((functions().latchkey_start_login)(client.handle(), at)), LATCHKEY_OK);
    }
    let mut status = empty_status();
    status.struct_size = smallest_status as u32;
    // SAFETY: as above.
    unsafe {
        let at = edge.place(&status, smallest_status);
        assert_eq!(Code((functions().latchkey_poll_status)(client.handle(), at)), LATCHKEY_OK);
        assert_eq!((*at).login_id, 1);
    }
}

#[test]
fn numbers_that_the_header_does_not_name_are_refused_with_the_fields_name() {
    for (bend, field) in [
        ((|raw: &mut latchkey_config| raw.redirect_host = 3) as fn(&mut latchkey_config), "redirect_host"),
        (|raw| raw.redirect_host = u32::MAX, "redirect_host"),
        (|raw| raw.browser = 2, "browser"),
        (|raw| raw.client_auth = 2, "client_auth"),
    ] {
        let texts = config();
        let mut raw = texts.raw();
        bend(&mut raw);
        let (code, text) = Library::load().check_raw(&raw);
        assert!(matches!(code.0, LATCHKEY_INVALID_ARGUMENT | LATCHKEY_NOT_SUPPORTED), "{field}: {code:?}");
        assert!(text.contains(field), "{field}: {text}");
    }
}

#[test]
fn what_is_reserved_must_be_zero() {
    let texts = config();
    let mut raw = texts.raw();
    raw.reserved = 1;
    let (code, _) = Library::load().check_raw(&raw);
    assert!(matches!(code.0, LATCHKEY_INVALID_ARGUMENT | LATCHKEY_NOT_SUPPORTED), "config: {code:?}");

    let client = idle_client();
    for bend in
        [|raw: &mut latchkey_login_options| raw.reserved = 1, |raw: &mut latchkey_login_options| raw.flags = 1 << 31]
    {
        let mut raw = *Login::new().raw();
        bend(&mut raw);
        // SAFETY: the struct is whole.
        let code = Code(unsafe { (functions().latchkey_start_login)(client.handle(), &raw) });
        assert!(matches!(code.0, LATCHKEY_INVALID_ARGUMENT | LATCHKEY_NOT_SUPPORTED), "login options: {code:?}");
    }
}

#[test]
fn lists_need_as_many_items_as_they_say() {
    let texts = config();
    let mut raw = texts.raw();
    raw.redirect_port_count = 2;
    assert_eq!(Library::load().check_raw(&raw).0, LATCHKEY_INVALID_ARGUMENT);
    let port = 4242_u16;
    (raw.redirect_ports, raw.redirect_port_count) = (&port, 1_000_000);
    assert_eq!(Library::load().check_raw(&raw).0, LATCHKEY_INVALID_ARGUMENT);

    let client = idle_client();
    let mut options = *Login::new().raw();
    options.extra_parameter_count = 1;
    // SAFETY: the struct is whole; its list is what is wrong.
    let code = unsafe { (functions().latchkey_start_login)(client.handle(), &options) };
    assert_eq!(Code(code), LATCHKEY_INVALID_ARGUMENT);
    let half = latchkey_parameter { name: c"connection".as_ptr(), value: null() };
    (options.extra_parameters, options.extra_parameter_count) = (&half, 1);
    // SAFETY: as above.
    let code = unsafe { (functions().latchkey_start_login)(client.handle(), &options) };
    assert_eq!(Code(code), LATCHKEY_INVALID_ARGUMENT);
}

macro_rules! setters {
    ($struct:ty: $($field:ident)*) => {
        [$((stringify!($field), (|raw, text| raw.$field = text) as fn(&mut $struct, *const c_char))),*]
    };
}

#[test]
fn text_that_is_not_utf8_is_refused_with_the_fields_name() {
    let fields = setters! { latchkey_config:
        issuer client_id client_secret scopes authorization_endpoint token_endpoint userinfo_endpoint jwks_uri
        revocation_endpoint end_session_endpoint redirect_path post_logout_path wanted_claims subject_claim roles_claim
        permissions_claim tenants_claim ca_certificates page_title page_message page_color
    };
    for (field, set) in fields {
        let texts = config();
        let mut raw = texts.raw();
        set(&mut raw, NOT_UTF8.as_ptr());
        let (code, text) = Library::load().check_raw(&raw);
        assert_eq!(code, LATCHKEY_INVALID_ARGUMENT, "{field}");
        assert!(text.contains(field) && text.contains("UTF-8"), "{field}: {text}");
    }
    let client = idle_client();
    let fields = setters! { latchkey_login_options: prompt login_hint acr_values ui_locales audience resource scopes };
    for (field, set) in fields {
        let mut raw = *Login::new().raw();
        set(&mut raw, NOT_UTF8.as_ptr());
        // SAFETY: the struct is whole, its texts end with a NUL.
        let code = unsafe { (functions().latchkey_start_login)(client.handle(), &raw) };
        assert_eq!(Code(code), LATCHKEY_INVALID_ARGUMENT, "{field}");
        assert!(client.error_text().contains(field), "{field}: {}", client.error_text());
    }
    for pair in [
        latchkey_parameter { name: NOT_UTF8.as_ptr(), value: c"x".as_ptr() },
        latchkey_parameter { name: c"x".as_ptr(), value: NOT_UTF8.as_ptr() },
    ] {
        let mut raw = *Login::new().raw();
        (raw.extra_parameters, raw.extra_parameter_count) = (&pair, 1);
        // SAFETY: as above.
        let code = unsafe { (functions().latchkey_start_login)(client.handle(), &raw) };
        assert_eq!(Code(code), LATCHKEY_INVALID_ARGUMENT);
    }
}

#[test]
fn texts_and_structs_may_be_freed_when_the_call_returns() {
    let mut stage = {
        let config = |config: ConfigBuilder| config.page_title("A title that is gone").scopes("openid profile email");
        Stage::with(Options::default(), config)
    };
    let mut login = Login::new().login_hint("ada").parameter("connection", "discord");
    stage.client.start_login(&login).expect("latchkey_start_login");
    login = Login::new();
    drop(login);
    stage.client.cancel_login().expect("latchkey_cancel_login");
    assert!(stage.sign_in().name().is_some());
}

#[test]
fn a_message_is_cut_at_a_character_and_its_whole_length_told() {
    let config = config().issuer("ftp://идентичность.example");
    let (code, whole) = Library::load().check(&config);
    assert_eq!(code, LATCHKEY_CONFIGURATION);
    assert!(!whole.is_ascii(), "{whole} has nothing that could be cut in the middle");
    for capacity in 0..=whole.len() + 2 {
        let mut buffer = vec![0x7f_u8; whole.len() + 8];
        let mut needed = 0;
        // SAFETY: the buffer has at least the capacity that is told.
        let code = unsafe {
            (functions().latchkey_config_check)(&*config.raw(), buffer.as_mut_ptr().cast(), capacity, &mut needed)
        };
        assert_eq!(Code(code), LATCHKEY_CONFIGURATION);
        assert_eq!(needed, whole.len() + 1);
        assert!(buffer[capacity..].iter().all(|byte| *byte == 0x7f), "written beyond {capacity} bytes");
        if capacity > 0 {
            let text = CStr::from_bytes_until_nul(&buffer[..capacity]).expect("a NUL within the capacity");
            let text = text.to_str().expect("cut at a character");
            assert!(whole.starts_with(text) && text.len() + 4 >= capacity.min(whole.len()), "{text:?} in {capacity}");
        }
    }
}

fn empty_status() -> latchkey_status {
    latchkey_status {
        struct_size: size_of::<latchkey_status>() as u32,
        state: 0,
        error: 0,
        error_detail: 0,
        flags: 0,
        reserved: 0,
        login_id: 0,
        deadline: 0,
        revision: 0,
    }
}

/// Memory behind which there is none.
#[cfg(unix)]
struct Edge {
    pages: *mut u8,
    page: usize,
}

#[cfg(unix)]
impl Edge {
    fn new() -> Self {
        // SAFETY: two fresh pages of our own, the second of which nobody may touch.
        unsafe {
            let page = libc::sysconf(libc::_SC_PAGESIZE) as usize;
            let flags = libc::MAP_PRIVATE | libc::MAP_ANON;
            let pages = libc::mmap(null_mut(), 2 * page, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
            assert_ne!(pages, libc::MAP_FAILED);
            let pages = pages.cast::<u8>();
            assert_eq!(libc::mprotect(pages.add(page).cast(), page, libc::PROT_NONE), 0);
            Self { pages, page }
        }
    }

    /// Copies the first `size` bytes of a struct to the very end.
    unsafe fn place<T>(&self, value: &T, size: usize) -> *mut T {
        // SAFETY: `size` is at most the struct's, and less than a page.
        unsafe {
            let at = self.pages.add(self.page - size);
            std::ptr::copy_nonoverlapping(std::ptr::from_ref(value).cast::<u8>(), at, size);
            assert!(at.cast::<T>().is_aligned());
            at.cast()
        }
    }
}

#[cfg(unix)]
impl Drop for Edge {
    fn drop(&mut self) {
        // SAFETY: mapped by `new`, and nothing points there any more.
        unsafe { libc::munmap(self.pages.cast(), 2 * self.page) };
    }
}
