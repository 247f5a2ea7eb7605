//! How a thing that is shorter than a look at the clock is measured, by one thread or many.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::rivals::Rival;

/// How much is measured.
pub struct Sampling {
    /// Turns of each rival. Median and 99.99 % are the middle ones of all turns, also of those that the system disturbed; the worst
    /// and the waits are those of all turns.
    turns: usize,
    /// How long one lasts for the median, and how long for the tail.
    batches: Duration,
    singles: Duration,
}

/// In nanoseconds for one call.
pub struct Figures {
    pub median: f64,
    pub p9999: f64,
    pub worst: f64,
    /// How often a thread gave up the processor to wait for something, as it does for a lock that another holds. None where the
    /// system does not tell.
    pub waits: Option<u64>,
}

/// So many calls are one batch.
const BATCH: u32 = 256;

impl Sampling {
    pub const QUICK: Self = Self { turns: 5, batches: Duration::from_millis(20), singles: Duration::from_millis(80) };
    pub const WHOLE: Self = Self { turns: 9, batches: Duration::from_millis(100), singles: Duration::from_millis(900) };

    /// Measures the rivals in turns, so that whatever the machine does meanwhile meets all of them.
    pub fn take_turns(&self, rivals: &[&dyn Rival], threads: usize) -> Vec<Figures> {
        let mut turns: Vec<Vec<Figures>> = rivals.iter().map(|_| Vec::new()).collect();
        for _ in 0..self.turns {
            for (rival, turns) in rivals.iter().zip(&mut turns) {
                turns.push(self.turn(*rival, threads));
            }
        }
        turns.iter().map(|turns| Figures::of(turns)).collect()
    }

    fn turn(&self, rival: &dyn Rival, threads: usize) -> Figures {
        let clock = clock_cost();
        let barrier = Barrier::new(threads);
        let seen: Vec<Seen> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| {
                        let mut seen = Seen::new();
                        barrier.wait();
                        self.sample(rival, clock, &mut seen);
                        seen
                    })
                })
                .collect();
            running.into_iter().map(|thread| thread.join().expect("a thread that measures")).collect()
        });
        Seen::all(seen).figures()
    }

    fn sample(&self, rival: &dyn Rival, clock: Duration, seen: &mut Seen) {
        black_box(rival.ask(BATCH));
        let before = waits();
        let end = Instant::now() + self.batches;
        while Instant::now() < end {
            let began = Instant::now();
            black_box(rival.ask(BATCH));
            seen.batches.add(began.elapsed().saturating_sub(clock).as_nanos() as f64 / f64::from(BATCH));
        }
        let end = Instant::now() + self.singles;
        let mut began = Instant::now();
        while began < end {
            began = Instant::now();
            black_box(rival.ask(1));
            let took = Instant::now() - began;
            seen.singles.add(took.saturating_sub(clock).as_nanos() as f64);
        }
        seen.waits = waits().zip(before).map(|(after, before)| after - before);
    }
}

/// What looking at the clock twice takes when nothing is in between: the least of many, so that too little is taken off.
fn clock_cost() -> Duration {
    (0..10_000)
        .map(|_| {
            let began = Instant::now();
            Instant::now() - began
        })
        .min()
        .unwrap_or_default()
}

/// The kernel's count of this thread's waits. Asked for with a call that does not wait itself, as reading a file of `/proc` may.
#[cfg(target_os = "linux")]
fn waits() -> Option<u64> {
    // SAFETY: integers, all of which may be zero.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: a struct of that type, which is written.
    let told = unsafe { libc::getrusage(libc::RUSAGE_THREAD, &mut usage) };
    if told == 0 { u64::try_from(usage.ru_nvcsw).ok() } else { None }
}

#[cfg(not(target_os = "linux"))]
fn waits() -> Option<u64> {
    None
}

/// How often each time was seen. All of its memory is there before anything is measured.
struct Histogram {
    /// The last holds all that is longer.
    counts: Vec<u32>,
    step: f64,
    longest: f64,
}

impl Histogram {
    fn new(step: f64) -> Self {
        // Not zeros at first: the kernel would not give the pages before they are used.
        let mut counts = vec![1; 1 << 16];
        counts.fill(black_box(0));
        Self { counts, step, longest: 0.0 }
    }

    fn add(&mut self, time: f64) {
        let place = (time / self.step) as usize;
        let last = self.counts.len() - 1;
        self.counts[place.min(last)] += 1;
        self.longest = self.longest.max(time);
    }

    fn join(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, more)| *sum += more);
        self.longest = self.longest.max(other.longest);
    }

    /// The time that all but one in so many stay under.
    fn all_but_one_in(&self, share: u64) -> f64 {
        let total: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        assert!(total > 0, "nothing was measured");
        let mut left = total.div_ceil(share);
        let place = self.counts.iter().rposition(|count| {
            left = left.saturating_sub(u64::from(*count));
            left == 0
        });
        match place {
            Some(place) if place + 1 < self.counts.len() => (place + 1) as f64 * self.step,
            // Beyond the last place only the longest is known.
            _ => self.longest,
        }
    }
}

/// What one thread has measured.
struct Seen {
    batches: Histogram,
    singles: Histogram,
    waits: Option<u64>,
}

impl Seen {
    fn new() -> Self {
        Self { batches: Histogram::new(0.01), singles: Histogram::new(4.0), waits: Some(0) }
    }

    fn all(seen: Vec<Self>) -> Self {
        seen.into_iter().fold(Self::new(), |mut all, one| {
            all.batches.join(&one.batches);
            all.singles.join(&one.singles);
            all.waits = all.waits.zip(one.waits).map(|(sum, more)| sum + more);
            all
        })
    }

    fn figures(&self) -> Figures {
        Figures {
            median: self.batches.all_but_one_in(2),
            p9999: self.singles.all_but_one_in(10_000),
            worst: self.singles.longest,
            waits: self.waits,
        }
    }
}

impl Figures {
    fn of(turns: &[Self]) -> Self {
        Self {
            median: median(turns.iter().map(|turn| turn.median).collect()),
            p9999: median(turns.iter().map(|turn| turn.p9999).collect()),
            worst: turns.iter().map(|turn| turn.worst).fold(0.0, f64::max),
            waits: turns.iter().map(|turn| turn.waits).sum(),
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
