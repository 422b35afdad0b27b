#!/bin/sh
# Zig as the linker of rustc. Rustc asks for the C runtime msvcrt by name and for no other library; Zig has a newer
# one only, that of Windows 10, and links it with what belongs to it unless told not to.
for word do
    shift
    case $word in
        -lmsvcrt | -nolibc) ;;
        *) set -- "$@" "$word" ;;
    esac
done
exec "$ZIG" cc -target aarch64-windows-gnu "$@"
