/*
 * wdk-sys includes ntstrsafe.h last. Nothing of it is used; in its place stand declarations that
 * mingw-w64's headers lack, or have only as macros and inline functions, which yield no bindings.
 */
#ifndef KIT_NTSTRSAFE_H
#define KIT_NTSTRSAFE_H

typedef ULONG64 POOL_FLAGS;

#define POOL_FLAG_UNINITIALIZED 0x0000000000000002UI64
#define POOL_FLAG_NON_PAGED 0x0000000000000040UI64

NTKERNELAPI PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);

#endif
