/* Text from values: f-strings, "%" and .format, with Python's format specifications. Unknown values make unknown text. */
#include "lang/internal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool add_piece(Eval *eval, Text *text, const Object *piece, Span span)
{
    if (!eval_string_grows(eval, text->length, piece->u.string.length, span))
        return false;
    text_add_bytes(text, piece->u.string.at, piece->u.string.length);
    return true;
}

static Object *finish(Eval *eval, const Text *text, Span span)
{
    bool fits = eval_string_fits(eval, text->length, span);
    return fits ? object_string_sized(eval_arena(eval), text->at ? text->at : "", text->length) : eval->poison;
}

typedef struct { char fill, align, sign, type; bool alternate, zero, comma, wrong; int width, precision; } Spec;

static Spec parse_spec(const char *text)
{
    Spec spec = {.fill = ' ', .precision = -1};
    if (text[0] && strchr("<>^=", text[1]) && text[1]) {
        spec.fill = text[0];
        spec.align = text[1];
        text += 2;
    } else if (*text && strchr("<>^=", *text)) {
        spec.align = *text++;
    }
    if (*text && strchr("+- ", *text))
        spec.sign = *text++;
    if (*text == '#')
        spec.alternate = true, text++;
    if (*text == '0')
        spec.zero = true, text++;
    spec.width = clamp_int(strtol(text, (char **)&text, 10));
    if (*text == ',' || *text == '_')
        spec.comma = true, text++;
    if (*text == '.')
        spec.precision = clamp_int(strtol(text + 1, (char **)&text, 10));
    spec.type = *text;
    spec.wrong = *text && (!strchr("bcdeEfFgGnosxX%", *text) || text[1]);
    spec.width = spec.width > 4096 ? 4096 : spec.width;
    spec.precision = spec.precision > 512 ? 512 : spec.precision;
    return spec;
}

static const char *with_commas(Arena *arena, const char *digits)
{
    Text text = text_new(arena);
    size_t start = strspn(digits, "+-"), whole = strspn(digits + start, "0123456789");
    text_add_bytes(&text, digits, start);
    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            text_add_char(&text, ',');
        text_add_char(&text, digits[start + i]);
    }
    text_add(&text, digits + start + whole);
    return text.at;
}

static const char *format_integer(Arena *arena, int64_t value, const Spec *spec)
{
    unsigned long long magnitude = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
    const char *sign = value < 0 ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "";
    if (spec->type == 'x' || spec->type == 'X' || spec->type == 'o') {
        const char *format = spec->type == 'x' ? "%s%s%llx" : spec->type == 'X' ? "%s%s%llX" : "%s%s%llo";
        return arena_printf(arena, format, sign, spec->alternate ? (spec->type == 'o' ? "0o" : "0x") : "", magnitude);
    }
    if (spec->type == 'b') {
        char bits[65];
        int at = 64;
        bits[64] = 0;
        do
            bits[--at] = (char)('0' + (magnitude & 1));
        while (magnitude >>= 1);
        return arena_printf(arena, "%s%s%s", sign, spec->alternate ? "0b" : "", bits + at);
    }
    return arena_printf(arena, "%s%llu", sign, magnitude);
}

static const char *format_real(Arena *arena, double value, const Spec *spec)
{
    char type = spec->type;
    const char *sign = signbit(value) ? "" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "";
    int precision = spec->precision < 0 ? 6 : spec->precision;
    if (type == '%')
        return arena_printf(arena, "%s%.*f%%", sign, precision, value * 100);
    if (type == 'e' || type == 'E')
        return arena_printf(arena, type == 'e' ? "%s%.*e" : "%s%.*E", sign, precision, value);
    if (type == 'f' || type == 'F')
        return arena_printf(arena, "%s%.*f", sign, precision, value);
    if (type == 'g' || type == 'G' || spec->precision >= 0)
        return arena_printf(arena, type == 'G' ? "%s%.*G" : "%s%.*g", sign, precision ? precision : 1, value);
    Object object = {.kind = OBJECT_FLOAT, .u.real = value};
    return arena_printf(arena, "%s%s", sign, object_print(arena, &object, false));
}

