/* Expr: one form for all pointwise mathematics: quantizers and their pseudo-gradients, activations, batch-norm at inference,
 * losses, constraints, regularizers, optimizer updates, schedules.
 *
 * A DAG of float32 operations over arguments (ARG 0, ARG 1, ...), hash-consed in a pool: equal expressions are equal pointers.
 * Every operation rounds once to float32; comparisons give 0.0f or 1.0f. Besides pointwise operations there are
 *   REDUCE  (sum, mean, max) over axes of the full shape (axis 0 of a batched value is the batch); the result keeps its rank
 *           (size 1 along the axes), so it broadcasts back;
 *   CUSTOM  a value with a gradient of its own (tf.custom_gradient): forward, inputs, one gradient per input in terms of DY;
 *   STOP    a value through which no gradient flows.
 * A *pure* expression has none of these three: the graph splits the others (passes/split-reductions) before anything runs.
 */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define EXPR_OP(name, arity, text) EX_##name,
#include "expr/expr.def"
#undef EXPR_OP
    EX_COUNT
} ExprOp;

enum { EXPR_MAX_CHILDREN = 3, EXPR_MAX_ARGS = 32 };

typedef struct Expr Expr;
struct Expr {
    ExprOp op;
    int id;                       /* position in the pool: children have smaller ids */
    float value;                  /* EX_CONST */
    int index;                    /* EX_ARG: which argument; EX_DY: which custom gradient it belongs to */
    uint32_t axes;                /* EX_REDUCE_*: bit i = axis i of the full shape */
    const Expr *child[EXPR_MAX_CHILDREN]; /* EX_CUSTOM: child[0] is the forward value */
    int custom_count;             /* EX_CUSTOM: number of inputs */
    const Expr *const *custom_inputs;
    const Expr *const *custom_gradients; /* in terms of EX_DY(index = this custom's number) and anything else */
    bool pure;                    /* no REDUCE, CUSTOM, STOP, DY below */
    uint32_t uses;                /* bit i: depends on ARG i (also through reductions) */
};

typedef struct ExprPool ExprPool;
ExprPool *expr_pool_new(Arena *arena);
Arena *expr_pool_arena(ExprPool *pool);

const Expr *expr_const(ExprPool *pool, float value);
const Expr *expr_arg(ExprPool *pool, int index);
/* Builds, folds constants (with the run-time functions themselves, so folding changes no bit) and shares.
 * Unused children are NULL. Only bit-exact rewrites (x*1, select of equals, ...) are made. */
const Expr *expr_make(ExprPool *pool, ExprOp op, const Expr *a, const Expr *b, const Expr *c);
const Expr *expr_reduce(ExprPool *pool, ExprOp op, const Expr *a, uint32_t axes);
/* A fresh upstream-gradient leaf for a custom gradient under construction. */
const Expr *expr_dy(ExprPool *pool);
const Expr *expr_custom(ExprPool *pool, const Expr *forward, const Expr *dy, int count, const Expr *const *inputs,
                        const Expr *const *gradients);

/* Copies of e with ARG i replaced by replacements[i] (NULL keeps it). */
const Expr *expr_substitute(ExprPool *pool, const Expr *e, const Expr *const *replacements, int count);
/* e without custom gradients and stops: the forward value alone. */
const Expr *expr_forward(ExprPool *pool, const Expr *e);
/* Reverse mode: gradients[i] = d(sum of dy*e)/d(ARG i) for i < count, NULL where e does not depend on ARG i.
 * dy is any expression (usually an ARG). Ties: max, min give the first operand everything; clip passes at both ends;
 * abs has derivative sign (0 at 0); reduce_max shares evenly among the ties, as TensorFlow. Results may contain REDUCE. */
void expr_differentiate(ExprPool *pool, const Expr *e, const Expr *dy, const Expr **gradients, int count);

/* Value of a pure expression. The same bits as the printed C gives. */
float expr_eval(const Expr *e, const float *arguments);
/* Over arrays: out[i] for i < count, argument k at arguments[k][i * strides[k]] (stride 0 or 1 or any). */
void expr_eval_many(const Expr *e, int count, const float *const *arguments, const int *strides, float *out);

/* Of arguments that are numbers or rows of numbers (size 1, or n, the same for all rows); reductions, added up in double, make numbers of rows.
 * The value, which must be one number. */
float expr_eval_rows(const Expr *e, const float *const *arguments, const int *sizes);

/* Prints a pure expression as C99: first, for every shared subexpression, a line "const float t0 = ...;" through `line`,
 * then returns the text of the final expression. argument_text[i] is the C text of ARG i (evaluated once each or side-effect free).
 * Functions used are those of runtime/bnn_math.h and listed in expr.def. */
const char *expr_print_c(Arena *arena, const Expr *e, const char *const *argument_text, void (*line)(void *context, const char *text),
                         void *context);
/* Readable infix, for dumps, help and messages: "where(abs(x) <= 1, dy, 0)". names may be NULL (x0, x1, ...). */
const char *expr_text(Arena *arena, const Expr *e, const char *const *names, int count);
int expr_size(const Expr *e); /* number of distinct operations */
/* Whether each element, and its gradient, depends on the same element of the arguments alone: there is no reduction. */
bool expr_is_elementwise(const Expr *e);

/* ValueSet: which values an expression can take. */
typedef struct {
    bool bounded;            /* lower <= value <= upper */
    float lower, upper;
    bool finite;             /* value = scale * level + offset; level is an integer in lo, lo+step, ..., hi */
    int lo, hi, step;
    const Expr *level;       /* the integer, as a pure expression (exact in float32) of the same arguments */
    const Expr *scale;       /* NULL: 1. Else a constant, or an expression that is constant along every axis it is reduced over */
    float offset;
    /* For a statistic that is a maximum over axes: it is nowhere below this expression of the same arguments (NULL: nothing known).
     * With it, x / reduce_max(abs(x)) is known to lie in [-1, 1] after the reduction has become an argument. */
    const Expr *at_least;
} ValueSet;
ValueSet value_set_real(void);
/* A value whose elements already are integers lo..hi in steps (u8 input: 0,255,1). level is ARG 0. */
ValueSet value_set_levels(ExprPool *pool, int lo, int hi, int step);
/* argument_sets[i] is the set of ARG i. reduced[i]: ARG i is a statistic (per channel or tensor), so it may be a scale. */
ValueSet expr_value_set(ExprPool *pool, const Expr *e, const ValueSet *argument_sets, const bool *reduced, int count);
/* Number of bit planes of a finite set: {-1,+1} 1 plane, {0,1} 1, {-1,0,+1} 2, 0..n bits(n), symmetric odd sets bits(n). 0 if not finite. */
int value_set_planes(const ValueSet *set);
const char *value_set_text(Arena *arena, const ValueSet *set); /* "{-1,+1}", "{0..3}/3", "real" */

typedef enum { MONOTONE_NO, MONOTONE_UP, MONOTONE_DOWN, MONOTONE_EITHER, MONOTONE_CONSTANT } Monotone;
/* Whether float32 evaluation is monotone in ARG index; EITHER: monotone, direction depends on the sign of other arguments. */
Monotone expr_monotone(const Expr *e, int index);

#endif
