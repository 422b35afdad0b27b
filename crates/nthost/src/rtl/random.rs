//! Random numbers.

use crate::{
    export::{Export, exports},
    nt::{APC_LEVEL, PASSIVE_LEVEL},
};

/// A number from 0 to 2^31 - 2, and the next seed in place of the one given.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlrandomex)
unsafe extern "efiapi" fn RtlRandomEx(seed: *mut u32) -> u32 {
    const MODULUS: u64 = 0x7fff_ffff;
    const MULTIPLIER: u64 = 48_271;
    // SAFETY: the driver passes a seed.
    let before = u64::from(unsafe { seed.read() }) % MODULUS;
    // Zero would stay zero.
    let next = before.max(1) * MULTIPLIER % MODULUS;
    let next = u32::try_from(next).unwrap_or(0);
    // SAFETY: as before.
    unsafe { seed.write(next) };
    next - 1
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlRandomEx: PASSIVE_LEVEL..=APC_LEVEL;
};

#[cfg(test)]
mod tests {
    use super::RtlRandomEx;

    #[test]
    fn numbers_are_spread_over_the_range() {
        let (mut seed, mut quarters) = (0, [0; 4]);
        for _ in 0..4000 {
            // SAFETY: the seed is valid.
            let number = unsafe { RtlRandomEx(&raw mut seed) };
            assert!(number < 0x7fff_ffff);
            quarters[(number >> 29) as usize] += 1;
        }
        assert!(quarters.iter().all(|count| (800..1200).contains(count)), "{quarters:?}");
    }
}
