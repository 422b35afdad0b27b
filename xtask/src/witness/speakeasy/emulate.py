"""Runs a driver in the emulator Speakeasy and prints what it did as a JSON document.

DriverEntry is called, then the unload routine that it left in the driver object; that of a driver with
a thread is not, since it would wait for ever for the thread, which does not run. A second argument
names a function of the kernel that fails when DriverEntry calls it. The calls, with their
arguments and results, are the emulator's own record; the dispatch entries and the unload routine are
read from the emulated memory. Numbers that the emulator records as text, such as "0x0", stay text.
"""

import json
import struct
import sys

from speakeasy import Speakeasy, WinKernelEmulator
from speakeasy.version import __version__
from speakeasy.winenv.api.api import ApiHandler

STATUS_SUCCESS = 0
STATUS_INSUFFICIENT_RESOURCES = 0xC000009A
STATUS_OBJECT_NAME_NOT_FOUND = 0xC0000034

# A 64-bit DRIVER_OBJECT.
DRIVER_UNLOAD = 0x68
MAJOR_FUNCTION = 0x70
MAJOR_FUNCTIONS = 28

# A 64-bit NDIS_PROTOCOL_DRIVER_CHARACTERISTICS: where its name and its entry points are.
PROTOCOL_NAME = 16
PROTOCOL_HANDLERS = 32
PROTOCOL_SIZE = 128

# What NdisGetVersion answers: 6.87.
NDIS_VERSION = 0x00060057

# A self-relative SECURITY_DESCRIPTOR: where the offsets of its parts are.
DESCRIPTOR_SIZE = 20
SIDS = (4, 8)
ACLS = (12, 16)


def read_unicode_string(handler, address):
    """Reads a UNICODE_STRING of the length that it says. The emulator's own function reads on until it
    meets a zero, which a driver need not put there."""
    length, _, buffer = struct.unpack("<HH4xQ", handler.emu.mem_read(address, 16))
    return bytes(handler.emu.mem_read(buffer, length)).decode("utf-16-le")


def u16(emu, address):
    return struct.unpack("<H", emu.mem_read(address, 2))[0]


def read_descriptor(emu, address):
    """Reads a security descriptor up to the end of its last part."""
    header = bytes(emu.mem_read(address, DESCRIPTOR_SIZE))
    end = DESCRIPTOR_SIZE
    for field in SIDS + ACLS:
        (offset,) = struct.unpack_from("<I", header, field)
        if offset == 0:
            continue
        if field in SIDS:
            size = 8 + 4 * emu.mem_read(address + offset + 1, 1)[0]
        else:
            size = u16(emu, address + offset + 2)
        end = max(end, offset + size)
    return bytes(emu.mem_read(address, end))


def fail(_emu, _name, _emulated, _arguments):
    return STATUS_INSUFFICIENT_RESOURCES


class StandIns:
    """Functions that the emulator lacks, answered here."""

    def __init__(self):
        self.answered = set()
        self.descriptors = []
        self.protocol = None

    def install(self, speakeasy, failing):
        functions = {
            "ExAllocatePool2": ("ntoskrnl", 3, self.allocate_pool),
            # Nobody traces the driver here, which goes on without.
            "EtwRegister": ("ntoskrnl", 4, lambda _emu, _arguments: STATUS_INSUFFICIENT_RESOURCES),
            "EtwSetInformation": ("ntoskrnl", 4, lambda _emu, _arguments: STATUS_SUCCESS),
            "EtwUnregister": ("ntoskrnl", 1, lambda _emu, _arguments: STATUS_SUCCESS),
            "EtwWriteTransfer": ("ntoskrnl", 6, lambda _emu, _arguments: STATUS_SUCCESS),
            # Nothing runs beside the driver's one thread, so that there is nobody to keep out or to wait for.
            "ExAcquireRundownProtection": ("ntoskrnl", 1, lambda _emu, _arguments: 1),
            "ExReleaseRundownProtection": ("ntoskrnl", 1, lambda _emu, _arguments: None),
            "ExWaitForRundownProtectionRelease": ("ntoskrnl", 1, lambda _emu, _arguments: None),
            # The driver has no parameters here, and goes on with what it has for that case.
            "IoOpenDriverRegistryKey": (
                "ntoskrnl",
                5,
                lambda _emu, _arguments: STATUS_OBJECT_NAME_NOT_FOUND,
            ),
            "KeGetCurrentIrql": ("ntoskrnl", 0, self.current_irql),
            "ZwSetSecurityObject": ("ntoskrnl", 3, self.set_security_object),
            # A thread that has to end has never run.
            "ZwWaitForSingleObject": ("ntoskrnl", 3, lambda _emu, _arguments: STATUS_SUCCESS),
            "NdisGetVersion": ("ndis", 0, lambda _emu, _arguments: NDIS_VERSION),
            "NdisRegisterProtocolDriver": ("ndis", 3, self.register_protocol),
            "NdisDeregisterProtocolDriver": ("ndis", 1, lambda _emu, _arguments: None),
        }
        if failing:
            module, count, _ = functions.get(failing, ("ntoskrnl", 0, None))
            functions[failing] = (module, count, None)
        for name, (module, count, answer) in functions.items():
            hook = self.hook(answer) if answer else fail
            speakeasy.add_api_hook(hook, module=module, api_name=name, argc=count)

    def hook(self, answer):
        def called(emu, name, emulated, arguments):
            # The emulator's NDIS is 6.1.
            if emulated and not name.endswith("NdisGetVersion"):
                return emulated(arguments)
            self.answered.add(name)
            return answer(emu, arguments)

        return called

    def allocate_pool(self, emu, arguments):
        _, size, _ = arguments
        return emu.mem_map(size, tag="pool")

    def current_irql(self, emu, _arguments):
        return emu.get_current_irql()

    def set_security_object(self, emu, arguments):
        handle, information, descriptor = arguments
        found = emu.get_object_from_handle(handle)
        self.descriptors.append(
            {
                "object": found.address if found else 0,
                "information": information,
                "bytes": read_descriptor(emu, descriptor).hex(),
            }
        )
        return STATUS_SUCCESS


    def register_protocol(self, emu, arguments):
        _, characteristics, handle = arguments
        memory = bytes(emu.mem_read(characteristics, PROTOCOL_SIZE))
        kind, revision, size, major, minor = struct.unpack_from("<BBHBB", memory)
        length, _, buffer = struct.unpack_from("<HH4xQ", memory, PROTOCOL_NAME)
        count = (PROTOCOL_SIZE - PROTOCOL_HANDLERS) // 8
        self.protocol = {
            "type": kind,
            "revision": revision,
            "size": size,
            "version": [major, minor],
            "name": bytes(emu.mem_read(buffer, length)).decode("utf-16-le"),
            "handlers": struct.unpack_from(f"<{count}Q", memory, PROTOCOL_HANDLERS),
        }
        emu.mem_write(handle, struct.pack("<Q", characteristics))
        return STATUS_SUCCESS


