//! What every exported function is made of: the border that no panic crosses, and the few ways in and out of C's memory.
//!
//! Ownership has one spelling each: [`handed_out`] gives a value to the host, [`free`] takes it back; texts and structs are
//! copied both ways and never kept.

use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::result::{LATCHKEY_INTERNAL_ERROR, LATCHKEY_OK, code_number, latchkey_result};
use crate::error::{Code, Error, Result};

/// More than any provider takes, and far less than a count that was never set.
const MOST_ITEMS: u32 = 64;
/// One MiB: a bundle of certificate authorities fits, a text without its NUL is found out before long.
const LONGEST_TEXT: usize = 1 << 20;

/// The border: runs the body of an exported function, turns its error into a code and a panic into an internal error.
pub(super) fn guard(body: impl FnOnce() -> Result<()>) -> latchkey_result {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => LATCHKEY_OK,
        Ok(Err(error)) => code_number(Some(error.code)),
        Err(_) => {
            crate::log::error!("a defect of the library: a call panicked");
            LATCHKEY_INTERNAL_ERROR
        }
    }
}

/// The border for getters, which have a value for "nothing" instead of a code.
pub(super) fn guard_or<T>(nothing: T, body: impl FnOnce() -> Option<T>) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value.unwrap_or(nothing),
        Err(_) => nothing,
    }
}

/// The value, or an invalid argument with its sentence.
pub(super) fn required<T>(value: Option<T>, otherwise: &str) -> Result<T> {
    value.ok_or_else(|| invalid(otherwise))
}

/// An output pointer, checked before the work begins and written after it has succeeded.
pub(super) fn written_last<T>(out: *mut T, name: &str) -> Result<*mut T> {
    if out.is_null() { Err(invalid(format!("{name} is NULL"))) } else { Ok(out) }
}

/// Gives a value to the host, which frees it with the type's own function.
pub(super) fn handed_out<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Takes back what [`handed_out`] gave.
pub(super) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: the caller passes on the host's promise: one of ours, freed once.
        let value = unsafe { Box::from_raw(pointer) };
        guard_or((), || {
            drop(value);
            Some(())
        });
    }
}

/// Text for C. A NUL inside, which C can't carry, becomes U+FFFD.
pub(super) fn c_string(text: &str) -> CString {
    CString::new(text).unwrap_or_else(|_| CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default())
}

/// NULL, or text of the host.
pub(super) unsafe fn optional_text<'a>(pointer: *const c_char, field: &str) -> Result<Option<&'a str>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, and NUL-terminated as the header asks.
    let bytes = unsafe { CStr::from_ptr(pointer) };
    if bytes.count_bytes() > LONGEST_TEXT {
        return Err(invalid(format!("{field} is longer than {LONGEST_TEXT} bytes")));
    }
    let text = bytes.to_str().map_err(|_| invalid(format!("{field} is not UTF-8: convert it before it is passed")))?;
    Ok(Some(text))
}

/// Text of the host that must be there.
pub(super) unsafe fn required_text<'a>(pointer: *const c_char, field: &str) -> Result<&'a str> {
    // SAFETY: as in `optional_text`, whose contract this is.
    required(unsafe { optional_text(pointer, field) }?, &format!("{field} is NULL"))
}

/// Whatever stands in an array with a count.
pub(super) unsafe fn items<'a, T>(pointer: *const T, count: u32, field: &str) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if count > MOST_ITEMS {
        return Err(invalid(format!("{field} has a count of {count}: at most {MOST_ITEMS} are taken")));
    }
    if pointer.is_null() || !pointer.is_aligned() {
        return Err(invalid(format!("{field} is NULL or misaligned, and its count is not 0")));
    }
    // SAFETY: not NULL, aligned, and the host promises `count` readable items.
    Ok(unsafe { std::slice::from_raw_parts(pointer, count as usize) })
}

/// A struct that crosses the border in either direction, and grows from one version of the header to the next.
///
/// # Safety
/// The type is `repr(C)`, starts with `struct_size: u32`, has no padding, and is valid when all its bytes are zero.
pub(super) unsafe trait Versioned: Copy {
    /// The size in the first version of the header: no host can know a smaller one.
    const SMALLEST: usize;
    /// What the initialiser in the header is called.
    const INITIALISER: &'static str;
}

/// Reads an input struct of any version: what an older host does not have is zero, and what only a newer host has must be zero,
/// because a wish that can't be granted must not be dropped in silence.
pub(super) unsafe fn read_versioned<T: Versioned>(pointer: *const T, name: &str) -> Result<T> {
    // SAFETY: NULL, or `struct_size` readable bytes, as the header asks.
    let size = unsafe { struct_size(pointer, name) }?;
    // SAFETY: `Versioned` promises that zero is valid.
    let mut value: T = unsafe { std::mem::zeroed() };
    let known = size.min(size_of::<T>());
    // SAFETY: both sides have at least `known` bytes and don't overlap: one is our local.
    unsafe { std::ptr::copy_nonoverlapping(pointer.cast::<u8>(), (&raw mut value).cast::<u8>(), known) };
    // SAFETY: the bytes from `known` to `size` are the host's too.
    let beyond = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>().add(known), size - known) };
    if beyond.iter().any(|byte| *byte != 0) {
        return Err(Error::new(
            Code::NotSupported,
            format!(
                "{name} sets a field that this library does not know yet: ship the library of the header it was built with"
            ),
        ));
    }
    Ok(value)
}

