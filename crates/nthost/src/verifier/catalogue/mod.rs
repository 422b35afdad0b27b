//! All checks, by family.

pub(crate) mod device;
pub(crate) mod fault;
pub(crate) mod irp;
pub(crate) mod irql;
pub(crate) mod locks;
pub(crate) mod mdl;
pub(crate) mod ndis;
pub(crate) mod object;
pub(crate) mod pool;
pub(crate) mod schedule;
pub(crate) mod unload;
pub(crate) mod wsk;

use super::Check;

/// All checks, in the order of their numbers.
#[must_use]
pub fn checks() -> Vec<&'static Check> {
    let families = [
        device::ALL,
        fault::ALL,
        irp::ALL,
        irql::ALL,
        locks::ALL,
        mdl::ALL,
        ndis::control::ALL,
        ndis::data::ALL,
        ndis::irql::ALL,
        ndis::receive::ALL,
        ndis::send::ALL,
        ndis::support::ALL,
        object::ALL,
        pool::ALL,
        schedule::ALL,
        unload::ALL,
        wsk::ALL,
    ];
    let mut all = families.concat();
    all.sort_by_key(|check| (check.number, check.rule));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::checks;

    #[test]
    fn each_rule_stands_once() {
        let mut seen = HashSet::new();
        for check in checks() {
            assert!(seen.insert(check.rule), "{} stands twice", check.rule);
        }
    }
}
