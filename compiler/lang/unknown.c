/* Unknown values: where they come from, what is skipped because of them, and the errors when they reach the model (LANGUAGE.md section 5).
 */
#include "lang/internal.h"

#include <ctype.h>
#include <stdio.h>

Object *unknown_new(Eval *eval, Span span, const char *why, ...)
{
    va_list arguments;
    va_start(arguments, why);
    const char *text = arena_vprintf(eval_arena(eval), why, arguments);
    va_end(arguments);
    return object_unknown(eval_arena(eval), span, "%s", text);
}

Object *unknown_construct(Eval *eval, Span span, const char *construct)
{
    static const struct { const char *construct, *advice; } table[] = {
        { "while", "a 'for' over a range" }, { ":=", "an assignment before it" }, { "match", "'if' and 'elif'" },
        { "async def", "'def'" }, { "async for", "'for'" }, { "async with", "'with'" }, { "await", "a call without it" },
        { "yield", "a function that returns a list" }, { "yield from", "a function that returns a list" }, { "except*", "'except'" },
        { "type", "nothing: types do not matter" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].construct, construct))
            return unknown_new(eval, span, "'%s', which bnnc does not evaluate (write %s)", construct, table[i].advice);
    return unknown_new(eval, span, "'%s', which bnnc does not evaluate", construct);
}

/* The undefined name that an unknown is, used at this very place; NULL: it is something else. */
static const char *undefined_here(Eval *eval, const Object *unknown, Span span)
{
    static const char start[] = "the undefined name '";
    const char *why = unknown->u.unknown.why;
    if (strncmp(why, start, sizeof start - 1) || unknown->origin.source != span.source || unknown->origin.begin != span.begin)
        return NULL;
    return arena_strndup(eval_arena(eval), why + sizeof start - 1, strlen(why) - sizeof start);
}

Message *eval_unknown_error(Eval *eval, Object *unknown, Span span, const char *format, ...)
{
    if (eval_is_poison(unknown))
        return NULL;
    if (unknown_is_undefined(unknown)) {
        const char *nearest = scope_nearest(eval, eval->globals, unknown->family_name);
        Message *undefined = eval_error(eval, span, "'%s' is not defined", unknown->family_name);
        if (nearest)
            diag_hint(undefined, "did you mean '%s'?", nearest);
        return undefined;
    }
    const char *name = undefined_here(eval, unknown, span);
    if (name) {
        Message *undefined = eval_error(eval, unknown->origin, "'%s' is not defined", name);
        if (isupper((unsigned char)*name))
            diag_hint(undefined, "`bnnc help` lists what there is");
        else
            diag_hint(undefined, "--set %s=VALUE gives it a value", name);
        return undefined;
    }
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(eval_arena(eval), format, arguments);
    va_end(arguments);
    Message *message = eval_error(eval, span, "%s", text);
    if (unknown->origin.source)
        diag_note(message, unknown->origin, "it comes from %s", unknown->u.unknown.why);
    if (!strncmp(unknown->u.unknown.why, "the class '", 11))
        diag_hint(message, "bnnc has classes over models, layers, quantizers, or nothing");
    else if (!strstr(unknown->u.unknown.why, "(did you mean") && !strstr(unknown->u.unknown.why, "(write"))
        diag_hint(message, "--set NAME=VALUE gives it a value");
    return message;
}

void unknown_skip(Eval *eval, Span span, Object *unknown)
{
    if (eval_is_poison(unknown) || unknown_is_undefined(unknown) || span_in_prelude(span) || eval->wants_tensors)
        return;
    for (int i = eval->skipped.count - 1; i >= 0 && i >= eval->skipped.count - 64; i--)
        if (eval->skipped.at[i].span.begin == span.begin && eval->skipped.at[i].span.source == span.source)
            return; /* the same statement in a loop */
    VEC_PUSH(eval_arena(eval), &eval->skipped, ((Skipped){span, unknown}));
}

