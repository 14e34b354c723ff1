/* Text of objects: str() and repr() as Python prints them, kind names for messages, and a shortened form. */
#include "lang/internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *object_kind_name(const Object *object)
{
    static const char *const names[] = {
        [OBJECT_NONE] = "None", [OBJECT_BOOL] = "bool", [OBJECT_INT] = "int", [OBJECT_FLOAT] = "float", [OBJECT_STRING] = "str",
        [OBJECT_LIST] = "list", [OBJECT_TUPLE] = "tuple", [OBJECT_DICT] = "dict", [OBJECT_SET] = "set", [OBJECT_RANGE] = "range",
        [OBJECT_ARRAY] = "array", [OBJECT_FUNCTION] = "function", [OBJECT_BUILTIN] = "function", [OBJECT_BOUND] = "method",
        [OBJECT_CLASS] = "class", [OBJECT_INSTANCE] = "object", [OBJECT_SUPER] = "super", [OBJECT_MODULE] = "module",
        [OBJECT_EXPR] = "expr", [OBJECT_DATASET] = "dataset array", [OBJECT_UNKNOWN] = "unknown",
    };
    if (object->kind == OBJECT_NATIVE)
        return object->u.native.type->name;
    if (object->kind == OBJECT_INSTANCE)
        return object->u.instance.class->name;
    if ((object->kind == OBJECT_FUNCTION || object->kind == OBJECT_BUILTIN) && object->family && object->family != FAMILY_FUNCTION)
        return family_word(object->family);
    return names[object->kind];
}

