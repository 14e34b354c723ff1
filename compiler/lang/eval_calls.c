/* Calls: arguments are evaluated, bound to parameters, and the callable runs. Out: its result; errors name the callee. */
#include "lang/internal.h"

void call_add(Eval *eval, Call *call, const char *name, Object *value, Span span)
{
    Arena *arena = eval_arena(eval);
    if ((call->count & (call->count - 1)) == 0) { /* capacity doubles at powers of two */
        CallArgument *larger = ARENA_ARRAY(arena, CallArgument, call->count ? call->count * 2 : 1);
        if (call->count)
            memcpy(larger, call->at, sizeof *larger * (size_t)call->count);
        call->at = larger;
    }
    call->at[call->count++] =
        (CallArgument){ .name = name ? eval_intern(eval, name) : NULL, .value = value, .span = span, .name_span = span };
}

bool call_add_dict(Eval *eval, Call *call, const Object *dict, Span span, const char *what)
{
    if (dict->kind != OBJECT_DICT) {
        eval_error(eval, span, "%s needs a dict, not %s", what, object_kind_name(dict));
        return false;
    }
    for (int i = 0; i < dict->u.dict.count; i++) {
        const Object *key = dict->u.dict.keys[i];
        if (key->kind != OBJECT_STRING) {
            eval_error(eval, span, "%s needs names as keys, not %s", what, object_text(eval_arena(eval), key));
            return false;
        }
        call_add(eval, call, key->u.string.at, dict->u.dict.values[i], span);
    }
    return true;
}

void call_set(Eval *eval, Call *call, const char *name, Object *value, Span span)
{
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name && !strcmp(call->at[i].name, name)) {
            call->at[i].value = value;
            return;
        }
    call_add(eval, call, name, value, span);
}

static bool add_star(Eval *eval, Call *call, Object *value, Span span)
{
    Object *items = eval_items(eval, value, span);
    if (object_is_unknown(items))
        return call_add(eval, call, NULL, items, span), false;
    for (int i = 0; i < items->u.list.count; i++)
        call_add(eval, call, NULL, items->u.list.at[i], span);
    return true;
}

static bool add_star_star(Eval *eval, Call *call, Object *value, Span span)
{
    if (object_is_unknown(value))
        return call_add(eval, call, NULL, value, span), false;
    if (!call_add_dict(eval, call, value, span, "**"))
        return call_add(eval, call, NULL, eval->poison, span), false;
    return true;
}

/* On false the last argument is the unknown that stood behind * or **. */
bool eval_arguments(Eval *eval, Scope *scope, const Node *node, Call *call)
{
    for (const Argument *a = node->arguments; a; a = a->next) {
        bool direct = a->kind == ARGUMENT_POSITIONAL || a->kind == ARGUMENT_KEYWORD;
        Object *value = direct && a->value->kind == AST_NAME ? scope_undefined(eval, scope, a->value) : NULL;
        value = value ? value : eval_node(eval, scope, a->value);
        if (a->kind == ARGUMENT_STAR && !add_star(eval, call, value, a->value->span))
            return false;
        if (a->kind == ARGUMENT_STAR_STAR && !add_star_star(eval, call, value, a->value->span))
            return false;
        if (a->kind != ARGUMENT_POSITIONAL && a->kind != ARGUMENT_KEYWORD)
            continue;
        call_add(eval, call, a->kind == ARGUMENT_KEYWORD ? a->name : NULL, value, a->value->span);
        if (a->kind == ARGUMENT_KEYWORD)
            call->at[call->count - 1].name_span = a->name_span;
    }
    return true;
}

Object *call_unknown(const Call *call)
{
    for (int i = 0; i < call->count; i++)
        if (object_is_unknown(call->at[i].value))
            return call->at[i].value;
    return NULL;
}

Span call_span_of(const Call *call, int index)
{
    return index < call->count ? call->at[index].span : call->span;
}

/* --- functions of the language */

typedef struct { Eval *eval; Object *function; const Call *call; Scope *scope; bool failed; } Binder;

static const char *nearest_parameter(Eval *eval, const Object *function, const char *name)
{
    VEC(const char *) names = {0};
    for (const Parameter *p = function->u.function.node->parameters; p; p = p->next)
        if (p->kind == PARAMETER_PLAIN || p->kind == PARAMETER_KEYWORD_ONLY)
            VEC_PUSH(eval_arena(eval), &names, p->name);
    return text_nearest(name, names.at, names.count);
}

