//! Real frames through the command, the hosted kernel and the real ndisrx.sys: what it captures is what
//! tcpdump captures beside it, and what was in a capture file comes out of it as it was.
//!
//! They need tcpdump and ping, and root, or `unshare --map-root-user` around them.

mod captured;
mod files;
mod network;
mod program;
