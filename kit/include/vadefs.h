/* va_list, for which mingw-w64's header of this name wants its C runtime. */
#ifndef KIT_VADEFS_H
#define KIT_VADEFS_H

typedef char *va_list;

#endif
