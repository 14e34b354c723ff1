/* --dump=ast: one node a line, indented by two, with its span as line:column-line:column. */
#include "front/ast.h"

#include <inttypes.h>

static const char *const kind_names[] = {
    [AST_NONE] = "none",
    [AST_TRUE] = "true",
    [AST_FALSE] = "false",
    [AST_ELLIPSIS] = "ellipsis",
    [AST_INTEGER] = "integer",
    [AST_FLOAT] = "float",
    [AST_STRING] = "string",
    [AST_FSTRING] = "fstring",
    [AST_FORMAT] = "format",
    [AST_NAME] = "name",
    [AST_ATTRIBUTE] = "attribute",
    [AST_SUBSCRIPT] = "subscript",
    [AST_SLICE] = "slice",
    [AST_CALL] = "call",
    [AST_UNARY] = "unary",
    [AST_BINARY] = "binary",
    [AST_COMPARE] = "compare",
    [AST_AND] = "and",
    [AST_OR] = "or",
    [AST_CONDITIONAL] = "conditional",
    [AST_LAMBDA] = "lambda",
    [AST_LIST] = "list",
    [AST_TUPLE] = "tuple",
    [AST_SET] = "set",
    [AST_DICT] = "dict",
    [AST_LIST_COMPREHENSION] = "list-comprehension",
    [AST_SET_COMPREHENSION] = "set-comprehension",
    [AST_GENERATOR] = "generator",
    [AST_DICT_COMPREHENSION] = "dict-comprehension",
    [AST_STARRED] = "starred",
    [AST_UNSUPPORTED_EXPRESSION] = "unsupported-expression",
    [AST_EXPRESSION] = "expression",
    [AST_ASSIGN] = "assign",
    [AST_AUGMENTED] = "augmented",
    [AST_ANNOTATED] = "annotated",
    [AST_IF] = "if",
    [AST_FOR] = "for",
    [AST_WHILE] = "while",
    [AST_DEF] = "def",
    [AST_CLASS] = "class",
    [AST_RETURN] = "return",
    [AST_IMPORT] = "import",
    [AST_FROM_IMPORT] = "from-import",
    [AST_PASS] = "pass",
    [AST_BREAK] = "break",
    [AST_CONTINUE] = "continue",
    [AST_ASSERT] = "assert",
    [AST_RAISE] = "raise",
    [AST_DELETE] = "delete",
    [AST_GLOBAL] = "global",
    [AST_NONLOCAL] = "nonlocal",
    [AST_WITH] = "with",
    [AST_TRY] = "try",
    [AST_HANDLER] = "handler",
    [AST_UNSUPPORTED_STATEMENT] = "unsupported-statement",
    [AST_MODULE] = "module",
};

static void dump_node(const Node *node, FILE *out, int depth, const char *role);

static void indent(FILE *out, int depth, const char *role)
{
    fprintf(out, "%*s", depth * 2, "");
    if (role)
        fprintf(out, "%s: ", role);
}

static void put_span(FILE *out, Span span)
{
    int line = 0, column = 0, end_line = 0, end_column = 0;
    if (!span.source)
        return;
    source_position(span.source, span.begin, &line, &column);
    source_position(span.source, span.end, &end_line, &end_column);
    fprintf(out, " %d:%d-%d:%d", line, column, end_line, end_column);
}

