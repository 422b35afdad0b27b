//! A kernel for drivers in Wine: Wine's own, with what it lacks.
//!
//! It takes the place of Wine's `ntoskrnl.exe`, which goes on under another name, and forwards to it all
//! that it does not do itself.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use object::read::pe::PeFile64;

use crate::{
    error::{Error, Result},
    exec,
    files::{self, cannot},
    kit::import_libs,
    setup::Llvm,
};

/// The source of what Wine lacks.
pub(super) const SOURCE: &str = include_str!("ntoskrnl.s");

/// What Wine's kernel is called then.
pub(super) const RENAMED: &str = "wntoskrnl";

/// Functions that this kernel has itself.
const OWN: [&str; 8] = [
    "ExAcquireRundownProtection",
    "ExReleaseRundownProtection",
    "ExWaitForRundownProtectionRelease",
    "IoCsqInitialize",
    "IoCsqInsertIrp",
    "IoCsqRemoveNextIrp",
    "IoSetCompletionRoutineEx",
    "KeGetCurrentIrql",
];

/// Functions that do the same as others which Wine has. The routine of a work item gets one more argument
/// on Windows, the item, which wskrx does not look at.
const SAME: [(&str, &str); 3] = [
    ("IoQueueWorkItemEx", "wntoskrnl.IoQueueWorkItem"),
    ("KeQuerySystemTimePrecise", "kernel32.GetSystemTimePreciseAsFileTime"),
    ("ObDereferenceObjectDeferDelete", "wntoskrnl.ObDereferenceObject"),
];

/// What a note to the reader says of it.
pub(super) const NOTE: &str = "Wine's kernel lacks run-down protection, cancel-safe queues, IoSetCompletionRoutineEx, \
     IoQueueWorkItemEx and a few more: a kernel of this program's has them and forwards the rest to Wine's";

/// Where Wine marks the files that are its own.
const MARK: std::ops::Range<usize> = 64..96;

/// Bytes of [`MARK`] in Wine's own files.
const OF_WINE: &[u8; 32] = b"Wine builtin DLL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// What is wrong if a tool fails.
const CURE: &str = "Reinstall LLVM's tools (Debian: llvm-19 and lld-19).";

/// Puts the kernel into the folder of system files, where Wine's is.
pub(super) fn install(system: &Path) -> Result {
    let (place, renamed) = (system.join("ntoskrnl.exe"), system.join(format!("{RENAMED}.dll")));
    let mut wines = fs::read(&place).map_err(|error| cannot("read", &place, &error))?;
    let exports = exports(&wines).ok_or_else(|| {
        Error::failed(format!("{} is no kernel of Wine's. Start again.", place.display()))
    })?;
    // Without the mark Wine takes it for a program's, and looks for it here only.
    mark(&mut wines, &[0; 32]);
    files::write(&renamed, wines)?;
    make(&exports, &place)
}

/// Marks a file as Wine's own, so that its own libraries may use it.
pub(super) fn mark_as_wines(file: &mut [u8]) {
    mark(file, OF_WINE);
}

fn mark(file: &mut [u8], with: &[u8; 32]) {
    if let Some(mark) = file.get_mut(MARK) {
        mark.copy_from_slice(with);
    }
}

/// The names that an image exports.
fn exports(image: &[u8]) -> Option<Vec<String>> {
    let file = PeFile64::parse(image).ok()?;
    let table = file.data_directories().export_table(image, &file.section_table()).ok()??;
    let names = table.name_iter().map(|(pointer, _)| {
        let name = table.name_from_pointer(pointer).ok()?;
        String::from_utf8(name.to_vec()).ok()
    });
    names.collect()
}

fn make(exports: &[String], to: &Path) -> Result {
    let llvm = Llvm::find().ok_or_else(|| Error::setup(format!("LLVM was not found. {CURE}")))?;
    let [source, object, options] =
        ["s", "obj", "rsp"].map(|extension| to.with_extension(extension));
    files::write(&source, SOURCE)?;
    let mut assemble = Command::new(llvm.bin.join("llvm-mc"));
    assemble.args(["-triple=x86_64-pc-windows-msvc", "-filetype=obj", "-o"]).arg(&object);
    exec::run("Assembling a kernel for Wine", assemble.arg(&source), CURE)?;
    let import = BTreeSet::from(["IoReleaseCancelSpinLock".to_owned()]);
    let folder = to.parent().unwrap_or(to);
    import_libs::make_one(&llvm, RENAMED, &import, folder)?;
    let own = OWN.iter().map(|name| format!("/export:{name}\n"));
    let same = SAME.iter().map(|(name, of)| format!("/export:{name}={of}\n"));
    let is_ours = |name: &str| OWN.contains(&name) || SAME.iter().any(|(ours, _)| *ours == name);
    let rest = exports.iter().filter(|name| !is_ours(name));
    let rest = rest.map(|name| format!("/export:{name}={RENAMED}.{name}\n"));
    files::write(&options, own.chain(same).chain(rest).collect::<String>())?;
    let mut link = Command::new(llvm.bin.join("lld-link"));
    link.args(["/dll", "/noentry", "/nodefaultlib"])
        .arg(format!("@{}", options.display()))
        .arg(format!("/out:{}", to.display()))
        .arg(&object)
        .arg(folder.join(format!("{RENAMED}.lib")));
    exec::run("Linking a kernel for Wine", &mut link, CURE).map(drop)
}
