//! Latchkey's developer commands, the same on Linux, Windows and macOS: `cargo xtask --help`.
#![forbid(unsafe_code)]

mod archive;
mod args;
mod artifacts;
mod bench;
mod bullseye;
mod conformance;
mod debian;
mod demo;
mod diff;
mod dist;
mod elf;
mod files;
mod graph;
mod header;
mod instruments;
mod linux;
mod macho;
mod macos;
mod notices;
mod package;
mod pe;
mod platforms;
mod plugin;
#[cfg(test)]
mod rules;
mod run;
mod sbom;
mod secrets;
mod setup;
mod sizes;
mod suites;
mod symbols;
mod tally;
mod targets;
mod window;
mod windows;
mod wine;

use std::process::ExitCode;

use args::{Args, Opt};
use run::{Result, Stop};

/// A row of the table.
struct Command {
    name: &'static str,
    about: &'static str,
    /// What the names after the command are called in its help, where it takes some.
    names: Option<&'static str>,
    options: &'static [Opt],
    /// What the help says beyond the options.
    more: fn() -> String,
    run: fn(&Args) -> Result<u8>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        about: "builds the library and the C example, and signs in with it",
        names: None,
        options: &[
            flag("--headless", "plays the player too, for machines without a display"),
            option("--issuer", "URL", "goes to this provider instead of the practice one"),
            option("--client-id", "ID", "the client's name at that provider"),
            option("--port", "N", "listens on this port, for providers that want an exact redirect"),
            option("--scopes", "\"…\"", "asks for these scopes"),
            flag("--device", "signs in on another screen: shows a code and a QR code instead of opening the browser"),
            flag("--remember", "keeps the session, and takes it up at the next start"),
            option("--slot", "NAME", "which of several kept sessions"),
            flag("--sign-out", "ends the session that --remember has kept"),
            flag("--window", "plays the C++ example instead: a small game with SDL2 and Dear ImGui"),
            option("--pictures", "FOLDER", "with --window --headless: writes its pictures there"),
        ],
        more: demo::help,
        run: demo::run,
    },
    Command {
        name: "test",
        about: "runs the test suites, all of them without a name",
        names: Some("SUITE"),
        options: &[flag("--tidy", "removes what a suite alone has built as soon as it is through; for small disks")],
        more: suites_help,
        run: suites::run,
    },
    Command {
        name: "header",
        about: "writes include/latchkey.h and the list of exported symbols",
        names: None,
        options: &[flag("--check", "writes nothing, and fails when either has drifted")],
        more: String::new,
        run: header::run,
    },
    Command {
        name: "dist",
        about: "builds the library for every desktop, and packs archives of it and the Unreal plugin",
        names: None,
        options: &[
            option("--target", "NAME", "for this platform alone; without it for all"),
            flag("--accept", "takes the packages' lists of files as they are now"),
        ],
        more: dist::help,
        run: dist::run,
    },
    Command {
        name: "bench",
        about: "measures the library beside its peers and writes docs/benchmarks.md",
        names: None,
        options: &[
            flag("--quick", "in less than two minutes, once everything is built"),
            flag("--shared", "this machine does other things meanwhile"),
        ],
        more: bench::help,
        run: bench::run,
    },
    Command {
        name: "conformance",
        about: "runs the OpenID Foundation's relying-party tests and writes docs/conformance.md",
        names: None,
        options: &[flag("--check", "writes nothing, and fails when the document has drifted")],
        more: String::new,
        run: conformance::run,
    },
];

const fn flag(name: &'static str, about: &'static str) -> Opt {
    Opt { name, value: None, about }
}

const fn option(name: &'static str, value: &'static str, about: &'static str) -> Opt {
    Opt { name, value: Some(value), about }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    match dispatch(&words) {
        Ok(code) => ExitCode::from(code),
        Err(stop) => {
            eprintln!("{}", stop.sentence);
            ExitCode::from(stop.code)
        }
    }
}

fn dispatch(words: &[String]) -> Result<u8> {
    let Some((first, rest)) = words.split_first() else {
        return Err(Stop::usage(overview()));
    };
    if matches!(first.as_str(), "--help" | "-h" | "help") {
        println!("{}", overview());
        return Ok(0);
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == first) else {
        let sentence = args::unknown("command", first, COMMANDS.iter().map(|command| command.name));
        return Err(Stop::usage(format!("{sentence}\n`cargo xtask --help` lists them all")));
    };
    let args = args::parse(rest, command.options, command.names.is_some()).map_err(|stop| command.explain(stop))?;
    if args.help {
        println!("{}", command.help());
        return Ok(0);
    }
    (command.run)(&args).map_err(|stop| command.explain(stop))
}