static void bind_fail(Binder *binder, Span span, const char *format, const char *name, const char *nearest)
{
    const Class *owner = binder->function->u.function.owner;
    const char *callee = binder->function->u.function.name;
    const char *shown = owner && !strcmp(callee, "__init__") ? owner->name : callee;
    const char *text = arena_printf(eval_arena(binder->eval), "%s: %s '%s'", shown, format, name);
    Message *message = eval_error(binder->eval, span, "%s", text);
    if (nearest)
        diag_hint(message, "did you mean '%s'?", nearest);
    if (!span_in_prelude(binder->function->origin) && binder->function->origin.source)
        diag_note(message, binder->function->origin, "defined here");
    binder->failed = true;
}

static void bind_positional(Binder *binder)
{
    const Parameter *p = binder->function->u.function.node->parameters;
    Object *rest = NULL;
    for (int i = 0; i < binder->call->count; i++) {
        const CallArgument *a = &binder->call->at[i];
        if (a->name)
            continue;
        while (p && (p->kind == PARAMETER_KEYWORD_ONLY || p->kind == PARAMETER_STAR_STAR))
            p = p->next;
        if (p && p->kind == PARAMETER_PLAIN) {
            scope_set(binder->eval, binder->scope, p->name, a->value);
            p = p->next;
        } else if (p && p->kind == PARAMETER_STAR) {
            rest = rest ? rest : object_list(eval_arena(binder->eval), OBJECT_TUPLE, 0, NULL);
            object_append(eval_arena(binder->eval), rest, a->value);
            scope_set(binder->eval, binder->scope, p->name, rest);
        } else {
            bind_fail(binder, a->span, "too many arguments:", object_text(eval_arena(binder->eval), a->value), NULL);
            return;
        }
    }
}

static void bind_keyword(Binder *binder, const CallArgument *a)
{
    Eval *eval = binder->eval;
    for (const Parameter *p = binder->function->u.function.node->parameters; p; p = p->next) {
        bool named = p->kind == PARAMETER_PLAIN || p->kind == PARAMETER_KEYWORD_ONLY;
        if (named && p->name == a->name) {
            if (scope_get(binder->scope, p->name))
                bind_fail(binder, a->name_span, "two values for", a->name, NULL);
            scope_set(eval, binder->scope, p->name, a->value);
            return;
        }
        if (p->kind == PARAMETER_STAR_STAR) {
            Object *dict = scope_get(binder->scope, p->name);
            dict = dict ? dict : object_dict(eval_arena(eval));
            object_dict_set(eval_arena(eval), dict, a->name, a->value);
            scope_set(eval, binder->scope, p->name, dict);
            return;
        }
    }
    bind_fail(binder, a->name_span, "unknown argument", a->name, nearest_parameter(eval, binder->function, a->name));
}

static void bind_defaults(Binder *binder)
{
    Arena *arena = eval_arena(binder->eval);
    int i = 0;
    for (const Parameter *p = binder->function->u.function.node->parameters; p; p = p->next, i++) {
        if (scope_get(binder->scope, p->name))
            continue;
        Object *value = binder->function->u.function.defaults[i];
        if (p->kind == PARAMETER_STAR)
            value = object_list(arena, OBJECT_TUPLE, 0, NULL);
        else if (p->kind == PARAMETER_STAR_STAR)
            value = object_dict(arena);
        if (!value) {
            bind_fail(binder, binder->call->span, "missing argument", p->name, NULL);
            value = binder->eval->poison;
        }
        scope_set(binder->eval, binder->scope, p->name, value);
    }
}

/* The scope with the parameters bound; NULL after an error. */
Scope *call_bind(Eval *eval, Object *function, const Call *call)
{
    Binder binder = {eval, function, call, scope_new(eval, function->u.function.closure, SCOPE_FUNCTION), false};
    binder.scope->owner = function->u.function.owner ? function->u.function.owner : function->u.function.closure->owner;
    binder.scope->self = function->u.function.closure->self;
    bind_positional(&binder);
    for (int i = 0; i < call->count; i++)
        if (call->at[i].name)
            bind_keyword(&binder, &call->at[i]);
    if (!binder.failed)
        bind_defaults(&binder);
    if (function->u.function.owner && call->count && !call->at[0].name)
        binder.scope->self = call->at[0].value;
    return binder.failed ? NULL : binder.scope;
}

Object *call_run(Eval *eval, Object *function, Scope *scope)
{
    const Node *node = function->u.function.node;
    if (node->kind == AST_LAMBDA)
        return eval_node(eval, scope, node->left);
    Flow flow = exec_block(eval, scope, node->body);
    if (flow == FLOW_RETURN && scope->returned)
        return scope->returned;
    return flow == FLOW_NEXT ? object_none() : eval->poison;
}

Object *call_function(Eval *eval, Object *function, const Call *call)
{
    const Node *node = function->u.function.node;
    if (node->kind == AST_DEF && !span_in_prelude(node->span) && unknown_generator(node))
        return unknown_construct(eval, call->span, "yield");
    Scope *scope = call_bind(eval, function, call);
    return scope ? call_run(eval, function, scope) : eval->poison;
}

