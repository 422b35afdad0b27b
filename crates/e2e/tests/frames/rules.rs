//! Rules for protocol drivers that a test can show, and that no behaviour has to do with.

use std::collections::BTreeSet;

use ndis_sys::{
    NDIS_NBL_FLAGS_RECV_READ_ONLY, NDIS_STATUS_SUCCESS, OID_GEN_CURRENT_PACKET_FILTER,
    OID_GEN_STATISTICS, OID_TIMESTAMP_CAPABILITY, OID_TIMESTAMP_CURRENT_CONFIG,
};
use nthost::ndis::Settings;
use rx_abi::FrameMode;
use winrx::CaptureSettings;

use crate::behaviours::{
    frames::{check, numbered, several},
    lab::{Lab, everything, with_each},
};

/// While there is no reader the driver asks for no frames, and looks at none.
#[test]
fn without_readers_nothing_is_asked_for() {
    let lab = Lab::new(&Settings::default());
    lab.link.indicate(&several(0..50));
    let report = lab.link.report();
    assert_eq!((report.packet_filter, report.callbacks, report.unwanted), (0, 0, 50));
    lab.finish();
}

/// The packet filter is taken back when the last reader goes, and before a binding is closed; what an
/// adapter says of itself when it is bound is not asked for once more; and neither the lookahead nor the
/// groups of others are changed.
#[test]
fn only_what_is_needed_is_asked_for() {
    let lab = Lab::new(&Settings::default());
    let reader = lab.reader(FrameMode::Copy);
    reader.exchange(&several(0..10));
    lab.adapter_stats();
    lab.link.unplug();
    let report = lab.link.report();
    let last = report.oids.iter().rfind(|(oid, _)| *oid == OID_GEN_CURRENT_PACKET_FILTER);
    assert_eq!(last, Some(&(OID_GEN_CURRENT_PACKET_FILTER, NDIS_STATUS_SUCCESS)));
    let asked: BTreeSet<_> = report.oids.iter().map(|(oid, _)| *oid).collect();
    let needed = [
        OID_GEN_CURRENT_PACKET_FILTER,
        OID_GEN_STATISTICS,
        OID_TIMESTAMP_CAPABILITY,
        OID_TIMESTAMP_CURRENT_CONFIG,
    ];
    assert_eq!(asked, BTreeSet::from(needed));
    reader.end();
    lab.finish();
}

/// The driver gets frames of all types, and leaves the bytes of frames alone, which others read, too.
#[test]
fn frames_of_all_types_come_and_stay_as_they_are() {
    with_each(&Settings::default(), |reader| {
        let kinds = [0x0800, 0x86dd, 0x0806, 0x88cc, 0x8863, 0x8100, 0x88a8, 0x002e, 0, 0xffff];
        let frame = |(n, kind): (usize, u16)| {
            let mut frame = numbered(n, 100);
            frame.data[12..14].copy_from_slice(&kind.to_be_bytes());
            frame.flags = NDIS_NBL_FLAGS_RECV_READ_ONLY;
            frame
        };
        reader.exchange(&kinds.into_iter().enumerate().map(frame).collect::<Vec<_>>());
    });
}

/// A reader in the mode that keeps lists does not hold back those that another one has copied, and both
/// get each frame once; what they cut differs.
#[test]
fn readers_do_not_disturb_each_other() {
    with_each(&Settings::default(), |reader| {
        let cut = CaptureSettings { snap_length: Some(20), ..everything(FrameMode::Retain) };
        let others = [reader.lab.reader_with(&cut), reader.lab.reader(FrameMode::Copy)];
        let sent = several(0..100);
        check(&reader.deliver(&sent), &sent);
        check(&others[1].read(100), &sent);
        for (read, sent) in others[0].read(100).iter().zip(&sent) {
            assert_eq!(read.original as usize, sent.data.len());
            assert!(*read.data == sent.data[..sent.data.len().min(20)]);
        }
        for other in others {
            assert_eq!(other.end().1.delivered, 100);
        }
    });
}
