/* Suite larq: goldens computed by real TensorFlow + Larq from the same .bnn files (tests/larq/README.md), against the reference interpreter.
 *
 * For each cases/NAME.bnn: output and every layer's activation in inference, output and loss in training mode, every gradient, weights after
 * one and five optimizer steps. Prints one line per failing tensor and a table by family; the last line is "larq: N passed, N failed".
 *
 *   larq [--only PREFIX] [--verbose] DIRECTORY
 */
#include "compare.h"
#include "flips.h"
#include "graph/model.h"
#include "layers/layers.h"
#include "passes/passes.h"
#include "rounding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDING_RUNS = 16 };

typedef struct {
    char name[32];
    int cases, failed_cases;
    long elements, ties;
    double worst; /* error as a share of the tolerance */
} FamilyTotals;

static bool verbose;

/* ---- comparing */

static bool is_noise(const Case *c, const char *key)
{
    return c->noise && strstr(c->noise, key);
}

static const float *as_float(Arena *arena, const Value *value, Tensor tensor, size_t count)
{
    if (value->element == ELEMENT_F32)
        return tensor.f32;
    float *copy = ARENA_ARRAY(arena, float, count);
    for (size_t i = 0; i < count; i++)
        copy[i] = (float)tensor.i32[i];
    return copy;
}

static size_t result_count(const Value *value, int batch)
{
    return (size_t)shape_count(value->shape) * (size_t)(value->batched ? batch : 1);
}

static void compare_value(Case *c, const char *key, const Interp *interp, const Value *value, double tolerance)
{
    size_t count = result_count(value, c->golden.batch);
    compare(c, key, as_float(c->arena, value, interp_result(interp, value), count), count, tolerance);
}

/* ---- running */

static void set_weights(Case *c, Interp *interp, const Graph *graph)
{
    for (int i = 0; i < graph->variables.count; i++) {
        const Variable *variable = graph->variables.at[i];
        bool needed = !variable->state || strstr(variable->name, "moving_");
        if (!variable->slot_of && !golden_weight(&c->golden, variable, interp_variable(interp, variable)) && needed)
            case_fail(c, "the golden has no weight named %s", variable->name);
    }
}

static void run_inference(Case *c, Model *model)
{
    PassOptions options = { .mode = MODE_INFER, .model = model, .stop_after = "canonical" };
    Graph *semantic = model->graph;
    int outputs = semantic->outputs.count;
    for (int i = 0; i < model->layers.count; i++)
        if (model->layers.at[i]->output) {
            VEC_PUSH(c->arena, &semantic->outputs, model->layers.at[i]->output);
            VEC_PUSH(c->arena, &semantic->output_names, model->layers.at[i]->name);
        }
    Graph *graph = passes_run(semantic, &options);
    Interp *interp = interp_new(graph, c->golden.seed);
    set_weights(c, interp, graph);
    interp_run(interp, c->golden.batch, golden_inputs(&c->golden, graph), NULL);
    for (int i = 0; i < outputs; i++)
        compare_value(c, outputs == 1 ? "out" : arena_printf(c->arena, "out%d", i), interp, graph->outputs.at[i], c->tol_forward);
    for (int i = outputs; i < graph->outputs.count; i++)
        compare_value(c, arena_printf(c->arena, "act/%s", graph->output_names.at[i]), interp, graph->outputs.at[i], c->tol_forward);
    interp_free(interp);
    semantic->outputs.count = semantic->output_names.count = outputs;
}

/* The metric from its parts per sample; `part` is the first of them among the graph's. */
static float metric_of(const Case *c, const Metric *metric, const Interp *interp, const Graph *graph, int part)
{
    double *sums = ARENA_ARRAY(c->arena, double, metric_numbers(metric)), *at = sums;
    for (int i = 0; i < metric->part_count || (metric->loss && i == 0); i++) {
        const Value *value = graph->metrics.at[part + i];
        int size = (int)shape_count(value->shape);
        for (int k = 0; k < size; k++, at++)
            for (int sample = 0; sample < c->golden.batch; sample++)
                *at += (double)interp_result(interp, value).f32[sample * size + k];
    }
    return metric_value(metric, sums, c->golden.batch);
}

static void check_all_metrics(Case *c, const CompileInfo *info, const FlipCheck *flips)
{
    for (int i = 0; i < c->golden.file->tensors.count; i++) {
        const char *key = c->golden.file->tensors.at[i].name;
        bool known = (strncmp(key, "metric/", 7) && strncmp(key, "flips/", 6)) || !strcmp(key, "metric/loss") || flip_check_knows(flips, strchr(key, '/') + 1);
        for (int m = 0; m < info->metrics.count; m++)
            known |= !strcmp(key, arena_printf(c->arena, "metric/%s", info->metrics.at[m].name));
        if (!known)
            case_fail(c, "%s is not computed", key);
    }
}