fn overview() -> String {
    let rows = COMMANDS.iter().map(|command| row(&command.usage(), command.about));
    let text = format!("Latchkey's developer commands\n\n{}", rows.collect::<String>());
    format!("{text}\nEach has --help: cargo xtask test --help")
}

fn suites_help() -> String {
    let rows = suites::SUITES.iter().map(|suite| row(suite.name, suite.about));
    format!("\nSuites:\n{}", rows.collect::<String>())
}

fn row(left: &str, right: &str) -> String {
    format!("  {left:<18} {right}\n")
}

impl Command {
    /// Its name with what may follow, short.
    fn usage(&self) -> String {
        let names = self.names.map(|name| format!(" [{name}…]")).unwrap_or_default();
        let options = match self.options {
            [] => String::new(),
            [one] => format!(" [{}]", one.name),
            _ => " [options]".to_owned(),
        };
        format!("{}{names}{options}", self.name)
    }

    fn help(&self) -> String {
        let options = self.options.iter().chain([&Opt { name: "--help", value: None, about: "prints this" }]);
        let rows = options.map(|option| {
            let value = option.value.map(|value| format!(" {value}")).unwrap_or_default();
            row(&format!("{}{value}", option.name), option.about)
        });
        let rows: String = rows.collect();
        let text = format!("cargo xtask {}: {}\n\n{rows}{}", self.usage(), self.about, (self.more)());
        text.trim_end().to_owned()
    }

    /// Wrong use is answered with the way to the right one.
    fn explain(&self, stop: Stop) -> Stop {
        match stop.code {
            2 => Stop::usage(format!("{}\n`cargo xtask {} --help` lists what there is", stop.sentence, self.name)),
            _ => stop,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(words: &[&str]) -> Stop {
        dispatch(&words.iter().map(|word| word.to_string()).collect::<Vec<_>>()).unwrap_err()
    }

    #[test]
    fn wrong_use_of_any_command_says_what_was_meant() {
        for (words, wanted) in [
            (&["tset"][..], "there is no command \"tset\"; did you mean \"test\"?"),
            (&["test", "browsr"], "there is no suite \"browsr\"; did you mean \"browser\"?"),
            (&["conformance", "--wirte"], "there is no option \"--wirte\"; there are: --check, --help"),
            (&["header", "--chek"], "there is no option \"--chek\"; did you mean \"--check\"?"),
            (&["demo", "headless"], "\"headless\" is not expected here"),
            (&["demo", "--issuer", "http://x"], "--issuer also needs --client-id ID"),
            (&["demo", "--client-id", "x"], "--client-id also needs --issuer URL"),
            (&["demo", "--port", "http"], "--port needs a number"),
            (&["demo", "--headless", "--issuer", "http://x", "--client-id", "y"], "--headless plays a player"),
            (&["demo", "--headless", "--sign-out"], "--sign-out ends a session that was kept"),
            (&["demo", "--headless", "--slot", "x"], "--slot names a kept session"),
            (&["demo", "--pictures", "x"], "--pictures are taken of the window by a played player"),
            (&["demo", "--window", "--device"], "--window has a button for that"),
            (&["dist", "--target", "win46"], "there is no target \"win46\"; did you mean \"win64\"?"),
        ] {
            let stop = answer(words);
            assert_eq!(stop.code, 2, "{}", stop.sentence);
            assert!(stop.sentence.starts_with(wanted), "{}", stop.sentence);
            assert!(stop.sentence.contains("--help"), "{}", stop.sentence);
        }
        assert_eq!(answer(&[]).code, 2);
    }

    #[test]
    fn every_command_has_help() {
        for command in COMMANDS {
            assert_eq!(dispatch(&[command.name.to_owned(), "--help".to_owned()]), Ok(0));
            let help = command.help();
            assert!(command.options.iter().all(|option| help.contains(option.name)), "{help}");
        }
        let help = COMMANDS.iter().find(|command| command.name == "test").map(Command::help).unwrap();
        assert!(suites::SUITES.iter().all(|suite| help.contains(suite.name)), "{help}");
    }
}
