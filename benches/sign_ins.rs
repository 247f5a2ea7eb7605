//! Sign-ins by all programs over lines of different length, and how long each takes from the callback to the player's name.
//!
//! Players type at the same time and finish one after the other: each callback has a time slot of its own, so that no two measured
//! spans lie beside each other. Each sign-in has its own provider at the end of its own line.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use latchkey_benches::LATCHKEY;
use latchkey_benches::figures::{Figures, Samples};

use crate::programs::Client;
use crate::stage::{Count, Result, World};

/// How long the game has been running when the player clicks: longer than the line keeps an idle connection.
pub const MENU: Duration = Duration::from_secs(6);
/// How long nobody needs a token before one is fetched anew: likewise.
const QUIET: Duration = Duration::from_secs(6);
/// A player who finished this much late would meet a connection that is closed for it.
const TOO_LATE: Duration = Duration::from_millis(1500);

/// What is the same for several rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub round_trip: Duration,
    pub typed: Duration,
    /// Between launch and click.
    pub menu: Duration,
    /// Whether the ID token lacks the name, so that it comes from userinfo.
    pub userinfo: bool,
    /// Its place among the programs.
    pub client: usize,
}

/// What came of the rounds of a cell.
#[derive(Debug, Default)]
pub struct Outcome {
    /// From the callback to the player's name, in milliseconds.
    pub callback: Samples,
    pub refresh: Samples,
    pub requests_after: Samples,
    pub connections_after: Samples,
    pub requests: Samples,
    pub connections: Samples,
    /// Rounds that the machine was too busy for.
    pub late: usize,
}

pub type Outcomes = BTreeMap<Cell, Outcome>;

/// What a run measures.
pub struct Plan {
    cells: Vec<(Cell, usize)>,
}

struct Measured {
    callback: f64,
    refresh: Option<f64>,
    after: Count,
    all: Count,
}

impl Cell {
    /// As it is written into the names of figures.
    pub fn name(&self, client: &str) -> String {
        let menu = if self.menu.is_zero() { ".at-launch" } else { "" };
        let profile = if self.userinfo { "userinfo" } else { "plain" };
        let (line, typed) = (self.round_trip.as_millis(), self.typed.as_secs());
        format!("callback.{line}ms.{typed}s{menu}.{profile}.{client}")
    }

    /// How long its slot is: room for the slowest.
    fn slot(&self) -> Duration {
        self.round_trip * 6 + Duration::from_millis(80)
    }

    /// Only where the ID token has all, and once a line: refreshing has nothing to do with typing.
    fn refreshes(&self) -> bool {
        !self.userinfo && !self.menu.is_zero() && self.typed == Duration::from_secs(2)
    }
}

impl Plan {
    /// Everything, or as much as two minutes have room for.
    pub fn new(clients: &[Client], lines: &[Duration], quick: bool) -> Self {
        let (typing, rounds): (&[u64], _) = if quick { (&[2, 20], 3) } else { (&[2, 20, 90], 5) };
        let mut cells = Vec::new();
        for &typed in typing {
            let typed = Duration::from_secs(typed);
            for (number, client) in clients.iter().enumerate() {
                for &round_trip in lines {
                    for userinfo in [false, true] {
                        // The one that has limits gets more rounds.
                        let rounds = if client.program.key == LATCHKEY { rounds * 2 - 1 } else { rounds };
                        cells.push((Cell { round_trip, typed, menu: MENU, userinfo, client: number }, rounds));
                    }
                }
                if typed == Duration::from_secs(2) && !quick {
                    let round_trip = Duration::from_millis(50);
                    for userinfo in [false, true] {
                        cells
                            .push((Cell { round_trip, typed, menu: Duration::ZERO, userinfo, client: number }, rounds));
                    }
                }
            }
        }
        Self { cells }
    }

