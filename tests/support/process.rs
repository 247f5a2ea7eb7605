//! Threads, descriptors and memory of this process, read from Linux's `/proc/self`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Thread ids with the names of the threads.
pub fn threads() -> BTreeMap<u32, String> {
    numbered("/proc/self/task", |path| Some(fs::read_to_string(path.join("comm")).ok()?.trim_end().to_owned()))
}

/// Open descriptors with what they point to (`socket:[…]`, `pipe:[…]`, a path), without the one that this look needs and the
/// records that this harness keeps for the whole run.
pub fn descriptors() -> BTreeMap<u32, String> {
    let own = format!("/proc/{}/fd", std::process::id());
    let mut found = numbered("/proc/self/fd", |path| Some(fs::read_link(path).ok()?.to_string_lossy().into_owned()));
    let records = practice_provider::records_folder();
    let is_record = |target: &str| records.as_ref().is_some_and(|folder| Path::new(target).starts_with(folder));
    found.retain(|_, target| *target != own && !is_record(target));
    found
}

/// Those of [`descriptors`] that are sockets.
pub fn sockets() -> BTreeMap<u32, String> {
    let mut found = descriptors();
    found.retain(|_, target| target.starts_with("socket:"));
    found
}

/// Memory that this process has in RAM, in bytes (`VmRSS`).
pub fn resident_bytes() -> u64 {
    status_bytes("VmRSS:")
}

/// The most that this process ever had in RAM, in bytes (`VmHWM`).
pub fn peak_bytes() -> u64 {
    status_bytes("VmHWM:")
}

fn status_bytes(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc/self/status");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect(field);
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().expect("a number");
    kibibytes * 1024
}

/// Memory that this process has for itself in RAM, in bytes: without the pages of programs and libraries, which come in as
/// they are first used.
pub fn private_bytes() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").expect("/proc/self/statm");
    let pages: Vec<u64> = statm.split(' ').filter_map(|number| number.trim().parse().ok()).collect();
    // SAFETY: takes a number.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    (pages[1] - pages[2]) * u64::try_from(page).expect("a page has a size")
}

/// Takes as many descriptors as the system lets this process have, and tells how many that are.
pub fn raise_descriptor_limit() -> u64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a whole struct, read and written by the call.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit), 0, "getrlimit");
        // More than any test needs; an unlimited number is none that could be set.
        limit.rlim_cur = limit.rlim_max.min(65_536);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limit), 0, "setrlimit");
    }
    limit.rlim_cur
}

/// How often a thread of this process has given up the processor or was made to. A thread that sleeps has a still counter.
pub fn switches(thread: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/self/task/{thread}/status")).unwrap_or_default();
    let count = |line: &str| line.split_once("ctxt_switches:")?.1.trim().parse::<u64>().ok();
    status.lines().filter_map(count).sum()
}

fn numbered(folder: &str, read: impl Fn(&Path) -> Option<String>) -> BTreeMap<u32, String> {
    let entries = fs::read_dir(folder).expect("/proc is mounted");
    entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            // What ends between the look at the folder and the look at the entry is not there any more.
            Some((path.file_name()?.to_str()?.parse().ok()?, read(&path)?))
        })
        .collect()
}
