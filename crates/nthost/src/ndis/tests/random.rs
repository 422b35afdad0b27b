//! All behaviours that a right driver copes with, by chance.

use std::thread;

use super::driver::{Driver, Machine, Script};
use crate::ndis::{Frame, LinkState, Restart, Settings};

#[test]
fn a_right_driver_copes_with_every_seed() {
    for seed in 0..60 {
        let machine = Machine::new(Settings::random(seed));
        let links = ["eth0", "eth1"].map(|name| machine.plug(name));
        let script = || Script { filter: 0x20, ..Script::default() };
        let drivers = [script(), script()].map(|script| Driver::start(&machine, script));
        thread::scope(|scope| {
            for link in &links {
                scope.spawn(|| {
                    for _ in 0..20 {
                        link.indicate(&[Frame::from(vec![0xff; 60]), Frame::from(vec![1; 200])]);
                        link.set_link(LinkState::up(1_000_000));
                    }
                });
            }
            for link in &links {
                link.pause();
                link.restart(&Restart { mtu: Some(9000), ..Restart::default() });
                link.set_power(false);
                link.set_power(true);
                link.surprise_remove();
                link.replug();
                link.unplug();
                link.replug();
            }
        });
        for driver in drivers {
            driver.deregister(&machine);
        }
        assert_eq!(machine.kernel.violations(), [], "seed {seed}");
        assert_eq!(machine.system().ndis.leftovers(), Vec::<String>::new(), "seed {seed}");
    }
}
