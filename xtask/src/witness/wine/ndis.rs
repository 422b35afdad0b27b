//! An NDIS for Wine.
//!
//! Those of Wine 8 and Wine 10 know no NDIS 6. Of the 11 functions that ndisrx calls, Wine 10 lacks 7 and
//! aborts in the other 4, in NdisGetVersion first: its service control manager waits for the dead host then,
//! and `winrx start` tells of Windows error 1053. This NDIS has no adapters: it lets a protocol driver register
//! and deregister, and tells of both in the trace. So it shows that a driver gets so far and does everything
//! else right; what NDIS itself expects of it is shown by the hosted kernel.

use std::{collections::BTreeSet, path::Path, process::Command};

use super::super::folder::Folder;
use crate::{
    error::{Error, Result},
    exec, files,
    kit::import_libs,
    setup::Llvm,
};

/// What the reader of a report should know.
pub(in super::super) const NOTE: &str = "Wine knows no NDIS 6: an NDIS of this program's, which has no adapters, \
                               answers in its place";

const SOURCE: &str = include_str!("ndis.s");

const EXPORTS: [&str; 3] =
    ["NdisGetVersion", "NdisRegisterProtocolDriver", "NdisDeregisterProtocolDriver"];

/// What is wrong if one of LLVM's tools fails.
const CURE: &str = "Reinstall LLVM's tools (Debian: llvm-19 and lld-19).";

/// Makes it, and puts it where Wine in `prefix` looks for it.
pub(in super::super) fn install(folder: &Folder, prefix: &Path) -> Result {
    let made = folder.fresh("ndis", SOURCE, make)?;
    let (from, to) =
        (made.join("ndis.sys"), prefix.join("drive_c/windows/system32/drivers/ndis.sys"));
    let copied = std::fs::copy(&from, &to);
    copied.map(drop).map_err(|error| files::cannot("write", &to, &error))
}

fn make(folder: &Path) -> Result {
    let llvm = Llvm::find().ok_or_else(|| Error::setup(format!("LLVM was not found. {CURE}")))?;
    let (source, object) = (folder.join("ndis.s"), folder.join("ndis.obj"));
    files::write(&source, SOURCE)?;
    let mut assemble = Command::new(llvm.bin.join("llvm-mc"));
    assemble.args(["-triple=x86_64-pc-windows-msvc", "-filetype=obj", "-o"]).arg(&object);
    exec::run("Assembling an NDIS for Wine", assemble.arg(&source), CURE)?;
    let import = BTreeSet::from(["RtlInitAnsiString".to_owned()]);
    import_libs::make_one(&llvm, "ntoskrnl", &import, folder)?;
    let mut link = Command::new(llvm.bin.join("lld-link"));
    link.args(["/driver", "/subsystem:native", "/entry:DriverEntry", "/nodefaultlib"])
        .args(EXPORTS.map(|name| format!("/export:{name}")))
        .arg(format!("/out:{}", folder.join("ndis.sys").display()))
        .arg(object)
        .arg(folder.join("ntoskrnl.lib"));
    exec::run("Linking an NDIS for Wine", &mut link, CURE).map(drop)
}
