//! What a driver build on Linux needs beside the compiler: a folder in the shape of a WDK, and a copy
//! of the crate wdk-build that runs on this host.
//!
//! All of it lies under `target/kit` and is made anew when one of its sources changes. `kit/` in the
//! project holds what cannot be taken from the distribution's packages.

mod headers;
pub(crate) mod import_libs;
mod wdk_build;
mod wdk_links;

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    arch::Arch,
    error::{Error, Result},
    files::{self, cannot},
    setup::{self, Tools},
    ui::Step,
    workspace,
};

/// The version that the folder of our own headers claims to be.
const VERSION: &str = "10.0.26100.0";

/// What wdk-build is given to work with.
pub struct Kit {
    /// Value of `WDKContentRoot`.
    content_root: PathBuf,
    /// Tells builds against different headers apart.
    name: String,
    arch: Arch,
    tools: Tools,
}

impl Kit {
    /// Looks whether [`Kit::make`] has the headers to begin with, before anything is built or installed.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if the architecture has no headers without a WDK, or if `wdk` is not a content
    /// root.
    pub fn check(arch: Arch, wdk: Option<&Path>) -> Result {
        content_root(arch, wdk).map(drop)
    }

    /// Makes the kit for `arch` out of the distribution's packages, or out of the WDK whose content
    /// root is `wdk`.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if the architecture has no headers without a WDK, if `wdk` is not a content
    /// root, or if the machine lacks something that cannot be installed from here.
    pub fn make(arch: Arch, wdk: Option<&Path>) -> Result<Self> {
        let wdk = content_root(arch, wdk)?;
        let tools = setup::tools(arch)?;
        wdk_build::make()?;
        let (content_root, name) = match wdk {
            Some(wdk) => (wdk.link(arch)?, wdk.name()),
            None => (own_content_root(&tools)?, "kit".to_owned()),
        };
        Ok(Self { content_root, name, arch, tools })
    }

    /// A cargo command on driver crates, set up for this kit.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if the lock file for it cannot be written.
    pub fn cargo(&self, command: &str) -> Result<Command> {
        let triple = self.arch.triple();
        let linker = self.tools.llvm.bin.join("lld-link");
        let mut cargo = self.tools.rust.cargo(command, "core,alloc");
        cargo
            .current_dir(workspace::root())
            .args(["--target", triple])
            .arg("--target-dir")
            .arg(self.target_dir())
            .arg("--config")
            .arg(setting(&format!("target.{triple}.linker"), &linker))
            .arg("--config")
            .arg(setting("patch.crates-io.wdk-build.path", &wdk_build::folder()))
            // The patch would rewrite Cargo.lock.
            .arg("-Zlockfile-path")
            .env("CARGO_RESOLVER_LOCKFILE_PATH", wdk_build::lockfile()?)
            .env("WDKContentRoot", &self.content_root)
            .env("LIBCLANG_PATH", &self.tools.llvm.lib)
            .env("BINDGEN_EXTRA_CLANG_ARGS", self.clang_arguments())
            .env("RC", self.tools.llvm.bin.join("llvm-rc"));
        Ok(cargo)
    }

    /// Installs clippy for the compiler of this kit, unless it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if it is missing and cannot be installed from here.
    pub fn install_clippy(&self) -> Result {
        self.tools.rust.install_clippy()
    }

    /// A cargo command on programs for Windows, which need nothing of the kit but its compiler.
    #[must_use]
    pub fn program_cargo(&self, command: &str) -> Command {
        // The profiles of the workspace abort on a panic.
        let mut cargo = self.tools.rust.cargo(command, "std,panic_abort");
        cargo.current_dir(workspace::root()).args(["--locked", "--target", self.arch.triple()]);
        cargo.arg("--target-dir").arg(workspace::target().join("windows"));
        cargo
    }

    /// Where builds with this kit put what they make.
    #[must_use]
    pub fn target_dir(&self) -> PathBuf {
        workspace::target().join("driver-build").join(&self.name)
    }

    fn clang_arguments(&self) -> String {
        let headers = self.tools.llvm.headers.display();
        format!("--target={} -isystem {headers} -Wno-everything", self.arch.triple())
    }
}

/// The WDK to build with, if one is named.
fn content_root(arch: Arch, wdk: Option<&Path>) -> Result<Option<wdk_links::ContentRoot>> {
    if wdk.is_none() && arch != Arch::X64 {
        return Err(Error::setup(format!(
            "The headers of mingw-w64 know x64 only, so {arch} needs a WDK: name its content root, \
             the folder with Include and Lib in it, with --wdk PATH."
        )));
    }
    wdk.map(wdk_links::ContentRoot::at).transpose()
}

/// `key="path"`, as cargo's `--config` wants it.
fn setting(key: &str, path: &Path) -> String {
    format!("{key}='{}'", path.display())
}

fn own_content_root(tools: &Tools) -> Result<PathBuf> {
    let mingw = setup::mingw()?;
    let own = workspace::root().join("kit");
    let stamp = Stamp::of(&[&own, &mingw.ntoskrnl], &format!("{mingw:?} {:?}", tools.llvm));
    let root = workspace::kit().join("wdk");
    fresh(&root, &stamp, "Making the kit of headers and import libraries", |new| {
        headers::link(&mingw, &own.join("include"), &new.join("Include").join(VERSION))?;
        let lib = new.join("Lib").join(VERSION).join("km/x64");
        import_libs::make(&tools.llvm, &mingw, &own.join("ntoskrnl.txt"), &lib)
    })?;
    Ok(root)
}

/// [`files::fresh`] as a step.
fn fresh(folder: &Path, stamp: &Stamp, title: &str, make: impl FnOnce(&Path) -> Result) -> Result {
    files::fresh(folder, &stamp.0, |new| {
        let step = Step::start(title);
        make(new)?;
        step.done();
        Ok(())
    })
}

/// Says what a made folder was made of.
struct Stamp(String);

impl Stamp {
    /// A stamp of all files in or at `paths`, and of `settings`.
    fn of(paths: &[&Path], settings: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        settings.hash(&mut hasher);
        for entry in paths.iter().flat_map(|path| walkdir::WalkDir::new(path).sort_by_file_name()) {
            let Ok(entry) = entry else { continue };
            entry.path().hash(&mut hasher);
            if entry.file_type().is_file() {
                fs::read(entry.path()).unwrap_or_default().hash(&mut hasher);
            }
        }
        Self(format!("{:016x}\n", hasher.finish()))
    }
}

/// A link at `link` that leads to `to`.
fn symlink(to: &Path, link: &Path) -> Result {
    std::os::unix::fs::symlink(to, link).map_err(|error| cannot("create", link, &error))
}