/* Loss and metrics in inference mode, with the weights of the start. */
static void run_scores(Case *c, Model *model)
{
    PassOptions options = { .mode = MODE_INFER, .model = model, .stop_after = "canonical", .scores = true };
    const CompileInfo *info = &model->compile;
    Graph *graph = passes_run(model->graph, &options);
    Interp *interp = interp_new(graph, c->golden.seed);
    set_weights(c, interp, graph);
    FlipCheck flips = flip_check_new(c->arena, graph);
    flip_check_look(&flips, interp);
    flip_check_compare(c, &flips, "metric");
    interp_run(interp, c->golden.batch, golden_inputs(&c->golden, graph), golden_labels(&c->golden, graph, true));
    compare(c, "metric/loss", interp_result(interp, graph->loss).f32, 1, c->tol_loss);
    for (int m = 0, part = 0; m < info->metrics.count; m++) {
        float got = metric_of(c, &info->metrics.at[m], interp, graph, part);
        compare(c, arena_printf(c->arena, "metric/%s", info->metrics.at[m].name), &got, 1, c->tol_loss);
        part += info->metrics.at[m].loss ? 1 : info->metrics.at[m].part_count;
    }
    check_all_metrics(c, info, &flips);
    interp_free(interp);
}

/* Without model.compile the goldens' loss is the sum of out_train * dy. */
static void loss_from_dy(Case *c, Model *model)
{
    Graph *graph = model->graph;
    int n = graph->outputs.count;
    CompileInfo *info = &model->compile;
    info->loss = ARENA_ARRAY(c->arena, const Expr *, n);
    info->loss_weight = ARENA_ARRAY(c->arena, float, n);
    info->loss_sum = ARENA_ARRAY(c->arena, bool, n);
    info->sparse_labels = ARENA_ARRAY(c->arena, bool, n);
    info->loss_from_logits = ARENA_ARRAY(c->arena, bool, n);
    info->loss_name = ARENA_ARRAY(c->arena, const char *, n);
    for (int i = 0; i < n; i++) {
        info->loss[i] = expr_make(graph->pool, EX_MUL, expr_arg(graph->pool, 0), expr_arg(graph->pool, 1), NULL);
        info->loss_weight[i] = 1.0f;
        info->loss_sum[i] = true;
        info->loss_name[i] = "dy";
    }
    info->present = true;
    info->rule = ARENA_ARRAY(c->arena, UpdateRule *, graph->variables.count);
}

static void compare_gradients(Case *c, const Graph *graph, const Interp *interp)
{
    double most = 0;
    int input = 0, input_count = graph->inputs.count;
    for (int i = 0; i < c->golden.file->tensors.count; i++)
        if (!strncmp(c->golden.file->tensors.at[i].name, "grad/", 5) && !strstr(c->golden.file->tensors.at[i].name, "#sum"))
            most = fmax(most, largest(c->golden.file->tensors.at[i].data, c->golden.file->tensors.at[i].count));
    for (int i = 0; i < graph->gradients.count; i++) {
        Update gradient = graph->gradients.at[i];
        const char *name = gradient.target ? golden_key(&c->golden, gradient.target) : input_count == 1 ? "x" : arena_printf(c->arena, "x%d", input++);
        const char *key = arena_printf(c->arena, "grad/%s", name);
        if (!gradient.value)
            continue;
        size_t count = result_count(gradient.value, c->golden.batch);
        const float *got = as_float(c->arena, gradient.value, interp_result(interp, gradient.value), count);
        if (is_noise(c, key)) {
            if (largest(got, count) > 1e-5 * most)
                case_fail(c, "%s should vanish, is %.3g of the largest gradient", key, largest(got, count) / most);
        } else {
            compare(c, key, got, count, c->tol_grad);
        }
    }
}

static void compare_weights(Case *c, const char *step, Interp *interp, const Graph *graph, double tolerance)
{
    for (int i = 0; i < graph->variables.count; i++) {
        const Variable *variable = graph->variables.at[i];
        if (!variable->slot_of)
            compare(c, arena_printf(c->arena, "%s/%s", step, golden_key(&c->golden, variable)), interp_variable(interp, variable),
                    (size_t)shape_count(variable->shape), tolerance);
    }
}

static void train(Case *c, const Graph *graph, bool compiled, Interp *interp)
{
    const void **inputs = golden_inputs(&c->golden, graph), **labels = golden_labels(&c->golden, graph, compiled);
    float losses[8] = { 0 };
    set_weights(c, interp, graph);
    FlipCheck flips = flip_check_new(c->arena, graph);
    for (int step = 0; step < c->golden.steps; step++) {
        flip_check_look(&flips, interp);
        interp_run(interp, c->golden.batch, inputs, labels);
        losses[step] = interp_result(interp, graph->loss).f32[0];
        if (step == 0) {
            for (int i = 0; i < graph->outputs.count; i++)
                compare_value(c, graph->outputs.count == 1 ? "out_train" : arena_printf(c->arena, "out_train%d", i), interp,
                              graph->outputs.at[i], c->tol_forward);
            compare(c, "loss", losses, 1, c->tol_loss);
            compare_gradients(c, graph, interp);
        }
        if (!compiled)
            break;
        interp_update(interp);
        if (step == 0)
            compare_weights(c, "step1", interp, graph, c->tol_step1);
        if (step == 4)
            compare_weights(c, "step5", interp, graph, c->tol_step5);
    }
    if (compiled)
        flip_check_compare(c, &flips, "flips");
    if (compiled)
        compare(c, "losses", losses, (size_t)c->golden.steps, c->tol_step5);
}

