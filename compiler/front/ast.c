/* Parsing a source from text to tree, and the names of the operators. */
#include "front/parse.h"

#include "base/bug.h"
#include "front/parser.tab.h"

const char *ast_operator_text(AstOperator operator)
{
    static const char *const texts[] = {
        [OP_ADD] = "+",          [OP_SUBTRACT] = "-",      [OP_MULTIPLY] = "*",
        [OP_DIVIDE] = "/",       [OP_FLOOR_DIVIDE] = "//", [OP_MODULO] = "%",
        [OP_POWER] = "**",       [OP_MATMUL] = "@",        [OP_BIT_AND] = "&",
        [OP_BIT_OR] = "|",       [OP_BIT_XOR] = "^",       [OP_SHIFT_LEFT] = "<<",
        [OP_SHIFT_RIGHT] = ">>", [OP_NEGATE] = "-",        [OP_PLUS] = "+",
        [OP_NOT] = "not",        [OP_INVERT] = "~",        [OP_LESS] = "<",
        [OP_LESS_EQUAL] = "<=",  [OP_GREATER] = ">",       [OP_GREATER_EQUAL] = ">=",
        [OP_EQUAL] = "==",       [OP_NOT_EQUAL] = "!=",    [OP_IN] = "in",
        [OP_NOT_IN] = "not in",  [OP_IS] = "is",           [OP_IS_NOT] = "is not",
    };
    BUG_IF((size_t) operator>= sizeof texts / sizeof * texts);
    return texts[operator];
}

static Parse parse_start(Arena *arena, const Source *source, Diag *diag, int start)
{
    Parse parse = { .arena = arena, .source = source, .diag = diag, .start = start, .fragment = start == TOK_START_EXPRESSION };
    lexer_run(&parse, 0, source->length);
    layout_start(&parse);
    return parse;
}

Node *parse_source(Arena *arena, const Source *source, Diag *diag)
{
    int errors = diag_errors(diag);
    Parse parse = parse_start(arena, source, diag, TOK_START_FILE);
    bool failed = front_parse(&parse) != 0;
    Node *module = build_node(&parse, AST_MODULE, (Span){ source, 0, source->length });
    module->body = parse.module.first;
    module->docstring = build_docstring(module->body);
    BUG_IF(failed && diag_errors(diag) == errors);
    if (diag_errors(diag) == errors)
        check_module(&parse, module);
    return module;
}

Node *parse_expression(Arena *arena, const Source *source, Diag *diag)
{
    int errors = diag_errors(diag);
    Parse parse = parse_start(arena, source, diag, TOK_START_EXPRESSION);
    bool failed = front_parse(&parse) != 0;
    BUG_IF(failed && diag_errors(diag) == errors);
    return diag_errors(diag) == errors ? parse.result : NULL;
}
