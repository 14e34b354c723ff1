/* Statements of the language. In: a block and its scope. Out: how it ended; bindings, and what native objects recorded. */
#include "lang/internal.h"

static Flow exec_if(Eval *eval, Scope *scope, const Node *node)
{
    Object *test = eval_node(eval, scope, node->test);
    if (object_is_unknown(test)) {
        if (unknown_block(eval, scope, node, node->body, test))
            unknown_block(eval, scope, node, node->orelse, test);
        return FLOW_NEXT;
    }
    return exec_block(eval, scope, eval_truth(eval, test, node->test->span) ? node->body : node->orelse);
}

static Flow exec_for(Eval *eval, Scope *scope, const Node *node)
{
    Object *items = eval_iterable(eval, eval_node(eval, scope, node->right), node->right->span);
    if (object_is_unknown(items)) {
        eval_assign(eval, scope, node->left, items);
        unknown_block(eval, scope, node, node->body, items);
        return FLOW_NEXT;
    }
    for (int64_t i = 0; i < items_count(items) && eval_step(eval, node->span); i++) {
        eval_assign(eval, scope, node->left, items_at(eval, items, i));
        Flow flow = exec_block(eval, scope, node->body);
        if (flow == FLOW_BREAK)
            return FLOW_NEXT;
        if (flow != FLOW_NEXT && flow != FLOW_CONTINUE)
            return flow;
    }
    return exec_block(eval, scope, node->orelse);
}

static Flow exec_while(Eval *eval, Scope *scope, const Node *node)
{
    Object *unknown = unknown_construct(eval, node->span, "while");
    unknown_block(eval, scope, node, node->body, unknown);
    return FLOW_NEXT;
}

/* @tf.custom_gradiant: a name of a module of ours that is near to one bnnc has would change what the function means. */
static bool misspelt(const Object *decorator)
{
    return object_is_unknown(decorator) && strstr(decorator->u.unknown.why, "(did you mean");
}

static Object *apply_decorators(Eval *eval, Scope *scope, const Node *node, Object *value)
{
    for (int i = node->item_count - 1; i >= 0; i--) {
        Object *decorator = eval_node(eval, scope, node->items[i]);
        if (misspelt(decorator)) {
            eval_error(eval, node->items[i]->span, "the decorator is %s", decorator->u.unknown.why);
            return eval->poison;
        }
        if (object_is_unknown(decorator) || !object_is_callable(decorator))
            continue; /* an unknown decorator leaves the function as it is */
        Object *wrapped = eval_call_simple(eval, decorator, 1, &value, node->items[i]->span);
        value = object_is_unknown(wrapped) ? value : wrapped;
    }
    return value;
}

static Flow exec_def(Eval *eval, Scope *scope, const Node *node)
{
    scope_assign(eval, scope, node->text, apply_decorators(eval, scope, node, eval_node(eval, scope, node)));
    return FLOW_NEXT;
}

static Flow exec_class_statement(Eval *eval, Scope *scope, const Node *node)
{
    scope_assign(eval, scope, node->text, apply_decorators(eval, scope, node, exec_class(eval, scope, node)));
    return FLOW_NEXT;
}

static Flow exec_assign(Eval *eval, Scope *scope, const Node *node)
{
    Object *value = eval_node(eval, scope, node->right);
    if (object_is_unknown(value))
        unknown_skip(eval, node->span, value);
    for (int i = 0; i < node->item_count; i++)
        eval_assign(eval, scope, node->items[i], value);
    return FLOW_NEXT;
}

static Flow exec_augmented(Eval *eval, Scope *scope, const Node *node)
{
    Object *old = eval_node(eval, scope, node->left), *more = eval_node(eval, scope, node->right);
    if (old->kind == OBJECT_LIST && node->operator == OP_ADD && !object_is_unknown(more)) { /* in place, as Python does */
        Object *items = eval_items(eval, more, node->right->span);
        if (!object_is_unknown(items))
            eval_add_all(eval, old, items, node->span);
        return FLOW_NEXT;
    }
    Object *value = operate_binary(eval, node->operator, old, more, node->span);
    if (object_is_unknown(value))
        unknown_skip(eval, node->span, value);
    eval_assign(eval, scope, node->left, value);
    return FLOW_NEXT;
}