/* --- looking into statements that are not run */

typedef struct { bool (*visit)(void *context, const Node *node); void *context; bool functions; } Walk;

static bool walk_node(const Walk *walk, const Node *node);

static bool walk_list(const Walk *walk, Node *const *items, int count)
{
    for (int i = 0; i < count; i++)
        if (items && items[i] && walk_node(walk, items[i]))
            return true;
    return false;
}

static bool walk_block(const Walk *walk, const Node *first)
{
    for (const Node *node = first; node; node = node->next)
        if (walk_node(walk, node))
            return true;
    return false;
}

/* True as soon as visit says so. Bodies of nested functions and classes only when asked for. */
static bool walk_node(const Walk *walk, const Node *node)
{
    if (!node)
        return false;
    if (walk->visit(walk->context, node))
        return true;
    bool scope = node->kind == AST_DEF || node->kind == AST_LAMBDA || node->kind == AST_CLASS;
    if (scope && !walk->functions)
        return false;
    for (const Argument *a = node->arguments; a; a = a->next)
        if (walk_node(walk, a->value))
            return true;
    for (const Clause *c = node->clauses; c; c = c->next)
        if (walk_node(walk, c->iterable))
            return true;
    return walk_node(walk, node->left) || walk_node(walk, node->right) || walk_node(walk, node->test) ||
           walk_list(walk, node->items, node->item_count) || walk_list(walk, node->keys, node->keys ? node->item_count : 0) ||
           walk_block(walk, node->body) || walk_block(walk, node->orelse) || walk_block(walk, node->finally);
}

typedef struct { Eval *eval; Scope *scope; Object *unknown; const Node *culprit; } Look;

static Object *quiet_name(Eval *eval, Scope *scope, const Node *node);

static bool changes_in_place(const char *method)
{
    static const char *const methods[] = { "add",   "pop",    "append",     "extend", "insert",  "remove",
                                           "clear", "update", "setdefault", "sort",   "reverse", "discard" };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (!strcmp(method, methods[i]))
            return true;
    return false;
}

/* A list, dict or array that the skipped code would change is unknown from here on. */
static void forget_contents(Look *look, const Node *node)
{
    Object *object = quiet_name(look->eval, look->scope, node);
    bool container = object && (object_is_sequence(object) || object->kind == OBJECT_DICT || object->kind == OBJECT_ARRAY);
    if (!container)
        return;
    if (node->kind == AST_NAME)
        scope_assign(look->eval, look->scope, node->text, look->unknown);
    else
        object_dict_set(eval_arena(look->eval), quiet_name(look->eval, look->scope, node->left)->u.instance.attributes, node->text,
                        look->unknown);
}

static void forget_target(Look *look, const Node *target)
{
    if (!target)
        return;
    if (target->kind == AST_SUBSCRIPT)
        forget_contents(look, target->left);
    else if (target->kind == AST_NAME)
        scope_assign(look->eval, look->scope, target->text, look->unknown);
    else if (target->kind == AST_TUPLE || target->kind == AST_LIST)
        for (int i = 0; i < target->item_count; i++)
            forget_target(look, target->items[i]);
    else if (target->kind == AST_STARRED)
        forget_target(look, target->left);
}

static bool forget_names(void *context, const Node *node)
{
    Look *look = context;
    if (node->kind == AST_ASSIGN)
        for (int i = 0; i < node->item_count; i++)
            forget_target(look, node->items[i]);
    else if (node->kind == AST_AUGMENTED || node->kind == AST_ANNOTATED || node->kind == AST_FOR)
        forget_target(look, node->left);
    else if (node->kind == AST_WITH)
        for (int i = 0; i < node->item_count; i++)
            forget_target(look, node->items[i]);
    else if (node->kind == AST_DEF || node->kind == AST_CLASS)
        scope_assign(look->eval, look->scope, node->text, look->unknown);
    else if (node->kind == AST_CALL && node->left->kind == AST_ATTRIBUTE && changes_in_place(node->left->text))
        forget_contents(look, node->left->left);
    return false;
}