    /// Plays all of it.
    pub fn play(&self, world: &World, clients: &[Client]) -> Result<Outcomes> {
        let outcomes = Mutex::new(Outcomes::new());
        let failure = Mutex::new(None);
        // Held by whoever is measured.
        let turn = Mutex::new(());
        let (schedule, length) = self.schedule();
        println!("{} sign-ins, {} s", schedule.len(), length.as_secs());
        let began = Instant::now();
        thread::scope(|scope| {
            for (cell, due) in schedule {
                let (outcomes, failure, turn) = (&outcomes, &failure, &turn);
                let start = move || {
                    let client = &clients[cell.client];
                    let played = play(world, client, cell, began + due, turn);
                    let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                    match played {
                        Ok(Some(measured)) => outcomes.entry(cell).or_default().add(measured),
                        Ok(None) => outcomes.entry(cell).or_default().late += 1,
                        Err(problem) => {
                            let sentence =
                                format!("{} ({}): {problem}", client.program.shown, cell.name(client.program.key));
                            failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(sentence);
                        }
                    }
                };
                thread::Builder::new().stack_size(512 * 1024).spawn_scoped(scope, start).expect("a thread");
            }
        });
        if let Some(sentence) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(sentence.into());
        }
        Ok(outcomes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// When each callback comes: those that type longer come later, the rounds of a cell far from each other.
    fn schedule(&self) -> (Vec<(Cell, Duration)>, Duration) {
        let rounds = self.cells.iter().map(|(_, rounds)| *rounds).max().unwrap_or(0);
        let mut order: Vec<_> = (0..rounds)
            .flat_map(|round| self.cells.iter().filter(move |(_, rounds)| round < *rounds).map(|(cell, _)| *cell))
            .collect();
        order.sort_by_key(|cell| cell.typed);
        let mut free = Duration::ZERO;
        let mut schedule = Vec::with_capacity(order.len());
        for cell in order {
            let due = free.max(MENU + cell.typed + Duration::from_secs(1));
            free = due + cell.slot();
            if cell.refreshes() {
                // Somewhere later it is measured once more.
                free += cell.slot() / 2;
            }
            schedule.push((cell, due));
        }
        (schedule, free + QUIET)
    }
}

/// One sign-in, whose callback comes at `due`. None: the machine was so busy that it came too late to mean anything.
fn play(world: &World, client: &Client, cell: Cell, due: Instant, turn: &Mutex<()>) -> Result<Option<Measured>> {
    // What a launch takes by itself, generously: looking the provider up is three round trips and more.
    let head_start = cell.round_trip * 8 + Duration::from_millis(300);
    sleep_until(due - cell.typed - cell.menu - head_start);
    let stage = world.stage(cell.round_trip, cell.userinfo)?;
    let launched = Instant::now();
    let sign_in = client.peer.sign_in(stage.issuer(), cell.userinfo)?;
    sleep_until(due - cell.typed);
    let url = sign_in.click()?;
    sleep_until(due);
    let measured = {
        let _mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let callback_url = stage.callback(&url)?;
        if cell.typed < crate::stage::IDLE && due.elapsed() > TOO_LATE {
            return Ok(None);
        }
        let arrived = Instant::now();
        let callback = sign_in.callback(&callback_url)?;
        Measured { callback, refresh: None, after: stage.count_since(arrived), all: stage.count_since(launched) }
    };
    if !cell.refreshes() {
        return Ok(Some(measured));
    }
    thread::sleep(QUIET);
    let _mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Some(Measured { refresh: Some(sign_in.refresh()?), ..measured }))
}

fn sleep_until(moment: Instant) {
    thread::sleep(moment.saturating_duration_since(Instant::now()));
}

impl Outcome {
    fn add(&mut self, measured: Measured) {
        self.callback.add(measured.callback);
        measured.refresh.into_iter().for_each(|refresh| self.refresh.add(refresh));
        self.requests_after.add(measured.after.requests as f64);
        self.connections_after.add(measured.after.connections as f64);
        self.requests.add(measured.all.requests as f64);
        self.connections.add(measured.all.connections as f64);
    }
}

/// Prints all of it.
pub fn say(outcomes: &Outcomes, clients: &[Client], figures: &mut Figures) {
    for (cell, outcome) in outcomes {
        let name = cell.name(clients[cell.client].program.key);
        if outcome.late > 0 {
            println!("{name}: {} rounds left out, this machine was too busy for them", outcome.late);
        }
        figures.say_samples(&name, &outcome.callback, "ms");
        for (what, counts) in [("requests", &outcome.requests_after), ("connections", &outcome.connections_after)] {
            figures.say(&format!("{name}.{what}"), counts.median(), what);
            figures.say(&format!("{name}.{what}.most"), counts.most(), what);
        }
        figures.say(&format!("{name}.requests-in-all"), outcome.requests.median(), "requests");
        figures.say(&format!("{name}.connections-in-all"), outcome.connections.median(), "connections");
        if outcome.refresh.rounds() > 0 {
            let name = format!("refresh.{}ms.{}", cell.round_trip.as_millis(), clients[cell.client].program.key);
            figures.say_samples(&name, &outcome.refresh, "ms");
        }
    }
}
