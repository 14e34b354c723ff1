/* The derivative of each operation: in: a node n, the cotangent u of its value, a child's number; out: what flows to that child.
 * Ties and the grouping of factors as TensorFlow's registered gradients have them. */
#include "expr/internal.h"

static const Expr *make1(ExprPool *pool, ExprOp op, const Expr *a) { return expr_make(pool, op, a, NULL, NULL); }
static const Expr *make2(ExprPool *pool, ExprOp op, const Expr *a, const Expr *b) { return expr_make(pool, op, a, b, NULL); }
static const Expr *mul(ExprPool *pool, const Expr *a, const Expr *b) { return make2(pool, EX_MUL, a, b); }
static const Expr *one_minus(ExprPool *pool, const Expr *a) { return make2(pool, EX_SUB, expr_const(pool, 1.0f), a); }

const Expr *gradient_add(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)pool, (void)n, (void)k;
    return u;
}

const Expr *gradient_sub(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)n;
    return k == 0 ? u : make1(pool, EX_NEG, u);
}

const Expr *gradient_mul(ExprPool *pool, const Expr *n, const Expr *u, int k) { return mul(pool, u, n->child[1 - k]); }

const Expr *gradient_div(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    const Expr *b = n->child[1];
    if (k == 0)
        return make2(pool, EX_DIV, u, b);
    return mul(pool, u, make2(pool, EX_DIV, make1(pool, EX_NEG, n), b));
}

const Expr *gradient_neg(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)n, (void)k;
    return make1(pool, EX_NEG, u);
}

/* u where the condition holds (for k 1), elsewhere 0; the other way round for k 2. */
static const Expr *route(ExprPool *pool, const Expr *condition, const Expr *u, bool then)
{
    const Expr *zero = expr_const(pool, 0.0f);
    return expr_make(pool, EX_SELECT, condition, then ? u : zero, then ? zero : u);
}

const Expr *gradient_select(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    return k == 0 ? NULL : route(pool, n->child[0], u, k == 1);
}

const Expr *gradient_abs(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)k;
    return mul(pool, u, make1(pool, EX_SGN, n->child[0]));
}

/* A function that is flat wherever it has a derivative: TensorFlow gives zeros, which is not "no gradient". */
const Expr *gradient_zero(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)n, (void)u, (void)k;
    return expr_const(pool, 0.0f);
}

/* The first operand takes everything on a tie. */
const Expr *gradient_max(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    return route(pool, make2(pool, EX_LE, n->child[1], n->child[0]), u, k == 0);
}

const Expr *gradient_min(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    return route(pool, make2(pool, EX_LE, n->child[0], n->child[1]), u, k == 0);
}

const Expr *gradient_exp(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)k;
    return mul(pool, u, n);
}

const Expr *gradient_log(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)k;
    return make2(pool, EX_DIV, u, n->child[0]);
}

const Expr *gradient_log1p(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)k;
    return make2(pool, EX_DIV, u, make2(pool, EX_ADD, expr_const(pool, 1.0f), n->child[0]));
}

const Expr *gradient_tanh(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)k;
    return mul(pool, u, one_minus(pool, mul(pool, n, n)));
}

const Expr *gradient_sigmoid(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)k;
    return mul(pool, u, mul(pool, n, one_minus(pool, n)));
}

const Expr *gradient_sinh(ExprPool *pool, const Expr *n, const Expr *u, int k) { return mul(pool, u, make1(pool, EX_COSH, n->child[k])); }

const Expr *gradient_cosh(ExprPool *pool, const Expr *n, const Expr *u, int k) { return mul(pool, u, make1(pool, EX_SINH, n->child[k])); }

const Expr *gradient_erf(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    const Expr *bell = make1(pool, EX_EXP, make1(pool, EX_NEG, mul(pool, n->child[k], n->child[k])));
    return mul(pool, u, mul(pool, expr_const(pool, 0x1.20dd76p+0f), bell)); /* 2 / sqrt(pi) */
}

const Expr *gradient_cos(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    return mul(pool, u, make1(pool, EX_NEG, make1(pool, EX_SIN, n->child[k])));
}

const Expr *gradient_sin(ExprPool *pool, const Expr *n, const Expr *u, int k) { return mul(pool, u, make1(pool, EX_COS, n->child[k])); }

const Expr *gradient_sqrt(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    (void)k;
    return make2(pool, EX_DIV, mul(pool, u, expr_const(pool, 0.5f)), n);
}

const Expr *gradient_pow(ExprPool *pool, const Expr *n, const Expr *u, int k)
{
    const Expr *x = n->child[0], *y = n->child[1], *zero = expr_const(pool, 0.0f);
    if (k == 0)
        return mul(pool, mul(pool, u, y), make2(pool, EX_POW, x, make2(pool, EX_SUB, y, expr_const(pool, 1.0f))));
    const Expr *logarithm = expr_make(pool, EX_SELECT, make2(pool, EX_LT, zero, x), make1(pool, EX_LOG, x), zero);
    return mul(pool, mul(pool, u, n), logarithm);
}
