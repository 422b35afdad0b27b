//! The events of the drivers, as who traces them gets them.

mod ndisrx;
mod profile;
mod wskrx;

use nthost::{Kernel, TraceEvent, TraceValue};
use rx_abi::TraceProvider;

/// All levels.
const ALL: u8 = 0;

/// A kernel in which somebody listens to a provider already.
fn listening(provider: TraceProvider) -> Kernel {
    let kernel = Kernel::builder().build().unwrap();
    kernel.listen(provider.id, ALL, 0);
    kernel
}

/// The events since the last call, all of which are the provider's.
fn events(kernel: &Kernel, provider: TraceProvider) -> Vec<TraceEvent> {
    let events = kernel.trace_events();
    for event in &events {
        assert_eq!((&*event.provider, event.id), (provider.name, provider.id), "{event:?}");
        assert!((2..=5).contains(&event.level) && event.keywords != 0, "{event:?}");
    }
    events
}

/// The names of events.
fn names(events: &[TraceEvent]) -> Vec<&str> {
    events.iter().map(|event| &*event.name).collect()
}

/// The only event with this name.
fn only<'e>(events: &'e [TraceEvent], name: &str) -> &'e TraceEvent {
    let mut named = events.iter().filter(|event| event.name == name);
    let event = named.next().unwrap_or_else(|| panic!("there is no {name} in {events:?}"));
    assert_eq!(named.next(), None);
    event
}

/// A number in an event.
fn number(event: &TraceEvent, field: &str) -> u64 {
    match event.field(field) {
        Some(TraceValue::Unsigned(number)) => *number,
        other => panic!("{field} of {event:?} is {other:?}"),
    }
}
