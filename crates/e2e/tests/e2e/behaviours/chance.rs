//! All behaviours at once, as chance has it.

use e2e::{Family, settings};
use nthost::wsk::Settings;
use winrx::Mode;

use super::lab::{ASKING, Lab, check, several, telling};

#[test]
fn whatever_the_provider_chooses_nothing_is_lost() {
    for seed in 0..30 {
        for mode in Mode::ALL {
            let provider = Settings::seeded(seed);
            let lab = Lab::new(provider.clone());
            let link = lab.link(&settings(mode, Family::V4));
            let sent: Vec<_> = several(0..150).into_iter().map(telling).collect();
            link.exchange(&sent);
            let stats = link.stats();
            assert_eq!(
                (stats.received, stats.delivered),
                (300, 300),
                "{seed} {mode:?}: {provider:?}"
            );
            let held = if ASKING.contains(&mode) { &[][..] } else { &sent };
            link.inject(held);
            let (rest, stats) = link.end();
            check(&rest, held);
            assert_eq!((stats.received, stats.dropped()), (300 + held.len() as u64, 0));
            lab.finish();
        }
    }
}
