/* Gradients against central differences, in float64. The loss as a function of one coordinate is piecewise constant behind a quantizer,
 * so the quantizers are replaced by s(x) + c with c frozen at the base point (an integral of the pseudo-gradient that meets the true
 * value there): its derivative is the pseudo-gradient by definition. The float32 interpreter must agree with the same numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/check.h"
#include "unit/random_net.h"
#include "unit/real_run.h"

enum { BATCH = 3 };

static Surrogate kind_of(const Value *map)
{
    return map->name && strstr(map->name, "approx") ? SURROGATE_APPROX : SURROGATE_CLIP;
}

/* --- a model around a graph */
static const Expr *softmax_loss(World *w, uint32_t last) /* from logits, stable */
{
    const Expr *z = ARG(1), *shifted = E(SUB, z, expr_reduce(w->pool, EX_REDUCE_MAX, z, last));
    const Expr *total = E(LOG, expr_reduce(w->pool, EX_REDUCE_SUM, E(EXP, shifted), last));
    return E(NEG, expr_reduce(w->pool, EX_REDUCE_SUM, E(MUL, ARG(0), E(SUB, shifted, total)), last));
}

static const Expr *squared_hinge(World *w, uint32_t last)
{
    const Expr *margin = E(MAX, E(SUB, NUMBER(1), E(MUL, ARG(0), ARG(1))), NUMBER(0));
    return expr_reduce(w->pool, EX_REDUCE_MEAN, E(MUL, margin, margin), last);
}

static Model *model_of(World *w, int loss_kind)
{
    Model *model = ARENA_NEW(w->arena, Model);
    CompileInfo *c = &model->compile;
    uint32_t last = 1u << w->graph->outputs.at[0]->shape.rank;
    model->graph = w->graph;
    c->present = true;
    c->loss = ARENA_NEW(w->arena, const Expr *);
    c->loss[0] = loss_kind ? squared_hinge(w, last) : softmax_loss(w, last);
    c->loss_weight = ARENA_NEW(w->arena, float);
    c->loss_weight[0] = 0.75f;
    c->sparse_labels = ARENA_NEW(w->arena, bool);
    c->sparse_labels[0] = loss_kind == 0;
    c->loss_from_logits = ARENA_NEW(w->arena, bool);
    c->rule = ARENA_ARRAY(w->arena, UpdateRule *, w->graph->variables.count + 1);
    return model;
}

static Graph *train(const Model *model, const char *stop_after)
{
    PassOptions options = {.mode = MODE_TRAIN, .model = model, .stop_after = stop_after, .keep_gradients = true};
    return passes_run(model->graph, &options);
}

/* --- the check */
typedef struct {
    World *w;
    void *input;
    void *label;
    bool sparse;
    double largest; /* of all gradients */
    int checked, skipped, apart;
    bool rounded_apart; /* float32 fell on the other side of a quantizer's step: another net */
} Check;

static double *doubles(Arena *arena, const float *from, int64_t count)
{
    double *to = ARENA_ARRAY(arena, double, count + 1);
    for (int64_t i = 0; i < count; i++)
        to[i] = (double)from[i];
    return to;
}

static void fill(Real *r, const Check *check)
{
    const Graph *graph = r->graph;
    r->kind = kind_of;
    for (int i = 0; i < graph->variables.count; i++) {
        const Variable *v = graph->variables.at[i];
        r->variable[i] = v->data ? doubles(r->arena, v->data, shape_count(v->shape)) : ARENA_ARRAY(r->arena, double, shape_count(v->shape) + 1);
    }
    r->input[0] = doubles(r->arena, check->input, BATCH * shape_count(graph->inputs.at[0]->shape));
    int64_t labels = BATCH * shape_count(graph->labels.at[0]->shape);
    r->label[0] = ARENA_ARRAY(r->arena, double, labels + 1);
    for (int64_t i = 0; i < labels; i++)
        r->label[0][i] = check->sparse ? (double)((int32_t *)check->label)[i] : (double)((float *)check->label)[i];
}

