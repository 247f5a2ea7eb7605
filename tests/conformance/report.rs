//! The table for people: the terminal's, and the document. Pure: judged rows in, text out.

use crate::rows::Plan;
use crate::seen::{Must, Seen};

/// A row that was played, and what is wrong with it.
pub struct Judged {
    pub plan: Plan,
    pub test: &'static str,
    must: Must,
    seen: Option<Seen>,
    pub fault: Option<String>,
}

impl Judged {
    pub fn new(plan: Plan, test: &'static str, must: Must, seen: Result<Seen, String>) -> Self {
        let (seen, faults) = match seen {
            Ok(seen) => {
                let faults = must.faults(&seen);
                (Some(seen), faults)
            }
            Err(panic) => (None, vec![panic]),
        };
        let fault = (!faults.is_empty()).then(|| faults.join("; "));
        Self { plan, test, must, seen, fault }
    }

    /// What the status, the code and the check were, and what else this row looks at.
    fn observed(&self) -> String {
        let Some(status) = self.seen.as_ref().and_then(|seen| seen.status) else { return "no end".to_owned() };
        let mut words = vec![status.state_name().to_owned()];
        if status.error.0 != support::ffi::LATCHKEY_OK {
            words.push(status.error.name().trim_start_matches("LATCHKEY_").to_owned());
        }
        words.extend(status.check_name().map(str::to_owned));
        let facts = self.seen.iter().flat_map(|seen| &seen.facts).map(|(fact, _)| fact.clone());
        std::iter::once(words.join(", ")).chain(facts).collect::<Vec<_>>().join("; ")
    }

    fn visible(&self) -> String {
        self.listed("nothing", |seen| seen.visible.join(", "))
    }

    fn asked(&self) -> String {
        self.listed("nobody", |seen| seen.asked.join(", "))
    }

    fn stored(&self) -> String {
        self.listed("nothing", |seen| if seen.stored == 0 { String::new() } else { "the session".to_owned() })
    }

    fn again(&self) -> String {
        let again = self.seen.as_ref().and_then(|seen| seen.again);
        again.map_or("", |again| if again { "signed in" } else { "failed" }).to_owned()
    }

    fn listed(&self, none: &str, words: impl Fn(&Seen) -> String) -> String {
        let words = self.seen.as_ref().map(words).unwrap_or_default();
        if words.is_empty() { none.to_owned() } else { words }
    }

    fn mark(&self) -> String {
        self.fault.as_ref().map_or(String::new(), |fault| format!(" **FAILED: {fault}**"))
    }
}

