/* Tokens: C text as a list that the simplifier rewrites in place. In: C. Out: the same C, less what was removed. Blanks and comments lead
 * the token after them; a directive is one token. Positions are indices; removed tokens are stepped over. Inside emit/ only. */
#ifndef EMIT_TOKENS_H
#define EMIT_TOKENS_H

#include "base/text.h"

typedef enum { TOKEN_GONE, TOKEN_NAME, TOKEN_INT, TOKEN_NUMBER, TOKEN_MARK, TOKEN_LITERAL, TOKEN_DIRECTIVE, TOKEN_END } TokenKind;
typedef struct {
    TokenKind kind;
    const char *text, *lead;
    int length, lead_length;
    long value; /* TOKEN_INT: a decimal constant of type int, without sign */
} Token;
typedef struct { Arena *arena; VEC(Token) list; bool changed; } Tokens; /* list: between two TOKEN_END */

Tokens tokens_read(Arena *arena, const char *text);
const char *tokens_text(Tokens *t);
void tokens_compact(Tokens *t);
static inline Token *token_at(const Tokens *t, int i) { return &t->list.at[i]; }
int token_next(const Tokens *t, int i);
int token_prev(const Tokens *t, int i);
bool token_is(const Tokens *t, int i, const char *text);
bool token_same(const Tokens *t, int i, int j);
bool token_kind(const Tokens *t, int i, TokenKind kind);
/* The bracket that closes, or opens, the one at i; -1 when there is none. */
int token_close(const Tokens *t, int i);
int token_open(const Tokens *t, int i);
/* The brace that ends the block which holds i, or the end of the text; the one that begins it, or the start. */
int block_end(const Tokens *t, int i);
int block_begin(const Tokens *t, int i);
void token_remove(Tokens *t, int from, int to); /* both included; comments stay */
void token_become(Tokens *t, int i, long value);

/* Operators. precedence: of a binary operator at i, 10 for * down to 1 for ||; 0 for ?; -1 what bounds an expression; 100: neither. */
enum { BOUND = -1, UNKNOWN = 100 };
int precedence(const Tokens *t, int i);
/* The same for what stands before an operand, and after one: a bracket on the wrong side is UNKNOWN. */
int level_before(const Tokens *t, int i);
int level_after(const Tokens *t, int i);
bool ends_operand(const Tokens *t, int i);
/* The value of an integer, or of an enumerator in scope. */
bool constant_at(const Tokens *t, int i, long *value);
/* Is the variable at i changed between two positions? */
bool is_changed(const Tokens *t, int i, int from, int to);

/* fold.c: expressions; statements.c: loops, conditions, blocks, declarations. One pass each, t->changed says whether to come again. */
void fold_expressions(Tokens *t);
void fold_statements(Tokens *t);

#endif
