//! The browser that the library starts, as far as it matters here: that it was started, and with which URL.
//!
//! The library finds it on the search path under the name of the desktop's launcher. It is this very program, so that what is
//! measured is the start of a program and not that of a shell. May touch a loopback socket and the file with its port.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What a desktop calls it.
const LAUNCHER: &str = "xdg-open";

/// Whether this process was started as the browser.
pub fn is_meant() -> bool {
    std::env::args_os().next().is_some_and(|name| Path::new(&name).file_name().is_some_and(|name| name == LAUNCHER))
}

/// Says that the browser has been started, to whoever expects it.
pub fn tell() {
    let mut words = std::env::args();
    let itself = words.next().map(PathBuf::from).unwrap_or_default();
    // Started by its name only, it is where the search path leads.
    let folder = match itself.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => folder.to_owned(),
        None => PathBuf::from(std::env::var_os("PATH").unwrap_or_default()),
    };
    let port = fs::read_to_string(folder.join("port")).expect("the file with the port");
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port.parse().expect("a port"))).expect("a listener");
    stream.write_all(words.next().unwrap_or_default().as_bytes()).expect("somebody listens");
}

/// A browser that is about to be started.
pub struct Expected {
    listener: TcpListener,
}

impl Expected {
    /// Puts this program where the library will find it.
    pub fn new() -> Result<Self, String> {
        let words = |problem: std::io::Error| problem.to_string();
        let folder = PathBuf::from(std::env::var_os("PATH").unwrap_or_default());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(words)?;
        let port = listener.local_addr().map_err(words)?.port();
        fs::write(folder.join("port"), port.to_string()).map_err(words)?;
        let launcher = folder.join(LAUNCHER);
        if !launcher.exists() {
            fs::copy(std::env::current_exe().map_err(words)?, &launcher).map_err(words)?;
        }
        Ok(Self { listener })
    }

    /// When it was there, and what it was told to open.
    pub fn wait(self, patience: Duration) -> Result<(Instant, String), String> {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let Ok((mut stream, _)) = self.listener.accept() else { return };
            let at = Instant::now();
            let mut url = String::new();
            if stream.read_to_string(&mut url).is_ok() {
                // Whoever waits may have given up.
                let _ = sender.send((at, url));
            }
        });
        receiver.recv_timeout(patience).map_err(|_| "no browser was started".to_owned())
    }
}
