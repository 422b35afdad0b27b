//! The rule about paths of the machine that the file was built on.

use std::ops::Range;

use super::image::{Image, Verdict, list};

/// How many paths a message quotes.
const QUOTED: usize = 3;
/// How much of a path a message quotes.
const QUOTED_LENGTH: usize = 100;
/// No shorter text has a path in it: `/a.rs`.
const SHORTEST_TEXT: usize = 5;
/// Shorter paths are not told from machine code that happens to look so.
const SHORTEST: usize = 8;
/// Folders at the root of a system that are hardly ever a part of a relative path. They show that a
/// path is absolute where another text ends right before it, as texts in a Rust program do.
const ROOTS: [&[u8]; 6] = [b"home", b"root", b"usr", b"tmp", b"rustc", b"Users"];

/// An absolute path comes from the location of a panic, from `file!()` or from the linker. It tells
/// everybody who has the file about the machine that it was built on, and makes two builds of the same
/// sources differ.
///
/// [--remap-path-prefix](https://doc.rust-lang.org/rustc/remap-source-paths.html),
/// [/PDBALTPATH](https://learn.microsoft.com/en-us/cpp/build/reference/pdbaltpath-use-alternate-pdb-path)
pub(super) fn build_paths(image: &Image<'_>) -> Verdict {
    judge(&find(image.bytes))
}

/// As [`build_paths`], but for paths that are the same on all machines: rustc calls the folder of its own library,
/// whose panics a program has, by one name everywhere, and crates know where other systems have their settings.
pub(super) fn build_paths_of_program(image: &Image<'_>) -> Verdict {
    let mut paths = find(image.bytes);
    paths.retain(|found| !is_of_rust(&found.path) && !is_of_system(&found.path));
    judge(&paths)
}

/// True for a path of Rust's own library, or several without an end between them, with no other path behind.
fn is_of_rust(path: &str) -> bool {
    let is_elsewhere = |name: &str| ["home", "root", "usr", "tmp", "Users"].contains(&name);
    path.starts_with("/rustc/") && !path.split('/').any(is_elsewhere)
}

/// True for what crates for all systems look for on some.
fn is_of_system(path: &str) -> bool {
    ["/etc/localtime", "/usr/share/zoneinfo"].contains(&path)
}

fn judge(paths: &[Found]) -> Verdict {
    if paths.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Absolute paths of the machine that the file was built on: {}. Remove the panics and \
         `file!()` that bring them, or build with --remap-path-prefix or -Zlocation-detail=none.",
        list(paths.iter().map(Found::describe), QUOTED)
    ))
}

/// A path in the file.
struct Found {
    offset: usize,
    path: String,
}

impl Found {
    fn describe(&self) -> String {
        let Self { offset, path } = self;
        let short: String = path.chars().take(QUOTED_LENGTH).collect();
        format!("\"{short}\" at {offset:#x} of the file")
    }
}

/// All absolute paths in `bytes`, in ASCII and in UTF-16.
fn find(bytes: &[u8]) -> Vec<Found> {
    let mut found = find_in_texts(bytes, 0, 1);
    for start in [0, 1] {
        let (units, _) = bytes.get(start..).unwrap_or_default().as_chunks();
        let narrow: Vec<u8> =
            units.iter().map(|&[low, high]| if high == 0 { low } else { 0 }).collect();
        found.extend(find_in_texts(&narrow, start, 2));
    }
    found.sort_by_key(|found| found.offset);
    found
}

/// The paths in the printable runs of `bytes`, whose first is at `start` of the file and whose
/// characters are `width` bytes wide there.
fn find_in_texts(bytes: &[u8], start: usize, width: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut run_start = 0;
    for run in bytes.split(|byte| !matches!(byte, b' '..=b'~')) {
        if run.len() >= SHORTEST_TEXT {
            found.extend(paths_in(run).into_iter().map(|path| Found {
                offset: start + (run_start + path.start) * width,
                path: String::from_utf8_lossy(run.get(path).unwrap_or_default()).into_owned(),
            }));
        }
        run_start += run.len() + 1;
    }
    found
}

/// Where in a text the absolute paths are.
fn paths_in(text: &[u8]) -> Vec<Range<usize>> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match unix_path(text, at).or_else(|| windows_path(text, at)) {
            Some(end) => {
                paths.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    paths
}

/// The end of the Unix path that starts at `start`, if one does: a slash and two names, or a Rust
/// source file.
fn unix_path(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..)?.strip_prefix(b"/")?;
    let length = rest.iter().take_while(|&&byte| is_in_name(byte) || byte == b'/').count();
    let path = rest.get(..length)?;
    let (before, end) = (text.get(..start)?, start + 1 + length);
    if is_in_url(before) {
        return None;
    }
    let mut names = path.split(|&byte| byte == b'/');
    let (first, second) = (names.next()?, names.next().unwrap_or_default());
    if ROOTS.contains(&first) && !second.is_empty() {
        return Some(end);
    }
    let is_relative = before.last().is_some_and(|&byte| is_in_name(byte) || byte == b'/');
    (!is_relative && looks_real(path)).then_some(end)
}

/// The end of the Windows path that starts at `start`, if one does: a drive and two names, or a Rust
/// source file.
fn windows_path(text: &[u8], start: usize) -> Option<usize> {
    let [drive, b':', separator @ (b'/' | b'\\'), rest @ ..] = text.get(start..)? else {
        return None;
    };
    // With a slash, only a letter of its own is a drive: `lib:/usr/lib` has none.
    let is_in_word = text.get(..start)?.last().is_some_and(|&byte| is_in_name(byte));
    if *separator == b'/' && is_in_word {
        return None;
    }
    let is_in_path = |byte: u8| is_in_name(byte) || b" /\\()".contains(&byte);
    let length = rest.iter().take_while(|&&byte| is_in_path(byte)).count();
    let path = rest.get(..length)?;
    (drive.is_ascii_alphabetic() && looks_real(path)).then_some(start + 3 + length)
}

/// True if what follows the root of a path looks like one: two names or more, or a Rust source file.
fn looks_real(path: &[u8]) -> bool {
    let mut names = path.split(|byte| b"/\\".contains(byte));
    let begins = names.next().is_some_and(|name| !name.is_empty());
    let goes_on = names.next().is_some_and(|name| !name.is_empty());
    begins && (path.ends_with(b".rs") || goes_on && path.len() + 1 >= SHORTEST)
}

/// True if the word that ends `before` has the start of a URL in it.
fn is_in_url(before: &[u8]) -> bool {
    let word = before.rsplit(|&byte| byte == b' ').next().unwrap_or_default();
    word.ends_with(b":/") || word.windows(3).any(|part| part == b"://")
}

/// True for a character that names of files and folders are made of.
fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-+@~".contains(&byte)
}
