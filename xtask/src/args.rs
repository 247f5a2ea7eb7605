//! The command line: one table row describes a command, and this reads what was typed against it.

use crate::run::{Result, Stop};

/// An option of a command.
pub struct Opt {
    /// With its dashes.
    pub name: &'static str,
    /// What its value is called in the help, where it takes one.
    pub value: Option<&'static str>,
    /// One line of help.
    pub about: &'static str,
}

/// What was typed, checked against a command's options.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// `--help` was among them.
    pub help: bool,
    /// Whatever is not an option, in order.
    pub names: Vec<String>,
    options: Vec<(&'static str, Option<String>)>,
}

impl Args {
    /// Whether an option was given.
    pub fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(option, _)| *option == name)
    }

    /// The value of an option that was given.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(option, _)| *option == name)?.1.as_deref()
    }
}

/// Reads `words`; `takes_names` says whether anything but options is allowed.
pub fn parse(words: &[String], options: &'static [Opt], takes_names: bool) -> Result<Args> {
    let mut args = Args::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--help" || word == "-h" {
            args.help = true;
        } else if word.starts_with('-') {
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let Some(option) = options.iter().find(|option| option.name == name) else {
                let known = options.iter().map(|option| option.name).chain(["--help"]);
                return Err(Stop::usage(unknown("option", name, known)));
            };
            let value = match (option.value, inline) {
                (None, None) => None,
                (None, Some(_)) => return Err(Stop::usage(format!("{name} takes no value"))),
                (Some(_), Some(value)) if !value.is_empty() => Some(value),
                (Some(kind), inline) => match words.next().filter(|next| inline.is_none() && !next.starts_with("--")) {
                    Some(value) if !value.is_empty() => Some(value.clone()),
                    _ => return Err(Stop::usage(format!("{name} needs a value: {name} {kind}"))),
                },
            };
            if args.has(option.name) {
                return Err(Stop::usage(format!("{name} is given twice")));
            }
            args.options.push((option.name, value));
        } else if takes_names {
            args.names.push(word.clone());
        } else {
            return Err(Stop::usage(format!("\"{word}\" is not expected here")));
        }
    }
    Ok(args)
}

/// The sentence for a word that is not known, with the nearest one that is.
pub fn unknown<'a>(kind: &str, word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.collect();
    match nearest(word, &known) {
        Some(near) => format!("there is no {kind} \"{word}\"; did you mean \"{near}\"?"),
        None => format!("there is no {kind} \"{word}\"; there are: {}", known.join(", ")),
    }
}

/// The known word that a typing mistake away would be `word`.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let near = known.iter().map(|other| (distance(&word, other), *other)).min()?;
    (near.0 <= (near.1.len() / 3).max(2) && near.0 < near.1.len()).then_some(near.1)
}

/// How many letters have to be changed, added, dropped or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &[Opt] =
        &[Opt { name: "--check", value: None, about: "" }, Opt { name: "--issuer", value: Some("URL"), about: "" }];

    fn read(words: &[&str]) -> Result<Args> {
        parse(&words.iter().map(|word| word.to_string()).collect::<Vec<_>>(), OPTIONS, false)
    }

    fn sentence(words: &[&str]) -> String {
        let stop = read(words).unwrap_err();
        assert_eq!(stop.code, 2);
        stop.sentence
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        for words in [&["--check", "--issuer", "http://x"][..], &["--issuer=http://x", "--check"]] {
            let args = read(words).unwrap();
            assert!(args.has("--check") && !args.help);
            assert_eq!(args.value("--issuer"), Some("http://x"));
        }
        assert!(read(&["-h"]).unwrap().help);
    }

    #[test]
    fn wrong_use_says_what_was_meant() {
        assert_eq!(sentence(&["--chek"]), "there is no option \"--chek\"; did you mean \"--check\"?");
        assert_eq!(sentence(&["--colour"]), "there is no option \"--colour\"; there are: --check, --issuer, --help");
        assert_eq!(sentence(&["--check=yes"]), "--check takes no value");
        assert_eq!(sentence(&["--issuer"]), "--issuer needs a value: --issuer URL");
        assert_eq!(sentence(&["--issuer", "--check"]), "--issuer needs a value: --issuer URL");
        assert_eq!(sentence(&["--issuer="]), "--issuer needs a value: --issuer URL");
        assert_eq!(sentence(&["--check", "--check"]), "--check is given twice");
        assert_eq!(sentence(&["browser"]), "\"browser\" is not expected here");
    }

    #[test]
    fn the_nearest_name_is_a_typing_mistake_away() {
        let known = ["unit", "abi", "c", "browser"];
        assert_eq!(nearest("browsr", &known), Some("browser"));
        assert_eq!(nearest("UNTI", &known), Some("unit"));
        assert_eq!(nearest("ab", &known), Some("abi"));
        assert_eq!(nearest("platform", &known), None);
        assert_eq!(nearest("x", &["c"]), None, "every letter wrong is no typing mistake");
    }
}
