//! Versions of NDIS.

use ndis::version::NdisVersion;
use ndis_sys as sys;

#[test]
fn the_newest_version_that_both_know_is_declared() {
    let declared = |minor| NdisVersion::new(minor).declared();
    for minor in [20, 30, 40, 50, 51, 60, 70, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89] {
        assert_eq!(declared(minor), Some(minor));
    }
    assert_eq!((declared(0), declared(1)), (None, None));
    assert_eq!(declared(25), Some(20), "there is no such version");
    assert_eq!(declared(90), Some(89), "a version of the future");
    assert_eq!(NdisVersion::from_raw(0x0007_0000).declared(), Some(89));
    assert_eq!(NdisVersion::from_raw(0x0005_0001).declared(), None);
}

#[test]
fn versions_are_written_as_ndis_writes_them() {
    let version = NdisVersion::from_raw(sys::NDIS_RUNTIME_VERSION_687);
    assert_eq!(version, NdisVersion::new(87));
    assert_eq!((version.major(), version.minor()), (6, 87));
    assert!(NdisVersion::new(30) < version);
}

#[test]
fn lists_grow_with_the_versions() {
    let slots = |minor| NdisVersion::new(minor).slots();
    assert_eq!([slots(0), slots(1), slots(20)], [11, 13, 18]);
    assert_eq!([slots(30), slots(40), slots(50), slots(70)], [24, 24, 26, 26]);
    assert_eq!([slots(80), slots(89)], [27, 27]);
}
