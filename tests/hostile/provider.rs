//! A provider that answers wrongly, without end, late or not at all: an error with a sentence, in bounded time and memory.

mod documents;
mod faults;
#[cfg(target_os = "linux")]
mod memory;
mod retries;
mod token_endpoint;
