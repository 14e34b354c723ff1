/* Builders of statements, parameters and imports. */
#include "front/parse.h"

#include "front/parser.tab.h"

#include <string.h>

Node *build_assign(Parse *parse, NodeList *list, Span span)
{
    Node *node = build_node(parse, AST_ASSIGN, span);
    node->items = list->nodes.at;
    node->item_count = list->nodes.count - 1;
    node->right = list->nodes.at[node->item_count];
    for (int i = 0; i < node->item_count; i++)
        check_target(parse, node->items[i], "assign to");
    return build_seal(parse, node);
}

Node *build_augmented(Parse *parse, Node *left, Span operator, Node * right, Span span)
{
    static const struct {
        const char *text;
        AstOperator operator;
    } table[] = {
        { "+=", OP_ADD },     { "-=", OP_SUBTRACT },    { "*=", OP_MULTIPLY },     { "/=", OP_DIVIDE },  { "//=", OP_FLOOR_DIVIDE },
        { "%=", OP_MODULO },  { "**=", OP_POWER },      { "@=", OP_MATMUL },       { "&=", OP_BIT_AND }, { "|=", OP_BIT_OR },
        { "^=", OP_BIT_XOR }, { "<<=", OP_SHIFT_LEFT }, { ">>=", OP_SHIFT_RIGHT },
    };
    Node *node = build_node(parse, AST_AUGMENTED, span);
    node->left = left;
    node->right = right;
    size_t length = operator.end - operator.begin;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strlen(table[i].text) == length && memcmp(table[i].text, parse->source->text + operator.begin, length) == 0)
            node->operator= table[i].operator;
    if (left->kind == AST_TUPLE || left->kind == AST_LIST)
        diag_error(parse->diag, left->span, "cannot update several targets at once");
    else
        check_target(parse, left, "update");
    return build_seal(parse, node);
}

Node *build_compound(Parse *parse, AstKind kind, Span span, Node *test, Block body, Node *orelse)
{
    Node *node = build_node(parse, kind, span);
    node->test = test;
    node->body = body.first;
    node->orelse = orelse;
    return build_seal(parse, node);
}

Node *build_for(Parse *parse, Node *target, Node *iterable, Block body, Node *orelse, Span span)
{
    Node *node = build_node(parse, AST_FOR, span);
    node->left = target;
    node->right = iterable;
    node->body = body.first;
    node->orelse = orelse;
    return build_seal(parse, node);
}

const char *build_docstring(const Node *first)
{
    bool string = first && first->kind == AST_EXPRESSION && first->left && first->left->kind == AST_STRING;
    return string && !first->left->integer ? first->left->text : NULL;
}

Node *build_definition(Parse *parse, AstKind kind, Span name, Block body, Span span)
{
    Node *node = build_node(parse, kind, span);
    node->text = build_name(parse, name);
    node->name_span = name;
    node->body = body.first;
    node->docstring = build_docstring(body.first);
    return node; /* the caller seals it */
}

Node *build_decorated(Parse *parse, NodeList *decorators, Node *definition, Span span)
{
    Node *inner = definition->kind == AST_UNSUPPORTED_STATEMENT && definition->body ? definition->body : definition;
    build_take(inner, decorators);
    inner->span.begin = definition->span.begin = span.begin;
    build_seal(parse, inner);
    return inner == definition ? definition : build_seal(parse, definition);
}

/* The head of a case: its pattern is not kept, but the names in it are, since they would be assigned. */
Node *build_case(Parse *parse, Span header, Block body, Span span)
{
    Node *node = build_unsupported(parse, AST_UNSUPPORTED_STATEMENT, "case", NULL, NULL, span);
    NodeList *names = NULL;
    int low = 0, high = parse->tokens.count - 1;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (parse->tokens.at[middle].begin < header.begin)
            low = middle + 1;
        else
            high = middle;
    }
    for (int i = low + 1; parse->tokens.at[i].kind && parse->tokens.at[i].end <= header.end; i++) {
        const Token *token = &parse->tokens.at[i];
        int before = parse->tokens.at[i - 1].kind, after = parse->tokens.at[i + 1].kind;
        if (token->kind == TOK_NAME && before != '.' && after != '.' && after != '(' && after != '=')
            names = build_list(parse, names, build_leaf(parse, AST_NAME, (Span){ parse->source, token->begin, token->end }));
    }
    if (names)
        build_take(node, names);
    node->name_span = header;
    node->body = body.first;
    return build_seal(parse, node);
}

