/* Builders of expression nodes and lists. Every node with children is sealed: its height is bounded, so that whoever walks the tree may
 * recurse. A tree that is too high is reported once and cut. */
#include "front/parse.h"

#include <string.h>

Node *build_node(Parse *parse, AstKind kind, Span span)
{
    Node *node = ARENA_NEW(parse->arena, Node);
    node->kind = kind;
    node->span = span;
    node->height = 1;
    return node;
}

static int taller(int height, const Node *child)
{
    return child && child->height >= height ? child->height + 1 : height;
}

static int height_of_lists(const Node *node, int height)
{
    for (const Parameter *at = node->parameters; at; at = at->next)
        height = taller(taller(height, at->value), at->annotation);
    for (const Argument *at = node->arguments; at; at = at->next)
        height = taller(height, at->value);
    for (const Clause *at = node->clauses; at; at = at->next) {
        height = taller(taller(height, at->target), at->iterable);
        for (int i = 0; i < at->condition_count; i++)
            height = taller(height, at->conditions[i]);
    }
    for (int i = 0; i < node->item_count; i++) {
        height = taller(height, node->items ? node->items[i] : NULL);
        height = taller(height, node->keys ? node->keys[i] : NULL);
    }
    return height;
}

Node *build_seal(Parse *parse, Node *node)
{
    const Node *const blocks[] = { node->body, node->orelse, node->finally };
    int height = taller(taller(taller(1, node->left), node->right), node->test);
    for (int i = 0; i < 3; i++)
        for (const Node *at = blocks[i]; at; at = at->next)
            height = taller(height, at);
    node->height = height_of_lists(node, height);
    if (node->height <= PARSE_DEPTH)
        return node;
    if (!parse->too_deep)
        diag_hint(diag_error(parse->diag, node->span, "this is nested too deeply"), "at most %d levels", PARSE_DEPTH);
    parse->too_deep = true;
    *node = (Node){ .kind = AST_NONE, .span = node->span, .height = 1 };
    return node;
}

const char *build_name(Parse *parse, Span span)
{
    return arena_intern(parse->arena, parse->source->text + span.begin, span.end - span.begin);
}

Node *build_leaf(Parse *parse, AstKind kind, Span span)
{
    Node *node = build_node(parse, kind, span);
    if (kind == AST_NAME) {
        node->text = build_name(parse, span);
        node->name_span = span;
    }
    return node;
}

NodeList *build_list(Parse *parse, NodeList *list, Node *node)
{
    if (!list)
        list = ARENA_NEW(parse->arena, NodeList);
    VEC_PUSH(parse->arena, &list->nodes, node);
    return list;
}

NodeList *build_pair(Parse *parse, NodeList *list, Node *key, Node *node)
{
    list = build_list(parse, list, node);
    VEC_PUSH(parse->arena, &list->keys, key);
    return list;
}

void build_take(Node *node, NodeList *list)
{
    node->items = list->nodes.at;
    node->keys = list->keys.at;
    node->item_count = list->nodes.count;
}

Block build_append(Block block, Block more)
{
    if (!block.last)
        return more;
    if (more.first) {
        block.last->next = more.first;
        block.last = more.last;
    }
    return block;
}

Block build_block(Node *statement)
{
    return (Block){ statement, statement };
}

Node *build_tree(Parse *parse, AstKind kind, Span span, Node *left, Node *right)
{
    Node *node = build_node(parse, kind, span);
    node->left = left;
    node->right = right;
    return build_seal(parse, node);
}

Node *build_operator(Parse *parse, AstOperator operator, Span span, Node *left, Node *right)
{
    if (operator == OP_NEGATE && left->kind == AST_INTEGER && left->integer == INT64_MIN && parse->source->text[left->span.begin] != '-') {
        left->span = span;
        return left;
    }
    Node *node = build_tree(parse, right ? AST_BINARY : AST_UNARY, span, left, right);
    node->operator= operator;
    return node;
}

Node *build_items(Parse *parse, AstKind kind, Span span, NodeList *list)
{
    Node *node = build_node(parse, kind, span);
    build_take(node, list);
    if (kind == AST_DELETE)
        for (int i = 0; i < node->item_count; i++)
            check_target(parse, node->items[i], "delete");
    return build_seal(parse, node);
}

/* `a` is a; `a,` and `a, b` are tuples. */
Node *build_sequence(Parse *parse, NodeList *list, bool comma, Span span)
{
    if (list->nodes.count == 1 && !comma)
        return list->nodes.at[0];
    return build_items(parse, AST_TUPLE, span, list);
}

NodeList *build_comparison(Parse *parse, NodeList *list, AstOperator which, Node *node)
{
    VEC_PUSH(parse->arena, &list->operators, which);
    return build_list(parse, list, node);
}

