//! The rule about panics.

use std::collections::BTreeSet;

use super::{
    image::{Image, Verdict, list},
    imports::Function,
};

/// How many functions a message names.
const NAMED: usize = 12;

const HOW_TO_GET_THE_MAP: &str =
    "Build with `cargo xtask build`, which puts it there, or link with /MAP and copy it there.";

/// A panic in the kernel stops the machine: the panic handler has no choice but a bug check. What the
/// linker kept of the library's panic functions is what some path of the driver can reach, so a
/// driver that cannot panic has none of them. The handler itself may be there.
///
/// The linker's map names the functions:
/// [/MAP](https://learn.microsoft.com/en-us/cpp/build/reference/map-generate-mapfile).
pub(super) fn panics(image: &Image<'_>) -> Verdict {
    let Some(map) = image.map else {
        return Err(format!(
            "There is no linker's map to look for panics in. It must lie beside the file, with the \
             extension .map. {HOW_TO_GET_THE_MAP}"
        ));
    };
    check_map(image, map)?;
    let panics: BTreeSet<String> = symbols(map).filter_map(panic_function).collect();
    if panics.is_empty() {
        return Ok(());
    }
    Err(format!(
        "The driver can panic, which is a bug check: the linker kept {}. Replace what leads \
         there by what returns an error: `get` for indexing, checked arithmetic, `try_reserve` for \
         allocation, no `unwrap` and no `expect`.",
        list(panics.into_iter(), NAMED)
    ))
}

/// Checks that `map` is whole, and of this very file: it has all that the file imports. A driver that
/// can panic imports KeBugCheckEx, so the map of one that cannot is told from its own.
fn check_map(image: &Image<'_>, map: &str) -> Verdict {
    if !map.lines().any(|line| line.trim() == "Static symbols") {
        return Err(format!(
            "The .map file beside the file is no linker's map, or not a whole one. \
             {HOW_TO_GET_THE_MAP}"
        ));
    }
    let symbols: BTreeSet<&str> = symbols(map).collect();
    for function in image.imported_functions() {
        if let Function::Name(name) = function
            && !symbols.contains(format!("__imp_{name}").as_str())
        {
            return Err(format!(
                "The .map file beside the file is of another build: it lacks the imported function \
                 {name}. {HOW_TO_GET_THE_MAP}"
            ));
        }
    }
    Ok(())
}

/// The names of all symbols in a map of lld-link or link.exe.
fn symbols(map: &str) -> impl Iterator<Item = &str> {
    map.lines().filter_map(symbol)
}

/// The name in a line such as ` 0001:00000050  DriverEntry  0000000180001050  driver.obj`.
fn symbol(line: &str) -> Option<&str> {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut words = line.split_whitespace();
    let (section, offset) = words.next()?.split_once(':')?;
    let (name, address) = (words.next()?, words.next()?);
    (is_number(section) && is_number(offset) && is_number(address)).then_some(name)
}

/// The path of the function `symbol` if it is one of the library's that panic.
fn panic_function(symbol: &str) -> Option<String> {
    let path = format!("{:#}", rustc_demangle::try_demangle(symbol).ok()?);
    // An inherent method or a method of a trait begins with its type, in angle brackets.
    let plain = path.trim_start_matches(['<', '&', '*', '[', '(']);
    let is_library = plain.starts_with("core::") || plain.starts_with("alloc::");
    // core::panic has what a panic handler is given.
    let is_handlers = plain.starts_with("core::panic::");
    (is_library && !is_handlers && plain.split("::").any(panics_by_name)).then_some(path)
}

/// True if functions of the library that have `name` in their path do nothing but panic.
fn panics_by_name(name: &str) -> bool {
    // The last three are of alloc: what an allocation that may not fail calls when it does.
    const NAMES: [&str; 5] =
        ["panicking", "do_panic", "handle_error", "capacity_overflow", "handle_alloc_error"];
    NAMES.contains(&name)
        || name.starts_with("panic_")
        || name.ends_with("_fail")
        || name.ends_with("_failed")
}
