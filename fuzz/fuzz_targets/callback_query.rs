//! The query of a request to the callback's address.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| latchkey::fuzzing::callback_query(data));