static double loss_at(Real *r, double *coordinate, double x)
{
    double keep = *coordinate;
    *coordinate = x;
    real_run(r);
    *coordinate = keep;
    return r->value[r->graph->loss->id][0];
}

/* Central differences with two steps: where they disagree the coordinate sits near a kink. On a kink (integers: relu at 0, |x| = 1) the
 * slopes to the left and to the right differ by something that, unlike curvature, is still there when the step goes to 0. */
static bool difference(Real *r, double *coordinate, double largest, double *slope)
{
    const double h[2] = {1e-5, 2.5e-6};
    double x = *coordinate, here = loss_at(r, coordinate, x), slopes[2], corner[2];
    for (int i = 0; i < 2; i++) {
        double right = loss_at(r, coordinate, x + h[i]), left = loss_at(r, coordinate, x - h[i]);
        slopes[i] = (right - left) / (2 * h[i]);
        corner[i] = (right - 2 * here + left) / h[i];
    }
    *slope = slopes[1];
    double jump = fabs(4 * corner[1] - corner[0]) / 3;
    return fabs(slopes[0] - slopes[1]) < 1e-6 * (largest + 1e-3) && jump < 2e-6 * (largest + 1e-3);
}

static void check_tensor(Check *check, Real *surrogate, const char *name, double *coordinates, const double *gradient, const float *single, int64_t count, int seed)
{
    double largest = 0;
    for (int64_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(gradient[i]));
    for (int k = 0; k < 5; k++) {
        int64_t i = world_below(check->w, (int)count);
        double slope;
        if (!difference(surrogate, &coordinates[i], largest, &slope)) {
            check->skipped++;
            continue;
        }
        check->checked++;
        if (fabs(slope - gradient[i]) > 3e-6 * (largest + 1e-3))
            fail_msg("seed %d: %s[%d]: %.9g by differences, %.9g by autodiff", seed, name, (int)i, slope, gradient[i]);
        /* Float32 leaves its noise where a gradient is 0 (a bias before batch norm), and may round across a quantizer's step. */
        if (!check->rounded_apart && largest > 1e-2 * check->largest + 1e-6 && fabs((double)single[i] - gradient[i]) > 2e-3 * largest) {
            print_message("seed %d: %s[%d]: %.9g in float64, %.9g in the interpreter\n", seed, name, (int)i, gradient[i], (double)single[i]);
            check->apart++;
        }
    }
}

static void check_gradients(Check *check, const Model *model, int seed)
{
    Graph *graph = train(model, "autodiff"), *full = train(model, NULL);
    Real truth = real_new(graph, BATCH), surrogate = real_new(graph, BATCH);
    Interp *interp = interp_new(full, 1);
    const void *inputs[] = {check->input}, *labels[] = {check->label};
    fill(&truth, check);
    fill(&surrogate, check);
    real_run(&truth);
    surrogate.surrogate = surrogate.record = true;
    real_run(&surrogate);
    surrogate.record = false;
    double loss = truth.value[graph->loss->id][0];
    interp_run(interp, BATCH, inputs, labels);
    assert_true(fabs(loss - surrogate.value[graph->loss->id][0]) < 1e-9 * (1 + fabs(loss)));
    check->rounded_apart = fabs(loss - (double)interp_result(interp, full->loss).f32[0]) > 1e-4 * (1 + fabs(loss));
    assert_int_equal(graph->gradients.count, full->gradients.count);
    for (int g = 0; g < graph->gradients.count; g++)
        for (int64_t i = 0; i < real_count(&truth, graph->gradients.at[g].value); i++)
            check->largest = fmax(check->largest, fabs(truth.value[graph->gradients.at[g].value->id][i]));
    for (int g = 0; g < graph->gradients.count; g++) {
        const Update *update = &graph->gradients.at[g];
        double *coordinates = update->target ? surrogate.variable[update->target->index] : surrogate.input[0];
        check_tensor(check, &surrogate, update->target ? update->target->name : "input", coordinates, truth.value[update->value->id],
                     interp_result(interp, full->gradients.at[g].value).f32, real_count(&truth, update->value), seed);
    }
    interp_free(interp);
    arena_free(truth.arena);
    arena_free(surrogate.arena);
}

