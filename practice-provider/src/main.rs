//! The practice provider as a program: serves until its input ends, or plays the player once.
#![forbid(unsafe_code)]

use std::io::{self, Read, Write};
use std::process::ExitCode;

use practice_provider::{Algorithm, Misbehaviour, Options, Player, PracticeProvider};

const HELP: &str = "\
A small OpenID provider on this machine, for practice.

  practice-provider [OPTIONS]
      Prints `issuer: http://127.0.0.1:PORT` and serves until its standard input ends.

      --port N              the port on 127.0.0.1; a free one if absent
      --algorithm NAME      signs ID tokens with it: RS256 (default), RS384, RS512, PS256, PS384,
                            PS512, ES256, ES384 or EdDSA
      --client ID:SECRET    a client that must send its secret; all others are public
      --lifetime SECONDS    life of an access token, 300 if absent, 0 for no expires_in
      --claims JSON         claims of every player, an object such as {\"roles\": [\"admin\"]}
      --name-prefill NAME   stands in the login form
      --no-second-factor    asks for no one-time code
      --clock-offset SECS   shifts the provider's clock
      --misbehave NAME      does one thing wrong; `--list-misbehaviour` shows all names
      --help                shows this

  practice-provider play --url URL --name NAME [--deny] [--device]
      Is the player once: opens the URL, fills the forms in, follows the redirect to the game; with --device
      at another screen, where the URL has the code in it and leads back to no game. Prints the last page; exits
      with 0 if its status is below 400.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.split_first() {
        Some((first, rest)) if first == "play" => play(rest),
        _ => serve(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(Failure::Usage(message)) => {
            eprintln!("practice-provider: {message}\nTry `practice-provider --help`.");
            ExitCode::from(2)
        }
        Err(Failure::Run(message)) => {
            eprintln!("practice-provider: {message}");
            ExitCode::FAILURE
        }
    }
}

enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// It went wrong later.
    Run(String),
}

fn serve(arguments: &[String]) -> Result<ExitCode, Failure> {
    let mut options = Options::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value =
            || words.next().map(String::as_str).ok_or_else(|| Failure::Usage(format!("{word} needs a value after it")));
        match word.as_str() {
            "--help" | "-h" => return Ok(print(HELP)),
            "--list-misbehaviour" => return Ok(print(&misbehaviour_list())),
            "--port" => options.port = number(word, value()?)?,
            "--lifetime" => options.access_token_lifetime_s = number(word, value()?)?,
            "--clock-offset" => options.clock_offset_s = number(word, value()?)?,
            "--name-prefill" => options.name_prefill = Some(value()?.to_owned()),
            "--no-second-factor" => options.second_factor = false,
            "--algorithm" => {
                let name = value()?;
                options.algorithm = Algorithm::from_name(name)
                    .ok_or_else(|| Failure::Usage(format!("{name} is none of RS256 ... EdDSA")))?;
            }
            "--client" => {
                let (id, secret) = value()?
                    .split_once(':')
                    .ok_or_else(|| Failure::Usage("--client takes an id and a secret, ID:SECRET".to_owned()))?;
                options.client_secret = Some((id.to_owned(), secret.to_owned()));
            }
            "--claims" => {
                options.extra_claims = serde_json::from_str(value()?)
                    .map_err(|error| Failure::Usage(format!("--claims takes a JSON object: {error}")))?;
            }
            "--misbehave" => {
                let name = value()?;
                let found = Misbehaviour::from_name(name).ok_or_else(|| {
                    Failure::Usage(format!("there is no misbehaviour {name}; see --list-misbehaviour"))
                })?;
                options.misbehaviour = Some(found);
            }
            other => return Err(Failure::Usage(format!("{other} is no option"))),
        }
    }
    let provider = PracticeProvider::start(options).map_err(|error| Failure::Run(error.to_string()))?;
    let mut out = io::stdout();
    writeln!(out, "issuer: {}", provider.issuer())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::Run(format!("cannot write: {error}")))?;
    // The end of the input is the end of whoever started this, so no provider is left behind.
    let mut buffer = [0; 1024];
    loop {
        match io::stdin().read(&mut buffer) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn play(arguments: &[String]) -> Result<ExitCode, Failure> {
    let (mut url, mut name, mut deny, mut device) = (None, None, false, false);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value =
            || words.next().cloned().ok_or_else(|| Failure::Usage(format!("{word} needs a value after it")));
        match word.as_str() {
            "--help" | "-h" => return Ok(print(HELP)),
            "--url" => url = Some(value()?),
            "--name" => name = Some(value()?),
            "--deny" => deny = true,
            "--device" => device = true,
            other => return Err(Failure::Usage(format!("{other} is no option of play"))),
        }
    }
    let url = url.ok_or_else(|| Failure::Usage("play needs --url URL".to_owned()))?;
    let mut player = Player::new();
    let page = match (deny, name) {
        (true, _) if device => player.deny_device(&url, ""),
        (true, _) => player.deny(&url),
        (false, Some(name)) if device => player.approve_device(&url, "", &name),
        (false, Some(name)) => player.sign_in(&url, &name),
        (false, None) => return Err(Failure::Usage("play needs --name NAME, or --deny".to_owned())),
    };
    let page = page.map_err(|error| Failure::Run(error.to_string()))?;
    print(&format!("status: {}\nurl: {}\n\n{}\n", page.status, page.url, page.body));
    Ok(if page.status < 400 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn number<T: std::str::FromStr>(option: &str, value: &str) -> Result<T, Failure> {
    value.parse().map_err(|_| Failure::Usage(format!("{option} takes a number, not {value}")))
}

fn misbehaviour_list() -> String {
    Misbehaviour::all().iter().map(|one| format!("{:42} {}\n", one.name(), one.description())).collect()
}

/// Prints, and doesn't mind if nobody reads: `| head` is no error.
fn print(text: &str) -> ExitCode {
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}
