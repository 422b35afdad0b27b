/* mingw-w64's ntdef.h, with a FIELD_OFFSET that is a constant expression to clang. */
#ifndef KIT_NTDEF_H
#define KIT_NTDEF_H

#include_next <ntdef.h>

#undef FIELD_OFFSET
#define FIELD_OFFSET(type, field) ((LONG)__builtin_offsetof(type, field))

#endif
