/* product: dense and convolution of every kind, in three roles: forward (x, w), input gradient (dy, w), kernel gradient (x, dy).
 * The order of every sum is the contract of compiler/README.md. */
#include "graph/operators.h"

#include <limits.h>

/* --- one sum, in the order its operands call for */
typedef enum { SUM_INTEGER, SUM_GROUPED, SUM_SEQUENTIAL } SumKind;
typedef struct {
    SumKind kind;
    int64_t integer;
    float total, term[4];
    int filled;
} Sum;

static SumKind sum_kind(const Value *a, const Value *b)
{
    if (element_is_integer(a->element) && element_is_integer(b->element))
        return SUM_INTEGER;
    return a->element == ELEMENT_LEVEL || b->element == ELEMENT_LEVEL ? SUM_GROUPED : SUM_SEQUENTIAL;
}

static void sum_flush(Sum *sum)
{
    if (sum->filled)
        sum->total += (sum->term[0] + sum->term[1]) + (sum->term[2] + sum->term[3]);
    sum->filled = 0;
    for (int i = 0; i < 4; i++)
        sum->term[i] = 0.0f;
}

static void sum_grouped(Sum *sum, float term)
{
    sum->term[sum->filled++] = term;
    if (sum->filled == 4)
        sum_flush(sum);
}

static void sum_add(Sum *sum, const Value *a, Tensor ta, int64_t ia, const Value *b, Tensor tb, int64_t ib)
{
    if (sum->kind == SUM_INTEGER)
        sum->integer += (int64_t)ta.i32[ia] * tb.i32[ib];
    else if (sum->kind == SUM_GROUPED)
        sum_grouped(sum, tensor_float(a, ta, ia) * tensor_float(b, tb, ib));
    else
        sum->total += tensor_float(a, ta, ia) * tensor_float(b, tb, ib);
}

static void sum_skip(Sum *sum) /* a tap that lies outside: it keeps its place in its group of four */
{
    if (sum->kind == SUM_GROUPED)
        sum_grouped(sum, 0.0f);
}

static void sum_store(Sum *sum, Tensor out, int64_t at)
{
    if (sum->kind == SUM_INTEGER) {
        BUG_IF(sum->integer < INT_MIN || sum->integer > INT_MAX);
        out.i32[at] = (int32_t)sum->integer;
        return;
    }
    sum_flush(sum);
    out.f32[at] = sum->total;
}

/* --- geometry shared by the roles */
typedef struct {
    const Window *window;
    FullWindow full;
    int in, out, groups, in_group, out_group; /* channels; channels of one group */
} Geometry;

static Geometry geometry(const Value *value)
{
    const Window *w = &value->u.product.window;
    return (Geometry){w, window_full(w), w->in_channels, w->out_channels, w->groups, w->in_channels / w->groups, w->out_channels / w->groups};
}

/* w[tap][channel of the group][filter], with a block of taps per output pixel when weights are local. Depthwise kernels
 * [taps][in][multiplier] lie in memory as [taps][1][in * multiplier]. */
static int64_t weight_index(const Geometry *g, int pixel, int tap, int channel, int filter)
{
    int64_t row = g->window->local ? (int64_t)pixel * g->full.taps + tap : tap;
    return (row * g->in_group + channel) * g->out + filter;
}

static void forward(const Value *value, int64_t rows, Tensor x, Tensor w, Tensor out)
{
    const Geometry g = geometry(value);
    const Value *a = value->input[0], *b = value->input[1];
    for (int64_t at = 0; at < rows * g.full.out_pixels * g.out; at++) {
        int filter = (int)(at % g.out), pixel = (int)(at / g.out % g.full.out_pixels), first = filter / g.out_group * g.in_group;
        int64_t row = at / g.out / g.full.out_pixels;
        Sum sum = {.kind = sum_kind(a, b)};
        for (int tap = 0; tap < g.full.taps; tap++) {
            int seen = window_input_pixel(&g.full, pixel, tap);
            for (int c = 0; seen >= 0 && c < g.in_group; c++)
                sum_add(&sum, a, x, (row * g.full.in_pixels + seen) * g.in + first + c, b, w, weight_index(&g, pixel, tap, c, filter));
            sum_flush(&sum);
        }
        sum_store(&sum, out, at);
    }
}

