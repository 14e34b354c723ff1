/* Expressions of the language. In: a node and its scope. Out: an object; after an error the poison unknown, which makes no more errors. */
#include "lang/internal.h"

bool eval_truth(Eval *eval, Object *value, Span span)
{
    if (value->kind == OBJECT_EXPR && !trace_is_constant(value)) {
        diag_hint(eval_error(eval, span, "the truth of a traced value is not known while the file is read"),
                  "use tf.where(condition, a, b)");
        return false;
    }
    if (value->kind == OBJECT_ARRAY && object_array_count(value) != 1)
        eval_error(eval, span, "the truth of an array of %d elements is ambiguous", object_array_count(value));
    if (value->kind == OBJECT_INSTANCE) {
        Object *method = eval_method(eval, value, "__bool__");
        method = method ? method : eval_method(eval, value, "__len__");
        return !method || object_truth(eval_call_simple(eval, method, 0, NULL, span));
    }
    if (value->kind == OBJECT_NATIVE && value->u.native.type->truth)
        return value->u.native.type->truth(value);
    return object_truth(value);
}

static Object *eval_list(Eval *eval, Scope *scope, const Node *node, ObjectKind kind)
{
    Arena *arena = eval_arena(eval);
    Object *list = object_list(arena, kind, 0, NULL);
    list->origin = node->span;
    list->u.list.literal = node;
    for (int i = 0; i < node->item_count; i++) {
        const Node *item = node->items[i];
        if (item->kind != AST_STARRED) {
            eval_add(eval, list, eval_node(eval, scope, item), item->span);
            continue;
        }
        Object *more = eval_items(eval, eval_node(eval, scope, item->left), item->span);
        if (object_is_unknown(more))
            return more;
        if (!eval_add_all(eval, list, more, item->span))
            return eval->poison;
    }
    return list;
}

static Object *eval_dict(Eval *eval, Scope *scope, const Node *node)
{
    Arena *arena = eval_arena(eval);
    Object *dict = object_dict(arena);
    dict->origin = node->span;
    for (int i = 0; i < node->item_count; i++) {
        if (node->keys[i]) {
            Object *key = eval_node(eval, scope, node->keys[i]);
            eval_dict_put(eval, dict, key, eval_node(eval, scope, node->items[i]), node->span);
            continue;
        }
        Object *more = eval_node(eval, scope, node->items[i]);
        if (object_is_unknown(more))
            return more;
        if (more->kind != OBJECT_DICT) {
            eval_error(eval, node->items[i]->span, "** needs a dict, not %s", object_kind_name(more));
            return eval->poison;
        }
        eval_dict_put_all(eval, dict, more, node->items[i]->span);
    }
    return dict;
}

static Object *eval_comparison(Eval *eval, Scope *scope, const Node *node)
{
    Object *left = eval_node(eval, scope, node->left), *result = NULL;
    for (int i = 0; i < node->item_count; i++) {
        Object *right = eval_node(eval, scope, node->items[i]);
        Object *one = operate_compare(eval, node->operators[i], left, right, node->span);
        if (object_is_unknown(one))
            return one;
        if (result && (one->kind == OBJECT_EXPR || result->kind == OBJECT_EXPR)) {
            Object *both[] = {result, one};
            one = trace_apply(eval, EX_AND, 2, both, node->span);
        }
        result = one;
        if (result->kind == OBJECT_BOOL && !result->u.boolean)
            return result;
        left = right;
    }
    return result;
}

static Object *eval_logic(Eval *eval, Scope *scope, const Node *node)
{
    Object *left = eval_node(eval, scope, node->left);
    if (object_is_unknown(left)) {
        Object *right = eval_node(eval, scope, node->right);
        bool decided = !object_is_unknown(right) && right->kind == OBJECT_BOOL && right->u.boolean == (node->kind == AST_OR);
        return decided ? right : left;
    }
    bool truth = eval_truth(eval, left, node->left->span);
    return truth == (node->kind == AST_OR) ? left : eval_node(eval, scope, node->right);
}

static Object *eval_conditional(Eval *eval, Scope *scope, const Node *node)
{
    Object *test = eval_node(eval, scope, node->test);
    if (object_is_unknown(test))
        return test;
    return eval_node(eval, scope, eval_truth(eval, test, node->test->span) ? node->left : node->right);
}

/* --- comprehensions: clauses nest; the innermost adds one element */

static void comprehension_add(Eval *eval, Scope *scope, const Node *node, Object *into)
{
    Object *value = eval_node(eval, scope, node->left);
    if (node->kind == AST_DICT_COMPREHENSION)
        eval_dict_put(eval, into, value, eval_node(eval, scope, node->right), node->span);
    else
        eval_add(eval, into, value, node->span);
}

