//! What the lock promises on a Unix: whose folder it uses, and what a fork does to it.
//!
//! It may fork, and the child does nothing but what a signal handler may do. It may touch folders of its own only.
#![allow(unsafe_code)]

use std::os::fd::AsRawFd;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::super::platform::{folder, ours, place};
use super::*;

fn mode(folder: &Path) -> u32 {
    std::fs::metadata(folder).unwrap().permissions().mode() & 0o7777
}

fn set_mode(folder: &Path, mode: u32) {
    std::fs::set_permissions(folder, PermissionsExt::from_mode(mode)).unwrap();
}

/// Runs the body in a forked child, which must end by itself; returns its exit code.
fn in_child(body: impl FnOnce() -> i32) -> i32 {
    // SAFETY: the child of this many-threaded process only makes system calls and leaves without any clean-up.
    unsafe {
        match libc::fork() {
            0 => libc::_exit(body()),
            child => {
                assert!(child > 0);
                let mut status = 0;
                assert_eq!(libc::waitpid(child, &mut status, 0), child);
                libc::WEXITSTATUS(status)
            }
        }
    }
}

#[test]
fn a_folder_is_made_for_this_user_alone() {
    let above = tempfile::tempdir().unwrap();
    let mine = above.path().join("latchkey");
    ours(&mine).unwrap();
    assert_eq!(mode(&mine), 0o700);
    ours(&mine).unwrap();
}

#[test]
fn a_folder_that_others_may_enter_is_refused() {
    let above = tempfile::tempdir().unwrap();
    let open = above.path().join("latchkey");
    std::fs::create_dir(&open).unwrap();
    for bits in [0o777, 0o755, 0o710, 0o701, 0o1777] {
        set_mode(&open, bits);
        let error = ours(&open).unwrap_err();
        assert_eq!(error.code, Code::StoreUnavailable);
        assert!(error.message.contains("other users may enter it"), "{bits:o}: {error}");
        assert_eq!(mode(&open), bits, "it is not ours to repair");
    }
}

#[test]
fn a_link_and_a_file_are_refused() {
    let above = tempfile::tempdir().unwrap();
    let (target, link, file) = (above.path().join("target"), above.path().join("link"), above.path().join("file"));
    ours(&target).unwrap();
    symlink(&target, &link).unwrap();
    std::fs::write(&file, "").unwrap();
    for wrong in [link, file] {
        let error = ours(&wrong).unwrap_err();
        assert!(error.message.contains("not a folder"), "{error}");
    }
}

#[test]
fn a_folder_of_another_user_is_refused() {
    let above = tempfile::tempdir().unwrap();
    let theirs = above.path().join("latchkey");
    ours(&theirs).unwrap();
    if std::os::unix::fs::chown(&theirs, Some(12_345), None).is_err() {
        // Only root may give a folder away; the root folder itself is somebody else's to everyone but root.
        assert!(ours(Path::new("/")).unwrap_err().message.contains("another user"));
        return;
    }
    assert!(ours(&theirs).unwrap_err().message.contains("another user"));
    assert_eq!(place(Some(&theirs), Path::new("/t")).parent(), Some(Path::new("/t")), "nor a runtime folder of theirs");
}

#[test]
fn the_runtime_folder_is_taken_if_it_is_this_users() {
    let runtime = tempfile::tempdir().unwrap();
    let other = Path::new("/elsewhere");
    set_mode(runtime.path(), 0o700);
    assert_eq!(place(Some(runtime.path()), other), runtime.path().join("latchkey"));
    set_mode(runtime.path(), 0o777);
    for unfit in [Some(runtime.path()), Some(Path::new(".")), Some(Path::new("/does/not/exist")), None] {
        let chosen = place(unfit, other);
        assert_eq!(chosen.parent(), Some(other), "{unfit:?}");
        assert!(chosen.file_name().unwrap().to_str().unwrap().starts_with("latchkey-"), "{chosen:?}");
    }
}

#[test]
fn a_link_in_place_of_the_file_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    symlink(&elsewhere, folder.path().join(file_name(KEY).unwrap())).unwrap();
    assert!(run(SlotLock::acquire_in(folder.path(), KEY, Duration::ZERO)).is_err());
    assert!(!elsewhere.exists());
}

#[test]
fn the_players_own_folder_is_one_that_passes() {
    if let Ok(found) = folder() {
        assert!(ours(&found).is_ok());
    }
}

#[test]
fn the_file_is_empty_private_and_not_inherited() {
    let folder = tempfile::tempdir().unwrap();
    let lock = run(SlotLock::acquire_in(folder.path(), KEY, LONG)).unwrap();
    let found = lock.file.metadata().unwrap();
    assert_eq!((found.len(), found.permissions().mode() & 0o777), (0, 0o600));
    // SAFETY: a descriptor that is open, and a question.
    let flags = unsafe { libc::fcntl(lock.file.as_raw_fd(), libc::F_GETFD) };
    assert_eq!(flags & libc::FD_CLOEXEC, libc::FD_CLOEXEC, "a browser would inherit the lock");
}

#[test]
fn a_forked_child_that_drops_the_lock_does_not_take_it_from_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let lock = run(SlotLock::acquire_in(folder.path(), KEY, LONG)).unwrap();
    // SAFETY: the copy is the child's only; the parent's own is not touched.
    let code = in_child(|| unsafe {
        drop(std::ptr::read(&lock));
        7
    });
    assert_eq!(code, 7);
    assert!(run(SlotLock::acquire_in(folder.path(), KEY, Duration::ZERO)).is_err(), "it was given away");
}

#[test]
fn a_forked_child_that_lives_on_does_not_keep_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let lock = run(SlotLock::acquire_in(folder.path(), KEY, LONG)).unwrap();
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    // SAFETY: the child of this many-threaded process only reads a socket and leaves without any clean-up.
    let child = unsafe {
        match libc::fork() {
            0 => {
                let mut byte = 0_u8;
                libc::read(theirs.as_raw_fd(), (&raw mut byte).cast(), 1);
                libc::_exit(0)
            }
            child => child,
        }
    };
    drop(lock);
    let after = run(SlotLock::acquire_in(folder.path(), KEY, Duration::ZERO));
    std::io::Write::write_all(&mut ours, b"x").unwrap();
    // SAFETY: a child of our own, waited for once.
    assert_eq!(unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) }, child);
    assert!(after.is_ok(), "the child's copy keeps it");
}
