/* In: a case and its packed plan. Out: failures where a product runs on floats that need not.
 *
 * What could be integers is not asked of the compiler: the graph as the layers mean it (before pass `integers`) runs in the interpreter on the
 * golden's input, and the numbers that arrive at each product are counted. An operand is a set of levels when it has few distinct numbers, each
 * of them often; or when the layer says so (input quantizer and kernel quantizer of known precision). What did run is taken from the report. */
#include "packed/floats.h"

#include "emit/emit.h"
#include "run/interp.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

/* Products that stay on floats, and why that is right. */
typedef struct { const char *name_prefix, *why; } Excuse;
static const Excuse excuses[] = {
    { "qin_magnitude", "activations with a scale per input channel: a sum over channels has no common scale" },
    { "custom_input_scale", "as above: a scale per input channel, and of every sample its own" },
    { "qk_magnitude_transpose", "a transposed convolution sums over the filters, each of which has a scale of its own" },
    { "qk_magnitude_separable", "the depthwise sums have a scale per channel, over which the pointwise product sums" },
    { "qin_noop", "NoOp(precision=1) says how bits are counted, not which values there are" },
    { "qk_noop", "as above" },
    { "opt_bop", "as above: weights that Bop has trained are all signs (pass whole-weights), the golden's are not" },
    { "opt_case_no_default", "as above" },
};
enum { EXCUSES = sizeof excuses / sizeof *excuses, LEVELS_MAX = 256, CHANNEL_LEVELS_MAX = 16, OFTEN = 8 };

typedef struct { const char *layer; bool few[2]; } Seen;   /* a product, and which operands have few values */
typedef struct { const char *layer, *operands; } Ran;      /* a product of the report */
typedef struct {
    Arena *arena;
    const Model *model;
    VEC(Seen) seen;
    VEC(Ran) ran;
} Floats;

static bool excuse_used[EXCUSES];

/* ---- what arrives at the products */

static int by_number(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static int64_t distinct(float *numbers, int64_t count)
{
    int64_t found = count > 0;
    qsort(numbers, (size_t)count, sizeof *numbers, by_number);
    for (int64_t i = 1; i < count; i++)
        found += numbers[i] != numbers[i - 1];
    return found;
}

/* Every first+k*stride-th number of a tensor: few different ones, each often? */
static bool is_few(const Value *value, Tensor tensor, int64_t count, int first, int stride, int most)
{
    Arena *scratch = arena_new();
    float *numbers = ARENA_ARRAY(scratch, float, count + 1);
    int64_t used = 0;
    for (int64_t i = first; i < count; i += stride)
        numbers[used++] = value->element == ELEMENT_F32 ? tensor.f32[i] : (float)tensor.i32[i];
    int64_t levels = distinct(numbers, used);
    arena_free(scratch);
    return levels <= most && used >= OFTEN * levels;
}

/* A scale per channel leaves each channel with few numbers. */
static bool operand_is_few(const Value *value, Tensor tensor, int batch)
{
    int64_t count = shape_count(value->shape) * (value->batched ? batch : 1);
    int channels = value->shape.dim[value->shape.rank - 1];
    bool few = is_few(value, tensor, count, 0, 1, LEVELS_MAX), each = true;
    for (int c = 0; c < channels && !few && each; c++)
        each = is_few(value, tensor, count, c, channels, CHANNEL_LEVELS_MAX);
    return few || each;
}

/* Weights as they are stored are real numbers, whatever they happen to be. */
static bool is_real(const Value *value)
{
    return value->op == OP_WEIGHT || value->op == OP_CONSTANT;
}

static const LayerInfo *layer_named(const LayerInfo *const *layers, int count, const char *name)
{
    const LayerInfo *found = NULL;
    for (int i = 0; i < count && !found; i++)
        found = !strcmp(layers[i]->name, name) ? layers[i]
                                               : layer_named((const LayerInfo *const *)layers[i]->inner.at, layers[i]->inner.count, name);
    return found;
}

/* What the layer's own arguments say: quantizers of known precision for input and kernels. */
static bool layer_says_few(const Model *model, const char *name, int operand)
{
    const LayerInfo *layer = layer_named((const LayerInfo *const *)model->layers.at, model->layers.count, name);
    if (!layer || layer->input_precision < 1 || layer->input_precision > 8)
        return false;
    bool kernels = operand == 1 && layer->variables.count > 0;
    for (int i = 0; kernels && i < layer->variables.count; i++) {
        const Variable *variable = layer->variables.at[i];
        kernels = !strstr(variable->role, "kernel") || (variable->quantized && variable->precision >= 1 && variable->precision <= 8);
    }
    return operand == 0 || kernels;
}

static void watch(void *context, const Value *value, int batch, const Tensor *in, Tensor out)
{
    Floats *floats = context;
    (void)out;
    if (value->op != OP_PRODUCT)
        return;
    Seen seen = { .layer = value->name ? value->name : "" };
    for (int k = 0; k < 2; k++)
        seen.few[k] = (!is_real(value->input[k]) && operand_is_few(value->input[k], in[k], batch)) || layer_says_few(floats->model, seen.layer, k);
    VEC_PUSH(floats->arena, &floats->seen, seen);
}

static void run_as_meant(Floats *floats, Golden *golden)
{
    PassOptions passes = { .mode = MODE_INFER, .model = golden->model, .stop_after = "split-reductions" };
    Graph *graph = passes_run(golden->model->graph, &passes);
    Interp *interp = interp_new(graph, golden->seed);
    interp_watch(interp, watch, floats);
    interp_run(interp, golden->batch, golden_inputs(golden, graph), NULL);
    interp_free(interp);
}

/* ---- what the report says */

static void read_line(Floats *floats, const char *line)
{
    cJSON *row = cJSON_Parse(line);
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItem(row, "operator"));
    if (kind && !strcmp(kind, "product")) {
        Ran ran = { arena_strdup(floats->arena, cJSON_GetStringValue(cJSON_GetObjectItem(row, "layer"))),
                    arena_strdup(floats->arena, cJSON_GetStringValue(cJSON_GetObjectItem(row, "operands"))) };
        VEC_PUSH(floats->arena, &floats->ran, ran);
    }
    cJSON_Delete(row);
}

