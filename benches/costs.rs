//! What the library may cost the game: limits of the figures of `frame/` and `footprint/`.
//!
//! Times of a single call hold whatever the system did meanwhile. The 99.99 % is judged all the same, with more threads than cores too:
//! a thread's turn on a core is several times ten thousand calls, so that waiting for the next is not in it. The worst is only shown: it is
//! the scheduler's, and much the same for one atomic load.

use crate::figures::Figures;
use crate::limits::{Machine, Verdict};

const MEDIAN_NS: f64 = 5.0;
const P9999_NS: f64 = 1000.0;
/// Of the median with one client: another place of the table is another line of the cache, no more.
const WITH_MANY: f64 = 1.2;
/// Likewise, of all clients in turns: a thousand statuses are more than the nearest cache has room for, and come from the next.
const IN_TURNS: f64 = 1.5;
const RESIDENT_KIB: f64 = 4096.0;
/// A client beside the first: its configuration, its status, what it knows of the provider.
const EACH_CLIENT_KIB: f64 = 64.0;
/// The library's own, and as many as it is lent at the most (`src/runtime.rs`). Four names are looked up at once, but a thread that is
/// through with one lets the next begin a moment before it is free itself, and that one may get a thread more.
const THREADS_NAMED: f64 = 1.0 + 16.0;

/// Every limit there is for what was measured.
pub fn judge(figures: &Figures, machine: Machine, verdicts: &mut Vec<Verdict>) {
    frames(figures, machine, verdicts);
    footprint(figures, verdicts);
}

fn at_most(figure: impl Into<String>, measured: Option<f64>, limit: f64, unit: &str, because: &str) -> Verdict {
    Verdict { figure: figure.into(), measured, limit, unit: unit.to_owned(), because: because.to_owned() }
}

fn frames(figures: &Figures, machine: Machine, verdicts: &mut Vec<Verdict>) {
    // On a shared machine the other programs' work is in the caches, and in the clock's steps.
    let factor = if machine == Machine::Quiet { 1.0 } else { 3.0 };
    // There a page of the program may have to be fetched again, which is waited for too; a lock among 64 threads shows hundreds.
    let waits_allowed = if machine == Machine::Quiet { 0.0 } else { 10.0 };
    for place in ["idle", "login"] {
        for threads in [1, 8, 64] {
            let poll = format!("frame.{place}.threads-{threads}.poll");
            let median = format!("{poll}.median");
            let measured = figures.get(&median);
            verdicts.push(at_most(median, measured, MEDIAN_NS * factor, "ns", "half of all polls"));
            let waits = format!("{poll}.waits");
            let measured = figures.get(&waits);
            verdicts.push(at_most(waits, measured, waits_allowed, "waits", "no poll waits for a lock"));
            let p9999 = format!("{poll}.p9999");
            let measured = figures.get(&p9999);
            verdicts.push(at_most(p9999, measured, P9999_NS * factor, "ns", "of ten thousand polls all but one"));
        }
        let allocations = format!("frame.{place}.allocations");
        let measured = figures.get(&allocations);
        verdicts.push(at_most(allocations, measured, 0.0, "allocations", "a poll allocates nothing"));
    }
    let one = figures.get("frame.idle.threads-1.poll.median");
    for (many, limit, because) in [
        ("threads-1", WITH_MANY, "polling one costs the same with 1,000 clients"),
        ("in-turns", IN_TURNS, "polling all in turns costs what they lie further away"),
    ] {
        let median = figures.get(&format!("frame.clients-1000.{many}.poll.median"));
        let share = one.zip(median).map(|(one, many)| many / one);
        let figure = format!("frame.clients-1000.{many} / frame.idle");
        verdicts.push(at_most(figure, share, limit * factor, "of the time with one client", because));
    }
}

