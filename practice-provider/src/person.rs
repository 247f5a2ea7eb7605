//! Who signs in: everything about a player follows from the name, so it is the same every time.

use ring::digest;
use serde_json::{Map, Value, json};

/// A player as the provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) sub: String,
}

impl Person {
    /// The person of that name; an address of the practice domain is turned back into the name.
    pub(crate) fn from_input(input: &str) -> Option<Person> {
        let visible: String = input.chars().filter(|letter| !letter.is_control()).take(100).collect();
        let visible = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = match visible.split_once('@') {
            Some((local, "players.example")) => {
                local.split('.').map(capitalised).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
            }
            _ => visible,
        };
        if name.is_empty() {
            return None;
        }
        let words: Vec<String> = name
            .to_lowercase()
            .split(|letter: char| letter.is_whitespace() || letter == '.' || letter == '-')
            .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect())
            .filter(|word: &String| !word.is_empty())
            .collect();
        let local = if words.is_empty() { "player".to_owned() } else { words.join(".") };
        let hash = digest::digest(&digest::SHA256, format!("practice player {}", name.to_lowercase()).as_bytes());
        let sub = hash.as_ref().iter().take(10).map(|byte| format!("{byte:02x}")).collect::<String>();
        Some(Person { name, email: format!("{local}@players.example"), sub: format!("player-{sub}") })
    }

    /// Up to two letters for a picture.
    pub(crate) fn initials(name: &str) -> String {
        name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
    }

    /// The claims that the scopes allow, without `sub`.
    pub(crate) fn claims(&self, scope: &str, issuer_root: &str) -> Map<String, Value> {
        let mut claims = Map::new();
        let has = |wanted: &str| scope.split(' ').any(|one| one == wanted);
        if has("profile") {
            let initials: String =
                url::form_urlencoded::byte_serialize(Person::initials(&self.name).as_bytes()).collect();
            claims.insert("name".into(), json!(self.name));
            claims.insert("preferred_username".into(), json!(self.email.split('@').next().unwrap_or_default()));
            claims.insert("picture".into(), json!(format!("{issuer_root}/picture.svg?initials={initials}")));
            claims.insert("locale".into(), json!("en-GB"));
        }
        if has("email") {
            claims.insert("email".into(), json!(self.email));
            claims.insert("email_verified".into(), json!(true));
        }
        claims
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_follows_from_the_name() {
        let ada = Person::from_input("  Ada   Lovelace ").expect("a name");
        assert_eq!((ada.name.as_str(), ada.email.as_str()), ("Ada Lovelace", "ada.lovelace@players.example"));
        assert_eq!(Person::from_input("ada.lovelace@players.example"), Some(ada));
        assert_eq!(Person::from_input("名前").expect("a name").email, "player@players.example");
        assert_eq!(Person::from_input(" \u{7} "), None);
    }
}