static void input_gradient(const Value *value, int64_t rows, Tensor dy, Tensor w, Tensor out)
{
    const Geometry g = geometry(value);
    const Value *a = value->input[0], *b = value->input[1];
    for (int64_t at = 0; at < rows * g.full.in_pixels * g.in; at++) {
        int channel = (int)(at % g.in), pixel = (int)(at / g.in % g.full.in_pixels), first = channel / g.in_group * g.out_group;
        int64_t row = at / g.in / g.full.in_pixels;
        Sum sum = {.kind = sum_kind(a, b)};
        for (int tap = 0; tap < g.full.taps; tap++) {
            int seen = window_output_pixel(&g.full, pixel, tap);
            for (int f = 0; seen >= 0 && f < g.out_group; f++)
                sum_add(&sum, a, dy, (row * g.full.out_pixels + seen) * g.out + first + f, b, w,
                        weight_index(&g, seen, tap, channel % g.in_group, first + f));
            sum_flush(&sum);
        }
        sum_store(&sum, out, at);
    }
}

/* One weight: over samples and output pixels. Groups of four are rows for dense and for local weights (one pixel each),
 * else output pixels within a sample. */
static void kernel_gradient(const Value *value, int64_t rows, Tensor x, Tensor dy, Tensor out)
{
    const Geometry g = geometry(value);
    const Value *a = value->input[0], *b = value->input[1];
    int64_t count = shape_count(value->shape);
    for (int64_t at = 0; at < count; at++) {
        int filter = (int)(at % g.out), c = (int)(at / g.out % g.in_group), tap = (int)(at / g.out / g.in_group % g.full.taps);
        int first_pixel = g.window->local ? (int)(at / g.out / g.in_group / g.full.taps) : 0;
        int last_pixel = g.window->local ? first_pixel : g.full.out_pixels - 1;
        int channel = filter / g.out_group * g.in_group + c;
        Sum sum = {.kind = sum_kind(a, b)};
        for (int64_t row = 0; row < rows; row++) {
            for (int pixel = first_pixel; pixel <= last_pixel; pixel++) {
                int seen = window_input_pixel(&g.full, pixel, tap);
                if (seen < 0)
                    sum_skip(&sum);
                else
                    sum_add(&sum, a, x, (row * g.full.in_pixels + seen) * g.in + channel, b, dy,
                            (row * g.full.out_pixels + pixel) * g.out + filter);
            }
            if (last_pixel > first_pixel)
                sum_flush(&sum);
        }
        sum_store(&sum, out, at);
    }
}

/* --- shapes */
static void check_window(const Window *w)
{
    BUG_IF(w->spatial < 0 || w->spatial > 3 || w->groups < 1 || w->in_channels % w->groups != 0 || w->out_channels % w->groups != 0);
    BUG_IF(w->depthwise && w->groups != w->in_channels);
    for (int i = 0; i < w->spatial; i++)
        BUG_IF(w->in[i] < 1 || w->out[i] < 1 || w->kernel[i] < 1 || w->stride[i] < 1 || w->dilation[i] < 1 || w->before[i] < 0);
}

static Shape kernel_shape(const Window *w)
{
    Shape shape = {.rank = 0};
    int in_group = w->in_channels / w->groups, taps = 1, pixels = 1;
    for (int i = 0; i < w->spatial; i++) {
        shape.dim[shape.rank++] = w->kernel[i];
        taps *= w->kernel[i];
        pixels *= w->out[i];
    }
    if (w->local)
        return shape_of(3, (int[]){pixels, taps * in_group, w->out_channels});
    shape.dim[shape.rank++] = w->depthwise ? w->in_channels : in_group;
    shape.dim[shape.rank++] = w->depthwise ? w->out_channels / w->in_channels : w->out_channels;
    return shape;
}

