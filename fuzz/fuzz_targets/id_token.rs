//! An ID token, as it came or well signed.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| latchkey::fuzzing::id_token(data));
