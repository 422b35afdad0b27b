//! Catalogs: what is made is what is read, and what was signed is told from what was not.

#![cfg(target_os = "linux")]

mod sample;

use catalog::{BadSignature, Catalog, Contents, Digests, Fault, Kind, Unfit, Unreadable};
use proptest::prelude::*;
use sample::{SIGNED, TEXT, contents, files, image};

/// What all catalogs of this kind have behind the time: version 2, no parameters, and the list of members.
fn members(catalog: &[u8]) -> &[u8] {
    const VERSION_2: &[u8] = &[6, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 12, 1, 3, 5, 0];
    let at = catalog.windows(VERSION_2.len()).position(|bytes| bytes == VERSION_2).unwrap();
    &catalog[at + VERSION_2.len()..]
}

#[test]
fn what_is_made_is_what_is_read() {
    let catalog = Catalog::parse(&contents().to_der().unwrap()).unwrap();
    assert_eq!(catalog.compare(&files()), []);
    assert_eq!(catalog.signer(), Err(BadSignature::Unsigned));
    let header: Vec<_> =
        catalog.header().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [
        ("OS", "_v100_X64_19H1,_v100_X64_22H2"),
        ("HWID2", "root\\other"),
        ("HWID1", "root\\sample"),
    ];
    assert_eq!(header, expected);
    let mut tags = Vec::new();
    for (name, digests) in files() {
        let name = name.to_lowercase();
        for (tag, states) in [(&digests.sha1[..], false), (&digests.sha256[..], true)] {
            let is_it = |member: &&catalog::Member| member.tag == tag;
            let member = catalog.members().iter().find(is_it).unwrap();
            assert_eq!(member.file.as_ref(), Some(&name));
            assert_eq!(member.kind, Some(digests.kind));
            assert_eq!(member.digest.as_deref(), states.then_some(tag));
            tags.push(tag.to_vec());
        }
    }
    tags.sort();
    let order: Vec<_> = catalog.members().iter().map(|member| member.tag.clone()).collect();
    assert_eq!(order, tags);
}

/// The bytes of a member as Inf2Cat writes them, which were compared with catalogs that Microsoft signed.
#[test]
fn members_are_written_as_inf2cat_writes_them() {
    let digests = Digests { kind: Kind::Image, sha1: [1; 20], sha256: [2; 32] };
    let catalog = Contents { files: vec![("A.sys".to_owned(), digests)], ..contents() };
    let catalog = catalog.to_der().unwrap();
    let info = b"\x30\x10\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x0c\x02\x03\x31\x02\x80\x00";
    let system =
        b"\x30\x34\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x0c\x02\x01\x31\x26\x30\x24\x1e\x0c\
        \0O\0S\0A\0t\0t\0r\x02\x04\x10\x01\x00\x01\x04\x0e2\0:\x001\x000\0.\x000\0\0\0";
    let file = b"\x30\x2e\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x0c\x02\x01\x31\x20\x30\x1e\x1e\x08\
        \0F\0i\0l\0e\x02\x04\x10\x01\x00\x01\x04\x0ca\0.\0s\0y\0s\0\0\0";
    let data = b"\x30\x5d\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x04\x31\x4f\x30\x4d\x30\x18\
        \x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0f\x30\x0a\x03\x02\x05\xa0\xa0\x04\xa2\x02\x80\x00\
        \x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    // A set is in the order of its encodings, so that the shorter of two texts comes first.
    let mut strong = [&info[..], file, system, data].concat();
    strong.extend([2; 32]);
    let weak = [&info[..], file, system].concat();
    let subject = |tag: &[u8], attributes: &[u8]| {
        let length = |bytes: usize| match u8::try_from(bytes).unwrap() {
            short @ ..=0x7f => vec![short],
            long => vec![0x81, long],
        };
        let set = [&[0x31][..], &length(attributes.len()), attributes].concat();
        let tag = [&[4, u8::try_from(tag.len()).unwrap()], tag].concat();
        [&[0x30][..], &length(tag.len() + set.len()), &tag, &set].concat()
    };
    let expected = [subject(&[1; 20], &weak), subject(&[2; 32], &strong)].concat();
    let found = members(&catalog);
    // SEQUENCE with a length of two bytes.
    assert_eq!((found[0], found[1]), (0x30, 0x82));
    assert_eq!(usize::from(found[2]) * 256 + usize::from(found[3]), expected.len());
    assert_eq!(found[4..4 + expected.len()], expected);
}

#[test]
fn the_same_contents_make_the_same_catalog() {
    let again = || contents().to_der().unwrap();
    assert_eq!(again(), again());
    let other = Contents { files: files()[..1].to_vec(), ..contents() };
    assert_ne!(again()[..110], other.to_der().unwrap()[..110]);
}

