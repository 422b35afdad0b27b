//! A real WDK on a file system that tells `DriverSpecs.h` from `driverspecs.h`.
//!
//! The WDK's headers include each other, and wdk-sys names libraries, in spellings that differ from
//! those of the files. A folder of links gives each file all the spellings that are used; the WDK
//! itself is only read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use super::{Stamp, fresh, symlink};
use crate::{
    arch::Arch,
    error::{Error, Result},
    files::{cannot, create},
    workspace,
};

/// The libraries that wdk-sys names, as it spells them. The last is for ARM64 only.
const LIBRARIES: [&str; 5] = ["BufferOverflowFastFailK", "ntoskrnl", "hal", "wmilib", "arm64rt"];

/// The content root of a WDK, with the newest version in it.
pub struct ContentRoot {
    path: PathBuf,
    version: String,
    include: PathBuf,
    lib: PathBuf,
}

impl ContentRoot {
    /// Looks at the WDK in `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if there is no such folder, or no version with driver headers and libraries
    /// in it.
    pub fn at(path: &Path) -> Result<Self> {
        let shown = path.display();
        if !path.is_dir() {
            return Err(Error::setup(format!(
                "There is no folder {shown}. --wdk wants the content root of a WDK, the folder with \
                 Include and Lib in it."
            )));
        }
        let (Some(include), Some(lib)) = (child(path, "Include"), child(path, "Lib")) else {
            return Err(Error::setup(format!(
                "{shown} has no Include and Lib in it, so it is no content root of a WDK. In an \
                 installed WDK that is the folder `Windows Kits/10`, in its NuGet package the folder \
                 `c`."
            )));
        };
        let newest = entries(&include)
            .filter_map(|version| {
                let name = version.file_name()?.to_str()?.to_owned();
                let has_km = child(&version, "km").is_some() && child(&version, "shared").is_some();
                let lib = child(&lib, &name)?;
                (has_km && child(&lib, "km").is_some()).then_some((name, version, lib))
            })
            .max_by_key(|(name, ..)| {
                name.split('.')
                    .map(str::parse)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .map(|part: std::result::Result<u32, _>| part.unwrap_or(0))
                    .collect::<Vec<_>>()
            });
        let Some((version, include, lib)) = newest else {
            return Err(Error::setup(format!(
                "{shown} has no version with driver headers (Include/<version>/km and shared) and \
                 libraries (Lib/<version>/km). Install the WDK's kernel-mode part there."
            )));
        };
        let path = path.canonicalize().map_err(|error| cannot("open", path, &error))?;
        Ok(Self { path, version, include, lib })
    }

    /// A short name that differs from that of any other WDK.
    #[must_use]
    pub fn name(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.path, &self.version).hash(&mut hasher);
        format!("wdk-{:08x}", hasher.finish() >> 32)
    }

    /// Makes the folder of links for `arch` and returns it.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if the WDK has no libraries for `arch`, or the folder cannot be made.
    pub fn link(&self, arch: Arch) -> Result<PathBuf> {
        let libraries = child(&self.lib, "km").and_then(|km| child(&km, arch.library_folder()));
        let libraries = libraries.filter(|lib| child(lib, "ntoskrnl.lib").is_some());
        let Some(libraries) = libraries else {
            let lib = self.lib.display();
            return Err(Error::setup(format!(
                "This WDK has no libraries for {arch}: {lib}/km/{arch}/ntoskrnl.lib is missing. \
                 Install that part of it, or choose another --arch."
            )));
        };
        let trees = ["km", "shared"].map(|name| (name, child(&self.include, name)));
        let state = trees.iter().filter_map(|(_, tree)| tree.as_ref()).chain([&libraries]);
        let stamp = Stamp::of(&[], &state.map(|tree| listing(tree)).collect::<String>());
        let folder = workspace::kit().join(format!("{}-{arch}", self.name()));
        fresh(&folder, &stamp, "Linking the WDK's files under all their spellings", |new| {
            let include = new.join("Include").join(&self.version);
            for (name, tree) in &trees {
                let tree =
                    tree.as_ref().ok_or_else(|| Error::setup("The WDK changed meanwhile."))?;
                link_headers(tree, &include.join(name))?;
            }
            let km = new.join("Lib").join(&self.version).join("km");
            link_libraries(&libraries, &km.join(arch.library_folder()))
        })?;
        Ok(folder)
    }
}

/// Links the headers in the tree `from` below `to`: under their own names, in lower case, and as any
/// header of the tree spells them.
fn link_headers(from: &Path, to: &Path) -> Result {
    let files: Vec<PathBuf> = WalkDir::new(from)
        .follow_links(true)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| entry.path().strip_prefix(from).ok().map(Path::to_owned))
        .collect();
    let spellings: BTreeSet<String> =
        files.iter().flat_map(|file| includes(&from.join(file))).collect();
    let by_lower_case: BTreeMap<String, &Path> =
        files.iter().map(|file| (lower_case(file), file.as_path())).collect();
    let mut links: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    for (lower, file) in &by_lower_case {
        links.insert(lower.into(), file);
        let folder = Path::new(lower).parent().unwrap_or(Path::new(""));
        for spelling in &spellings {
            // An include counts from the search path and from the folder of the file that has it.
            for spelled in [PathBuf::from(spelling), folder.join(spelling)] {
                if lower_case(&spelled) == *lower {
                    links.insert(spelled, file);
                }
            }
        }
    }
    links.extend(files.iter().map(|file| (file.clone(), file.as_path())));
    for (link, file) in links {
        let link = to.join(link);
        create(link.parent().unwrap_or(to))?;
        symlink(&from.join(file), &link)?;
    }
    Ok(())
}

