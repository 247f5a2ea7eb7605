//! The shared library and the table of its functions.

use std::ffi::{CStr, OsString, c_char, c_void};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use latchkey::ffi::*;

use crate::log;
use crate::{Code, ConfigBuilder};

const VARIABLE: &str = "LATCHKEY_TEST_LIBRARY";

/// The built library, loaded once and never unloaded: it pins itself anyway.
pub struct Library {
    /// The functions of the header.
    pub functions: Functions,
    path: PathBuf,
    loaded: libloading::Library,
}

macro_rules! table {
    ($($name:ident: fn($($parameter:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        /// One field for each function of the header.
        #[derive(Clone, Copy)]
        #[allow(missing_docs)]
        pub struct Functions {
            $(pub $name: unsafe extern "C" fn($($parameter: $type),*) $(-> $result)?,)*
        }

        impl Functions {
            /// The names of all functions in the table, as they are exported.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];

            fn find(library: &libloading::Library) -> Result<Self, libloading::Error> {
                // SAFETY: the types are those of the library's source, by the check below.
                unsafe {
                    Ok(Self { $($name: *library.get(concat!(stringify!($name), "\0").as_bytes())?,)* })
                }
            }
        }

        // Compared by the compiler, never called: a table that differs from the ABI does not build.
        $(const _: unsafe extern "C" fn($($type),*) $(-> $result)? = latchkey::ffi::$name;)*
    };
}

table! {
    latchkey_result_name: fn(result: latchkey_result) -> *const c_char;

    latchkey_version: fn() -> u32;
    latchkey_set_log_sink: fn(sink: latchkey_log_sink, context: *mut c_void, level: u32) -> latchkey_result;
    latchkey_shutdown: fn(timeout_ms: u32) -> latchkey_result;

    latchkey_config_check: fn(config: *const latchkey_config, buffer: *mut c_char, capacity: usize, needed: *mut usize) -> latchkey_result;

    latchkey_client_create: fn(config: *const latchkey_config, out_client: *mut *mut latchkey_client) -> latchkey_result;
    latchkey_client_destroy: fn(client: *mut latchkey_client);
    latchkey_client_error: fn(client: *const latchkey_client, buffer: *mut c_char, capacity: usize, needed: *mut usize) -> latchkey_result;

    latchkey_poll_status: fn(client: *const latchkey_client, out_status: *mut latchkey_status) -> latchkey_result;

    latchkey_start_login: fn(client: *mut latchkey_client, options: *const latchkey_login_options) -> latchkey_result;
    latchkey_cancel_login: fn(client: *mut latchkey_client) -> latchkey_result;
    latchkey_get_prompt: fn(client: *const latchkey_client, out_prompt: *mut *mut latchkey_prompt) -> latchkey_result;
    latchkey_prompt_kind: fn(prompt: *const latchkey_prompt, out_kind: *mut u32) -> latchkey_result;
    latchkey_prompt_url: fn(prompt: *const latchkey_prompt) -> *const c_char;
    latchkey_prompt_user_code: fn(prompt: *const latchkey_prompt) -> *const c_char;
    latchkey_prompt_verification_url: fn(prompt: *const latchkey_prompt) -> *const c_char;
    latchkey_prompt_qr_size: fn(prompt: *const latchkey_prompt) -> u32;
    latchkey_prompt_qr_modules: fn(prompt: *const latchkey_prompt) -> *const u8;
    latchkey_prompt_free: fn(prompt: *mut latchkey_prompt);

    latchkey_get_profile: fn(client: *const latchkey_client, out_profile: *mut *mut latchkey_profile) -> latchkey_result;
    latchkey_profile_subject: fn(profile: *const latchkey_profile) -> *const c_char;
    latchkey_profile_name: fn(profile: *const latchkey_profile) -> *const c_char;
    latchkey_profile_email: fn(profile: *const latchkey_profile) -> *const c_char;
    latchkey_profile_email_verified: fn(profile: *const latchkey_profile) -> u32;
    latchkey_profile_picture: fn(profile: *const latchkey_profile) -> *const c_char;
    latchkey_profile_preferred_username: fn(profile: *const latchkey_profile) -> *const c_char;
    latchkey_profile_locale: fn(profile: *const latchkey_profile) -> *const c_char;
    latchkey_profile_role_count: fn(profile: *const latchkey_profile) -> usize;
    latchkey_profile_role: fn(profile: *const latchkey_profile, index: usize) -> *const c_char;
    latchkey_profile_has_role: fn(profile: *const latchkey_profile, role: *const c_char) -> u32;
    latchkey_profile_permission_count: fn(profile: *const latchkey_profile) -> usize;
    latchkey_profile_permission: fn(profile: *const latchkey_profile, index: usize) -> *const c_char;
    latchkey_profile_has_permission: fn(profile: *const latchkey_profile, permission: *const c_char) -> u32;
    latchkey_profile_tenant_count: fn(profile: *const latchkey_profile) -> usize;
    latchkey_profile_tenant: fn(profile: *const latchkey_profile, index: usize) -> *const c_char;
    latchkey_profile_claim: fn(profile: *const latchkey_profile, name: *const c_char) -> *const c_char;
    latchkey_profile_json: fn(profile: *const latchkey_profile) -> *const c_char;
    latchkey_profile_free: fn(profile: *mut latchkey_profile);

    latchkey_resume_session: fn(client: *mut latchkey_client) -> latchkey_result;
    latchkey_get_access_token: fn(client: *mut latchkey_client, min_valid_s: u32, out_token: *mut *mut latchkey_token) -> latchkey_result;
    latchkey_token_text: fn(token: *const latchkey_token) -> *const c_char;
    latchkey_token_type: fn(token: *const latchkey_token) -> *const c_char;
    latchkey_token_scopes: fn(token: *const latchkey_token) -> *const c_char;
    latchkey_token_expires_at: fn(token: *const latchkey_token) -> i64;
    latchkey_token_free: fn(token: *mut latchkey_token);
    latchkey_refresh_session: fn(client: *mut latchkey_client) -> latchkey_result;
    latchkey_logout: fn(client: *mut latchkey_client, mode: u32) -> latchkey_result;
}

impl Library {
    /// The library; the first call loads it and captures its log. Panics with what to do when it was not built.
    pub fn load() -> &'static Self {
        static LOADED: OnceLock<Library> = OnceLock::new();
        LOADED.get_or_init(|| {
            let library = Self::open(&Self::built());
            log::capture(&library);
            library
        })
    }

    /// Where the built library is: `LATCHKEY_TEST_LIBRARY`, or else the workspace's release build.
    pub fn built() -> PathBuf {
        if let Some(path) = std::env::var_os(VARIABLE).filter(|path: &OsString| !path.is_empty()) {
            let path = PathBuf::from(path);
            assert!(path.is_absolute(), "{VARIABLE} must be an absolute path; it was {}", path.display());
            assert!(path.is_file(), "{VARIABLE} names no file: run `cargo xtask test`");
            return path;
        }
        let path = Self::workspace().join("target/release").join(Self::file_name());
        assert!(path.is_file(), "target/release/{} is not built: run `cargo xtask test`", Self::file_name());
        path
    }

    /// `liblatchkey.so`, `liblatchkey.dylib` or `latchkey.dll`.
    pub fn file_name() -> String {
        format!("{}latchkey{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
    }

    /// The top of the source tree.
    pub fn workspace() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are one folder below the top")
    }

    /// The file that was loaded.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the library exports this name.
    pub fn exports(&self, name: &str) -> bool {
        // SAFETY: the address is looked up, never called or read.
        unsafe { self.loaded.get::<*const c_void>(name.as_bytes()) }.is_ok()
    }

    /// `latchkey_version`
    pub fn version(&self) -> u32 {
        // SAFETY: takes nothing.
        unsafe { (self.functions.latchkey_version)() }
    }

    /// `latchkey_shutdown`
    pub fn shutdown(&self, timeout_ms: u32) -> Code {
        // SAFETY: takes no pointer.
        Code(unsafe { (self.functions.latchkey_shutdown)(timeout_ms) })
    }

    /// `latchkey_result_name`
    pub fn result_name(&self, result: latchkey_result) -> &'static str {
        // SAFETY: static text, never NULL, by the header.
        unsafe { CStr::from_ptr((self.functions.latchkey_result_name)(result)) }.to_str().expect("names are ASCII")
    }

    /// `latchkey_config_check`: the code and its sentence.
    pub fn check(&self, config: &ConfigBuilder) -> (Code, String) {
        self.check_raw(&config.raw())
    }

    /// As [`Library::check`], for a struct that a test has bent.
    pub fn check_raw(&self, config: &latchkey_config) -> (Code, String) {
        copied_text(|buffer, capacity, needed| {
            // SAFETY: the struct and its texts live through the call; the buffer has the capacity that is told.
            Code(unsafe { (self.functions.latchkey_config_check)(config, buffer, capacity, needed) })
        })
    }

    fn open(path: &Path) -> Self {
        // SAFETY: the library has no initialisers that do anything: there is nothing to initialise, by its header.
        let loaded = unsafe { libloading::Library::new(path) }
            .unwrap_or_else(|problem| panic!("the built library can't be loaded: {problem}"));
        let functions = Functions::find(&loaded).unwrap_or_else(|problem| {
            panic!("the built library lacks a function of the header ({problem}): run `cargo xtask test`")
        });
        Self { functions, path: path.to_owned(), loaded }
    }
}

/// Runs a call of the kind "buffer, capacity, needed": asks for the size first, then for the text.
pub(crate) fn copied_text(call: impl Fn(*mut c_char, usize, *mut usize) -> Code) -> (Code, String) {
    let mut needed = 0;
    let code = call(std::ptr::null_mut(), 0, &mut needed);
    let mut buffer = vec![0_u8; needed.max(1)];
    let again = call(buffer.as_mut_ptr().cast(), buffer.len(), &mut needed);
    assert_eq!(code, again, "the same question was answered twice in two ways");
    let text = CStr::from_bytes_until_nul(&buffer).expect("the text ends with a NUL");
    (code, text.to_str().expect("texts are UTF-8").to_owned())
}