static const char *pad(Arena *arena, const char *body, const Spec *spec, bool number)
{
    int missing = spec->width - (int)strlen(body);
    char align = spec->align ? spec->align : spec->zero && number ? '=' : number ? '>' : '<';
    char fill = spec->zero && !spec->align ? '0' : spec->fill;
    if (missing <= 0)
        return body;
    Text text = text_new(arena);
    int before = align == '>' ? missing : align == '^' ? missing / 2 : 0;
    size_t sign = align == '=' ? strspn(body, "+- ") : 0;
    text_add_bytes(&text, body, sign);
    for (int i = 0; i < (align == '=' ? missing : before); i++)
        text_add_char(&text, fill);
    text_add(&text, body + sign);
    for (int i = before; align != '=' && i < missing; i++)
        text_add_char(&text, fill);
    return text.at;
}

Object *format_value(Eval *eval, Object *value, const char *spec_text, const char *conversion, Span span)
{
    Arena *arena = eval_arena(eval);
    double number;
    if (object_is_unknown(value))
        return value;
    if (conversion)
        value = object_string(arena, object_print(arena, value, *conversion != 's'));
    if (!*spec_text)
        return object_string(arena, object_print(arena, value, false));
    Spec spec = parse_spec(spec_text);
    if (spec.wrong) {
        eval_error(eval, span, "'%s' is not a format specification of Python", spec_text);
        return eval->poison;
    }
    bool numeric = object_as_number(value, &number);
    bool integer = (value->kind == OBJECT_INT || value->kind == OBJECT_BOOL) && (!spec.type || strchr("dxXobnc", spec.type));
    if (spec.type && strchr("dxXob", spec.type) && !integer) {
        eval_error(eval, span, "the format '%s' needs an integer, not %s", spec_text, object_kind_name(value));
        return eval->poison;
    }
    if (spec.type && strchr("eEfFgG%", spec.type) && !numeric) {
        eval_error(eval, span, "the format '%s' needs a number, not %s", spec_text, object_kind_name(value));
        return eval->poison;
    }
    const char *body;
    if (integer)
        body = format_integer(arena, value->kind == OBJECT_INT ? value->u.integer : clamp_int64(number), &spec);
    else if (numeric)
        body = format_real(arena, number, &spec);
    else
        body = spec.precision >= 0 ? arena_printf(arena, "%.*s", spec.precision, object_print(arena, value, false))
                                   : object_print(arena, value, false);
    return object_string(arena, pad(arena, spec.comma && numeric ? with_commas(arena, body) : body, &spec, numeric));
}

Object *format_fstring(Eval *eval, Scope *scope, const Node *node)
{
    Text text = text_new(eval_arena(eval));
    for (int i = 0; i < node->item_count; i++) {
        const Node *item = node->items[i];
        if (item->kind == AST_STRING) {
            text_add_bytes(&text, item->text, item->text_length);
            continue;
        }
        Object *value = eval_node(eval, scope, item->left), *spec = item->right ? eval_node(eval, scope, item->right) : NULL;
        if (spec && object_is_unknown(spec))
            return spec;
        Object *piece = format_value(eval, value, spec ? spec->u.string.at : "", item->text, item->span);
        if (object_is_unknown(piece))
            return piece;
        if (!add_piece(eval, &text, piece, node->span))
            return eval->poison;
    }
    return finish(eval, &text, node->span);
}

/* --- "%d of %s" % (a, b) */

static const char *percent_spec(Arena *arena, const char *at, size_t length, char type, bool *left)
{
    Text text = text_new(arena);
    *left = false;
    for (size_t i = 0; i < length; i++) {
        if (at[i] == '-')
            *left = true;
        else
            text_add_char(&text, at[i]);
    }
    if (type != 's' && type != 'r')
        text_add_char(&text, type == 'i' || type == 'u' ? 'd' : type);
    return arena_printf(arena, "%s%s", *left ? "<" : type == 's' && length ? ">" : "", text.at ? text.at : "");
}

static Object *percent_value(Eval *eval, Object *values, int *used, const char *key, Span span)
{
    if (key) {
        Object *value = values->kind == OBJECT_DICT ? object_dict_get(values, key) : NULL;
        if (!value)
            eval_error(eval, span, "the key '%s' is not in the %s", key, object_kind_name(values));
        return value ? value : eval->poison;
    }
    if (values->kind != OBJECT_TUPLE)
        return (*used)++ ? NULL : values;
    return *used < values->u.list.count ? values->u.list.at[(*used)++] : NULL;
}

