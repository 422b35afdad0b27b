//! What the end-to-end tests share: the real driver in a hosted kernel, and an ordinary socket that
//! sends to it.
//!
//! `cargo xtask test` builds the drivers and runs them.

pub mod netns;
pub mod raw;
pub mod schedules;
pub mod sweep;

use std::{
    env,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    path::{Path, PathBuf},
};

use nthost::{Builder, Driver, File, Kernel};
use winrx::{Bound, Datagram, Mode, Receiver, Settings};

/// The file of a driver: in the folder that `WINRX_DRIVERS` names, else where `cargo xtask build` puts
/// it.
#[must_use]
pub fn driver_file(name: &str) -> PathBuf {
    let built = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/drivers/x64");
    env::var_os("WINRX_DRIVERS").map_or_else(built, PathBuf::from).join(name).with_extension("sys")
}

/// A hosted kernel with a driver loaded.
pub struct Machine {
    kernel: Kernel,
    driver: Driver,
}

impl Default for Machine {
    fn default() -> Self {
        Self::new(Kernel::builder())
    }
}

impl Machine {
    /// Starts a kernel and loads wskrx.
    ///
    /// # Panics
    ///
    /// If that fails.
    #[must_use]
    pub fn new(builder: Builder) -> Self {
        Self::with_driver(builder, "wskrx")
    }

    /// Starts a kernel and loads ndisrx.
    ///
    /// # Panics
    ///
    /// If that fails.
    #[must_use]
    pub fn with_ndisrx(builder: Builder) -> Self {
        Self::with_driver(builder, "ndisrx")
    }

    fn with_driver(builder: Builder, name: &str) -> Self {
        Self::on(builder.build().expect("the kernel starts"), driver_file(name))
    }

    /// Loads a driver into a kernel.
    ///
    /// # Panics
    ///
    /// If that fails.
    #[must_use]
    pub fn on(kernel: Kernel, file: impl AsRef<Path>) -> Self {
        let driver = kernel.load(file).expect("the driver is built and loads");
        Self { kernel, driver }
    }

    /// The kernel.
    #[must_use]
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// The driver.
    #[must_use]
    pub fn driver(&self) -> &Driver {
        &self.driver
    }

    /// Opens the device.
    ///
    /// # Panics
    ///
    /// If that fails.
    #[must_use]
    pub fn open(&self) -> File {
        self.kernel.open(&format!(r"\\.\{}", self.driver.name())).expect("the device opens")
    }

    /// Opens the device and begins to receive.
    ///
    /// # Panics
    ///
    /// If that fails.
    #[must_use]
    pub fn receive(&self, settings: &Settings) -> (Receiver<File>, Bound) {
        let receiver = Receiver::new(self.open()).expect("the driver answers");
        let bound = receiver.bind(settings).expect("the driver binds");
        (receiver, bound)
    }

    /// Unloads the driver.
    ///
    /// # Panics
    ///
    /// If it cannot be unloaded, leaves something behind, or broke a rule.
    pub fn finish(self) {
        let unloaded = self.driver.unload().expect("no handle is open");
        assert_eq!(unloaded.leftovers(), [""; 0], "nothing is left behind");
        assert_eq!(self.kernel.violations(), [], "no rule was broken");
    }
}

/// An address family, and its addresses of this machine.
#[derive(Clone, Copy, Debug)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

impl Family {
    /// The loopback address, with a port of the system's choice.
    #[must_use]
    pub fn loopback(self) -> SocketAddr {
        let address: IpAddr = match self {
            Self::V4 => Ipv4Addr::LOCALHOST.into(),
            Self::V6 => Ipv6Addr::LOCALHOST.into(),
        };
        (address, 0).into()
    }
}

/// Settings for a receiver of this family on the loopback address.
#[must_use]
pub fn settings(mode: Mode, family: Family) -> Settings {
    Settings { mode, receive_buffer: Some(4 << 20), ..Settings::new(family.loopback()) }
}

/// An ordinary socket that sends to `to`.
///
/// # Panics
///
/// If the machine has no loopback address of this family.
#[must_use]
pub fn sender(family: Family, to: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind(family.loopback()).expect("a socket");
    socket.connect(to).expect("connects");
    socket
}

/// A payload that differs from those of other lengths and seeds.
#[must_use]
pub fn payload(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|at| (at.wrapping_mul(7) ^ (at >> 8) ^ seed).to_le_bytes()[0]).collect()
}

/// Reads until there are `count` datagrams.
///
/// # Panics
///
/// If a read fails, or reception ends before.
#[must_use]
pub fn read(receiver: &Receiver<File>, count: usize) -> Vec<Datagram<'static>> {
    let read: Vec<_> =
        receiver.records().take(count).map(|datagram| datagram.expect("a datagram")).collect();
    assert_eq!(read.len(), count);
    read
}
