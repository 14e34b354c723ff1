/* Suite larq: goldens computed by real TensorFlow + Larq from the same .bnn files (tests/larq/README.md), against the reference interpreter.
 *
 * For each cases/NAME.bnn: output and every layer's activation in inference, output and loss in training mode, every gradient, weights after
 * one and five optimizer steps. Prints one line per failing tensor and a table by family; the last line is "larq: N passed, N failed".
 *
 *   larq [--only PREFIX] [--verbose] DIRECTORY
 */
#include "compare.h"
#include "graph/model.h"
#include "layers/layers.h"
#include "passes/passes.h"
#include "rounding.h"
#include "support/formula.h"

#include <dirent.h>
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

/* ---- the case's own settings */

static const char *metadata(const TensorFile *file, const char *key)
{
    for (int i = 0; i < file->metadata_keys.count; i++)
        if (!strcmp(file->metadata_keys.at[i], key))
            return file->metadata_values.at[i];
    return NULL;
}

static double metadata_number(const TensorFile *file, const char *key, double otherwise)
{
    const char *text = metadata(file, key);
    return text ? strtod(text, NULL) : otherwise;
}

static const char *oracle_setting(Arena *arena, const char *text, const char *key)
{
    const char *line = strstr(text, "# oracle:");
    const char *end = line ? strchr(line, '\n') : NULL;
    const char *at = line ? strstr(line, arena_printf(arena, "%s=", key)) : NULL;
    if (!at || !end || at > end)
        return NULL;
    at += strlen(key) + 1;
    return arena_strndup(arena, at, strcspn(at, " \n]"));
}

static Shape parse_shape(const char *text)
{
    Shape shape = { 0 };
    for (; text && *text && shape.rank < SHAPE_MAX; text += *text == ',') {
        char *end;
        shape.dim[shape.rank++] = (int)strtol(text, &end, 10);
        text = end;
    }
    return shape;
}

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
    size_t count = result_count(value, c->batch);
    compare(c, key, as_float(c->arena, value, interp_result(interp, value), count), count, tolerance);
}

/* ---- running */

static void set_weights(Case *c, Interp *interp, const Graph *graph)
{
    for (int i = 0; i < graph->variables.count; i++) {
        Variable *variable = graph->variables.at[i];
        if (variable->slot_of)
            continue;
        const NamedTensor *given = tensor_file_find(c->golden, variable->name);
        size_t count = (size_t)shape_count(variable->shape);
        if (given && given->count == count)
            memcpy(interp_variable(interp, variable), given->data, count * sizeof(float));
        else if (tensor_file_find(c->golden, arena_printf(c->arena, "%s#s", variable->name)))
            formula_weight(variable, c->seed, interp_variable(interp, variable));
        else if (!variable->state || strstr(variable->name, "moving_"))
            case_fail(c, "the golden has no weight named %s", variable->name);
    }
}

static const void *case_tensor(Case *c, const char *prefix, int index, int total, const Value *value, bool integers)
{
    const char *key = total == 1 ? prefix : arena_printf(c->arena, "%s%d", prefix, index);
    size_t count = result_count(value, c->batch);
    const NamedTensor *given = tensor_file_find(c->golden, key);
    float *f32 = ARENA_ARRAY(c->arena, float, count);
    int32_t *i32 = ARENA_ARRAY(c->arena, int32_t, count);
    if (given && given->count == count)
        memcpy(f32, given->data, count * sizeof(float));
    else if (integers)
        formula_input_i32(c->seed, key, value->element, (int64_t)count, i32);
    else
        formula_input_f32(c->seed, key, (int64_t)count, f32);
    if (given && integers)
        for (size_t i = 0; i < count; i++)
            i32[i] = (int32_t)f32[i];
    return integers ? (const void *)i32 : f32;
}

static const void **case_inputs(Case *c, const Graph *graph)
{
    const void **inputs = ARENA_ARRAY(c->arena, const void *, graph->inputs.count + 1);
    for (int i = 0; i < graph->inputs.count; i++)
        inputs[i] = case_tensor(c, "x", i, graph->inputs.count, graph->inputs.at[i], graph->inputs.at[i]->element != ELEMENT_F32);
    return inputs;
}

