/* Vectors for --selftest: inputs by a formula, outputs by the reference interpreter, both part of the generated file. */
#include "cmd/compilation.h"

#include "run/interp.h"

#include <string.h>

enum { VECTORS = 4 };

static uint32_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 40); /* 24 bits */
}

/* One input of all vectors, as the C takes it and as the interpreter does. */
typedef struct { void *bytes; void *interp; size_t bytes_per_vector; } InputVectors;

/* The i-th number of an input, from 24 random bits: 4 bytes of a real, a byte, or -1 and +1. */
static void put_number(const Value *input, InputVectors *vectors, size_t i, uint32_t number)
{
    if (input->element == ELEMENT_F32) {
        ((float *)vectors->bytes)[i] = ((float)number - 8388608.0f) / 4194304.0f; /* -2 .. 2, exact */
        ((float *)vectors->interp)[i] = ((float *)vectors->bytes)[i];
    } else if (input->element == ELEMENT_LEVEL) {
        ((int32_t *)vectors->interp)[i] = number >> 16 & 1 ? -1 : 1;
    } else {
        ((uint8_t *)vectors->bytes)[i] = (uint8_t)(number >> 16);
        ((int32_t *)vectors->interp)[i] = input->element == ELEMENT_U8 ? (int32_t)(number >> 16) : (int32_t)(int8_t)(number >> 16);
    }
}

static InputVectors make_input(Arena *arena, const Value *input, uint64_t *state)
{
    size_t count = (size_t)shape_count(input->shape), bytes = input_elements(input) * input_element_bytes(input);
    InputVectors vectors = { .bytes = arena_alloc(arena, bytes * VECTORS + 4), .interp = arena_alloc(arena, count * VECTORS * 4 + 4),
                             .bytes_per_vector = bytes };
    for (size_t i = 0; i < count * VECTORS; i++)
        put_number(input, &vectors, i, next(state));
    for (size_t v = 0; v < VECTORS && input->element == ELEMENT_LEVEL; v++)
        input_pack(input, (const int32_t *)vectors.interp + v * count, (uint32_t *)vectors.bytes + v * input_elements(input));
    return vectors;
}

/* Input by input, the vectors of each one after the other. */
static void *concatenate(Arena *arena, const InputVectors *inputs, int count)
{
    size_t total = 0;
    for (int i = 0; i < count; i++)
        total += inputs[i].bytes_per_vector * VECTORS;
    char *out = arena_alloc(arena, total + 1), *at = out;
    for (int i = 0; i < count; at += inputs[i++].bytes_per_vector * VECTORS)
        memcpy(at, inputs[i].bytes, inputs[i].bytes_per_vector * VECTORS);
    return out;
}

static float *collect_outputs(Arena *arena, const Graph *graph, const Interp *interp)
{
    size_t total = 0;
    for (int i = 0; i < graph->outputs.count; i++)
        total += (size_t)shape_count(graph->outputs.at[i]->shape);
    float *out = ARENA_ARRAY(arena, float, total * VECTORS + 1), *at = out;
    for (int v = 0; v < VECTORS; v++)
        for (int i = 0; i < graph->outputs.count; i++) {
            const Value *value = graph->outputs.at[i];
            size_t count = (size_t)shape_count(value->shape);
            Tensor tensor = interp_result(interp, value);
            for (size_t k = 0; k < count; k++)
                *at++ = tensor.f32 ? tensor.f32[(size_t)v * count + k] : (float)tensor.i32[(size_t)v * count + k];
        }
    return out;
}

bool selftest_vectors(Compilation *c, EmitOptions *emit)
{
    PassOptions passes = { .mode = MODE_INFER, .model = c->model, .constants = true, .stop_after = "canonical" };
    const Graph *graph = passes_run(c->model->graph, &passes);
    InputVectors inputs[32];
    const void *feeds[32];
    uint64_t state = 1;
    if (graph->inputs.count > 32)
        return compilation_refuse(c, "--selftest: more than 32 inputs");
    for (int i = 0; i < graph->inputs.count; i++) {
        inputs[i] = make_input(c->arena, graph->inputs.at[i], &state);
        feeds[i] = inputs[i].interp;
    }
    Interp *interp = interp_new(graph, 0);
    interp_run(interp, VECTORS, feeds, NULL);
    emit->selftest = true;
    emit->selftest_count = VECTORS;
    emit->selftest_inputs = concatenate(c->arena, inputs, graph->inputs.count);
    emit->selftest_outputs = collect_outputs(c->arena, graph, interp);
    interp_free(interp);
    return true;
}
