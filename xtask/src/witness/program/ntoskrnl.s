# What Wine's ntoskrnl.exe lacks of what wskrx calls. The rest is forwarded to Wine's.
#
# Wine runs drivers in user mode, where there are no IRQLs.

        .intel_syntax noprefix
        .text

# PASSIVE_LEVEL
        .globl KeGetCurrentIrql
KeGetCurrentIrql:
        xor     eax, eax
        ret

# Bit 0 says that the run-down has begun; the bits above count who holds it.
        .globl ExAcquireRundownProtection
ExAcquireRundownProtection:
        mov     rax, [rcx]
        test    al, 1
        jne     1f
        lea     rdx, [rax + 2]
        lock cmpxchg [rcx], rdx
        jne     ExAcquireRundownProtection
        mov     eax, 1
        ret
1:      xor     eax, eax
        ret

        .globl ExReleaseRundownProtection
ExReleaseRundownProtection:
        lock sub qword ptr [rcx], 2
        ret

# Begins the run-down and waits until nobody holds it.
        .globl ExWaitForRundownProtectionRelease
ExWaitForRundownProtectionRelease:
        lock or qword ptr [rcx], 1
1:      pause
        cmp     qword ptr [rcx], 1
        jne     1b
        ret

# Writes the routine (at 38h), its context (40h) and when it is called (3) to the next stack location, which
# lies 48h below the current one (B8h in the IRP).
        .globl IoSetCompletionRoutineEx
IoSetCompletionRoutineEx:
        mov     rax, [rdx + 0xb8]
        sub     rax, 0x48
        mov     [rax + 0x38], r8
        mov     [rax + 0x40], r9
        xor     r10d, r10d
        cmp     byte ptr [rsp + 40], 0
        je      1f
        or      r10d, 0x40
1:      cmp     byte ptr [rsp + 48], 0
        je      2f
        or      r10d, 0x80
2:      cmp     byte ptr [rsp + 56], 0
        je      3f
        or      r10d, 0x20
3:      mov     [rax + 3], r10b
        xor     eax, eax
        ret

# Wine's fills in nothing.
        .globl IoCsqInitialize
IoCsqInitialize:
        mov     dword ptr [rcx], 1
        mov     [rcx + 8], rdx
        mov     [rcx + 16], r8
        mov     [rcx + 24], r9
        mov     rax, [rsp + 40]
        mov     [rcx + 32], rax
        mov     rax, [rsp + 48]
        mov     [rcx + 40], rax
        mov     rax, [rsp + 56]
        mov     [rcx + 48], rax
        xor     eax, eax
        ret

# Takes the first request out, under the queue's lock. Requests cannot be cancelled while they wait, since
# nothing puts them in: Wine has no IoCsqInsertIrp either.
        .globl IoCsqRemoveNextIrp
IoCsqRemoveNextIrp:
        push    rbx
        push    rsi
        sub     rsp, 56
        mov     rbx, rcx
        mov     rsi, rdx
        lea     rdx, [rsp + 40]
        call    [rbx + 32]
        mov     rcx, rbx
        xor     edx, edx
        mov     r8, rsi
        call    [rbx + 24]
        mov     rsi, rax
        test    rax, rax
        je      1f
        mov     rcx, rbx
        mov     rdx, rsi
        call    [rbx + 16]
1:      mov     rcx, rbx
        movzx   edx, byte ptr [rsp + 40]
        call    [rbx + 40]
        mov     rax, rsi
        add     rsp, 56
        pop     rsi
        pop     rbx
        ret
