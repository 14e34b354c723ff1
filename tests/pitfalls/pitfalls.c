/* Suite pitfalls, in process: every NAME.bnn of the folder is one fault that a tool like ours once had, and says in its comments what is right.
 *
 * Values are computed by the reference interpreter and compared with the file's; then libtcc, gcc and gcc with AVX2 compile the packed
 * inference C and the training C, which must give the interpreter's bits. Files that describe errors must give exactly these. Prints a line for
 * each case that fails; the last line is "cases: N passed, N failed".
 *
 *   pitfalls [--only PREFIX] DIRECTORY
 *   pitfalls --leaks COUNT DIRECTORY       COUNT compilations of the files that describe errors: the heap must not grow
 */
#include "base/text.h"
#include "graph/model.h"
#include "layers/layers.h"
#include "passes/passes.h"
#include "pitfalls/directives.h"
#include "run/interp.h"
#include "support/check.h"

#include <dirent.h>
#include <malloc.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


typedef struct {
    Arena *arena;
    const char *name;
    const Source *source;
    Directives directives;
    double vary;           /* the value that `vary` gives now */
    const Toolchain *toolchains;
    int toolchain_count;
    int failures;
} Case;

static void fail(Case *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("FAIL %s: ", c->name);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    c->failures++;
}

/* ---- shapes and values against the file */

static Shape parse_shape(const char *text)
{
    Shape shape = { 0 };
    while (*text && shape.rank < SHAPE_MAX) {
        char *end;
        shape.dim[shape.rank++] = (int)strtol(text, &end, 10);
        text = *end == ',' ? end + 1 : end + strlen(end);
    }
    return shape;
}

static void compare_shape(Case *c, const char *what, Shape got, const char *want)
{
    if (*want && !shape_equal(got, parse_shape(want)))
        fail(c, "%s has shape %s, want %s", what, shape_text(c->arena, got, false), want);
}

/* Whole numbers must be equal, others agree to 2e-6 of the largest. */
static void compare_to(Case *c, const char *what, const float *got, const float *want, size_t count, bool near)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs((double)want[i]));
    for (size_t i = 0; i < count; i++) {
        bool whole = !near && want[i] == floorf(want[i]);
        if (isnan(got[i]) || fabs((double)got[i] - (double)want[i]) > (whole ? 0 : 2e-6 * most)) {
            fail(c, "%s[%zu of %zu]: got %.9g, want %.9g", what, i, count, (double)got[i], (double)want[i]);
            return;
        }
    }
}

static void compare(Case *c, const char *what, const float *got, const float *want, size_t count)
{
    compare_to(c, what, got, want, count, false);
}

static const float *values(Case *c, const Directive *directive, size_t count)
{
    const float *given = directive_values(c->arena, directive->value, count, c->vary);
    if (!given)
        fail(c, "'%s %s' is not %zu numbers", directive->key, directive->name, count);
    return given;
}

static Variable *variable_named(Case *c, const Graph *graph, const char *name)
{
    Variable *variable = graph_variable_named(graph, name);
    if (!variable)
        fail(c, "the model has no variable %s", name);
    return variable;
}

static void set_weights(Case *c, const Graph *graph)
{
    for (int i = 0; i < c->directives.count; i++) {
        const Directive *directive = &c->directives.at[i];
        Variable *variable = strcmp(directive->key, "weights") ? NULL : variable_named(c, graph, directive->name);
        if (variable)
            variable->data = values(c, directive, (size_t)shape_count(variable->shape));
    }
    for (int i = 0; i < graph->variables.count; i++)
        if (!graph->variables.at[i]->data) /* a case about shapes alone names no weights: zeros do */
            graph->variables.at[i]->data = ARENA_ARRAY(c->arena, float, shape_count(graph->variables.at[i]->shape));
}