/// Links the libraries in the folder `from` into `to`, also as wdk-sys spells them.
fn link_libraries(from: &Path, to: &Path) -> Result {
    create(to)?;
    let mut links: BTreeMap<String, PathBuf> = BTreeMap::new();
    for file in entries(from) {
        let Some(name) = file.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            continue;
        };
        let spelled = LIBRARIES.map(|library| format!("{library}.lib"));
        let spelled = spelled.into_iter().find(|library| library.eq_ignore_ascii_case(&name));
        links.insert(name.to_ascii_lowercase(), file.clone());
        links.extend(spelled.map(|library| (library, file.clone())));
        links.insert(name, file);
    }
    links.into_iter().try_for_each(|(name, file)| symlink(&file, &to.join(name)))
}

/// The files that a header includes, as it spells them, with forward slashes.
fn includes(header: &Path) -> Vec<String> {
    let Ok(bytes) = fs::read(header) else {
        return Vec::new();
    };
    String::from_utf8_lossy(&bytes)
        .lines()
        .filter_map(|line| {
            line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("include")
        })
        .filter_map(|rest| {
            let rest = rest.trim_start();
            let end = if rest.starts_with('<') { '>' } else { '"' };
            rest.get(1..)?.split_once(end).map(|(name, _)| name.replace('\\', "/"))
        })
        .collect()
}

fn lower_case(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

/// The entry of `folder` with this name, however it is spelled there.
fn child(folder: &Path, name: &str) -> Option<PathBuf> {
    let exact = folder.join(name);
    if exact.exists() {
        return Some(exact);
    }
    entries(folder).find(|path| {
        path.file_name().is_some_and(|found| found.to_string_lossy().eq_ignore_ascii_case(name))
    })
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// Names, sizes and times of all files of a tree: what changes when the tree does.
fn listing(tree: &Path) -> String {
    WalkDir::new(tree)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            let modified = metadata.modified().ok();
            Some(format!("{} {} {modified:?}\n", entry.path().display(), metadata.len()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{ContentRoot, link_headers, link_libraries};
    use crate::arch::Arch;

    fn put(root: &Path, file: &str, text: &str) {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    #[test]
    fn headers_are_found_under_all_spellings() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        put(from.path(), "Ntddk.h", "#include <DriverSpecs.h>\n# include \"sub\\INNER.h\"\n");
        put(from.path(), "driverspecs.H", "specs");
        put(from.path(), "Sub/Inner.h", "#include \"Other.h\"");
        put(from.path(), "Sub/other.h", "other");
        link_headers(from.path(), to.path()).unwrap();
        for (spelling, text) in [
            ("driverspecs.H", "specs"),
            ("driverspecs.h", "specs"),
            ("DriverSpecs.h", "specs"),
            ("Sub/Inner.h", "#include \"Other.h\""),
            ("sub/inner.h", "#include \"Other.h\""),
            ("sub/INNER.h", "#include \"Other.h\""),
            ("sub/Other.h", "other"),
        ] {
            assert_eq!(fs::read_to_string(to.path().join(spelling)).unwrap(), text, "{spelling}");
        }
        assert!(to.path().join("ntddk.h").exists());
    }

    #[test]
    fn libraries_are_found_as_wdk_sys_spells_them() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        put(from.path(), "bufferoverflowfastfailk.LIB", "x");
        link_libraries(from.path(), to.path()).unwrap();
        for name in ["bufferoverflowfastfailk.LIB", "BufferOverflowFastFailK.lib"] {
            assert_eq!(fs::read_to_string(to.path().join(name)).unwrap(), "x");
        }
    }

    #[test]
    fn the_newest_complete_version_is_taken() {
        let root = tempfile::tempdir().unwrap();
        for version in ["10.0.9600.0", "10.0.22000.0"] {
            put(root.path(), &format!("include/{version}/KM/ntddk.h"), "");
            put(root.path(), &format!("include/{version}/shared/ntdef.h"), "");
            put(root.path(), &format!("lib/{version}/km/x64/ntoskrnl.lib"), "");
        }
        put(root.path(), "include/10.0.26100.0/um/windows.h", "");
        let found = ContentRoot::at(root.path()).unwrap();
        assert_eq!(found.version, "10.0.22000.0");
        let error = found.link(Arch::Arm64).unwrap_err().to_string();
        assert!(error.contains("no libraries for arm64"), "{error}");
    }
}