Node *build_compare(Parse *parse, NodeList *list, Span span)
{
    Node *node = build_node(parse, AST_COMPARE, span);
    node->left = list->nodes.at[0];
    node->items = list->nodes.at + 1;
    node->item_count = list->nodes.count - 1;
    node->operators = list->operators.at;
    return build_seal(parse, node);
}

Node *build_slice(Parse *parse, Node *lower, Node *upper, Node *step, Span span)
{
    Node *node = build_node(parse, AST_SLICE, span);
    node->items = ARENA_ARRAY(parse->arena, Node *, 3);
    node->item_count = 3;
    node->items[0] = lower;
    node->items[1] = upper;
    node->items[2] = step;
    return build_seal(parse, node);
}

Node *build_call(Parse *parse, Node *callee, ArgumentList arguments, Span span)
{
    build_check_arguments(parse, arguments);
    Node *node = build_node(parse, AST_CALL, span);
    node->left = callee;
    node->arguments = arguments.first;
    return build_seal(parse, node);
}

Node *build_attribute(Parse *parse, Node *left, Span name, Span span)
{
    Node *node = build_node(parse, AST_ATTRIBUTE, span);
    node->left = left;
    node->text = build_name(parse, name);
    node->name_span = name;
    return build_seal(parse, node);
}

Node *build_comprehension(Parse *parse, AstKind kind, Node *left, Node *right, ClauseList clauses, Span span)
{
    Node *node = build_node(parse, kind, span);
    node->left = left;
    node->right = right;
    node->clauses = clauses.first;
    return build_seal(parse, node);
}

ClauseList build_clause(Parse *parse, Node *target, Node *iterable, NodeList *conditions, bool async, Span span)
{
    Clause *clause = ARENA_NEW(parse->arena, Clause);
    clause->target = target;
    clause->iterable = async ? build_unsupported(parse, AST_UNSUPPORTED_EXPRESSION, "async for", iterable, NULL, span) : iterable;
    if (conditions) {
        clause->conditions = conditions->nodes.at;
        clause->condition_count = conditions->nodes.count;
    }
    return (ClauseList){ clause, clause };
}

Node *build_unsupported(Parse *parse, AstKind kind, const char *name, Node *left, Node *right, Span span)
{
    Node *node = build_tree(parse, kind, span, left, right);
    node->text = arena_intern(parse->arena, name, strlen(name));
    return node;
}

/* --- arguments */

ArgumentList build_argument(Parse *parse, ArgumentList list, ArgumentKind kind, Node *name, Node *value)
{
    Argument *argument = ARENA_NEW(parse->arena, Argument);
    argument->kind = kind;
    argument->value = value;
    if (name && name->kind == AST_NAME)
        argument->name = name->text;
    else if (name)
        diag_hint(diag_error(parse->diag, name->span, "an argument's name must be a plain name"), "'==' compares");
    argument->name_span = name ? name->span : value->span;
    if (list.last)
        list.last->next = argument;
    return (ArgumentList){ list.first ? list.first : argument, argument };
}

ArgumentList build_generator(Parse *parse, ArgumentList list, Node *value)
{
    return build_argument(parse, list, ARGUMENT_POSITIONAL, NULL, value);
}

static void check_repeated(Parse *parse, const Argument *first, const Argument *argument)
{
    for (const Argument *at = first; argument->name && at != argument; at = at->next)
        if (at->name == argument->name) {
            Message *message = diag_error(parse->diag, argument->name_span, "argument '%s' is given twice", argument->name);
            diag_note(message, at->name_span, "first given here");
            return;
        }
}

void build_check_arguments(Parse *parse, ArgumentList list)
{
    const Argument *keyword = NULL, *unpacked = NULL;
    int count = 0;
    for (const Argument *at = list.first; at; at = at->next) {
        if (at->kind == ARGUMENT_POSITIONAL && (keyword || unpacked)) {
            Message *message = diag_error(parse->diag, at->value->span, "a positional argument follows a keyword argument");
            diag_note(message, keyword ? keyword->name_span : unpacked->name_span, "the keyword argument");
            return;
        }
        if (at->kind == ARGUMENT_STAR && unpacked)
            diag_error(parse->diag, at->value->span, "'*' follows '**' in the arguments");
        keyword = at->kind == ARGUMENT_KEYWORD ? at : keyword;
        unpacked = at->kind == ARGUMENT_STAR_STAR ? at : unpacked;
        if (count++ < 1000)
            check_repeated(parse, list.first, at);
    }
    for (const Argument *at = list.first; at && count > 1; at = at->next)
        if (at->kind == ARGUMENT_POSITIONAL && at->value->kind == AST_GENERATOR && parse->source->text[at->value->span.begin] != '(')
            diag_hint(diag_error(parse->diag, at->value->span, "a generator beside other arguments"), "put it in parentheses");
}
