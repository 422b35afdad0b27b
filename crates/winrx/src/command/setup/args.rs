//! The arguments of what installs and starts the drivers.

use std::path::PathBuf;

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

use crate::setup::{PRODUCTS, Product, WSKRX};

/// What to do with the drivers that Windows runs.
#[derive(Debug, Subcommand)]
pub enum SetupCommand {
    /// Install the drivers out of a package (on Windows, as are the commands below)
    Install(InstallArgs),
    /// Stop the drivers and remove them
    Uninstall(UninstallArgs),
    /// Start the drivers
    Start(ProductArgs),
    /// Stop the drivers
    Stop(ProductArgs),
    /// Say which drivers are installed and run, and what they have counted
    Status(StatusArgs),
    /// Say what stands in the way of the drivers and how to mend it
    Doctor(DoctorArgs),
}

/// Which drivers.
#[derive(Args, Clone, Debug, Default)]
pub struct ProductArgs {
    /// Which drivers; all without a name
    #[arg(value_name = "DRIVER", value_parser = products())]
    pub drivers: Vec<Product>,
}

fn products() -> impl TypedValueParser<Value = Product> {
    PossibleValuesParser::new(PRODUCTS.map(|product| product.name)).map(|name| {
        // Only names of drivers get here.
        Product::find(&name).unwrap_or(WSKRX)
    })
}

impl ProductArgs {
    /// The drivers that were named, or all of them, in the order that they are installed in.
    #[must_use]
    pub fn chosen(&self) -> Vec<Product> {
        let is_chosen =
            |product: &Product| self.drivers.is_empty() || self.drivers.contains(product);
        PRODUCTS.into_iter().filter(is_chosen).collect()
    }
}

/// What to install, and out of what.
#[derive(Args, Clone, Debug, Default)]
pub struct InstallArgs {
    /// Which drivers.
    #[command(flatten)]
    pub products: ProductArgs,
    /// The folder of the package; the one of this program without it
    #[arg(long, value_name = "DIR")]
    pub package: Option<PathBuf>,
    /// Leave drivers alone that are installed already
    #[arg(long)]
    pub if_needed: bool,
}

/// What to remove.
#[derive(Args, Clone, Debug, Default)]
pub struct UninstallArgs {
    /// Which drivers.
    #[command(flatten)]
    pub products: ProductArgs,
    /// Succeed where nothing is installed, too
    #[arg(long)]
    pub if_needed: bool,
}

/// What to tell of, and how.
#[derive(Args, Clone, Debug, Default)]
pub struct StatusArgs {
    /// Which drivers.
    #[command(flatten)]
    pub products: ProductArgs,
    /// Print an object of JSON a line
    #[arg(long)]
    pub json: bool,
}

/// What to look at, and how to tell.
#[derive(Args, Clone, Debug, Default)]
pub struct DoctorArgs {
    /// Which drivers.
    #[command(flatten)]
    pub products: ProductArgs,
    /// The folder of the package; the one of this program without it
    #[arg(long, value_name = "DIR")]
    pub package: Option<PathBuf>,
    /// Say instead what keeps Driver Verifier from watching the drivers, and what it checks
    #[arg(long, conflicts_with = "package")]
    pub verifier: bool,
    /// Print an object of JSON
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::ProductArgs;
    use crate::setup::{NDISRX, PRODUCTS, WSKRX};

    #[test]
    fn drivers_keep_their_order() {
        assert_eq!(ProductArgs::default().chosen(), PRODUCTS);
        let chosen = |drivers: &[_]| ProductArgs { drivers: drivers.to_vec() }.chosen();
        assert_eq!(chosen(&[NDISRX, WSKRX, NDISRX]), PRODUCTS);
        assert_eq!(chosen(&[NDISRX]), [NDISRX]);
    }
}
