/* The pool: equal expressions are equal pointers. In: an operation and children of this pool. Out: the one node that means it,
 * after folding constants and rewrites that keep every bit (NaN payloads aside). */
#include "expr/internal.h"

#include "bnn_math.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    Expr expr; /* first: a const Expr * is a Node * */
    ExprPool *pool;
    const ExprWalk *walk;
    uint32_t mark;
    int position;
} Node;

struct ExprPool {
    Arena *arena;
    VEC(Node *) nodes;
    Node **table; /* open addressing, never more than half full */
    int table_size;
    int dy_count;
    uint32_t mark;
};

ExprPool *expr_pool_new(Arena *arena)
{
    ExprPool *pool = ARENA_NEW(arena, ExprPool);
    pool->arena = arena;
    pool->table_size = 64;
    pool->table = ARENA_ARRAY(arena, Node *, pool->table_size);
    return pool;
}

Arena *expr_pool_arena(ExprPool *pool) { return pool->arena; }

static Node *node_of(const Expr *e) { return (Node *)(uintptr_t)e; }

ExprPool *expr_pool_of(const Expr *e) { return node_of(e)->pool; }

static uint32_t expr_hash(const Expr *e)
{
    uint64_t hash = (uint64_t)e->op * 0x9e3779b97f4a7c15u + bnn_bits(e->value) + ((uint64_t)(uint32_t)e->index << 32) + e->axes;
    for (int k = 0; k < EXPR_MAX_CHILDREN; k++)
        hash = (hash ^ (hash >> 29) ^ (uint64_t)(e->child[k] ? e->child[k]->id + 1 : 0)) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(hash >> 32);
}

static bool expr_same(const Expr *a, const Expr *b)
{
    if (a->op != b->op || bnn_bits(a->value) != bnn_bits(b->value) || a->index != b->index || a->axes != b->axes ||
        memcmp(a->child, b->child, sizeof a->child) != 0 || a->custom_count != b->custom_count)
        return false;
    for (int k = 0; k < a->custom_count; k++)
        if (a->custom_inputs[k] != b->custom_inputs[k] || a->custom_gradients[k] != b->custom_gradients[k])
            return false;
    return true;
}

static void table_grow(ExprPool *pool)
{
    pool->table_size *= 2;
    pool->table = ARENA_ARRAY(pool->arena, Node *, pool->table_size);
    for (int i = 0; i < pool->nodes.count; i++) {
        uint32_t at = expr_hash(&pool->nodes.at[i]->expr);
        while (pool->table[at &= (uint32_t)pool->table_size - 1])
            at++;
        pool->table[at] = pool->nodes.at[i];
    }
}

/* purity and the arguments below, from the children */
static void expr_summarize(Expr *e)
{
    e->pure = !expr_is_reduce(e->op) && e->op != EX_CUSTOM && e->op != EX_STOP && e->op != EX_DY;
    e->uses = e->op == EX_ARG ? 1u << e->index : 0;
    for (int k = 0; k < EXPR_MAX_CHILDREN && e->child[k]; k++) {
        e->pure = e->pure && e->child[k]->pure;
        e->uses |= e->child[k]->uses;
    }
    for (int k = 0; k < e->custom_count; k++)
        e->uses |= e->custom_inputs[k]->uses;
}

static const Expr *expr_share(ExprPool *pool, const Expr *wanted)
{
    uint32_t at = expr_hash(wanted);
    while (pool->table[at &= (uint32_t)pool->table_size - 1]) {
        if (expr_same(&pool->table[at]->expr, wanted))
            return &pool->table[at]->expr;
        at++;
    }
    Node *node = ARENA_NEW(pool->arena, Node);
    node->expr = *wanted;
    node->expr.id = pool->nodes.count;
    node->pool = pool;
    expr_summarize(&node->expr);
    VEC_PUSH(pool->arena, &pool->nodes, node);
    pool->table[at] = node;
    if (pool->nodes.count * 2 > pool->table_size)
        table_grow(pool);
    return &node->expr;
}

const Expr *expr_const(ExprPool *pool, float value) { return expr_share(pool, &(Expr){.op = EX_CONST, .value = value}); }