static void draw_data(Check *check)
{
    World *w = check->w;
    Shape out = w->graph->outputs.at[0]->shape;
    int classes = out.dim[out.rank - 1];
    int64_t rows = BATCH * shape_count(out) / classes;
    check->input = random_input(w, w->graph->inputs.at[0], BATCH);
    if (check->sparse) {
        int32_t *label = ARENA_ARRAY(w->arena, int32_t, rows);
        for (int64_t i = 0; i < rows; i++)
            label[i] = world_below(w, classes);
        check->label = label;
    } else {
        float *label = ARENA_ARRAY(w->arena, float, rows * classes);
        for (int64_t i = 0; i < rows * classes; i++)
            label[i] = world_below(w, 2) ? 1.0f : -1.0f;
        check->label = label;
    }
}

static void check_world(World *w, int seed, int *checked, int *skipped, int *apart)
{
    Check check = {.w = w, .sparse = seed % 2 == 0};
    Model *model = model_of(w, seed % 2);
    draw_data(&check);
    check_gradients(&check, model, seed);
    *checked += check.checked;
    *skipped += check.skipped;
    *apart += check.apart + 5 * check.rounded_apart;
}

static void test_random_nets(void **state)
{
    (void)state;
    int checked = 0, skipped = 0, apart = 0;
    for (int seed = 0; seed < 80; seed++) {
        World world = world_new(5000 + (uint64_t)seed), *w = &world;
        random_net(w, false);
        check_world(w, seed, &checked, &skipped, &apart);
        arena_free(w->arena);
    }
    assert_true(checked > 2500);
    assert_true(skipped * 5 < checked);
    assert_true(apart * 80 < checked);
}

/* Movers, broadcasts, reductions, approx sign, dropout, regularizer: one net that uses them all. */
static Value *odd_parts(World *w, Value *x)
{
    int size = x->shape.dim[0], c = x->shape.dim[2];
    Value *alpha = weight(w, "prelu", "alpha", shape3(1, 1, c), 0.2f, 0.1f);
    const Expr *slope = E(SUB, E(MAX, ARG(0), NUMBER(0)), E(MUL, ARG(1), E(MAX, E(NEG, ARG(0)), NUMBER(0))));
    x = graph_map(w->graph, slope, 2, (Value *[]){x, alpha});
    Value *gate = graph_reduce(w->graph, REDUCE_MEAN, x, 6, false);
    gate = graph_reshape(w->graph, graph_unary(w->graph, EX_SIGMOID, gate), shape3(1, 1, c));
    x = graph_binary(w->graph, EX_MUL, x, gate);
    Value *left = graph_slice(w->graph, x, (int[]){0, 1, 0}, (int[]){1, 2, 1}, shape3(size, size / 2, c));
    Value *right = graph_slice(w->graph, x, (int[]){size - 1, size - 1, c - 1}, (int[]){-1, -2, -1}, shape3(size, size / 2, c));
    x = graph_concat(w->graph, 2, 2, (Value *[]){left, right});
    x = graph_transpose(w->graph, x, (int[]){2, 0, 1});
    x = graph_repeat(w->graph, x, (int[]){2, 1, 3});
    Value *mask = graph_random(w->graph, graph_iterations(w->graph), x->shape, true, 3);
    const Expr *drop = expr_make(w->pool, EX_SELECT, E(LE, NUMBER(0.4), ARG(1)), E(DIV, ARG(0), NUMBER(0.6)), NUMBER(0));
    x = graph_switch(w->graph, x, graph_map(w->graph, drop, 2, (Value *[]){x, mask}));
    Value *top = graph_reduce(w->graph, REDUCE_MAX, x, 2, true);
    return graph_binary(w->graph, EX_SUB, x, top);
}

