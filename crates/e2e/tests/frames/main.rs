//! The frame receiver in a hosted kernel, under all that NDIS, miniports and filters may do.

mod behaviours;
mod flood;
mod rules;
