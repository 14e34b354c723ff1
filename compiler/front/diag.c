/* Diag: keeps the messages of one compilation: one error a position, a limited number in all. Printing is in report.c. */
#include "front/message.h"

#include <stdlib.h>
#include <string.h>

Diag *diag_new(Arena *arena)
{
    Diag *diag = ARENA_NEW(arena, Diag);
    diag->arena = arena;
    return diag;
}

static bool same_place(Span a, Span b)
{
    return a.source == b.source && a.begin == b.begin;
}

static bool is_known(const Diag *diag, Severity severity, Span span, const char *text)
{
    for (int i = 0; i < diag->messages.count; i++) {
        const Message *other = diag->messages.at[i];
        if (other->severity != severity || !same_place(other->span, span))
            continue;
        if ((severity == DIAG_ERROR && span.source) || strcmp(other->text, text) == 0)
            return true;
    }
    return false;
}

/* An error says what a warning at its place said. */
static void drop_warnings(Diag *diag, Span span)
{
    int kept = 0;
    for (int i = 0; i < diag->messages.count; i++) {
        Message *message = diag->messages.at[i];
        bool dropped = span.source && message->severity == DIAG_WARNING && same_place(message->span, span);
        diag->warnings -= dropped;
        if (!dropped)
            diag->messages.at[kept++] = message;
    }
    diag->messages.count = kept;
}

static int source_order(Diag *diag, const Source *source)
{
    for (int i = 0; i < diag->sources.count; i++)
        if (diag->sources.at[i] == source)
            return i;
    VEC_PUSH(diag->arena, &diag->sources, source);
    return diag->sources.count - 1;
}

static Message *add(Diag *diag, Severity severity, Span span, const char *format, va_list arguments)
{
    const char *text = arena_vprintf(diag->arena, format, arguments);
    if (is_known(diag, severity, span, text))
        return NULL;
    if (severity == DIAG_ERROR)
        drop_warnings(diag, span);
    *(severity == DIAG_ERROR ? &diag->errors : &diag->warnings) += 1;
    int same = severity == DIAG_ERROR ? diag->errors : diag->warnings;
    if (same > DIAG_LIMIT)
        return NULL;
    Message *message = ARENA_NEW(diag->arena, Message);
    message->severity = severity;
    message->span = span;
    message->text = text;
    message->arrival = diag->arrivals++;
    message->arena = diag->arena;
    message->order = span.source ? source_order(diag, span.source) : -1;
    VEC_PUSH(diag->arena, &diag->messages, message);
    return message;
}

Message *diag_error(Diag *diag, Span span, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Message *message = add(diag, DIAG_ERROR, span, format, arguments);
    va_end(arguments);
    return message;
}

Message *diag_warning(Diag *diag, Span span, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Message *message = add(diag, DIAG_WARNING, span, format, arguments);
    va_end(arguments);
    return message;
}

void diag_hint(Message *message, const char *format, ...)
{
    if (!message)
        return;
    va_list arguments;
    va_start(arguments, format);
    message->hint = arena_vprintf(message->arena, format, arguments);
    va_end(arguments);
}

void diag_note(Message *message, Span span, const char *format, ...)
{
    for (int i = 0; message && i < message->notes.count; i++)
        if (message->notes.at[i].span.source == span.source && message->notes.at[i].span.begin == span.begin && message->notes.at[i].span.end == span.end)
            return; /* one note a place */
    if (!message)
        return;
    va_list arguments;
    va_start(arguments, format);
    Note note = { span, arena_vprintf(message->arena, format, arguments) };
    va_end(arguments);
    VEC_PUSH(message->arena, &message->notes, note);
}

Diag *diag_mark(const Diag *diag)
{
    Diag *mark = diag_new(diag->arena);
    *mark = *diag;
    mark->messages.capacity = mark->messages.count;
    mark->messages.at = ARENA_ARRAY(diag->arena, Message *, diag->messages.count + 1);
    for (int i = 0; i < diag->messages.count; i++)
        mark->messages.at[i] = diag->messages.at[i];
    return mark;
}

void diag_forget(Diag *diag, const Diag *mark)
{
    *diag = *mark;
}

int diag_errors(const Diag *diag)
{
    return diag->errors;
}

int diag_warnings(const Diag *diag)
{
    return diag->warnings;
}

const char *diag_text(const Diag *diag, int index, Span *span, Severity *severity, const char **hint)
{
    if (index < 0 || index >= diag->messages.count)
        return NULL;
    const Message *message = diag->messages.at[index];
    if (span)
        *span = message->span;
    if (severity)
        *severity = message->severity;
    if (hint)
        *hint = message->hint;
    return message->text;
}

static int compare(const void *left, const void *right)
{
    const Message *a = *(Message *const *)left, *b = *(Message *const *)right;
    if (!a->span.source != !b->span.source)
        return a->span.source ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    if (a->span.begin != b->span.begin)
        return a->span.begin < b->span.begin ? -1 : 1;
    return a->arrival < b->arrival ? -1 : a->arrival > b->arrival;
}

Message **diag_sorted(const Diag *diag)
{
    Message **sorted = ARENA_ARRAY(diag->arena, Message *, diag->messages.count + 1);
    for (int i = 0; i < diag->messages.count; i++)
        sorted[i] = diag->messages.at[i];
    qsort(sorted, (size_t)diag->messages.count, sizeof *sorted, compare);
    return sorted;
}