/// Refuses what this version of the header gives no meaning to, for the same reason.
pub(super) fn must_be_zero(bits: u32, name: &str) -> Result<()> {
    match bits {
        0 => Ok(()),
        _ => Err(Error::new(
            Code::NotSupported,
            format!("{name} has bits that this library does not know: leave them zero"),
        )),
    }
}

/// Writes an output struct of any version: as much of it as the host knows; its `struct_size` stays as it was.
pub(super) unsafe fn write_versioned<T: Versioned>(value: T, pointer: *mut T, name: &str) -> Result<()> {
    // SAFETY: NULL, or `struct_size` readable bytes, as the header asks.
    let size = unsafe { struct_size(pointer, name) }?;
    let skip = size_of::<u32>();
    let known = size.min(size_of::<T>());
    // SAFETY: both sides have at least `known` bytes and don't overlap: one is our local.
    unsafe {
        let from = (&raw const value).cast::<u8>().add(skip);
        std::ptr::copy_nonoverlapping(from, pointer.cast::<u8>().add(skip), known - skip);
    }
    Ok(())
}

/// Writes an output struct for a host of this very version, which is nearly every one; false, and nothing is written, for others
/// and for a pointer that is no good.
#[inline(always)]
pub(super) unsafe fn write_whole<T: Versioned>(value: T, pointer: *mut T) -> bool {
    if pointer.is_null() || !pointer.is_aligned() {
        return false;
    }
    // SAFETY: not NULL, aligned, and the first field of every such struct is its size.
    let same = unsafe { pointer.cast::<u32>().read() } as usize == size_of::<T>();
    if same {
        // SAFETY: the host has as many writable bytes as it says.
        unsafe { pointer.write(value) };
    }
    same
}

unsafe fn struct_size<T: Versioned>(pointer: *const T, name: &str) -> Result<usize> {
    if pointer.is_null() || !pointer.is_aligned() {
        return Err(invalid(format!("{name} is NULL or misaligned")));
    }
    // SAFETY: not NULL, aligned, and the first field of every such struct is its size.
    let size = unsafe { pointer.cast::<u32>().read() } as usize;
    if !(T::SMALLEST..=4096).contains(&size) || !size.is_multiple_of(align_of::<T>()) {
        return Err(invalid(format!(
            "{name} has a struct_size of {size}, which no version of the header has: begin with {}",
            T::INITIALISER
        )));
    }
    Ok(size)
}

/// Copies a sentence into the host's buffer, cut at a character, and tells how much the whole takes.
pub(super) unsafe fn copy_out_text(text: &str, buffer: *mut c_char, capacity: usize, needed: *mut usize) -> Result<()> {
    if buffer.is_null() && capacity != 0 {
        return Err(invalid("buffer is NULL, and capacity is not 0"));
    }
    let text = c_string(text);
    let bytes = text.as_bytes();
    if let Some(room) = capacity.checked_sub(1) {
        let cut = text.to_str().map_or(0, |text| text.floor_char_boundary(room.min(text.len())));
        // SAFETY: `buffer` has room for `capacity` bytes, and `cut` is at most one less.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr().cast::<c_char>(), buffer, cut);
            buffer.add(cut).write(0);
        }
    }
    if !needed.is_null() {
        // SAFETY: not NULL, and writable as the header asks.
        unsafe { needed.write(bytes.len() + 1) };
    }
    Ok(())
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::InvalidArgument, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A struct that has grown by a field since its first version, as none of the header's outputs has yet.
    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Grown {
        struct_size: u32,
        first: u32,
        later: u64,
    }

    // SAFETY: `repr(C)`, the size first, no padding, and zero is a number.
    unsafe impl Versioned for Grown {
        const SMALLEST: usize = 8;
        const INITIALISER: &'static str = "GROWN_INIT";
    }

    const CANARY: u64 = 0xA5A5_A5A5_A5A5_A5A5;

    #[test]
    fn a_host_of_an_older_header_is_written_what_it_knows_and_no_byte_more() {
        let mut host = Grown { struct_size: 8, first: 0, later: CANARY };
        let value = Grown { struct_size: 16, first: 7, later: 7 };
        // SAFETY: a whole struct is there, whatever its size says.
        assert!(unsafe { write_versioned(value, &raw mut host, "out") }.is_ok());
        assert_eq!(host, Grown { struct_size: 8, first: 7, later: CANARY });
    }

    #[test]
    fn a_host_of_an_older_header_is_read_no_further_than_it_goes() {
        let host = Grown { struct_size: 8, first: 7, later: CANARY };
        // SAFETY: as above.
        let value = unsafe { read_versioned(&raw const host, "in") };
        assert_eq!(value.ok(), Some(Grown { struct_size: 8, first: 7, later: 0 }));
    }

    #[test]
    fn what_only_a_newer_header_has_is_left_alone_as_output_and_must_be_zero_as_input() {
        let mut host = [Grown { struct_size: 32, first: 7, later: 8 }, Grown { struct_size: 0, first: 0, later: 0 }];
        // SAFETY: two structs in a row are there.
        let value = unsafe { read_versioned(host.as_ptr(), "in") };
        assert_eq!(value.ok(), Some(host[0]));
        host[1].later = CANARY;
        // SAFETY: as above.
        let refused = unsafe { read_versioned(host.as_ptr(), "in") };
        assert!(refused.is_err_and(|error| error.code == Code::NotSupported));
        let value = Grown { struct_size: 16, first: 1, later: 2 };
        // SAFETY: as above.
        assert!(unsafe { write_versioned(value, host.as_mut_ptr(), "out") }.is_ok());
        assert_eq!(host[0], Grown { struct_size: 32, first: 1, later: 2 });
        assert_eq!(host[1].later, CANARY);
    }
}