static void read_report(Floats *floats, const Plan *plan)
{
    char *text = NULL, *rest = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    report_print(plan, out, true);
    fclose(out);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        read_line(floats, line);
    free(text);
}

static int float_operands(const Ran *ran)
{
    return !strncmp(ran->operands, "float x", 7) + (strstr(ran->operands, "x float") != NULL);
}

/* ---- one against the other: of a layer's products, no more may run on floats than have to */

static const Excuse *excuse_for(const char *name)
{
    for (int i = 0; i < EXCUSES; i++)
        if (!strncmp(name, excuses[i].name_prefix, strlen(excuses[i].name_prefix))) {
            excuse_used[i] = true;
            return &excuses[i];
        }
    return NULL;
}

static void judge(const Floats *floats, const char *name, const char *layer, FloatsCount *count)
{
    int may_mix = 0, may_float = 0, mixed = 0, pure = 0;
    for (int i = 0; i < floats->seen.count; i++) {
        const Seen *seen = &floats->seen.at[i];
        may_mix += !strcmp(seen->layer, layer) && !(seen->few[0] && seen->few[1]);
        may_float += !strcmp(seen->layer, layer) && !seen->few[1];
    }
    for (int i = 0; i < floats->ran.count; i++) {
        mixed += !strcmp(floats->ran.at[i].layer, layer) && float_operands(&floats->ran.at[i]) > 0;
        pure += !strcmp(floats->ran.at[i].layer, layer) && float_operands(&floats->ran.at[i]) == 2;
    }
    if (mixed <= may_mix && pure <= may_float)
        return;
    if (excuse_for(name)) {
        count->excused++;
        return;
    }
    count->failures++;
    printf("FLOATS %s, layer %s: %d products run on floats, %d have to; kernels are floats in %d, have to be in %d\n", name, layer, mixed, may_mix,
           pure, may_float);
}

void floats_check(Golden *golden, const Plan *plan, FloatsCount *count)
{
    Floats floats = { .arena = golden->arena, .model = golden->model };
    run_as_meant(&floats, golden);
    read_report(&floats, plan);
    for (int i = 0; i < floats.ran.count; i++) {
        bool first = true;
        for (int k = 0; k < i; k++)
            first &= strcmp(floats.ran.at[k].layer, floats.ran.at[i].layer) != 0;
        if (first)
            judge(&floats, golden->name, floats.ran.at[i].layer, count);
        count->products++;
        count->integers += float_operands(&floats.ran.at[i]) == 0;
        count->halves += float_operands(&floats.ran.at[i]) == 1;
    }
}

int floats_unused_excuses(void)
{
    int unused = 0;
    for (int i = 0; i < EXCUSES; i++)
        if (!excuse_used[i]) {
            unused++;
            printf("FLOATS no case needs the excuse for %s any more (%s)\n", excuses[i].name_prefix, excuses[i].why);
        }
    return unused;
}
