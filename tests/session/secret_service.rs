//! The Secret Service as a password manager speaks it: what is stored, who it belongs to, and how it is bent or locked.
//!
//! Plain D-Bus calls of the freedesktop.org Secret Service API, so that what the library has stored is seen without any code
//! that the library uses. The library itself never enters.
//!
//! May touch: one connection to a session bus.

use std::collections::HashMap;
use std::time::Duration;

use dbus::arg::{AppendAll, ReadAll, RefArg, Variant};
use dbus::blocking::Connection;
use dbus::blocking::stdintf::org_freedesktop_dbus::Properties;
use dbus::{Message, Path};

const NAME: &str = "org.freedesktop.secrets";
const SERVICE: &str = "/org/freedesktop/secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const BOUND: Duration = Duration::from_secs(20);

/// Session, parameters, value and content type, as they cross the bus.
type Secret = (Path<'static>, Vec<u8>, Vec<u8>, String);

/// A connection, and on it a session that carries secrets as they are.
pub struct SecretService {
    connection: Connection,
    session: Path<'static>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub path: Path<'static>,
    pub label: String,
    pub attributes: HashMap<String, String>,
    pub secret: Vec<u8>,
}

/// Connects to a bus.
pub fn connect(address: &str) -> Connection {
    Connection::new_address(address).expect("a connection to the session bus")
}

/// Whether anybody is the Secret Service.
pub fn is_there(bus: &Connection) -> bool {
    let proxy = bus.with_proxy("org.freedesktop.DBus", "/", BOUND);
    let (there,): (bool,) = proxy.method_call("org.freedesktop.DBus", "NameHasOwner", (NAME,)).expect("an answer");
    there
}

impl SecretService {
    pub fn open(address: &str) -> Self {
        Self::try_open(address).unwrap_or_else(|problem| panic!("no Secret Service: {problem}"))
    }

    /// As [`SecretService::open`]; what the bus says where that is not to be had.
    pub fn try_open(address: &str) -> Result<Self, dbus::Error> {
        let connection = Connection::new_address(address)?;
        let arguments = ("plain", Variant(String::new()));
        let proxy = connection.with_proxy(NAME, SERVICE, BOUND);
        let opened: Result<(Variant<String>, Path<'static>), _> =
            proxy.method_call("org.freedesktop.Secret.Service", "OpenSession", arguments);
        let (_, session) = opened?;
        Ok(Self { connection, session })
    }

    /// Everything that is stored. Panics if something is locked.
    pub fn items(&self) -> Vec<Item> {
        let everything = HashMap::<String, String>::new();
        let (unlocked, locked): (Vec<Path<'static>>, Vec<Path<'static>>) =
            self.call(SERVICE, "Service", "SearchItems", (everything,)).expect("a search");
        assert!(locked.is_empty(), "locked items can't be looked at");
        unlocked.into_iter().map(|path| self.item(path)).collect()
    }

    /// How many entries there are in all, locked ones among them.
    pub fn count(&self) -> usize {
        let everything = HashMap::<String, String>::new();
        let (unlocked, locked): (Vec<Path<'static>>, Vec<Path<'static>>) =
            self.call(SERVICE, "Service", "SearchItems", (everything,)).expect("a search");
        unlocked.len() + locked.len()
    }

    /// Puts another secret into an entry.
    pub fn replace(&self, path: &Path<'static>, value: &[u8]) -> Result<(), dbus::Error> {
        self.call::<_, ()>(path, "Item", "SetSecret", (self.secret(value),))
    }

    /// Stores an entry of some other program.
    pub fn store(&self, label: &str, value: &[u8]) -> Result<(), dbus::Error> {
        let attributes = HashMap::from([("of".to_owned(), "another program".to_owned())]);
        let properties: HashMap<String, Variant<Box<dyn RefArg>>> = HashMap::from([
            ("org.freedesktop.Secret.Item.Label".to_owned(), Variant(Box::new(label.to_owned()) as Box<dyn RefArg>)),
            ("org.freedesktop.Secret.Item.Attributes".to_owned(), Variant(Box::new(attributes) as Box<dyn RefArg>)),
        ]);
        let arguments = (properties, self.secret(value), true);
        let stored: Result<(Path<'static>, Path<'static>), _> = self.call(LOGIN, "Collection", "CreateItem", arguments);
        stored.map(drop)
    }

    /// Erases an entry behind the library's back, as a player may in a password manager.
    pub fn erase(&self, path: &Path<'static>) {
        let (_prompt,): (Path<'static>,) = self.call(path, "Item", "Delete", ()).expect("an entry that can be erased");
    }

    /// Locks the login keyring, as a screen lock may.
    pub fn lock(&self) {
        let all = vec![Path::from(LOGIN)];
        let (_, _): (Vec<Path<'static>>, Path<'static>) =
            self.call(SERVICE, "Service", "Lock", (all,)).expect("a keyring that can be locked");
        assert!(self.is_locked());
    }

    /// Whether the login keyring is locked.
    pub fn is_locked(&self) -> bool {
        let proxy = self.connection.with_proxy(NAME, LOGIN, BOUND);
        proxy.get("org.freedesktop.Secret.Collection", "Locked").expect("a property")
    }

    fn item(&self, path: Path<'static>) -> Item {
        const INTERFACE: &str = "org.freedesktop.Secret.Item";
        let (secret,): (Secret,) =
            self.call(&path, "Item", "GetSecret", (self.session.clone(),)).expect("an entry's secret");
        let proxy = self.connection.with_proxy(NAME, path.clone(), BOUND);
        Item {
            label: proxy.get(INTERFACE, "Label").expect("a label"),
            attributes: proxy.get(INTERFACE, "Attributes").expect("attributes"),
            secret: secret.2,
            path,
        }
    }

    fn secret(&self, value: &[u8]) -> Secret {
        (self.session.clone(), Vec::new(), value.to_vec(), "application/octet-stream".to_owned())
    }

    fn call<A: AppendAll, R: ReadAll>(
        &self,
        path: &str,
        interface: &str,
        member: &str,
        arguments: A,
    ) -> Result<R, dbus::Error> {
        let interface = format!("org.freedesktop.Secret.{interface}");
        let mut message = Message::method_call(&NAME.into(), &path.into(), &interface.into(), &member.into());
        message.append_all(arguments);
        self.connection.channel().send_with_reply_and_block(message, BOUND)?.read_all()
    }
}
