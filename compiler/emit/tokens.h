/* Tokens: C text as a list that the simplifier rewrites in place. In: C. Out: the same C, less what was removed. Blanks and comments lead
 * the token after them; a directive is one token. Positions are indices; removed tokens are stepped over. Inside emit/ only. */
#ifndef EMIT_TOKENS_H
#define EMIT_TOKENS_H

#include "base/text.h"

#include <stdint.h>
#include <string.h>

typedef enum { TOKEN_GONE, TOKEN_NAME, TOKEN_INT, TOKEN_NUMBER, TOKEN_MARK, TOKEN_LITERAL, TOKEN_DIRECTIVE, TOKEN_END } TokenKind;

/* Precedence of a binary operator: 10 for * down to 1 for ||; 0 for ?; BOUND what bounds an expression; UNKNOWN: neither. */
enum { BOUND = -1, UNKNOWN = 100 };

typedef struct {
    TokenKind kind;
    int nesting;           /* 1: opens a bracket, -1: closes one */
    int level;             /* precedence as a binary operator */
    uint32_t hash;         /* of the text */
    const char *text, *lead;
    int length, lead_length;
    long value;            /* TOKEN_INT: a decimal constant of type int, without sign */
    int mate, around;      /* the other bracket of a pair, -1: none; the bracket that opens around this token, 0: none */
} CToken;
typedef struct {
    Arena *arena;
    VEC(CToken) list;       /* between two TOKEN_END */
    VEC(int) enumerators;  /* names in "enum { NAME = ..." */
    VEC(int) open;         /* brackets, while pairs are looked for */
    bool changed;
} CTokens;

CTokens tokens_read(Arena *arena, const char *text);
const char *tokens_text(CTokens *t);
/* Drops what was removed; finds pairs of brackets and enumerators afresh. */
void tokens_compact(CTokens *t);
static inline CToken *token_at(const CTokens *t, int i) { return &t->list.at[i]; }
int token_next(const CTokens *t, int i);
int token_prev(const CTokens *t, int i);
static inline bool token_kind(const CTokens *t, int i, TokenKind kind) { return i >= 0 && token_at(t, i)->kind == kind; }
/* Inline: where `text` is a literal this is one comparison. */
static inline bool token_is(const CTokens *t, int i, const char *text)
{
    const CToken *token = token_at(t, i);
    return token->length == (int)strlen(text) && !memcmp(token->text, text, strlen(text)) && (token->kind == TOKEN_NAME || token->kind == TOKEN_MARK);
}
bool token_is_one_of(const CTokens *t, int i, const char *marks); /* one character each */
bool token_same(const CTokens *t, int i, int j);
void token_remove(CTokens *t, int from, int to); /* both included; comments stay */
void token_become(CTokens *t, int i, long value);
void token_rename(CTokens *t, int i, const char *text);
void token_copy(CTokens *t, int i, const CToken *from);

/* --- operators.c */
int precedence(const CTokens *t, int i);
/* The same for what stands before an operand, and after one: a bracket on the wrong side is UNKNOWN. */
int level_before(const CTokens *t, int i);
int level_after(const CTokens *t, int i);
bool ends_operand(const CTokens *t, int i);

/* --- scopes.c */
/* The bracket that closes, or opens, the one at i; i where that is no bracket; -1 when there is none. */
int token_close(const CTokens *t, int i);
int token_open(const CTokens *t, int i);
/* The brace that ends the block which holds i, or the end of the text; the one that begins it, or the start. A brace at i itself counts. */
int block_end(const CTokens *t, int i);
int block_begin(const CTokens *t, int i);
/* The value of an integer, or of an enumerator in scope. */
bool constant_at(const CTokens *t, int i, long *value);
/* Between two positions: does the name at i appear; is the variable changed; is another of its name declared? */
bool appears(const CTokens *t, int name, int from, int to);
bool is_changed(const CTokens *t, int i, int from, int to);
bool redeclared(const CTokens *t, int name, int from, int to);
/* Every use of a variable becomes the token at `value`: an integer, an enumerator, another variable. */
void substitute(CTokens *t, int name, int from, int to, int value);

/* May a statement begin or end behind this token without a brace of its own? The last token of the one that begins at i, -1 when that is not
 * clear; the end of a declarator or value: the next , or ; at this level. */
bool between_statements(const CTokens *t, int before);
int statement_end(const CTokens *t, int i);
int item_end(const CTokens *t, int i, int limit);
/* An int variable or constant. */
bool is_int_name(const CTokens *t, int i);

/* declarations.c: one declaration or assignment that begins at i. */
void fold_declaration(CTokens *t, int i);
void fold_assignment(CTokens *t, int i);
/* ranges.c: comparisons and divisions at op that the ranges of loop variables decide. */
bool fold_range(CTokens *t, int op);

/* fold.c: expressions; statements.c: loops, conditions, blocks, declarations. One pass each, t->changed says whether to come again. */
void fold_expressions(CTokens *t);
void fold_statements(CTokens *t);

#endif
