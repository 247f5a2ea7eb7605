//! Takes down every secret that was in use, for whoever looks for them in a log afterwards.
//!
//! Only where `LATCHKEY_TEST_RECORDS` names a folder, as `cargo xtask test` has it: each process writes a file of its own there, a
//! line for each secret. Practice secrets are nobody's, so they may lie in a plain file.

use std::collections::HashSet;
use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::LoggedRequest;

/// The folder for logs and secrets, where there is one.
pub fn records_folder() -> Option<PathBuf> {
    env::var_os("LATCHKEY_TEST_RECORDS").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Request parameters that nobody may see.
const PARAMETERS: [&str; 12] = [
    "access_token",
    "client_secret",
    "code",
    "code_challenge",
    "code_verifier",
    "device_code",
    "id_token",
    "id_token_hint",
    "nonce",
    "refresh_token",
    "state",
    "token",
];

struct Book {
    file: File,
    written: HashSet<String>,
}

/// Notes one secret; the second time it does nothing.
pub fn note_secret(kind: &str, secret: &str) {
    let Some(book) = book() else { return };
    // What has a line's end in it was made up by a test.
    if secret.contains(['\n', '\r', '\t']) {
        return;
    }
    let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
    if book.written.insert(secret.to_owned()) {
        writeln!(book.file, "{kind}\t{secret}").expect("a secret can be taken down");
    }
}

/// Notes those among the query parameters of a URL.
pub fn note_secrets_of_url(url: &str) {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        note_parameter(&name, &value);
    }
}

pub(crate) fn note_secrets_of_request(request: &LoggedRequest) {
    if book().is_none() {
        return;
    }
    for (name, value) in &request.parameters {
        note_parameter(name, value);
    }
    if let Some((scheme, credentials)) = request.header("Authorization").and_then(|value| value.split_once(' ')) {
        note_secret(&format!("{scheme} credentials"), credentials);
    }
}

/// Makes the file, so that it is there before a test counts what is open.
pub fn book_of_secrets() {
    book();
}

fn note_parameter(name: &str, value: &str) {
    if PARAMETERS.contains(&name) {
        note_secret(name, value);
    }
}

fn book() -> Option<&'static Mutex<Book>> {
    static BOOK: OnceLock<Option<Mutex<Book>>> = OnceLock::new();
    let book = BOOK.get_or_init(|| {
        let folder = records_folder()?;
        let path = folder.join(format!("secrets-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder for records");
        let file = File::options().create(true).append(true).open(path).expect("a file for the secrets");
        Some(Mutex::new(Book { file, written: HashSet::new() }))
    });
    book.as_ref()
}
