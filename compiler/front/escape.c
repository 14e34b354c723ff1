/* Escapes: what the text between quotes says. */
#include "front/parse.h"

#include "base/text.h"

#include <string.h>

static void add_code_point(Text *out, unsigned long code)
{
    if (code < 0x80) {
        text_add_char(out, (char)code);
    } else if (code < 0x800) {
        text_add_char(out, (char)(0xc0 | code >> 6));
        text_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        text_add_char(out, (char)(0xe0 | code >> 12));
        text_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        text_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else {
        text_add_char(out, (char)(0xf0 | code >> 18));
        text_add_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
        text_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        text_add_char(out, (char)(0x80 | (code & 0x3f)));
    }
}

static int digit_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* Digits of an escape: `least` to `most` of them in `base`. Returns how many were read; 0 if too few. */
static size_t read_digits(const char *text, size_t at, size_t end, int base, size_t least, size_t most, unsigned long *value)
{
    size_t count = 0;
    *value = 0;
    while (count < most && at + count < end && digit_value(text[at + count]) < base)
        *value = *value * (unsigned long)base + (unsigned long)digit_value(text[at + count++]);
    return count < least ? 0 : count;
}

/* \x41, \u0041, \101: returns the length behind the backslash. */
static size_t decode_number(Parse *parse, Text *out, size_t at, size_t end, bool bytes)
{
    const char *text = parse->source->text;
    char c = text[at];
    size_t most = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 3;
    size_t skip = most == 3 ? 0 : 1;
    unsigned long code;
    size_t count = read_digits(text, at + skip, end, most == 3 ? 8 : 16, most == 3 ? 1 : most, most, &code);
    Span span = { parse->source, at - 1, at + skip + count };
    if (count == 0)
        diag_error(parse->diag, span, "the escape \\%c needs %zu hexadecimal digits", c, most);
    else if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        diag_error(parse->diag, span, "this escape is no character");
    else if (bytes)
        text_add_char(out, (char)code);
    else
        add_code_point(out, code);
    return skip + count;
}

/* One escape; at: behind the backslash. Returns its length. An unknown escape stays as it stands, as in Python. */
static size_t decode_escape(Parse *parse, Text *out, size_t at, size_t end, bool bytes)
{
    static const char letters[] = "abfnrtv\\'\"", values[] = "\a\b\f\n\r\t\v\\'\"";
    const char *text = parse->source->text;
    char c = text[at];
    const char *found = c ? strchr(letters, c) : NULL;
    if (found) {
        text_add_char(out, values[found - letters]);
        return 1;
    }
    if (c == '\r' || c == '\n')
        return c == '\r' && at + 1 < end && text[at + 1] == '\n' ? 2 : 1;
    if ((c >= '0' && c <= '7') || c == 'x' || (!bytes && (c == 'u' || c == 'U')))
        return decode_number(parse, out, at, end, bytes);
    if (c == 'N' && !bytes && at + 1 < end && text[at + 1] == '{') {
        size_t length = 2 + strcspn(text + at + 2, "}\r\n");
        length = at + length < end ? length + (text[at + length] == '}') : end - at;
        diag_hint(diag_error(parse->diag, (Span){ parse->source, at - 1, at + length }, "characters by name are not part of the language"),
                  "write \\u and the code");
        return length;
    }
    text_add_char(out, '\\');
    return 0;
}

/* text[begin, end) with escapes decoded, line ends as \n; with `braces`, {{ and }} as one. */
const char *literal_decode(Parse *parse, size_t begin, size_t end, bool raw, bool bytes, bool braces, size_t *length)
{
    const char *text = parse->source->text;
    Text out = text_new(parse->arena);
    for (size_t at = begin; at < end; at++) {
        char c = text[at];
        if (c == '\\' && !raw && at + 1 < end) {
            at += decode_escape(parse, &out, at + 1, end, bytes);
        } else if (c == '\r') {
            text_add_char(&out, '\n');
            at += at + 1 < end && text[at + 1] == '\n';
        } else {
            text_add_char(&out, c);
            at += braces && (c == '{' || c == '}') && at + 1 < end && text[at + 1] == c;
        }
    }
    *length = out.length;
    return arena_intern(parse->arena, out.at, out.length);
}
