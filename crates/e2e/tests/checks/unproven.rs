//! Checks that no driver file can show, and where they are shown.

use libtest_mimic::Failed;

/// The rule of each, and the reason.
const UNPROVEN: &[(&str, &str)] = &[
    (
        "ndis-close-waits",
        "a handler has to be inside of a driver while another thread unloads it: nthost's own tests",
    ),
    ("ndis-leaked-nbl", "a pause that was not right comes before it: nthost's own tests"),
    ("unloaded-image", "what would run too late is noticed before, at unload: nthost's own tests"),
    (
        "wsk-indication-written",
        "where guards are on, the processor notices it: wsk-indication-touched; \
         netio::tests::lists shows it without them",
    ),
    (
        "wsk-call-during-close",
        "it takes two threads at the same moment: netio::tests::closing shows it",
    ),
];

/// Why a check is not shown here.
pub fn reason(rule: &str) -> Option<&'static str> {
    UNPROVEN.iter().find(|(name, _)| *name == rule).map(|(_, reason)| *reason)
}

/// There are no others in the list than checks.
pub fn are_checks() -> Result<(), Failed> {
    let checks = nthost::checks();
    for (rule, _) in UNPROVEN {
        if !checks.iter().any(|check| check.rule == *rule) {
            return Err(format!("{rule} is no check").into());
        }
    }
    Ok(())
}
