//! Sources of frames that are interfaces of the machine, in network namespaces of the tests' own.

mod packet;
mod rig;
mod run;
mod tap;
