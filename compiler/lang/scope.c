/* Scopes: names to values, as Python's rules have it; and what happens when a name is not there. Names are interned: pointers compare. */
#include "lang/internal.h"

const char *eval_intern(Eval *eval, const char *name)
{
    return arena_intern(eval_arena(eval), name, strlen(name));
}

Scope *scope_new(Eval *eval, Scope *parent, ScopeKind kind)
{
    Scope *scope = ARENA_NEW(eval_arena(eval), Scope);
    scope->parent = parent;
    scope->kind = kind;
    if (parent && kind != SCOPE_FUNCTION) {
        scope->owner = parent->owner;
        scope->self = parent->self;
    }
    return scope;
}

static Binding *scope_find(const Scope *scope, const char *name)
{
    for (int i = 0; i < scope->bindings.count; i++)
        if (scope->bindings.at[i].name == name)
            return &scope->bindings.at[i];
    return NULL;
}

Object *scope_get(const Scope *scope, const char *name)
{
    Binding *binding = scope_find(scope, name);
    return binding ? binding->value : NULL;
}

void scope_set(Eval *eval, Scope *scope, const char *name, Object *value)
{
    Binding *binding = scope_find(scope, name);
    if (binding)
        binding->value = value;
    else
        VEC_PUSH(eval_arena(eval), &scope->bindings, ((Binding){name, value}));
}

bool scope_remove(Scope *scope, const char *name)
{
    Binding *binding = scope_find(scope, name);
    if (!binding)
        return false;
    *binding = scope->bindings.at[--scope->bindings.count];
    return true;
}

static bool has_name(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (names[i] == name)
            return true;
    return false;
}

/* The scope an assignment to `name` goes to. */
static Scope *assignment_scope(Eval *eval, Scope *scope, const char *name)
{
    if (has_name(scope->global_names.at, scope->global_names.count, name))
        return eval->globals;
    if (has_name(scope->nonlocal_names.at, scope->nonlocal_names.count, name))
        for (Scope *outer = scope->parent; outer; outer = outer->parent)
            if (outer->kind == SCOPE_FUNCTION && scope_find(outer, name))
                return outer;
    return scope;
}

/* --set NAME=VALUE stands in for whatever the file assigns to the global. */
static Object *set_override(Eval *eval, const char *name)
{
    for (int i = 0; i < eval->options.set_count; i++)
        if (!strcmp(eval->options.set_names[i], name)) {
            VEC_PUSH(eval_arena(eval), &eval->set_used, eval->options.set_names[i]);
            return eval_node(eval, eval->builtins, eval->options.set_values[i]);
        }
    return NULL;
}

void scope_assign(Eval *eval, Scope *scope, const char *name, Object *value)
{
    Scope *target = assignment_scope(eval, scope, name);
    if (target == eval->globals && eval->options.set_count) {
        Object *override = set_override(eval, name);
        value = override ? override : value;
    }
    scope_set(eval, target, name, value);
}

static Object *scope_search(Scope *scope, const char *name)
{
    bool first = true;
    for (Scope *at = scope; at; at = at->parent) {
        bool hidden = at->kind == SCOPE_CLASS && !first; /* methods do not see the class body */
        Object *value = hidden ? NULL : scope_get(at, name);
        if (value)
            return value;
        first = first && at->kind == SCOPE_COMPREHENSION;
    }
    return NULL;
}

const char *scope_foreign_constant(const char *name)
{
    static const char *const words[][2] = { { "true", "True" }, { "false", "False" }, { "TRUE", "True" }, { "FALSE", "False" }, { "null", "None" },
                                            { "nil", "None" }, { "NULL", "None" }, { "none", "None" }, { "NONE", "None" } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i][0], name))
            return words[i][1];
    return NULL;
}

const char *scope_nearest(Eval *eval, Scope *scope, const char *name)
{
    if (scope_foreign_constant(name))
        return scope_foreign_constant(name);
    VecNames names = {0};
    for (Scope *at = scope; at; at = at->parent)
        for (int i = 0; i < at->bindings.count; i++)
            VEC_PUSH(eval_arena(eval), &names, at->bindings.at[i].name);
    names_collect(eval, &names);
    return strlen(name) < 4 ? NULL : text_nearest(name, names.at, names.count);
}

bool unknown_is_undefined(const Object *value)
{
    return value->kind == OBJECT_UNKNOWN && value->family_name && !eval_is_poison(value);
}

/* As an argument it is reported by whoever takes it ("QuantConv2D: unknown quantizer 'ste_sing'"), else by the caller. */
Object *scope_undefined(Eval *eval, Scope *scope, const Node *name)
{
    if (scope_search(scope, name->text) || names_bare(eval, name->text) || !scope_nearest(eval, scope, name->text))
        return NULL;
    for (int i = 0; i < eval->options.set_count; i++)
        if (!strcmp(eval->options.set_names[i], name->text))
            return NULL;
    Object *unknown = unknown_new(eval, name->span, "the undefined name '%s'", name->text);
    unknown->family_name = name->text;
    return unknown;
}

static bool assigns(const Node *node, const char *name)
{
    if (node->kind == AST_DEF || node->kind == AST_CLASS)
        return node->text == name;
    for (int i = 0; node->kind == AST_ASSIGN && i < node->item_count; i++)
        if (node->items[i]->kind == AST_NAME && node->items[i]->text == name)
            return true;
    return false;
}

/* The statement of the file that assigns the name further down. */
static const Node *assigned_below(const Node *module, const char *name, Span span)
{
    for (const Node *node = module->body; node; node = node->next)
        if (node->span.source == span.source && node->span.begin > span.begin && assigns(node, name))
            return node;
    return NULL;
}

static Object *scope_missing(Eval *eval, Scope *scope, const char *name, Span span)
{
    if (names_canonical(eval, name)) {
        diag_hint(eval_error(eval, span, "the module '%s' is not imported", name), "import %s", name);
        return eval->poison;
    }
    const char *nearest = scope_nearest(eval, scope, name);
    if (nearest) {
        diag_hint(eval_error(eval, span, "'%s' is not defined", name), "did you mean '%s'?", nearest);
        scope_set(eval, eval->globals, name, eval->poison);
        return eval->poison;
    }
    const Node *later = eval->module ? assigned_below(eval->module, name, span) : NULL;
    if (later) {
        diag_note(eval_error(eval, span, "'%s' is used before it is assigned", name), later->span, "assigned here");
        return eval->poison;
    }
    if (!has_name(eval->warned_names.at, eval->warned_names.count, name)) {
        VEC_PUSH(eval_arena(eval), &eval->warned_names, name);
        diag_hint(diag_warning(eval_diag(eval), span, "'%s' is not defined; Python would stop here", name),
                  "--set %s=VALUE gives it a value", name);
    }
    return unknown_new(eval, span, "the undefined name '%s'", name);
}

Object *scope_lookup(Eval *eval, Scope *scope, const char *name, Span span)
{
    Object *value = scope_search(scope, name);
    if (!value && eval->options.set_count && !span_in_prelude(span))
        value = set_override(eval, name);
    if (!value)
        value = names_bare(eval, name);
    return value ? value : scope_missing(eval, scope, name, span);
}
