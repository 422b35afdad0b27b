//! Installing on a made-up system, on which each step fails in turn.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{Failure, Removed, Restart, install, missing};
use crate::setup::{
    Change, NDISRX, NotStopped, PRODUCTS, Product, Service, State, System, SystemError, WSKRX,
    start, stop,
};

/// What a system has of the drivers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Machine {
    services: BTreeMap<String, State>,
    packages: BTreeMap<PathBuf, String>,
    components: BTreeSet<String>,
}

/// How a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Before it has done anything.
    Before,
    /// When all is done but its last part.
    Halfway,
    /// It says that it succeeded, and has done nothing of its last part.
    Silent,
    /// It says that a restart of Windows does it.
    Later,
    /// Windows has it on its list for the next restart.
    Marked,
}

const FAULTS: [Fault; 3] = [Fault::Before, Fault::Halfway, Fault::Silent];

#[derive(Default)]
struct Simulated {
    machine: RefCell<Machine>,
    steps: Cell<usize>,
    /// The steps that fail, and how.
    faults: RefCell<Vec<(usize, Fault)>>,
    /// Programs that have a driver open.
    users: RefCell<Vec<(&'static str, String)>>,
    /// The driver that does not stop when it is told to.
    lingers: Cell<Option<&'static str>>,
    /// It is asked by somebody who is not an administrator.
    is_asked_by_user: Cell<bool>,
    /// It does not tell whether a network component is installed.
    is_silent: Cell<bool>,
}

impl Simulated {
    /// Does a step: `first`, then `last`.
    fn step<A, B>(
        &self,
        first: impl FnOnce(&mut Machine) -> A,
        last: impl FnOnce(&mut Machine) -> B,
    ) -> Result<Restart, SystemError> {
        let number = self.steps.replace(self.steps.get() + 1);
        let faults = self.faults.borrow();
        let fault = faults.iter().find(|(at, _)| *at == number).map(|&(_, fault)| fault);
        let error = || Err(SystemError::new(format!("do step {number}"), 577));
        match fault {
            Some(Fault::Before) => return error(),
            Some(Fault::Later) => return Ok(Restart::Needed),
            Some(Fault::Marked) => return Err(SystemError::new("delete it", 1072)),
            _ => {}
        }
        let machine = &mut self.machine.borrow_mut();
        first(machine);
        match fault {
            Some(Fault::Halfway) => error(),
            Some(Fault::Silent) => Ok(Restart::No),
            _ => {
                last(machine);
                Ok(Restart::No)
            }
        }
    }

    fn failing_at(faults: &[(usize, Fault)]) -> Self {
        Self { faults: RefCell::new(faults.to_vec()), ..Self::default() }
    }

