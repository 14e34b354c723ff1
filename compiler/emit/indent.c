/* In: C text with any leading blanks. Out: the same lines, indented by the nesting of their brackets. A line after one that does not end a
 * statement goes one level deeper; directives, and lines of a macro, stay as they are. Comments and strings are stepped over. */
#include "emit/indent.h"

#include <ctype.h>
#include <string.h>

enum { DEPTH_MAX = 256 };

typedef struct {
    int depth, level[DEPTH_MAX]; /* level[d]: indentation inside the d-th open brace */
    int parens;
    int extra;                   /* levels added by unfinished statements */
    bool comment, macro;
    bool blank;                  /* the last line written was empty, or opened a block */
} State;

/* `extern "C" {` indents nothing. */
static void open_brace(State *state, int own, bool linkage)
{
    if (state->depth + 1 < DEPTH_MAX)
        state->level[++state->depth] = linkage ? own : own + 1;
}

/* Walks one line: brackets, comments, strings. Returns the last significant character, 0 when there is none. */
static char scan(State *state, const char *p, const char *end, int own)
{
    const char *line = p;
    char last = 0;
    for (; p < end; p++) {
        if (state->comment) {
            if (p[0] == '*' && p + 1 < end && p[1] == '/') {
                state->comment = false;
                p++;
            }
            continue;
        }
        if (p[0] == '/' && p + 1 < end && p[1] == '*') {
            state->comment = true;
            p++;
            continue;
        }
        if (*p == '"' || *p == '\'') {
            char quote = *p;
            for (p++; p < end && *p != quote; p++)
                p += *p == '\\';
        } else if (*p == '(' || *p == ')') {
            state->parens += *p == '(' ? 1 : -1;
        } else if (*p == '{') {
            open_brace(state, own, strncmp(line, "extern", 6) == 0);
        } else if (*p == '}' && state->depth > 0) {
            state->depth--;
        }
        if (!isspace((unsigned char)*p))
            last = *p;
    }
    return last;
}

/* BNN_PARALLEL_FOR and its like end a line without ending a statement; what follows is no continuation. */
static bool is_macro_alone(const char *p, const char *end)
{
    for (; p < end; p++)
        if (!isupper((unsigned char)*p) && *p != '_')
            return false;
    return true;
}

static void put_line(Text *out, State *state, const char *p, const char *end)
{
    bool in_comment = state->comment, closes = *p == '}';
    int base = state->level[state->depth] - (closes && state->depth > 0); /* a '}' stands where its block's first line stands */
    int own = base + (*p == '{' || closes || in_comment ? 0 : state->extra);
    if (*p == '{' && state->extra > 1)
        own += state->extra - 1;
    for (int i = 0; i < own; i++)
        text_add(out, "    ");
    if (in_comment)
        text_add_char(out, ' ');
    text_add_bytes(out, p, (size_t)(end - p));
    text_add_char(out, '\n');
    char last = scan(state, p, end, own);
    if (!last || is_macro_alone(p, end))
        return;
    if (state->parens > 0)
        state->extra = state->extra ? state->extra : 1;
    else if (last == ';' || last == '{' || last == '}' || last == ',' || last == ':')
        state->extra = 0;
    else
        state->extra = last == ')' || state->extra == 0 ? state->extra + 1 : state->extra;
}

const char *indent_c(Arena *arena, const char *text)
{
    Text out = text_new(arena);
    State state = {.blank = true};
    while (*text) {
        const char *newline = strchr(text, '\n'), *next = newline ? newline + 1 : text + strlen(text), *end = newline ? newline : next;
        const char *p = text;
        bool verbatim = state.macro;
        while (p < end && isspace((unsigned char)*p))
            p++;
        while (end > p && isspace((unsigned char)end[-1]))
            end--;
        state.macro = (verbatim || *p == '#') && end > p && end[-1] == '\\';
        if (p == end) {
            if (!state.blank)
                text_add_char(&out, '\n');
            state.blank = true;
        } else {
            if (verbatim || (*p == '#' && !state.comment)) {
                text_add_bytes(&out, verbatim ? text : p, (size_t)(end - (verbatim ? text : p)));
                text_add_char(&out, '\n');
            } else {
                if (*p == '}' && state.blank && out.length > 1 && out.at[out.length - 2] == '\n')
                    out.at[--out.length] = '\0';
                put_line(&out, &state, p, end);
            }
            state.blank = end[-1] == '{';
        }
        text = next;
    }
    return out.at;
}