static void check_model_shapes(Case *c, const Model *model)
{
    for (int i = 0; i < c->directives.count; i++) {
        const Directive *directive = &c->directives.at[i];
        if (!strcmp(directive->key, "variable")) {
            const Variable *variable = variable_named(c, model->graph, directive->name);
            if (variable)
                compare_shape(c, directive->name, variable->shape, directive->value);
        }
        for (int k = 0; k < model->layers.count && !strcmp(directive->key, "shape"); k++)
            if (!strcmp(model->layers.at[k]->name, directive->name))
                compare_shape(c, directive->name, model->layers.at[k]->output_shape, directive->value);
    }
    int count = directive_int(&c->directives, "variables", model->graph->variables.count);
    if (count != model->graph->variables.count)
        fail(c, "%d variables, want %d", model->graph->variables.count, count);
}

/* ---- running */

static const void *feed(Case *c, const Directive *directive, const Value *value, int batch)
{
    size_t count = (size_t)shape_count(value->shape) * (size_t)batch;
    const float *reals = values(c, directive, count);
    int32_t *integers = ARENA_ARRAY(c->arena, int32_t, count + 1);
    for (size_t i = 0; i < count && reals; i++)
        integers[i] = (int32_t)reals[i];
    return value->element == ELEMENT_F32 ? (const void *)reals : integers;
}

static const float *result(Case *c, const Interp *interp, const Value *value, size_t count)
{
    Tensor tensor = interp_result(interp, value);
    float *copy = ARENA_ARRAY(c->arena, float, count + 1);
    for (size_t i = 0; i < count; i++)
        copy[i] = value->element == ELEMENT_F32 ? tensor.f32[i] : (float)tensor.i32[i];
    return copy;
}

static void compare_output(Case *c, const Directive *directive, const float *got, size_t count)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)got[i];
        squares += (double)got[i] * (double)got[i];
    }
    const char *part = directive->key + strlen("output");
    size_t first = !strcmp(part, "-first") ? strtoul(directive->name, NULL, 10) : count;
    double want = strtod(directive->value, NULL);
    if (!strcmp(part, "-sum") && sum != want)
        fail(c, "the outputs' sum is %.9g, want %.9g", sum, want);
    else if (!strcmp(part, "-squares") && squares != want)
        fail(c, "the outputs' sum of squares is %.9g, want %.9g", squares, want);
    else if (!*part || !strcmp(part, "-near") || !strcmp(part, "-first")) {
        const float *numbers = values(c, directive, first);
        if (numbers)
            compare_to(c, "output", got, numbers, first, !strcmp(part, "-near"));
    }
}

static void run_forward(Case *c, const Model *model, int batch, const void *const *inputs)
{
    PassOptions options = { .mode = MODE_INFER, .model = model, .stop_after = "canonical" };
    const Graph *graph = passes_run(model->graph, &options);
    const Value *output = graph->outputs.at[0];
    size_t count = (size_t)shape_count(output->shape) * (size_t)batch;
    Interp *interp = interp_new(graph, 0);
    interp_run(interp, batch, inputs, NULL);
    const float *got = result(c, interp, output, count);
    for (int i = 0; i < c->directives.count; i++)
        if (!strncmp(c->directives.at[i].key, "output", 6)) {
            if (!strcmp(c->directives.at[i].key, "output"))
                compare_shape(c, "the output", output->shape, c->directives.at[i].name);
            compare_output(c, &c->directives.at[i], got, count);
        }
    interp_free(interp);
}

static const void *run_training(Case *c, const Model *model, int batch, int steps, const void *const *inputs)
{
    PassOptions options = { .mode = MODE_TRAIN, .model = model, .stop_after = "canonical" };
    const Graph *graph = passes_run(model->graph, &options);
    const Directive *target = directive_find(&c->directives, "target"), *loss = directive_find(&c->directives, "loss");
    const void *labels[1] = { target ? feed(c, target, graph->labels.at[0], batch) : NULL };
    if (!labels[0]) {
        fail(c, "no target");
        return NULL;
    }
    Interp *interp = interp_new(graph, 0);
    for (int step = 0; step < steps; step++) {
        interp_run(interp, batch, inputs, labels);
        if (step == 0 && loss)
            compare(c, "loss", interp_result(interp, graph->loss).f32, values(c, loss, 1), 1);
        interp_update(interp);
    }
    for (int i = 0; i < c->directives.count; i++) {
        const Directive *directive = &c->directives.at[i];
        const Variable *variable = strcmp(directive->key, "after") ? NULL : variable_named(c, graph, directive->name);
        const float *want = variable ? values(c, directive, (size_t)shape_count(variable->shape)) : NULL;
        if (want)
            compare(c, directive->name, interp_variable(interp, variable), want, (size_t)shape_count(variable->shape));
    }
    interp_free(interp);
    return labels[0];
}

