/* Help: in: a family and a name. out: signature, docstring, shapes, the full names it goes by in Keras or Larq (whose formula it is), other
 * spellings, and the definition's own text. Everything is read off the tables and the prelude. */
#include "lang/internal.h"

static const char *const family_shapes[] = {
#define FAMILY(name, text, shapes) shapes,
#include "lang/families.def"
#undef FAMILY
};

static void add_parameters(Text *text, const Node *node)
{
    bool keyword_only = false;
    text_add(text, "(");
    for (const Parameter *p = node->parameters; p; p = p->next) {
        const char *star = p->kind == PARAMETER_STAR ? "*" : p->kind == PARAMETER_STAR_STAR ? "**" : "";
        if (p->kind == PARAMETER_KEYWORD_ONLY && !keyword_only)
            text_add(text, p == node->parameters ? "*, " : ", *");
        keyword_only |= p->kind == PARAMETER_KEYWORD_ONLY;
        text_printf(text, "%s%s%s", p == node->parameters ? "" : ", ", star, p->name);
        if (p->value) {
            text_add(text, "=");
            text_add_bytes(text, p->value->span.source->text + p->value->span.begin, p->value->span.end - p->value->span.begin);
        }
    }
    text_add(text, ")\n");
}

/* "abs(x): |x|." is signature and docstring; a text without parentheses is a docstring alone. */
static void add_builtin(Text *text, const char *name, const char *help)
{
    const char *end = help ? strstr(help, "): ") : NULL;
    if (end && strchr(help, '(') < end)
        text_printf(text, "%.*s)\n\n  %s\n", (int)(end - help), help, end + 3);
    else
        text_printf(text, "%s(...)\n\n  %s\n", name, help ? help : "");
}

static const Object *definition_of(const Object *object)
{
    return object->definition ? object->definition : object;
}

static void add_names(Eval *eval, Text *text, const Entry *entry)
{
    const char *start = "\n  full name: ";
    for (int i = 0; i < eval->entries.count; i++) {
        const Entry *other = &eval->entries.at[i];
        if (other->object != entry->object || other->family != entry->family || !strchr(other->path, '.'))
            continue;
        text_printf(text, "%s%s", start, other->path);
        start = ", ";
    }
    start = "\n  also: ";
    if (entry->snake) {
        text_printf(text, "%s%s", start, entry->snake);
        start = ", ";
    }
    const char *alias;
    for (int i = 0; (alias = names_alias(entry->family, entry->last, i)); i++) {
        text_printf(text, "%s%s", start, alias);
        start = ", ";
    }
    text_add(text, "\n");
}

static const char *origin_of(const Entry *entry)
{
    return !strncmp(entry->path, "larq.", 5) ? "Larq 0.13" : !strncmp(entry->path, "tf.", 3) ? "Keras 2.15" : "bnnc";
}

static void add_entry(Eval *eval, Text *text, const Entry *entry)
{
    const Object *object = definition_of(entry->object);
    const Node *node = object->kind == OBJECT_FUNCTION ? object->u.function.node : NULL;
    if (node) {
        text_add(text, object->u.function.name);
        add_parameters(text, node);
        text_printf(text, "\n  %s\n", node->docstring ? node->docstring : "");
    } else {
        const char *help = object->kind == OBJECT_BUILTIN ? object->u.builtin.help
                           : object->kind == OBJECT_CLASS ? object->u.class->native->help
                                                          : NULL;
        add_builtin(text, entry->last, help);
    }
    if (*family_shapes[entry->family])
        text_printf(text, "\n  shapes: %s", family_shapes[entry->family]);
    add_names(eval, text, entry);
    text_printf(text, "  formula: as in %s%s\n", origin_of(entry), node ? "; here it is defined so:" : "");
    if (node) {
        text_add(text, "\n");
        text_add_bytes(text, node->span.source->text + node->span.begin, node->span.end - node->span.begin);
        text_add(text, "\n");
    }
}

static bool is_alias(const Entry *entry, const char *name)
{
    const char *alias;
    for (int i = 0; (alias = names_alias(entry->family, entry->last, i)); i++)
        if (!strcmp(alias, name))
            return true;
    return false;
}

static bool goes_by(const Entry *entry, const char *name)
{
    return !strcmp(entry->last, name) || !strcmp(entry->path, name) || (entry->snake && !strcmp(entry->snake, name)) || is_alias(entry, name);
}

const char *eval_help(Eval *eval, Family family, const char *name)
{
    Text text = text_new(eval_arena(eval));
    const Object *shown[8];
    int count = 0;
    for (int i = 0; i < eval->entries.count && count < 8; i++) {
        const Entry *entry = &eval->entries.at[i];
        bool wanted = entry->family == family && goes_by(entry, name);
        for (int k = 0; k < count && wanted; k++)
            wanted = shown[k] != entry->object;
        if (!wanted)
            continue;
        text_add(&text, count ? "\n" : "");
        add_entry(eval, &text, entry);
        shown[count++] = entry->object;
    }
    return count ? text.at : NULL;
}
