/* What the parts of the parser share: the lexer fills an array of tokens, layout.c hands them to bison with line ends, indentation and
 * brackets worked out, parser.y calls the builders of build.c, syntax.c words the messages. Nothing outside front/ includes this. */
#ifndef FRONT_PARSE_H
#define FRONT_PARSE_H

#include "front/ast.h"

#define PARSE_NESTING 64 /* brackets and blocks open at once */
#ifndef PARSE_DEPTH
#define PARSE_DEPTH 400 /* height of the tree: what walks it recurses this deep */
#endif
#define PARSE_ERRORS 20 /* then parsing stops */

typedef struct {
    int kind; /* TOK_ of parser.y, a character, or 0 at the end */
    size_t begin, end;
    size_t line; /* where the line that it lies on begins */
    bool first;  /* first token of its line */
    bool bad;    /* the lexer has reported it */
    int partner; /* brackets: index of the matching token, -1: never closed, or BRACKET_STRAY */
} Token;
#define BRACKET_STRAY (-2) /* a closing bracket too many */

typedef struct {
    int column, alternate; /* with tabs to multiples of 8, and with tabs counted 1 */
    bool silent;           /* its INDENT was swallowed after an error, so its DEDENT is too */
    bool broken;           /* the last statement at this level had an error */
    bool match;            /* the block of a match statement */
} Indent;

typedef struct {
    Node *first, *last;
} Block;

typedef struct NodeList {
    VEC(Node *) nodes;
    VEC(Node *) keys;
    VEC(AstOperator) operators;
} NodeList;

typedef struct {
    Parameter *first, *last;
} ParameterList;
typedef struct {
    Argument *first, *last;
} ArgumentList;
typedef struct {
    Clause *first, *last;
} ClauseList;
typedef struct {
    Import *first, *last;
} ImportList;

typedef struct Parse {
    Arena *arena;
    const Source *source;
    Diag *diag;
    VEC(Token) tokens; /* the last one has kind 0 */
    /* layout */
    int start;     /* the marker that chooses what is parsed, 0 once it is sent */
    bool fragment; /* one expression: line ends mean nothing */
    int at;        /* the next token */
    int last;      /* the token sent last, -1 before the first */
    int opener[PARSE_NESTING], opener_count;
    Indent indents[PARSE_NESTING + 1];
    int level;
    int dedents;     /* still to be sent */
    bool line_open;  /* something of this line was sent */
    bool indented;   /* the indentation of token `at` is done */
    bool line_error; /* the line had an error: what it should have opened is passed over */
    bool quiet;      /* a mistake in this statement was reported: what may come of it is not */
    bool resync;     /* send NEWLINE next */
    int resynced;    /* the token that a resync went to last, so that none happens twice */
    bool stopped;    /* nested too deeply: the rest is not read, and nothing more is said */
    int statement;   /* first token of this statement */
    bool match;      /* this statement is a match: its block holds cases */
    Span sent;       /* the token sent last, made-up ones included */
    int sent_kind;
    /* results */
    Block module;
    Node *result;
    bool too_deep;
    int nesting; /* f-strings inside f-strings */
} Parse;

static inline const Token *parse_token(const Parse *parse, int index)
{
    return &parse->tokens.at[index];
}

static inline Span token_span(const Parse *parse, int index)
{
    return (Span){ parse->source, parse_token(parse, index)->begin, parse_token(parse, index)->end };
}

/* lexer.l: the tokens of text[begin, end) */
void lexer_run(Parse *parse, size_t begin, size_t end);
/* --- tokens of brackets: the kind is the character */
static inline bool bracket_is_opener(int kind)
{
    return kind == '(' || kind == '[' || kind == '{';
}

static inline bool bracket_is_closer(int kind)
{
    return kind == ')' || kind == ']' || kind == '}';
}

static inline int bracket_closer_of(int kind)
{
    return kind == '(' ? ')' : kind == '[' ? ']' : '}';
}

/* bracket.c */
void bracket_match(Parse *parse);
/* keyword.c; the second: index of the ':' outside brackets that heads a block on this line, or -1; last: it must end the line */
int keyword_soft(Parse *parse, int kind);
int keyword_header_colon(const Parse *parse, int from, bool last);
/* layout.c */
void layout_start(Parse *parse);
int layout_next(Parse *parse, Span *span);
bool layout_report_unclosed(Parse *parse);
void layout_recover(Parse *parse);
/* syntax.c: the message for an unexpected token; expected: names of the tokens that would have done */
void syntax_report(Parse *parse, const char *const *expected, int count);
/* literal.c */
Node *literal_string(Parse *parse, Span span);
Node *literal_join(Parse *parse, NodeList *pieces, Span span);
Node *literal_number(Parse *parse, Span span, bool real);
/* fstring.c */
void fstring_pieces(Parse *parse, NodeList *pieces, size_t begin, size_t end, bool raw, bool specification);
/* escape.c */
const char *literal_decode(Parse *parse, size_t begin, size_t end, bool raw, bool bytes, bool braces, size_t *length);
/* check.c: what the grammar cannot say (return outside a function, ...), after a parse without errors */
void check_module(Parse *parse, const Node *module);
bool check_target(Parse *parse, const Node *node, const char *verb);

