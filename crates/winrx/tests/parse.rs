//! What people type.

use std::{net::SocketAddr, time::Duration};

use proptest::prelude::*;
use winrx::parse::{duration, group, local_address, size};

fn refused<T: std::fmt::Debug>(result: Result<T, winrx::parse::ParseError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn addresses_have_several_forms() {
    for (text, address) in [
        ("5000", "0.0.0.0:5000"),
        (":5000", "0.0.0.0:5000"),
        ("0", "0.0.0.0:0"),
        ("127.0.0.1:53", "127.0.0.1:53"),
        ("[::]:5000", "[::]:5000"),
        ("[fe80::1%7]:5000", "[fe80::1%7]:5000"),
    ] {
        // There need not be an interface 7.
        match local_address(text) {
            Ok(parsed) => assert_eq!(parsed, address.parse().unwrap(), "{text}"),
            Err(error) => assert!(error.to_string().contains("no network interface 7"), "{error}"),
        }
    }
}

#[test]
fn wrong_addresses_are_explained() {
    for (text, part) in [
        ("", "the port \"\" is not a number"),
        ("x", "the port \"x\" is not a number"),
        ("127.0.0.1", "a port is missing: 127.0.0.1:5000"),
        ("127.0.0.1:", "the port \"\" is not a number from 0 to 65535"),
        ("127.0.0.1:65536", "the port \"65536\""),
        ("localhost:53", "\"localhost\" is not an IP address"),
        ("::1", "an IPv6 address goes in brackets, with a port: [::1]:5000"),
        ("[::g]:1", "\"::g\" is not an IPv6 address"),
        ("[::1%no-such0]:1", "there is no network interface no-such0; there are "),
    ] {
        let error = refused(local_address(text));
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn groups_may_have_an_interface() {
    let plain = group("239.1.2.3").unwrap();
    assert_eq!((plain.address, plain.interface), ("239.1.2.3".parse().unwrap(), None));
    assert!(group("ff02::1@lo").unwrap().interface.is_some());
    assert!(refused(group("192.0.2.1")).contains("not a multicast group"));
    assert!(refused(group("x@lo")).contains("not an IP address"));
    assert!(refused(group("239.1.2.3@no-such0")).contains("no network interface no-such0"));
}

#[test]
fn sizes_may_have_a_unit() {
    for (text, bytes) in [
        ("1", 1),
        ("65536", 65_536),
        ("64k", 65_536),
        ("64K", 65_536),
        ("1M", 1 << 20),
        ("1G", 1 << 30),
        ("4294967295", u32::MAX),
    ] {
        assert_eq!(size(text), Ok(bytes), "{text}");
    }
    for text in ["", "k", "-1", "1.5M", "1T", "1 k", "1kk", "k1", "1k1", "é"] {
        assert!(refused(size(text)).contains("such as 64k"), "{text}");
    }
    for text in ["0", "0k", "4294967296", "4G", "99999999999999999999999"] {
        assert!(refused(size(text)).contains("from 1 byte to"), "{text}");
    }
}

#[test]
fn durations_are_seconds_or_have_a_unit() {
    for (text, milliseconds) in
        [("10", 10_000), ("0.5", 500), ("500ms", 500), ("2m", 120_000), ("1m 30s", 90_000)]
    {
        assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
    }
    for text in ["", "0", "-1", "x", "nan", "inf", "1e300", "-2m"] {
        assert!(refused(duration(text)).contains("above zero"), "{text}");
    }
}

proptest! {
    #[test]
    fn every_address_is_read_as_it_is_written(ip in any::<std::net::IpAddr>(), port in any::<u16>()) {
        let address = SocketAddr::new(ip, port);
        prop_assert_eq!(local_address(&address.to_string()), Ok(address));
    }

    #[test]
    fn every_size_is_read_as_it_is_written(bytes in 1..u32::MAX, kib in 1_u32..1 << 22) {
        prop_assert_eq!(size(&bytes.to_string()), Ok(bytes));
        prop_assert_eq!(size(&format!("{kib}k")), Ok(kib << 10));
    }

    #[test]
    fn any_text_is_answered(text in "\\PC*", near in "[0-9a-f:.%@\\[\\]kMG]{0,12}") {
        for text in [text, near] {
            let _ = local_address(&text);
            let _ = group(&text);
            let _ = duration(&text);
            if let Ok(bytes) = size(&text) {
                prop_assert!(bytes > 0);
            }
        }
    }
}
