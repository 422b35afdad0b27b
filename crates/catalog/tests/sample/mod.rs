//! What the tests make catalogs of: a small image, a text, and a signed catalog of both.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    process::Command,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use catalog::{Contents, Digests};

/// A catalog of [`files`] that osslsigncode signed.
pub static SIGNED: LazyLock<Vec<u8>> =
    LazyLock::new(|| signed(&contents().to_der().unwrap(), "sample.cat"));

/// The image with three more bytes, which osslsigncode signed.
pub static SIGNED_IMAGE: LazyLock<Vec<u8>> = LazyLock::new(|| signed(&image(3), "sample.sys"));

/// Has osslsigncode sign a file with a certificate that openssl makes.
fn signed(bytes: &[u8], name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(&folder).output();
        let output = output.unwrap_or_else(|error| panic!("{program} is needed here: {error}"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    };
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "2"];
    let usage = ["-subj", "/CN=winrx test", "-addext", "extendedKeyUsage=codeSigning"];
    run("openssl", &[&request[..], &usage, &["-keyout", "key.pem", "-out", "signer.pem"]].concat());
    let signer = ["sign", "-certs", "signer.pem", "-key", "key.pem", "-h", "sha256"];
    run("osslsigncode", &[&signer[..], &["-in", name, "-out", "signed"]].concat());
    std::fs::read(folder.path().join("signed")).unwrap()
}

/// Where the checksum is in the image.
pub const CHECKSUM: usize = PE + 24 + 64;

/// Where the image says where its signature is.
pub const ENTRY: usize = PE + 24 + 144;

const PE: usize = 0x40;

/// An image of 0x400 bytes and `more`: headers, one section, and what lies behind it.
pub fn image(more: usize) -> Vec<u8> {
    let mut image = vec![0; 0x400];
    let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"MZ");
    put(0x3c, &PE.to_le_bytes());
    put(PE, b"PE\0\0");
    put(PE + 4, &[0x64, 0x86, 1, 0]);
    // Size of the optional header, and that the image is one.
    put(PE + 20, &[240, 0, 0x22, 0]);
    let optional = PE + 24;
    put(optional, &[0x0b, 2]);
    // Alignment in memory and in the file, sizes of image and headers, number of directories.
    put(optional + 32, &[0, 0x10, 0, 0, 0, 2, 0, 0]);
    put(optional + 56, &[0, 0x20, 0, 0, 0, 2, 0, 0]);
    put(optional + 68, &[1]);
    put(optional + 108, &[16]);
    let section = optional + 240;
    put(section, b".text");
    put(section + 8, &[0, 2, 0, 0, 0, 0x10, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0]);
    put(section + 36, &[0x20, 0, 0, 0x60]);
    put(0x200, &[0xcc; 0x200]);
    image.extend((0..u8::MAX).take(more));
    image
}

/// A text like an INF file.
pub const TEXT: &[u8] = b"[Version]\r\nCatalogFile = sample.cat\r\n";

/// The files of the catalog.
pub fn files() -> Vec<(String, Digests)> {
    let image = Digests::of(&image(0)).unwrap();
    vec![("Sample.inf".to_owned(), Digests::of(TEXT).unwrap()), ("sample.SYS".to_owned(), image)]
}

/// The contents of the catalog.
pub fn contents() -> Contents {
    Contents {
        made: SystemTime::UNIX_EPOCH + Duration::from_hours(500_000),
        systems: ["_v100_X64_19H1", "_v100_X64_22H2"].map(str::to_owned).to_vec(),
        versions: "2:10.0".to_owned(),
        hardware_ids: ["Root\\Sample", "root\\other"].map(str::to_owned).to_vec(),
        files: files(),
    }
}
