/* What diag.c collects and report.c prints. */
#ifndef FRONT_MESSAGE_H
#define FRONT_MESSAGE_H

#include "front/diag.h"

#ifndef DIAG_LIMIT
#define DIAG_LIMIT 20
#endif

typedef struct {
    Span span;
    const char *text;
} Note;

struct Message {
    Severity severity;
    Span span;
    const char *text, *hint;
    VEC(Note) notes;
    int order; /* of its source */
    int arrival;
    Arena *arena;
};

struct Diag {
    Arena *arena;
    VEC(Message *) messages;
    VEC(const Source *) sources; /* in the order in which they were first complained about */
    int errors, warnings, arrivals;
};

/* The messages by position; those without one come last. */
Message **diag_sorted(const Diag *diag);

#endif
