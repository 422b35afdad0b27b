//! Whether somebody reads is asked without the lock under which readers go: a list is kept for nobody.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    chain::List,
    sample::{Binding, Lab, Sample},
};
use crate::ndis::Frame;

/// The driver: it keeps lists while somebody reads, and returns them otherwise.
#[derive(Default)]
struct Keeps {
    wrong: bool,
    state: Mutex<State>,
    /// What happens between asking and keeping, if the lock is not held.
    between: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

#[derive(Default)]
struct State {
    readers: usize,
    lists: Vec<List>,
}

impl Keeps {
    /// The last reader goes, and takes what is there along.
    fn stop_reading(&self, binding: &Binding) {
        let mut state = self.state.lock();
        state.readers = 0;
        for list in state.lists.drain(..) {
            binding.give_back(list);
        }
    }

    fn happens_between(&self) {
        if let Some(happens) = self.between.lock().take() {
            happens();
        }
    }
}

impl Sample for Keeps {
    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        if lent {
            return;
        }
        let mut state = self.state.lock();
        let reads = state.readers > 0;
        if self.wrong {
            drop(state);
            self.happens_between();
            state = self.state.lock();
        }
        if reads {
            state.lists.push(first);
        } else {
            binding.give_back(first);
        }
        drop(state);
        self.happens_between();
    }

    fn pause(&self, binding: &Binding) {
        self.stop_reading(binding);
    }
}

/// Whether all lists come back once the reader has gone.
fn comes_back(wrong: bool) -> bool {
    let driver = Arc::new(Keeps { wrong, ..Keeps::default() });
    driver.state.lock().readers = 1;
    let lab = Lab::new(&driver);
    let leaving = Arc::clone(&driver);
    let binding = lab.binding();
    *driver.between.lock() = Some(Box::new(move || leaving.stop_reading(binding)));
    assert_eq!(lab.link.indicate(&[Frame::from(vec![0xff; 60])]).taken, 1);
    let idle = lab.link.wait_idle();
    assert_eq!(lab.link.report().held_now, u64::from(!idle));
    assert_eq!(lab.finish(), (vec![], vec![]), "the pause takes it back");
    idle
}

#[test]
fn a_list_is_kept_for_a_reader_that_is_gone() {
    assert!(!comes_back(true));
}

#[test]
fn under_the_lock_it_is_not() {
    assert!(comes_back(false));
}