/* Returns NULL, or the unknown that stopped it. */
static Object *comprehension_run(Eval *eval, Scope *scope, const Node *node, const Clause *clause, Object *into)
{
    if (!clause) {
        comprehension_add(eval, scope, node, into);
        return NULL;
    }
    Object *items = eval_iterable(eval, eval_node(eval, scope, clause->iterable), clause->iterable->span);
    if (object_is_unknown(items))
        return items;
    for (int64_t i = 0; i < items_count(items) && eval_step(eval, node->span); i++) {
        eval_assign(eval, scope, clause->target, items_at(eval, items, i));
        bool keep = true;
        for (int k = 0; k < clause->condition_count && keep; k++) {
            Object *test = eval_node(eval, scope, clause->conditions[k]);
            if (object_is_unknown(test))
                return test;
            keep = eval_truth(eval, test, clause->conditions[k]->span);
        }
        Object *unknown = keep ? comprehension_run(eval, scope, node, clause->next, into) : NULL;
        if (unknown)
            return unknown;
    }
    return NULL;
}

static Object *eval_comprehension(Eval *eval, Scope *scope, const Node *node)
{
    ObjectKind kind = node->kind == AST_SET_COMPREHENSION ? OBJECT_SET : OBJECT_LIST;
    Arena *arena = eval_arena(eval);
    Object *into = node->kind == AST_DICT_COMPREHENSION ? object_dict(arena) : object_list(arena, kind, 0, NULL);
    into->origin = node->span;
    Object *unknown = comprehension_run(eval, scope_new(eval, scope, SCOPE_COMPREHENSION), node, node->clauses, into);
    return unknown ? unknown : into;
}

Object *eval_attribute(Eval *eval, Object *object, const char *name, Span span)
{
    if (object_is_unknown(object))
        return object;
    bool found = true;
    Object *value = attribute_get(eval, object, name, span, &found);
    if (found)
        return value;
    const char *nearest = attribute_nearest(eval, object, name);
    Message *message = eval_error(eval, span, "%s has no attribute '%s'", object_kind_name(object), name);
    if (nearest)
        diag_hint(message, "did you mean '%s'?", nearest);
    return eval->poison;
}

static Object *eval_slice(Eval *eval, Scope *scope, const Node *node)
{
    Object *slice = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    slice->family = FAMILY_SLICE;
    for (int i = 0; i < 3; i++) {
        Object *part = i < node->item_count && node->items[i] ? eval_node(eval, scope, node->items[i]) : object_none();
        if (object_is_unknown(part))
            return part;
        object_append(eval_arena(eval), slice, part);
    }
    return slice;
}

static Object *index_items(Eval *eval, Object *items)
{
    return object_is_unknown(items) ? items : object_list(eval_arena(eval), OBJECT_TUPLE, items->u.list.count, items->u.list.at);
}

Object *eval_index(Eval *eval, Scope *scope, const Node *node)
{
    if (node->kind == AST_SLICE)
        return eval_slice(eval, scope, node);
    if (node->kind == AST_ELLIPSIS)
        return object_string(eval_arena(eval), "...");
    if (node->kind == AST_STARRED) /* x[*a] is x[tuple(a)] */
        return index_items(eval, eval_items(eval, eval_node(eval, scope, node->left), node->span));
    if (node->kind != AST_TUPLE)
        return eval_node(eval, scope, node);
    Object *tuple = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    for (int i = 0; i < node->item_count; i++) {
        Object *part = eval_index(eval, scope, node->items[i]);
        if (object_is_unknown(part))
            return part;
        bool starred = node->items[i]->kind == AST_STARRED;
        for (int k = 0; k < (starred ? part->u.list.count : 1); k++)
            object_append(eval_arena(eval), tuple, starred ? part->u.list.at[k] : part);
    }
    return tuple;
}

static Object *eval_lambda(Eval *eval, Scope *scope, const Node *node)
{
    Object *function = ARENA_NEW(eval_arena(eval), Object);
    int count = 0;
    for (const Parameter *p = node->parameters; p; p = p->next)
        count++;
    function->kind = OBJECT_FUNCTION;
    function->origin = node->span;
    function->u.function.name = node->kind == AST_DEF ? node->text : "<lambda>";
    function->u.function.node = node;
    function->u.function.closure = scope;
    function->u.function.defaults = ARENA_ARRAY(eval_arena(eval), Object *, count + 1);
    function->u.function.precision = -1;
    function->u.function.owner = scope->kind == SCOPE_CLASS ? scope->owner : NULL;
    int i = 0;
    for (const Parameter *p = node->parameters; p; p = p->next, i++)
        function->u.function.defaults[i] = p->value ? eval_node(eval, scope, p->value) : NULL;
    return function;
}

/* Undefined names among the arguments that the callee has not reported (one error stands at each place): as for any other use. */
static void report_undefined(Eval *eval, Scope *scope, const Node *node)
{
    for (const Argument *a = node->arguments; a; a = a->next)
        if (a->value->kind == AST_NAME && scope_undefined(eval, scope, a->value))
            scope_lookup(eval, scope, a->value->text, a->value->span);
}

