//! The import libraries that wdk-sys names to the linker.

use std::{collections::BTreeSet, path::Path, process::Command};

use crate::{
    error::{Error, Result},
    exec,
    files::{cannot, create, read, write},
    setup::{Llvm, Mingw},
};

/// Libraries that wdk-sys links but nothing of ours imports from.
const EMPTY: [&str; 3] = ["BufferOverflowFastFailK", "hal", "wmilib"];

/// Makes `ntoskrnl.lib`, with the names in mingw-w64's library and those in the file `additions`, and
/// the empty ones, in the folder `lib`.
pub fn make(llvm: &Llvm, mingw: &Mingw, additions: &Path, lib: &Path) -> Result {
    create(lib)?;
    let mut exports = exports_of(llvm, &mingw.ntoskrnl)?;
    exports
        .extend(read(additions)?.lines().filter(|line| !line.starts_with('#')).map(str::to_owned));
    make_one(llvm, "ntoskrnl", &exports, lib)?;
    EMPTY.iter().try_for_each(|name| make_one(llvm, name, &BTreeSet::new(), lib))
}

/// The names that an import library in an archive of mingw-w64 defines.
fn exports_of(llvm: &Llvm, archive: &Path) -> Result<BTreeSet<String>> {
    let output = Command::new(llvm.bin.join("llvm-nm"))
        .args(["--defined-only", "--just-symbol-name"])
        .arg(archive)
        .output()
        .map_err(|error| cannot("list", archive, &error))?;
    let exports: BTreeSet<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.strip_prefix("__imp_"))
        .map(str::to_owned)
        .collect();
    if exports.is_empty() {
        let package = Mingw::PACKAGE;
        let archive = archive.display();
        return Err(Error::setup(format!("{archive} names no exports. Reinstall {package}.")));
    }
    Ok(exports)
}

/// Makes the import library `name` with these names, in the folder `lib`.
pub fn make_one(llvm: &Llvm, name: &str, exports: &BTreeSet<String>, lib: &Path) -> Result {
    let definition = lib.join(format!("{name}.def"));
    let names: String = exports.iter().flat_map(|export| [export, "\n"]).collect();
    write(&definition, format!("LIBRARY {}\nEXPORTS\n{names}", image(name)))?;
    exec::run(
        &format!("Making {name}.lib"),
        Command::new(llvm.bin.join("llvm-dlltool"))
            .args(["--machine", "i386:x86-64", "--input-def"])
            .arg(&definition)
            .arg("--output-lib")
            .arg(lib.join(format!("{name}.lib"))),
        "Reinstall LLVM's tools (Debian: llvm-19).",
    )?;
    Ok(())
}

/// The file that a library imports from.
fn image(name: &str) -> String {
    match name {
        "hal" => "hal.dll".to_owned(),
        "wmilib" => "wmilib.sys".to_owned(),
        // Wine's kernel, where another took its name.
        "wntoskrnl" => "wntoskrnl.dll".to_owned(),
        _ => format!("{name}.exe"),
    }
}
