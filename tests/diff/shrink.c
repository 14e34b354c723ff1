/* In: a failing text. Out: a shorter one that fails the same way: without each line, then without each "name=value", that it does not need. */
#include "diff/diff.h"

#include "base/text.h"

#include <string.h>

static bool same_failure(const Outcome *a, const Outcome *b)
{
    return a->refused == b->refused && a->died == b->died && !a->result.differences == !b->result.differences;
}

typedef struct {
    Arena *arena;
    Subject subject;
    Outcome failure;
} Shrink;

/* The text without `length` bytes at `at`, if it fails all the same. */
static bool without(Shrink *shrink, const char *at, size_t length)
{
    Text shorter = text_new(shrink->arena);
    Subject subject = shrink->subject;
    text_add_bytes(&shorter, subject.text, (size_t)(at - subject.text));
    text_add(&shorter, at + length);
    subject.text = shorter.at;
    Outcome outcome = subject_check(&subject, false);
    if (!same_failure(&outcome, &shrink->failure))
        return false;
    shrink->subject = subject;
    return true;
}

static void drop_lines(Shrink *shrink)
{
    for (size_t at = 0; shrink->subject.text[at];) {
        const char *line = shrink->subject.text + at;
        size_t length = strcspn(line, "\n");
        length += line[length] == '\n';
        if (!without(shrink, line, length))
            at += length;
    }
}

/* How long ", name=value" is: up to the next comma or the bracket that closes the call. */
static size_t argument_length(const char *at)
{
    size_t length = 1;
    for (int depth = 0; at[length] && at[length] != '\n'; length++) {
        depth += strchr("([", at[length]) != NULL;
        if (strchr(")]", at[length]) && depth-- == 0)
            break;
        if (at[length] == ',' && depth == 0)
            break;
    }
    return length;
}

static void drop_arguments(Shrink *shrink)
{
    for (size_t at = 0; shrink->subject.text[at]; at++) {
        const char *text = shrink->subject.text + at;
        if (*text == ',' && without(shrink, text, argument_length(text)))
            at--;
    }
}

const char *subject_shrink(Arena *arena, const Subject *subject)
{
    Shrink shrink = { .arena = arena, .subject = *subject, .failure = subject_check(subject, false) };
    for (size_t before = 0; before != strlen(shrink.subject.text);) {
        before = strlen(shrink.subject.text);
        drop_lines(&shrink);
        drop_arguments(&shrink);
    }
    return shrink.subject.text;
}