/* SteSign(0.5) makes one of its own; what ste_sign stands for makes none. */
static void report_made(Eval *eval, const Object *callee, Object *result)
{
    bool made = callee->kind == OBJECT_FUNCTION && result->kind == OBJECT_FUNCTION && result->definition && result != callee &&
                (result->definition == callee || result->definition == callee->definition);
    if (made && eval->options.made)
        eval->options.made(eval, result);
}

static Object *eval_call_node(Eval *eval, Scope *scope, const Node *node)
{
    Object *callee = eval_node(eval, scope, node->left);
    Call call = {.span = node->span, .callee = node->left->span};
    if (callee->kind == OBJECT_BUILTIN && callee->u.builtin.data == eval && !strcmp(callee->u.builtin.name, "super")) {
        eval_arguments(eval, scope, node, &call);
        return super_new(eval, scope, &call);
    }
    if (!eval_arguments(eval, scope, node, &call)) {
        Object *unknown = call.count ? call.at[call.count - 1].value : eval->poison;
        bool strict = callee->family || callee->kind == OBJECT_NATIVE || callee->kind == OBJECT_CLASS;
        if (strict && !eval_is_poison(unknown) && !object_is_unknown(callee))
            return eval_unknown_error(eval, unknown, call.at[call.count - 1].span, "the arguments are not known here"), eval->poison;
        return unknown;
    }
    Object *result = eval_call(eval, callee, &call);
    report_made(eval, callee, result);
    report_undefined(eval, scope, node);
    return result;
}

static Object *eval_literal(Eval *eval, const Node *node)
{
    Arena *arena = eval_arena(eval);
    switch (node->kind) {
    case AST_NONE: return object_none();
    case AST_TRUE: case AST_FALSE: return object_bool(arena, node->kind == AST_TRUE);
    case AST_INTEGER: return object_int(arena, node->integer);
    case AST_FLOAT: return object_float(arena, node->real);
    case AST_ELLIPSIS: return object_string(arena, "...");
    default: return object_string_sized(arena, node->text, node->text_length);
    }
}

static Object *eval_constant(Eval *eval, const Node *node)
{
    size_t slot = ((uintptr_t)node >> 4) % LITERAL_CACHE;
    if (eval->literals[slot].node != node) {
        eval->literals[slot].value = eval_literal(eval, node);
        eval->literals[slot].node = node;
    }
    return eval->literals[slot].value;
}

static Object *eval_pair(Eval *eval, Scope *scope, const Node *node)
{
    Object *left = eval_node(eval, scope, node->left);
    Object *right = eval_node(eval, scope, node->right);
    return operate_binary(eval, node->operator, left, right, node->span);
}

static Object *eval_item(Eval *eval, Scope *scope, const Node *node)
{
    Object *object = eval_node(eval, scope, node->left);
    Object *index = eval_index(eval, scope, node->right);
    return eval_subscript(eval, object, index, node->span);
}

Object *eval_node(Eval *eval, Scope *scope, const Node *node)
{
    if (!eval_step(eval, node->span))
        return eval->poison;
    switch (node->kind) {
    case AST_NONE: case AST_TRUE: case AST_FALSE: case AST_INTEGER: case AST_FLOAT: case AST_STRING: case AST_ELLIPSIS:
        return eval_constant(eval, node);
    case AST_FSTRING: return format_fstring(eval, scope, node);
    case AST_NAME: return scope_lookup(eval, scope, node->text, node->span);
    case AST_ATTRIBUTE: return eval_attribute(eval, eval_node(eval, scope, node->left), node->text, node->name_span);
    case AST_SUBSCRIPT: return eval_item(eval, scope, node);
    case AST_SLICE: return eval_slice(eval, scope, node);
    case AST_CALL: return eval_call_node(eval, scope, node);
    case AST_UNARY: return operate_unary(eval, node->operator, eval_node(eval, scope, node->left), node->span);
    case AST_BINARY: return eval_pair(eval, scope, node);
    case AST_COMPARE: return eval_comparison(eval, scope, node);
    case AST_AND: case AST_OR: return eval_logic(eval, scope, node);
    case AST_CONDITIONAL: return eval_conditional(eval, scope, node);
    case AST_LAMBDA: return eval_lambda(eval, scope, node);
    case AST_DEF: return eval_lambda(eval, scope, node);
    case AST_LIST: return eval_list(eval, scope, node, OBJECT_LIST);
    case AST_TUPLE: return eval_list(eval, scope, node, OBJECT_TUPLE);
    case AST_SET: return eval_list(eval, scope, node, OBJECT_SET);
    case AST_DICT: return eval_dict(eval, scope, node);
    case AST_LIST_COMPREHENSION: case AST_SET_COMPREHENSION: case AST_GENERATOR: case AST_DICT_COMPREHENSION:
        return eval_comprehension(eval, scope, node);
    case AST_UNSUPPORTED_EXPRESSION: return unknown_construct(eval, node->span, node->text);
    default: BUG("expression kind %d", (int)node->kind);
    }
}