static Flow exec_expression(Eval *eval, Scope *scope, const Node *node)
{
    Object *value = eval_node(eval, scope, node->left);
    bool born_here = value->origin.source == node->span.source && value->origin.begin == node->span.begin; /* it ran: only its result is unknown */
    if (object_is_unknown(value) && !born_here)
        unknown_skip(eval, node->span, value);
    if (scope == eval->globals)
        eval->last_expression = value;
    return FLOW_NEXT;
}

static Flow exec_return(Eval *eval, Scope *scope, const Node *node)
{
    Scope *function = scope;
    while (function->parent && function->kind != SCOPE_FUNCTION)
        function = function->parent;
    function->returned = node->left ? eval_node(eval, scope, node->left) : object_none();
    return FLOW_RETURN;
}

static Flow exec_assert(Eval *eval, Scope *scope, const Node *node)
{
    Object *test = eval_node(eval, scope, node->test);
    if (object_is_unknown(test) || (test->kind == OBJECT_EXPR && !trace_is_constant(test)) || eval_truth(eval, test, node->test->span))
        return FLOW_NEXT;
    const char *text = node->right ? object_print(eval_arena(eval), eval_node(eval, scope, node->right), false) : NULL;
    eval_error(eval, node->span, "assertion failed%s%s", text ? ": " : "", text ? text : "");
    return FLOW_NEXT;
}

static const char *exception_text(Eval *eval, Object *exception)
{
    if (exception->kind == OBJECT_CLASS)
        return exception->u.class->name;
    if (exception->kind != OBJECT_INSTANCE)
        return object_text(eval_arena(eval), exception);
    Object *arguments = object_dict_get(exception->u.instance.attributes, "args");
    const char *name = exception->u.instance.class->name;
    if (!arguments || !arguments->u.list.count)
        return name;
    return arena_printf(eval_arena(eval), "%s: %s", name, object_print(eval_arena(eval), arguments->u.list.at[0], false));
}

static Flow exec_raise(Eval *eval, Scope *scope, const Node *node)
{
    Object *exception = node->left ? eval_node(eval, scope, node->left) : object_string(eval_arena(eval), "an exception");
    if (span_in_prelude(node->span)) { /* a definition refuses its arguments: its text is the message, the caller's line the place */
        const char *text = exception_text(eval, exception), *colon = strstr(text, ": ");
        eval_error(eval, eval_user_span(eval), "%s", colon ? colon + 2 : text);
        return FLOW_STOP;
    }
    if (!eval->try_depth)
        eval_error(eval, node->span, "the file raises %s", exception_text(eval, exception));
    eval->raised = exception;
    return FLOW_RAISE;
}

static bool handler_matches(Eval *eval, Scope *scope, const Node *handler, Object *exception)
{
    if (!handler->left)
        return true;
    Object *type = eval_node(eval, scope, handler->left);
    const Class *class = exception->kind == OBJECT_CLASS      ? exception->u.class
                         : exception->kind == OBJECT_INSTANCE ? exception->u.instance.class
                                                              : NULL;
    int count = type->kind == OBJECT_TUPLE ? type->u.list.count : 1;
    for (int i = 0; i < count; i++) {
        Object *one = type->kind == OBJECT_TUPLE ? type->u.list.at[i] : type;
        if (one->kind != OBJECT_CLASS || !class || class_inherits(class, one->u.class))
            return true;
    }
    return false;
}

static Flow exec_try(Eval *eval, Scope *scope, const Node *node)
{
    eval->try_depth++;
    Flow flow = exec_block(eval, scope, node->body);
    eval->try_depth--;
    if (flow == FLOW_RAISE) {
        Object *exception = eval->raised;
        for (int i = 0; i < node->item_count; i++) {
            const Node *handler = node->items[i];
            if (!handler_matches(eval, scope, handler, exception))
                continue;
            eval->raised = NULL;
            if (handler->text)
                scope_assign(eval, scope, handler->text, exception);
            flow = exec_block(eval, scope, handler->body);
            break;
        }
        if (flow == FLOW_RAISE && !eval->try_depth && eval->raised == exception)
            eval_error(eval, node->span, "the file raises %s", exception_text(eval, exception));
    } else if (flow == FLOW_NEXT) {
        flow = exec_block(eval, scope, node->orelse);
    }
    Object *pending = eval->raised;
    eval->raised = NULL;
    Flow last = exec_block(eval, scope, node->finally);
    eval->raised = eval->raised ? eval->raised : pending;
    return last == FLOW_NEXT ? flow : last;
}