Object *call_bound(Eval *eval, Object *function, Object *self, const Call *call)
{
    Call with_self = {.span = call->span, .callee = call->callee};
    call_add(eval, &with_self, NULL, self, call->callee);
    for (int i = 0; i < call->count; i++) {
        call_add(eval, &with_self, call->at[i].name, call->at[i].value, call->at[i].span);
        with_self.at[i + 1].name_span = call->at[i].name_span;
    }
    return eval_call(eval, function, &with_self);
}

static bool call_has_traced(const Call *call)
{
    for (int i = 0; i < call->count; i++) {
        ObjectKind kind = call->at[i].value->kind;
        if (kind == OBJECT_EXPR || kind == OBJECT_NATIVE)
            return true;
    }
    return false;
}

/* lq.quantizers.ste_tern(x, threshold_value=0.1): Larq's functions take the arguments of their class behind x. */
static Object *call_quantizer_of(Eval *eval, Object *function, const Call *call)
{
    Call arguments = *call, rest = *call;
    rest.at++, rest.count--;
    arguments.count = 1;
    return eval_call(eval, definition_call(eval, function->definition, &rest), &arguments);
}

static Object *call_any_function(Eval *eval, Object *function, const Call *call)
{
    if (object_is_definition(function))
        return definition_call(eval, function, call);
    if (function->definition && function->family == FAMILY_QUANTIZER && call->count > 1 && !call->at[0].name && call_has_traced(call))
        return call_quantizer_of(eval, function, call);
    bool class_form = function->definition && function->family != FAMILY_SCHEDULE && function->family != FAMILY_OPTIMIZER;
    if (class_form && !call_has_traced(call) && !call_unknown(call))
        return definition_call(eval, function->definition, call); /* weight_clip(1.3): the alias called as its class */
    bool map = function->u.function.custom_gradient || function->family_arguments || span_in_prelude(function->origin);
    if (map && trace_wants_map(call))
        return trace_map(eval, function, call);
    if (function->u.function.custom_gradient)
        return trace_custom(eval, function, call);
    return call_function(eval, function, call);
}

static Object *call_any(Eval *eval, Object *callable, const Call *call)
{
    switch (callable->kind) {
    case OBJECT_UNKNOWN: return callable;
    case OBJECT_FUNCTION: return call_any_function(eval, callable, call);
    case OBJECT_BUILTIN: return callable->u.builtin.call(eval, callable->u.builtin.data, call);
    case OBJECT_BOUND: return call_bound(eval, callable->u.bound.function, callable->u.bound.self, call);
    case OBJECT_CLASS: return class_call(eval, callable, call);
    case OBJECT_INSTANCE: return call_instance(eval, callable, call);
    case OBJECT_STRING:
        if (object_is_type(callable))
            return type_call(eval, callable, call);
        break;
    case OBJECT_NATIVE:
        if (callable->u.native.type->call)
            return callable->u.native.type->call(eval, callable, call);
        break;
    default: break;
    }
    eval_error(eval, call->callee, "%s is not callable", object_kind_name(callable));
    return eval->poison;
}

Object *eval_call(Eval *eval, Object *callable, const Call *call)
{
    if (!eval_step(eval, call->span))
        return eval->poison;
    if (eval->depth >= LIMIT_DEPTH) {
        eval_error(eval, call->span, "calls nest deeper than %d", LIMIT_DEPTH);
        eval->stopped = true;
        return eval->poison;
    }
    Frame frame = {eval->frame, call->span, callable->kind == OBJECT_FUNCTION ? callable->u.function.node : NULL};
    eval->frame = &frame;
    eval->depth++;
    Object *result = call_any(eval, callable, call);
    eval->depth--;
    eval->frame = frame.caller;
    BUG_IF(!result);
    return result;
}

Object *eval_call_on_tensors(Eval *eval, Object *callable, int count, Object *const *arguments, Span span)
{
    if (callable->kind != OBJECT_FUNCTION || callable->u.function.custom_gradient)
        return eval_call_simple(eval, callable, count, arguments, span);
    Call call = {.span = span, .callee = span};
    for (int i = 0; i < count; i++)
        call_add(eval, &call, NULL, arguments[i], span);
    return call_function(eval, callable, &call);
}

Object *eval_call_simple(Eval *eval, Object *callable, int count, Object *const *arguments, Span span)
{
    Call call = {.span = span, .callee = span};
    for (int i = 0; i < count; i++)
        call_add(eval, &call, NULL, arguments[i], span);
    return eval_call(eval, callable, &call);
}
