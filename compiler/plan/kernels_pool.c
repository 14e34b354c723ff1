/* Rows for POOL (plain elements, and bits where a maximum is AND or OR) and POOL_GRADIENT. */
#include "plan/kernels.h"
#include "plan/planning.h"

#include "base/bug.h"

double cost_pool(const Plan *plan, const Value *value)
{
    const Window *w = &value->u.pool.window;
    double taps = 1;
    (void)plan;
    for (int i = 0; i < w->spatial; i++)
        taps *= w->kernel[i];
    double size = (double)shape_count(value->op == OP_POOL ? value->shape : value->input[1]->shape);
    return size * taps * (value->op == OP_POOL ? 0.5 : 3);
}

double cost_pool_packed(const Plan *plan, const Value *value)
{
    return cost_pool(plan, value) / 16;
}

const char *refuses_pool_packed(const Plan *plan, const Value *value)
{
    const char *reason = refuses_packed(plan, value);
    if (reason)
        return reason;
    if (value->u.pool.kind != POOL_MAX)
        return "a sum";
    if (planes_of(value->lo, value->hi, value->step).count != 1)
        return "more than one plane";
    return NULL;
}

/* Holes of a window, missing dimensions filled in front: depth, rows, columns. */
static void bind_window(Step *step)
{
    static const char *const axes[3] = {"depth", "height", "width"};
    const Window *w = &step->value->u.pool.window;
    Arena *arena = step->plan->arena;
    bool padded = false;
    for (int i = 0; i < 3; i++) {
        int d = i - (3 - w->spatial);
        int last = d < 0 ? 0 : (w->out[d] - 1) * w->stride[d] - w->before[d] + (w->kernel[d] - 1) * w->dilation[d];
        padded |= d >= 0 && (w->before[d] > 0 || last >= w->in[d]);
        step_hole_int(step, arena_printf(arena, "in_%s", axes[i]), d < 0 ? 1 : w->in[d]);
        step_hole_int(step, arena_printf(arena, "out_%s", axes[i]), d < 0 ? 1 : w->out[d]);
        step_hole_int(step, arena_printf(arena, "kernel_%s", axes[i]), d < 0 ? 1 : w->kernel[d]);
        step_hole_int(step, arena_printf(arena, "stride_%s", axes[i]), d < 0 ? 1 : w->stride[d]);
        step_hole_int(step, arena_printf(arena, "dilation_%s", axes[i]), d < 0 ? 1 : w->dilation[d]);
        step_hole_int(step, arena_printf(arena, "before_%s", axes[i]), d < 0 ? 0 : w->before[d]);
    }
    step_hole_int(step, "padded", padded);
}

static double pool_work(const Step *step)
{
    return cost_pool(step->plan, step->value) * step->plan->options.batch * 2;
}

static void bind_pooling(Step *step, const char *in_type, const char *out_type, int channels, bool sum, const char *combine)
{
    bind_window(step);
    step_hole_text(step, "in_type", "%s", in_type);
    step_hole_text(step, "out_type", "%s", out_type);
    step_hole_int(step, "channels", channels);
    step_hole_int(step, "sum", sum);
    step_hole_text(step, "combine", "%s", combine);
    step_parallel(step, pool_work(step));
}

void bind_pool(Step *step)
{
    bool sum = step->value->u.pool.kind == POOL_SUM;
    bind_pooling(step, step->inputs[0]->c_type, step->output->c_type, step->value->u.pool.window.in_channels, sum,
                 sum ? "y[c] + x[c]" : "x[c] > y[c] ? x[c] : y[c]");
}

/* A set bit is the smaller value in {-1,+1}, the larger one in {0,1} and every other set of two. */
void bind_pool_packed(Step *step)
{
    const Value *value = step->value;
    bool set_is_low = value->lo == -1 && value->hi == 1;
    bind_pooling(step, "uint32_t", "uint32_t", (value->u.pool.window.in_channels + 31) / 32, false, set_is_low ? "y[c] & x[c]" : "y[c] | x[c]");
}

void bind_pool_gradient(Step *step)
{
    const Value *value = step->value;
    bind_window(step);
    step_hole_text(step, "type", "%s", step->inputs[0]->c_type);
    step_hole_int(step, "channels", value->u.pool.window.in_channels);
    step_hole_int(step, "sum", value->u.pool.kind == POOL_SUM);
    step_hole_int(step, "all_ties", value->u.pool.window.spatial == 3);
    step_parallel(step, pool_work(step));
}

/* --- the gradient of windows that do not overlap: a choice instead of a sum, so that lanes are channels */
const char *refuses_pool_gradient_tiles(const Plan *plan, const Value *value)
{
    const Window *w = &value->u.pool.window;
    (void)plan;
    if (value->u.pool.kind != POOL_MAX || w->spatial > 2)
        return "not a maximum over one or two dimensions";
    int taps = 1;
    for (int i = 0; i < w->spatial; i++) {
        taps *= w->kernel[i];
        if (w->kernel[i] != w->stride[i] || w->dilation[i] != 1 || w->before[i] || w->out[i] * w->kernel[i] > w->in[i])
            return "windows overlap or reach outside";
    }
    return taps > 16 ? "windows of more than 16" : NULL;
}

double cost_pool_gradient_tiles(const Plan *plan, const Value *value)
{
    return cost_pool(plan, value) / 4;
}

void bind_pool_gradient_tiles(Step *step)
{
    const Window *w = &step->value->u.pool.window;
    int i = w->spatial - 1, height = w->spatial == 2;
    int in_height = height ? w->in[0] : 1, out_height = height ? w->out[0] : 1, kernel_height = height ? w->kernel[0] : 1;
    step_hole_int(step, "in_height", in_height);
    step_hole_int(step, "in_width", w->in[i]);
    step_hole_int(step, "out_height", out_height);
    step_hole_int(step, "out_width", w->out[i]);
    step_hole_int(step, "kernel_height", kernel_height);
    step_hole_int(step, "kernel_width", w->kernel[i]);
    step_hole_int(step, "taps", kernel_height * w->kernel[i]);
    step_hole_int(step, "channels", w->in_channels);
    step_hole_int(step, "rest", in_height != out_height * kernel_height || w->in[i] != w->out[i] * w->kernel[i]);
    step_hole_text(step, "type", "%s", step->inputs[0]->c_type);
    step_parallel(step, pool_work(step));
}
