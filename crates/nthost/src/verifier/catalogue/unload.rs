//! Rules of unloading.

use crate::verifier::check::checks;

checks! {
    /// A driver that unregisters an event provider has registered it, and does so once.
    EVENT_PROVIDER_UNREGISTERED = 106, "event-provider-unregistered", windows(0xC4, 0xDC),
        "ddi/wdm/nf-wdm-etwunregister";
    /// Events are written by registered providers.
    EVENT_PROVIDER = 252, "event-provider", HOSTED,
        "ddi/wdm/nf-wdm-etwwrite";
}