#[test]
fn two_files_of_one_content_cannot_be_told_apart() {
    let mut files = files();
    files.push(("other.inf".to_owned(), Digests::of(TEXT).unwrap()));
    assert!(matches!(Contents { files, ..contents() }.to_der(), Err(Unfit::Twins)));
}

#[test]
fn files_that_differ_from_the_catalog_are_found() {
    let catalog = Catalog::parse(&SIGNED).unwrap();
    let [inf, sys] = files().try_into().unwrap();
    assert_eq!(catalog.compare(&[inf.clone(), sys.clone()]), []);
    let changed = (inf.0.clone(), Digests::of(b"[Version]").unwrap());
    assert_eq!(catalog.compare(&[changed, sys.clone()]), [Fault::Changed(inf.0.clone())]);
    let missing = Fault::Missing("sample.sys".to_owned());
    assert_eq!(catalog.compare(std::slice::from_ref(&inf)), [missing]);
    let more = ("more.inf".to_owned(), Digests::of(b"more").unwrap());
    let files = [inf.clone(), sys.clone(), more];
    assert_eq!(catalog.compare(&files), [Fault::NotListed("more.inf".to_owned())]);
    let renamed = ("other.inf".to_owned(), inf.1.clone());
    let faults =
        [Fault::Contradiction("other.inf".to_owned()), Fault::Missing("sample.inf".to_owned())];
    assert_eq!(catalog.compare(&[renamed, sys.clone()]), faults);
    let flat = (sys.0.clone(), Digests::flat(&image(0)));
    assert_eq!(catalog.compare(&[inf, flat]), [Fault::Changed(sys.0)]);
}

#[test]
fn who_signed_is_told() {
    let catalog = Catalog::parse(&SIGNED).unwrap();
    let signer = &catalog.signer().unwrap().tbs_certificate;
    assert_eq!(signer.subject.to_string(), "CN=winrx test");
    // Signing changes nothing of what is signed.
    let unsigned = contents().to_der().unwrap();
    let end = members(&unsigned).len() - 2;
    assert_eq!(members(&SIGNED)[..end], members(&unsigned)[..end]);
}

/// What a catalog says of the files and of who signed it.
fn says(bytes: &[u8]) -> Option<catalog::Certificate> {
    let catalog = Catalog::parse(bytes).ok()?;
    let signer = catalog.signer().ok()?.clone();
    catalog.compare(&files()).is_empty().then_some(signer)
}

#[test]
fn no_byte_of_a_catalog_can_be_changed_unseen() {
    let signer = says(&SIGNED).unwrap();
    for at in 0..SIGNED.len() {
        for flip in [1, 0x80] {
            let mut changed = SIGNED.to_vec();
            changed[at] ^= flip;
            assert!(says(&changed).as_ref() != Some(&signer), "byte {at}");
        }
    }
}

#[test]
fn other_messages_are_no_catalogs() {
    assert!(matches!(Catalog::parse(b"x"), Err(Unreadable::Form(_))));
    let mut other = contents().to_der().unwrap();
    // The use as a catalog: 1.3.6.1.4.1.311.12.1.1.
    let usage = [6, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 12, 1, 1];
    let at = other.windows(usage.len()).position(|bytes| bytes == usage).unwrap();
    other[at + usage.len() - 1] = 9;
    assert_eq!(Catalog::parse(&other).unwrap_err(), Unreadable::NoCatalog);
    other[at + usage.len() - 1] = 1;
    // Version 2: the last number before the members.
    let version = other.len() - members(&other).len() - 3;
    other[version] = 2;
    assert_eq!(Catalog::parse(&other).unwrap_err(), Unreadable::Version1);
}

proptest! {
    #[test]
    fn any_files_are_listed(
        contents_of in proptest::collection::btree_set(proptest::collection::vec(any::<u8>(), 0..40), 0..6),
        ids in proptest::collection::vec("[A-Za-z0-9\\\\&_]{1,20}", 0..4),
    ) {
        let files: Vec<_> = contents_of
            .iter()
            .enumerate()
            .map(|(number, bytes)| (format!("File{number}.dat"), Digests::flat(bytes)))
            .collect();
        let made = Contents { files: files.clone(), hardware_ids: ids.clone(), ..contents() };
        let catalog = Catalog::parse(&made.to_der().unwrap()).unwrap();
        prop_assert_eq!(catalog.compare(&files), []);
        prop_assert_eq!(catalog.members().len(), 2 * files.len());
        prop_assert_eq!(catalog.header().len(), ids.len() + 1);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = says(&bytes);
    }

    #[test]
    fn damaged_catalogs_are_read_without_a_panic(
        changes in proptest::collection::vec((0..SIGNED.len(), any::<u8>()), 0..8),
        length in 0..=SIGNED.len(),
    ) {
        let mut bytes = SIGNED.to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(length);
        let _ = says(&bytes);
    }
}
