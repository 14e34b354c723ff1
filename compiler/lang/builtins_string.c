/* Methods of str. In: the string and a name. Out: the bound method, or NULL. */
#include "lang/internal.h"

#include <ctype.h>

#define METHOD(function) static Object *function(Eval *eval, void *data, const Call *call)

static const char *self_text(const Call *call)
{
    return call->at[0].value->u.string.at;
}

/* The i-th argument as text, or NULL. */
static const char *text_argument(const Call *call, int i)
{
    return i < call->count && call->at[i].value->kind == OBJECT_STRING ? call->at[i].value->u.string.at : NULL;
}

static Object *wrong_argument(Eval *eval, void *data, const Call *call)
{
    Object *unknown = call_unknown(call);
    if (unknown)
        return unknown;
    eval_error(eval, call->span, "str.%s: needs a string", (const char *)data);
    return eval->poison;
}

METHOD(string_case)
{
    const char *name = data;
    eval_string_fits(eval, call->at[0].value->u.string.length, call->span);
    char *text = arena_strdup(eval_arena(eval), self_text(call));
    for (size_t i = 0; text[i]; i++) {
        bool start = i == 0 || (!strcmp(name, "title") && !isalpha((unsigned char)text[i - 1]));
        bool upper = !strcmp(name, "upper") || (start && strcmp(name, "lower"));
        text[i] = (char)(upper ? toupper((unsigned char)text[i]) : tolower((unsigned char)text[i]));
    }
    return object_string(eval_arena(eval), text);
}

METHOD(string_strip)
{
    const char *name = data, *text = self_text(call), *set = text_argument(call, 1);
    set = set ? set : " \t\r\n\f\v";
    size_t begin = strcmp(name, "rstrip") ? strspn(text, set) : 0, end = strlen(text);
    while (strcmp(name, "lstrip") && end > begin && strchr(set, text[end - 1]))
        end--;
    return object_string_sized(eval_arena(eval), text + begin, end - begin);
}

static bool starts(const char *text, const char *part) { return !strncmp(text, part, strlen(part)); }

METHOD(string_affix)
{
    const char *text = self_text(call);
    bool (*test)(const char *, const char *) = !strcmp(data, "startswith") ? starts : text_ends_with, truth = false;
    Object *part = call->count > 1 ? call->at[1].value : NULL;
    if (!part || (part->kind != OBJECT_STRING && part->kind != OBJECT_TUPLE))
        return wrong_argument(eval, data, call);
    for (int i = 0; part->kind == OBJECT_TUPLE && i < part->u.list.count; i++)
        truth |= part->u.list.at[i]->kind == OBJECT_STRING && test(text, part->u.list.at[i]->u.string.at);
    return object_bool(eval_arena(eval), part->kind == OBJECT_STRING ? test(text, part->u.string.at) : truth);
}

METHOD(string_split)
{
    const char *text = self_text(call), *separator = text_argument(call, 1);
    Object *list = object_list(eval_arena(eval), OBJECT_LIST, 0, NULL);
    if (!eval_work(eval, (int64_t)strlen(text), call->span))
        return eval->poison;
    if (separator && *separator) {
        for (const char *end; (end = strstr(text, separator)); text = end + strlen(separator))
            object_append(eval_arena(eval), list, object_string_sized(eval_arena(eval), text, (size_t)(end - text)));
        object_append(eval_arena(eval), list, object_string(eval_arena(eval), text));
        return list;
    }
    const char *space = strcmp(data, "splitlines") ? " \t\r\n\f\v" : "\r\n";
    for (text += strspn(text, space); *text; text += strspn(text, space)) {
        size_t length = strcspn(text, space);
        object_append(eval_arena(eval), list, object_string_sized(eval_arena(eval), text, length));
        text += length;
    }
    return list;
}

METHOD(string_join)
{
    if (call->count != 2)
        return wrong_argument(eval, data, call);
    Object *items = eval_items(eval, call->at[1].value, call->at[1].span);
    Text text = text_new(eval_arena(eval));
    for (int i = 0; !object_is_unknown(items) && i < items->u.list.count; i++) {
        Object *item = items->u.list.at[i];
        if (object_is_unknown(item))
            return item;
        if (item->kind != OBJECT_STRING)
            return wrong_argument(eval, data, call);
        text_add(&text, i ? self_text(call) : "");
        text_add(&text, item->u.string.at);
        if (text.length > LIMIT_STRING)
            break;
    }
    if (object_is_unknown(items))
        return items;
    return eval_string_fits(eval, text.length, call->span) ? object_string(eval_arena(eval), text.at ? text.at : "") : eval->poison;
}