def routine(speakeasy, index):
    """What the emulator recorded of the routine that it ran as number `index`."""
    runs = speakeasy.get_report()["entry_points"]
    if index >= len(runs):
        return None
    run = runs[index]
    calls = [
        {
            "function": api["api_name"],
            "arguments": [str(argument) for argument in api["args"]],
            "result": api["ret_val"],
        }
        for api in run["apis"]
    ]
    return {"error": describe(run["error"]), "result": run["ret_val"], "calls": calls}


def describe(error):
    """Says in words why the emulator stopped; None if it did not have to."""
    if not error:
        return None
    parts = [str(error.get("type"))]
    parts += [str(error[key]) for key in ("api_name", "instr") if error.get(key)]
    parts += [f"{key} {error[key]}" for key in ("pc", "address") if error.get(key)]
    return ", ".join(parts)


def driver_object(speakeasy, driver):
    (unload,) = struct.unpack("<Q", speakeasy.mem_read(driver.address + DRIVER_UNLOAD, 8))
    table = speakeasy.mem_read(driver.address + MAJOR_FUNCTION, 8 * MAJOR_FUNCTIONS)
    return {
        "unload": unload,
        "major_functions": struct.unpack(f"<{MAJOR_FUNCTIONS}Q", table),
    }


def emulate(path, failing, document):
    ApiHandler.read_unicode_string = read_unicode_string
    speakeasy = Speakeasy()
    module = speakeasy.load_module(path)
    if not isinstance(speakeasy.emu, WinKernelEmulator):
        raise ValueError("it takes the file for a program and not for a driver")
    stand_ins = StandIns()
    stand_ins.install(speakeasy, failing)
    document["image"] = {"base": module.base, "size": module.image_size}

    speakeasy.run_module(module)
    document["entry"] = routine(speakeasy, 0)
    driver = next(driver for driver in speakeasy.emu.drivers if driver.pe is module)
    document["driver_object"] = driver_object(speakeasy, driver)
    devices = [{"address": device.address, "name": device.name} for device in driver.devices]
    document["devices"] = devices
    document["descriptors"] = list(stand_ins.descriptors)
    document["protocol"] = stand_ins.protocol

    unload = document["driver_object"]["unload"]
    functions = [call["function"] for call in document["entry"]["calls"]]
    document["has_thread"] = "ntoskrnl.PsCreateSystemThread" in functions
    if unload and not document["entry"]["error"] and not document["has_thread"]:
        speakeasy.call(unload, [driver.address])
        document["unload"] = routine(speakeasy, 1)
    document["answered_by_script"] = sorted(stand_ins.answered)


def main():
    document = {"version": __version__}
    try:
        emulate(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None, document)
    except Exception as error:  # The emulator raises whatever it likes.
        document["error"] = f"{type(error).__name__}: {error}"
    json.dump(document, sys.stdout, indent=1)
    print()


main()