static void run_model(Case *c, Model *model)
{
    int batch = directive_int(&c->directives, "batch", 1), steps = directive_int(&c->directives, "steps", 0);
    const Directive *input = directive_find(&c->directives, "input");
    check_model_shapes(c, model);
    set_weights(c, model->graph);
    if (!input || c->failures)
        return;
    const void *inputs[1] = { feed(c, input, model->graph->inputs.at[0], batch) }, *labels[1] = { NULL };
    if (!inputs[0])
        return;
    run_forward(c, model, batch, inputs);
    if (steps)
        labels[0] = run_training(c, model, batch, steps, inputs);
    CheckData data = { .batch = batch, .steps = labels[0] ? steps : 0, .inputs = inputs, .labels = labels };
    CheckResult packed = check_data(c->arena, model, &data, c->toolchains, c->toolchain_count, c->name);
    if (packed.differences)
        fail(c, "generated code differs from the interpreter in %d of %d comparisons", packed.differences, packed.comparisons);
}

/* ---- diagnostics */

static const char *printed(Arena *arena, const Diag *diag)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    diag_print(diag, file);
    fclose(file);
    const char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

/* "FILE:LINE:COLUMN: KIND: ...text..." is a line of what diag_print prints (hints stand in the two lines below, under the source line). */
static bool is_printed(Case *c, const char *all, const Directive *directive)
{
    const char *head = arena_printf(c->arena, "%s.bnn:%s: %s: ", c->name, directive->name, directive->key);
    for (const char *at = strstr(all, head); at; at = strstr(at + 1, head)) {
        const char *end = at;
        for (int lines = 0; lines < 3 && *end; lines++)
            end += strcspn(end, "\n") + (end[strcspn(end, "\n")] == '\n');
        if (strstr(arena_strndup(c->arena, at, (size_t)(end - at)), directive->value))
            return true;
    }
    return false;
}

static void check_diagnostics(Case *c, const Diag *diag)
{
    int errors = 0, warnings = 0;
    const char *all = printed(c->arena, diag);
    for (int i = 0; i < c->directives.count; i++) {
        const Directive *directive = &c->directives.at[i];
        bool error = !strcmp(directive->key, "error"), warning = !strcmp(directive->key, "warning");
        errors += error;
        warnings += warning;
        if ((error || warning || !strcmp(directive->key, "note")) && !is_printed(c, all, directive))
            fail(c, "no %s at %s with '%s'", directive->key, directive->name, directive->value);
    }
    if (errors != diag_errors(diag) || warnings != diag_warnings(diag))
        fail(c, "%d errors and %d warnings, want %d and %d", diag_errors(diag), diag_warnings(diag), errors, warnings);
    if (c->failures)
        printf("%s", all);
}

/* ---- the suite */

static void run_variant(Case *c, const char *name, const char *value)
{
    FrontOptions front = { 0 };
    Diag *diag = diag_new(c->arena);
    if (name) {
        c->vary = strtod(value, NULL);
        front.set_names = &name;
        front.set_values = &value;
        front.set_count = 1;
    }
    Model *model = model_from_source(c->arena, c->source, &front, diag);
    check_diagnostics(c, diag);
    if (model)
        run_model(c, model);
}

