# An NDIS that has no adapters, for Wine, whose own knows no NDIS 6: a protocol driver registers, is
# bound to nothing, and deregisters. Wine's trace shows both as calls of RtlInitAnsiString with the
# name of the function.

        .intel_syntax noprefix
        .text

        .globl  DriverEntry
DriverEntry:
        xor     eax, eax
        ret

        .globl  NdisGetVersion
NdisGetVersion:
        mov     eax, 0x00060057
        ret

# The handle is an address that nobody uses.
        .globl  NdisRegisterProtocolDriver
NdisRegisterProtocolDriver:
        mov     qword ptr [r8], r8
        lea     rdx, [rip + registering]
        jmp     say

        .globl  NdisDeregisterProtocolDriver
NdisDeregisterProtocolDriver:
        lea     rdx, [rip + deregistering]

say:
        sub     rsp, 56
        lea     rcx, [rsp + 32]
        call    qword ptr [rip + __imp_RtlInitAnsiString]
        add     rsp, 56
        xor     eax, eax
        ret

        .section .rdata, "dr"
registering:
        .asciz  "NdisRegisterProtocolDriver"
deregistering:
        .asciz  "NdisDeregisterProtocolDriver"
