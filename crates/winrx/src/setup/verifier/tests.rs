//! What is made of texts of Driver Verifier, in several languages, and of what is no such text.

use proptest::prelude::*;

use super::{Activity, Verifier, classes, command};
use crate::setup::{NDISRX, PRODUCTS, WSKRX};

/// Windows 10 and 11 print this, with counters that do not matter here. Spaces and flags are cut.
const ENGLISH: &str = "\r\nTime Stamp: 11/22/2026 10:20:30.456\r\n\r\nVerifier Flags: 0x002a093b\r\n\r\n  Standard \
    Flags:\r\n\r\n    [X] 0x00000001 Special pool.\r\n    [ ] 0x00000080 DMA checking.\r\n\r\n  Counters\r\n    \
    RaiseIrqls  0x0\r\n    Current paged pool allocations  0x0 for 00000000 bytes\r\n\r\nDriver Verification \
    List\r\n\r\n  MODULE: wskrx.sys (load: 1 / unload: 0)\r\n\r\n    Pool Allocation Statistics: ( NonPaged / \
    Paged )\r\n\r\n      Current Pool Bytes: ( 0x00001058 / 0x00000000 )\r\n      Peak Contiguous Memory Bytes: \
    0x00000000\r\n\r\n  MODULE: ndisrx.sys (load: 2 / unload: 1)\r\n";

fn now(text: &str) -> Verifier {
    let after_restart = vec!["WSKRX.SYS".to_owned(), "ndisrx.sys".to_owned()];
    Verifier { now: Ok(Activity::of_text(text)), after_restart }
}

/// The names of what is found for both drivers, and all that is said.
fn found(verifier: &Verifier) -> (Vec<&'static str>, String) {
    let found = verifier.diagnose(&PRODUCTS);
    let text: Vec<_> =
        found.iter().map(|finding| format!("{} {}", finding.what, finding.cure)).collect();
    (found.iter().map(|finding| finding.id).collect(), text.join("\n"))
}

fn drivers(activity: &Activity) -> Vec<(&str, Option<bool>)> {
    activity.drivers.iter().map(|driver| (&*driver.name, driver.loaded)).collect()
}

#[test]
fn what_should_be_is_found_right() {
    let activity = Activity::of_text(ENGLISH);
    assert_eq!(activity.flags, Some(0x002a_093b));
    assert_eq!(drivers(&activity), [("wskrx.sys", Some(true)), ("ndisrx.sys", Some(true))]);
    let verifier = now(ENGLISH);
    assert_eq!(verifier.diagnose(&PRODUCTS), []);
    assert_eq!(
        verifier.account(&PRODUCTS),
        "Driver Verifier watches wskrx.sys and ndisrx.sys, flags 0x2a093b"
    );
}

/// The flags above are what the command sets.
#[test]
fn the_command_sets_what_is_wanted() {
    let flags = classes().into_iter().fold(0, |flags, class| flags | (1_u64 << (class - 1)));
    assert_eq!(flags, 0x002a_093b);
    assert_eq!(
        command(&PRODUCTS),
        "verifier /rc 1 2 4 5 6 9 12 18 20 22 /driver wskrx.sys ndisrx.sys"
    );
}

#[test]
fn languages_and_encodings_do_not_matter() {
    let german = "Zeitstempel: 22.11.2026 10:20:30\n\nÜberprüfungsflags: 0x000209bb\n\nTreiberliste\n  \
                  MODUL: WSKRX.SYS (geladen: 1 / entladen: 0)\n";
    let japanese =
        "検証フラグ： 0x000209bb\n\n  モジュール： wskrx.sys （読み込み：1 / アンロード：0）\n";
    let chinese = "验证程序标志：0x000209bb\n\n模块：wskrx.sys（加载：1 / 卸载：0）\n";
    let old = "05/12/2009, 11:01:32\nLevel: 000209BB\nRaiseIrqls: 0\nVerified drivers:\nName: wskrx.sys, loads: \
               1, unloads: 0\nCurrentPagedPoolAllocations: 0\n";
    let ticked = "  [X] (0x000209ba) Standard\n  [x] 0x00000001 Special pool\n  [ ] 0x00000004 Low\n  MODULE: \
                  0x84226b28 wskrx.sys (load: 1 / unload: 0)\n";
    for text in [german, japanese, chinese, old, ticked] {
        let wide: Vec<_> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes().to_vec(), wide] {
            let activity = Activity::of_output(&bytes);
            assert_eq!(activity.flags, Some(0x0002_09bb), "{text}");
            assert_eq!(drivers(&activity), [("wskrx.sys", Some(true))], "{text}");
        }
    }
    // Bytes of another code page.
    let activity = Activity::of_output(b"\x9aberpr\x81fung: 0x000209bb\nMODUL: wskrx.sys (1 / 1)");
    assert_eq!(
        (activity.flags, drivers(&activity)),
        (Some(0x209bb), vec![("wskrx.sys", Some(false))])
    );
}