const Expr *expr_arg(ExprPool *pool, int index)
{
    BUG_IF(index < 0 || index >= EXPR_MAX_ARGS);
    return expr_share(pool, &(Expr){.op = EX_ARG, .index = index});
}

const Expr *expr_dy(ExprPool *pool) { return expr_share(pool, &(Expr){.op = EX_DY, .index = pool->dy_count++}); }

/* Is every bit of e's value 0.0f or 1.0f? */
static bool expr_is_truth(const Expr *e)
{
    return (e->op >= EX_LT && e->op <= EX_NOT) || (e->op == EX_CONST && (bnn_bits(e->value) == 0 || e->value == 1.0f));
}

static const Expr *simplify_arithmetic(const Expr *e)
{
    const Expr *a = e->child[0], *b = e->child[1];
    switch (e->op) {
    case EX_MUL:
        return expr_is_constant(b, 1.0f) ? a : expr_is_constant(a, 1.0f) ? b : NULL;
    case EX_DIV:
        return expr_is_constant(b, 1.0f) ? a : NULL;
    case EX_SUB: /* x - (+0) is x, even for -0; x + (-0) too */
        return b->op == EX_CONST && bnn_bits(b->value) == 0 ? a : NULL;
    case EX_ADD:
        if (b->op == EX_CONST && bnn_bits(b->value) == 0x80000000u)
            return a;
        return a->op == EX_CONST && bnn_bits(a->value) == 0x80000000u ? b : NULL;
    case EX_NEG:
        return a->op == EX_NEG ? a->child[0] : NULL;
    case EX_POW:
        return expr_is_constant(b, 1.0f) ? a : NULL;
    default:
        return NULL;
    }
}

/* The same value without this node, or NULL. */
static const Expr *expr_simplify(ExprPool *pool, const Expr *e)
{
    const Expr *a = e->child[0], *b = e->child[1];
    switch (e->op) {
    case EX_SELECT:
        if (a->op == EX_CONST)
            return a->value != 0.0f ? b : e->child[2];
        if (b == e->child[2])
            return b;
        return expr_is_truth(a) && expr_is_constant(b, 1.0f) && e->child[2]->op == EX_CONST && bnn_bits(e->child[2]->value) == 0 ? a : NULL;
    case EX_MAX:
    case EX_MIN:
        return a == b ? a : NULL;
    case EX_AND:
    case EX_OR:
        return a == b && expr_is_truth(a) ? a : NULL;
    case EX_NOT:
        return a->op == EX_NOT && expr_is_truth(a->child[0]) ? a->child[0] : NULL;
    case EX_ABS:
        return a->op == EX_ABS ? a : a->op == EX_NEG ? expr_make(pool, EX_ABS, a->child[0], NULL, NULL) : NULL;
    case EX_FLOOR:
    case EX_ROUND:
        return a->op == EX_FLOOR || a->op == EX_ROUND || a->op == EX_SIGN ? a : NULL;
    case EX_STOP:
        return a->op == EX_STOP || a->op == EX_CONST ? a : NULL;
    default:
        return simplify_arithmetic(e);
    }
}

const Expr *expr_make(ExprPool *pool, ExprOp op, const Expr *a, const Expr *b, const Expr *c)
{
    const ExprRow *row = expr_row(op);
    Expr wanted = {.op = op, .child = {a, b, c}};
    if (expr_op_arity(op) == 0 || (!row->eval && op != EX_STOP) || expr_op_arity(op) != (a != NULL) + (b != NULL) + (c != NULL))
        BUG("expr_make: %s with the wrong number of children", expr_op_text(op));
    if (op == EX_POW && expr_is_constant(b, 2.0f)) {
        wanted = (Expr){.op = EX_MUL, .child = {a, a, NULL}};
        row = expr_row(EX_MUL);
    }
    if (row->eval && a->op == EX_CONST && (!b || b->op == EX_CONST) && (!c || c->op == EX_CONST))
        return expr_const(pool, row->eval(a->value, b ? b->value : 0.0f, c ? c->value : 0.0f));
    const Expr *simple = expr_simplify(pool, &wanted);
    return simple ? simple : expr_share(pool, &wanted);
}

