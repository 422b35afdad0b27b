//! LLVM's linker for Windows, libclang and the tools around them.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Versions to look for, newest first. Older ones do not know all options that are used here.
const VERSIONS: std::ops::RangeInclusive<u32> = 16..=24;

/// The version to install where none is found.
const PACKAGES: [&str; 3] = ["lld-19", "libclang-19-dev", "llvm-19"];

/// One installation of LLVM.
#[derive(Clone, Debug)]
pub struct Llvm {
    /// Folder of `lld-link`, `llvm-dlltool`, `llvm-nm` and `llvm-rc`.
    pub bin: PathBuf,
    /// Folder of `libclang.so`.
    pub lib: PathBuf,
    /// Folder of the headers that belong to the compiler, such as `stddef.h`.
    pub headers: PathBuf,
}

impl Llvm {
    /// Finds an installation that has all parts.
    #[must_use]
    pub fn find() -> Option<Self> {
        let versioned = VERSIONS.rev().map(|v| PathBuf::from(format!("/usr/lib/llvm-{v}")));
        let chosen = env::var_os("LLVM_PATH").map(PathBuf::from);
        let rest = ["/usr/lib/llvm", "/usr/local", "/usr"].map(PathBuf::from);
        chosen.into_iter().chain(versioned).chain(rest).find_map(|root| Self::at(&root))
    }

    /// The packages that give an installation where none is found.
    #[must_use]
    pub(super) fn packages() -> Vec<String> {
        let missing = Self::find().is_none();
        PACKAGES.iter().filter(|_| missing).map(|&name| name.to_owned()).collect()
    }

    fn at(root: &Path) -> Option<Self> {
        let bin = root.join("bin");
        let tools = ["lld-link", "llvm-dlltool", "llvm-nm", "llvm-rc"];
        if !tools.iter().all(|tool| bin.join(tool).is_file()) {
            return None;
        }
        let libs = ["lib", "lib64"].map(|lib| root.join(lib));
        let lib = libs.iter().find(|lib| entries(lib).any(|path| is_libclang(&path)))?.clone();
        let headers = libs
            .iter()
            .flat_map(|lib| entries(&lib.join("clang")))
            .map(|version| version.join("include"))
            .find(|include| include.join("stddef.h").is_file())?;
        Some(Self { bin, lib, headers })
    }
}

/// True for `libclang.so`, `libclang.so.19` and `libclang-19.so`.
fn is_libclang(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.strip_prefix("libclang").is_some_and(|rest| rest.starts_with(['.', '-']))
        && name.contains(".so")
}

/// The paths in a folder; none if it cannot be read.
fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}
