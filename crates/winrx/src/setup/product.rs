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

#[cfg(test)]
mod tests {
    use super::{NDISRX, PRODUCTS, Product};

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