const Expr *expr_reduce(ExprPool *pool, ExprOp op, const Expr *a, uint32_t axes)
{
    BUG_IF(!expr_is_reduce(op));
    if (axes == 0)
        return op == EX_REDUCE_COUNT ? expr_const(pool, 1.0f) : a;
    if (a->op == EX_CONST && (op == EX_REDUCE_MAX || op == EX_REDUCE_MEAN))
        return a;
    return expr_share(pool, &(Expr){.op = op, .axes = axes, .child = {a, NULL, NULL}});
}

const Expr *expr_custom(ExprPool *pool, const Expr *forward, const Expr *dy, int count, const Expr *const *inputs,
                        const Expr *const *gradients)
{
    BUG_IF(dy->op != EX_DY || count < 0);
    const Expr **copy = ARENA_ARRAY(pool->arena, const Expr *, 2 * count + 1);
    for (int k = 0; k < count; k++) {
        copy[k] = inputs[k];
        copy[count + k] = gradients[k];
    }
    return expr_share(pool, &(Expr){.op = EX_CUSTOM, .index = dy->index, .child = {forward, NULL, NULL}, .custom_count = count,
                                    .custom_inputs = copy, .custom_gradients = copy + count});
}

const Expr *expr_rebuild(ExprPool *pool, const Expr *e, const Expr *const child[EXPR_MAX_CHILDREN])
{
    if (e->op == EX_CONST || e->op == EX_ARG || e->op == EX_DY || memcmp(child, e->child, sizeof e->child) == 0)
        return e;
    if (expr_is_reduce(e->op))
        return expr_reduce(pool, e->op, child[0], e->axes);
    return expr_make(pool, e->op, child[0], child[1], child[2]);
}

/* --- walks */
typedef struct { const Expr **at; int count, capacity; } ExprStack;

static void stack_visit(ExprStack *stack, const Expr *e)
{
    Node *node = node_of(e);
    if (node->mark == node->pool->mark)
        return;
    node->mark = node->pool->mark;
    VEC_PUSH(node->pool->arena, stack, e);
}

static int by_id(const void *a, const void *b) { return (*(const Expr *const *)a)->id - (*(const Expr *const *)b)->id; }

static ExprWalk walk_make(const Expr *e, bool customs)
{
    ExprStack found = {0};
    ExprPool *pool = expr_pool_of(e);
    pool->mark++;
    stack_visit(&found, e);
    for (int i = 0; i < found.count; i++) {
        const Expr *at = found.at[i];
        for (int k = 0; k < EXPR_MAX_CHILDREN && at->child[k]; k++)
            stack_visit(&found, at->child[k]);
        for (int k = 0; customs && k < at->custom_count; k++) {
            stack_visit(&found, at->custom_inputs[k]);
            stack_visit(&found, at->custom_gradients[k]);
        }
    }
    qsort(found.at, (size_t)found.count, sizeof *found.at, by_id);
    ExprWalk walk = {.count = found.count, .node = found.at};
    walk.child = arena_alloc(pool->arena, sizeof *walk.child * (size_t)walk.count);
    for (int i = 0; i < walk.count; i++)
        node_of(walk.node[i])->position = i;
    for (int i = 0; i < walk.count; i++)
        for (int k = 0; k < EXPR_MAX_CHILDREN; k++)
            walk.child[i][k] = walk.node[i]->child[k] ? expr_position(walk.node[i]->child[k]) : -1;
    return walk;
}

int expr_position(const Expr *e) { return node_of(e)->position; }

ExprWalk expr_walk_all(const Expr *e) { return walk_make(e, true); }

const ExprWalk *expr_walk(const Expr *e)
{
    Node *node = node_of(e);
    if (!node->walk) {
        ExprWalk *walk = ARENA_NEW(node->pool->arena, ExprWalk);
        *walk = walk_make(e, false);
        node->walk = walk;
    }
    return node->walk;
}

int expr_size(const Expr *e) { return expr_walk(e)->count; }

bool expr_is_elementwise(const Expr *e)
{
    ExprWalk walk = expr_walk_all(e);
    for (int i = 0; i < walk.count; i++)
        if (expr_is_reduce(walk.node[i]->op))
            return false;
    return true;
}
