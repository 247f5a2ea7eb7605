//! docs/benchmarks.md and its picture, of one run's figures.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::PathBuf;

use crate::LATCHKEY;
use crate::chart::{self, Bar};
use crate::figures::{Figures, short};
use crate::limits::{Machine, TOKEN_MS, USERINFO_MS, Verdict};
use crate::machine;
use crate::tables;
use crate::trips;

/// A program that was measured.
pub struct Program {
    /// In the names of figures.
    pub key: &'static str,
    /// For people.
    pub shown: &'static str,
    /// What it does with the ID token that comes.
    pub checks: &'static str,
    /// Its version and that of what it runs on.
    pub version: String,
}

/// Round trips in milliseconds.
pub const LINES: [u32; 3] = [10, 50, 200];
/// How long the player took, in seconds.
pub const TYPED: [u32; 3] = [2, 20, 90];

/// Between these lines of the README its figures stand.
const FROM: &str = "<!-- These three are written by `cargo xtask bench`. -->\n";
const TO: &str = "<!-- The end of what it writes. -->\n";

/// Writes both, and the figures of the README.
pub fn write(figures: &Figures, programs: &[Program], verdicts: &[Verdict], machine: Machine) -> io::Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("docs");
    fs::write(folder.join("benchmarks.md"), text(figures, programs, verdicts, machine))?;
    let readme = fs::read_to_string(root.join("README.md"))?;
    fs::write(root.join("README.md"), with_figures(&readme, figures).map_err(io::Error::other)?)?;
    let bars: Vec<_> = programs.iter().filter_map(|program| bar(figures, program)).collect();
    fs::write(folder.join("benchmarks.svg"), chart::draw(&bars, 50.0))?;
    println!("written: docs/benchmarks.md, docs/benchmarks.svg, the figures of README.md");
    Ok(())
}

/// The README with these figures in the place of the ones that are there.
fn with_figures(readme: &str, figures: &Figures) -> Result<String, String> {
    let lacking = || format!("README.md lacks the lines between which its figures stand: {FROM}{TO}");
    let readme = readme.replace("\r\n", "\n");
    let (before, rest) = readme.split_once(FROM).ok_or_else(lacking)?;
    let (_, after) = rest.split_once(TO).ok_or_else(lacking)?;
    let name = |client: &str| format!("callback.50ms.20s.plain.{client}");
    let value = |name: &str| figures.get(name).ok_or_else(|| format!("{name} was not measured"));
    let (ours, theirs) = (value(&name(LATCHKEY))?, value(&name("openidconnect"))?);
    let poll = "frame.login.threads-1.poll.median";
    let (first, second) = ("footprint.clients-1.created.resident", "footprint.clients-1.signed-in.resident");
    let rows = [
        (
            format!(
                "from the last click in the browser to the player's name, provider 50 ms away that closes connections idle for 5 s, after 20 s of typing: **{} ms**; with Rust's `openidconnect` {} ms",
                short(ours),
                short(theirs)
            ),
            format!("`{}`", name(LATCHKEY)),
        ),
        (
            format!("`latchkey_poll_status` while a login is under way, median: **{} ns**", short(value(poll)?)),
            format!("`{poll}`"),
        ),
        (
            format!("memory that a sign-in adds: **{} KiB**", short(value(second)? - value(first)?)),
            format!("`{second}` less `{first}`"),
        ),
    ];
    let mut table = "| measured | where `cargo xtask bench --quick` prints it |\n|---|---|\n".to_owned();
    rows.iter().for_each(|(words, lines)| add(&mut table, &format!("| {words} | {lines} |")));
    Ok(format!("{before}{FROM}{table}{TO}{after}"))
}

fn bar<'a>(figures: &Figures, program: &'a Program) -> Option<Bar<'a>> {
    let value = |profile: &str| figures.get(&format!("callback.50ms.20s.{profile}.{}", program.key));
    let (plain, userinfo) = (value("plain")?, value("userinfo")?);
    Some(Bar { name: program.shown, plain, userinfo, own: program.key == LATCHKEY })
}

fn text(figures: &Figures, programs: &[Program], verdicts: &[Verdict], machine: Machine) -> String {
    let parts = [
        beginning(),
        callbacks(figures, programs),
        trips::table(figures),
        costs(figures, programs),
        at_launch(figures, programs),
        others(figures, programs),
        tables::frame(figures),
        tables::footprint(figures),
        tables::size(figures),
        limits(verdicts),
        machine_and_versions(programs, machine),
        METHOD.to_owned(),
    ];
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n") + "\n"
}

