//! An address that nobody may call.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

/// A listener on loopback. Who connects is kept by the system until somebody looks.
pub struct Trap(TcpListener);

impl Trap {
    pub fn set() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub fn host(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.host())
    }

    /// Whether somebody connected since it was set.
    pub fn was_called(&self) -> bool {
        match self.0.accept() {
            Ok(_) => true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => panic!("the trap is broken: {error}"),
        }
    }
}

#[test]
fn the_trap_sees_who_calls() {
    let trap = Trap::set();
    assert!(!trap.was_called());
    let _caller = std::net::TcpStream::connect(trap.host()).unwrap();
    assert!(trap.was_called());
}