fn footprint(figures: &Figures, verdicts: &mut Vec<Verdict>) {
    for clients in [1, 10, 1000] {
        let name = |what: &str| format!("footprint.clients-{clients}.{what}");
        for moment in ["created", "signed-in"] {
            let threads = name(&format!("{moment}.threads"));
            let measured = figures.get(&threads);
            verdicts.push(at_most(threads, measured, 1.0, "threads", "one for the library"));
        }
        let wake_ups = name("wake-ups");
        let measured = figures.get(&wake_ups);
        verdicts.push(at_most(wake_ups, measured, 0.0, "a minute", "nothing is planned for that time"));
        for left in ["threads", "descriptors"] {
            let figure = name(&format!("shut-down.{left}"));
            let measured = figures.get(&figure);
            verdicts.push(at_most(figure, measured, 0.0, left, "a shutdown leaves nothing"));
        }
    }
    let threads = "footprint.clients-1000.named.threads";
    let because = "one for the library, and those that it is lent for look-ups";
    verdicts.push(at_most(threads, figures.get(threads), THREADS_NAMED, "threads", because));
    let resident = |clients: u32, moment: &str| figures.get(&format!("footprint.clients-{clients}.{moment}.resident"));
    let more = resident(1, "signed-in").zip(resident(1, "created")).map(|(after, before)| after - before);
    let because = "more than before the sign-in";
    verdicts.push(at_most("footprint.clients-1.sign-in.resident", more, RESIDENT_KIB, "KiB", because));
    let each = resident(1000, "created").zip(resident(1, "created")).map(|(many, one)| (many - one) / 999.0);
    let because = "each client beside the first";
    verdicts.push(at_most("footprint.clients-1000.each.resident", each, EACH_CLIENT_KIB, "KiB", because));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that keeps every limit; one figure may be another.
    fn broken(other: Option<(&str, f64)>) -> Vec<String> {
        let mut figures = Figures::default();
        for place in ["idle", "login"] {
            for threads in [1, 8, 64] {
                let poll = format!("frame.{place}.threads-{threads}.poll");
                for (what, value) in [("median", 2.5), ("waits", 0.0), ("p9999", 600.0)] {
                    figures.say(&format!("{poll}.{what}"), value, "");
                }
            }
            figures.say(&format!("frame.{place}.allocations"), 0.0, "");
        }
        for clients in ["1", "10", "1000"] {
            for (what, value) in [
                ("created.threads", 1.0),
                ("created.resident", 4000.0),
                ("signed-in.threads", 1.0),
                ("signed-in.resident", 5000.0),
                ("wake-ups", 0.0),
                ("shut-down.threads", 0.0),
                ("shut-down.descriptors", 0.0),
            ] {
                figures.say(&format!("footprint.clients-{clients}.{what}"), value, "");
            }
        }
        figures.say("frame.clients-1000.threads-1.poll.median", 2.6, "");
        figures.say("frame.clients-1000.in-turns.poll.median", 3.1, "");
        figures.say("footprint.clients-1000.named.threads", 17.0, "");
        other.into_iter().for_each(|(name, value)| figures.say(name, value, ""));
        let mut verdicts = Vec::new();
        judge(&figures, Machine::Quiet, &mut verdicts);
        verdicts.retain(|verdict| !verdict.is_kept());
        verdicts.into_iter().map(|verdict| verdict.figure).collect()
    }

    #[test]
    fn each_figure_out_of_bounds_is_found() {
        assert_eq!(broken(None), Vec::<String>::new());
        for (name, value, figure) in [
            ("frame.idle.threads-8.poll.median", 5.1, "frame.idle.threads-8.poll.median"),
            ("frame.login.threads-1.poll.p9999", 1001.0, "frame.login.threads-1.poll.p9999"),
            ("frame.login.threads-64.poll.p9999", 1001.0, "frame.login.threads-64.poll.p9999"),
            ("frame.idle.threads-64.poll.waits", 1.0, "frame.idle.threads-64.poll.waits"),
            ("frame.login.allocations", 1.0, "frame.login.allocations"),
            ("frame.clients-1000.threads-1.poll.median", 3.1, "frame.clients-1000.threads-1 / frame.idle"),
            ("frame.clients-1000.in-turns.poll.median", 3.8, "frame.clients-1000.in-turns / frame.idle"),
            ("footprint.clients-1000.named.threads", 18.0, "footprint.clients-1000.named.threads"),
            ("footprint.clients-10.wake-ups", 1.0, "footprint.clients-10.wake-ups"),
            ("footprint.clients-1.shut-down.descriptors", 1.0, "footprint.clients-1.shut-down.descriptors"),
            ("footprint.clients-1.signed-in.resident", 9000.0, "footprint.clients-1.sign-in.resident"),
            ("footprint.clients-1000.created.resident", 70_000.0, "footprint.clients-1000.each.resident"),
        ] {
            assert_eq!(broken(Some((name, value))), [figure], "{name} {value}");
        }
    }

    #[test]
    fn what_was_not_measured_is_no_success() {
        let mut verdicts = Vec::new();
        judge(&Figures::default(), Machine::Quiet, &mut verdicts);
        assert!(verdicts.iter().all(|verdict| !verdict.is_kept()));
    }
}
