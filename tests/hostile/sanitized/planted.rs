//! Faults on purpose, in a library that is built as the sanitized one is: what finds none of them would find nothing at all.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};

/// Does nothing wrong.
#[unsafe(no_mangle)]
pub extern "C" fn planted_nothing() {
    black_box(Box::new(1_u32));
}

/// Reads memory that was freed.
#[unsafe(no_mangle)]
pub extern "C" fn planted_use_after_free() {
    let number = Box::into_raw(Box::new(black_box(1_u32)));
    // SAFETY: none, which is the point.
    unsafe {
        drop(Box::from_raw(number));
        black_box(black_box(number).read_volatile());
    }
}

/// Reads one byte past the end.
#[unsafe(no_mangle)]
pub extern "C" fn planted_overflow() {
    let bytes = black_box(vec![1_u8; 24]);
    // SAFETY: none, which is the point.
    black_box(unsafe { bytes.as_ptr().add(24).read_volatile() });
}

/// Forgets what it has allocated.
#[unsafe(no_mangle)]
pub extern "C" fn planted_leak() {
    for _ in 0..16 {
        std::mem::forget(black_box(vec![1_u8; 4096]));
    }
}

/// Writes from two threads what nobody guards.
#[unsafe(no_mangle)]
pub extern "C" fn planted_race() {
    static WRITTEN: AtomicBool = AtomicBool::new(false);
    static mut SHARED: usize = 0;
    let write = || {
        let shared = &raw mut SHARED;
        // SAFETY: none, which is the point.
        unsafe { shared.write(black_box(shared.read()) + 1) };
    };
    let other = std::thread::spawn(move || {
        write();
        // Relaxed: one comes after the other in time, so that neither is overlooked, and yet nothing orders them.
        WRITTEN.store(true, Ordering::Relaxed);
    });
    while !WRITTEN.load(Ordering::Relaxed) {
        std::hint::spin_loop();
    }
    write();
    other.join().expect("a thread that only adds");
}
