//! What becomes of the figures: how they are printed, judged and shown. Measures nothing itself.
//!
//! | file | holds |
//! |---|---|
//! | `figures.rs` | what was measured |
//! | `limits.rs`, `costs.rs` | what it must keep to |
//! | `parts.rs` | what the bytes of the library's file are for |
//! | `document.rs`, `tables.rs`, `trips.rs`, `chart.rs`, `machine.rs` | docs/benchmarks.md and its picture |

pub mod chart;
pub mod costs;
pub mod document;
pub mod figures;
pub mod limits;
pub mod machine;
pub mod parts;
pub mod tables;
pub mod trips;

/// The program that the others are compared with, in the names of figures.
pub const LATCHKEY: &str = "latchkey";
