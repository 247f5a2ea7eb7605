//! Wrong on purpose: a panic for one input, a read of freed memory for another. A run that finds neither was no run.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    match data {
        b"panic" => panic!("planted: a panic"),
        b"freed" => {
            let byte = Box::into_raw(Box::new(data.len()));
            // SAFETY: none, which is the point: the sanitizer has to end the process at the second line.
            unsafe {
                drop(Box::from_raw(byte));
                std::hint::black_box(byte.read_volatile());
            }
        }
        _ => {}
    }
});
