//! What Wine's traces show is read right, and each thing that is wrong fails its own fact.
#![cfg(not(windows))]

use xtask::witness::{
    Image,
    judge::{Fact, Observed},
    wine::{
        answer::{Answer, RUNNING, STOPPED},
        observe::observe,
    },
};

const ENTRY: &str = "DriverEntry returned STATUS_SUCCESS";
const DEVICE: &str = r"device \Device\wskrx made";
const SECURITY: &str =
    "security descriptor D:P(A;;FA;;;SY)(A;;FA;;;BA) set on it before DriverEntry returned";
const LINK: &str = r"symbolic link \DosDevices\wskrx -> \Device\wskrx made";
const DISPATCH: &str = "dispatch entries CREATE, CLOSE, READ, DEVICE_CONTROL, CLEANUP set";
const ROUTINE: &str = "unload routine set";
const UNLOAD: &str = "unload routine ran to its end";
const LINK_GONE: &str = "unload routine deleted the symbolic link";
const DEVICE_GONE: &str = "unload routine deleted the device";

const IMAGE: Image = Image { entry: 0x1000, size: 0x7000 };

/// What the kernel of Wine 8 writes, without what other drivers and programs do.
const TRACE: &str = r#"
0060:Call driver init 0000000212243370 (obj=000000000037C250,str=L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\NDIS")
0060:Ret  driver init 0000000212243370 (obj=000000000037C250,str=L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\NDIS") retval=00000000
0060:trace:ntoskrnl:init_driver - DriverUnload = 0000000000000000
0130:trace:ntoskrnl:load_driver loading driver L"C:\\windows\\system32\\drivers\\wskrx.sys"
0130:Call driver init 0000000180001000 (obj=0000000000376580,str=L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\wskrx")
0130:Call ntoskrnl.exe.IoCreateDevice(00376580,00000018,01a9fa60,00000012,00000100,7fffff00,01a9fa58) ret=18000109d
0130:trace:ntoskrnl:IoCreateDevice (0000000000376580, 24, L"\\Device\\wskrx", 18, 100, 0, 0000000001A9FA58)
0130:Ret  ntoskrnl.exe.IoCreateDevice() retval=00000000 ret=18000109d
0134:Call ntoskrnl.exe.IoCreateDevice(00376580,00000018,01a9fa60,00000012,00000100,7fffff00,01a9fa58) ret=218000109d
0130:Call ntoskrnl.exe.ObOpenObjectByPointer(00377020,00000200,00000000,00040000,00000000,7fffff00,01a9f948) ret=1800010fd
0130:Ret  ntoskrnl.exe.ObOpenObjectByPointer() retval=00000000 ret=1800010fd
0130:Call ntoskrnl.exe.ZwSetSecurityObject(00000060,00000004,01a9f950) ret=18000115b
0130:Ret  ntoskrnl.exe.ZwSetSecurityObject() retval=00000000 ret=18000115b
0130:Call ntoskrnl.exe.IoCreateSymbolicLink(01a9fa70,01a9fa60) ret=180001187
0130:trace:ntoskrnl:IoCreateSymbolicLink L"\\DosDevices\\wskrx" -> L"\\Device\\wskrx"
0130:Ret  ntoskrnl.exe.IoCreateSymbolicLink() retval=00000000 ret=180001187
0130:Ret  driver init 0000000180001000 (obj=0000000000376580,str=L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\wskrx") retval=00000000
0130:trace:ntoskrnl:init_driver init done for L"wskrx" obj 0000000000376580
0130:trace:ntoskrnl:init_driver - DriverInit = 0000000180001000
0130:trace:ntoskrnl:init_driver - DriverUnload = 00000001800017A0
0130:trace:ntoskrnl:init_driver - MajorFunction[0] = 0000000180001680
0130:trace:ntoskrnl:init_driver - MajorFunction[1] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[2] = 0000000180001680
0130:trace:ntoskrnl:init_driver - MajorFunction[3] = 0000000180001680
0130:trace:ntoskrnl:init_driver - MajorFunction[4] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[5] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[6] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[7] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[8] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[9] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[10] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[11] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[12] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[13] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[14] = 0000000180001680
0130:trace:ntoskrnl:init_driver - MajorFunction[15] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[16] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[17] = 000000031CAA3B80
0130:trace:ntoskrnl:init_driver - MajorFunction[18] = 0000000180001680
0130:Call driver unload 00000001800017A0 (obj=0000000000376580)
0130:Call ntoskrnl.exe.IoDeleteSymbolicLink(01a9fa50) ret=1800019d2
0130:Ret  ntoskrnl.exe.IoDeleteSymbolicLink() retval=00000000 ret=1800019d2
0130:Call ntoskrnl.exe.IoDeleteDevice(00377020) ret=180001998
0130:trace:ntoskrnl:IoDeleteDevice 0000000000377020
0130:Ret  ntoskrnl.exe.IoDeleteDevice() retval=00000000 ret=180001998
0130:Ret  driver unload 00000001800017A0 (obj=0000000000376580)
"#;

/// What its server writes.
const SERVER: &str = r#"
0130: open_symlink( access=00000000, attributes=00000040, rootdir=0000, name=L"\\DosDevices\\C:" )
0130: open_symlink() = 0 { handle=0008 }
0130: create_device( rootdir=0000, user_ptr=00377020, manager=004c, name=L"\\Device\\wskrx" )
0130: create_device() = 0
0130: get_kernel_object_handle( manager=004c, user_ptr=00377020, access=00040000 )
0130: get_kernel_object_handle() = 0 { handle=0060 }
0130: set_security_object( handle=0060, security_info=00000004, sd={control=00001004,owner=<not present>,group=<not present>,sacl={},dacl={{type=ACCESS_ALLOWED,flags=0,mask=1f01ff,sid=S-1-5-18},{type=ACCESS_ALLOWED,flags=0,mask=1f01ff,sid=S-1-5-32-544}}} )
0130: *fd* 0060 -> 246
0130: set_security_object() = 0
0130: create_symlink( access=000f0001, objattr={rootdir=0000,attributes=000000d0,sd={},name=L"\\DosDevices\\wskrx"}, target_name=L"\\Device\\wskrx" )
0130: create_symlink() = 0 { handle=0060 }
0130: open_symlink( access=00000000, attributes=00000040, rootdir=0000, name=L"\\DosDevices\\wskrx" )
0130: open_symlink() = 0 { handle=0060 }
0130: make_temporary( handle=0060 )
0130: make_temporary() = 0
0130: delete_device( manager=004c, device=00377020 )
0130: delete_device() = 0
"#;

/// `text` with something changed that is in it.
fn change(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not there");
    text.replace(from, to)
}

/// `text` without the lines that have `mark` in them.
fn without(text: &str, mark: &str) -> String {
    assert!(text.contains(mark), "{mark} is not there");
    text.lines().filter(|line| !line.contains(mark)).flat_map(|line| [line, "\n"]).collect()
}

/// What fails.
fn failing(seen: &Observed) -> Vec<String> {
    let mut facts = seen.loaded("wskrx");
    facts.extend(seen.unloaded());
    assert_eq!(facts.len(), 9);
    facts.into_iter().filter(|fact| fact.proof.is_err()).map(|fact| fact.text).collect()
}

/// Why the fact does not hold.
fn reason(facts: &[Fact], text: &str) -> String {
    let fact = facts.iter().find(|fact| fact.text == text).expect("there is such a fact");
    fact.proof.clone().expect_err("it does not hold")
}

fn wine(trace: &str, server: &str) -> Vec<String> {
    failing(&observe("wskrx", trace, server, Some(IMAGE)))
}

mod wine_trace {
    use super::*;

    #[test]
    fn of_a_good_driver_proves_all() {
        assert_eq!(wine(TRACE, SERVER), [""; 0]);
    }

    #[test]
    fn of_another_driver_proves_nothing() {
        let seen = observe("ndisrx", TRACE, SERVER, Some(IMAGE));
        let facts = seen.loaded("ndisrx");
        assert!(facts.iter().chain(&seen.unloaded()).all(|fact| fact.proof.is_err()));
    }

    #[test]
    fn entry_fails() {
        let service = r#"\\Services\\wskrx") retval=00000000"#;
        let trace = change(TRACE, service, &service.replace("00000000", "c000009a"));
        assert_eq!(wine(&trace, SERVER), [ENTRY]);
        let seen = observe("wskrx", &trace, SERVER, Some(IMAGE));
        assert_eq!(reason(&seen.loaded("wskrx"), ENTRY), "it returned 0xC000009A");
    }

    #[test]
    fn entry_is_not_called() {
        let (before, _) = TRACE.split_once("0130:Call driver init").expect("it is called");
        let error = "0130:err:module:import_dll Library nosuch.sys not found";
        let trace = format!("{before}{error}\n");
        let facts = observe("wskrx", &trace, SERVER, Some(IMAGE)).loaded("wskrx");
        let why = reason(&facts, ENTRY);
        assert_eq!(why, format!("DriverEntry was not called; Wine says: {error}"));
    }

    #[test]
    fn entry_does_not_return() {
        let (before, _) = TRACE.split_once("0130:Ret  driver init").expect("it returns");
        let trace = format!("{before}wine: Unhandled page fault on read access\n");
        let facts = observe("wskrx", &trace, SERVER, Some(IMAGE)).loaded("wskrx");
        let why = reason(&facts, ENTRY);
        assert!(why.starts_with("DriverEntry did not return; Wine says: wine: Unhandled"), "{why}");
    }

    #[test]
    fn device_has_another_name() {
        let trace = change(TRACE, r#"24, L"\\Device\\wskrx""#, r#"24, L"\\Device\\other""#);
        let name = r#"name=L"\\Device\\wskrx" )
0130: create_device()"#;
        let server = change(SERVER, name, &name.replace("wskrx", "other"));
        assert_eq!(wine(&trace, &server), [DEVICE]);
    }

    #[test]
    fn device_is_not_made() {
        let trace =
            change(TRACE, "IoCreateDevice() retval=00000000", "IoCreateDevice() retval=c0000035");
        assert_eq!(wine(&trace, SERVER), [DEVICE, SECURITY]);
        assert_eq!(wine(TRACE, &without(SERVER, "create_device()")), [DEVICE, SECURITY]);
    }

    #[test]
    fn link_is_not_made() {
        let result = "IoCreateSymbolicLink() retval=00000000";
        let trace = change(TRACE, result, "IoCreateSymbolicLink() retval=c0000035");
        assert_eq!(wine(&trace, SERVER), [LINK]);
    }

    #[test]
    fn link_leads_elsewhere() {
        let trace = change(TRACE, r#"-> L"\\Device\\wskrx""#, r#"-> L"\\Device\\null""#);
        assert_eq!(wine(&trace, SERVER), [LINK]);
    }

    #[test]
    fn dispatch_entry_is_not_ours() {
        for index in [0, 2, 3, 14, 18] {
            let entry = format!("MajorFunction[{index}] = 0000000180001680");
            let trace = change(TRACE, &entry, &entry.replace("180001680", "31CAA3B80"));
            assert_eq!(wine(&trace, SERVER), [DISPATCH], "{index}");
        }
        assert_eq!(wine(&without(TRACE, "MajorFunction[18]"), SERVER), [DISPATCH]);
    }

    #[test]
    fn file_has_no_headers() {
        let seen = observe("wskrx", TRACE, SERVER, None);
        assert_eq!(failing(&seen), [DISPATCH, ROUTINE]);
    }

    #[test]
    fn unload_routine_is_not_set() {
        for (routine, why) in [
            ("0000000000000000", "the driver object has none"),
            ("0000000180008000", "it is 0x180008000, which is not in the driver"),
        ] {
            let set = "DriverUnload = 00000001800017A0";
            let trace = change(TRACE, set, &set.replace("00000001800017A0", routine));
            let facts = observe("wskrx", &trace, SERVER, Some(IMAGE)).loaded("wskrx");
            assert_eq!(reason(&facts, ROUTINE), why);
            assert_eq!(wine(&trace, SERVER), [ROUTINE]);
        }
    }

    #[test]
    fn security_is_not_set() {
        let result = "ZwSetSecurityObject() retval=00000000";
        let refused = change(TRACE, result, "ZwSetSecurityObject() retval=c0000022");
        assert_eq!(wine(&refused, SERVER), [SECURITY]);
        assert_eq!(wine(&without(TRACE, "ZwSetSecurityObject"), SERVER), [SECURITY]);
        assert_eq!(wine(TRACE, &without(SERVER, "set_security_object()")), [SECURITY]);
        let denied = "set_security_object() = ACCESS_DENIED";
        assert_eq!(wine(TRACE, &change(SERVER, "set_security_object() = 0", denied)), [SECURITY]);
    }

    #[test]
    fn security_is_set_on_something_else() {
        let handle = "user_ptr=00377020, access";
        let server = change(SERVER, handle, "user_ptr=00377aaa, access");
        assert_eq!(wine(TRACE, &server), [SECURITY]);
    }

    #[test]
    fn security_is_set_too_late() {
        let call = TRACE.lines().filter(|line| line.contains("ZwSetSecurityObject"));
        let call = call.flat_map(|line| [line, "\n"]).collect::<String>();
        let trace = without(TRACE, "ZwSetSecurityObject");
        let unload = "0130:Call driver unload";
        let trace = change(&trace, unload, &format!("{call}{unload}"));
        assert_eq!(wine(&trace, SERVER), [SECURITY]);
    }

    #[test]
    fn security_is_wrong() {
        for (from, to, sddl) in [
            ("control=00001004", "control=00000004", "D:(A;;FA;;;SY)(A;;FA;;;BA)"),
            ("S-1-5-32-544", "S-1-1-0", "D:P(A;;FA;;;SY)(A;;FA;;;WD)"),
            ("flags=0,mask=1f01ff,sid=S-1-5-18", "flags=0,mask=1,sid=S-1-5-18", "D:P(A;;0x1;;;SY)"),
            ("flags=0,mask=1f01ff,sid=S-1-5-18", "flags=3,mask=1f01ff,sid=S-1-5-18", "D:P(A;0x3;"),
            ("{{type=ACCESS_ALLOWED", "{{type=ACCESS_DENIED", "D:P(D;;FA;;;SY)(A;;FA;;;BA)"),
            ("},{type=ACCESS_ALLOWED,flags=0,mask=1f01ff,sid=S-1-5-32-544", "", "D:P(A;;FA;;;SY)"),
            ("dacl={{", "dacl=<not present>,x={{", "D:PNO_ACCESS_CONTROL"),
        ] {
            let server = change(SERVER, from, to);
            assert_eq!(wine(TRACE, &server), [SECURITY], "{to}");
            let facts = observe("wskrx", TRACE, &server, Some(IMAGE)).loaded("wskrx");
            let why = reason(&facts, SECURITY);
            assert!(why.contains(&format!(" is {sddl}")), "{to}: {why}");
        }
        let owner = change(SERVER, "security_info=00000004", "security_info=00000001");
        assert_eq!(wine(TRACE, &owner), [SECURITY]);
    }

    #[test]
    fn unload_routine_is_not_called() {
        let (before, _) = TRACE.split_once("0130:Call driver unload").expect("it is called");
        assert_eq!(wine(before, SERVER), [UNLOAD, LINK_GONE, DEVICE_GONE]);
    }

    #[test]
    fn unload_routine_does_not_return() {
        let trace = without(TRACE, "Ret  driver unload");
        assert_eq!(wine(&trace, SERVER), [UNLOAD, LINK_GONE, DEVICE_GONE]);
    }

    #[test]
    fn link_is_left_behind() {
        assert_eq!(wine(&without(TRACE, "IoDeleteSymbolicLink"), SERVER), [LINK_GONE]);
        let opened = r#"rootdir=0000, name=L"\\DosDevices\\wskrx" )"#;
        let server = change(SERVER, opened, &opened.replace("wskrx", "other"));
        let seen = observe("wskrx", TRACE, &server, Some(IMAGE));
        assert_eq!(failing(&seen), [LINK_GONE]);
        assert_eq!(reason(&seen.unloaded(), LINK_GONE), r"left behind: \DosDevices\wskrx");
    }

    #[test]
    fn device_is_left_behind() {
        assert_eq!(wine(&without(TRACE, "IoDeleteDevice"), SERVER), [DEVICE_GONE]);
        let other = change(TRACE, "IoDeleteDevice(00377020)", "IoDeleteDevice(00377aaa)");
        assert_eq!(wine(&other, SERVER), [DEVICE_GONE]);
    }

    #[test]
    fn traces_that_end_anywhere_are_read() {
        for end in 0..TRACE.len() {
            let _ = observe("wskrx", &TRACE[..end], SERVER, Some(IMAGE));
        }
        for end in 0..SERVER.len() {
            let _ = observe("wskrx", TRACE, &SERVER[..end], Some(IMAGE));
        }
    }
}

mod service_state {
    use super::*;

    const QUERY: &str = "SERVICE_NAME: wskrx
        TYPE               : 1  \n        STATE              : 4  RUNNING
        WIN32_EXIT_CODE    : 0  (0x0)
";

    fn answer(text: &str) -> Answer {
        Answer { done: Ok(()), text: text.into() }
    }

    #[test]
    fn is_read() {
        let running = answer(QUERY);
        assert_eq!(running.is(RUNNING), Ok(()));
        assert_eq!(running.is(STOPPED), Err("it is RUNNING, not STOPPED".into()));
        let stopped = answer(&change(QUERY, "4  RUNNING", "1  STOPPED"));
        assert_eq!(stopped.is(STOPPED), Ok(()));
        assert_eq!(stopped.is(RUNNING), Err("it is STOPPED, not RUNNING".into()));
    }

    #[test]
    fn is_not_guessed() {
        assert!(answer("").is(RUNNING).is_err());
        assert!(answer("STATE : RUNNING").is(RUNNING).is_err());
        let killed = Answer { done: Err("`sc query` did not end".into()), text: QUERY.into() };
        assert_eq!(killed.is(RUNNING), Err("`sc query` did not end".into()));
    }

    #[test]
    fn gone_takes_the_number_of_the_error() {
        let failed = |reason: &str| Answer { done: Err(reason.into()), text: String::new() };
        assert_eq!(failed("`sc query` said: failed to open service 1060").is_gone(), Ok(()));
        assert!(failed("failed to open service 10600").is_gone().is_err());
        assert!(failed("failed to open service 5").is_gone().is_err());
        assert_eq!(answer(QUERY).is_gone(), Err("it is still there".into()));
    }
}

/// `TRACE` of a protocol driver, which our NDIS tells of.
fn protocol_trace() -> String {
    let end = "0130:Ret  driver init 0000000180001000";
    let told = |name: &str| {
        let call = "0130:Call ntoskrnl.exe.RtlInitAnsiString(01a9f890,021a2000";
        format!(
            "{call} \"{name}\") ret=021a102b\n0130:Ret  ntoskrnl.exe.RtlInitAnsiString() retval=00000016 ret=021a102b\n"
        )
    };
    let registers = told("NdisRegisterProtocolDriver");
    let trace = change(TRACE, end, &format!("{registers}{end}"));
    let unload = "0130:Call ntoskrnl.exe.IoDeleteSymbolicLink";
    let deregisters = told("NdisDeregisterProtocolDriver");
    change(&trace, unload, &format!("{deregisters}{unload}"))
}

/// Whether a protocol driver registered and deregistered.
fn registered(trace: &str) -> [bool; 2] {
    let seen = observe("wskrx", trace, SERVER, Some(IMAGE));
    let facts = seen.registered();
    facts.iter().map(|fact| fact.proof.is_ok()).collect::<Vec<_>>().try_into().expect("two facts")
}

#[test]
fn a_protocol_driver_registers_after_all_else_and_deregisters() {
    let trace = protocol_trace();
    assert_eq!(registered(&trace), [true, true]);
    assert_eq!(registered(TRACE), [false, false]);
    assert_eq!(registered(&without(&trace, "\"NdisDeregister")), [true, false]);
    let early = "0130:Call ntoskrnl.exe.RtlInitAnsiString(01a9f890,021a2000 \"NdisRegisterProtocolDriver\") ret=021a102b\n";
    let device = "0130:Call ntoskrnl.exe.IoCreateDevice";
    let trace = change(&trace, early, "");
    assert_eq!(registered(&change(&trace, device, &format!("{early}{device}"))), [false, true]);
}