fn beginning() -> String {
    "# Benchmarks\n\
     \n\
     Written by `cargo xtask bench`; each figure is a line `bench: NAME VALUE UNIT` of it, and a figure beyond its limit makes it\n\
     fail. `cargo xtask bench --quick` measures the most important ones in less than two minutes. How it is measured, and what is\n\
     not modelled, is said [at the end](#how-it-is-measured).\n\
     \n\
     ![From the last click in the browser to the player's name](benchmarks.svg)\n"
        .to_owned()
}

/// One table a line.
fn callbacks(figures: &Figures, programs: &[Program]) -> String {
    let mut text = "## From the callback to the player's name\n\n\
        In milliseconds: the median, and in brackets the least and the most of all rounds. The game has been running for 6 s when the\n\
        player clicks, and the player then takes 2, 20 or 90 s in the browser. What stands between game and provider closes connections that are idle for 5 s.\n"
        .to_owned();
    for line in LINES {
        add(&mut text, &format!("\n**{line} ms away**\n\n{}", head(&[])));
        for program in programs {
            let cells = ["plain", "userinfo"].iter().flat_map(|profile| {
                TYPED
                    .iter()
                    .map(move |typed| spread(figures, &format!("callback.{line}ms.{typed}s.{profile}.{}", program.key)))
            });
            add(&mut text, &format!("| {} | {} |", program.shown, cells.collect::<Vec<_>>().join(" | ")));
        }
    }
    text
}

/// The head of a table with a column for each time in the browser, and more behind.
pub fn head(more: &[&str]) -> String {
    let typed = TYPED.iter().map(|typed| format!("{typed} s"));
    let more = more.iter().map(|column| (*column).to_owned());
    let columns: Vec<_> = typed.clone().chain(typed.map(|typed| format!("{typed}, userinfo"))).chain(more).collect();
    format!("| | {} |\n|---|{}", columns.join(" | "), "---|".repeat(columns.len()))
}

fn costs(figures: &Figures, programs: &[Program]) -> String {
    let mut text = "## What it costs the provider\n\n\
        50 ms away, medians: requests and new connections after the callback, 20 s after the click, and in the whole sign-in, counted at the\n\
        provider. While the player types Latchkey has a connection open that waits for the callback, and the line hangs up on each after 5 s:\n\
        that is what its time is bought with, and the longer the player takes, the more of them there are. The factor is the time from the\n\
        callback to the name after 20 s, by Latchkey's.\n\n\
        | | checks of the ID token | after the callback | with userinfo | in all, 20 s | in all, 90 s | factor | with userinfo |\n|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for program in programs {
        let name = |profile: &str, client: &str| format!("callback.50ms.20s.{profile}.{client}");
        let count = |typed: u32, profile: &str, end: &str| {
            let of = |what: &str| {
                let key = program.key;
                let count = figures.get(&format!("callback.50ms.{typed}s.{profile}.{key}.{what}s{end}"));
                let words = |count: f64| format!("{} {what}{}", short(count), if count == 1.0 { "" } else { "s" });
                count.map_or("–".to_owned(), words)
            };
            format!("{}, {}", of("request"), of("connection"))
        };
        let factor = |profile: &str| {
            let factor = figures.get(&name(profile, program.key)).zip(figures.get(&name(profile, LATCHKEY)));
            factor.map_or("–".to_owned(), |(theirs, ours)| format!("{:.2}", theirs / ours))
        };
        add(
            &mut text,
            &format!(
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                program.shown,
                program.checks,
                count(20, "plain", ""),
                count(20, "userinfo", ""),
                count(20, "plain", "-in-all"),
                count(90, "plain", "-in-all"),
                factor("plain"),
                factor("userinfo")
            ),
        );
    }
    text
}

fn at_launch(figures: &Figures, programs: &[Program]) -> String {
    let mut text = "## Where others are as quick, or quicker\n\n\
        The factors above hold only where more than 5 s, for which an idle connection is kept, pass between a program's look-up of the\n\
        provider and the callback. A player who clicks right at the launch and needs 2 s meets the connection that the look-up has opened, and\n\
        that nobody has closed yet. Whoever has fetched all that is needed before and keeps connections open then needs no round trip more than\n\
        Latchkey. `openidconnect` may even be quicker: no browser's request is in its time.\n\n\
        | 50 ms away, callback to name, ms | | userinfo |\n|---|---|---|\n"
        .to_owned();
    for program in programs {
        let cell = |profile: &str| spread(figures, &format!("callback.50ms.2s.at-launch.{profile}.{}", program.key));
        add(&mut text, &format!("| {} | {} | {} |", program.shown, cell("plain"), cell("userinfo")));
    }
    text
}

