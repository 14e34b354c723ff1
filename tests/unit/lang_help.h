/* What the tests of lang share: a compilation from a text, and Expr (reductions, custom gradients gone) over small arrays. */
#ifndef UNIT_LANG_HELP_H
#define UNIT_LANG_HELP_H

#include "lang/eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { Arena *arena; Diag *diag; ExprPool *pool; Eval *eval; bool ok; } Lang;

static Node *lang_parse(Lang *lang, const char *text)
{
    Source *source = source_from_text(lang->arena, "test.bnn", text, strlen(text));
    return parse_source(lang->arena, source, lang->diag);
}

static Lang lang_start(void)
{
    Lang lang = {.arena = arena_new()};
    lang.diag = diag_new(lang.arena);
    lang.pool = expr_pool_new(lang.arena);
    EvalOptions options = {.arena = lang.arena, .pool = lang.pool, .diag = lang.diag};
    lang.eval = eval_new(&options);
    return lang;
}

static inline Lang lang_run(const char *text)
{
    Lang lang = lang_start();
    Node *module = lang_parse(&lang, text);
    lang.ok = !diag_errors(lang.diag) && eval_run(lang.eval, module);
    return lang;
}

static inline Object *lang_value(Lang *lang, const char *expression)
{
    Source *source = source_from_text(lang->arena, "expression", expression, strlen(expression));
    return eval_expression(lang->eval, parse_expression(lang->arena, source, lang->diag));
}

/* --- arrays: every node takes the full shape, reductions fill it */

enum { FIELD_MAX = 512 };
typedef struct { int rank, dim[8], count; int arguments; const float *argument[8]; bool scalar[8]; } Field;

static inline int field_group(const Field *field, uint32_t axes, int index)
{
    int group = 0, stride = 1;
    for (int i = field->rank - 1; i >= 0; i--) {
        int at = index % field->dim[i];
        index /= field->dim[i];
        if (!(axes >> i & 1)) {
            group += at * stride;
            stride *= field->dim[i];
        }
    }
    return group;
}

static inline void field_eval(const Field *field, const Expr *e, float *out);

static inline void field_reduce(const Field *field, const Expr *e, float *out)
{
    float *x = malloc(sizeof(float) * (size_t)field->count);
    double *total = malloc(sizeof(double) * (size_t)field->count);
    int *count = calloc((size_t)field->count, sizeof(int));
    field_eval(field, e->child[0], x);
    for (int i = 0; i < field->count; i++) {
        int g = field_group(field, e->axes, i);
        double before = count[g]++ ? total[g] : e->op == EX_REDUCE_MAX ? -INFINITY : 0;
        total[g] = e->op == EX_REDUCE_MAX ? fmax(before, x[i]) : before + x[i];
    }
    for (int i = 0; i < field->count; i++) {
        int g = field_group(field, e->axes, i);
        out[i] = (float)(e->op == EX_REDUCE_MEAN ? total[g] / count[g] : total[g]);
    }
    free(x);
    free(total);
    free(count);
}

static inline void field_node(const Field *field, ExprPool *pool, const Expr *e, float *out)
{
    float *child[EXPR_MAX_CHILDREN] = {0};
    const Expr *leaf[EXPR_MAX_CHILDREN] = {0};
    for (int k = 0; k < EXPR_MAX_CHILDREN && e->child[k]; k++) {
        child[k] = malloc(sizeof(float) * (size_t)field->count);
        leaf[k] = expr_arg(pool, k);
        field_eval(field, e->child[k], child[k]);
    }
    const Expr *one = expr_make(pool, e->op, leaf[0], leaf[1], leaf[2]);
    for (int i = 0; i < field->count; i++) {
        float arguments[EXPR_MAX_CHILDREN] = {0};
        for (int k = 0; k < EXPR_MAX_CHILDREN && child[k]; k++)
            arguments[k] = child[k][i];
        out[i] = expr_eval(one, arguments);
    }
    for (int k = 0; k < EXPR_MAX_CHILDREN; k++)
        free(child[k]);
}

static ExprPool *field_pool __attribute__((unused));

static inline void field_eval(const Field *field, const Expr *e, float *out)
{
    if (e->op == EX_ARG)
        for (int i = 0; i < field->count; i++)
            out[i] = field->argument[e->index][field->scalar[e->index] ? 0 : i];
    else if (e->op == EX_CONST)
        for (int i = 0; i < field->count; i++)
            out[i] = e->value;
    else if (e->op == EX_CUSTOM || e->op == EX_STOP)
        field_eval(field, e->child[0], out);
    else if (e->op == EX_REDUCE_SUM || e->op == EX_REDUCE_MEAN || e->op == EX_REDUCE_MAX)
        field_reduce(field, e, out);
    else
        field_node(field, field_pool, e, out);
}

#endif
