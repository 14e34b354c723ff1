/* Plans of small graphs: fusion into products, layouts, aliases, reuse of memory, copies of outputs, targets, offsets of strided walks. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "plan/nest.h"

#include <string.h>

typedef struct { Arena *arena; Graph *graph; Value *x; } Small;

static Small small_new(int rank, const int *dims)
{
    Small small = {.arena = arena_new()};
    small.graph = graph_new(small.arena, expr_pool_new(small.arena), diag_new(small.arena));
    graph_at(small.graph, (Span){0}, "input_1");
    small.x = graph_input(small.graph, ELEMENT_F32, shape_of(rank, dims), false);
    return small;
}

static void output(Small *small, Value *value)
{
    VEC_PUSH(small->arena, &small->graph->outputs, value);
    VEC_PUSH(small->arena, &small->graph->output_names, "y");
}

static Plan *plan_of(Small *small, bool training)
{
    PlanOptions options = {.prefix = "m", .target = target_find("generic"), .batch = training ? 8 : 1, .training = training};
    Plan *plan = plan_build(small->arena, small->graph, &options);
    plan_verify(plan);
    return plan;
}

static Value *signs(Small *small, Value *x)
{
    const Expr *sign = expr_make(small->graph->pool, EX_SIGN, expr_arg(small->graph->pool, 0), NULL, NULL);
    return graph_quantize(small->graph, sign, -1, 1, 2, 1, &x);
}

static Value *dense(Small *small, Value *x, int in, int out)
{
    static int32_t levels[4096];
    for (int i = 0; i < in * out; i++)
        levels[i] = i % 3 ? 1 : -1;
    Value *kernel = graph_constant_level(small->graph, shape_of(2, (int[]){in, out}), levels, -1, 1, 2);
    Window w = {.in_channels = in, .out_channels = out, .groups = 1};
    return graph_product(small->graph, ROLE_FORWARD, &w, x, kernel);
}

/* sign -> dense -> scale: bits go into the product, the scale is its epilogue. */
static void test_fusion(void **state)
{
    (void)state;
    Small small = small_new(1, (int[]){64});
    Value *y = dense(&small, signs(&small, small.x), 64, 32);
    output(&small, graph_binary(small.graph, EX_MUL, y, graph_scalar(small.graph, 0.5f)));
    Plan *plan = plan_of(&small, false);
    assert_int_equal(plan->steps.count, 2);
    assert_int_equal(plan->steps.at[0]->output->layout, LAYOUT_PACKED);
    assert_string_equal(plan->steps.at[0]->kernel->name, "quantize_packed");
    assert_int_equal(plan->steps.at[1]->kernel->op, OP_PRODUCT);
    assert_ptr_equal(plan->steps.at[1]->stored, small.graph->outputs.at[0]);
    assert_int_equal(plan->steps.at[1]->output->place, PLACE_OUTPUT);
    arena_free(small.arena);
}

/* A product that two values read is stored itself. */
static void test_no_fusion(void **state)
{
    (void)state;
    Small small = small_new(1, (int[]){64});
    Value *y = dense(&small, signs(&small, small.x), 64, 32);
    output(&small, graph_unary(small.graph, EX_ABS, y));
    output(&small, graph_unary(small.graph, EX_NEG, y));
    Plan *plan = plan_of(&small, false);
    assert_int_equal(plan->steps.count, 4);
    assert_ptr_equal(plan->steps.at[1]->stored, y);
    arena_free(small.arena);
}

static void test_reshape_is_no_step(void **state)
{
    (void)state;
    Small small = small_new(2, (int[]){4, 6});
    Value *y = graph_reshape(small.graph, graph_unary(small.graph, EX_ABS, small.x), shape_of(1, (int[]){24}));
    output(&small, graph_unary(small.graph, EX_NEG, y));
    Plan *plan = plan_of(&small, false);
    assert_int_equal(plan->steps.count, 2);
    assert_ptr_equal(plan->steps.at[1]->inputs[0], plan->steps.at[0]->output);
    arena_free(small.arena);
}

/* Eight maps in a row need two buffers (the input is the caller's, the last one writes to the output). */
static void test_memory_is_reused(void **state)
{
    (void)state;
    Small small = small_new(1, (int[]){1000});
    Value *y = small.x;
    for (int i = 0; i < 8; i++)
        y = graph_unary(small.graph, i % 2 ? EX_ABS : EX_NEG, y);
    output(&small, y);
    Plan *plan = plan_of(&small, true);
    assert_int_equal(plan->workspace_bytes, 2 * ((1000 * 4 * 8 + 63) / 64 * 64));
    arena_free(small.arena);
}

/* An input, an integer and a repeated output are copied out as floats. */
static void test_output_copies(void **state)
{
    (void)state;
    Small small = small_new(1, (int[]){10});
    Value *level = signs(&small, small.x), *y = graph_unary(small.graph, EX_ABS, small.x);
    output(&small, small.x);
    output(&small, level);
    output(&small, y);
    output(&small, y);
    Plan *plan = plan_of(&small, false);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(plan_storage(plan, plan_output(plan, i))->place, PLACE_OUTPUT);
        assert_string_equal(plan_storage(plan, plan_output(plan, i))->c_type, "float");
    }
    assert_ptr_equal(plan_output(plan, 2), y);
    assert_ptr_not_equal(plan_output(plan, 3), y);
    arena_free(small.arena);
}

