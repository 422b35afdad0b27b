# What Wine's ntoskrnl.exe lacks of what the drivers call. The rest is forwarded to Wine's.
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

# Puts a request in, under the queue's lock, from where it can be cancelled. Its place for the driver's data (90h
# in the IRP) tells the queue that it is in.
        .globl IoCsqInsertIrp
IoCsqInsertIrp:
        push    rbx
        push    rsi
        sub     rsp, 56
        mov     rbx, rcx
        mov     rsi, rdx
        mov     [rsi + 0x90], rbx
        lea     rdx, [rsp + 40]
        call    [rbx + 32]
        mov     rax, [rsi + 0xb8]
        or      byte ptr [rax + 3], 1
        mov     rcx, rbx
        mov     rdx, rsi
        call    [rbx + 8]
        lea     rax, [rip + cancel]
        xchg    [rsi + 0x68], rax
        cmp     byte ptr [rsi + 0x44], 0
        je      release
# It was cancelled before. Whoever takes the routine out ends it.
        xor     eax, eax
        xchg    [rsi + 0x68], rax
        test    rax, rax
        je      release
        jmp     end
release:
        mov     rcx, rbx
        movzx   edx, byte ptr [rsp + 40]
        call    [rbx + 40]
        jmp     leave

# The cancel routine of a request that is in a queue.
cancel:
        push    rbx
        push    rsi
        sub     rsp, 56
        mov     rsi, rdx
        mov     rbx, [rsi + 0x90]
        movzx   ecx, byte ptr [rsi + 0x45]
        call    qword ptr [rip + __imp_IoReleaseCancelSpinLock]
        lea     rdx, [rsp + 40]
        mov     rcx, rbx
        call    [rbx + 32]
end:
        mov     rcx, rbx
        mov     rdx, rsi
        call    [rbx + 16]
        mov     rcx, rbx
        movzx   edx, byte ptr [rsp + 40]
        call    [rbx + 40]
        mov     rcx, rbx
        mov     rdx, rsi
        call    [rbx + 48]
leave:
        add     rsp, 56
        pop     rsi
        pop     rbx
        ret

# Takes the first request out that nobody is cancelling, under the queue's lock.
        .globl IoCsqRemoveNextIrp
IoCsqRemoveNextIrp:
        push    rbx
        push    rsi
        sub     rsp, 56
        mov     rbx, rcx
        mov     [rsp + 48], rdx
        lea     rdx, [rsp + 40]
        call    [rbx + 32]
        xor     esi, esi
1:      mov     rcx, rbx
        mov     rdx, rsi
        mov     r8, [rsp + 48]
        call    [rbx + 24]
        mov     rsi, rax
        test    rax, rax
        je      2f
        xor     eax, eax
        xchg    [rsi + 0x68], rax
        test    rax, rax
        je      1b
        mov     rcx, rbx
        mov     rdx, rsi
        call    [rbx + 16]
2:      mov     rcx, rbx
        movzx   edx, byte ptr [rsp + 40]
        call    [rbx + 40]
        mov     rax, rsi
        jmp     leave