fn others(figures: &Figures, programs: &[Program]) -> String {
    let mut text = "## Click, launch, refresh\n\nIn milliseconds.\n\n| | 10 ms away | 50 ms away | 200 ms away |\n|---|---|---|---|\n".to_owned();
    let mut row = |words: &str, name: &dyn Fn(u32) -> String| {
        let cells: Vec<_> = LINES.iter().map(|line| spread(figures, &name(*line))).collect();
        add(&mut text, &format!("| {words} | {} |", cells.join(" | ")));
    };
    row("click → the browser runs, warm client", &|line| format!("click.warm.{line}ms"));
    row("click → the URL is there, client made that moment", &|line| format!("click.cold.{line}ms"));
    row("… the same request by itself: TCP, TLS, discovery", &|line| format!("bare.{line}ms.new"));
    row("the token's request by itself, over an open connection", &|line| format!("bare.{line}ms.token"));
    row("userinfo's likewise", &|line| format!("bare.{line}ms.userinfo"));
    row("launch → signed in with the session of last time", &|line| format!("resume.profile.{line}ms"));
    row("launch → a fresh token", &|line| format!("resume.token.{line}ms"));
    for program in programs {
        row(&format!("silent refresh after 6 s of quiet, {}", program.shown), &|line| {
            format!("refresh.{line}ms.{}", program.key)
        });
    }
    text.push_str(
        "\nA fresh token after a launch takes five round trips: TCP, TLS, the discovery document, the keys, the token. The keys come before it on\n\
         purpose: a game that ends while they are fetched has not spent the refresh token of its player. The profile does not wait for any of it.\n\
         \n\
         A silent refresh after so much quiet takes everyone the same three round trips, TCP, TLS and the token: Latchkey is no quicker there\n\
         than others, and `openidconnect` sometimes is by a hair.\n",
    );
    text
}

fn limits(verdicts: &[Verdict]) -> String {
    let mut text = format!(
        "## Limits\n\n\
         Each is checked by the command. A round trip is what the same request costs by itself over an open connection in the same run\n\
         (`bare.*.token`, `bare.*.userinfo`): the line, and what the provider does to answer. 5 % of one are left for what the client does, from\n\
         50 ms on; 10 ms away that would be half a millisecond, and it has {} ms for the token and {} ms for userinfo.\n\n\
         | figure | measured | at most | | |\n|---|---|---|---|---|\n",
        short(TOKEN_MS),
        short(USERINFO_MS)
    );
    for verdict in verdicts {
        let measured = verdict.measured.map_or("not measured".to_owned(), short);
        let kept = if verdict.is_kept() { "kept" } else { "**not kept**" };
        add(
            &mut text,
            &format!(
                "| `{}` | {measured} | {} | {}, {} | {kept} |",
                verdict.figure,
                short(verdict.limit),
                verdict.unit,
                verdict.because
            ),
        );
    }
    text
}

fn machine_and_versions(programs: &[Program], machine: Machine) -> String {
    let mut text = "## Machine and versions\n\n| | |\n|---|---|\n".to_owned();
    for (what, value) in machine::rows() {
        add(&mut text, &format!("| {what} | {value} |"));
    }
    let alone = match machine {
        Machine::Quiet => "nothing",
        Machine::Shared => "other programs, which some of the figures show; the limits on times have room for that",
    };
    add(&mut text, &format!("| what else ran | {alone} |"));
    for program in programs {
        add(&mut text, &format!("| {} | {} |", program.shown, program.version));
    }
    text
}

/// Median, and how far the rounds lie apart.
pub fn spread(figures: &Figures, name: &str) -> String {
    let at = |end: &str| figures.get(&format!("{name}{end}"));
    match (at(""), at(".least"), at(".most")) {
        (Some(median), Some(least), Some(most)) => format!("{} ({} to {})", short(median), short(least), short(most)),
        _ => "–".to_owned(),
    }
}

/// A line more.
pub fn add(text: &mut String, line: &str) {
    // A text takes whatever is written.
    let _ = writeln!(text, "{line}");
}

const METHOD: &str = "\
## How it is measured

**The other side** is the practice provider behind a front that speaks TLS 1.2 and 1.3 and, by ALPN, HTTP/1.1 and HTTP/2, with a
certificate of an authority made for the run, which Latchkey is given in `ca_certificates`. It signs with RS256. Requests and
connections are counted there. Each sign-in has a provider of its own.

**The line** between both adds half of the round trip to each direction, and hangs up on a connection on which nothing has moved for 5 s.
A proxy can't delay the kernel's handshake with the client; so what a client sends on a new connection is held back until a round trip
after it was opened, and a new connection costs its round trip as it does in the world. Loss, congestion and name look-ups are not
modelled: addresses are numbers. What both ends do is part of every figure. About a millisecond is the provider's own: it signs an ID
token, for which `bare.*.token` has the request that any client sends, by itself, and `bare.*.open` one that needs no signature.

**The player** fills in the provider's pages without the line between, and is through when their time is. Players type at the same time and
come back one after the other, each alone. Programs are started before, and wait.

