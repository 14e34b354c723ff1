/* Checks of a tree that the grammar does not make: what can be assigned to, and statements that only make sense inside a function or loop.
 */
#include "front/parse.h"

static const char *describe(const Node *node)
{
    switch (node->kind) {
    case AST_CALL:
        return "a call";
    case AST_NONE:
    case AST_TRUE:
    case AST_FALSE:
        return "a constant";
    case AST_INTEGER:
    case AST_FLOAT:
        return "a number";
    case AST_STRING:
    case AST_FSTRING:
        return "a string";
    case AST_COMPARE:
        return "a comparison";
    case AST_LAMBDA:
        return "a lambda";
    case AST_DICT:
    case AST_SET:
        return "a dict or set";
    default:
        return "an expression";
    }
}

static bool check_targets(Parse *parse, const Node *node, const char *verb)
{
    const Node *starred = NULL;
    for (int i = 0; i < node->item_count; i++) {
        const Node *item = node->items[i];
        if (item->kind == AST_STARRED && starred) {
            diag_error(parse->diag, item->span, "a second starred target");
            return false;
        }
        if (item->kind == AST_STARRED)
            starred = item;
        if (!check_target(parse, item->kind == AST_STARRED ? item->left : item, verb))
            return false;
    }
    return true;
}

bool check_target(Parse *parse, const Node *node, const char *verb)
{
    if (node->kind == AST_NAME || node->kind == AST_ATTRIBUTE || node->kind == AST_SUBSCRIPT)
        return true;
    if (node->kind == AST_TUPLE || node->kind == AST_LIST)
        return check_targets(parse, node, verb);
    if (node->kind == AST_STARRED) {
        diag_hint(diag_error(parse->diag, node->span, "a starred target stands alone"), "a comma makes it a tuple: *name,");
        return false;
    }
    Message *message = diag_error(parse->diag, node->span, "cannot %s %s", verb, describe(node));
    if (node->kind == AST_COMPARE || node->kind == AST_BINARY)
        diag_hint(message, "'==' compares");
    return false;
}

/* --- the walk */

typedef struct {
    Parse *parse;
    bool function, loop;
} Context;

static void check_block(Context context, const Node *first);

static void outside(Context context, const Node *node, const char *what, const char *where)
{
    diag_error(context.parse->diag, node->span, "'%s' outside %s", what, where);
}

static void check_starred(Context context, const Node *node)
{
    if (node && node->kind == AST_STARRED)
        diag_hint(diag_error(context.parse->diag, node->span, "a starred expression cannot stand here"),
                  "a comma makes it a tuple: *name,");
}

static void check_statement(Context context, const Node *node)
{
    switch (node->kind) {
    case AST_RETURN:
        if (!context.function)
            outside(context, node, "return", "a function");
        check_starred(context, node->left);
        break;
    case AST_BREAK:
    case AST_CONTINUE:
        if (!context.loop)
            outside(context, node, node->kind == AST_BREAK ? "break" : "continue", "a loop");
        break;
    case AST_NONLOCAL:
        if (!context.function)
            outside(context, node, "nonlocal", "a function");
        break;
    case AST_EXPRESSION:
        check_starred(context, node->left);
        break;
    case AST_ASSIGN:
    case AST_AUGMENTED:
    case AST_ANNOTATED:
        check_starred(context, node->right);
        break;
    case AST_TRY:
        for (int i = 0; i + 1 < node->item_count; i++)
            if (!node->items[i]->left)
                diag_error(context.parse->diag, node->items[i]->span, "the 'except' without a type must be the last one");
        break;
    default:
        break;
    }
}

static void check_children(Context context, const Node *node)
{
    Context inner = context;
    if (node->kind == AST_DEF || node->kind == AST_CLASS) {
        inner.function = node->kind == AST_DEF;
        inner.loop = false;
    } else if (node->kind == AST_FOR || node->kind == AST_WHILE) {
        inner.loop = true;
    }
    check_block(inner, node->body);
    check_block(context, node->orelse);
    check_block(context, node->finally);
    if (node->kind == AST_TRY)
        for (int i = 0; i < node->item_count; i++)
            check_block(context, node->items[i]->body);
}

static void check_block(Context context, const Node *first)
{
    for (const Node *node = first; node; node = node->next) {
        check_statement(context, node);
        check_children(context, node);
    }
}

void check_module(Parse *parse, const Node *module)
{
    check_block((Context){ .parse = parse }, module->body);
}
