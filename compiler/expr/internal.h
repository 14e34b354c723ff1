/* What the files of expr/ share: the pool's nodes, walks over a DAG, and the row of each operation. */
#ifndef EXPR_INTERNAL_H
#define EXPR_INTERNAL_H

#include "base/bug.h"
#include "expr/expr.h"

/* An interval that holds every value of an expression (NaN is left out everywhere), and whether all of them are integers. */
typedef struct { float low, high; bool integer; } Range;

/* --- one row an operation (ops.c). A gradient function returns the contribution of upstream u to child k of n, NULL: none. */
typedef const Expr *GradientFunction(ExprPool *pool, const Expr *n, const Expr *u, int k);
typedef Monotone MonotoneFunction(const Expr *n, const Monotone *child, const Range *range);
typedef Range RangeFunction(const Expr *n, const Range *child);
enum { EXPR_BLOCK = 64 }; /* values that eval_block computes */
typedef enum { INTEGER_NEVER, INTEGER_IF_CHILDREN, INTEGER_ALWAYS } Integrality;
typedef struct {
    float (*eval)(float a, float b, float c);
    void (*eval_block)(const float *restrict a, const float *restrict b, const float *restrict c, float *restrict out);
    const char *c_text;           /* C of the value; $0, $1, $2 are the operands' values, ?0 ... their truth as an int */
    const char *c_condition;      /* C of the truth as an int, NULL: value != 0 */
    GradientFunction *gradient;   /* NULL: no gradient flows */
    MonotoneFunction *monotone;   /* NULL: not monotone */
    RangeFunction *range;         /* NULL: unbounded */
    Integrality integer;
} ExprRow;
const ExprRow *expr_row(ExprOp op);
const char *expr_op_text(ExprOp op);
int expr_op_arity(ExprOp op);

/* --- gradients.c */
GradientFunction gradient_add, gradient_sub, gradient_mul, gradient_div, gradient_neg, gradient_select, gradient_abs, gradient_zero,
    gradient_max, gradient_min, gradient_exp, gradient_log, gradient_log1p, gradient_tanh, gradient_sigmoid, gradient_sinh, gradient_cosh,
    gradient_erf, gradient_cos, gradient_sin, gradient_sqrt, gradient_pow;
/* --- ranges.c, monotone.c */
RangeFunction range_corners, range_truth, range_select, range_abs, range_div, range_pow, range_log, range_log1p, range_sqrt, range_wave, range_cosh;
MonotoneFunction monotone_up, monotone_down, monotone_sub, monotone_mul, monotone_div, monotone_select, monotone_less, monotone_abs,
    monotone_pow, monotone_and, monotone_not;

Range range_real(void);
typedef struct ExprWalk ExprWalk;
/* What is known of the arguments: sets may be NULL, reduced may be NULL. */
typedef struct { const ValueSet *sets; const bool *reduced; int count; } Known;
/* The ranges of all nodes of a walk. */
void expr_ranges(const ExprWalk *walk, const Known *known, Range *out);

/* --- levels.c: value = factor * scale * level + offset, level one of lo, lo+step, ..., hi. A scale is a statistic (NULL: 1); with one,
 * the offset is 0. A constant has lo == hi. */
typedef struct { bool finite; int lo, hi, step; const Expr *level; double factor; const Expr *scale; double offset; } Levels;
enum { LEVELS_WIDEST = 65536, LEVELS_MOST_VALUES = 4096 };
int level_gcd(int a, int b);
const Expr *level_linear(ExprPool *pool, const Expr *level, int factor, int add); /* factor * level + add, exact */
Levels levels_constant(ExprPool *pool, double value);
Levels levels_negate(ExprPool *pool, Levels a);
Levels levels_add(ExprPool *pool, Levels a, Levels b);
Levels levels_mul(ExprPool *pool, Levels a, Levels b);
Levels levels_div(ExprPool *pool, Levels a, Levels b);
Levels levels_select(ExprPool *pool, const Expr *condition, Levels a, Levels b);
/* Any operation on constant-scaled sets, by trying all values. */
Levels levels_enumerate(ExprPool *pool, const Expr *node, const Levels *child);
/* Offset absorbed where the set allows it, common factors of the levels moved to the factor. */
Levels levels_normalize(ExprPool *pool, Levels a);

/* --- walks: every expression reachable from a root, children first. */
struct ExprWalk {
    int count;
    const Expr **node;
    int (*child)[EXPR_MAX_CHILDREN]; /* positions in node, -1 where there is no child */
};
/* The walk over forward children, kept in the pool for the next caller. */
const ExprWalk *expr_walk(const Expr *e);
/* Also through the inputs and gradients of custom nodes; made afresh. */
ExprWalk expr_walk_all(const Expr *e);
/* During the life of the walk made last: the position of a node in it. */
int expr_position(const Expr *e);
ExprPool *expr_pool_of(const Expr *e);

/* A copy of `e` with other children. */
const Expr *expr_rebuild(ExprPool *pool, const Expr *e, const Expr *const child[EXPR_MAX_CHILDREN]);
static inline bool expr_is_reduce(ExprOp op) { return op >= EX_REDUCE_SUM && op <= EX_REDUCE_COUNT; }
static inline bool expr_is_constant(const Expr *e, float value) { return e->op == EX_CONST && e->value == value; }

#endif
