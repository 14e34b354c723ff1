/* Suite zoo: examples/zoo/NAME.bnn with formula weights against what the architectures of Larq Zoo gave (tests/larq/zoo/NAME.safetensors):
 * samples of every layer's output in the reference interpreter, within 1e-4 of the layer's largest magnitude, and the predicted classes;
 * then the same network as packed C, which must give the interpreter's output bit for bit.
 *
 *   zoo [--no-packed] MODELS GOLDENS NAME...       batch 2, 10 classes, images of the size that the golden names
 */
#include "emit/emit.h"
#include "io/io.h"
#include "layers/layers.h"
#include "passes/passes.h"
#include "run/interp.h"
#include "run/program.h"
#include "support/formula.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SAMPLES = 32, CLASSES = 10, BATCH = 2, SEED = 1, REPORTED = 5 };

typedef struct {
    Arena *arena;
    const char *name;
    const TensorFile *golden;
    Model *model;
    const float *input;
    float *output;             /* the interpreter's, BATCH rows */
    int failures, layers;
    double worst;              /* error as a share of the layer's largest magnitude */
} Net;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void __attribute__((format(printf, 2, 3))) net_fail(Net *net, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (net->failures++ < REPORTED) {
        printf("FAIL %s: ", net->name);
        vprintf(format, arguments);
        putchar('\n');
    }
    va_end(arguments);
}

static const char *metadata(const TensorFile *file, const char *key)
{
    for (int i = 0; i < file->metadata_keys.count; i++)
        if (!strcmp(file->metadata_keys.at[i], key))
            return file->metadata_values.at[i];
    return "";
}

/* ---- the model, its weights, its input */

static bool net_compile(Net *net, const char *models)
{
    static const char *const names[] = { "image", "classes" };
    const char *values[] = { arena_printf(net->arena, "(%s)", metadata(net->golden, "input")), metadata(net->golden, "classes") };
    FrontOptions front = { .set_names = names, .set_values = values, .set_count = 2 };
    const char *error = NULL;
    Diag *diag = diag_new(net->arena);
    const Source *source = source_read(net->arena, arena_printf(net->arena, "%s/%s.bnn", models, net->name), &error);
    net->model = source ? model_from_source(net->arena, source, &front, diag) : NULL;
    if (!net->model) {
        net_fail(net, "%s", source ? "does not compile" : error);
        diag_print(diag, stdout);
        return false;
    }
    return true;
}

/* Formula weights; those that the architecture fixes itself (blur kernels) keep its values, which must be the golden's. */
static void set_weights(Net *net)
{
    const Graph *graph = net->model->graph;
    Interp *interp = interp_new(graph, SEED);
    for (int i = 0; i < graph->variables.count; i++) {
        Variable *variable = graph->variables.at[i];
        size_t count = (size_t)shape_count(variable->shape);
        float *data = ARENA_ARRAY(net->arena, float, count);
        const NamedTensor *own = tensor_file_find(net->golden, arena_printf(net->arena, "own/%s", variable->name));
        if (own)
            memcpy(data, interp_variable(interp, variable), count * sizeof(float));
        else
            formula_weight(variable, SEED, data);
        for (size_t k = 0; own && k < count; k++)
            if (data[k] != own->data[k / (count / own->count)]) {
                net_fail(net, "%s[%zu] is %g, the architecture's own is %g", variable->name, k, (double)data[k],
                         (double)own->data[k / (count / own->count)]);
                break;
            }
        variable->data = data;
    }
    interp_free(interp);
}

static void set_input(Net *net)
{
    int64_t count = shape_count(net->model->graph->inputs.at[0]->shape) * BATCH;
    float *input = ARENA_ARRAY(net->arena, float, count);
    formula_input_f32(SEED, "x", count, input);
    net->input = input;
}

/* ---- the interpreter against the golden */

static void compare_layer(Net *net, const char *name, const Value *value, const float *got)
{
    const NamedTensor *want = tensor_file_find(net->golden, arena_printf(net->arena, "act/%s#s", name));
    size_t count = (size_t)shape_count(value->shape) * BATCH, stride = count / SAMPLES ? count / SAMPLES : 1;
    double largest = 1e-30, error = 0;
    if (!want)
        return;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs((double)got[i]));
    for (size_t k = 0; k < want->count; k++)
        error = fmax(error, fabs((double)got[k * stride] - (double)want->data[k]) / largest);
    net->layers++;
    net->worst = fmax(net->worst, error);
    if (!(error <= 1e-4))
        net_fail(net, "%s differs by %.3g of its largest magnitude %.3g", name, error, largest);
}

static int argmax(const float *row)
{
    int best = 0;
    for (int i = 1; i < CLASSES; i++)
        best = row[i] > row[best] ? i : best;
    return best;
}