static void put_text(FILE *out, const char *text, size_t length)
{
    fputs(" \"", out);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < 0x20 || c >= 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void put_value(const Node *node, FILE *out)
{
    switch (node->kind) {
    case AST_INTEGER:
        fprintf(out, " %" PRId64, node->integer);
        break;
    case AST_FLOAT:
        fprintf(out, " %.17g", node->real);
        break;
    case AST_STRING:
        if (node->integer)
            fputs(" bytes", out);
        put_text(out, node->text, node->text_length);
        break;
    case AST_UNARY:
    case AST_BINARY:
    case AST_AUGMENTED:
        fprintf(out, " %s", ast_operator_text(node->operator));
        break;
    case AST_COMPARE:
        for (int i = 0; i < node->item_count; i++)
            fprintf(out, "%s%s", i ? ", " : " ", ast_operator_text(node->operators[i]));
        break;
    default:
        if (node->text)
            fprintf(out, " %s", node->text);
    }
}

static void dump_block(const Node *first, FILE *out, int depth, const char *role)
{
    if (!first)
        return;
    indent(out, depth, NULL);
    fprintf(out, "%s:\n", role);
    for (const Node *node = first; node; node = node->next)
        dump_node(node, out, depth + 1, NULL);
}

static void dump_parameters(const Node *node, FILE *out, int depth)
{
    static const char *const kinds[] = { "parameter", "keyword-only", "star", "star-star" };
    for (const Parameter *at = node->parameters; at; at = at->next) {
        indent(out, depth, NULL);
        fprintf(out, "%s %s", kinds[at->kind], at->name);
        put_span(out, at->span);
        fputc('\n', out);
        dump_node(at->annotation, out, depth + 1, "annotation");
        dump_node(at->value, out, depth + 1, "default");
    }
}

static void dump_lists(const Node *node, FILE *out, int depth)
{
    static const char *const kinds[] = { NULL, NULL, "star", "star-star" };
    dump_parameters(node, out, depth);
    for (const Argument *at = node->arguments; at; at = at->next)
        dump_node(at->value, out, depth, at->kind == ARGUMENT_KEYWORD ? at->name : kinds[at->kind]);
    for (const Import *at = node->imports; at; at = at->next) {
        indent(out, depth, NULL);
        fprintf(out, "%s%s%s", at->name, at->alias ? " as " : "", at->alias ? at->alias : "");
        put_span(out, at->span);
        fputc('\n', out);
    }
    for (const Clause *at = node->clauses; at; at = at->next) {
        dump_node(at->target, out, depth, "for");
        dump_node(at->iterable, out, depth, "in");
        for (int i = 0; i < at->condition_count; i++)
            dump_node(at->conditions[i], out, depth, "if");
    }
}

static void dump_items(const Node *node, FILE *out, int depth)
{
    static const char *const slice[] = { "lower", "upper", "step" };
    bool decorators = node->kind == AST_DEF || node->kind == AST_CLASS;
    for (int i = 0; i < node->item_count; i++) {
        if (node->keys)
            dump_node(node->keys[i], out, depth, node->kind == AST_WITH ? "context" : "key");
        const char *role = node->kind == AST_SLICE ? slice[i] : node->kind == AST_ASSIGN ? "target" : decorators ? "decorator" : NULL;
        if (node->keys)
            role = node->kind == AST_WITH ? "as" : node->keys[i] ? "value" : "star-star";
        dump_node(node->items[i], out, depth, role);
    }
}

static void dump_node(const Node *node, FILE *out, int depth, const char *role)
{
    if (!node)
        return;
    indent(out, depth, role);
    fputs(kind_names[node->kind], out);
    put_value(node, out);
    put_span(out, node->span);
    fputc('\n', out);
    if (node->kind == AST_DEF || node->kind == AST_CLASS)
        dump_items(node, out, depth + 1);
    dump_node(node->test, out, depth + 1, "test");
    dump_node(node->left, out, depth + 1, NULL);
    dump_lists(node, out, depth + 1);
    if (node->kind != AST_DEF && node->kind != AST_CLASS)
        dump_items(node, out, depth + 1);
    dump_node(node->right, out, depth + 1, node->kind == AST_DEF ? "returns" : NULL);
    dump_block(node->body, out, depth + 1, "body");
    dump_block(node->orelse, out, depth + 1, "else");
    dump_block(node->finally, out, depth + 1, "finally");
}

void ast_dump(const Node *node, FILE *out)
{
    dump_node(node, out, 0, NULL);
}
