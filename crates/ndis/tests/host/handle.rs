//! Doors and handles, with waits as threads of the host have them.

use std::{
    ffi::c_void,
    ptr,
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use ndis::{
    door::{Door, Signal},
    handle::Handle,
};
use wdm::Passive;

/// An event that the first wait resets.
#[derive(Default)]
struct Event(Mutex<bool>, Condvar);

impl Signal for Event {
    fn set(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_one();
    }

    fn wait(&self, _irql: &Passive) {
        let set = self.0.lock().unwrap();
        *self.1.wait_while(set, |set| !*set).unwrap() = false;
    }
}

fn passive() -> Passive {
    // SAFETY: threads of the host have no level, and none of them holds a lock.
    unsafe { Passive::assume() }
}

#[test]
fn a_door_ends_when_the_last_user_has_left_and_can_be_opened_again() {
    let (door, inside) = (Door::new(Event::default()), AtomicUsize::new(0));
    assert!(!door.enter(1));
    for _ in 0..200 {
        door.open();
        assert!(door.enter(3));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                door.leave(1);
                door.leave(2);
            });
            for _ in 0..3 {
                scope.spawn(|| {
                    while door.enter(1) {
                        inside.fetch_add(1, Ordering::SeqCst);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        door.leave(1);
                    }
                });
            }
            door.end(&passive());
            assert_eq!(inside.load(Ordering::SeqCst), 0);
        });
        assert!(!door.enter(1));
        door.end(&passive());
    }
}

#[test]
fn a_handle_is_given_up_when_nobody_uses_it() {
    let handle = Handle::new(Event::default());
    assert!(handle.enter().is_none());
    let mut binding = 0_u8;
    let raw = ptr::from_mut(&mut binding).cast::<c_void>();
    // SAFETY: nothing is done with it.
    unsafe { handle.publish(raw) };
    let (user, kept) = (handle.enter().unwrap(), handle.enter().unwrap());
    kept.keep();
    let gone = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let closing = scope.spawn(|| {
            let withdrawn = handle.withdraw(&passive()).expose_provenance();
            gone.store(true, Ordering::SeqCst);
            withdrawn
        });
        while handle.enter().is_some() {
            std::thread::yield_now();
        }
        drop(user);
        assert!(!gone.load(Ordering::SeqCst), "one is still inside");
        // SAFETY: one was kept.
        unsafe { handle.leave() };
        assert_eq!(closing.join().unwrap(), raw.expose_provenance());
    });
    assert!(handle.enter().is_none());
    assert!(handle.withdraw(&passive()).is_null());
}