/* --- parameters. While the list grows, a bare '*' or '/' is a parameter without a name. */

ParameterList build_parameter(Parse *parse, ParameterKind kind, Span name, bool named, Node *annotation, Node *value)
{
    Parameter *parameter = ARENA_NEW(parse->arena, Parameter);
    parameter->kind = kind;
    parameter->name = named ? build_name(parse, name) : NULL;
    parameter->annotation = annotation;
    parameter->value = value;
    parameter->span = name;
    return (ParameterList){ parameter, parameter };
}

ParameterList build_parameters(ParameterList list, ParameterList more)
{
    list.last->next = more.first;
    return (ParameterList){ list.first, more.last };
}

typedef struct {
    const Parameter *star, *star_star, *defaulted, *slash;
    int plain;
} Seen;

static void check_parameter(Parse *parse, Seen *seen, const Parameter *at)
{
    if (seen->star_star)
        diag_error(parse->diag, at->span, "nothing can follow the '**' parameter");
    else if (at->kind == PARAMETER_STAR && seen->star)
        diag_error(parse->diag, at->span, "a second '*' parameter");
    else if (at->kind == PARAMETER_STAR && !at->name && (!at->next || at->next->kind == PARAMETER_STAR_STAR))
        diag_error(parse->diag, at->span, "a bare '*' needs a named parameter after it");
    else if (at->kind == PARAMETER_PLAIN && !at->name && (seen->slash || seen->star || !seen->plain))
        diag_error(parse->diag, at->span, "'/' cannot stand here");
    else if (at->kind == PARAMETER_PLAIN && at->name && !at->value && seen->defaulted && !seen->star)
        diag_note(diag_error(parse->diag, at->span, "parameter '%s' needs a default value too", at->name), seen->defaulted->span,
                  "because '%s' has one", seen->defaulted->name);
}

static void check_name(Parse *parse, const Parameter *first, const Parameter *at)
{
    for (const Parameter *other = first; at->name && other != at; other = other->next)
        if (other->name == at->name) {
            diag_note(diag_error(parse->diag, at->span, "two parameters are called '%s'", at->name), other->span, "the first one");
            return;
        }
}

Parameter *build_parameters_done(Parse *parse, ParameterList list)
{
    Seen seen = { 0 };
    int count = 0;
    for (Parameter *at = list.first; at; at = at->next) {
        check_parameter(parse, &seen, at);
        if (count++ < 1000)
            check_name(parse, list.first, at);
        if (at->kind == PARAMETER_STAR)
            seen.star = at;
        else if (at->kind == PARAMETER_STAR_STAR)
            seen.star_star = at;
        else if (!at->name)
            seen.slash = at;
        else
            seen.plain++;
        if (at->value && at->kind == PARAMETER_PLAIN && !seen.star)
            seen.defaulted = at;
        if (at->kind == PARAMETER_PLAIN && seen.star && at->name)
            at->kind = PARAMETER_KEYWORD_ONLY;
    }
    Parameter head = { .next = list.first };
    for (Parameter *at = &head; at->next;) {
        if (at->next->name)
            at = at->next;
        else
            at->next = at->next->next;
    }
    return head.next;
}

/* --- imports */

/* A dotted name without the blanks that may stand in it. */
const char *build_dotted(Parse *parse, Span span)
{
    char *text = arena_alloc(parse->arena, span.end - span.begin + 1);
    size_t length = 0;
    for (size_t i = span.begin; i < span.end; i++) {
        char c = parse->source->text[i];
        if (c == '#')
            i += strcspn(parse->source->text + i, "\r\n");
        else if (c == '.' || c == '_' || c == '*' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            text[length++] = c;
    }
    return arena_intern(parse->arena, text, length);
}

ImportList build_import(Parse *parse, Span name, Span alias, bool has_alias, Span span)
{
    Import *import = ARENA_NEW(parse->arena, Import);
    import->name = build_dotted(parse, name);
    import->alias = has_alias ? build_name(parse, alias) : NULL;
    import->span = span;
    return (ImportList){ import, import };
}
