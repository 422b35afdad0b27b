//! Checks that no driver file can show, and where they are shown.

use libtest_mimic::Failed;

/// The rule of each, and the reason.
const UNPROVEN: &[(&str, &str)] = &[
    (
        "pool-nonpaged-level",
        "above DISPATCH_LEVEL a driver only is in an interrupt: nthost's own tests",
    ),
    ("pool-free-nonpaged-level", "as above: nthost's own tests"),
    ("pool-late", "its code has to run when it has been unloaded: nthost's own tests"),
    ("lookaside-size", "the newer lists refuse such a size: nthost's own tests"),
    ("pool-holds-work-item", "only the time decides whether it has run: nthost's own tests"),
    ("work-item-queued", "as above: nthost's own tests"),
    ("work-item-freed-queued", "as above: nthost's own tests"),
    (
        "pool-holds-waited-object",
        "only the time decides whether a thread waits: nthost's own tests",
    ),
    ("pool-quota-in-dpc", "the bindings do not have such a function: nthost's own tests"),
    ("memory-copy-overlap", "drivers bring their own memcpy: nthost's own tests"),
    ("mdl-map-level", "above DISPATCH_LEVEL a driver only is in an interrupt: nthost's own tests"),
    ("mdl-build-pageable", "the program has to pass such memory: nthost's own tests"),
    ("zw-user-address", "as above: nthost's own tests"),
    ("irp-user-address", "as above: nthost's own tests"),
    ("version-size", "the bindings have no wrong size to ask for: nthost's own tests"),
    ("registry-typecheck", "the program has to write to the registry: nthost's own tests"),
    ("registry-expand", "as above: nthost's own tests"),
    ("image-writable-code", "such a file is not loaded: nthost's own tests"),
    ("image-alignment", "as above: nthost's own tests"),
    ("image-imports-in-code", "as above: nthost's own tests"),
    (
        "ndis-close-waits",
        "a handler has to be inside of a driver while another thread unloads it: nthost's own tests",
    ),
    ("dpc-left", "a DPC runs as soon as its processor is free: nthost's own tests"),
    (
        "push-lock-acquired-with-apcs",
        "the library that drivers are linked with has no push locks: nthost's own tests",
    ),
    (
        "push-lock-released-with-apcs",
        "the library that drivers are linked with has no push locks: nthost's own tests",
    ),
    (
        "wait-at-dispatch",
        "what waits and is no wait function may not be called at that level: nthost's own tests",
    ),
    ("schedule-deadlock", "it takes a schedule: nthost's own tests, in sched/tests/dead_end.rs"),
    ("schedule-endless", "as above: nthost's own tests, in sched/tests/dead_end.rs"),
    ("ndis-leaked-nbl", "a pause that was not right comes before it: nthost's own tests"),
    (
        "event-description",
        "what a provider says first comes from a function that not each import library has: etw::tests",
    ),
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