void unknown_names(Eval *eval, Scope *scope, const Node *block, Object *unknown)
{
    Look look = {eval, scope, unknown, NULL};
    Walk walk = {forget_names, &look, false};
    walk_block(&walk, block);
}

/* Models, layers, and lists that hold them. */
static bool concerns_model(const Object *object)
{
    if (object->kind == OBJECT_NATIVE)
        return !strcmp(object->u.native.type->name, "model") || !strcmp(object->u.native.type->name, "layer");
    if (object->kind == OBJECT_INSTANCE)
        return object->u.instance.class->native != NULL;
    if (object->kind == OBJECT_LIST)
        for (int i = 0; i < object->u.list.count; i++)
            if (object->u.list.at[i]->kind == OBJECT_NATIVE || concerns_model(object->u.list.at[i]))
                return true;
    return false;
}

static Object *quiet_name(Eval *eval, Scope *scope, const Node *node)
{
    if (node->kind == AST_NAME) {
        for (Scope *at = scope; at; at = at->parent)
            if (scope_get(at, node->text))
                return scope_get(at, node->text);
        return NULL;
    }
    Object *owner = node->kind == AST_ATTRIBUTE ? quiet_name(eval, scope, node->left) : NULL;
    return owner && owner->kind == OBJECT_INSTANCE ? object_dict_get(owner->u.instance.attributes, node->text) : NULL;
}

static bool changes_model(void *context, const Node *node)
{
    Look *look = context;
    if (node->kind != AST_CALL || node->left->kind != AST_ATTRIBUTE)
        return false;
    Object *object = changes_in_place(node->left->text) ? quiet_name(look->eval, look->scope, node->left->left) : NULL;
    if (!object || !concerns_model(object))
        return false;
    look->culprit = node;
    return true;
}

bool unknown_block(Eval *eval, Scope *scope, const Node *head, const Node *block, Object *unknown)
{
    Look look = {eval, scope, unknown, NULL};
    Walk walk = {changes_model, &look, false};
    if (!eval_is_poison(unknown) && walk_block(&walk, block)) {
        Span span = head->test ? head->test->span : head->right ? head->right->span : head->span;
        Message *message = eval_unknown_error(eval, unknown, span, "whether this runs is not known here, and it would change the model");
        diag_note(message, look.culprit->span, "here");
        return false;
    }
    if (block)
        unknown_skip(eval, head->test ? head->test->span : head->span, unknown);
    unknown_names(eval, scope, block, unknown);
    return true;
}

static bool is_yield(void *context, const Node *node)
{
    (void)context;
    return node->kind == AST_UNSUPPORTED_EXPRESSION && node->text && (!strncmp(node->text, "yield", 5) || !strncmp(node->text, "await", 5));
}

bool unknown_generator(const Node *function)
{
    Walk walk = {is_yield, NULL, false};
    return walk_block(&walk, function->body);
}

/* --- the note at the end */

static void print_skipped(const Skipped *skipped)
{
    int line, column;
    source_position(skipped->span.source, skipped->span.begin, &line, &column);
    const char *why = skipped->unknown->u.unknown.why, *hint = strstr(why, " (did you mean");
    int length = hint ? (int)(hint - why) : (int)strlen(why);
    fprintf(stderr, "%s:%d:%d: note: skipped, it needs %.*s\n", skipped->span.source->name, line, column, length, why);
}

void eval_report_unknowns(Eval *eval)
{
    int count = eval->skipped.count;
    if (!count)
        return;
    if (eval->options.explain)
        for (int i = 0; i < count; i++)
            print_skipped(&eval->skipped.at[i]);
    else
        fprintf(stderr, "bnnc: note: %d %s only values that are not known here and %s skipped (--explain lists them)\n", count,
                count == 1 ? "statement concerns" : "statements concern", count == 1 ? "was" : "were");
}
