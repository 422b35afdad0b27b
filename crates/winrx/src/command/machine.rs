//! The machine that frames are captured on: its driver, and on Linux its adapters.

use super::{CommandError, MachineArgs};
use crate::{Adapter, Capture, Device, device, session::Stopper};

/// An open handle of ndisrx, and what its adapters get their frames from.
pub struct Machine {
    /// The handle. It is closed before the adapters go.
    pub capture: Capture<Box<dyn Device>>,
    #[cfg(target_os = "linux")]
    sources: linux::Sources,
}

/// Opens the driver that Windows runs.
#[cfg(not(target_os = "linux"))]
pub fn start(args: &MachineArgs) -> Result<Machine, CommandError> {
    let device = device::open_frames(args.driver.driver.as_deref()).map_err(crate::Error::from);
    let capture = device.and_then(Capture::new).map_err(CommandError::before_receiving)?;
    Ok(Machine { capture })
}

#[cfg(not(target_os = "linux"))]
#[expect(
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "adapters come to an end elsewhere"
)]
impl Machine {
    /// Adapters of Windows never come to an end.
    pub fn stop_at_the_end(&self, _adapters: &[Adapter], _stopper: Stopper) {}

    /// Windows tells of failures in its own way.
    pub fn failures(&self) -> Result<(), CommandError> {
        Ok(())
    }
}

#[cfg(target_os = "linux")]
pub use linux::start;

#[cfg(target_os = "linux")]
mod linux {
    use std::{collections::BTreeSet, thread};

    use nix::{ifaddrs::getifaddrs, net::if_::InterfaceFlags};
    use nthost::ndis::{
        Link,
        source::{self, Kind, Opened, Packet, Spec},
    };

    use super::{Adapter, Capture, CommandError, Device, Machine, MachineArgs, Stopper, device};

    /// What captured frames look like that nobody sends: few enough to be read.
    const MADE_UP: &str = "synth:rate=10";

    /// The adapters that get frames from somewhere.
    pub struct Sources(Vec<Link>);

    /// Loads the driver into this process and plugs the adapters in.
    pub fn start(args: &MachineArgs) -> Result<Machine, CommandError> {
        let adapters = if args.specs.is_empty() {
            usual()?
        } else {
            source::open(&args.specs).map_err(|error| {
                CommandError::setup(format!("An adapter cannot be opened: {error}."))
            })?
        };
        let hosted = device::host_frames(args.driver.driver.as_deref(), adapters);
        let (device, links) =
            hosted.map_err(crate::Error::from).map_err(CommandError::before_receiving)?;
        let device: Box<dyn Device> = Box::new(device);
        let capture = Capture::new(device).map_err(CommandError::before_receiving)?;
        Ok(Machine { capture, sources: Sources(links) })
    }

    /// All interfaces that are up and can be captured from; if there are none, frames that are made up.
    fn usual() -> Result<Vec<Opened>, CommandError> {
        let (mut opened, mut reasons) = (Vec::new(), Vec::new());
        for interface in interfaces() {
            let packet = Spec::from(Kind::Packet(Packet::new(interface)));
            match source::open(&[packet]) {
                Ok(one) => opened.extend(one),
                Err(error) => reasons.push(error.to_string()),
            }
        }
        if opened.is_empty() {
            let reason = reasons.first().map_or("no network interface is up", |reason| reason);
            eprintln!(
                "These frames are made up: {reason}. --adapter names others, such as file:PATH."
            );
            let made_up = MADE_UP.parse::<Spec>().map_err(CommandError::failed)?;
            return source::open(&[made_up])
                .map_err(|error| CommandError::failed(format!("An adapter has failed: {error}.")));
        }
        for reason in reasons {
            eprintln!("One interface is left out: {reason}.");
        }
        Ok(opened)
    }

    /// The interfaces that are up.
    fn interfaces() -> BTreeSet<String> {
        let Ok(all) = getifaddrs() else { return BTreeSet::new() };
        let up = all.filter(|one| one.flags.contains(InterfaceFlags::IFF_UP));
        up.map(|one| one.interface_name).collect()
    }

    impl Machine {
        /// Stops the run when these adapters have received all that they ever will, as those of capture
        /// files do.
        pub fn stop_at_the_end(&self, adapters: &[Adapter], stopper: Stopper) {
            let is_one =
                |link: &&Link| adapters.iter().any(|adapter| adapter.friendly_name == link.name());
            let links: Vec<_> = self.sources.0.iter().filter(is_one).cloned().collect();
            if links.is_empty() {
                return;
            }
            // Most adapters never come to an end; the thread ends with the program then.
            thread::spawn(move || {
                for link in &links {
                    link.wait_for_source();
                }
                stopper.stop();
            });
        }

        /// Says which adapters came to an end too soon.
        pub fn failures(&self) -> Result<(), CommandError> {
            let failed = self.sources.0.iter().filter_map(|link| {
                let reason = link.source_failure()?;
                Some(format!("{} has stopped: {reason}", link.name()))
            });
            let failed: Vec<_> = failed.collect();
            if failed.is_empty() {
                return Ok(());
            }
            Err(CommandError::failed(format!("{}.", failed.join("; "))))
        }
    }
}
