//! The document that the script prints.

use serde::Deserialize;

use super::super::{
    judge::{DEREGISTER, Device, Fact, Link, Observed, Proof, Protocol, REGISTER},
    security,
};

/// What the script makes a failing function return.
const STATUS_INSUFFICIENT_RESOURCES: u32 = 0xC000_009A;

/// What the emulator recorded of a driver.
#[derive(Clone, Debug, Deserialize)]
pub struct Document {
    /// Of the emulator.
    pub version: String,
    /// Why the emulator gave up, if it did.
    pub error: Option<String>,
    /// Where the driver was loaded.
    image: Option<Image>,
    /// What became of `DriverEntry`.
    entry: Option<Routine>,
    /// The driver object after that.
    driver_object: Option<DriverObject>,
    /// The driver's devices after that.
    #[serde(default)]
    devices: Vec<Made>,
    /// The security descriptors that it set.
    #[serde(default)]
    descriptors: Vec<Descriptor>,
    /// What it registered as a protocol driver with, if it did.
    protocol: Option<Characteristics>,
    /// True if `DriverEntry` started a thread: then the unload routine is not called.
    #[serde(default)]
    has_thread: bool,
    /// What became of the unload routine, if there is one.
    unload: Option<Routine>,
    /// Functions that the emulator lacks and the script answered.
    #[serde(default)]
    answered_by_script: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Image {
    base: u64,
    size: u64,
}

#[derive(Clone, Debug, Deserialize)]
struct DriverObject {
    unload: u64,
    major_functions: Vec<u64>,
}

#[derive(Clone, Debug, Deserialize)]
struct Made {
    address: u64,
    name: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Descriptor {
    object: u64,
    information: u64,
    bytes: String,
}

/// What a protocol driver registers with.
#[derive(Clone, Debug, Deserialize)]
struct Characteristics {
    #[serde(rename = "type")]
    kind: u8,
    revision: u8,
    size: u16,
    version: [u8; 2],
    name: String,
    handlers: Vec<u64>,
}

#[derive(Clone, Debug, Deserialize)]
struct Routine {
    /// Why the emulator could not run it to its end.
    error: Option<String>,
    result: Option<String>,
    calls: Vec<Call>,
}

#[derive(Clone, Debug, Deserialize)]
struct Call {
    function: String,
    arguments: Vec<String>,
    result: Option<String>,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            format!("the script printed something else than its document: {error}")
        })
    }

    /// What the driver did.
    #[must_use]
    pub fn observed(&self) -> Observed {
        let object = self.driver_object.as_ref();
        Observed {
            entry: self.entry_status(),
            devices: self.devices.iter().map(Made::device).collect(),
            links: self.entry.iter().flat_map(Routine::links).collect(),
            secured: self.descriptors.iter().map(Descriptor::read).collect(),
            image: self
                .image
                .as_ref()
                .map_or(0..0, |image| image.base..image.base.saturating_add(image.size)),
            dispatch: object.map(|object| object.major_functions.clone()).unwrap_or_default(),
            unload_routine: object.map(|object| object.unload),
            unload: match &self.unload {
                Some(unload) => unload.ended(),
                None => Err(self.reason("it was not called")),
            },
            deleted_links: self.unload.iter().flat_map(Routine::deleted_links).collect(),
            deleted_devices: self.unload.iter().flat_map(Routine::deleted_devices).collect(),
            protocol: Some(Protocol {
                registered: self.registered(),
                deregistered: self.deregistered(),
            }),
        }
    }

    fn registered(&self) -> Proof {
        let characteristics = self.protocol.as_ref().ok_or("it did not call it")?;
        let calls = self.entry.as_ref().map(|entry| &*entry.calls).unwrap_or_default();
        let name = format!(".{REGISTER}");
        let at = calls.iter().position(|call| call.function.ends_with(&name));
        let later = calls.get(at.unwrap_or_default()..).unwrap_or_default().iter();
        if let Some(call) = { later }.find(|call| call.function.starts_with("ntoskrnl.IoCreate")) {
            return Err(format!("it called {} after it", call.function));
        }
        let image = self.image.as_ref().ok_or("the trace does not show where the driver is")?;
        characteristics.check(image)
    }

    fn deregistered(&self) -> Proof {
        let mut calls = self.unload.iter().flat_map(|unload| &unload.calls);
        let name = format!(".{DEREGISTER}");
        let called = calls.any(|call| call.function.ends_with(&name));
        if called { Ok(()) } else { Err("it did not".into()) }
    }

    /// The facts that the document can show about the driver `name`, which registers as a protocol driver if
    /// `is_protocol`.
    #[must_use]
    pub fn facts(&self, name: &str, is_protocol: bool) -> Vec<Fact> {
        let seen = self.observed();
        let registered = seen.registered().into_iter().filter(|_| is_protocol);
        let mut facts = seen.loaded(name);
        if self.has_thread {
            facts.extend(registered.take(1));
        } else {
            facts.extend(seen.unloaded());
            facts.extend(registered);
        }
        facts
    }

    /// What the reader should know to weigh the facts.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = vec![
            "Speakeasy reads a UNICODE_STRING up to a zero; the script makes it mind the Length"
                .into(),
            "Speakeasy logs IoDeleteSymbolicLink, IoDeleteDevice and ZwClose and deletes nothing"
                .into(),
        ];
        if self.has_thread {
            notes.push(
                "Speakeasy runs no threads: the unload routine, which waits for one, is not called"
                    .into(),
            );
        }
        if !self.answered_by_script.is_empty() {
            let names = self.answered_by_script.join(", ");
            notes.push(format!("not in Speakeasy, answered by the script: {names}"));
        }
        notes
    }

    /// Whether a start-up that a failing `function` kept from succeeding said so and left nothing behind.
    ///
    /// # Errors
    ///
    /// What it returned, or left behind, instead.
    pub fn undid_start(&self, function: &str) -> Result<(), String> {
        let status = self.entry_status()?;
        let entry = self.entry.as_ref().ok_or("DriverEntry was not called")?;
        if entry.calls(function).next().is_none() {
            return Err(format!("DriverEntry does not call {function}"));
        }
        if status != STATUS_INSUFFICIENT_RESOURCES {
            return Err(format!("DriverEntry returned {status:#010X}"));
        }
        let deleted: Vec<_> = entry.deleted_devices().collect();
        if let Some(device) = self.devices.iter().find(|made| !deleted.contains(&made.address)) {
            return Err(format!("left behind: {}", device.name));
        }
        let deleted: Vec<_> = entry.deleted_links().collect();
        match entry.links().find(|link| !deleted.contains(&link.name)) {
            Some(link) => Err(format!("left behind: {}", link.name)),
            None => Ok(()),
        }
    }

    fn entry_status(&self) -> Result<u32, String> {
        let Some(entry) = &self.entry else { return Err(self.reason("it was not called")) };
        entry.ended()?;
        let result = entry.result.as_deref().and_then(number);
        // A status has 32 bits; those above are left over from earlier calculations.
        let status = result.and_then(|result| u32::try_from(result & u64::from(u32::MAX)).ok());
        status.ok_or_else(|| "what it returned was not recorded".into())
    }

    fn reason(&self, what: &str) -> String {
        match &self.error {
            Some(error) => format!("{what}; the emulator gave up: {error}"),
            None => what.to_owned(),
        }
    }
}