static Object *percent_piece(Eval *eval, const char **at, Object *values, int *used, Span span)
{
    Arena *arena = eval_arena(eval);
    const char *key = NULL;
    bool left;
    if (**at == '(') {
        size_t length = strcspn(*at + 1, ")");
        key = arena_strndup(arena, *at + 1, length);
        *at += length + ((*at)[length + 1] ? 2 : 1);
    }
    size_t flags = strspn(*at, "+- #0123456789.");
    char type = (*at)[flags];
    Object *value = type ? percent_value(eval, values, used, key, span) : NULL;
    if (!value) {
        eval_error(eval, span, "too few values for the format");
        return eval->poison;
    }
    const char *spec = percent_spec(arena, *at, flags, type, &left);
    *at += flags + 1;
    double number;
    bool to_integer = strchr("dixXo", type) && value->kind == OBJECT_FLOAT && object_as_number(value, &number) && fabs(number) < 0x1p63;
    value = to_integer ? object_int(arena, (int64_t)trunc(number)) : value;
    return format_value(eval, value, spec, type == 'r' ? "r" : NULL, span);
}

Object *format_percent(Eval *eval, Object *format, Object *values, Span span)
{
    Text text = text_new(eval_arena(eval));
    int used = 0;
    for (const char *at = format->u.string.at; *at;) {
        if (*at != '%' || at[1] == '%') {
            text_add_char(&text, *at);
            at += *at == '%' ? 2 : 1;
            continue;
        }
        at++;
        Object *piece = percent_piece(eval, &at, values, &used, span);
        if (object_is_unknown(piece))
            return piece;
        if (!add_piece(eval, &text, piece, span))
            return eval->poison;
    }
    return finish(eval, &text, span);
}

/* --- "{} {name:.2f} {0[1]}".format(...) */

typedef struct { const Call *call; const Object *positional; int next; } Fields;

static Object *field_value(Eval *eval, const char *field, Fields *fields, Span span)
{
    const Call *call = fields->call;
    size_t length = strcspn(field, ".[");
    const char *name = arena_strndup(eval_arena(eval), field, length);
    Object *value = NULL;
    if (!length || isdigit((unsigned char)*name)) {
        int64_t index = length ? strtoll(name, NULL, 10) : fields->next++;
        value = index < fields->positional->u.list.count ? fields->positional->u.list.at[index] : NULL;
    } else {
        for (int i = 1; i < call->count && eval_work(eval, 1, span); i++)
            if (call->at[i].name && !strcmp(call->at[i].name, name))
                value = call->at[i].value;
    }
    if (!value) {
        eval_error(eval, span, "format: no value for '{%s}'", field);
        return eval->poison;
    }
    for (const char *rest = field + length; *rest;) {
        size_t size = strcspn(rest + 1, *rest == '[' ? "]" : ".[");
        const char *part = arena_strndup(eval_arena(eval), rest + 1, size);
        Object *index = isdigit((unsigned char)*part) ? object_int(eval_arena(eval), atoi(part)) : object_string(eval_arena(eval), part);
        value = *rest == '[' ? eval_subscript(eval, value, index, span) : eval_attribute(eval, value, eval_intern(eval, part), span);
        rest += size + 1 + (*rest == '[' && rest[size + 1] == ']');
    }
    return value;
}

static Object *format_field(Eval *eval, const char *field, Fields *fields)
{
    size_t name = strcspn(field, "!:");
    const char *conversion = field[name] == '!' ? arena_strndup(eval_arena(eval), field + name + 1, 1) : NULL;
    const char *spec = strchr(field + name, ':');
    Object *value = field_value(eval, arena_strndup(eval_arena(eval), field, name), fields, fields->call->span);
    return format_value(eval, value, spec ? spec + 1 : "", conversion, fields->call->span);
}

/* call->at[0] is the format string itself. */
Object *format_method(Eval *eval, Object *format, const Call *call)
{
    Text text = text_new(eval_arena(eval));
    Object *positional = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    Fields fields = {call, positional, 0};
    for (int i = 1; i < call->count; i++)
        if (!call->at[i].name)
            object_append(eval_arena(eval), positional, call->at[i].value);
    for (const char *at = format->u.string.at; *at;) {
        if ((*at == '{' || *at == '}') && at[1] == *at) {
            text_add_char(&text, *at);
            at += 2;
        } else if (*at == '{') {
            size_t length = strcspn(at + 1, "}");
            Object *piece = format_field(eval, arena_strndup(eval_arena(eval), at + 1, length), &fields);
            if (object_is_unknown(piece))
                return piece;
            if (!add_piece(eval, &text, piece, call->span))
                return eval->poison;
            at += length + 1 + (at[length + 1] == '}');
        } else {
            text_add_char(&text, *at++);
        }
    }
    return finish(eval, &text, call->span);
}