static void test_odd_parts(void **state)
{
    (void)state;
    int checked = 0, skipped = 0, apart = 0;
    for (int seed = 0; seed < 12; seed++) {
        World world = world_new(9000 + (uint64_t)seed), *w = &world;
        Value *x = graph_input(w->graph, ELEMENT_F32, shape3(4, 4, 2), false);
        x = batchnorm(w, "bn", odd_parts(w, x), true, true, true);
        graph_at(w->graph, (Span){0}, "approx");
        const Expr *v = ARG(0), *dy = expr_dy(w->pool), *inputs[] = {v};
        const Expr *inside = E(MUL, E(SUB, NUMBER(2), E(MUL, NUMBER(2), E(ABS, v))), dy);
        const Expr *gradient[] = {expr_make(w->pool, EX_SELECT, E(LE, E(ABS, v), NUMBER(1)), inside, NUMBER(0))};
        x = graph_map(w->graph, expr_custom(w->pool, E(SIGN, v), dy, 1, inputs, gradient), 1, &x);
        graph_at(w->graph, (Span){0}, "dense");
        x = graph_reshape(w->graph, x, shape1((int)shape_count(x->shape)));
        Window dense = dense_window(x->shape.dim[0], 3);
        Value *kernel = weight(w, "dense", "kernel", shape2(dense.in_channels, 3), 0, 1);
        kernel->u.variable->regularizer = function_of(w, kernel->shape, E(MUL, NUMBER(0.01), expr_reduce(w->pool, EX_REDUCE_SUM, E(MUL, v, v), 3)));
        output(w, graph_product(w->graph, ROLE_FORWARD, &dense, x, quantize(w, kernel, seed % 2 ? Q_SIGN : Q_NONE, 1)));
        check_world(w, seed, &checked, &skipped, &apart);
        arena_free(w->arena);
    }
    assert_true(checked > 200);
    assert_true(skipped * 4 < checked);
    assert_int_equal(apart, 0);
}

/* What comes behind the canonical graph changes no bit of loss, gradients or output, whatever the batch. */
static void test_optimised_training_is_canonical(void **state)
{
    (void)state;
    int compared = 0;
    for (int seed = 0; seed < 60; seed++) {
        World world = world_new(20000 + (uint64_t)seed), *w = &world;
        random_net(w, seed % 3 == 0);
        Check check = {.w = w, .sparse = seed % 2 == 0};
        Model *model = model_of(w, seed % 2);
        draw_data(&check);
        Graph *graph[] = {train(model, "canonical"), train(model, NULL)};
        const void *inputs[] = {check.input}, *labels[] = {check.label};
        Interp *run[] = {interp_new(graph[0], 1), interp_new(graph[1], 1)};
        int batch = 1 + seed % BATCH;
        for (int i = 0; i < 2; i++)
            interp_run(run[i], batch, inputs, labels);
        assert_memory_equal(interp_result(run[0], graph[0]->loss).f32, interp_result(run[1], graph[1]->loss).f32, 4);
        for (int g = 0; g < graph[0]->gradients.count; g++) {
            const Value *a = graph[0]->gradients.at[g].value, *b = graph[1]->gradients.at[g].value;
            size_t bytes = 4 * (size_t)(shape_count(a->shape) * (a->batched ? batch : 1));
            if (memcmp(interp_result(run[0], a).f32, interp_result(run[1], b).f32, bytes) != 0)
                fail_msg("seed %d: gradient %d differs", seed, g);
            compared++;
        }
        interp_free(run[0]);
        interp_free(run[1]);
        arena_free(w->arena);
    }
    assert_true(compared > 300);
}