METHOD(string_replace)
{
    const char *text = self_text(call), *old = text_argument(call, 1), *fresh = text_argument(call, 2);
    if (!old || !fresh)
        return wrong_argument(eval, data, call);
    Text out = text_new(eval_arena(eval));
    for (const char *end; *old && (end = strstr(text, old)) && out.length <= LIMIT_STRING; text = end + strlen(old)) {
        text_add_bytes(&out, text, (size_t)(end - text));
        text_add(&out, fresh);
    }
    text_add(&out, text);
    return eval_string_fits(eval, out.length, call->span) ? object_string(eval_arena(eval), out.at) : eval->poison;
}

METHOD(string_find)
{
    const char *part = text_argument(call, 1), *found = part ? strstr(self_text(call), part) : NULL;
    if (!part)
        return wrong_argument(eval, data, call);
    if (!found && !strcmp(data, "index"))
        return wrong_argument(eval, data, call);
    return object_int(eval_arena(eval), found ? found - self_text(call) : -1);
}

METHOD(string_count)
{
    const char *part = text_argument(call, 1), *text = self_text(call);
    int64_t count = 0;
    if (!part || !*part)
        return wrong_argument(eval, data, call);
    while ((text = strstr(text, part)))
        count++, text += strlen(part);
    return object_int(eval_arena(eval), count);
}

METHOD(string_is)
{
    const char *text = self_text(call), *name = data;
    bool truth = *text != 0;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        truth = truth && (!strcmp(name, "isdigit")   ? isdigit(c)
                          : !strcmp(name, "isalpha") ? isalpha(c)
                          : !strcmp(name, "isupper") ? !islower(c)
                          : !strcmp(name, "islower") ? !isupper(c)
                          : !strcmp(name, "isspace") ? isspace(c)
                                                     : isalnum(c));
    }
    return object_bool(eval_arena(eval), truth);
}

METHOD(string_pad)
{
    double width = 0;
    const char *fill = text_argument(call, 2), *name = data;
    if (call->count < 2 || !object_as_number(call->at[1].value, &width))
        return wrong_argument(eval, data, call);
    const char *align = !strcmp(name, "ljust") ? "<" : !strcmp(name, "center") ? "^" : ">";
    const char *spec = arena_printf(eval_arena(eval), "%c%s%d", !strcmp(name, "zfill") ? '0' : fill ? *fill : ' ', align, clamp_int(clamp_int64(width > 0 ? width : 0)));
    return format_value(eval, call->at[0].value, spec, NULL, call->span);
}

METHOD(string_format)
{
    (void)data;
    return format_method(eval, call->at[0].value, call);
}

METHOD(string_same)
{
    (void)eval;
    (void)data;
    return call->at[0].value;
}

static const struct { const char *name; BuiltinFunction call; } methods[] = {
    {"upper", string_case}, {"lower", string_case}, {"title", string_case}, {"capitalize", string_case}, {"strip", string_strip},
    {"lstrip", string_strip},
    {"rstrip", string_strip}, {"startswith", string_affix}, {"endswith", string_affix}, {"split", string_split},
    {"splitlines", string_split}, {"rsplit", string_split},
    {"join", string_join}, {"replace", string_replace}, {"find", string_find}, {"index", string_find}, {"count", string_count},
    {"isdigit", string_is}, {"isalpha", string_is},
    {"isalnum", string_is}, {"isupper", string_is}, {"islower", string_is}, {"isspace", string_is}, {"isnumeric", string_is},
    {"ljust", string_pad}, {"rjust", string_pad}, {"center", string_pad},
    {"zfill", string_pad}, {"format", string_format}, {"encode", string_same}, {"decode", string_same},
};

void string_method_names(Eval *eval, VecNames *names)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        VEC_PUSH(eval_arena(eval), names, methods[i].name);
}

/* dtype.name and the like: a type is its name here. */
Object *string_method(Eval *eval, Object *object, const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (!strcmp(methods[i].name, name))
            return object_bound(eval_arena(eval), object_builtin(eval_arena(eval), name, methods[i].call, (void *)methods[i].name, NULL),
                                object);
    return !strcmp(name, "name") || !strcmp(name, "base_dtype") ? object : NULL;
}
