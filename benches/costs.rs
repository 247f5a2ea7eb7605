//! What the library may cost the game: limits of the figures of `frame/` and `footprint/`.
//!
//! Times of a single call hold whatever the system did meanwhile, so the 99.99 % is judged with one thread, which leaves the system
//! its cores, and the worst is only shown: it is the scheduler's, and much the same for one atomic load.

use crate::figures::Figures;
use crate::limits::{Machine, Verdict};

const MEDIAN_NS: f64 = 5.0;
const P9999_NS: f64 = 1000.0;
/// Of the median with one client: another place of the table is another line of the cache, no more.
const WITH_MANY: f64 = 1.2;
const RESIDENT_KIB: f64 = 4096.0;
/// A client beside the first: its configuration, its status, what it knows of the provider.
const EACH_CLIENT_KIB: f64 = 64.0;
/// More than one core is the system's; more threads than cores wait for each other.
const JUDGED_THREADS: &str = ".threads-1.";

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
        }
        let p9999 = format!("frame.{place}{JUDGED_THREADS}poll.p9999");
        let measured = figures.get(&p9999);
        verdicts.push(at_most(p9999, measured, P9999_NS * factor, "ns", "of ten thousand polls all but one"));
        let allocations = format!("frame.{place}.allocations");
        let measured = figures.get(&allocations);
        verdicts.push(at_most(allocations, measured, 0.0, "allocations", "a poll allocates nothing"));
    }
    let one = figures.get("frame.idle.threads-1.poll.median");
    let many = figures.get("frame.clients-1000.threads-1.poll.median");
    let share = one.zip(many).map(|(one, many)| many / one);
    verdicts.push(at_most(
        "frame.clients-1000 / frame.idle",
        share,
        WITH_MANY * factor,
        "of the time with one client",
        "polling costs the same with 1,000 clients",
    ));
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
    let resident = |clients: u32, moment: &str| figures.get(&format!("footprint.clients-{clients}.{moment}.resident"));
    let more = resident(1, "signed-in").zip(resident(1, "created")).map(|(after, before)| after - before);
    let because = "more than before the sign-in";
    verdicts.push(at_most("footprint.clients-1.sign-in.resident", more, RESIDENT_KIB, "KiB", because));
    let each = resident(1000, "created").zip(resident(1, "created")).map(|(many, one)| (many - one) / 999.0);
    let because = "each client beside the first";
    verdicts.push(at_most("footprint.clients-1000.each.resident", each, EACH_CLIENT_KIB, "KiB", because));
}
