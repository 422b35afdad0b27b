//! What winrx' drivers have to do when they are loaded and unloaded, and whether they did.

use std::{collections::BTreeSet, ops::Range};

use super::security::Descriptor;

/// The security descriptor that devices must have: the local system and administrators may do
/// everything, nobody else anything.
pub const SDDL: &str = "D:P(A;;FA;;;SY)(A;;FA;;;BA)";

/// The dispatch entries that must be set: index and name.
const DISPATCH: [(usize, &str); 5] =
    [(0, "CREATE"), (2, "CLOSE"), (3, "READ"), (14, "DEVICE_CONTROL"), (18, "CLEANUP")];

/// `Ok` if a fact holds, else what was seen instead.
pub type Proof = Result<(), String>;

/// Something that must hold, and whether it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What must hold.
    pub text: String,
    /// Whether it does.
    pub proof: Proof,
}

impl Fact {
    /// A fact.
    pub fn new(text: impl Into<String>, proof: Proof) -> Self {
        Self { text: text.into(), proof }
    }
}

/// A device object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its address, which tells it from others.
    pub address: u64,
    /// Its name.
    pub name: String,
}

/// A symbolic link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name.
    pub name: String,
    /// The name that it leads to.
    pub target: String,
}

/// What a witness saw a driver do.
#[derive(Clone, Debug)]
pub struct Observed {
    /// What `DriverEntry` returned, or why it did not.
    pub entry: Result<u32, String>,
    /// Devices made by `DriverEntry`.
    pub devices: Vec<Device>,
    /// Symbolic links made by `DriverEntry`.
    pub links: Vec<Link>,
    /// Security descriptors set by `DriverEntry`, with the address of the object that each was set on.
    pub secured: Vec<(u64, Result<Descriptor, String>)>,
    /// Where the image of the driver lies.
    pub image: Range<u64>,
    /// The driver object's dispatch entries when `DriverEntry` had returned.
    pub dispatch: Vec<u64>,
    /// The driver object's unload routine when `DriverEntry` had returned, if the trace shows it.
    pub unload_routine: Option<u64>,
    /// Whether the unload routine ran to its end.
    pub unload: Proof,
    /// Names of the symbolic links that the unload routine deleted.
    pub deleted_links: Vec<String>,
    /// Addresses of the devices that the unload routine deleted.
    pub deleted_devices: Vec<u64>,
    /// How it became an NDIS protocol driver and ceased to be one, if it is one.
    pub protocol: Option<Protocol>,
}

/// What a witness saw an NDIS protocol driver do.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// Whether `DriverEntry` registered it after all else, rightly as far as the trace shows.
    pub registered: Proof,
    /// Whether the unload routine deregistered it.
    pub deregistered: Proof,
}

/// What makes a driver a protocol driver.
pub const REGISTER: &str = "NdisRegisterProtocolDriver";

/// What ends that.
pub const DEREGISTER: &str = "NdisDeregisterProtocolDriver";

impl Observed {
    /// The facts about the load of the driver `name`.
    #[must_use]
    pub fn loaded(&self, name: &str) -> Vec<Fact> {
        let device = format!(r"\Device\{name}");
        let link = Link { name: format!(r"\DosDevices\{name}"), target: device.clone() };
        let entries = DISPATCH.map(|(_, name)| name).join(", ");
        vec![
            Fact::new("DriverEntry returned STATUS_SUCCESS", self.succeeded()),
            Fact::new(format!("device {device} made"), self.made(&device)),
            Fact::new(
                format!("security descriptor {SDDL} set on it before DriverEntry returned"),
                self.secured(),
            ),
            Fact::new(format!("symbolic link {} -> {device} made", link.name), self.linked(&link)),
            Fact::new(format!("dispatch entries {entries} set"), self.dispatched()),
            Fact::new("unload routine set", self.has_unload_routine()),
        ]
    }

