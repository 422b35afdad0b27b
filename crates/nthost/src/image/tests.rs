//! Files that load, files that do not, and what becomes of a file that is unloaded.

use std::{fs, mem, path::Path, sync::Arc};

use proptest::prelude::*;

use super::{Image, LoadError, Parsed};
use crate::{Code, ke, system::System, thread};

const HEADERS: usize = 0x400;
const TEXT: usize = 0x1000;
const DATA: usize = 0x2000;
const IMPORTS: usize = 0x3000;
const RELOCATIONS: usize = 0x4000;
const SIZE: usize = 0x5000;

/// The place of a pointer in .data that a relocation is for, and where it points to.
const POINTER: usize = DATA + 8;

/// A driver that calls what it imports and returns the level that it got, as a file: byte by byte from
/// the description of the format.
struct File(Vec<u8>);

impl File {
    fn new(imports: &[&str]) -> Self {
        let mut file = Self(vec![0; HEADERS + 4 * 0x200]);
        file.put(0, b"MZ");
        file.put(0x3c, &0x80_u32.to_le_bytes());
        file.put(0x80, b"PE\0\0");
        file.put_all(0x84, &[0x8664, 4]);
        file.put_all(0x94, &[240, 0x2022]);
        let optional = 0x98;
        file.put_all(optional, &[0x20b]);
        file.put(optional + 16, &u32::try_from(TEXT).unwrap().to_le_bytes());
        file.put(optional + 24, &0x1_4000_0000_u64.to_le_bytes());
        for (at, value) in [(32, 0x1000), (36, 0x200), (56, SIZE), (60, HEADERS), (108, 16)] {
            file.put(optional + at, &u32::try_from(value).unwrap().to_le_bytes());
        }
        // IMAGE_SUBSYSTEM_NATIVE
        file.put_all(optional + 68, &[1]);
        file.directory(1, IMPORTS, 40);
        file.directory(5, RELOCATIONS, 12);
        let (code, data) = (0x6000_0020_u32, 0xc000_0040_u32);
        let sections = [(TEXT, code), (DATA, data), (IMPORTS, data), (RELOCATIONS, 0x4000_0040)];
        for (index, (address, flags)) in sections.into_iter().enumerate() {
            let header = optional + 240 + index * 40;
            let place = HEADERS + index * 0x200;
            for (at, value) in [(8, 0x200), (12, address), (16, 0x200), (20, place)] {
                file.put(header + at, &u32::try_from(value).unwrap().to_le_bytes());
            }
            file.put(header + 36, &flags.to_le_bytes());
        }
        file.code();
        // The address of itself, before relocation.
        file.put(HEADERS + 0x208, &(0x1_4000_0000 + POINTER as u64).to_le_bytes());
        file.imports(imports);
        // One block with one relocation of the type DIR64.
        let block = HEADERS + 3 * 0x200;
        file.put(block, &u32::try_from(DATA).unwrap().to_le_bytes());
        file.put(block + 4, &12_u32.to_le_bytes());
        file.put_all(block + 8, &[0xa008, 0]);
        file
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn put_all(&mut self, at: usize, words: &[u16]) {
        for (index, word) in words.iter().enumerate() {
            self.put(at + index * 2, &word.to_le_bytes());
        }
    }

    fn directory(&mut self, index: usize, address: usize, size: u32) {
        let at = 0x98 + 112 + index * 8;
        self.put(at, &u32::try_from(address).unwrap().to_le_bytes());
        self.put(at + 4, &size.to_le_bytes());
    }

    /// `sub rsp, 40; call [first import]; add rsp, 40; ret`
    fn code(&mut self) {
        let slot = IMPORTS + 0x80;
        let distance = u32::try_from(slot - (TEXT + 10)).unwrap();
        let mut code = vec![0x48, 0x83, 0xec, 0x28, 0xff, 0x15];
        code.extend(distance.to_le_bytes());
        code.extend([0x48, 0x83, 0xc4, 0x28, 0xc3]);
        self.put(HEADERS, &code);
    }

    /// One descriptor, the names from 0x100 on, and their addresses from 0x80 on.
    fn imports(&mut self, names: &[&str]) {
        let section = HEADERS + 2 * 0x200;
        for (at, value) in [(0, IMPORTS + 0x40), (12, IMPORTS + 0x28), (16, IMPORTS + 0x80)] {
            self.put(section + at, &u32::try_from(value).unwrap().to_le_bytes());
        }
        self.put(section + 0x28, b"ntoskrnl.exe\0");
        for (index, name) in names.iter().enumerate() {
            let text = 0x100 + index * 0x40;
            let address = ((IMPORTS + text) as u64).to_le_bytes();
            self.put(section + 0x40 + index * 8, &address);
            self.put(section + 0x80 + index * 8, &address);
            self.put(section + text + 2, name.as_bytes());
        }
    }

    fn load(&self) -> Result<Image, LoadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sample.sys");
        fs::write(&path, &self.0).unwrap();
        Image::load(&path)
    }
}

