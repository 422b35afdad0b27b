//! A catalog, an image, and both at once: whatever they are, reading them ends, and what is read was signed
//! or is not called so.

#![no_main]

use catalog::{Catalog, Digests, Embedded};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let digests = Digests::of(data);
    if let Ok(Some(embedded)) = Embedded::read(data) {
        let digests = Digests::image(data).expect("a signature was found in this image");
        let _ = (embedded.covers(&digests), embedded.signer());
    }
    let Ok(catalog) = Catalog::parse(data) else { return };
    assert!(catalog.members().is_sorted_by(|one, other| one.tag < other.tag));
    let _ = catalog.signer();
    if let Ok(digests) = digests {
        // No file holds its own digest.
        assert!(!catalog.compare(&[("file".to_owned(), digests)]).is_empty());
    }
});