/* The activations on one side of a window: dense keeps the leading axes of `other`, a convolution's follow from the window. */
static Shape side_shape(const Window *w, const int *pixels, int channels, Shape other)
{
    Shape shape = other;
    if (w->spatial) {
        shape.rank = w->spatial + 1;
        for (int i = 0; i < w->spatial; i++)
            shape.dim[i] = pixels[i];
    }
    shape.dim[shape.rank - 1] = channels;
    return shape;
}

static void expect(const Value *value, const Value *input, Shape shape)
{
    if (!shape_equal(input->shape, shape))
        BUG("product %s: an operand has the wrong shape", value->name ? value->name : "");
}

/* Exact bounds of an integer sum of `terms` products: padding leaves terms out, so 0 terms are possible where it applies. */
static void integer_bounds(Value *value, const Value *a, const Value *b, int64_t terms)
{
    const Window *w = &value->u.product.window;
    int64_t p[4] = {(int64_t)a->lo * b->lo, (int64_t)a->lo * b->hi, (int64_t)a->hi * b->lo, (int64_t)a->hi * b->hi};
    int64_t low = p[0], high = p[0];
    bool padded = value->u.product.role != ROLE_FORWARD;
    for (int i = 1; i < 4; i++) {
        low = p[i] < low ? p[i] : low;
        high = p[i] > high ? p[i] : high;
    }
    for (int i = 0; i < w->spatial; i++)
        padded |= w->before[i] > 0 || w->after[i] > 0;
    low *= padded && low > 0 ? 0 : terms;
    high *= padded && high < 0 ? 0 : terms;
    BUG_IF(low < INT_MIN || high > INT_MAX);
    value->element = ELEMENT_I32;
    value->lo = (int)low, value->hi = (int)high, value->step = 1;
    if (value_is_signs(a) && value_is_signs(b) && !padded)
        value->step = 2; /* an even number of sign changes apart */
}

static void product_infer(Value *value)
{
    const Window *w = &value->u.product.window;
    const Value *a = value->input[0], *b = value->input[1];
    Role role = value->u.product.role;
    check_window(w);
    BUG_IF(a->shape.rank < 1 || b->shape.rank < 1);
    Shape x = side_shape(w, w->in, w->in_channels, a->shape), y = side_shape(w, w->out, w->out_channels, a->shape), k = kernel_shape(w);
    expect(value, a, role == ROLE_INPUT_GRADIENT ? y : x);
    expect(value, b, role == ROLE_KERNEL_GRADIENT ? y : k);
    value->shape = role == ROLE_FORWARD ? y : role == ROLE_INPUT_GRADIENT ? x : k;
    value->batched = role != ROLE_KERNEL_GRADIENT && a->batched;
    BUG_IF(b->batched != (role == ROLE_KERNEL_GRADIENT && a->batched)); /* unbatched inputs: constants (offset terms), products of weights */
    value->element = ELEMENT_F32;
    if (!element_is_integer(a->element) || !element_is_integer(b->element))
        return;
    if (role == ROLE_KERNEL_GRADIENT)
        BUG("a kernel gradient of integers has no bound");
    int64_t terms = window_full(w).taps * (int64_t)(role == ROLE_FORWARD ? w->in_channels : w->out_channels) / w->groups;
    integer_bounds(value, a, b, terms);
}

static void product_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out)
{
    const Window *w = &value->u.product.window;
    const Value *a = value->input[0];
    int64_t rows = value_rows(a, context);
    for (int i = 0; w->spatial == 0 && i + 1 < a->shape.rank; i++)
        rows *= a->shape.dim[i]; /* dense: leading axes are rows like samples */
    if (value->u.product.role == ROLE_FORWARD)
        forward(value, rows, in[0], in[1], out);
    else if (value->u.product.role == ROLE_INPUT_GRADIENT)
        input_gradient(value, rows, in[0], in[1], out);
    else
        kernel_gradient(value, rows, in[0], in[1], out);
}

static void product_dump(const Value *value, Arena *arena, FILE *out)
{
    static const char *const roles[] = {"forward", "input_gradient", "kernel_gradient"};
    (void)arena;
    fprintf(out, " %s", roles[value->u.product.role]);
    window_dump(&value->u.product.window, out);
}

const OpRow op_row_PRODUCT = {product_infer, product_eval, product_dump};
