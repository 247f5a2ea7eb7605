//! The status snapshot under loom, which goes through every order of two threads' loads and stores that the memory model
//! allows: `RUSTFLAGS="--cfg loom" cargo test -p latchkey-model --release`, or `cargo xtask test hostile`.
//!
//! The cell's own source is compiled here against loom's atomics; there is no second one that could differ.

#![cfg(loom)]

#[path = "../../src/error.rs"]
pub mod error;
#[path = "../../src/status.rs"]
pub mod status;

#[cfg(test)]
mod tests {
    use loom::sync::{Arc, Mutex};
    use loom::thread;

    use crate::status::{Status, StatusCell};

    /// The words of a change that can be told from those of every other.
    fn numbered(revision: u64) -> Status {
        Status { login_id: revision, deadline_ms: revision * 3, ..Status::default() }
    }

    fn assert_whole(status: Status) {
        assert_eq!(status.login_id, status.revision, "a word of another change");
        assert_eq!(status.deadline_ms, status.revision * 3, "a word of another change");
    }

    /// Publishes so many changes, beside whatever the reader does.
    fn beside(changes: u64, reader: impl Fn(&StatusCell) + Sync + Send + 'static) {
        loom::model(move || {
            let cell = Arc::new(StatusCell::default());
            let writer = thread::spawn({
                let cell = Arc::clone(&cell);
                move || (1..=changes).for_each(|revision| assert_eq!(cell.publish(numbered(revision)), revision))
            });
            reader(&cell);
            writer.join().unwrap();
            assert_eq!(
                cell.read(),
                Status { revision: changes, ..numbered(changes) },
                "the last change is seen after it"
            );
        });
    }

    /// As many changes as it takes to write over the place that a reader began with.
    #[test]
    fn a_reader_that_is_lapped_sees_no_mixture() {
        beside(3, |cell| assert_whole(cell.read()));
    }

    #[test]
    fn a_reader_never_goes_back() {
        beside(2, |cell| {
            let (first, second) = (cell.read(), cell.read());
            assert_whole(second);
            assert!(second.revision >= first.revision, "went back");
        });
    }

    /// As in the client, whose lock serialises those who publish.
    #[test]
    fn two_writers_behind_a_lock_are_as_good_as_one() {
        loom::model(|| {
            let cell = Arc::new(StatusCell::default());
            let lock = Arc::new(Mutex::new(0));
            let publish = |cell: &StatusCell, lock: &Mutex<u64>| {
                let mut revision = lock.lock().unwrap();
                *revision += 1;
                assert_eq!(cell.publish(numbered(*revision)), *revision, "a revision that there was before");
            };
            let writer = thread::spawn({
                let (cell, lock) = (Arc::clone(&cell), Arc::clone(&lock));
                move || publish(&cell, &lock)
            });
            publish(&cell, &lock);
            assert_whole(cell.read());
            writer.join().unwrap();
            assert_eq!(cell.read().revision, 2);
        });
    }
    /// As in the table of handles: each tenant of a place has a lock of its own, and is closed before the place is vacant.
    #[test]
    fn a_tenant_of_before_writes_nothing_into_the_status_of_the_next() {
        loom::model(|| {
            let cell = Arc::new(StatusCell::default());
            let (closed, vacant) = (Arc::new(Mutex::new(false)), Arc::new(Mutex::new(false)));
            let task = thread::spawn({
                let (cell, closed) = (Arc::clone(&cell), Arc::clone(&closed));
                move || {
                    let closed = closed.lock().unwrap();
                    if !*closed {
                        cell.publish(numbered(1));
                    }
                }
            });
            let end = thread::spawn({
                let vacant = Arc::clone(&vacant);
                move || {
                    *closed.lock().unwrap() = true;
                    *vacant.lock().unwrap() = true;
                }
            });
            let is_let = *vacant.lock().unwrap();
            let next = Status { login_id: 7, ..Status::default() };
            let revision = if is_let { cell.publish(next) } else { 0 };
            task.join().unwrap();
            end.join().unwrap();
            if is_let {
                assert_eq!(cell.read(), Status { revision, ..next });
            }
        });
    }
}
