//! Names of functions in a driver, from the linker's map beside it.

use std::{fs, path::Path};

/// The functions of an image, by their place in it.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    /// Offsets and names, in ascending order.
    functions: Vec<(usize, String)>,
}

impl Symbols {
    /// Reads the map beside a driver file; no symbols if there is none.
    pub fn beside(file: &Path) -> Self {
        let map = fs::read(file.with_extension("map")).unwrap_or_default();
        Self::parse(&String::from_utf8_lossy(&map))
    }

    /// Reads a map as lld-link and link.exe write it.
    fn parse(map: &str) -> Self {
        let base = map.lines().find_map(|line| {
            let address = line.trim().strip_prefix("Preferred load address is")?;
            u64::from_str_radix(address.trim(), 16).ok()
        });
        let base = base.unwrap_or_default();
        let mut functions: Vec<_> = map.lines().filter_map(|line| parse_line(line, base)).collect();
        functions.sort();
        functions.dedup_by_key(|(offset, _)| *offset);
        Self { functions }
    }

    /// The function that an offset lies in, and how far.
    pub fn find(&self, offset: usize) -> Option<(&str, usize)> {
        let behind = self.functions.partition_point(|&(start, _)| start <= offset);
        let (start, name) = self.functions.get(behind.checked_sub(1)?)?;
        Some((name, offset - start))
    }
}

/// Offset and name in ` 0001:00000680       name       0000000180001680 f   object`.
fn parse_line(line: &str, base: u64) -> Option<(usize, String)> {
    let mut words = line.split_whitespace();
    let (section, _) = words.next()?.split_once(':')?;
    let name = words.next()?;
    let address = u64::from_str_radix(words.next()?, 16).ok()?;
    // Section 0 holds absolute values, which are no places.
    if section.chars().all(|digit| digit == '0') || !section.chars().all(|d| d.is_ascii_hexdigit())
    {
        return None;
    }
    let offset = usize::try_from(address.checked_sub(base)?).ok()?;
    Some((offset, format!("{:#}", rustc_demangle::demangle(name))))
}

#[cfg(test)]
mod tests {
    use super::Symbols;

    const MAP: &str = "
 Preferred load address is 0000000180000000

 0001:00000000 00000a06H .text                   CODE

  Address         Publics by Value              Rva+Base               Lib:Object

 0000:00000000       __guard_flags              0000000000000000     <absolute>
 0001:00000000       DriverEntry                0000000180001000     wskrx.o
 0001:00000a10       DbgPrintEx                 0000000180001a10     ntoskrnl:ntoskrnl.exe

 Static symbols

 0001:000007a0       _RNvCs6Tuch7bXAPT_5wskrx6unload 00000001800017a0     wskrx.o
";

    #[test]
    fn names_places() {
        let symbols = Symbols::parse(MAP);
        assert_eq!(symbols.find(0xfff), None);
        assert_eq!(symbols.find(0x1000), Some(("DriverEntry", 0)));
        assert_eq!(symbols.find(0x17a8), Some(("wskrx::unload", 8)));
        assert_eq!(symbols.find(0x9999), Some(("DbgPrintEx", 0x9999 - 0x1a10)));
        assert_eq!(Symbols::default().find(0), None);
    }
}