/* Where the interpreter disagrees, the same training again with other rounding: it shows which elements hang on a tie. */
static void run_training(Case *c, Model *model)
{
    bool compiled = model->compile.present;
    if (!compiled)
        loss_from_dy(c, model);
    PassOptions options = { .mode = MODE_TRAIN, .model = model, .stop_after = "canonical", .keep_gradients = true };
    Graph *graph = passes_run(model->graph, &options);
    Interp *interp = interp_new(graph, c->golden.seed);
    train(c, graph, compiled, interp);
    interp_free(interp);
    c->measuring = compare_disagrees(c);
    for (int run = 1; c->measuring && run <= ROUNDING_RUNS; run++) {
        interp = interp_new(graph, c->golden.seed);
        interp_watch(interp, rounding_watch, rounding_new(c->arena, graph, (uint64_t)run));
        train(c, graph, compiled, interp);
        interp_free(interp);
    }
    c->measuring = false;
    compare_judge(c);
    if (c->ties)
        printf("TIES %s: %ld of %ld elements hang on a tie\n", c->name, c->ties, c->ties + c->elements);
}

static void run_case(Case *c, const char *directory)
{
    if (!golden_open(&c->golden, c->arena, directory, c->name)) {
        c->failures++;
        return;
    }
    Model *model = c->golden.model;
    const char *kind = tensor_file_metadata(c->golden.file, "class");
    bool exact = kind && !strcmp(kind, "exact"); /* every layer's output is an integer */
    c->tol_loss = golden_number(&c->golden, "tol_forward", 2e-6);
    c->tol_forward = exact ? 0 : c->tol_loss;
    c->tol_grad = golden_number(&c->golden, "tol_grad", 1e-5);
    c->tol_step1 = golden_number(&c->golden, "tol_step1", 2e-6);
    c->tol_step5 = golden_number(&c->golden, "tol_step5", 1e-5);
    c->noise = tensor_file_metadata(c->golden.file, "noise");
    run_inference(c, model);
    if (model->compile.present)
        run_scores(c, model);
    if (tensor_file_find(c->golden.file, "loss"))
        run_training(c, model);
    else
        compare_judge(c);
    if (!c->elements)
        case_fail(c, "nothing was compared");
}

/* ---- the suite */

static FamilyTotals *family_of(FamilyTotals *families, int *count, const char *name)
{
    size_t length = strcspn(name, "_");
    for (int i = 0; i < *count; i++)
        if (strlen(families[i].name) == length && !strncmp(families[i].name, name, length))
            return &families[i];
    FamilyTotals *fresh = &families[(*count)++];
    *fresh = (FamilyTotals){ 0 };
    memcpy(fresh->name, name, length < 31 ? length : 31);
    return fresh;
}

int main(int argc, char **argv)
{
    const char *only = "", *directory = "tests/larq";
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--only") && i + 1 < argc)
            only = argv[++i];
        else if (!strcmp(argv[i], "--verbose"))
            verbose = true;
        else
            directory = argv[i];
    }
    Arena *names_arena = arena_new();
    int name_count = 0;
    const char **names = golden_names(names_arena, directory, only, &name_count);
    if (!names)
        return 2;
    if (name_count == 0) {
        printf("larq: no case begins with '%s'\nlarq: 0 passed, 1 failed\n", only);
        arena_free(names_arena);
        return 2;
    }
    FamilyTotals families[64];
    int family_count = 0, passed = 0, failed = 0;
    for (int i = 0; i < name_count; i++) {
        Case c = { .arena = arena_new(), .name = names[i] };
        if (verbose) {
            printf("%s\n", c.name);
            fflush(stdout);
        }
        run_case(&c, directory);
        FamilyTotals *family = family_of(families, &family_count, c.name);
        family->cases++;
        family->failed_cases += c.failures > 0;
        family->elements += c.elements;
        family->ties += c.ties;
        family->worst = fmax(family->worst, c.worst);
        passed += c.failures == 0;
        failed += c.failures > 0;
        arena_free(c.arena);
    }
    printf("%-14s %6s %7s %10s %6s  %s\n", "family", "cases", "failed", "elements", "ties", "worst error / tolerance");
    for (int i = 0; i < family_count; i++)
        printf("%-14s %6d %7d %10ld %6ld  %.2f\n", families[i].name, families[i].cases, families[i].failed_cases, families[i].elements,
               families[i].ties, families[i].worst);
    printf("larq: %d passed, %d failed\n", passed, failed);
    arena_free(names_arena);
    return failed ? 1 : 0;
}
