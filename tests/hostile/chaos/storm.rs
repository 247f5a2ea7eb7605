//! Which request meets which fault: a function of the seed, of what is asked, and of how often it was asked before.
//!
//! Nothing of time enters, so a seed is the same storm on a slow machine and on a fast one.

use std::time::Duration;

use crate::dice::Dice;

/// What a connection or a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Connect,
    Discovery,
    Keys,
    Code,
    Refresh,
    Userinfo,
    Revocation,
    Other,
}

/// What is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// It arrives late, or its answer does.
    Delay {
        there: Duration,
        back: Duration,
    },
    /// The connection is closed before the provider hears of it.
    CutBefore,
    /// The same, by a reset.
    ResetBefore,
    /// The provider has done what was asked, and nobody learns of it.
    CutAfter,
    /// The same, by a reset.
    ResetAfter,
    /// So much of the answer, then the connection is closed.
    CutWithin {
        percent: usize,
    },
    /// The same, by a reset.
    ResetWithin {
        percent: usize,
    },
    /// The answer in pieces, with pauses between them.
    Trickle {
        pieces: usize,
        pause: Duration,
    },
    /// Another answer overtakes this one, if one comes.
    Overtaken,
    /// A gateway answers in the provider's place.
    TurnedAway {
        status: u16,
        retry_after_s: Option<u64>,
    },
    /// The whole answer, and the connection closes though it was to be kept.
    CutBehind,
    /// Never.
    Hang,
}

/// One seed's storm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storm {
    seed: u64,
    /// How many requests in a hundred meet a fault.
    severity: u64,
    /// Nothing gets through at all.
    outage: Option<Fault>,
    /// The one request that is never answered: a whole time-out of the library's, and so not in every seed.
    hang: Option<(Kind, u32)>,
}

/// From here on requests of a kind pass, so that whoever goes on trying arrives.
const STORMY: u32 = 6;
const KINDS: [Kind; 8] = [
    Kind::Connect,
    Kind::Discovery,
    Kind::Keys,
    Kind::Code,
    Kind::Refresh,
    Kind::Userinfo,
    Kind::Revocation,
    Kind::Other,
];

impl Storm {
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::of(seed, "storm");
        let severity = dice.one_of(&[10, 25, 25, 50, 80]);
        let outage = dice.chance(6).then(|| {
            dice.one_of(&[
                Fault::CutBefore,
                Fault::ResetBefore,
                Fault::CutAfter,
                Fault::ResetAfter,
                Fault::CutWithin { percent: 60 },
                Fault::TurnedAway { status: 503, retry_after_s: None },
            ])
        });
        let hang = dice.chance(6).then(|| {
            let kind = dice.one_of(&[Kind::Discovery, Kind::Keys, Kind::Code, Kind::Refresh, Kind::Revocation]);
            (kind, dice.below(2) as u32)
        });
        Self { seed, severity, outage, hang }
    }

    /// What the `ordinal`th of its kind meets; the first is 0.
    pub fn fault(&self, kind: Kind, ordinal: u32) -> Fault {
        let mut dice = Dice::of(self.seed, &format!("{kind:?} {ordinal}"));
        if kind == Kind::Connect {
            let refused = self.outage.is_none() && ordinal < STORMY && dice.chance(self.severity / 8);
            return if refused { Fault::ResetBefore } else { Fault::None };
        }
        if self.hang == Some((kind, ordinal)) {
            return Fault::Hang;
        }
        if let Some(fault) = self.outage {
            return fault;
        }
        if ordinal >= STORMY || !dice.chance(self.severity) {
            return Fault::None;
        }
        some_fault(&mut dice)
    }

    /// All of it, for people and for comparing.
    pub fn rendered(&self) -> String {
        let mut text = format!("severity {}, outage {:?}, hang {:?}\n", self.severity, self.outage, self.hang);
        for kind in KINDS {
            let faults: Vec<_> = (0..=STORMY).map(|ordinal| format!("{:?}", self.fault(kind, ordinal))).collect();
            text += &format!("{kind:?}: {}\n", faults.join(", "));
        }
        text
    }
}

