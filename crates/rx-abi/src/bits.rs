//! Sets of bits.

/// Gives a set of bits, which is a `u32` in a structure, what all such sets have.
macro_rules! bits {
    ($name:ident) => {
        impl $name {
            /// The bits.
            #[must_use]
            pub const fn bits(self) -> u32 {
                self.0
            }

            /// These and `other`.
            #[must_use]
            pub const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// True if all of `other` are among these.
            #[must_use]
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }
    };
}

pub(crate) use bits;
