//! What the kernel exports to drivers.

use std::ops::RangeInclusive;

/// Something that drivers can import.
pub(crate) struct Export {
    /// Its name in the import table.
    pub name: &'static str,
    /// Its address.
    pub address: *const (),
    /// What it is.
    pub kind: Kind,
}

/// What an [`Export`] is.
pub(crate) enum Kind {
    /// A function with the calling convention `efiapi`, which is that of Windows on x64.
    Function {
        /// The interrupt request levels that it may be called at.
        irql: RangeInclusive<u8>,
    },
    /// A variable.
    Data,
}

// SAFETY: the address of a function or of a static may be used on any thread.
unsafe impl Sync for Export {}

/// Declares a table of functions: a line for each, with the levels that it may be called at.
macro_rules! exports {
    ($( $name:ident: $irql:expr; )*) => {
        &[$(
            $crate::export::Export {
                name: stringify!($name),
                address: $name as *const (),
                kind: $crate::export::Kind::Function { irql: $irql },
            }
        ),*]
    };
}
pub(crate) use exports;

/// The exports of a module, as driver files name it, in any number of tables of any number of
/// components.
struct Module {
    name: &'static str,
    components: &'static [&'static [&'static [Export]]],
}

impl Module {
    fn exports(&self) -> impl Iterator<Item = &'static Export> {
        self.components.iter().flat_map(|tables| tables.iter()).flat_map(|table| table.iter())
    }
}

const MODULES: &[Module] = &[
    Module {
        name: "ntoskrnl.exe",
        components: &[
            &[crate::dbg::EXPORTS],
            &[crate::etw::EXPORTS, crate::etw::wmi::EXPORTS],
            crate::ex::TABLES,
            crate::io::TABLES,
            crate::ke::TABLES,
            crate::mm::TABLES,
            &[crate::ob::EXPORTS, crate::ob::TYPES],
            crate::rtl::TABLES,
            &[crate::zw::EXPORTS],
        ],
    },
    Module { name: "hal.dll", components: &[crate::ke::HAL_TABLES] },
    Module {
        name: "ndis.sys",
        components: &[crate::ndis::TABLES, crate::ndis::DATA_TABLES, crate::ndis::SUPPORT_TABLES],
    },
    Module { name: "netio.sys", components: &[&[crate::netio::EXPORTS]] },
];

/// Finds what a driver imports from `module` under `name`.
pub(crate) fn find(module: &str, name: &str) -> Option<&'static Export> {
    let found = MODULES.iter().find(|known| known.name.eq_ignore_ascii_case(module))?;
    found.exports().find(|export| export.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::MODULES;

    #[test]
    fn no_name_stands_twice() {
        for module in MODULES {
            let mut names = HashSet::new();
            for export in module.exports() {
                assert!(
                    names.insert(export.name),
                    "{} stands twice in {}",
                    export.name,
                    module.name
                );
            }
        }
    }
}
