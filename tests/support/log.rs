//! The library's log, captured for the whole process.
//!
//! There is one sink for all tests that share a process, so a record may belong to a neighbour: look for what must *not*
//! be there, or run the test in its own process.

use std::collections::VecDeque;
use std::ffi::{CStr, c_char, c_void};
use std::fmt;
use std::fs::{self, File};
use std::io::Write;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::ThreadId;
use std::time::Instant;

use latchkey::ffi::*;

use crate::{Code, Library};

/// The file of this process among the records of the whole run, which `cargo xtask test` searches at its end.
static OF_THE_RUN: OnceLock<Option<Mutex<File>>> = OnceLock::new();

/// More than any test makes; old ones go first.
const KEPT: usize = 50_000;
const RECENT: usize = 60;

/// One record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Counts all records since the process began.
    pub number: u64,
    /// When it came.
    pub when: Instant,
    /// One of `LATCHKEY_LOG_*`.
    pub level: u32,
    /// The sentence.
    pub message: String,
    /// The thread that the sink ran on.
    pub thread: ThreadId,
}

/// The records from some moment on.
#[derive(Clone, Copy, Debug)]
pub struct Captured {
    first: u64,
}

struct Kept {
    records: VecDeque<Record>,
    count: u64,
    most: usize,
}

static KEPT_RECORDS: Mutex<Kept> = Mutex::new(Kept { records: VecDeque::new(), count: 0, most: KEPT });

impl Captured {
    /// What is logged from here on.
    pub fn from_now() -> Self {
        Self { first: kept().count }
    }

    /// Everything since the process began.
    pub fn from_the_beginning() -> Self {
        Self { first: 0 }
    }

    /// The last few records, for the message of a failed test.
    pub fn recent() -> Self {
        Self { first: kept().count.saturating_sub(RECENT as u64) }
    }

    /// Forgets all records and keeps none from here on, for who measures the memory of this process.
    pub fn keep_none() {
        let mut kept = kept();
        (kept.records, kept.most) = (VecDeque::new(), 0);
    }

    /// The records so far.
    pub fn records(&self) -> Vec<Record> {
        kept().records.iter().filter(|record| record.number >= self.first).cloned().collect()
    }

    /// Whether a record holds this text.
    pub fn mentions(&self, text: &str) -> bool {
        self.records().iter().any(|record| record.message.contains(text))
    }

    /// Panics if one of the secrets occurs in a record. Tells which kind of secret and the record with the secret cut out.
    /// A secret is looked for as it is and percent-encoded.
    #[track_caller]
    pub fn assert_holds_none_of<'a>(&self, secrets: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let records = self.records();
        for (kind, secret) in secrets {
            assert!(secret.len() >= 6, "{kind}: too short to be looked for");
            for form in [secret.to_owned(), percent_encoded(secret)] {
                if let Some(record) = records.iter().find(|record| record.message.contains(&form)) {
                    panic!("the log holds a {kind}: {}", record.message.replace(&form, "[…]"));
                }
            }
        }
    }
}

impl fmt::Display for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records = self.records();
        let Some(first) = records.first().map(|record| record.when) else { return writeln!(f, "  (no record)") };
        for record in records {
            let level = ["?", "ERROR", "WARNING", "INFO", "DEBUG"].get(record.level as usize).unwrap_or(&"?");
            writeln!(f, "  {:>10.1?}  {level:7}  {}", record.when - first, record.message)?;
        }
        Ok(())
    }
}

/// Puts the capturing sink in place.
pub(crate) fn capture(library: &Library) {
    // Now, so that the files are there before a test counts what is open.
    practice_provider::book_of_secrets();
    OF_THE_RUN.get_or_init(file_of_the_run);
    // SAFETY: the function lives as long as the process; it needs no context.
    let code =
        unsafe { (library.functions.latchkey_set_log_sink)(Some(sink), std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) };
    assert_eq!(code, LATCHKEY_OK, "latchkey_set_log_sink");
}

impl Library {
    /// Captures the log again after a test has put another sink in place.
    pub fn capture_log(&self) {
        capture(self);
    }

    /// `latchkey_set_log_sink`
    ///
    /// # Safety
    /// As the header says: `sink` may be called with `context`, on any thread, until another one is in place.
    #[must_use]
    pub unsafe fn set_log_sink(&self, sink: latchkey_log_sink, context: *mut c_void, level: u32) -> Code {
        // SAFETY: this function's own contract.
        Code(unsafe { (self.functions.latchkey_set_log_sink)(sink, context, level) })
    }
}

fn file_of_the_run() -> Option<Mutex<File>> {
    let folder = practice_provider::records_folder()?;
    fs::create_dir_all(&folder).expect("the folder for records");
    let path = folder.join(format!("log-{}", std::process::id()));
    Some(Mutex::new(File::options().create(true).append(true).open(path).expect("a file for the log")))
}

fn keep_for_the_run(level: u32, message: &str) {
    if let Some(file) = OF_THE_RUN.get().and_then(Option::as_ref) {
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        // One write a record: a process that is killed leaves whole lines.
        file.write_all(format!("{level} {message}\n").as_bytes()).expect("a record can be kept");
    }
}

unsafe extern "C" fn sink(_context: *mut c_void, level: u32, message: *const c_char) {
    // SAFETY: NUL-terminated, and alive until this function returns.
    let message = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    keep_for_the_run(level, &message);
    let mut kept = kept();
    let number = kept.count;
    kept.count += 1;
    if kept.records.len() >= kept.most {
        kept.records.pop_front();
    }
    if kept.most == 0 {
        return;
    }
    let thread = std::thread::current().id();
    kept.records.push_back(Record { number, when: Instant::now(), level, message, thread });
}

fn kept() -> MutexGuard<'static, Kept> {
    KEPT_RECORDS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
