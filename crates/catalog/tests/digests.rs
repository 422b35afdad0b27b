//! Digests of files, compared with those that osslsigncode computes.

#![cfg(target_os = "linux")]

mod sample;

use catalog::{BadImage, Digests, Embedded, Kind};
use proptest::prelude::*;
use sample::{CHECKSUM, ENTRY, SIGNED_IMAGE, image};

/// How many bytes lie behind the section, and what `osslsigncode sign` and `verify` print.
const KNOWN: [(usize, &str, &str); 3] = [
    (
        0,
        "7606a2a0bfbd98d63b9d8261ba83eb767449fec5",
        "65b20cf043ea5038023367ca6516476d43876617d1e683c775b10ee8b2bd8f04",
    ),
    (
        3,
        "360dde2b1e359098762afe423d59fa429c01f504",
        "52b44f1b347fa4d704f626b006605a0a0a286676e478f41874967fb3fd868f4c",
    ),
    (
        8,
        "c47bfc871786172e2d0ef33a84dc29a6bb6ea652",
        "132433da6adc35e18e179e62ed4ccdfbd33946650f804f0abf9e7df3245c4269",
    ),
];

#[test]
fn images_have_the_digests_that_osslsigncode_computes() {
    for (more, sha1, sha256) in KNOWN {
        let digests = Digests::of(&image(more)).unwrap();
        assert_eq!(digests.kind, Kind::Image);
        assert_eq!(
            (&*const_hex::encode(digests.sha1), &*const_hex::encode(digests.sha256)),
            (sha1, sha256)
        );
    }
}

#[test]
fn signing_an_image_does_not_change_its_digests() {
    let digests = Digests::of(&SIGNED_IMAGE).unwrap();
    assert_eq!(digests, Digests::of(&image(3)).unwrap());
    let embedded = Embedded::read(&SIGNED_IMAGE).unwrap().unwrap();
    assert!(embedded.covers(&digests) && !embedded.has_page_hashes());
    let signer = &embedded.signer().unwrap().tbs_certificate;
    assert_eq!(signer.subject.to_string(), "CN=winrx test");
    assert!(Embedded::read(&image(3)).unwrap().is_none());
}

#[test]
fn other_files_have_the_digests_of_all_their_bytes() {
    let digests = Digests::of(b"abc").unwrap();
    assert_eq!(digests.kind, Kind::Flat);
    // The examples of the standard, FIPS 180.
    assert_eq!(const_hex::encode(digests.sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(const_hex::encode(digests.sha256), sha256);
}

#[test]
fn a_signature_has_to_end_where_the_file_ends() {
    let mut longer = SIGNED_IMAGE.to_vec();
    longer.push(0);
    assert_eq!(Digests::image(&longer), Err(BadImage::Table));
    let shorter = &SIGNED_IMAGE[..SIGNED_IMAGE.len() - 1];
    assert_eq!(Digests::image(shorter), Err(BadImage::Table));
    assert_eq!(Digests::image(b"MZ"), Err(BadImage::NotAnImage));
}

#[test]
fn an_image_without_room_for_a_signature_cannot_be_signed() {
    let mut bytes = image(0);
    // Number of directories.
    bytes[ENTRY - 36] = 4;
    assert_eq!(Digests::image(&bytes), Err(BadImage::NoEntry));
}

#[test]
fn a_changed_byte_of_a_signed_image_is_found() {
    let signed = image(3);
    for at in 0..signed.len() {
        let mut changed = SIGNED_IMAGE.to_vec();
        changed[at] ^= 1;
        let covered = || {
            let embedded = Embedded::read(&changed).ok()??;
            let digests = Digests::of(&changed).ok()?;
            embedded.signer().ok()?;
            Some(embedded.covers(&digests))
        };
        // The checksum is checked by others.
        let is_checksum = (CHECKSUM..CHECKSUM + 4).contains(&at);
        assert_eq!(covered().unwrap_or(false), is_checksum, "byte {at}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = (Digests::of(&bytes), Digests::image(&bytes), Embedded::read(&bytes));
    }

    #[test]
    fn damaged_images_are_read_without_a_panic(
        changes in proptest::collection::vec((0..SIGNED_IMAGE.len(), any::<u8>()), 0..8),
        length in 0..=SIGNED_IMAGE.len(),
    ) {
        let mut bytes = SIGNED_IMAGE.to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(length);
        let _ = Digests::of(&bytes);
        if let Ok(Some(embedded)) = Embedded::read(&bytes) {
            let _ = embedded.signer();
        }
    }
}
