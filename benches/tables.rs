//! The tables of what the library costs the game: a poll beside its rivals, and what is there beside the game.

use crate::document::{add, spread};
use crate::figures::{Figures, short};

const THREADS: [u32; 3] = [1, 8, 64];
const CLIENTS: [u32; 3] = [1, 10, 1000];
const RIVALS: [(&str, &str); 3] = [
    ("poll", "`latchkey_poll_status`"),
    ("atomic", "one relaxed atomic load"),
    ("mutex", "a mutex around the same struct"),
];
const NOT_MEASURED: &str = "–";

/// Nothing if frames were not measured.
pub fn frame(figures: &Figures) -> String {
    if figures.under("frame.").next().is_none() {
        return String::new();
    }
    let mut text = "## Frame\n\n\
        One call in nanoseconds, the worst in milliseconds. The median is that of batches of 256, less what the clock costs; 99.99 % and the worst are of single calls, and\n\
        hold whatever the system did to the thread meanwhile. Each is measured in turns: median and 99.99 % are the middle ones of all turns, the\n\
        worst is that of all. More threads than cores wait for their turn on one, but less often than once in ten thousand calls, so that it\n\
        shows in the worst only; the 99.99 % is judged with 8 and 64 threads, too. *Waits* is how often polling threads gave up their core to wait, in all turns.\n"
        .to_owned();
    for (rival, shown) in RIVALS {
        add(
            &mut text,
            &format!(
                "\n**{shown}**\n\n| | polling threads | median | 99.99 % | worst, ms | waits |\n|---|---|---|---|---|---|"
            ),
        );
        let places = [("idle", "client is idle"), ("login", "one sign-in after the other")];
        let cells = places.iter().flat_map(|place| THREADS.map(|threads| (place, threads)));
        for ((place, words), threads) in cells {
            row(figures, &mut text, words, threads, &format!("frame.{place}.threads-{threads}.{rival}"));
        }
        row(figures, &mut text, "one of 1,000 clients", 1, &format!("frame.clients-1000.threads-1.{rival}"));
        if rival == "poll" {
            row(figures, &mut text, "1,000 clients in turns", 1, "frame.clients-1000.in-turns.poll");
        }
    }
    text.push_str(
        "\nTo poll one of 1,000 clients costs what it costs with one client. To poll all of them in turns costs more: so many statuses don't fit\n\
         into the nearest cache, and come from the next one.\n",
    );
    let value = |name: &str| shown(figures, name);
    add(
        &mut text,
        &format!(
            "\nAllocations: {} in {} polls of an idle client, {} in {} polls beside {} sign-ins from beginning to end. Instructions of a call with \
             the loop around it, by callgrind: {}; one atomic load {}, a mutex that nobody else wants {}.",
            value("frame.idle.allocations"),
            value("frame.idle.allocations.polls"),
            value("frame.login.allocations"),
            value("frame.login.allocations.polls"),
            value("frame.login.allocations.logins"),
            value("frame.poll.instructions"),
            value("frame.atomic.instructions"),
            value("frame.mutex.instructions")
        ),
    );
    text
}

fn row(figures: &Figures, text: &mut String, words: &str, threads: u32, name: &str) {
    let value = |what: &str| figures.get(&format!("{name}.{what}"));
    let worst = value("worst").map(|nanoseconds| nanoseconds / 1e6);
    let cells = [value("median"), value("p9999"), worst, value("waits")].map(or_dash);
    add(text, &format!("| {words} | {threads} | {} |", cells.join(" | ")));
}