static const void **case_labels(Case *c, const Graph *graph, bool compiled)
{
    const void **labels = ARENA_ARRAY(c->arena, const void *, graph->labels.count + 1);
    for (int i = 0; i < graph->labels.count; i++)
        labels[i] = case_tensor(c, compiled ? "y" : "dy", i, graph->labels.count, graph->labels.at[i],
                                graph->labels.at[i]->element != ELEMENT_F32);
    return labels;
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
    Interp *interp = interp_new(graph, c->seed);
    set_weights(c, interp, graph);
    interp_run(interp, c->batch, case_inputs(c, graph), NULL);
    for (int i = 0; i < outputs; i++)
        compare_value(c, outputs == 1 ? "out" : arena_printf(c->arena, "out%d", i), interp, graph->outputs.at[i], c->tol_forward);
    for (int i = outputs; i < graph->outputs.count; i++)
        compare_value(c, arena_printf(c->arena, "act/%s", graph->output_names.at[i]), interp, graph->outputs.at[i], c->tol_forward);
    interp_free(interp);
    semantic->outputs.count = semantic->output_names.count = outputs;
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
    for (int i = 0; i < c->golden->tensors.count; i++)
        if (!strncmp(c->golden->tensors.at[i].name, "grad/", 5) && !strstr(c->golden->tensors.at[i].name, "#sum"))
            most = fmax(most, largest(c->golden->tensors.at[i].data, c->golden->tensors.at[i].count));
    for (int i = 0; i < graph->gradients.count; i++) {
        Update gradient = graph->gradients.at[i];
        const char *name = gradient.target ? gradient.target->name : input_count == 1 ? "x" : arena_printf(c->arena, "x%d", input++);
        const char *key = arena_printf(c->arena, "grad/%s", name);
        if (!gradient.value)
            continue;
        size_t count = result_count(gradient.value, c->batch);
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
            compare(c, arena_printf(c->arena, "%s/%s", step, variable->name), interp_variable(interp, variable),
                    (size_t)shape_count(variable->shape), tolerance);
    }
}

static void train(Case *c, const Graph *graph, bool compiled, Interp *interp)
{
    const void **inputs = case_inputs(c, graph), **labels = case_labels(c, graph, compiled);
    float losses[8] = { 0 };
    set_weights(c, interp, graph);
    for (int step = 0; step < c->steps; step++) {
        interp_run(interp, c->batch, inputs, labels);
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
        compare(c, "losses", losses, (size_t)c->steps, c->tol_step5);
}

/* Where the interpreter disagrees, the same training again with other rounding: it shows which elements hang on a tie. */
static void run_training(Case *c, Model *model)
{
    bool compiled = model->compile.present;
    if (!compiled)
        loss_from_dy(c, model);
    PassOptions options = { .mode = MODE_TRAIN, .model = model, .stop_after = "canonical", .keep_gradients = true };
    Graph *graph = passes_run(model->graph, &options);
    Interp *interp = interp_new(graph, c->seed);
    train(c, graph, compiled, interp);
    interp_free(interp);
    c->measuring = compare_disagrees(c);
    for (int run = 1; c->measuring && run <= ROUNDING_RUNS; run++) {
        interp = interp_new(graph, c->seed);
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
    const char *error = NULL;
    const char *path = arena_printf(c->arena, "%s/cases/%s.bnn", directory, c->name);
    Diag *diag = diag_new(c->arena);
    const Source *source = source_read(c->arena, path, &error);
    c->golden = tensor_file_read(c->arena, arena_printf(c->arena, "%s/goldens/%s.safetensors", directory, c->name), &error);
    if (!source || !c->golden) {
        case_fail(c, "%s", error);
        return;
    }
    FrontOptions front = { .model.input_shape = parse_shape(oracle_setting(c->arena, source->text, "input")) };
    Model *model = model_from_source(c->arena, source, &front, diag);
    if (!model) {
        case_fail(c, "does not compile");
        diag_print(diag, stdout);
        return;
    }
    c->seed = (uint64_t)metadata_number(c->golden, "seed", 1);
    c->batch = (int)metadata_number(c->golden, "batch", 2);
    const char *kind = metadata(c->golden, "class");
    bool exact = kind && !strcmp(kind, "exact"); /* every layer's output is an integer */
    c->tol_loss = metadata_number(c->golden, "tol_forward", 2e-6);
    c->tol_forward = exact ? 0 : c->tol_loss;
    c->tol_grad = metadata_number(c->golden, "tol_grad", 1e-5);
    c->tol_step1 = metadata_number(c->golden, "tol_step1", 2e-6);
    c->tol_step5 = metadata_number(c->golden, "tol_step5", 1e-5);
    c->noise = metadata(c->golden, "noise");
    const NamedTensor *losses = tensor_file_find(c->golden, "losses");
    c->steps = losses ? (int)losses->count : 1;
    run_inference(c, model);
    if (tensor_file_find(c->golden, "loss"))
        run_training(c, model);
}

/* ---- the suite */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

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
    VEC(char *) names = { 0 };
    DIR *folder = opendir(arena_printf(names_arena, "%s/cases", directory));
    if (!folder) {
        perror(directory);
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder));)
        if (text_ends_with(entry->d_name, ".bnn") && !strncmp(entry->d_name, only, strlen(only)))
            VEC_PUSH(names_arena, &names, arena_strndup(names_arena, entry->d_name, strlen(entry->d_name) - 4));
    closedir(folder);
    if (names.count == 0) {
        printf("larq: no case begins with '%s'\nlarq: 0 passed, 1 failed\n", only);
        arena_free(names_arena);
        return 2;
    }
    qsort(names.at, (size_t)names.count, sizeof *names.at, by_name);

    FamilyTotals families[64];
    int family_count = 0, passed = 0, failed = 0;
    for (int i = 0; i < names.count; i++) {
        Case c = { .arena = arena_new(), .name = names.at[i] };
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
