/* Diag: collects errors, warnings and notes of one compilation; prints them sorted by position.
 *
 *   fashion.bnn:12:37: error: QuantConv2D: unknown quantizer 'ste_sing'
 *      12 |     QuantConv2D(64, 3, input_quantizer=ste_sing),
 *         |                                        ^~~~~~~~ did you mean 'ste_sign'?
 */
#ifndef FRONT_DIAG_H
#define FRONT_DIAG_H

#include "front/source.h"

#include <stdio.h>

typedef struct Diag Diag;
typedef struct Message Message;
typedef enum { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE } Severity;

Diag *diag_new(Arena *arena);

/* Adds a message. At most one error per position is kept, at most DIAG_LIMIT (20) in all. Returns the message, for hints and notes. */
Message *diag_error(Diag *diag, Span span, const char *format, ...) __attribute__((format(printf, 3, 4)));
Message *diag_warning(Diag *diag, Span span, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Printed behind the carets: "did you mean 'x'?". Text is copied. A NULL message is ignored by both. */
void diag_hint(Message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A second place: printed under the message as "file:line:col: note: ..." with its own line and carets. */
void diag_note(Message *message, Span span, const char *format, ...) __attribute__((format(printf, 3, 4)));

int diag_errors(const Diag *diag);
int diag_warnings(const Diag *diag);
/* Messages from index on, in the order they were added (tests). */
const char *diag_text(const Diag *diag, int index, Span *span, Severity *severity, const char **hint);

/* The messages that there are, and a way back to them: what came since is forgotten. */
Diag *diag_mark(const Diag *diag);
void diag_forget(Diag *diag, const Diag *mark);

void diag_print(const Diag *diag, FILE *out);
void diag_print_json(const Diag *diag, FILE *out); /* one object a line: file line column end_line end_column severity message hint notes */

#endif