#[test]
fn runs_the_code_of_a_driver() {
    let image = File::new(&["KeGetCurrentIrql"]).load().unwrap();
    // SAFETY: the code that `File::code` wrote is such a function.
    let entry: extern "efiapi" fn() -> u8 = unsafe { mem::transmute(image.entry()) };
    let system = Arc::new(System::new(1));
    let level = thread::enter(&system, |_| entry());
    assert_eq!(level, 0);
    assert_eq!(image.calls().collect::<Vec<_>>(), [("KeGetCurrentIrql", 1)]);
}

#[test]
fn relocates_pointers() {
    let image = File::new(&["KeGetCurrentIrql"]).load().unwrap();
    let pointer = (image.range().start + POINTER) as *const usize;
    // SAFETY: the image is mapped, and .data can be read.
    assert_eq!(unsafe { pointer.read() }, pointer as usize);
}

#[test]
fn names_all_missing_imports_at_once() {
    let error = File::new(&["NoSuchThing", "KeGetCurrentIrql", "NorThis"]).load().err().unwrap();
    let text = error.to_string();
    assert!(text.ends_with("ntoskrnl.exe!NoSuchThing, ntoskrnl.exe!NorThis"), "{text}");
}

/// What the system says of the memory at an address: `r-xp` and so on, if it is mapped.
fn access(address: usize) -> Option<String> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().find_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let bound = |text| usize::from_str_radix(text, 16).unwrap();
        (bound(start)..bound(end)).contains(&address).then(|| rest[..4].to_owned())
    })
}

#[test]
fn sections_have_their_own_access_and_none_after_unload() {
    let image = File::new(&["KeGetCurrentIrql"]).load().unwrap();
    let start = image.range().start;
    let accesses = [0, TEXT, DATA, IMPORTS, RELOCATIONS].map(|at| access(start + at).unwrap());
    assert_eq!(accesses, ["r--p", "r-xp", "rw-p", "rw-p", "r--p"]);
    drop(image);
    assert_eq!(access(start + TEXT).unwrap(), "---p", "reserved for good");
}

#[test]
fn what_runs_after_unload_stops_the_kernel() {
    let image = File::new(&["KeGetCurrentIrql"]).load().unwrap();
    let entry = image.entry() as usize;
    drop(image);
    let system = Arc::new(System::new(1));
    let answer = thread::enter(&system, |_| {
        // SAFETY: it was such a function, and what is left of it cannot be executed.
        let late: extern "efiapi" fn() -> u8 = unsafe { mem::transmute(entry) };
        // SAFETY: there is nothing to drop.
        unsafe { ke::thread::ask(77, || late()) }
    });
    let stop = system.stop.get().unwrap();
    assert_eq!((answer, stop.rule), (77, "unloaded-image"));
    assert_eq!(stop.code, Code::Windows { bug_check: 0xce, first: None });
    assert_eq!(stop.parameters[..2], [entry as u64, 8]);
    assert!(stop.text.contains("sample+0x1000, which is unloaded"), "{}", stop.text);
}

#[test]
fn says_what_is_wrong_with_a_file() {
    let path = Path::new("/nowhere/at all.sys");
    let text = Image::load(path).err().unwrap().to_string();
    assert!(text.starts_with("cannot load /nowhere/at all.sys: "), "{text}");
    let mut other = File::new(&[]);
    other.put_all(0x84, &[0xaa64]);
    assert!(other.load().err().unwrap().to_string().ends_with("it is for another processor"));
    let mut program = File::new(&[]);
    program.put_all(0x98 + 68, &[3]);
    assert!(program.load().err().unwrap().to_string().ends_with("its subsystem is not NATIVE"));
}

#[test]
fn what_windows_does_not_protect_is_refused() {
    let (flags, start) = (0x98 + 240 + 36, 0x98 + 240 + 40 + 12);
    let all = 0xe000_0020_u32;
    let changes: [(usize, u32, &str); 3] = [
        (flags, all, "image-writable-code"),
        (start, 0x2010, "image-alignment"),
        (flags + 80, 0x6000_0020, "image-imports-in-code"),
    ];
    for (at, value, rule) in changes {
        let mut file = File::new(&["KeGetCurrentIrql"]);
        file.put(at, &value.to_le_bytes());
        match file.load().err().unwrap() {
            LoadError::Integrity { check, .. } => assert_eq!(check.rule, rule),
            other => panic!("{other}"),
        }
    }
    let mut file = File::new(&["KeGetCurrentIrql"]);
    file.put(flags, &all.to_le_bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.sys");
    fs::write(&path, &file.0).unwrap();
    let kernel = crate::Kernel::builder().build().unwrap();
    assert!(kernel.load(&path).is_err());
    assert_eq!(kernel.violations()[0].rule, "image-writable-code");
}

proptest! {
    #[test]
    fn no_file_is_too_broken_to_be_refused(
        changes in prop::collection::vec((0..0xc00_usize, any::<u8>()), 0..20),
        length in 0..=0xc00_usize,
    ) {
        let mut file = File::new(&["KeGetCurrentIrql"]);
        for (at, byte) in changes {
            file.0[at] = byte;
        }
        file.0.truncate(length);
        if let Ok(parsed) = Parsed::new(&file.0)
            && parsed.size < 1 << 24
        {
            let mapping = super::Mapping::new(parsed.size).unwrap();
            if parsed.copy_to(&mapping).is_ok() {
                parsed.protect(&mapping).unwrap();
            }
        }
    }
}