static void compare_output(Net *net)
{
    const NamedTensor *want = tensor_file_find(net->golden, "out");
    for (int n = 0; n < BATCH; n++)
        if (argmax(net->output + n * CLASSES) != argmax(want->data + n * CLASSES))
            net_fail(net, "image %d is class %d, not %d", n, argmax(net->output + n * CLASSES), argmax(want->data + n * CLASSES));
    for (int i = 0; i < BATCH * CLASSES; i++)
        if (!(fabs((double)net->output[i] - (double)want->data[i]) <= 1e-4))
            net_fail(net, "out[%d] is %.7g, not %.7g", i, (double)net->output[i], (double)want->data[i]);
}

static int golden_layers(const Net *net)
{
    int count = 0;
    for (int i = 0; i < net->golden->tensors.count; i++)
        count += !strncmp(net->golden->tensors.at[i].name, "act/", 4);
    return count;
}

static void run_interpreter(Net *net)
{
    Graph *semantic = net->model->graph;
    PassOptions options = { .mode = MODE_INFER, .model = net->model, .stop_after = "canonical" };
    for (int i = 0; i < net->model->layers.count; i++)
        if (net->model->layers.at[i]->output) {
            VEC_PUSH(net->arena, &semantic->outputs, net->model->layers.at[i]->output);
            VEC_PUSH(net->arena, &semantic->output_names, net->model->layers.at[i]->name);
        }
    Graph *graph = passes_run(semantic, &options);
    Interp *interp = interp_new(graph, SEED);
    const void *inputs[] = { net->input };
    interp_run(interp, BATCH, inputs, NULL);
    net->output = ARENA_ARRAY(net->arena, float, BATCH * CLASSES);
    memcpy(net->output, interp_result(interp, graph->outputs.at[0]).f32, BATCH * CLASSES * sizeof(float));
    for (int i = 1; i < graph->outputs.count; i++)
        if (graph->outputs.at[i]->element == ELEMENT_F32)
            compare_layer(net, graph->output_names.at[i], graph->outputs.at[i], interp_result(interp, graph->outputs.at[i]).f32);
    interp_free(interp);
    semantic->outputs.count = semantic->output_names.count = 1;
    if (net->layers != golden_layers(net))
        net_fail(net, "%d of the golden's %d layers were found", net->layers, golden_layers(net));
    compare_output(net);
}

/* ---- packed C against the interpreter */

static void run_packed(Net *net)
{
    bool avx2 = __builtin_cpu_supports("avx2");
    ProgramOptions options = { .jit = { .kind = JIT_CC, .flags = avx2 ? "-O1 -mavx2" : "-O1" }, .target = target_find(avx2 ? "avx2" : "generic") };
    const char *error = NULL;
    PackedProgram *program = program_packed(net->arena, net->model, &options, &error);
    if (!program) {
        net_fail(net, "packed C: %s", error);
        return;
    }
    size_t one = (size_t)shape_count(net->model->graph->inputs.at[0]->shape);
    float got[BATCH * CLASSES];
    void *workspace = aligned_alloc(64, (program->workspace_bytes + 127) / 64 * 64);
    for (int n = 0; n < BATCH; n++) {
        const void *x[] = { net->input + one * (size_t)n };
        float *out[] = { got + n * CLASSES };
        program->predict(x, out, workspace);
    }
    free(workspace);
    for (int i = 0; i < BATCH * CLASSES; i++)
        if (memcmp(&got[i], &net->output[i], sizeof(float)))
            net_fail(net, "packed C: out[%d] is %a, the interpreter says %a", i, (double)got[i], (double)net->output[i]);
    jit_free(program->jit);
}

static bool run_net(const char *models, const char *goldens, const char *name, bool packed)
{
    Net net = { .arena = arena_new(), .name = name };
    const char *error = NULL;
    double start = seconds(), interpreted = 0, compiled = 0;
    net.golden = tensor_file_read(net.arena, arena_printf(net.arena, "%s/%s.safetensors", goldens, name), &error);
    if (!net.golden)
        net_fail(&net, "%s", error);
    else if (net_compile(&net, models)) {
        set_weights(&net);
        set_input(&net);
        run_interpreter(&net);
        interpreted = seconds() - start;
        if (packed)
            run_packed(&net);
        compiled = seconds() - start - interpreted;
    }
    printf("%-24s %4d layers, worst error %.1e of a layer's largest; %.1f s interpreted, %.1f s packed%s\n", name, net.layers, net.worst,
           interpreted, compiled, net.failures ? "  FAILED" : "");
    fflush(stdout);
    arena_free(net.arena);
    return !net.failures;
}

int main(int argc, char **argv)
{
    bool packed = true;
    int first = 1, passed = 0, failed = 0;
    if (argc > 1 && !strcmp(argv[1], "--no-packed")) {
        packed = false;
        first = 2;
    }
    if (argc < first + 3) {
        fprintf(stderr, "usage: zoo [--no-packed] MODELS GOLDENS NAME...\n");
        return 2;
    }
    for (int i = first + 2; i < argc; i++) {
        bool good = run_net(argv[first], argv[first + 1], argv[i], packed);
        passed += good;
        failed += !good;
    }
    printf("zoo: %d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
