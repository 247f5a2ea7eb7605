//! A configuration as a host hands it over, in any version of the struct.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| latchkey_fuzz::configuration(data));
