/* Ast: the tree of one .bnn file, exactly what the parser saw. Statements are linked lists; expressions are trees.
 * Every node has its span. Names and strings are interned in the compilation's arena, so names compare by pointer. */
#ifndef FRONT_AST_H
#define FRONT_AST_H

#include "front/diag.h"

#include <stdint.h>

typedef struct Node Node;
typedef struct Parameter Parameter;
typedef struct Argument Argument;
typedef struct Clause Clause;

typedef enum {
    /* expressions */
    AST_NONE, AST_TRUE, AST_FALSE, AST_ELLIPSIS,
    AST_INTEGER,      /* integer */
    AST_FLOAT,        /* real */
    AST_STRING,       /* text, text_length (bytes, escapes decoded); integer: 1 for b"" */
    AST_FSTRING,      /* items: AST_STRING and AST_FORMAT in turn */
    AST_FORMAT,       /* left: expression; right: NULL or AST_FSTRING/AST_STRING format specification; text: conversion "r","s" or NULL */
    AST_NAME,         /* text */
    AST_ATTRIBUTE,    /* left . text; name_span is the attribute's own span */
    AST_SUBSCRIPT,    /* left [ right ]; right may be AST_SLICE or an AST_TUPLE of them */
    AST_SLICE,        /* items[0..2]: lower, upper, step, each may be NULL */
    AST_CALL,         /* left ( arguments ) */
    AST_UNARY,        /* operator, left */
    AST_BINARY,       /* operator, left, right */
    AST_COMPARE,      /* left, then comparisons: items[i] with operators[i] (chained as in Python) */
    AST_AND, AST_OR,  /* left, right */
    AST_CONDITIONAL,  /* left if test else right */
    AST_LAMBDA,       /* parameters, left: body expression */
    AST_LIST, AST_TUPLE, AST_SET, /* items */
    AST_DICT,         /* keys[i] (NULL for **value) : items[i] */
    AST_LIST_COMPREHENSION, AST_SET_COMPREHENSION, AST_GENERATOR, /* left: element; clauses */
    AST_DICT_COMPREHENSION, /* left: key, right: value; clauses */
    AST_STARRED,      /* *left, in displays, targets and index positions */
    /* await, yield, yield from (left); := (left: AST_NAME, right); except* (left), async for (left: iterable): text names it.
     * LANGUAGE.md section 4 says when it is an error. */
    AST_UNSUPPORTED_EXPRESSION,
    /* statements */
    AST_EXPRESSION,   /* left */
    AST_ASSIGN,       /* items: targets (several in a = b = c); right: value */
    AST_AUGMENTED,    /* left operator= right */
    AST_ANNOTATED,    /* left : test (annotation) = right (may be NULL) */
    AST_IF,           /* test, body, orelse */
    AST_FOR,          /* left in right: body, orelse */
    AST_WHILE,        /* test, body, orelse */
    AST_DEF,          /* text, parameters, body, right: return annotation or NULL, decorators in items; docstring or NULL */
    AST_CLASS,        /* text, arguments (bases, keywords), body, decorators in items; docstring or NULL */
    AST_RETURN,       /* left or NULL */
    AST_IMPORT,       /* imports: module path text, alias */
    AST_FROM_IMPORT,  /* text: module path; imports: name, alias; "*" */
    AST_PASS, AST_BREAK, AST_CONTINUE,
    AST_ASSERT,       /* test, right: message or NULL */
    AST_RAISE,        /* left, right (cause), either NULL */
    AST_DELETE,       /* items */
    AST_GLOBAL, AST_NONLOCAL, /* names in items (AST_NAME) */
    AST_WITH,         /* keys[i]: context expression, items[i]: target or NULL; body */
    AST_TRY,          /* body, handlers in items (AST_HANDLER), orelse, finally */
    AST_HANDLER,      /* left: exception type or NULL, text: name or NULL, body */
    /* text names it. async def, async for, async with: body is the statement without async. match: left is the subject, body its cases,
     * each an AST_UNSUPPORTED_STATEMENT "case" with the names of its pattern in items. type: left is the name, right the type. */
    AST_UNSUPPORTED_STATEMENT,
    AST_MODULE        /* body; docstring or NULL */
} AstKind;

typedef enum {
    OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE, OP_FLOOR_DIVIDE, OP_MODULO, OP_POWER, OP_MATMUL,
    OP_BIT_AND, OP_BIT_OR, OP_BIT_XOR, OP_SHIFT_LEFT, OP_SHIFT_RIGHT,
    OP_NEGATE, OP_PLUS, OP_NOT, OP_INVERT,
    OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL, OP_EQUAL, OP_NOT_EQUAL, OP_IN, OP_NOT_IN, OP_IS, OP_IS_NOT
} AstOperator;
const char *ast_operator_text(AstOperator operator);

typedef enum { PARAMETER_PLAIN, PARAMETER_KEYWORD_ONLY, PARAMETER_STAR, PARAMETER_STAR_STAR } ParameterKind;
struct Parameter {
    Parameter *next;
    ParameterKind kind;      /* a bare "*" makes what follows KEYWORD_ONLY and is not stored itself */
    const char *name;
    Node *value;             /* default, or NULL */
    Node *annotation;        /* or NULL */
    Span span;
};

typedef enum { ARGUMENT_POSITIONAL, ARGUMENT_KEYWORD, ARGUMENT_STAR, ARGUMENT_STAR_STAR } ArgumentKind;
struct Argument {
    Argument *next;
    ArgumentKind kind;
    const char *name;        /* keyword */
    Span name_span;
    Node *value;
};

struct Clause {              /* "for target in iterable", then conditions */
    Clause *next;
    Node *target, *iterable;
    Node **conditions;
    int condition_count;
};

typedef struct Import Import;
struct Import {
    Import *next;
    const char *name, *alias; /* dotted for `import a.b`; alias NULL when absent */
    Span span;
};

struct Node {
    AstKind kind;
    AstOperator operator;
    Span span;
    Span name_span;
    Node *next;              /* the next statement of a block */
    int height;              /* of the tree below, at most 400: walks may recurse */
    Node *left, *right, *test;
    Node *body, *orelse, *finally;
    Node **items, **keys;
    AstOperator *operators;
    int item_count;
    const char *text, *docstring;
    size_t text_length;
    int64_t integer;
    double real;
    Parameter *parameters;
    Argument *arguments;
    Clause *clauses;
    Import *imports;
};

/* Parses a whole file. Always returns a module (with what could be parsed); errors are in diag, several a run. */
Node *parse_source(Arena *arena, const Source *source, Diag *diag);
/* Parses one expression (--model EXPR, --set NAME=VALUE). NULL on error. */
Node *parse_expression(Arena *arena, const Source *source, Diag *diag);
/* --dump=ast: one node a line, indented by two, with names, values and spans as line:column. */
void ast_dump(const Node *node, FILE *out);

#endif
