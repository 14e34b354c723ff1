/* Files inside the binary: templates/, runtime/ and lang/prelude/, put there by compiler/embed.c. Tables end in {NULL, NULL}. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

typedef struct { const char *path, *text; } Embedded;
extern const Embedded embedded_prelude[];
extern const Embedded embedded_templates[]; /* "templates/map.c", "runtime/bnn.h", "runtime/isa/avx2.h" */

#endif
