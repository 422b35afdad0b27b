//! A hosted NT kernel: runs Windows kernel drivers in a Linux process.

pub mod nt;
