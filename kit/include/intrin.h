/* The compiler's own intrin.h wants a C runtime; the driver headers need none of it. */