/// Nothing if the footprint was not measured.
pub fn footprint(figures: &Figures) -> String {
    if figures.under("footprint.").next().is_none() {
        return String::new();
    }
    let mut text = "## Footprint\n\n\
        What is more than before the library was loaded, in one process with so many clients, of which ten at most sign in. Looked at when\n\
        nothing has run, and nothing was opened or closed, for six seconds: longer than the line keeps a connection on which nothing moves.\n\n\
        | | 1 client | 10 clients | 1,000 clients |\n|---|---|---|---|\n"
        .to_owned();
    for (words, name) in [
        ("threads, created", "created.threads"),
        ("threads at the most, while clients of a provider that has to be looked up are created", "named.threads"),
        ("threads, signed in", "signed-in.threads"),
        ("resident, created, KiB", "created.resident"),
        ("resident, signed in, KiB", "signed-in.resident"),
        ("descriptors, created", "created.descriptors"),
        ("descriptors, signed in", "signed-in.descriptors"),
        ("wake-ups a minute, idle and signed in", "wake-ups"),
        ("threads after `latchkey_shutdown`", "shut-down.threads"),
        ("descriptors after `latchkey_shutdown`", "shut-down.descriptors"),
    ] {
        let cells = CLIENTS.map(|clients| shown(figures, &format!("footprint.clients-{clients}.{name}")));
        add(&mut text, &format!("| {words} | {} |", cells.join(" | ")));
    }
    add(
        &mut text,
        &format!(
            "\nTo load the library takes {} ms, to load it and have the first client's status {} ms: median, least and most of {} processes.",
            spread(figures, "footprint.load"),
            spread(figures, "footprint.first-status"),
            shown(figures, "footprint.load.processes")
        ),
    );
    text
}

/// Nothing if the file was not measured.
pub fn size(figures: &Figures) -> String {
    let Some(stripped) = figures.get("size.stripped") else { return String::new() };
    let mut text = format!(
        "## Size\n\n\
         The library as cargo builds it here, stripped: {} bytes. Those that are handed out have a standard library that is built along,\n\
         and weigh less; [size.md](size.md) has them, with why each part stays.\n",
        short(stripped)
    );
    let sections = figures.under("size.").filter(|(name, ..)| *name != "size.stripped");
    let rows: Vec<_> = sections.map(|(name, value, _)| (name.trim_start_matches("size."), value)).collect();
    if !rows.is_empty() {
        text.push_str("\n| bytes | of what |\n|---|---|\n");
    }
    for (what, bytes) in rows {
        let words = match what.strip_prefix("code.") {
            Some("standard") => "code: standard library, with what was made of it for the types of others".to_owned(),
            Some("other") => "code: smaller crates, and C functions whose names do not tell".to_owned(),
            Some(part) => format!("code: {}", part.replace('-', " ")),
            None => what.replace('-', " "),
        };
        add(&mut text, &format!("| {} | {words} |", short(bytes)));
    }
    text
}

fn shown(figures: &Figures, name: &str) -> String {
    or_dash(figures.get(name))
}

fn or_dash(value: Option<f64>) -> String {
    value.map_or(NOT_MEASURED.to_owned(), short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_that_was_measured_has_its_cell() {
        let mut figures = Figures::default();
        assert_eq!(frame(&figures) + &footprint(&figures) + &size(&figures), "");
        for (name, value) in [
            ("frame.login.threads-8.mutex.p9999", 12345.0),
            ("frame.login.threads-8.mutex.worst", 1_500_000.0),
            ("frame.clients-1000.in-turns.poll.median", 2.99),
            ("frame.poll.instructions", 62.0),
            ("frame.login.allocations", 0.0),
            ("frame.login.allocations.polls", 9_000_000.0),
            ("frame.login.allocations.logins", 3.0),
            ("footprint.clients-10.signed-in.threads", 1.0),
            ("footprint.clients-1000.named.threads", 5.0),
            ("footprint.load", 0.75),
            ("footprint.load.least", 0.25),
            ("footprint.load.most", 2.5),
            ("footprint.load.processes", 9.0),
            ("size.stripped", 3_000_000.0),
            ("size.code.secret-service", 300_000.0),
        ] {
            figures.say(name, value, "");
        }
        let text = frame(&figures) + &footprint(&figures) + &size(&figures);
        for line in [
            "| one sign-in after the other | 8 | – | 12345 | 1.500 | – |",
            "| 1,000 clients in turns | 1 | 2.990 | – | – | – |",
            "0 in 9000000 polls beside 3 sign-ins",
            "by callgrind: 62;",
            "| threads, signed in | – | 1 | – |",
            "are created | – | – | 5 |",
            "takes 0.750 (0.250 to 2.500) ms",
            "of 9 processes.",
            "stripped: 3000000 bytes",
            "| 300000 | code: secret service |",
        ] {
            assert!(text.contains(line), "{line}:\n{text}");
        }
    }
}
