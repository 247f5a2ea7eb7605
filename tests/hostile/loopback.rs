//! What knocks at the callback's port while it is waited for, and who holds it when it is wanted.

#[cfg(target_os = "linux")]
mod floods;
#[cfg(target_os = "linux")]
mod other_user;
mod page;
mod ports;
mod responses;
#[cfg(target_os = "linux")]
mod strangers;