/* Latents on and beyond the window: the mask is inclusive (|x| <= 1 passes) and applies to the weight's own gradient. */
static void test_weight_mask(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    static const float latent[4] = {1.0f, -1.0f, 1.0000001f, -0.25f};
    Variable *variable = graph_variable(w->graph, "dense", "kernel", shape2(4, 1), (Initializer){0});
    variable->data = latent;
    Window dense = dense_window(4, 1);
    Value *x = graph_input(w->graph, ELEMENT_F32, shape1(4), false);
    output(w, graph_product(w->graph, ROLE_FORWARD, &dense, x, quantize(w, graph_weight(w->graph, variable), Q_SIGN, 1)));
    Model *model = model_of(w, 1);
    model->compile.loss_weight[0] = 1.0f;
    Graph *graph = train(model, NULL);
    float input[4] = {0.5f, 0.25f, 0.125f, 2.0f}, label[1] = {1};
    const void *inputs[] = {input}, *labels[] = {label};
    Interp *interp = interp_new(graph, 1);
    interp_run(interp, 1, inputs, labels);
    const float *gradient = interp_result(interp, graph->gradients.at[0].value).f32;
    float y = 0.5f - 0.25f + 0.125f - 2.0f, slope = -2 * (1 - y);
    assert_true(gradient[0] == slope * 0.5f && gradient[1] == slope * 0.25f && gradient[2] == 0.0f && gradient[3] == slope * 2.0f);
    interp_free(interp);
    arena_free(w->arena);
}

/* A8: SGD with momentum, lr .1, mu .9, g = (1, 1, -.5): w = .9, .71, .589; then a constraint, the step counter, moving statistics. */
static void test_updates(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    static const float start[1] = {1}, mean[1] = {0}, variance[1] = {1};
    Value *x = graph_input(w->graph, ELEMENT_F32, shape3(4, 1, 1), false);
    Value *bn = batchnorm(w, "bn", x, false, false, false);
    bn->input[1]->u.variable->data = mean;
    bn->input[2]->u.variable->data = variance;
    Variable *variable = graph_variable(w->graph, "scale", "w", shape1(1), (Initializer){0});
    variable->data = start;
    variable->constraint = function_of(w, variable->shape, E(MAX, ARG(0), NUMBER(0.6)));
    Value *zero = graph_binary(w->graph, EX_MUL, bn, graph_scalar(w->graph, 0));
    Value *sum = graph_binary(w->graph, EX_ADD, zero, graph_weight(w->graph, variable));
    output(w, graph_reduce(w->graph, REDUCE_MEAN, sum, 6, false));
    Model *model = model_of(w, 1);
    model->compile.loss[0] = E(MUL, ARG(0), ARG(1)); /* the gradient of w is the label */
    model->compile.loss_weight[0] = 1;
    UpdateRule rule = {.slot_count = 1, .slot_name = {"v"}, .slot_initial = {0}};
    rule.new_slot[0] = E(SUB, E(MUL, NUMBER(0.9), ARG(4)), E(MUL, NUMBER(0.1), ARG(1)));
    rule.new_weight = E(ADD, ARG(0), rule.new_slot[0]);
    model->compile.rule[variable->index] = &rule;
    Graph *graph = train(model, NULL);
    Interp *interp = interp_new(graph, 1);
    static const float g[3] = {1, 1, -.5f}, want[3] = {.9f, .71f, .6f}; /* .589 is below the bound */
    float values[4] = {1, 2, 3, 6};
    for (int step = 0; step < 3; step++) {
        const void *inputs[] = {values}, *labels[] = {&g[step]};
        interp_run(interp, 1, inputs, labels);
        interp_update(interp);
        assert_float_equal(interp_variable(interp, variable)[0], want[step], 1e-6);
        if (step == 0) { /* A9 with momentum .9: .3; fused: .9 + .1*4.6666667 */
            assert_float_equal(interp_variable(interp, bn->input[1]->u.variable)[0], 0.3, 1e-6);
            assert_float_equal(interp_variable(interp, bn->input[2]->u.variable)[0], 0.9 + 0.46666667, 1e-6);
        }
    }
    for (int i = 0; i < graph->variables.count; i++) {
        const Variable *v = graph->variables.at[i];
        if (strcmp(v->name, "iterations") == 0)
            assert_true(interp_variable(interp, v)[0] == 3.0f);
        if (v->slot_of)
            assert_string_equal(v->name, "scale/w/v");
    }
    interp_free(interp);
    arena_free(w->arena);
}

