//! The states of a binding.

use ndis::state::{Event, Machine, State};
use proptest::prelude::*;

const STATES: [State; 7] = [
    State::Unbound,
    State::Opening,
    State::Paused,
    State::Restarting,
    State::Running,
    State::Pausing,
    State::Closing,
];

const EVENTS: [Event; 10] = [
    Event::Bind,
    Event::BindFailed,
    Event::BindComplete,
    Event::Restart,
    Event::RestartComplete,
    Event::RestartFailed,
    Event::Pause,
    Event::PauseComplete,
    Event::Unbind,
    Event::UnbindComplete,
];

#[test]
fn each_event_has_the_states_that_the_page_says() {
    let table = [
        (Event::Bind, State::Unbound, State::Opening),
        (Event::BindFailed, State::Opening, State::Unbound),
        (Event::BindComplete, State::Opening, State::Paused),
        (Event::Restart, State::Paused, State::Restarting),
        (Event::RestartComplete, State::Restarting, State::Running),
        (Event::RestartFailed, State::Restarting, State::Paused),
        (Event::Pause, State::Running, State::Pausing),
        (Event::PauseComplete, State::Pausing, State::Paused),
        (Event::Unbind, State::Paused, State::Closing),
        (Event::UnbindComplete, State::Closing, State::Unbound),
    ];
    for state in STATES {
        for event in EVENTS {
            let row = table.iter().find(|row| row.0 == event && row.1 == state);
            assert_eq!(state.after(event), row.map(|row| row.2), "{state:?} {event:?}");
        }
    }
}

#[test]
fn requests_and_lists_have_their_states() {
    let of =
        |allowed: fn(State) -> bool| STATES.into_iter().filter(|&state| allowed(state)).collect();
    let requests: Vec<_> = of(State::may_request);
    assert_eq!(requests, STATES[2..]);
    let lists: Vec<_> = of(State::may_receive);
    assert_eq!(lists, [State::Running, State::Pausing]);
}

proptest! {
    /// Whatever comes: a binding runs only after it was opened and restarted, and is closed only when it is paused.
    #[test]
    fn events_that_may_not_happen_change_nothing(
        events in prop::collection::vec(prop::sample::select(EVENTS.to_vec()), 0..60),
    ) {
        let machine = Machine::new();
        let (mut open, mut received) = (false, false);
        for event in events {
            let before = machine.state();
            let went = machine.advance(event);
            let after = machine.state();
            prop_assert_eq!(before.after(event), went.then_some(after));
            if !went {
                prop_assert_eq!(before, after);
                continue;
            }
            open = match event {
                Event::BindComplete => true,
                Event::UnbindComplete => false,
                _ => open,
            };
            received = match event {
                Event::RestartComplete => true,
                Event::PauseComplete => false,
                _ => received,
            };
            prop_assert!(!after.may_receive() || open && received);
            prop_assert!(event != Event::Unbind || !received);
        }
    }
}