fn some_fault(dice: &mut Dice) -> Fault {
    match dice.below(12) {
        0 | 1 => Fault::Delay { there: dice.millis(0, 120), back: dice.millis(0, 120) },
        2 => Fault::CutBefore,
        3 => Fault::ResetBefore,
        4 => Fault::CutAfter,
        5 => Fault::ResetAfter,
        6 => Fault::CutWithin { percent: dice.below(96) as usize },
        7 => Fault::ResetWithin { percent: dice.below(96) as usize },
        8 => Fault::Trickle { pieces: 2 + dice.below(12) as usize, pause: dice.millis(1, 20) },
        9 => Fault::Overtaken,
        10 => Fault::TurnedAway {
            status: dice.one_of(&[429, 500, 502, 503]),
            retry_after_s: dice.one_of(&[None, None, Some(0), Some(1)]),
        },
        _ => Fault::CutBehind,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_seed_is_the_same_storm() {
        for seed in 0..500 {
            assert_eq!(Storm::of(seed).rendered(), Storm::of(seed).rendered());
        }
        let storms: BTreeSet<_> = (0..500).map(|seed| Storm::of(seed).rendered()).collect();
        assert!(storms.len() > 450, "only {} of 500 storms differ", storms.len());
    }

    #[test]
    fn a_seed_means_the_same_storm_in_every_version() {
        assert_eq!(Storm::of(17).rendered(), SEVENTEENTH, "a seed that somebody wrote down would replay another storm");
    }

    #[test]
    fn every_fault_occurs_with_every_kind_of_request() {
        let mut met = BTreeSet::new();
        for storm in (0..2000).map(Storm::of) {
            for kind in KINDS {
                let name = |fault: Fault| format!("{fault:?}").split([' ', '{']).next().unwrap_or_default().to_owned();
                met.extend((0..STORMY).map(|ordinal| (kind, name(storm.fault(kind, ordinal)))));
            }
        }
        for kind in [Kind::Discovery, Kind::Keys, Kind::Code, Kind::Refresh, Kind::Revocation] {
            let count = met.iter().filter(|(of, _)| *of == kind).count();
            assert_eq!(count, 13, "{kind:?}: {met:?}");
        }
        assert!(met.contains(&(Kind::Connect, "ResetBefore".to_owned())));
    }

    const SEVENTEENTH: &str = "\
severity 80, outage None, hang None
Connect: None, None, None, None, ResetBefore, None, None
Discovery: Delay { there: 37ms, back: 64ms }, Delay { there: 113ms, back: 52ms }, Overtaken, ResetBefore, Delay { there: 60ms, back: 48ms }, Delay { there: 62ms, back: 19ms }, None
Keys: None, Delay { there: 58ms, back: 37ms }, ResetBefore, None, ResetBefore, ResetWithin { percent: 59 }, None
Code: Overtaken, ResetAfter, ResetAfter, CutBehind, ResetAfter, CutBefore, None
Refresh: Delay { there: 76ms, back: 84ms }, Trickle { pieces: 4, pause: 8ms }, None, Trickle { pieces: 11, pause: 9ms }, TurnedAway { status: 500, retry_after_s: None }, Delay { there: 62ms, back: 72ms }, None
Userinfo: None, None, None, Delay { there: 12ms, back: 52ms }, ResetAfter, CutAfter, None
Revocation: Delay { there: 107ms, back: 11ms }, CutWithin { percent: 2 }, None, Trickle { pieces: 2, pause: 20ms }, ResetAfter, ResetWithin { percent: 57 }, None
Other: Overtaken, CutBefore, CutWithin { percent: 27 }, ResetWithin { percent: 80 }, CutWithin { percent: 27 }, TurnedAway { status: 429, retry_after_s: None }, None
";
}