/// `NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS`, its last revision and the bytes of that.
const CHARACTERISTICS: (u8, u8, u16) = (0x95, 2, 128);

/// What the script says that NDIS is.
const VERSION: [u8; 2] = [6, 87];

/// Which of the entry points may be missing: SetOptions, Uninstall and DirectOidRequestComplete.
const OPTIONAL: [usize; 3] = [0, 6, 11];

impl Characteristics {
    fn check(&self, image: &Image) -> Proof {
        let Self { kind, revision, size, version, name, handlers } = self;
        if (*kind, *revision, *size) != CHARACTERISTICS {
            return Err(format!("type {kind:#x}, revision {revision}, {size} bytes"));
        }
        if *version != VERSION {
            return Err(format!("it declared {}.{}", version[0], version[1]));
        }
        if name.is_empty() {
            return Err("it has no name".into());
        }
        let image = image.base..image.base.saturating_add(image.size);
        let is_right = |at: usize, handler: u64| {
            image.contains(&handler) || handler == 0 && OPTIONAL.contains(&at)
        };
        match handlers.iter().enumerate().find(|&(at, &handler)| !is_right(at, handler)) {
            Some((at, handler)) => Err(format!("entry point {at} is {handler:#x}")),
            None => Ok(()),
        }
    }
}

impl Made {
    fn device(&self) -> Device {
        Device { address: self.address, name: self.name.clone() }
    }
}

impl Descriptor {
    fn read(&self) -> (u64, Result<security::Descriptor, String>) {
        let pair = |at| u8::from_str_radix(self.bytes.get(at..at + 2)?, 16).ok();
        let bytes = (0..self.bytes.len()).step_by(2).map(pair).collect::<Option<Vec<u8>>>();
        let bytes = bytes.ok_or_else(|| format!("{:?} are no bytes", self.bytes));
        let descriptor = bytes.and_then(|bytes| security::Descriptor::parse(&bytes));
        (self.object, descriptor.and_then(|descriptor| descriptor.set_with(self.information)))
    }
}

impl Routine {
    fn ended(&self) -> Result<(), String> {
        match &self.error {
            Some(error) => Err(format!("the emulator stopped in it: {error}")),
            None => Ok(()),
        }
    }

    fn links(&self) -> impl Iterator<Item = Link> {
        self.calls("IoCreateSymbolicLink").filter(|call| call.succeeded()).filter_map(|call| {
            let mut names = call.arguments.iter().cloned();
            Some(Link { name: names.next()?, target: names.next()? })
        })
    }

    fn deleted_links(&self) -> impl Iterator<Item = String> {
        let calls = self.calls("IoDeleteSymbolicLink").filter(|call| call.succeeded());
        calls.filter_map(|call| call.arguments.first().cloned())
    }

    fn deleted_devices(&self) -> impl Iterator<Item = u64> {
        self.calls("IoDeleteDevice").filter_map(|call| number(call.arguments.first()?))
    }

    fn calls(&self, function: &str) -> impl Iterator<Item = &Call> {
        let full = [format!("ntoskrnl.{function}"), format!("NDIS.{function}")];
        self.calls.iter().filter(move |call| full.contains(&call.function))
    }
}

impl Call {
    fn succeeded(&self) -> bool {
        self.result.as_deref().and_then(number) == Some(0)
    }
}

/// 16 of "0x10".
fn number(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}
