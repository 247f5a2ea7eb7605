//! What the subsystem costs a frame in which nothing happens: less than a microsecond, and no memory.

use practice_provider::{Options, PracticeProvider};

use crate::game::Setup;
use crate::product::{Product, plain, shipped};
use crate::provider::{ADA, sign_in};

/// A busy machine takes the processor away now and then, which says nothing about the subsystem: one attempt out of three has to be
/// free of that.
const ATTEMPTS: usize = 3;

fn measure(product: &Product) {
    let mut said = String::new();
    for _ in 0..ATTEMPTS {
        let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
        let mut game = Setup::new(product, "CostOfAnIdleFrame").issuer(provider.issuer()).start();
        sign_in(&mut game, ADA);
        let finished = game.finish();
        let allocates = finished.stdout.contains("FAILED Allocations");
        assert!(!allocates, "{finished}");
        if finished.status.success() {
            println!("{}", finished.stdout);
            return;
        }
        said += &finished.stdout;
    }
    panic!("no attempt out of {ATTEMPTS} was under a microsecond:\n{said}");
}

#[test]
fn an_idle_frame_costs_next_to_nothing_in_the_editor() {
    measure(plain());
}

#[test]
fn an_idle_frame_costs_next_to_nothing_in_a_shipped_game() {
    measure(shipped());
}
