//! What may not be in a journal, whatever the storm was.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::journal::Entry;
use crate::storm::Kind;

/// A client that is destroyed waits a quarter of a second for what it has spent. Whether an answer that comes later than this is
/// still kept, is for the machine to decide.
const KEPT: Duration = Duration::from_millis(150);
/// Between the word that a client is about to be destroyed and the call.
const ABOUT: Duration = Duration::from_millis(25);
/// More than any play asks for. A client that goes round in circles asks for more.
const MOST_REQUESTS: usize = 150;

/// What the game's side saw of a seed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// A session was ended with `LATCHKEY_SESSION_EXPIRED`.
    pub expired: bool,
    /// The host has ended a session itself in this seed, which others of the same slot notice.
    pub host_ended: bool,
}

/// Everything that is wrong, a sentence each. `leavings`: when clients were destroyed.
pub fn wrongs(journal: &[Entry], leavings: &[Duration], facts: Facts) -> Vec<String> {
    let mut journal = journal.to_vec();
    for entry in &mut journal {
        entry.delivered &= !leavings.iter().any(|left| entry.began < *left + ABOUT && *left + KEPT < entry.ended);
    }
    let journal = &journal[..];
    let mut wrongs = Vec::new();
    wrongs.extend(codes_spent_twice(journal));
    wrongs.extend(refresh_tokens_replayed(journal));
    wrongs.extend(session_ended_without_reason(journal, facts));
    if journal.len() > MOST_REQUESTS {
        wrongs.push(format!("{} requests: the library does not know when to stop", journal.len()));
    }
    wrongs
}

/// A code is sent once, even if nobody heard it: whoever took it off the line may have spent it (RFC 6749 section 4.1.2).
fn codes_spent_twice(journal: &[Entry]) -> Vec<String> {
    let uses = by_secret(journal, Kind::Code).into_iter().filter(|(_, uses)| uses.len() > 1);
    uses.map(|(code, uses)| format!("the code {code} was sent {} times", uses.len())).collect()
}

/// A refresh token is not sent again when its successor has arrived, and never twice at the same time. After an answer that
/// was lost there is nothing else to send: that replay is the network's.
fn refresh_tokens_replayed(journal: &[Entry]) -> Vec<String> {
    let mut wrongs = Vec::new();
    for (token, uses) in by_secret(journal, Kind::Refresh) {
        for pair in uses.windows(2) {
            let [first, second] = pair else { continue };
            if first.delivered && first.gives.as_ref().is_some_and(|gives| *gives != token) {
                wrongs.push(format!("the refresh token {token} was sent again after its successor had arrived"));
            }
            if second.began < first.ended && !first.given_up {
                wrongs.push(format!("the refresh token {token} was sent twice at the same time"));
            }
        }
    }
    wrongs
}

/// The provider ends a session for a replay only, and here only a lost answer leads to one. All other faults keep it.
fn session_ended_without_reason(journal: &[Entry], facts: Facts) -> Option<String> {
    let lost = journal.iter().any(|entry| entry.kind == Kind::Refresh && entry.is_lost());
    (facts.expired && !facts.host_ended && !lost)
        .then(|| "a session has expired though no answer of a refresh was lost, and nobody had ended it".to_owned())
}

fn by_secret(journal: &[Entry], kind: Kind) -> BTreeMap<String, Vec<&Entry>> {
    let mut uses: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
    for entry in journal.iter().filter(|entry| entry.kind == kind) {
        uses.entry(entry.spends.clone().unwrap_or_default()).or_default().push(entry);
    }
    uses
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::storm::Fault;

    fn refresh(token: &str, began: u64, ended: u64) -> Entry {
        Entry {
            kind: Kind::Refresh,
            ordinal: None,
            fault: Fault::None,
            connection: 1,
            began: Duration::from_millis(began),
            ended: Duration::from_millis(ended),
            spends: Some(token.to_owned()),
            status: Some(200),
            gives: Some(format!("{token}'")),
            delivered: true,
            given_up: false,
        }
    }

    fn verdict(journal: &[Entry]) -> Vec<String> {
        wrongs(journal, &[], Facts::default())
    }

    #[test]
    fn a_journal_as_it_should_be_has_nothing_wrong() {
        assert!(verdict(&[refresh("a", 0, 1), refresh("a'", 2, 3)]).is_empty());
        let lost = Entry { delivered: false, ..refresh("a", 0, 1) };
        assert!(verdict(&[lost.clone(), refresh("a", 2, 3)]).is_empty(), "the network's replay");
        let expired = Facts { expired: true, ..Facts::default() };
        assert!(wrongs(&[lost, refresh("a", 2, 3)], &[], expired).is_empty());
    }

    #[test]
    fn replays_of_the_librarys_are_seen() {
        assert_eq!(verdict(&[refresh("a", 0, 1), refresh("a", 2, 3)]).len(), 1);
        let unheard = Entry { status: None, gives: None, delivered: false, ..refresh("a", 0, 5) };
        assert_eq!(verdict(&[unheard.clone(), refresh("a", 2, 3)]).len(), 1, "at the same time");
        let given_up = Entry { given_up: true, ..unheard };
        assert!(verdict(&[given_up, refresh("a", 2, 3)]).is_empty(), "its owner was gone");
        let code = Entry { kind: Kind::Code, delivered: false, status: None, ..refresh("c", 0, 1) };
        assert_eq!(verdict(&[code.clone(), code]).len(), 1);
    }

    #[test]
    fn what_a_client_that_ends_has_spent_may_come_too_late_but_nothing_is_spent_afterwards() {
        let at = |millis| [Duration::from_millis(millis)];
        let pair = [refresh("a", 50, 300), refresh("a", 400, 401)];
        assert!(wrongs(&pair, &at(100), Facts::default()).is_empty(), "it came after the client's patience");
        assert_eq!(wrongs(&pair, &at(200), Facts::default()).len(), 1, "it came in time");
        assert_eq!(wrongs(&pair, &at(5), Facts::default()).len(), 1, "it was spent by a client that had ended");
    }

    #[test]
    fn an_end_without_a_reason_is_seen() {
        let expired = Facts { expired: true, ..Facts::default() };
        assert_eq!(wrongs(&[refresh("a", 0, 1)], &[], expired).len(), 1);
        assert!(wrongs(&[], &[], Facts { host_ended: true, ..expired }).is_empty());
        let unheard = Entry { status: None, gives: None, delivered: false, ..refresh("a", 0, 1) };
        assert_eq!(wrongs(&[unheard], &[], expired).len(), 1, "the provider has never heard of it");
    }

    #[test]
    fn going_round_in_circles_is_seen() {
        let journal: Vec<_> = (0..200).map(|at| refresh(&at.to_string(), at * 2, at * 2 + 1)).collect();
        assert_eq!(verdict(&journal).len(), 1);
    }
}