**From the callback to the name** is measured by each program with its own clock. Latchkey's begins when the browser connects to its
listener, and ends when `latchkey_poll_status` says `LATCHKEY_STATE_SIGNED_IN`, looked at every 100 µs. The others get the callback's URL
handed, without a browser's request in between, and end with the claims that they give the program.

**The others** do what their documentation shows, in `benches/peers/`: `openid-client` as in its README, and once more with its option
for signatures; Authlib's `OAuth2Session`, with the keys fetched when there is a token to verify, as its own clients for web frameworks do;
`openidconnect` with one `reqwest` client; and what tutorials do: endpoints by hand, a new connection for each request, an ID token that is
believed as it comes. Each looks the provider up at its launch, as Latchkey does, 6 s before the click; the tutorials' pattern looks nothing
up. That is not always the best that they can do: looked up at the click, the provider's connection would still be open after 2 s in the
browser, and they would need there what they need [right at the launch](#where-others-are-as-quick-or-quicker).

**What is kept**: nothing in the sign-ins, by nobody. A game that has Latchkey keep its session waits for the store before it is signed in,
which is not in the figures. At a launch the session of last time comes from the game's own store (`latchkey_store`), a map in memory, and
the new token goes there: what the system's secret store takes is in no figure either.

**A cold click** makes the client, in a process in which the library was loaded and nothing of it has run, and ends when the URL is there;
what starting the browser takes is in the warm one only. **The browser** of the warm one is a small program in its place that tells when it
starts; what a real browser takes to show a page is not Latchkey's.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let mut figures = Figures::default();
        for (name, value) in [
            ("callback.50ms.20s.plain.latchkey", 51.9),
            ("callback.50ms.20s.plain.openidconnect", 152.5),
            ("frame.login.threads-1.poll.median", 4.5),
            ("footprint.clients-1.created.resident", 9000.0),
            ("footprint.clients-1.signed-in.resident", 11000.0),
        ] {
            figures.say(name, value, "");
        }
        figures
    }

    #[test]
    fn the_readmes_figures_are_replaced_and_nothing_else() {
        let readme = format!("# One\r\n\r\n{FROM}old\n{TO}\nTwo\n");
        let once = with_figures(&readme, &figures()).unwrap();
        assert!(once.starts_with(&format!("# One\n\n{FROM}| measured |")) && once.ends_with(&format!("{TO}\nTwo\n")));
        assert!(once.contains("**51.90 ms**") && once.contains("**2000 KiB**") && !once.contains("old"), "{once}");
        assert_eq!(with_figures(&once, &figures()).unwrap(), once);
    }

    #[test]
    fn a_figure_that_is_lacking_is_named_and_so_is_a_place() {
        let readme = format!("{FROM}{TO}");
        let lacking = with_figures(&readme, &Figures::default()).unwrap_err();
        assert!(lacking.contains("callback.50ms.20s.plain.latchkey was not measured"), "{lacking}");
        assert!(with_figures("# One", &figures()).unwrap_err().contains("README.md lacks"));
    }

    #[test]
    fn the_readme_has_a_place_for_its_figures() {
        let readme = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join("README.md");
        let readme = fs::read_to_string(readme).unwrap();
        assert!(with_figures(&readme, &figures()).is_ok());
    }

    fn program() -> Program {
        Program { key: LATCHKEY, shown: "Latchkey", checks: "all", version: "1".to_owned() }
    }

    #[test]
    fn what_a_long_sign_in_costs_the_provider_is_shown_and_so_is_one_right_at_the_launch() {
        let mut figures = Figures::default();
        for (name, value) in [
            ("callback.50ms.90s.plain.latchkey.requests-in-all", 3.0),
            ("callback.50ms.90s.plain.latchkey.connections-in-all", 20.0),
            ("callback.50ms.2s.at-launch.userinfo.latchkey", 103.4),
            ("callback.50ms.2s.at-launch.userinfo.latchkey.least", 103.1),
            ("callback.50ms.2s.at-launch.userinfo.latchkey.most", 104.5),
        ] {
            figures.say(name, value, "");
        }
        let text = text(&figures, &[program()], &[], Machine::Quiet);
        for cell in ["| –, – | 3 requests, 20 connections | – |", "| Latchkey | – | 103.4 (103.1 to 104.5) |"] {
            assert!(text.contains(cell), "{cell}:\n{text}");
        }
    }

    #[test]
    fn what_was_not_measured_is_a_dash_and_what_was_is_there() {
        let text = text(&figures(), &[program()], &[], Machine::Shared);
        assert!(
            text.contains("| Latchkey | 1 |") && text.contains("| – |") && text.contains("| what else ran | other")
        );
        assert!(!text.contains("NaN"), "{text}");
    }
}