/// Plan, test, required, observed, in columns.
pub fn for_the_terminal(rows: &[Judged]) -> String {
    let columns = |row: &Judged| {
        let seen = format!(
            "{}; visible: {}; asked: {}; stored: {}{}",
            row.observed(),
            row.visible(),
            row.asked(),
            row.stored(),
            if row.again().is_empty() { String::new() } else { format!("; next login: {}", row.again()) }
        );
        [row.plan.name().to_owned(), row.test.to_owned(), row.must.words().to_owned(), seen + &row.mark()]
    };
    let heads = ["plan", "test", "required", "observed"].map(str::to_owned);
    let lines: Vec<[String; 4]> = std::iter::once(heads).chain(rows.iter().map(columns)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let shown = lines.iter().map(|line| {
        format!(
            "{:<a$}  {:<b$}  {:<c$}  {}\n",
            line[0],
            line[1],
            line[2],
            line[3],
            a = widths[0],
            b = widths[1],
            c = widths[2]
        )
    });
    shown.collect()
}

/// `docs/conformance.md`.
pub fn document(rows: &[Judged]) -> String {
    let mut text = BEFORE.to_owned();
    for plan in Plan::ALL {
        text += &format!("\n## {}\n\nIn the suite: {}.\n\n{HEADS}", plan.name(), plan.of_the_suite());
        for row in rows.iter().filter(|row| row.plan == plan) {
            text += &format!(
                "| {} | {} | {} | {} | {} | {} | {} |\n",
                code(row.test),
                row.must.words(),
                row.observed() + &row.mark(),
                row.visible(),
                row.asked(),
                row.stored(),
                row.again()
            );
        }
    }
    let passed = rows.iter().filter(|row| row.fault.is_none()).count();
    text + &AFTER.replace("{passed}", &passed.to_string()).replace("{failed}", &(rows.len() - passed).to_string())
}

fn code(test: &str) -> String {
    if test.starts_with("oidcc-") { format!("`{test}`") } else { test.to_owned() }
}

const HEADS: &str = "| test | required | observed | visible | asked afterwards | stored | next login |\n\
                     |---|---|---|---|---|---|---|\n";

const BEFORE: &str = "\
# Conformance

The relying-party tests of the OpenID Foundation's conformance suite, by the suite's names, and some beyond it, run through the C
ABI of the built library. This page is made by `cargo xtask conformance`; the suite `hostile` runs the same rows and fails when
they differ from what stands here.

It is no certification: the provider is the practice provider of this repository, which misbehaves as each test of the suite
describes, and not the suite itself. The names are those of the suite's source of August 2026.

**How to read it.** Each row is a sign-in (or a refresh, or a logout) with the configuration that its plan asks for, in which the ID
token leaves the player's name to userinfo, so that there is always a reason to ask userinfo. All columns but *required* are measured:

| column | what it is |
|---|---|
| observed | the state, the code and the failed check of the status, without `LATCHKEY_` and `LATCHKEY_STATE_`; then what this test is about |
| visible | what the getters for profile, access token and prompt gave at the end |
| asked afterwards | the endpoints that the library asked after the answer that had to be judged was there: the token response; for `userinfo-invalid-sub` the userinfo response; for discovery the document |
| stored | what was in the host's vault (`LATCHKEY_STORAGE_HOST`) at the end; in rows that reject, nothing was saved in between either |
| next login | a sign-in with the same client, at once, the provider behaving |

*Reject* is met only by all of these together: `SIGNED_OUT`, the code and the check, nothing visible, userinfo not asked (neither
then nor during the next login, beyond that login's own request), nothing stored, the next login signed in.
";

const AFTER: &str = "
## Rules where the suite leaves a choice

- **`kid-absent-multiple-jwks`**: a token without `kid` is judged by the one published key that fits its algorithm by type and curve
  (and by the key's own `alg`, where it has one). If more than one fits, the token is rejected: keys are not tried in turn, for
  that would let whoever made the token choose among them. Keys of the same material count as one. The last row of *extra* shows
  the other side of the rule. Without a `kid` a changed key shows in nothing but the signature, so the keys are fetched once more
  before such a token is rejected for its signature.
- **`idtoken-sig-none`**: the suite lets a client of the code flow accept an unsigned ID token. It is rejected always, whether the
  algorithms are announced by discovery (plan *config*) or unknown because the endpoints were configured one by one (plan *basic*).
- **`rp-init-logout-other-state`, `-no-state`**: the session here has ended before the browser is opened, so nothing depends on what
  comes back. That it was not the logout's own state is told (`PROVIDER_ERROR`).
- **RFC 9207, `state`**: a response with a wrong or absent `iss` or `state` is somebody else's. It is answered with 400 and changes
  nothing; the player's own response is still taken.

## What is not run

- `oidcc-client-test-userinfo-bearer-body` (plan *basic*): the access token is sent in the `Authorization` header only (RFC 6750
  section 2.1), never in a form.
- Plans for what Latchkey does not have: implicit and hybrid flows, form post, dynamic registration and WebFinger, front- and
  back-channel logout, session management, third-party initiated login, signed request objects, signed userinfo, mutual TLS.

{passed} passed, {failed} failed
";
