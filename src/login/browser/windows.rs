//! Windows: `ShellExecuteEx`, which asks the registry for the player's browser. No shell reads the URL, and no program is looked for.
//!
//! It may start what the registry names for the scheme, and says what kept it from that. It shows nothing itself: a dialog of
//! Windows' own would stand behind a game that fills the screen, and hold the sign-in until somebody finds it.
#![allow(unsafe_code)]

use std::io::Error;
use std::ptr::null;

use url::Url;
use windows_sys::Win32::System::Com::{
    COINIT_APARTMENTTHREADED, COINIT_DISABLE_OLE1DDE, CoInitializeEx, CoUninitialize,
};
use windows_sys::Win32::UI::Shell::{SEE_MASK_FLAG_NO_UI, SEE_MASK_NOASYNC, SHELLEXECUTEINFOW, ShellExecuteExW};
use windows_sys::Win32::UI::WindowsAndMessaging::SW_SHOWNORMAL;

use super::unavailable;
use crate::error::Result;
use crate::runtime::on_lent_thread;

/// The call may take seconds, so it has a thread of its own for that long.
pub(super) async fn open(url: &Url) -> Result<()> {
    let url: Vec<u16> = url.as_str().encode_utf16().chain([0]).collect();
    match on_lent_thread(move || execute(&url)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(problem)) => Err(unavailable(problem)),
        Err(problem) => Err(unavailable(problem)),
    }
}

/// `url` ends with a NUL.
fn execute(url: &[u16]) -> std::io::Result<()> {
    let _apartment = Apartment::enter();
    let mut info = SHELLEXECUTEINFOW {
        cbSize: size_of::<SHELLEXECUTEINFOW>() as u32,
        // This thread has no loop in which an answer could come later, and may end at once.
        fMask: SEE_MASK_FLAG_NO_UI | SEE_MASK_NOASYNC,
        lpFile: url.as_ptr(),
        nShow: SW_SHOWNORMAL,
        ..Default::default()
    };
    // SAFETY: every field that is not set is zero, which means that it is not used; the URL outlives the call.
    if unsafe { ShellExecuteExW(&mut info) } == 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

/// Some browsers are started through COM, which this thread has to have begun; the thread belongs to the library.
struct Apartment {
    entered: bool,
}

impl Apartment {
    fn enter() -> Self {
        let kind = COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE;
        // SAFETY: the first argument is reserved and has to be NULL.
        let outcome = unsafe { CoInitializeEx(null(), kind as u32) };
        // Without it all other browsers can still be started.
        Self { entered: outcome >= 0 }
    }
}

impl Drop for Apartment {
    fn drop(&mut self) {
        if self.entered {
            // SAFETY: entered on this very thread, since this value is made and dropped within one function.
            unsafe { CoUninitialize() };
        }
    }
}
