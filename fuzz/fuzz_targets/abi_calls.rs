//! Calls of the C ABI in any order, with the misuse that the header allows.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| latchkey_fuzz::abi_calls(data));
