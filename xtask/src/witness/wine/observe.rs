//! What a driver did, put together from the traces of Wine's kernel and server.
//!
//! The kernel shows when the driver called what, and what it was answered; the server shows the objects
//! that the calls were about.

use super::{
    super::{
        Image,
        judge::{DEREGISTER, Device, Link, Observed, Proof, Protocol, REGISTER},
        security::Descriptor,
    },
    server::{self, Request},
    trace::{self, Call, Routine},
};

/// What makes that which NDIS' calls of a protocol driver may need.
const MAKING: [&str; 4] =
    ["IoCreateDevice", "IoCreateSymbolicLink", "PsCreateSystemThread", "ZwSetSecurityObject"];

/// How many dispatch entries a driver object has.
const MAJOR_FUNCTIONS: usize = 28;

/// Reads the traces of the life of the driver `name`, with `image` as it is in the driver's file.
#[must_use]
pub fn observe(name: &str, trace: &str, server: &str, image: Option<Image>) -> Observed {
    let Some(entry) = Routine::entry(trace, name) else {
        return nothing(&why("DriverEntry was not called", trace, name));
    };
    let Some(returned) = entry.returned.and_then(trace::hex) else {
        return nothing(&why("DriverEntry did not return", trace, name));
    };
    // A status has 32 bits; those above are left over from earlier calculations.
    let entry_status = u32::try_from(returned & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    let unload = Routine::unload(trace, &entry);
    let requests = server::requests(server, entry.thread);
    let links = links(&entry);
    let unload_requests = unload.as_ref().map(|unload| server::requests(server, unload.thread));
    let ended = unload.as_ref().map(|unload| unload.returned.is_some());
    Observed {
        entry: Ok(entry_status),
        devices: devices(&entry, &requests),
        secured: secured(&entry, &requests),
        image: image.map_or(0..0, |image| image.range(entry.address)),
        dispatch: (0..MAJOR_FUNCTIONS)
            .map_while(|index| entry.found(&format!("MajorFunction[{index}]")))
            .collect(),
        unload_routine: entry.found("DriverUnload"),
        unload: match ended {
            Some(true) => Ok(()),
            Some(false) => Err(why("it did not return", trace, name)),
            None => Err("it was not called".into()),
        },
        deleted_links: unload
            .as_ref()
            .zip(unload_requests)
            .map(|(unload, requests)| deleted_links(unload, &requests, &links))
            .unwrap_or_default(),
        deleted_devices: unload.as_ref().map(deleted_devices).unwrap_or_default(),
        links,
        protocol: Some(Protocol {
            registered: registered(&entry),
            deregistered: match unload.as_ref().and_then(|unload| told(unload, DEREGISTER)) {
                Some(_) => Ok(()),
                None => Err("it did not".into()),
            },
        }),
    }
}

/// Whether `entry` registered a protocol driver after all that it made.
fn registered(entry: &Routine<'_>) -> Proof {
    let at = told(entry, REGISTER).ok_or("it did not call it")?;
    let later = entry.calls.iter().skip(at).find(|call| MAKING.contains(&call.function));
    later.map_or(Ok(()), |call| Err(format!("it called {} after it", call.function)))
}

/// Which of the calls of a routine our NDIS made to tell that it was called itself.
fn told(routine: &Routine<'_>, function: &str) -> Option<usize> {
    let name = format!("\"{function}\"");
    routine
        .calls
        .iter()
        .position(|call| call.function == "RtlInitAnsiString" && call.arguments.ends_with(&name))
}

/// What is known of a driver whose `DriverEntry` did not run to its end.
fn nothing(reason: &str) -> Observed {
    Observed {
        entry: Err(reason.to_owned()),
        devices: Vec::new(),
        links: Vec::new(),
        secured: Vec::new(),
        image: 0..0,
        dispatch: Vec::new(),
        unload_routine: None,
        unload: Err("it was not called".into()),
        deleted_links: Vec::new(),
        deleted_devices: Vec::new(),
        protocol: Some(Protocol {
            registered: Err(reason.to_owned()),
            deregistered: Err("it was not called".into()),
        }),
    }
}

/// `what`, and what Wine has to say about it.
fn why(what: &str, trace: &str, name: &str) -> String {
    match trace::errors(trace, name).as_slice() {
        [] => format!("{what}, and Wine does not say why"),
        [first, ..] => format!("{what}; Wine says: {first}"),
    }
}

/// The devices that `entry` made.
fn devices(entry: &Routine<'_>, requests: &[Request<'_>]) -> Vec<Device> {
    let names = entry.successful("IoCreateDevice").filter_map(|call| call.strings().next());
    let device = |name: String| {
        let made = requests.iter().rfind(|request| {
            request.name == "create_device" && request.string("name").as_ref() == Some(&name)
        })?;
        Some(Device { address: made.number("user_ptr")?, name })
    };
    names.filter_map(device).collect()
}

fn links(entry: &Routine<'_>) -> Vec<Link> {
    let link = |call: &Call<'_>| {
        let mut names = call.strings();
        Some(Link { name: names.next()?, target: names.next()? })
    };
    entry.successful("IoCreateSymbolicLink").filter_map(link).collect()
}

/// The descriptors that `entry` set, and the objects: the handle for each was opened by address.
fn secured(
    entry: &Routine<'_>,
    requests: &[Request<'_>],
) -> Vec<(u64, Result<Descriptor, String>)> {
    let handles = entry.successful("ZwSetSecurityObject").filter_map(|call| call.number(0));
    let of_handle = |handle: u64| {
        let at = requests.iter().rposition(|request| {
            request.name == "set_security_object" && request.number("handle") == Some(handle)
        })?;
        let (earlier, set) = (requests.get(..at)?, requests.get(at)?);
        let opened = earlier.iter().rfind(|request| request.answered("handle") == Some(handle))?;
        Some((opened.number("user_ptr")?, set.descriptor()))
    };
    handles.filter_map(of_handle).collect()
}

/// The links that `unload` deleted: one of the server's requests for each call that succeeded.
fn deleted_links(unload: &Routine<'_>, requests: &[Request<'_>], links: &[Link]) -> Vec<String> {
    let calls = unload.successful("IoDeleteSymbolicLink").count();
    // The number of the thread may have been another's before the driver was loaded.
    let made = |request: &Request<'_>| {
        let name = request.string("name");
        request.name == "create_symlink"
            && links.iter().any(|link| Some(&link.name) == name.as_ref())
    };
    let since = requests.iter().position(made).unwrap_or(requests.len());
    let later = requests.get(since..).unwrap_or_default().iter();
    let opened = later.filter(|request| request.name == "open_symlink");
    opened.filter_map(|request| request.string("name")).take(calls).collect()
}

/// The devices that `unload` deleted. The function returns nothing.
fn deleted_devices(unload: &Routine<'_>) -> Vec<u64> {
    let calls = unload.calls.iter().filter(|call| call.function == "IoDeleteDevice");
    calls.filter(|call| call.result.is_some()).filter_map(|call| call.number(0)).collect()
}
