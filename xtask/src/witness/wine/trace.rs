//! The trace of Wine's kernel: the debug channels `relay` and `ntoskrnl`.
//!
//! A line begins with the number of the thread that wrote it. `relay` shows the routines of a driver
//! being called and returning, and all calls to the kernel in between:
//!
//! ```text
//! 0130:Call driver init 0000000180001000 (obj=0000000000376580,str=L"\\Registry\\…\\wskrx")
//! 0130:Call ntoskrnl.exe.IoCreateDevice(00376580,00000018,01a9fa60,…,01a9fa58) ret=18000109d
//! 0130:trace:ntoskrnl:IoCreateDevice (0000000000376580, 24, L"\\Device\\wskrx", 18, …)
//! 0130:Ret  ntoskrnl.exe.IoCreateDevice() retval=00000000 ret=18000109d
//! 0130:Ret  driver init 0000000180001000 (obj=…,str=…) retval=00000000
//! 0130:trace:ntoskrnl:init_driver - DriverUnload = 00000001800017A0
//! ```

/// A routine of a driver, from its call to its return.
#[derive(Clone, Debug)]
pub struct Routine<'a> {
    /// The thread that it ran on.
    pub thread: &'a str,
    /// Its address.
    pub address: u64,
    /// The driver object.
    pub driver: &'a str,
    /// The calls that it made, in order.
    pub calls: Vec<Call<'a>>,
    /// What it returned, as text: `Some("")` if it returned nothing, `None` if it did not return.
    pub returned: Option<&'a str>,
    /// What its thread said after it.
    pub rest: Vec<&'a str>,
}

/// A call from a driver to the kernel.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The function.
    pub function: &'a str,
    /// The arguments, each with what it points to where that is text.
    pub arguments: &'a str,
    /// What was returned; `None` if it did not return.
    pub result: Option<u64>,
    /// What the kernel said meanwhile.
    pub words: Vec<&'a str>,
}

impl<'a> Routine<'a> {
    /// `DriverEntry` of the service `name`.
    #[must_use]
    pub fn entry(trace: &'a str, name: &str) -> Option<Self> {
        let service = format!(r#"\\Services\\{name}")"#);
        Self::find(trace, "init", |object| object.ends_with(&service))
    }

    /// The unload routine of the driver whose `DriverEntry` is `entry`.
    #[must_use]
    pub fn unload(trace: &'a str, entry: &Self) -> Option<Self> {
        Self::find(trace, "unload", |object| driver(object) == entry.driver)
    }

    fn find(trace: &'a str, kind: &str, is_it: impl Fn(&str) -> bool) -> Option<Self> {
        let start = format!("Call driver {kind} ");
        let end = format!("Ret  driver {kind} ");
        let mut lines = trace.lines().filter_map(|line| line.split_once(':'));
        let (thread, address, object) = lines.find_map(|(thread, words)| {
            let (address, object) = words.strip_prefix(&start)?.split_once(' ')?;
            is_it(object).then_some((thread, address, object))
        })?;
        let own = lines.filter(|&(of, _)| of == thread).map(|(_, words)| words);
        let own = own.collect::<Vec<_>>();
        let last = own.iter().position(|words| words.starts_with(&end));
        let (during, after) = own.split_at(last.unwrap_or(own.len()));
        Some(Self {
            thread,
            address: hex(address)?,
            driver: driver(object),
            calls: calls(during),
            returned: after.first().map(|words| after_last(words, "retval=")),
            rest: after.to_vec(),
        })
    }

    /// The calls of `function` that returned zero, which is `STATUS_SUCCESS`.
    pub fn successful(&self, function: &str) -> impl Iterator<Item = &Call<'a>> {
        self.calls.iter().filter(move |call| call.function == function && call.result == Some(0))
    }

    /// What Wine found in the driver object after `DriverEntry`, such as `DriverUnload` or
    /// `MajorFunction[0]`.
    #[must_use]
    pub fn found(&self, member: &str) -> Option<u64> {
        let start = format!("trace:ntoskrnl:init_driver - {member} = ");
        self.rest.iter().find_map(|words| hex(words.strip_prefix(&start)?))
    }
}

impl<'a> Call<'a> {
    /// An argument that is a number.
    #[must_use]
    pub fn number(&self, index: usize) -> Option<u64> {
        hex(self.arguments.split(',').nth(index)?)
    }

    /// The strings in what the kernel itself said of the call.
    pub fn strings(&self) -> impl Iterator<Item = String> + use<'a> {
        let start = format!("trace:ntoskrnl:{} ", self.function);
        let words = self.words.iter().find_map(|words| words.strip_prefix(&start));
        // Every other piece between quotation marks: names of objects have none in them.
        let pieces = words.unwrap_or_default().split('"').skip(1).step_by(2);
        pieces.map(unescape)
    }
}

/// Where Wine reports what keeps a driver from being loaded, or ends it.
const ERRORS: [&str; 6] =
    [":err:module:", ":err:ntoskrnl:", ":err:seh:", ":err:service:", ":err:virtual:", "wine: "];

/// What Wine reports as errors after it began to load the driver `name`.
#[must_use]
pub fn errors<'a>(trace: &'a str, name: &str) -> Vec<&'a str> {
    let load = format!(r"\\{name}.sys");
    let lines = trace
        .lines()
        .skip_while(|line| !(line.contains("load_driver loading driver") && line.contains(&load)));
    lines.filter(|line| ERRORS.iter().any(|mark| line.contains(mark))).collect()
}

/// `\Device\wskrx` of `\\Device\\wskrx`.
#[must_use]
pub fn unescape(text: &str) -> String {
    text.replace(r"\\", r"\")
}

/// The number that `text` begins with.
#[must_use]
pub fn hex(text: &str) -> Option<u64> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(text.len());
    u64::from_str_radix(text.get(..end)?, 16).ok()
}

/// `0000000000376580` of `(obj=0000000000376580,str=L"…")`.
fn driver(object: &str) -> &str {
    let object = object.trim_start_matches("(obj=");
    object.split([',', ')']).next().unwrap_or(object)
}

fn calls<'a>(lines: &[&'a str]) -> Vec<Call<'a>> {
    let start = |(at, words): (usize, &&'a str)| {
        let (head, arguments) = words.strip_prefix("Call ")?.split_once('(')?;
        let (_, function) = head.rsplit_once('.')?;
        let (arguments, _) = arguments.rsplit_once(')')?;
        let rest = lines.get(at + 1..)?;
        let end = format!("Ret  {head}()");
        let last = rest.iter().position(|words| words.starts_with(&end));
        let result = last.and_then(|last| hex(after_last(rest.get(last)?, "retval=")));
        let words = rest.get(..last.unwrap_or(rest.len()))?.to_vec();
        Some(Call { function, arguments, result, words })
    };
    lines.iter().enumerate().filter_map(start).collect()
}

/// What follows the last `mark`, or nothing.
fn after_last<'a>(text: &'a str, mark: &str) -> &'a str {
    text.rsplit_once(mark).map_or("", |(_, after)| after)
}