    fn machine(&self) -> Machine {
        self.machine.borrow().clone()
    }
}

fn name_of(inf: &Path) -> String {
    inf.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn published(name: &str) -> PathBuf {
    Path::new("oem").join(name)
}

impl System for Simulated {
    fn is_administrator(&self) -> bool {
        !self.is_asked_by_user.get()
    }

    fn service(&self, name: &str) -> Result<Option<Service>, SystemError> {
        let state = self.machine.borrow().services.get(name).copied();
        Ok(state.map(|state| Service { state, exit_code: 1077 }))
    }

    fn packages(&self, product: &Product) -> Result<Vec<PathBuf>, SystemError> {
        let machine = self.machine.borrow();
        let all = machine.packages.iter().filter(|(_, name)| *name == product.name);
        Ok(all.map(|(inf, _)| inf.clone()).collect())
    }

    fn has_component(&self, id: &str) -> Result<bool, SystemError> {
        if self.is_silent.get() {
            return Err(SystemError::new("tell", 0x8004_0154));
        }
        Ok(self.machine.borrow().components.contains(id))
    }

    fn install_primitive(&self, inf: &Path) -> Result<Restart, SystemError> {
        let name = name_of(inf);
        self.step(
            |machine| machine.packages.insert(published(&name), name.clone()),
            |machine| machine.services.insert(name.clone(), State::Stopped),
        )
    }

    fn uninstall_primitive(&self, inf: &Path) -> Result<Restart, SystemError> {
        let name = name_of(inf);
        self.step(|machine| machine.services.remove(&name), |machine| machine.packages.remove(inf))
    }

    fn add_package(&self, inf: &Path) -> Result<(), SystemError> {
        let name = name_of(inf);
        let add = |machine: &mut Machine| machine.packages.insert(published(&name), name.clone());
        self.step(|_| (), add).map(drop)
    }

    fn remove_package(&self, inf: &Path) -> Result<(), SystemError> {
        self.step(|_| (), |machine| machine.packages.remove(inf)).map(drop)
    }

    fn install_component(&self, id: &str) -> Result<Restart, SystemError> {
        assert!(self.machine.borrow().packages.values().any(|name| name == NDISRX.name));
        self.step(
            |machine| machine.components.insert(id.to_owned()),
            |machine| machine.services.insert(NDISRX.name.to_owned(), State::Stopped),
        )
    }

    fn remove_component(&self, id: &str) -> Result<Restart, SystemError> {
        assert!(self.machine.borrow().packages.values().any(|name| name == NDISRX.name));
        self.step(
            |machine| machine.services.remove(NDISRX.name),
            |machine| machine.components.remove(id),
        )
    }

    fn delete_service(&self, name: &str) -> Result<(), SystemError> {
        self.step(|_| (), |machine| machine.services.remove(name)).map(drop)
    }

    fn start_service(&self, name: &str) -> Result<(), SystemError> {
        let Some(state) = self.machine.borrow_mut().services.get_mut(name).map(|state| {
            *state = State::Running;
            *state
        }) else {
            return Err(SystemError::new(format!("start {name}"), 1060));
        };
        assert_eq!(state, State::Running);
        Ok(())
    }

    fn stop_service(&self, name: &str) -> Result<State, SystemError> {
        let lingers = self.lingers.get() == Some(name);
        let state = if lingers { State::Stopping } else { State::Stopped };
        if let Some(service) = self.machine.borrow_mut().services.get_mut(name) {
            *service = state;
            return Ok(state);
        }
        Err(SystemError::new(format!("stop {name}"), 1060))
    }

    fn users(&self, product: &Product) -> Vec<String> {
        let users = self.users.borrow();
        let own = users.iter().filter(|(driver, _)| *driver == product.name);
        own.map(|(_, program)| program.clone()).collect()
    }
}

fn uninstall(system: &Simulated, products: &[Product]) -> Result<Restart, Failure> {
    super::uninstall(system, products).map(|removed| removed.restart)
}

/// A folder with the files of both drivers.
fn package() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in PRODUCTS.iter().flat_map(Product::files) {
        fs::write(folder.path().join(file), "").unwrap();
    }
    folder
}

#[test]
fn what_is_installed_can_be_removed() {
    let (package, system) = (package(), Simulated::default());
    assert_eq!(install(&system, &PRODUCTS, package.path()), Ok(Restart::No));
    let machine = system.machine();
    assert_eq!(machine.services.len(), 2);
    assert_eq!(machine.packages.len(), 2);
    assert_eq!(machine.components, BTreeSet::from(["winrx_ndisrx".to_owned()]));
    let again = install(&system, &PRODUCTS, package.path()).unwrap_err();
    assert_eq!(again, Failure::Present("wskrx"));
    assert!(again.to_string().ends_with("Remove it first with `winrx uninstall wskrx`."));
    assert_eq!(system.machine(), machine);
    assert_eq!(uninstall(&system, &[WSKRX]), Ok(Restart::No));
    assert_eq!(system.machine().services.len(), 1);
    assert_eq!(install(&system, &[WSKRX], package.path()), Ok(Restart::No));
    assert_eq!(uninstall(&system, &PRODUCTS), Ok(Restart::No));
    assert_eq!(system.machine(), Machine::default());
    assert_eq!(uninstall(&system, &PRODUCTS), Err(Failure::Absent));
}

#[test]
fn what_is_installed_is_not_missing() {
    let (system, folder) = (Simulated::default(), package());
    assert_eq!(missing(&system, &PRODUCTS), Ok(PRODUCTS.to_vec()));
    install(&system, &[WSKRX], folder.path()).unwrap();
    assert_eq!(missing(&system, &PRODUCTS), Ok(vec![NDISRX]));
    install(&system, &[NDISRX], folder.path()).unwrap();
    assert_eq!(missing(&system, &PRODUCTS), Ok(Vec::new()));
    // A service alone is bound to no adapter.
    system.machine.borrow_mut().components.clear();
    assert_eq!(missing(&system, &PRODUCTS), Ok(vec![NDISRX]));
}

#[test]
fn an_installation_that_fails_anywhere_leaves_nothing() {
    let package = package();
    let all = Simulated::default();
    install(&all, &PRODUCTS, package.path()).unwrap();
    let steps = all.steps.get();
    assert_eq!(steps, 3);
    for step in 0..steps {
        for fault in FAULTS {
            let system = Simulated::failing_at(&[(step, fault)]);
            // A package that is silently not taken is noticed by the step that needs it.
            if step == 1 && fault == Fault::Silent {
                continue;
            }
            let failure = install(&system, &PRODUCTS, package.path()).unwrap_err();
            assert_eq!(system.machine(), Machine::default(), "{step} {fault:?}");
            match (&failure, fault) {
                (Failure::NoService(..), Fault::Silent) | (Failure::System(..), _) => {}
                _ => panic!("{step} {fault:?}: {failure:?}"),
            }
            let text = failure.to_string();
            assert!(text.ends_with("All that had been done before was undone."), "{text}");
        }
    }
}

/// An undo step that fails is told, and the next uninstallation does the rest.
#[test]
fn what_cannot_be_undone_is_told_and_can_be_removed_later() {
    let package = package();
    // The third step fails, and with it each of the steps that undo.
    for later in 3..6 {
        let system = Simulated::failing_at(&[(2, Fault::Halfway), (later, Fault::Before)]);
        let failure = install(&system, &PRODUCTS, package.path()).unwrap_err();
        let Failure::System(first, left) = &failure else { panic!("{failure:?}") };
        assert_eq!((first.doing.as_str(), left.len()), ("do step 2", 1), "{failure:?}");
        let text = failure.to_string();
        assert!(text.contains(" Undoing what had been done before failed, too: Windows cannot"));
        assert!(text.ends_with("Restart Windows, then run `winrx uninstall`."), "{text}");
        assert_ne!(system.machine(), Machine::default());
        system.faults.take();
        assert_eq!(uninstall(&system, &PRODUCTS), Ok(Restart::No));
        assert_eq!(system.machine(), Machine::default());
    }
}

#[test]
fn an_uninstallation_that_fails_anywhere_can_be_done_again() {
    let package = package();
    for step in 3..6 {
        for fault in [Fault::Before, Fault::Halfway] {
            let system = Simulated::failing_at(&[(step, fault)]);
            install(&system, &PRODUCTS, package.path()).unwrap();
            let failure = uninstall(&system, &PRODUCTS).unwrap_err();
            assert!(matches!(&failure, Failure::Rest(left) if left.len() == 1), "{failure:?}");
            assert!(failure.to_string().starts_with(&format!("Windows cannot do step {step}: ")));
            assert_eq!(uninstall(&system, &PRODUCTS), Ok(Restart::No));
            assert_eq!(system.machine(), Machine::default());
        }
    }
}

/// What is not removed is there with all that it needs.
#[test]
fn what_cannot_be_removed_stays_whole() {
    let package = package();
    for (product, fault, code) in [
        (NDISRX, Fault::Before, 577),
        (NDISRX, Fault::Silent, 0x0004_A023),
        (WSKRX, Fault::Before, 577),
    ] {
        // The first step that removes.
        let system = Simulated::failing_at(&[(1 + usize::from(product == NDISRX), fault)]);
        install(&system, &[product], package.path()).unwrap();
        let machine = system.machine();
        let failure = uninstall(&system, &[product]).unwrap_err();
        let Failure::Rest(left) = &failure else { panic!("{failure:?}") };
        assert_eq!(left.iter().map(|error| error.code).collect::<Vec<_>>(), [code]);
        let now = system.machine();
        assert_eq!((now.packages, now.components), (machine.packages, machine.components));
        // A removal that says it succeeded has taken the service.
        assert!(fault == Fault::Silent || now.services == machine.services);
    }
}

/// Somebody else may be changing the network settings.
#[test]
fn what_cannot_be_asked_for_is_not_removed() {
    let (package, system) = (package(), Simulated::default());
    install(&system, &[NDISRX], package.path()).unwrap();
    let machine = system.machine();
    system.is_silent.set(true);
    let failure = uninstall(&system, &[NDISRX]).unwrap_err();
    assert!(matches!(&failure, Failure::Rest(left) if left.len() == 1), "{failure:?}");
    assert_eq!(system.machine(), machine);
    system.is_silent.set(false);
    assert_eq!(uninstall(&system, &[NDISRX]), Ok(Restart::No));
    assert_eq!(system.machine(), Machine::default());
}

#[test]
fn a_package_that_lacks_a_file_changes_nothing() {
    for file in PRODUCTS.iter().flat_map(Product::files) {
        let (package, system) = (package(), Simulated::default());
        let file = package.path().join(file);
        fs::remove_file(&file).unwrap();
        let failure = install(&system, &PRODUCTS, package.path()).unwrap_err();
        assert_eq!(failure, Failure::Incomplete(file));
        assert_eq!(system.steps.get(), 0);
    }
}

#[test]
fn what_is_in_use_is_neither_stopped_nor_removed() {
    let (package, system) = (package(), Simulated::default());
    install(&system, &PRODUCTS, package.path()).unwrap();
    assert_eq!(start(&system, &WSKRX), Ok(Change::Done));
    assert_eq!(start(&system, &WSKRX), Ok(Change::Already));
    system.users.replace(vec![("wskrx", "winrx.exe (process 12)".to_owned())]);
    let machine = system.machine();
    let text = stop(&system, &WSKRX).unwrap_err().to_string();
    assert_eq!(
        text,
        "wskrx cannot be stopped while it is open: winrx.exe (process 12) has it. End it, then start \
         again."
    );
    let failure = uninstall(&system, &PRODUCTS).unwrap_err();
    assert_eq!(failure.to_string(), format!("{text} Nothing was removed."));
    assert_eq!(system.machine(), machine);
    system.users.borrow_mut().push(("wskrx", "hlk.exe (process 13)".to_owned()));
    let text = stop(&system, &WSKRX).unwrap_err().to_string();
    assert!(text.contains("hlk.exe (process 13) have it. End them, then"), "{text}");
    system.users.take();
    assert_eq!(stop(&system, &WSKRX), Ok(Change::Done));
    assert_eq!(stop(&system, &WSKRX), Ok(Change::Already));
}

#[test]
fn only_administrators_remove() {
    let (package, system) = (package(), Simulated::default());
    install(&system, &PRODUCTS, package.path()).unwrap();
    let machine = system.machine();
    system.is_asked_by_user.set(true);
    let failure = uninstall(&system, &PRODUCTS).unwrap_err();
    assert_eq!(failure, Failure::NotAdministrator);
    let text = failure.to_string();
    assert!(text.ends_with("with \"Run as administrator\" and start again."), "{text}");
    assert_eq!(system.machine(), machine);
}

/// Somebody whom this account cannot see has it open.
#[test]
fn what_does_not_stop_is_told() {
    let (package, system) = (package(), Simulated::default());
    install(&system, &[NDISRX], package.path()).unwrap();
    start(&system, &NDISRX).unwrap();
    system.lingers.set(Some("ndisrx"));
    for _ in 0..2 {
        assert_eq!(stop(&system, &NDISRX), Err(NotStopped::Stopping("ndisrx")));
    }
    let failure = Failure::InUse(NotStopped::Stopping("ndisrx"), Vec::new());
    assert_eq!(uninstall(&system, &[NDISRX]), Err(failure));
}

/// What cannot be removed with another driver runs as it did before.
#[test]
fn a_driver_in_use_keeps_the_others_running() {
    let package = package();
    for lingers in [false, true] {
        let system = Simulated::default();
        install(&system, &PRODUCTS, package.path()).unwrap();
        for product in &PRODUCTS {
            start(&system, product).unwrap();
        }
        let state = |driver: &str| system.machine().services[driver];
        if lingers {
            system.lingers.set(Some("ndisrx"));
        } else {
            system.users.replace(vec![("ndisrx", "winrx.exe (process 12)".to_owned())]);
        }
        let failure = uninstall(&system, &PRODUCTS).unwrap_err();
        assert!(matches!(&failure, Failure::InUse(_, left) if left.is_empty()), "{failure:?}");
        assert!(failure.to_string().ends_with(" Nothing was removed."), "{failure}");
        assert_eq!(state("wskrx"), State::Running);
        assert_eq!(state("ndisrx"), if lingers { State::Stopping } else { State::Running });
    }
}

/// That Windows has to be restarted is no failure, and what waits for it is left to it.
#[test]
fn what_goes_with_a_restart_is_removed() {
    let removed = || Ok(Removed { drivers: vec!["wskrx"], restart: Restart::Needed });
    let (package, system) = (package(), Simulated::failing_at(&[(1, Fault::Later)]));
    install(&system, &[WSKRX], package.path()).unwrap();
    let machine = system.machine();
    assert_eq!(super::uninstall(&system, &PRODUCTS), removed());
    assert_eq!((system.machine(), system.steps.get()), (machine, 2));
    // A service without a package, which a program has open.
    let system = Simulated::failing_at(&[(0, Fault::Marked)]);
    system.machine.borrow_mut().services.insert("wskrx".to_owned(), State::Stopped);
    assert_eq!(super::uninstall(&system, &PRODUCTS), removed());
}

#[test]
fn what_is_not_installed_is_neither_started_nor_stopped() {
    let system = Simulated::default();
    let started = start(&system, &WSKRX).unwrap_err().to_string();
    let stopped = stop(&system, &WSKRX).unwrap_err().to_string();
    for (text, verb) in [(started, "start"), (stopped, "stop")] {
        let expected = format!("Windows cannot {verb} wskrx: it is not installed; `winrx install`");
        assert!(text.starts_with(&expected), "{text}");
    }
}
