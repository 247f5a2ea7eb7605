//! What the library costs the game: `frame/` and `footprint/`, each a process of its own, so that nothing else is measured with it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use latchkey_benches::figures::Figures;

use crate::stage::{Result, World};

/// What a frame pays. Before anything else is started, which would be measured with it.
pub fn frame(quick: bool, figures: &mut Figures) -> Result<()> {
    run(&mut Command::new(env!("CARGO_BIN_EXE_bench-frame")), quick, figures)
}

/// What the library takes. Most of it is waiting for nothing to happen.
pub fn footprint(world: &World, quick: bool) -> Result<Figures> {
    let mut figures = Figures::default();
    // The shortest line: what is measured is not how long it takes.
    let line = Duration::from_millis(10);
    let (stage, named) = (world.stage(line, false)?, world.named_stage(line)?);
    let mut footprint = Command::new(env!("CARGO_BIN_EXE_bench-footprint"));
    footprint.args(["--issuer", stage.issuer(), "--pages", &stage.pages(), "--named-issuer", named.issuer()]);
    footprint.arg("--authority").arg(world.authority());
    run(&mut footprint, quick, &mut figures)?;
    Ok(figures)
}

/// To its end. Its complaints are for whoever watches.
fn run(command: &mut Command, quick: bool, figures: &mut Figures) -> Result<()> {
    if quick {
        command.arg("--quick");
    }
    // The provider is on this machine, whatever proxy the machine has.
    let mut child =
        command.env("NO_PROXY", "127.0.0.1,localhost").stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or("a child without the output that was asked for")?;
    for line in BufReader::new(output).lines() {
        figures.take_in(&line?);
    }
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", command.get_program().display()).into())
    }
}