static void run_case(Case *c, const char *directory)
{
    const char *error = NULL, *path = arena_printf(c->arena, "%s/%s.bnn", directory, c->name);
    const Source *file = source_read(c->arena, path, &error);
    if (!file || !directives_read(c->arena, file->text, &c->directives, &error)) {
        fail(c, "%s", error);
        return;
    }
    c->source = source_from_text(c->arena, arena_printf(c->arena, "%s.bnn", c->name), file->text, file->length);
    const Directive *vary = directive_find(&c->directives, "vary");
    if (!vary) {
        run_variant(c, NULL, NULL);
        return;
    }
    char *values_left = arena_strdup(c->arena, vary->value);
    for (char *value = strtok(values_left, " "); value; value = strtok(NULL, " ")) {
        int before = c->failures;
        run_variant(c, vary->name, value);
        if (c->failures > before)
            printf("  (with %s = %s)\n", vary->name, value);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* libtcc, one plain gcc and one for AVX2 are enough here: tests/diff goes through all. */
static int choose_toolchains(Toolchain *out)
{
    Toolchain all[TOOLCHAINS_MAX];
    int count = check_toolchains(all, TOOLCHAINS_MAX), kept = 0;
    for (int i = 0; i < count; i++)
        if (!strcmp(all[i].name, "tcc, generic") || !strcmp(all[i].name, "gcc -O0 -std=c99, generic") || !strcmp(all[i].name, "gcc -O3, avx2"))
            out[kept++] = all[i];
    return kept;
}

typedef VEC(char *) Names;

static bool list_cases(Arena *arena, const char *directory, const char *only, Names *names)
{
    DIR *folder = opendir(directory);
    if (!folder) {
        perror(directory);
        return false;
    }
    for (struct dirent *entry; (entry = readdir(folder));)
        if (text_ends_with(entry->d_name, ".bnn") && !strncmp(entry->d_name, only, strlen(only)))
            VEC_PUSH(arena, names, arena_strndup(arena, entry->d_name, strlen(entry->d_name) - 4));
    closedir(folder);
    qsort(names->at, (size_t)names->count, sizeof *names->at, by_name);
    return true;
}

static int compile_errors(const char *directory, const Names *names)
{
    int errors = 0;
    for (int i = 0; i < names->count; i++) {
        const char *error = NULL;
        FrontOptions front = { 0 };
        Directives directives = { 0 };
        Arena *arena = arena_new();
        const Source *source = source_read(arena, arena_printf(arena, "%s/%s.bnn", directory, names->at[i]), &error);
        if (source && directives_read(arena, source->text, &directives, &error) && directive_find(&directives, "error"))
            errors += !model_from_source(arena, source, &front, diag_new(arena));
        arena_free(arena);
    }
    return errors;
}

static int check_leaks(const char *directory, const Names *names, int count)
{
    int done = 0;
    for (int i = 0; i < 20; i++) /* until libc has what it keeps */
        done += compile_errors(directory, names);
    size_t before = mallinfo2().uordblks;
    while (done && done < count)
        done += compile_errors(directory, names);
    size_t after = mallinfo2().uordblks;
    printf("%d compilations with errors: heap of %zu bytes, then %zu\n", done, before, after);
    return done < count || after > before;
}

int main(int argc, char **argv)
{
    const char *only = "", *directory = "tests/pitfalls";
    int leaks = 0;
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--only") && i + 1 < argc)
            only = argv[++i];
        else if (!strcmp(argv[i], "--leaks") && i + 1 < argc)
            leaks = atoi(argv[++i]);
        else
            directory = argv[i];
    Arena *arena = arena_new();
    Names names = { 0 };
    Toolchain toolchains[TOOLCHAINS_MAX];
    if (!list_cases(arena, directory, only, &names))
        return 2;
    if (leaks) {
        int leaking = check_leaks(directory, &names, leaks);
        arena_free(arena);
        return leaking;
    }
    int toolchain_count = choose_toolchains(toolchains), passed = 0, failed = 0;
    for (int i = 0; i < names.count; i++) {
        Case c = { .arena = arena_new(), .name = names.at[i], .toolchains = toolchains, .toolchain_count = toolchain_count };
        run_case(&c, directory);
        printf("%s %s\n", c.failures ? "failed" : "passed", c.name);
        passed += c.failures == 0;
        failed += c.failures > 0;
        arena_free(c.arena);
    }
    printf("cases: %d passed, %d failed\n", passed, failed);
    arena_free(arena);
    return failed ? 1 : 0;
}
