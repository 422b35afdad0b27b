//! What a scenario happens in.

use nthost::{Driver, File, Kernel, Pending, Task, wsk};
use rx_abi::{Detail, RecordsOf};

/// What happens in a scenario. It tells what was wrong.
pub type Body = dyn Fn(&mut Stage) -> Result<(), String>;

/// A kernel with a driver.
pub struct Stage {
    pub kernel: Kernel,
    pub network: wsk::Synthetic,
    pub driver: Option<Driver>,
    pub seed: u64,
    name: String,
}

impl Stage {
    pub fn new(kernel: Kernel, network: wsk::Synthetic, driver: Driver, seed: u64) -> Self {
        let name = format!(r"\\.\{}", driver.name());
        Self { kernel, network, driver: Some(driver), seed, name }
    }

    /// Opens the device. The driver may be gone.
    pub fn open(&self) -> Option<File> {
        self.kernel.open(&self.name).ok()
    }

    /// What opens the device in another thread.
    pub fn opener(&self) -> impl Fn() -> Option<File> + Clone + use<> {
        let (kernel, name) = (self.kernel.clone(), self.name.clone());
        move || kernel.open(&name).ok()
    }

    /// Starts a thread.
    pub fn spawn<T: Send + 'static>(
        &self,
        name: &str,
        code: impl FnOnce() -> T + Send + 'static,
    ) -> Task<T> {
        self.kernel.spawn(name, code)
    }

    /// Unloads the driver, as soon as nobody has it open.
    pub fn unload(&mut self) -> Vec<String> {
        while let Some(driver) = self.driver.take() {
            match driver.unload() {
                Ok(unloaded) => return unloaded.leftovers().to_vec(),
                Err(_) if !self.kernel.violations().is_empty() => return Vec::new(),
                Err(refused) => {
                    self.driver = Some(refused.driver);
                    self.kernel.give_way();
                }
            }
        }
        Vec::new()
    }

    /// Unloads the driver, which nobody has open. Tells what was wrong.
    pub fn end(mut self) -> Vec<String> {
        if !self.kernel.violations().is_empty() {
            return Vec::new();
        }
        match self.driver.take().map(Driver::unload) {
            Some(Err(refused)) => vec![refused.to_string()],
            Some(Ok(unloaded)) => unloaded.leftovers().to_vec(),
            None => Vec::new(),
        }
    }
}

/// Fails with a sentence unless something is so.
pub fn ensure(is_so: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(otherwise()) }
}

/// Begins reads and cancels them at once. Returns how many records they got all the same.
pub fn read_and_cancel<D: Detail>(file: &File, reads: usize) -> Result<usize, String> {
    let mut records = 0;
    for _ in 0..reads {
        let read = file.start_read(4096);
        read.cancel();
        records += count::<D>(read)?;
    }
    Ok(records)
}

/// Waits for a read, and counts its records; none if it did not succeed.
fn count<D: Detail>(read: Pending) -> Result<usize, String> {
    let (completion, data) = read.wait();
    let Ok(length) = completion.ok() else { return Ok(0) };
    let records = RecordsOf::<D>::new(data.get(..length).unwrap_or_default());
    let records = records.collect::<Result<Vec<_>, _>>();
    records.map(|records| records.len()).map_err(|error| format!("a record is broken: {error:?}"))
}
