//! Frames that this machine sends on a TAP device made for it.

mod spec;

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::fs::OpenOptionsExt,
    },
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{
    super::{Adapter, Frame},
    Progress, Sink, Source, SourceError,
    interface::{self, Interface},
    spare,
};

pub use spec::Tap;

/// The most frames handed over at once.
const BATCH: usize = 64;

/// Room for a frame, as long as one can be.
const ROOM: usize = 1 << 17;

/// How long to wait for frames.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// An open TAP device.
pub(super) struct TapSource {
    device: File,
    name: String,
    room: Vec<u8>,
}

impl Tap {
    /// Makes the device, and the adapter at the other end of its wire.
    pub(super) fn open(&self, adapter: Adapter) -> Result<(Adapter, TapSource), SourceError> {
        let failed = |error: io::Error| self.explain(&error);
        let device = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NONBLOCK)
            .open("/dev/net/tun")
            .map_err(failed)?;
        attach(&device, &self.device).map_err(failed)?;
        let host = Interface::new(&self.device).map_err(failed)?;
        host.bring_up().map_err(failed)?;
        let speed = host.speed().unwrap_or(adapter.speed);
        let adapter = Adapter { mtu: host.mtu().map_err(failed)?, speed, ..adapter };
        let source = TapSource { device, name: self.device.clone(), room: vec![0; ROOM] };
        Ok((adapter, source))
    }

    /// An error with its cause and cure.
    fn explain(&self, error: &io::Error) -> SourceError {
        let name = &self.device;
        SourceError(match error.raw_os_error() {
            Some(libc::EPERM | libc::EACCES) => format!(
                "making the TAP device {name} is not permitted; run as root, or with the capability \
                 CAP_NET_ADMIN"
            ),
            Some(libc::ENOENT | libc::ENODEV | libc::ENXIO) => {
                "this machine has no /dev/net/tun; load the module tun".to_owned()
            }
            Some(libc::EBUSY) => {
                format!("the TAP device {name} belongs to another program; choose another name")
            }
            Some(libc::EINVAL) => {
                format!("{name} exists and is no TAP device; choose another name")
            }
            _ => format!("the TAP device {name} cannot be made: {error}"),
        })
    }
}

/// Makes the file stand for the device of this name, which is made if it does not exist.
fn attach(device: &File, name: &str) -> io::Result<()> {
    let flags = libc::IFF_TAP | libc::IFF_NO_PI;
    let mut request = interface::request(name)?;
    request.ifr_ifru.ifru_flags = libc::c_short::try_from(flags).unwrap_or_default();
    // SAFETY: the request reads and writes an `ifreq`.
    let result = unsafe { libc::ioctl(device.as_raw_fd(), libc::TUNSETIFF, &raw mut request) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

impl Source for TapSource {
    fn next(&mut self, frames: &mut Vec<Frame>) -> Result<Progress, SourceError> {
        if self.take(frames)? == 0 {
            let mut polled = [PollFd::new(&self.device, PollFlags::IN)];
            // It is looked again in any case.
            let _ = poll(&mut polled, Some(&PATIENCE));
            self.take(frames)?;
        }
        Ok(Progress::More)
    }

    fn listen(&mut self, _packet_filter: u32) -> Result<(), SourceError> {
        // What came while nobody listened is not wanted.
        let mut unwanted = Vec::new();
        while self.take(&mut unwanted)? > 0 {
            unwanted.clear();
        }
        Ok(())
    }

    fn sink(&mut self) -> Option<Box<dyn Sink>> {
        let device = OwnedFd::from(self.device.try_clone().ok()?);
        Some(Box::new(TapSink { device: device.into() }))
    }
}

impl TapSource {
    /// Takes frames that have come. Returns how many.
    fn take(&mut self, frames: &mut Vec<Frame>) -> Result<usize, SourceError> {
        let before = frames.len();
        while frames.len() - before < BATCH {
            match self.device.read(&mut self.room) {
                Ok(length) => frames.push(spare::copy(&self.room[..length]).into()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The device is switched off, which may change.
                Err(error) if error.raw_os_error() == Some(libc::EIO) => break,
                Err(error) => {
                    let name = &self.name;
                    return Err(SourceError(format!("the TAP device {name} is gone: {error}")));
                }
            }
        }
        Ok(frames.len() - before)
    }
}

/// Frames that are sent arrive at the device.
struct TapSink {
    device: File,
}

impl Sink for TapSink {
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.device.write_all(frame)
    }
}
