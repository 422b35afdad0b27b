//! All behaviours at once, as chance has it.

use nthost::ndis::{Restart, Settings};

use super::{
    frames::{check_queues, check_set, telling},
    lab::{Lab, MODES, Reader},
};

/// Tells the seed of a test that fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed with the seed {}: {:?}", self.0, Settings::random(self.0));
        }
    }
}

#[test]
fn whatever_ndis_chooses_nothing_is_lost() {
    for seed in 0..40 {
        let _seed = Seed(seed);
        let settings = Settings::random(seed);
        for mode in MODES {
            let lab = Lab::new(&settings);
            let reader = lab.reader(mode);
            for _ in 0..2 {
                deliver(&reader, &settings);
                lab.link.restart(&Restart::default());
                deliver(&reader, &settings);
                lab.link.unplug();
                lab.link.replug();
                while lab.link.report().packet_filter == 0 {
                    std::thread::yield_now();
                }
            }
            let sent = telling(0..50);
            reader.send(&sent);
            assert!(lab.link.wait_idle());
            let (rest, stats) = reader.end();
            check_set(&rest, &sent);
            assert_eq!((stats.offered, stats.delivered), (850, 850), "{stats:?}");
            let (stats, report) = lab.accounts();
            assert_eq!((stats.binds, report.dropped), (3, 0));
            lab.finish();
        }
    }
}

/// Lets frames arrive and reads them: those of a queue come in their order, unless some wait until others
/// go back.
fn deliver(reader: &Reader, settings: &Settings) {
    let sent = telling(0..200);
    reader.send(&sent);
    assert!(!settings.receive.nested || reader.lab.link.wait_idle());
    let read = reader.read(sent.len());
    if settings.receive.nested {
        check_set(&read, &sent);
    } else {
        check_queues(&read, &sent);
    }
}