#[test]
fn drivers_that_are_not_watched_are_told() {
    for text in
        ["", "\nNo drivers are currently verified.\n", "MODULE: tcpip.sys (load: 1 / unload: 0)"]
    {
        let mut verifier = now(text);
        let (ids, said) = found(&verifier);
        assert_eq!(ids, ["not-watched-yet"; 2]);
        assert!(
            said.contains("does not watch ndisrx.sys yet") && said.contains("Restart"),
            "{said}"
        );
        verifier.after_restart = vec!["xwskrx.sys".to_owned()];
        let (ids, said) = found(&verifier);
        assert_eq!(ids, ["not-watched"; 2]);
        assert!(said.contains(&command(&PRODUCTS)), "{said}");
        verifier.after_restart = vec!["*".to_owned()];
        assert_eq!(found(&verifier).0, ["not-watched-yet"; 2]);
        assert_eq!(verifier.account(&PRODUCTS), "Driver Verifier watches none of them");
    }
    // Names that are like ours are not ours.
    let others =
        ENGLISH.replace("wskrx.sys", "wskrx.sys.bak").replace("ndisrx.sys", "my-ndisrx.sys");
    assert_eq!(found(&now(&others)).0, ["not-watched-yet"; 2]);
}

#[test]
fn drivers_that_are_not_loaded_are_told() {
    let (ids, said) = found(&now(&ENGLISH.replace("load: 2", "load: 1")));
    assert_eq!(ids, ["not-loaded"]);
    assert!(
        said.contains("would watch ndisrx.sys") && said.contains("`winrx start ndisrx`"),
        "{said}"
    );
    // Where there are no numbers, nothing is said of it.
    assert_eq!(found(&now(&ENGLISH.replace("(load: 2 / unload: 1)", "(Loaded)"))).0, [""; 0]);
}

#[test]
fn checks_that_are_missing_are_told() {
    let with = |flags: &str| now(&ENGLISH.replace("0x002a093b", flags));
    for (flags, ids, part) in [
        (
            "0x00000000",
            &["checks-missing", "checks-to-add"][..],
            "without special pool, IRQL, pool tracking",
        ),
        (
            "0x002a093a",
            &["checks-missing"],
            "watches wskrx.sys and ndisrx.sys without special pool.",
        ),
        ("0x002a0932", &["checks-missing"], "without special pool and pool tracking."),
        ("0x000209bb", &["checks-to-add"], "without DDI compliance (additional) and NDIS."),
        ("0x002a093f", &["low-resources"], "resources were low"),
        ("0x002e093b", &["low-resources"], "resources were low"),
        ("0x00000002002a093b", &[], ""),
    ] {
        let (found, said) = found(&with(flags));
        assert_eq!(found, ids, "{flags}");
        assert!(said.contains(part), "{said}");
    }
    // What is for network drivers only is asked of no other.
    assert_eq!(with("0x000a093b").diagnose(&[WSKRX]), []);
    assert_eq!(with("0x000a093b").diagnose(&[NDISRX])[0].id, "checks-to-add");
    let (ids, said) = found(&now("MODULE: wskrx.sys\nMODULE: ndisrx.sys"));
    assert_eq!(ids, ["checks-unknown"]);
    assert!(said.contains("verifier /querysettings"), "{said}");
}

#[test]
fn what_ends_with_a_restart_is_told() {
    let verifier = Verifier { after_restart: Vec::new(), ..now(ENGLISH) };
    let (ids, said) = found(&verifier);
    assert_eq!(ids, ["watched-until-restart"]);
    assert!(said.contains("wskrx.sys and ndisrx.sys until"), "{said}");
}

#[test]
fn what_cannot_be_asked_is_told() {
    let reason = "`verifier /query` ended with exit code: 1".to_owned();
    let verifier = Verifier { now: Err(reason), after_restart: Vec::new() };
    let (ids, said) = found(&verifier);
    assert_eq!(ids, ["verifier-does-not-tell"]);
    assert!(said.contains("exit code: 1. Open a terminal"), "{said}");
    assert_eq!(verifier.watches(&WSKRX), None);
    assert!(
        verifier
            .account(&PRODUCTS)
            .ends_with("is not known: `verifier /query` ended with exit code: 1")
    );
}

proptest! {
    /// Whatever there is instead of a text of Driver Verifier.
    #[test]
    fn anything_can_be_read(bytes: Vec<u8>, text in "(\\PC|[\\[\\]xX0-9a-f:. \n]|\\.sys)*") {
        for activity in [Activity::of_output(&bytes), Activity::of_text(&text)] {
            let verifier = Verifier { now: Ok(activity), after_restart: vec![text.clone()] };
            prop_assert!(verifier.diagnose(&PRODUCTS).len() <= 5);
        }
    }

    /// The flags and the drivers are found behind any words.
    #[test]
    fn any_words_do(words in "[^0-9\\[\\]:]{1,20}", flags: u32, loads in 0..100_u32, unloads in 0..100_u32) {
        let words = words.replace(['\r', '\n'], " ");
        let text = format!("{words}: 0x{flags:08x}\n{words}: wskrx.sys ({words}: {loads} / {words}: {unloads})");
        let activity = Activity::of_text(&text);
        prop_assert_eq!(activity.flags, Some(u64::from(flags)));
        prop_assert_eq!(drivers(&activity), [("wskrx.sys", Some(loads > unloads))]);
    }
}
