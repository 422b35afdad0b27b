//! Looking up names.

use std::ptr;

use wsk_sys::{
    ADDRINFOEXW, AI_NUMERICHOST, AI_NUMERICSERV, NI_NUMERICHOST, NI_NUMERICSERV, UNICODE_STRING,
};

use super::driver::{Driver, Irp, Machine};
use crate::{
    ke,
    netio::{
        Settings,
        address::{Family, encode, read},
    },
    nt::{
        DISPATCH_LEVEL, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER, STATUS_NO_MATCH,
        STATUS_PENDING, STATUS_SUCCESS,
    },
};

fn with_driver(test: impl FnOnce(&Driver)) -> Machine {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        test(&driver);
        driver.end();
    });
    machine
}

fn string(units: &mut [u16], length: usize) -> UNICODE_STRING {
    UNICODE_STRING {
        Length: (length * 2).try_into().unwrap(),
        MaximumLength: (units.len() * 2).try_into().unwrap(),
        Buffer: units.as_mut_ptr(),
    }
}

/// Looks up a host and a port, both in digits.
fn resolve(driver: &Driver, host: &str, port: &str) -> (i32, *mut ADDRINFOEXW) {
    let mut host: Vec<u16> = host.encode_utf16().collect();
    let mut port: Vec<u16> = port.encode_utf16().collect();
    let (hosts, ports) = (host.len(), port.len());
    let (mut host, mut port) = (string(&mut host, hosts), string(&mut port, ports));
    let mut hints =
        ADDRINFOEXW { ai_flags: AI_NUMERICHOST | AI_NUMERICSERV, ..ADDRINFOEXW::default() };
    let mut list = ptr::null_mut();
    let function = driver.dispatch().WskGetAddressInfo.unwrap();
    let irp = Irp::new();
    let found = irp.call(|irp| {
        // SAFETY: all is valid until the request is completed.
        unsafe {
            function(
                driver.npi.Client,
                &raw mut host,
                &raw mut port,
                0,
                ptr::null_mut(),
                &raw mut hints,
                &raw mut list,
                ptr::null_mut(),
                ptr::null_mut(),
                irp,
            )
        }
    });
    (found.status, list)
}

#[test]
fn names_become_lists_of_addresses() {
    with_driver(|driver| {
        for (host, family) in [("127.0.0.1", Family::V4), ("::1", Family::V6)] {
            let (status, list) = resolve(driver, host, "700");
            assert_eq!(status, STATUS_SUCCESS);
            // SAFETY: the list has an entry.
            let entry = unsafe { &*list };
            assert_eq!(entry.ai_addrlen, family.bytes());
            // SAFETY: the entry has an address of its family.
            let address = unsafe { read(entry.ai_addr, family) }.unwrap();
            assert_eq!((address.ip().to_string().as_str(), address.port()), (host, 700));
            let free = driver.dispatch().WskFreeAddressInfo.unwrap();
            // SAFETY: it is a list that was made by the provider.
            unsafe { free(driver.npi.Client, list) };
        }
        assert_eq!(resolve(driver, "no address", "700"), (STATUS_NO_MATCH, ptr::null_mut()));
        assert_eq!(resolve(driver, "", ""), (STATUS_INVALID_PARAMETER, ptr::null_mut()));
    })
    .assert_clean();
}

#[test]
fn addresses_become_names() {
    let machine = with_driver(|driver| {
        let mut address = encode("[::1]:700".parse().unwrap(), Family::V6);
        let function = driver.dispatch().WskGetNameInfo.unwrap();
        let ask = |length,
                   host: &mut UNICODE_STRING,
                   service: &mut UNICODE_STRING,
                   address: &mut [u8]| {
            let irp = Irp::new();
            irp.call(|irp| {
                // SAFETY: all is valid until the request is completed.
                unsafe {
                    function(
                        driver.npi.Client,
                        address.as_mut_ptr().cast(),
                        length,
                        host,
                        service,
                        NI_NUMERICHOST | NI_NUMERICSERV,
                        ptr::null_mut(),
                        ptr::null_mut(),
                        irp,
                    )
                }
            })
        };
        let (mut host, mut service) = ([0xffff; 20], [0xffff; 20]);
        let (mut host_text, mut service_text) = (string(&mut host, 0), string(&mut service, 0));
        let asked = ask(28, &mut host_text, &mut service_text, &mut address);
        assert_eq!((asked.now, asked.status), (STATUS_PENDING, STATUS_SUCCESS));
        assert_eq!((host_text.Length, service_text.Length), (6, 6));
        assert_eq!(host[..4], [u16::from(b':'), u16::from(b':'), u16::from(b'1'), 0]);
        host_text.MaximumLength = 4;
        let asked = ask(28, &mut host_text, &mut service_text, &mut address);
        assert_eq!(asked.status, STATUS_BUFFER_TOO_SMALL);
        let at_dispatch = ke::irql::at_least(DISPATCH_LEVEL, || {
            host_text.MaximumLength = 40;
            ask(28, &mut host_text, &mut service_text, &mut address)
        });
        assert_eq!(at_dispatch.status, STATUS_SUCCESS);
        let asked = ask(5, &mut host_text, &mut service_text, &mut address);
        assert_eq!(asked.status, STATUS_INVALID_PARAMETER);
    });
    assert_eq!(machine.broken(), ["wsk-irql"]);
}
