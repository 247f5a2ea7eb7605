//! What a protected text promises on every platform.
//!
//! It may touch nothing but texts of its own; what only one platform promises is in the file of that platform.

use super::*;

#[cfg(target_os = "linux")]
mod linux;

fn on_heap(text: &str) -> ProtectedText {
    ProtectedText::kept(text, Err(io::Error::from(io::ErrorKind::OutOfMemory)))
}

#[test]
fn a_text_is_what_it_was() {
    for text in ["", "a", "Grüße", &"x".repeat(4095), &"x".repeat(4096), &"y".repeat(100_000)] {
        for kept in [ProtectedText::new(text), on_heap(text)] {
            kept.with_text(|kept| assert!(kept == text, "{} bytes", text.len()));
        }
    }
}

#[test]
fn pages_are_had_and_without_them_it_works_all_the_same() {
    assert!(matches!(&*ProtectedText::new("text").0, Place::Pages(_)));
    assert!(matches!(&*on_heap("text").0, Place::Heap(_)));
}

#[test]
fn a_clone_is_no_second_copy() {
    let first = ProtectedText::new("text");
    let second = first.clone();
    assert_eq!(first.bytes().as_ptr(), second.bytes().as_ptr());
    drop(first);
    second.with_text(|text| assert_eq!(text, "text"));
}

#[test]
fn texts_are_equal_when_all_of_them_is() {
    let text = ProtectedText::new("a text");
    assert!(text == on_heap("a text"));
    for other in ["a texT", "A text", "a tex", "a textt", ""] {
        assert!(text != ProtectedText::new(other), "{other}");
    }
}

#[test]
fn nothing_is_shown() {
    let shown = format!("{:?} {:#?}", ProtectedText::new("hunter2"), on_heap("hunter2"));
    assert_eq!(shown, "ProtectedText ProtectedText");
}
