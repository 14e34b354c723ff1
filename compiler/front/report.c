/* Messages as people read them: place, text, the line with carets, hint, notes. */
#include "front/message.h"

#include "base/text.h"

#include <string.h>

#define WINDOW 110 /* columns of a line that are shown at most */

static const char *const severity_names[] = { "error", "warning", "note" };

/* "file:line:column: " or "file:cell N:line:column: "; nothing without a source. */
static void put_place(FILE *out, Span span)
{
    int line, column;
    if (!span.source)
        return;
    source_position(span.source, span.begin, &line, &column);
    if (span.source->cell_of_line)
        fprintf(out, "%s:cell %d:%d:%d: ", span.source->name, span.source->cell_of_line[line - 1], span.source->line_in_cell[line - 1],
                column);
    else
        fprintf(out, "%s:%d:%d: ", span.source->name, line, column);
}

/* The bytes of the character at text: 1 for one that is not valid UTF-8, which is shown as '?'. */
static size_t character_length(const char *text, size_t left, bool *valid)
{
    unsigned char c = (unsigned char)text[0];
    size_t length = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    *valid = length > 0 && length <= left && (c >= 0x20 || c == '\t') && c != 0x7f;
    for (size_t i = 1; *valid && i < length; i++)
        *valid = ((unsigned char)text[i] & 0xc0) == 0x80;
    if (*valid && c == 0xc2 && (unsigned char)text[1] < 0xa0)
        *valid = false; /* the control characters of ISO 8859 */
    return *valid || (c == 0xc2 && length <= left && ((unsigned char)text[1] & 0xc0) == 0x80) ? length : 1;
}

typedef struct {
    const char *text;
    size_t length, begin, end;
} Line; /* begin, end: bytes of it that the carets mark */

/* Where the window begins and ends, in bytes, so that the carets' beginning lies well inside. */
static void choose_window(const Line *line, size_t *from, size_t *to)
{
    bool valid;
    *from = 0;
    *to = line->length;
    size_t columns = 0, before = 0;
    for (size_t i = 0; i < line->length; i += character_length(line->text + i, line->length - i, &valid), columns++)
        before += i < line->begin;
    if (columns <= WINDOW)
        return;
    size_t first = before > WINDOW / 2 ? before - WINDOW / 2 : 0, column = 0;
    for (size_t i = 0; i < line->length; column++) {
        if (column == first)
            *from = i;
        i += character_length(line->text + i, line->length - i, &valid);
        if (column + 1 == first + WINDOW) {
            *to = i;
            break;
        }
    }
}

static void put_text(FILE *out, const char *text, size_t length)
{
    bool valid;
    for (size_t i = 0, step; i < length; i += step) {
        step = character_length(text + i, length - i, &valid);
        if (valid)
            fwrite(text + i, 1, step, out);
        else
            fputc('?', out);
    }
}

static void put_carets(FILE *out, const Line *line, size_t from, size_t to)
{
    bool valid;
    for (size_t i = from; i < line->begin && i < to; i += character_length(line->text + i, line->length - i, &valid))
        fputc(line->text[i] == '\t' ? '\t' : ' ', out);
    fputc('^', out);
    size_t i = line->begin;
    if (i < line->length)
        i += character_length(line->text + i, line->length - i, &valid);
    for (; i < line->end && i < to; i += character_length(line->text + i, line->length - i, &valid))
        fputc('~', out);
}

