//! Strings and addresses that drivers pass to system services.

use crate::{
    nt::UNICODE_STRING,
    thread,
    verifier::{self, catalogue::object as rules},
};

/// Looks at an address that a driver passed.
pub(super) fn check_address(address: usize) {
    let caller = thread::current(|thread| thread.caller.get()) as u64;
    if thread::current(|thread| thread.system.mm.users.contains(address)) {
        let text = format!("{} passes the address {address:#x} of a program", verifier::caller());
        rules::USER_ADDRESS.broken_with([caller, address as u64, 0], text);
    }
}

/// Looks at a string that a driver passed. False if it cannot be used.
pub(super) fn check_string(string: &UNICODE_STRING) -> bool {
    let UNICODE_STRING { Length: length, MaximumLength: most, .. } = *string;
    let at = &raw const *string as usize;
    check_address(at);
    check_address(string.Buffer as usize);
    let is_sound = length.is_multiple_of(2) && length <= most;
    if !is_sound {
        let caller = thread::current(|thread| thread.caller.get()) as u64;
        let text = format!(
            "{} passes a string of {length} bytes with room for {most}",
            verifier::caller()
        );
        rules::STRING.broken_with([caller, at as u64, 0], text);
    }
    is_sound
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::check_address;
    use crate::{system::System, thread};

    #[test]
    fn addresses_of_programs_are_reported() {
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| {
            let region = system.mm.users.add(1).unwrap();
            check_address(&raw const region as usize);
            assert!(system.verifier.violations().is_empty());
            check_address(region.address());
            assert_eq!(system.verifier.violations()[0].rule, "zw-user-address");
        });
    }
}