static void test_nest(void **state)
{
    (void)state;
    Small small = small_new(3, (int[]){4, 5, 6});
    float numbers[20] = {0};
    Value *channels = graph_constant_f32(small.graph, shape_of(1, (int[]){6}), numbers);
    Value *rows = graph_constant_f32(small.graph, shape_of(3, (int[]){4, 1, 1}), numbers);
    Value *sum = graph_binary(small.graph, EX_ADD, graph_binary(small.graph, EX_MUL, small.x, channels), rows);
    output(&small, sum);
    Plan *plan = plan_of(&small, true);
    Nest flat = nest_broadcast(plan, graph_unary(small.graph, EX_ABS, small.x), false);
    assert_true(nest_flat(&flat));
    assert_string_equal(nest_extent(small.arena, &flat, 0, flat.rank), "count * 120");
    Nest by_channel = nest_broadcast(plan, sum->input[0], false);
    assert_string_equal(nest_extent(small.arena, &by_channel, 0, by_channel.rank - 1), "count * 20");
    assert_string_equal(nest_at(small.arena, &by_channel, 0), "row * 6 + i");
    assert_string_equal(nest_at(small.arena, &by_channel, 2), "i");
    Nest by_row = nest_broadcast(plan, sum, false);
    assert_string_equal(nest_at(small.arena, &by_row, 2), "row % 4");
    arena_free(small.arena);
}

static void test_unrolling(void **state)
{
    (void)state;
    Plan plan = {.arena = arena_new(), .options = {.max_code = 1600}};
    Step step = {.plan = &plan};
    plan.options.unroll = UNROLL_AUTO;
    assert_int_equal(step_unrolls(&step, 10, 10), 1); /* 16 bytes a statement */
    assert_int_equal(step_unrolls(&step, 101, 1), 0);
    assert_int_equal(step_unrolls_around(&step, 2, 2), 0);
    plan.options.unroll = UNROLL_FULL;
    assert_int_equal(step_unrolls(&step, 101, 1), 0);
    assert_int_equal(step_unrolls_around(&step, 2, 2), 1);
    plan.options.unroll = UNROLL_NONE;
    assert_int_equal(step_unrolls(&step, 2, 2), 0);
    arena_free(plan.arena);
}

static void test_targets(void **state)
{
    (void)state;
    assert_null(target_find("pdp11"));
    assert_string_equal(target_find("generic")->name, "generic");
    assert_non_null(target_find("native"));
}

/* A padded convolution is one interior and eight borders whose pixels see fewer taps; its stride may leave some of them out. */
static void test_regions(void **state)
{
    (void)state;
    static const struct { int in, kernel, stride, dilation, regions; } cases[] = {{8, 3, 1, 1, 9}, {8, 1, 1, 1, 1}, {7, 5, 1, 1, 25}, {8, 3, 2, 1, 4}, {9, 3, 2, 1, 9},
                                                                                  {2, 3, 1, 1, 4}, {1, 3, 1, 2, 1}, {6, 3, 1, 2, 9}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Small small = small_new(3, (int[]){cases[i].in, cases[i].in, 32});
        Window w = {.spatial = 2, .in_channels = 32, .out_channels = 1, .groups = 1};
        for (int axis = 0; axis < 2; axis++) {
            w.in[axis] = cases[i].in;
            w.kernel[axis] = cases[i].kernel;
            w.stride[axis] = cases[i].stride;
            w.dilation[axis] = cases[i].dilation;
        }
        window_same(&w);
        static int32_t levels[25 * 32];
        for (int k = 0; k < 25 * 32; k++)
            levels[k] = k % 3 ? 1 : -1;
        Value *kernel = graph_constant_level(small.graph, shape_of(4, (int[]){cases[i].kernel, cases[i].kernel, 32, 1}), levels, -1, 1, 2);
        output(&small, graph_product(small.graph, ROLE_FORWARD, &w, signs(&small, small.x), kernel));
        Plan *plan = plan_of(&small, false); /* plan_verify proves that they tile the output */
        const Step *step = plan->steps.at[plan->steps.count - 1];
        for (int k = 0; k < plan->steps.count; k++)
            if (plan->steps.at[k]->kernel->op == OP_PRODUCT)
                step = plan->steps.at[k];
        assert_int_equal(step->regions.count, cases[i].regions);
        arena_free(small.arena);
    }
}

const struct CMUnitTest plan_tests[] = {
    cmocka_unit_test(test_fusion),        cmocka_unit_test(test_no_fusion), cmocka_unit_test(test_reshape_is_no_step), cmocka_unit_test(test_memory_is_reused),
    cmocka_unit_test(test_output_copies), cmocka_unit_test(test_nest),      cmocka_unit_test(test_unrolling), cmocka_unit_test(test_targets),
    cmocka_unit_test(test_regions),
};
const int plan_test_count = sizeof plan_tests / sizeof *plan_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return cmocka_run_group_tests(plan_tests, NULL, NULL);
}
#endif