static void put_line(FILE *out, Span span, const char *hint)
{
    int number, column;
    Line line;
    if (!span.source) {
        if (hint)
            fprintf(out, "      %s\n", hint);
        return;
    }
    source_position(span.source, span.begin, &number, &column);
    line.text = source_line(span.source, number, &line.length);
    size_t offset = (size_t)(line.text - span.source->text);
    line.begin = span.begin > offset ? span.begin - offset : 0;
    line.begin = line.begin < line.length ? line.begin : line.length;
    line.end = span.end > offset ? span.end - offset : 0;
    line.end = line.end < line.length ? line.end : line.length;
    size_t from, to;
    choose_window(&line, &from, &to);
    fprintf(out, "%5d | %s", span.source->line_in_cell ? span.source->line_in_cell[number - 1] : number, from > 0 ? "..." : "");
    put_text(out, line.text + from, to - from);
    fprintf(out, "%s\n      | %s", to < line.length ? "..." : "", from > 0 ? "   " : "");
    put_carets(out, &line, from, to);
    fprintf(out, "%s%s\n", hint ? " " : "", hint ? hint : "");
}

static void put_message(FILE *out, const Message *message)
{
    put_place(out, message->span);
    fprintf(out, "%s: ", severity_names[message->severity]);
    put_text(out, message->text, strlen(message->text));
    fputc('\n', out);
    put_line(out, message->span, message->hint);
    for (int i = 0; i < message->notes.count; i++) {
        const Note *note = &message->notes.at[i];
        put_place(out, note->span);
        fputs("note: ", out);
        put_text(out, note->text, strlen(note->text));
        fputc('\n', out);
        put_line(out, note->span, NULL);
    }
}

void diag_print(const Diag *diag, FILE *out)
{
    Message **sorted = diag_sorted(diag);
    for (int i = 0; i < diag->messages.count; i++)
        put_message(out, sorted[i]);
    if (diag->errors > DIAG_LIMIT)
        fprintf(out, "too many errors; %d are shown\n", DIAG_LIMIT);
    if (diag->warnings > DIAG_LIMIT)
        fprintf(out, "too many warnings; %d are shown\n", DIAG_LIMIT);
}

/* --- JSON lines */

static void json_text(FILE *out, const char *text)
{
    bool valid;
    fputc('"', out);
    for (size_t i = 0, step, length = strlen(text); i < length; i += step) {
        step = character_length(text + i, length - i, &valid);
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\u%04x", c);
        else if (valid)
            fwrite(text + i, 1, step, out);
        else
            fputs("\\ufffd", out);
    }
    fputc('"', out);
}

static void json_place(FILE *out, Span span)
{
    int line, column;
    if (!span.source) {
        fputs("\"file\":null,\"line\":0,\"column\":0,\"end_line\":0,\"end_column\":0", out);
        return;
    }
    const Source *source = span.source;
    fputs("\"file\":", out);
    json_text(out, source->name);
    source_position(source, span.begin, &line, &column);
    if (source->cell_of_line)
        fprintf(out, ",\"cell\":%d", source->cell_of_line[line - 1]);
    fprintf(out, ",\"line\":%d,\"column\":%d", source->line_in_cell ? source->line_in_cell[line - 1] : line, column);
    source_position(source, span.end, &line, &column);
    fprintf(out, ",\"end_line\":%d,\"end_column\":%d", source->line_in_cell ? source->line_in_cell[line - 1] : line, column);
}

static void json_message(FILE *out, const Message *message)
{
    fputc('{', out);
    json_place(out, message->span);
    fprintf(out, ",\"severity\":\"%s\",\"message\":", severity_names[message->severity]);
    json_text(out, message->text);
    fputs(",\"hint\":", out);
    if (message->hint)
        json_text(out, message->hint);
    else
        fputs("null", out);
    fputs(",\"notes\":[", out);
    for (int i = 0; i < message->notes.count; i++) {
        fputs(i ? ",{" : "{", out);
        json_place(out, message->notes.at[i].span);
        fputs(",\"message\":", out);
        json_text(out, message->notes.at[i].text);
        fputc('}', out);
    }
    fputs("]}\n", out);
}

void diag_print_json(const Diag *diag, FILE *out)
{
    Message **sorted = diag_sorted(diag);
    for (int i = 0; i < diag->messages.count; i++)
        json_message(out, sorted[i]);
}
