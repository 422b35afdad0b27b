//! What `verifier /query` prints.
//!
//! Its words are those of the language of Windows. What is read off it is the same in all of them: names of
//! driver files, how often each was loaded and unloaded, and the number that has a bit for each check.

use serde::Serialize;

/// What Driver Verifier does now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// The checks that are on, a bit for each as `/flags` has it, if the text tells.
    pub flags: Option<u64>,
    /// The drivers that it watches.
    pub drivers: Vec<Watched>,
}

/// A driver that is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watched {
    /// Name of its file, in lower case.
    pub name: String,
    /// Whether it is loaded, if the text tells.
    pub loaded: Option<bool>,
}

impl Activity {
    /// Reads what the program printed, in whichever encoding.
    #[must_use]
    pub fn of_output(output: &[u8]) -> Self {
        Self::of_text(&decode(output))
    }

    /// Reads the text. What is not there is not known.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut activity = Self::default();
        for line in text.lines() {
            if let Some(driver) = driver(line) {
                if activity.find(&driver.name).is_none() {
                    activity.drivers.push(driver);
                }
            } else if activity.drivers.is_empty() && activity.flags.is_none() {
                activity.flags = mask(line);
            }
        }
        activity.flags = activity.flags.or_else(|| ticked(text)).or_else(|| level(text));
        activity
    }

    /// The driver of this file, if it is watched.
    #[must_use]
    pub fn find(&self, file: &str) -> Option<&Watched> {
        self.drivers.iter().find(|driver| driver.name.eq_ignore_ascii_case(file))
    }
}

/// UTF-16 has zeros between letters; of all else, the letters that matter are ASCII.
fn decode(output: &[u8]) -> String {
    if !output.contains(&0) {
        return String::from_utf8_lossy(output).into_owned();
    }
    let (units, _) = output.as_chunks();
    let units: Vec<_> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    String::from_utf16_lossy(&units)
}

/// `MODULE: wskrx.sys (load: 1 / unload: 0)`, and before Windows 8 `Name: wskrx.sys, loads: 1, unloads: 0`.
fn driver(line: &str) -> Option<Watched> {
    let ends_name = |letter: char| !letter.is_alphanumeric() && !"._-~".contains(letter);
    let name = line.split(ends_name).find(|word| {
        let extension = word.len().checked_sub(4).and_then(|at| word.get(at..));
        word.len() > 4 && extension.is_some_and(|extension| extension.eq_ignore_ascii_case(".sys"))
    })?;
    let (_, rest) = line.split_once(name)?;
    let words = rest.split(|letter: char| !letter.is_alphanumeric());
    let mut numbers = words.filter_map(|word| word.parse::<u64>().ok());
    let loaded = numbers.next().zip(numbers.next()).map(|(loads, unloads)| loads > unloads);
    Some(Watched { name: name.to_ascii_lowercase(), loaded })
}

/// `Verifier Flags: 0x002a093b`: what a line ends with.
fn mask(line: &str) -> Option<u64> {
    let last = line.split_whitespace().last()?;
    let at = last.rfind("0x")?;
    let digits = last.get(at + 2..)?;
    (8..=16).contains(&digits.len()).then(|| u64::from_str_radix(digits, 16).ok())?
}

/// `[X] 0x00000001 Special pool`, or with the number in parentheses.
fn ticked(text: &str) -> Option<u64> {
    let boxes = text.lines().filter_map(|line| {
        let (is_on, rest) = [("[X]", true), ("[x]", true), ("[ ]", false)]
            .into_iter()
            .find_map(|(mark, is_on)| Some((is_on, line.trim_start().strip_prefix(mark)?)))?;
        let digits = rest.trim_start_matches([' ', '(']).strip_prefix("0x")?;
        let digits = digits.split(|letter: char| !letter.is_ascii_hexdigit()).next()?;
        let bit = u64::from_str_radix(digits, 16).ok()?;
        Some(if is_on { bit } else { 0 })
    });
    boxes.reduce(|all, bit| all | bit)
}

/// `Level: 000209BB`, before Windows 8.
fn level(text: &str) -> Option<u64> {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    let is_number =
        |word: &&str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(words.find(is_number)?, 16).ok()
}
