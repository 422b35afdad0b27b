//! Rules about programs.

use object::{LittleEndian as LE, pe::IMAGE_SUBSYSTEM_WINDOWS_CUI};

use super::image::{Image, Verdict};

/// Libraries that each Windows 10 and 11 has, for x64 and for ARM64: those that programs here call, and those
/// that do for the C runtimes.
const LIBRARIES: [&str; 16] = [
    "advapi32.dll",
    "bcryptprimitives.dll",
    "combase.dll",
    "crypt32.dll",
    "dbghelp.dll",
    "iphlpapi.dll",
    "kernel32.dll",
    "msvcrt.dll",
    "newdev.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    "setupapi.dll",
    "user32.dll",
    "userenv.dll",
    "ws2_32.dll",
];

/// What begins the names of sets of functions, which Windows has in libraries of its choice.
///
/// [Windows API sets](https://learn.microsoft.com/en-us/windows/win32/apiindex/windows-apisets)
const API_SETS: [&str; 2] = ["api-ms-win-core-", "api-ms-win-crt-"];

/// Windows gives a console to programs that say that they want one. Others print nowhere.
///
/// [/SUBSYSTEM](https://learn.microsoft.com/en-us/cpp/build/reference/subsystem-specify-subsystem)
pub(super) fn console(image: &Image<'_>) -> Verdict {
    match image.optional_header().subsystem.get(LE) {
        IMAGE_SUBSYSTEM_WINDOWS_CUI => Ok(()),
        other => Err(format!(
            "The subsystem is {}, and that of a program for the console is 3. Remove \
             `windows_subsystem` from its source.",
            other.0
        )),
    }
}

/// A program that needs a library that Windows does not have starts nowhere but on the machine that it was built
/// on: a compiler's runtime is the usual one.
///
/// [Search order](https://learn.microsoft.com/en-us/windows/win32/dlls/dynamic-link-library-search-order)
pub(super) fn system_libraries(image: &Image<'_>) -> Verdict {
    let modules = image.imports.as_ref().map_err(Clone::clone)?;
    let names = modules.iter().map(|module| module.name.to_ascii_lowercase());
    let is_of_system = |name: &String| {
        LIBRARIES.contains(&name.as_str()) || API_SETS.iter().any(|set| name.starts_with(set))
    };
    let others: Vec<_> = names.filter(|name| !is_of_system(name)).collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(format!(
        "It needs libraries that are not known to be in each Windows: {}. Link what they do into the program, \
         or add those that Windows has to the list in xtask/src/pe/program.rs.",
        others.join(", ")
    ))
}