    /// The facts about the unload.
    #[must_use]
    pub fn unloaded(&self) -> Vec<Fact> {
        vec![
            Fact::new("unload routine ran to its end", self.unload.clone()),
            Fact::new("unload routine deleted the symbolic link", self.left_no_link()),
            Fact::new("unload routine deleted the device", self.left_no_device()),
        ]
    }

    /// The facts about a protocol driver; none for another one.
    #[must_use]
    pub fn registered(&self) -> Vec<Fact> {
        let Some(protocol) = &self.protocol else { return Vec::new() };
        vec![
            Fact::new(format!("DriverEntry called {REGISTER} last"), protocol.registered.clone()),
            Fact::new(format!("unload routine called {DEREGISTER}"), protocol.deregistered.clone()),
        ]
    }

    fn succeeded(&self) -> Proof {
        match &self.entry {
            Ok(0) => Ok(()),
            Ok(status) => Err(format!("it returned {status:#010X}")),
            Err(reason) => Err(reason.clone()),
        }
    }

    fn made(&self, device: &str) -> Proof {
        let names = self.devices.iter().map(|device| device.name.as_str());
        if names.clone().any(|name| name == device) {
            return Ok(());
        }
        Err(instead("device", names))
    }

    fn secured(&self) -> Proof {
        if self.devices.is_empty() {
            return Err("no device was made".into());
        }
        self.devices.iter().try_for_each(|device| {
            let set = self.secured.iter().rfind(|(address, _)| *address == device.address);
            let (_, descriptor) = set.ok_or_else(|| format!("none was set on {}", device.name))?;
            match descriptor.clone()?.sddl() {
                sddl if sddl == SDDL => Ok(()),
                sddl => Err(format!("that of {} is {sddl}", device.name)),
            }
        })
    }

    fn linked(&self, wanted: &Link) -> Proof {
        if self.links.contains(wanted) {
            return Ok(());
        }
        let links = self.links.iter().map(|link| format!("{} -> {}", link.name, link.target));
        Err(instead("symbolic link", links))
    }

    fn dispatched(&self) -> Proof {
        DISPATCH.iter().try_for_each(|&(index, name)| match self.dispatch.get(index) {
            Some(entry) if self.image.contains(entry) => Ok(()),
            Some(entry) => Err(format!("{name} is {entry:#x}, which is not in the driver")),
            None => Err(format!("the trace does not show {name}")),
        })
    }

    fn has_unload_routine(&self) -> Proof {
        match self.unload_routine {
            None => Err("the trace does not show it".into()),
            Some(0) => Err("the driver object has none".into()),
            Some(routine) if self.image.contains(&routine) => Ok(()),
            Some(routine) => Err(format!("it is {routine:#x}, which is not in the driver")),
        }
    }

    fn left_no_link(&self) -> Proof {
        let made = self.links.iter().map(|link| &link.name);
        self.left_nothing(made.filter(|name| !self.deleted_links.contains(name)))
    }

    fn left_no_device(&self) -> Proof {
        let deleted = |device: &&Device| self.deleted_devices.contains(&device.address);
        let left = self.devices.iter().filter(|device| !deleted(device));
        self.left_nothing(left.map(|device| &device.name))
    }

    fn left_nothing<'a>(&self, left: impl Iterator<Item = &'a String>) -> Proof {
        if self.unload.is_err() {
            return Err("the unload routine did not run to its end".into());
        }
        match list(left).as_str() {
            "" => Ok(()),
            names => Err(format!("left behind: {names}")),
        }
    }
}

/// What was made in place of the wanted thing.
fn instead<T: Into<String>>(kind: &str, made: impl Iterator<Item = T>) -> String {
    match list(made).as_str() {
        "" => format!("no {kind} was made"),
        names => format!("made instead: {names}"),
    }
}

/// The items with commas between them, each once.
fn list<T: Into<String>>(items: impl Iterator<Item = T>) -> String {
    let items: BTreeSet<String> = items.map(Into::into).collect();
    items.into_iter().collect::<Vec<_>>().join(", ")
}
