//! The command `winrx`, as it is built, with the real drivers: what it prints and writes is what ordinary
//! sockets sent and what adapters received.

mod capture;
mod ends;
mod frames;
mod tshark;
mod winrx;