/* build.c */
Node *build_node(Parse *parse, AstKind kind, Span span);
Node *build_seal(Parse *parse, Node *node); /* every node with children goes through this: bounds the depth */
Node *build_leaf(Parse *parse, AstKind kind, Span span);
const char *build_name(Parse *parse, Span span);
NodeList *build_list(Parse *parse, NodeList *list, Node *node);
NodeList *build_pair(Parse *parse, NodeList *list, Node *key, Node *node);
void build_take(Node *node, NodeList *list);
Block build_append(Block block, Block more);
Block build_block(Node *statement);
Node *build_tree(Parse *parse, AstKind kind, Span span, Node *left, Node *right);
Node *build_operator(Parse *parse, AstOperator operator, Span span, Node *left, Node *right);
Node *build_items(Parse *parse, AstKind kind, Span span, NodeList *list);
Node *build_sequence(Parse *parse, NodeList *list, bool comma, Span span);
NodeList *build_comparison(Parse *parse, NodeList *list, AstOperator which, Node *node);
Node *build_compare(Parse *parse, NodeList *list, Span span);
Node *build_slice(Parse *parse, Node *lower, Node *upper, Node *step, Span span);
Node *build_call(Parse *parse, Node *callee, ArgumentList arguments, Span span);
Node *build_attribute(Parse *parse, Node *left, Span name, Span span);
Node *build_comprehension(Parse *parse, AstKind kind, Node *left, Node *right, ClauseList clauses, Span span);
Node *build_unsupported(Parse *parse, AstKind kind, const char *name, Node *left, Node *right, Span span);
Node *build_case(Parse *parse, Span header, Block body, Span span);
Node *build_assign(Parse *parse, NodeList *list, Span span);
Node *build_augmented(Parse *parse, Node *left, Span operator, Node * right, Span span);
Node *build_compound(Parse *parse, AstKind kind, Span span, Node *test, Block body, Node *orelse);
Node *build_for(Parse *parse, Node *target, Node *iterable, Block body, Node *orelse, Span span);
const char *build_docstring(const Node *first); /* of a block: its first statement, when that is a string; NULL: it has none */
Node *build_definition(Parse *parse, AstKind kind, Span name, Block body, Span span);
Node *build_decorated(Parse *parse, NodeList *decorators, Node *definition, Span span);
ArgumentList build_argument(Parse *parse, ArgumentList list, ArgumentKind kind, Node *name, Node *value);
ArgumentList build_generator(Parse *parse, ArgumentList list, Node *value);
void build_check_arguments(Parse *parse, ArgumentList list);
ParameterList build_parameter(Parse *parse, ParameterKind kind, Span name, bool named, Node *annotation, Node *value);
ParameterList build_parameters(ParameterList list, ParameterList more);
Parameter *build_parameters_done(Parse *parse, ParameterList list);
ClauseList build_clause(Parse *parse, Node *target, Node *iterable, NodeList *conditions, bool async, Span span);
ImportList build_import(Parse *parse, Span name, Span alias, bool has_alias, Span span);
const char *build_dotted(Parse *parse, Span span);

/* compound.c */
Node *build_annotated(Parse *parse, Node *target, Node *annotation, Node *value, Span span);
Node *build_assert(Parse *parse, Node *test, Node *message, Span span);
Node *build_from_import(Parse *parse, Span origin, ImportList names, Span span);
Node *build_type(Parse *parse, Span name, Node *value, Span span);
Node *build_around(Parse *parse, const char *construct, Node *subject, Node *body, Span span);
Node *build_with(Parse *parse, NodeList *items, Block body, Span span);
Node *build_try(Parse *parse, Block body, NodeList *handlers, Block orelse, Block finally, Span span);
Node *build_handler(Parse *parse, Node *type, const Span *name, Block body, Span span);
Node *build_star_handled(Parse *parse, Node *type, Span span);
Node *build_function(Parse *parse, Span name, ParameterList parameters, Node *result, Block body, Span span);
Node *build_class(Parse *parse, Span name, ArgumentList bases, Block body, Span span);
Node *build_conditional(Parse *parse, Node *value, Node *test, Node *otherwise, Span span);
Node *build_lambda(Parse *parse, ParameterList parameters, Node *value, Span span);

#endif
