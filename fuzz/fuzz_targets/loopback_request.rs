//! All that comes in on one connection to the loopback listener, against `latchkey::fuzzing`'s rules.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| latchkey::fuzzing::loopback_request(data));
