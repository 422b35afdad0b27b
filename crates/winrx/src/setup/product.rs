//! The drivers, as Windows' setup knows them.

/// A driver that can be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// Name of the service, and of the files without their extensions.
    pub name: &'static str,
    /// The path that programs open its device by.
    pub device: &'static str,
    /// The id of the network component that it is; a primitive driver has none.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/installation-requirements-for-network-protocols)
    pub component: Option<&'static str>,
}

/// The receiver of datagrams, a primitive driver.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/develop/creating-a-primitive-driver)
pub const WSKRX: Product = Product { name: "wskrx", device: rx_abi::WSKRX_DEVICE, component: None };

/// The receiver of frames, a network protocol.
pub const NDISRX: Product =
    Product { name: "ndisrx", device: rx_abi::NDISRX_DEVICE, component: Some("winrx_ndisrx") };

/// All of them, in the order that they are installed in.
pub const PRODUCTS: [Product; 2] = [WSKRX, NDISRX];

impl Product {
    /// The driver of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        PRODUCTS.into_iter().find(|product| product.name == name)
    }

    /// Name of the INF file.
    #[must_use]
    pub fn inf(&self) -> String {
        format!("{}.inf", self.name)
    }

    /// The files that a package has to have for it.
    #[must_use]
    pub fn files(&self) -> [String; 3] {
        ["inf", "sys", "cat"].map(|extension| format!("{}.{extension}", self.name))
    }
}

/// Whether an INF file names the provider of winrx. Somebody else's may have the same name.
#[cfg(any(windows, test))]
pub(super) fn is_of_winrx(inf: &[u8]) -> bool {
    const PROVIDER: &str = "\"The winrx authors\"";
    let text = match inf.strip_prefix(b"\xFF\xFE") {
        None => String::from_utf8_lossy(inf).into_owned(),
        Some(units) => {
            let (units, _) = units.as_chunks();
            String::from_utf16_lossy(
                &units.iter().copied().map(u16::from_le_bytes).collect::<Vec<_>>(),
            )
        }
    };
    let entries = text.lines().filter_map(|line| line.split_once('='));
    let mut values = entries.filter(|(key, _)| key.trim().eq_ignore_ascii_case("Provider"));
    values.any(|(_, value)| value.trim() == PROVIDER)
}

#[cfg(test)]
mod tests {
    use super::{NDISRX, PRODUCTS, Product, is_of_winrx};

    #[test]
    fn files_of_other_providers_are_not_ours() {
        let ours =
            [include_str!("../../../../inf/wskrx.inx"), include_str!("../../../../inf/ndisrx.inx")];
        for inf in ours {
            let wide: Vec<_> =
                format!("\u{feff}{inf}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(is_of_winrx(inf.as_bytes()) && is_of_winrx(&wide));
            assert!(!is_of_winrx(inf.replace("The winrx authors", "Somebody").as_bytes()));
        }
        assert!(!is_of_winrx(b"; Provider = \"The winrx authors\"") && !is_of_winrx(b"\xFF\xFE"));
    }

    #[test]
    fn each_driver_is_found_by_its_name() {
        for product in PRODUCTS {
            assert_eq!(Product::find(product.name), Some(product));
        }
        assert_eq!(Product::find("tcpip"), None);
    }

    /// What is looked for is what the INF file makes.
    #[test]
    fn the_component_is_that_of_the_inf_file() {
        let inf = include_str!("../../../../inf/ndisrx.inx");
        let id = NDISRX.component.unwrap();
        assert!(inf.lines().any(|line| line.trim_end().ends_with(&format!(", {id}"))));
    }
}