/* Shortest decimal that reads back as the same double, in Python's layout. */
static void print_float(Text *text, double value)
{
    if (isnan(value) || isinf(value)) {
        text_add(text, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    char digits[40];
    int precision = 1;
    for (; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*e", precision - 1, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    int exponent = atoi(strchr(digits, 'e') + 1);
    if (exponent >= -4 && exponent < 16) {
        snprintf(digits, sizeof digits, "%.*f", precision - 1 - exponent > 0 ? precision - 1 - exponent : 1, value);
        text_add(text, digits);
        return;
    }
    char *e = strchr(digits, 'e');
    text_add_bytes(text, digits, (size_t)(e - digits));
    text_printf(text, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

static void print_string(Text *text, const Object *string)
{
    char quote = memchr(string->u.string.at, '\'', string->u.string.length) && !memchr(string->u.string.at, '"', string->u.string.length)
                     ? '"'
                     : '\'';
    text_add_char(text, quote);
    for (size_t i = 0; i < string->u.string.length; i++) {
        char c = string->u.string.at[i];
        if (c == '\n')
            text_add(text, "\\n");
        else if (c == '\t')
            text_add(text, "\\t");
        else if (c == '\r')
            text_add(text, "\\r");
        else if (c == '\\' || c == quote)
            text_printf(text, "\\%c", c);
        else
            text_add_char(text, c);
    }
    text_add_char(text, quote);
}

static void print_object(Text *text, const Object *object, bool repr, int depth);

static void print_items(Text *text, const Object *list, const char *open, const char *close, int depth)
{
    text_add(text, open);
    for (int i = 0; i < list->u.list.count; i++) {
        text_add(text, i ? ", " : "");
        print_object(text, list->u.list.at[i], true, depth + 1);
    }
    text_add(text, list->kind == OBJECT_TUPLE && list->u.list.count == 1 ? "," : "");
    text_add(text, close);
}

static void print_dict(Text *text, const Object *dict, int depth)
{
    text_add(text, "{");
    for (int i = 0; i < dict->u.dict.count; i++) {
        text_add(text, i ? ", " : "");
        print_object(text, dict->u.dict.keys[i], true, depth + 1);
        text_add(text, ": ");
        print_object(text, dict->u.dict.values[i], true, depth + 1);
    }
    text_add(text, "}");
}

static void print_array(Text *text, const Object *array, int axis, int *at)
{
    if (axis == array->u.array.rank) {
        print_float(text, array->u.array.at[(*at)++]);
        return;
    }
    text_add(text, "[");
    for (int i = 0; i < array->u.array.dim[axis]; i++) {
        text_add(text, i ? " " : "");
        print_array(text, array, axis + 1, at);
    }
    text_add(text, "]");
}

static void print_callable(Text *text, const Object *object)
{
    if (object->family_name && object->family_arguments) {
        text_printf(text, "%s(", object->family_name);
        for (int i = 0; i < object->family_arguments->u.dict.count; i++) {
            text_printf(text, "%s%s=", i ? ", " : "", object->family_arguments->u.dict.keys[i]->u.string.at);
            print_object(text, object->family_arguments->u.dict.values[i], true, 8);
        }
        text_add(text, ")");
    } else if (object->kind == OBJECT_FUNCTION) {
        text_printf(text, "<function %s>", object->u.function.name);
    } else {
        text_printf(text, "<function %s>", object->u.builtin.name);
    }
}

static void print_object(Text *text, const Object *object, bool repr, int depth)
{
    if (depth > 12 || text->length > LIMIT_STRING) {
        text_add(text, "...");
        return;
    }
    int at = 0;
    switch (object->kind) {
    case OBJECT_NONE: text_add(text, "None"); break;
    case OBJECT_BOOL: text_add(text, object->u.boolean ? "True" : "False"); break;
    case OBJECT_INT: text_printf(text, "%lld", (long long)object->u.integer); break;
    case OBJECT_FLOAT: print_float(text, object->u.real); break;
    case OBJECT_STRING:
        if (repr)
            print_string(text, object);
        else
            text_add_bytes(text, object->u.string.at, object->u.string.length);
        break;
    case OBJECT_LIST: print_items(text, object, "[", "]", depth); break;
    case OBJECT_TUPLE: print_items(text, object, "(", ")", depth); break;
    case OBJECT_SET: print_items(text, object, object->u.list.count ? "{" : "set(", object->u.list.count ? "}" : ")", depth); break;
    case OBJECT_DICT: print_dict(text, object, depth); break;
    case OBJECT_RANGE: text_printf(text, "range(%lld, %lld)", (long long)object->u.range.start, (long long)object->u.range.stop); break;
    case OBJECT_ARRAY: print_array(text, object, 0, &at); break;
    case OBJECT_FUNCTION: case OBJECT_BUILTIN: print_callable(text, object); break;
    case OBJECT_BOUND: text_add(text, "<method>"); break;
    case OBJECT_CLASS: text_printf(text, "<class '%s'>", object->u.class->name); break;
    case OBJECT_INSTANCE: text_printf(text, "<%s object>", object->u.instance.class->name); break;
    case OBJECT_SUPER: text_add(text, "<super>"); break;
    case OBJECT_MODULE: text_printf(text, "<module '%s'>", object->u.module.path); break;
    case OBJECT_EXPR: text_add(text, expr_text(text->arena, object->u.expr, NULL, 0)); break;
    case OBJECT_DATASET: text_printf(text, "<array of %s>", object->u.dataset.name); break;
    case OBJECT_NATIVE:
        text_add(text,
                 object->u.native.type->describe ? object->u.native.type->describe(text->arena, object) : object->u.native.type->name);
        break;
    case OBJECT_UNKNOWN: text_printf(text, "<unknown: %s>", object->u.unknown.why); break;
    }
}

const char *object_print(Arena *arena, const Object *object, bool repr)
{
    Text text = text_new(arena);
    print_object(&text, object, repr, 0);
    return text.at ? text.at : "";
}

const char *object_text(Arena *arena, const Object *object)
{
    const char *full = object_print(arena, object, true);
    return strlen(full) <= 60 ? full : arena_printf(arena, "%.57s...", full);
}