/* Slots that change places: each reads what the other held before the step, in generated C as well. */
static void test_updates_that_swap(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    Variable *variable = graph_variable(w->graph, "scale", "w", shape1(3), (Initializer){0});
    Value *x = graph_input(w->graph, ELEMENT_F32, shape1(3), false);
    output(w, graph_binary(w->graph, EX_MUL, x, graph_weight(w->graph, variable)));
    Model *model = model_of(w, 1);
    model->name = "swap";
    UpdateRule rule = {.slot_count = 2, .slot_name = {"a", "b"}, .slot_initial = {1, 2}, .new_slot = {ARG(5), ARG(4)}};
    rule.new_weight = E(SUB, ARG(0), E(MUL, ARG(4), ARG(1)));
    model->compile.rule[variable->index] = &rule;
    Graph *graph = train(model, NULL);
    for (int i = 0; i < graph->updates.count; i++)
        assert_true(graph->updates.at[i].value->op != OP_WEIGHT);
    const Toolchain tcc = {"tcc", JIT_TCC, NULL, NULL, "generic"};
    CheckResult result = check_model(w->arena, model, 1, &tcc, 1, "slots that change places");
    assert_true(result.comparisons > 6);
    assert_int_equal(result.differences, 0);
    arena_free(w->arena);
}

/* Metrics: the label one-hot or as class numbers, the positions along the last axis, means over what is left of a sample, statistics of the
 * whole batch. */
static void test_metrics(void **state)
{
    (void)state;
    World world = world_new(5), *w = &world;
    ExprPool *pool = w->graph->pool;
    Value *x = graph_input(w->graph, ELEMENT_F32, shape1(3), false);
    Value *bias = weight(w, "dense", "bias", shape1(3), 0, 0);
    output(w, graph_binary(w->graph, EX_ADD, x, bias));
    Model *model = model_of(w, 0);
    const Expr *place = expr_make(pool, EX_MUL, expr_arg(pool, 0), expr_arg(pool, 2), NULL);
    const Expr *least = expr_reduce(pool, EX_REDUCE_MAX, expr_arg(pool, 1), 3);
    VEC_PUSH(w->arena, &model->compile.metrics, ((Metric){.name = "place", .part_count = 1, .part = {place}}));
    VEC_PUSH(w->arena, &model->compile.metrics, ((Metric){.name = "class", .classes = true, .part_count = 2, .part = {expr_arg(pool, 0), expr_arg(pool, 1)}}));
    VEC_PUSH(w->arena, &model->compile.metrics, ((Metric){.name = "batch", .part_count = 1, .part = {least}}));
    Graph *graph = train(model, NULL);
    float rows[9] = {1, 2, 3, 5, 5, 5, 0, 0, 6};
    int32_t classes[3] = {1, 0, 2};
    const void *inputs[] = {rows}, *labels[] = {classes};
    Interp *interp = interp_new(graph, 1);
    interp_run(interp, 3, inputs, labels);
    static const float want[4][3] = {{1.0f / 3, 0, 2.0f / 3}, {1, 0, 2}, {2, 5, 2}, {6, 6, 6}};
    static const char *const names[] = {"place", "class", "class", "batch"};
    assert_int_equal(graph->metrics.count, 4);
    for (int m = 0; m < 4; m++) {
        assert_string_equal(graph->metric_names.at[m], names[m]);
        assert_memory_equal(interp_result(interp, graph->metrics.at[m]).f32, want[m], sizeof want[m]);
    }
    interp_free(interp);
    arena_free(w->arena);
}

const struct CMUnitTest gradients_tests[] = {
    cmocka_unit_test(test_random_nets), cmocka_unit_test(test_odd_parts), cmocka_unit_test(test_optimised_training_is_canonical),
    cmocka_unit_test(test_weight_mask), cmocka_unit_test(test_updates),   cmocka_unit_test(test_updates_that_swap),
    cmocka_unit_test(test_metrics),
};
const int gradients_test_count = sizeof gradients_tests / sizeof *gradients_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("gradients", gradients_tests, (size_t)gradients_test_count, NULL, NULL);
}
#endif
