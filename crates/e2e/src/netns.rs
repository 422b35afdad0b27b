//! Network namespaces of a test's own: networks that nobody else sees, and that end with the test.
//!
//! Making them needs root, or `unshare --map-root-user` around the test.

use std::{
    fs::File,
    os::fd::AsRawFd,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use nix::sched::{CloneFlags, setns, unshare};

/// How long a test waits for a link.
const LIMIT: Duration = Duration::from_secs(20);

/// A network namespace with nothing in it but a loopback interface, which is up.
pub struct Namespace {
    file: File,
}

impl Default for Namespace {
    fn default() -> Self {
        Self::new()
    }
}

impl Namespace {
    /// Makes one.
    ///
    /// # Panics
    ///
    /// If that is not permitted.
    #[must_use]
    pub fn new() -> Self {
        let made = thread::spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET)?;
            // It stays as long as the file is open.
            File::open("/proc/thread-self/ns/net")
        });
        let file = made.join().expect("it ends").expect(
            "tests of network interfaces make namespaces; run them as root, or under \
             `unshare --map-root-user`",
        );
        let namespace = Self { file };
        namespace.ip("link set lo up");
        namespace
    }

    /// Does something in a thread inside of the namespace.
    ///
    /// # Panics
    ///
    /// If `work` does.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let inside = || {
            setns(&self.file, CloneFlags::CLONE_NEWNET).expect("the namespace is there");
            work()
        };
        thread::scope(|scope| scope.spawn(inside).join()).expect("what is done inside works")
    }

    /// Runs the command `ip` with these words behind it.
    ///
    /// # Panics
    ///
    /// If it fails.
    #[expect(clippy::must_use_candidate, reason = "it is a command")]
    pub fn ip(&self, words: &str) -> String {
        self.command("ip", words)
    }

    /// Runs a program with these arguments, which have no spaces in them. Returns what it prints.
    ///
    /// # Panics
    ///
    /// If it fails.
    #[expect(clippy::must_use_candidate, reason = "it is a command")]
    pub fn command(&self, program: &str, arguments: &str) -> String {
        let arguments = arguments.split_whitespace();
        let output = self.run(|| Command::new(program).args(arguments).output());
        let output = output.unwrap_or_else(|error| panic!("{program} runs: {error}"));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits until an interface sends: until then, Linux drops what is to be sent without a word.
    fn wait_for_link(&self, interface: &str) {
        let end = Instant::now() + LIMIT;
        while !self.ip(&format!("link show {interface}")).contains("state UP") {
            assert!(Instant::now() < end, "{interface} has no link");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The namespace, as `ip` takes it.
    fn path(&self) -> String {
        format!("/proc/{}/fd/{}", std::process::id(), self.file.as_raw_fd())
    }
}

/// Two namespaces, and a wire between them: a pair of virtual Ethernet interfaces.
pub struct Wire {
    /// Where tests receive. Its interface is [`NEAR`].
    pub near: Namespace,
    /// Where ordinary programs send. Its interface is [`FAR`].
    pub far: Namespace,
}

/// The interface at the near end of a wire. It has [`NEAR_MAC`], 192.0.2.1/24 and fd00::1/64.
pub const NEAR: &str = "near0";
/// The interface at the far end of a wire. It has [`FAR_MAC`], 192.0.2.2/24 and fd00::2/64.
pub const FAR: &str = "far0";
/// The address of [`NEAR`].
pub const NEAR_MAC: [u8; 6] = [0x02, 0, 0, 0, 0, 0x01];
/// The address of [`FAR`].
pub const FAR_MAC: [u8; 6] = [0x02, 0, 0, 0, 0, 0x02];

impl Default for Wire {
    fn default() -> Self {
        Self::new()
    }
}

impl Wire {
    /// Makes one. Both ends are up.
    ///
    /// # Panics
    ///
    /// If that fails.
    #[must_use]
    pub fn new() -> Self {
        let wire = Self { near: Namespace::new(), far: Namespace::new() };
        let far = wire.far.path();
        wire.near.ip(&format!(
            "link add {NEAR} address 02:00:00:00:00:01 type veth peer {FAR} address \
             02:00:00:00:00:02 netns {far}"
        ));
        for (end, interface, number) in [(&wire.near, NEAR, 1), (&wire.far, FAR, 2)] {
            end.ip(&format!("address add 192.0.2.{number}/24 dev {interface}"));
            end.ip(&format!("address add fd00::{number}/64 dev {interface} nodad"));
            end.ip(&format!("link set {interface} up"));
        }
        wire.near.wait_for_link(NEAR);
        wire.far.wait_for_link(FAR);
        wire
    }
}