/* The body of `with`, within its contexts from the i-th on. */
static Flow exec_within(Eval *eval, Scope *scope, const Node *node, int i)
{
    if (i == node->item_count)
        return exec_block(eval, scope, node->body);
    Object *context = eval_node(eval, scope, node->keys[i]);
    const NativeType *type = context->kind == OBJECT_NATIVE && context->u.native.type->enter ? context->u.native.type : NULL;
    if (object_is_unknown(context))
        unknown_skip(eval, node->keys[i]->span, context);
    if (type)
        type->enter(eval, context);
    if (node->items[i])
        eval_assign(eval, scope, node->items[i], context);
    Flow flow = exec_within(eval, scope, node, i + 1);
    if (type)
        type->leave(eval, context);
    return flow;
}

static Flow exec_with(Eval *eval, Scope *scope, const Node *node)
{
    return exec_within(eval, scope, node, 0);
}

static Flow exec_names(Eval *eval, Scope *scope, const Node *node)
{
    for (int i = 0; i < node->item_count; i++) {
        if (node->kind == AST_DELETE)
            eval_delete(eval, scope, node->items[i]);
        else if (node->kind == AST_GLOBAL)
            VEC_PUSH(eval_arena(eval), &scope->global_names, node->items[i]->text);
        else
            VEC_PUSH(eval_arena(eval), &scope->nonlocal_names, node->items[i]->text);
    }
    return FLOW_NEXT;
}

static Flow exec_annotated(Eval *eval, Scope *scope, const Node *node)
{
    if (node->right)
        eval_assign(eval, scope, node->left, eval_node(eval, scope, node->right));
    return FLOW_NEXT;
}

static Flow exec_unsupported(Eval *eval, Scope *scope, const Node *node)
{
    Object *unknown = unknown_construct(eval, node->span, node->text);
    unknown_block(eval, scope, node, node->body, unknown);
    return FLOW_NEXT;
}

static Flow exec_statement(Eval *eval, Scope *scope, const Node *node)
{
    switch (node->kind) {
    case AST_EXPRESSION: return exec_expression(eval, scope, node);
    case AST_ASSIGN: return exec_assign(eval, scope, node);
    case AST_AUGMENTED: return exec_augmented(eval, scope, node);
    case AST_ANNOTATED: return exec_annotated(eval, scope, node);
    case AST_IF: return exec_if(eval, scope, node);
    case AST_FOR: return exec_for(eval, scope, node);
    case AST_WHILE: return exec_while(eval, scope, node);
    case AST_DEF: return exec_def(eval, scope, node);
    case AST_CLASS: return exec_class_statement(eval, scope, node);
    case AST_RETURN: return exec_return(eval, scope, node);
    case AST_IMPORT: case AST_FROM_IMPORT: return exec_import(eval, scope, node);
    case AST_PASS: return FLOW_NEXT;
    case AST_BREAK: return FLOW_BREAK;
    case AST_CONTINUE: return FLOW_CONTINUE;
    case AST_ASSERT: return exec_assert(eval, scope, node);
    case AST_RAISE: return exec_raise(eval, scope, node);
    case AST_DELETE: case AST_GLOBAL: case AST_NONLOCAL: return exec_names(eval, scope, node);
    case AST_WITH: return exec_with(eval, scope, node);
    case AST_TRY: return exec_try(eval, scope, node);
    case AST_UNSUPPORTED_STATEMENT: return exec_unsupported(eval, scope, node);
    default: BUG("statement kind %d", (int)node->kind);
    }
}

Flow exec_block(Eval *eval, Scope *scope, const Node *first)
{
    for (const Node *node = first; node; node = node->next) {
        if (!eval_step(eval, node->span))
            return FLOW_STOP;
        Flow flow = exec_statement(eval, scope, node);
        if (eval->stopped)
            return FLOW_STOP;
        if (eval->raised && flow != FLOW_RAISE)
            return FLOW_RAISE;
        if (flow != FLOW_NEXT)
            return flow;
    }
    return FLOW_NEXT;
}
