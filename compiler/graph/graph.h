/* Graph: SSA dataflow. Every Value is the single result of one operator; values are kept in topological order.
 *
 * Shapes leave the batch out. `batched` says that a value has one such tensor per sample; weights, statistics and
 * scalars are not batched. Axes of a Reduce and of Expr reductions count in the *full* shape: for a batched value axis 0 is the batch.
 * MAP broadcasts its inputs as NumPy does (right-aligned), and its result is batched when any input is.
 *
 * The *semantic* graph, as layers build it, holds float32 values that mean what Keras means. `passes/` turn it into the
 * *canonical* graph, which is the definition of every bit (DESIGN 5: integers first, one float order): no BATCHNORM, no
 * reductions inside an Expr, integer products where value sets allow. The reference interpreter runs any of them from
 * canonical on; each later pass keeps the bits.
 */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include "expr/expr.h"
#include "front/diag.h"

typedef enum { ELEMENT_F32, ELEMENT_I32, ELEMENT_U8, ELEMENT_I8, ELEMENT_LEVEL } Element;

enum { SHAPE_MAX = 6 };
typedef struct {
    int rank;
    int dim[SHAPE_MAX];
} Shape;
Shape shape_of(int rank, const int *dims);
Shape shape_scalar(void);
int64_t shape_count(Shape shape);                                /* INT64_MAX when it is more */
/* Whether a value can have it: dimensions of 1 and more, at most VALUE_NUMBERS_MAX numbers. */
enum { VALUE_NUMBERS_MAX = 1 << 28 };
bool shape_fits(Shape shape);
bool shape_equal(Shape a, Shape b);
/* NumPy broadcasting; false when they do not fit. */
bool shape_broadcast(Shape a, Shape b, Shape *out);
const char *shape_text(Arena *arena, Shape shape, bool batched); /* "(None, 14, 14, 32)", "(3, 3, 1, 32)" */

typedef enum {
#define OP(name, text, inputs_low, inputs_high, summary) OP_##name,
#include "graph/ops.def"
#undef OP
    OP_COUNT_OF_KINDS
} OpKind;

typedef struct Value Value;
typedef struct Variable Variable;
typedef struct Graph Graph;

/* The window of a product or a pool. spatial = 0 for dense (the product over the last axis).
 * Forward: y[p, f] = sum over taps t, channels c of x[p*stride - before + t*dilation, c] * w[t, c, f].
 * Channels last everywhere; x [spatial..., in], y [spatial..., out]; w [taps..., in/groups, out] (HWIO).
 * Depthwise is groups = in with w [taps..., in, multiplier] (Keras' order; output channel = in*multiplier + m), flag depthwise.
 * Per-position weights (locally connected): w [positions, taps*in, out], flag local.
 * Out-of-range taps contribute nothing (padding 0); any other pad value is an explicit OP_PAD before. */
typedef struct {
    int spatial;                      /* 0..3 */
    int in[3], out[3], kernel[3], stride[3], dilation[3], before[3], after[3];
    int in_channels, out_channels, groups;
    bool depthwise, local;
} Window;

typedef enum { ROLE_FORWARD, ROLE_INPUT_GRADIENT, ROLE_KERNEL_GRADIENT } Role;
typedef enum { POOL_MAX, POOL_SUM } PoolKind; /* averages are a sum pool and a map that divides by the count of valid taps */
typedef enum { REDUCE_SUM, REDUCE_MEAN, REDUCE_MAX } ReduceKind;

/* How far batch renormalization corrects: r within [rmin, rmax], d within [-dmax, dmax]; infinite: no bound. */
typedef struct { bool present; float momentum, rmin, rmax, dmax; } Renorm;

struct Value {
    int id;                            /* index in graph->values */
    OpKind op;
    Element element;
    int lo, hi, step;                  /* LEVEL, U8, I8, I32: which integers occur (I32 from products: exact bounds) */
    Shape shape;
    bool batched;
    Value **input;
    int input_count;
    Span span;                         /* the layer call that caused it */
    const char *name;                  /* layer name ("quant_conv2d_1"), for reports and dumps; may be NULL */
    Value *mask;                       /* while layers build the graph: which steps count (layers/mask.c); NULL: all */
    int phase;                         /* TRAIN: 0 forward and loss, 1 backward, 2 update */
    union {
        struct { int index; bool label; } feed;                 /* INPUT: which model input (or label) */
        Variable *variable;                                      /* WEIGHT */
        struct { const float *f32; const int32_t *i32; } data;   /* CONSTANT, row-major; one of the two by element */
        const Expr *expr;                                        /* MAP, QUANTIZE: ARG i is input i */
        struct { ReduceKind kind; uint32_t axes; bool keep_dims; } reduce;
        struct { Window window; Role role; } product;            /* inputs: (x, w), (dy, w), (x, dy) by role */
        struct { Window window; PoolKind kind; } pool;           /* POOL(x); POOL_GRADIENT(x, dy) */
        struct { float epsilon, momentum; int moves; bool center, scale, frozen, always, unbiased; Renorm renorm; } batchnorm; /* inputs: x, [gamma], [beta], mean, variance, [stddev, renorm mean, renorm stddev]; always: by the batch in inference, too; unbiased: the moving one takes n/(n-1) of it; a step moves it `moves` times */
        struct { int stream; } random;                           /* RANDOM: input 0 = step counter (WEIGHT), uniform [0,1) */
        struct { int permutation[SHAPE_MAX]; } transpose;        /* without the batch */
        struct { int before[SHAPE_MAX], after[SHAPE_MAX]; float value; } pad;
        struct { int start[SHAPE_MAX], stride[SHAPE_MAX]; } slice; /* out dim is the value's shape */
        struct { int axis; } concat;
        struct { int repeat[SHAPE_MAX]; } repeat;                /* each element repeated along each axis (nearest upsampling) */
    } u;
};

/* How a variable starts: bnn_initialize of the runtime implements each. */
typedef enum { INIT_CONSTANT, INIT_UNIFORM, INIT_NORMAL, INIT_TRUNCATED_NORMAL, INIT_ORTHOGONAL, INIT_IDENTITY, INIT_ARRAY } InitKind;
typedef struct {
    InitKind kind;
    float a, b;              /* constant; low, high; mean, stddev (of the untruncated normal); gain */
    const float *array;      /* INIT_ARRAY, row-major; NULL in a slot (slot_of): starts as that variable */
} Initializer;

struct Variable {
    const char *name;        /* "quant_conv2d_1/kernel" */
    const char *layer_name, *role; /* "quant_conv2d_1", "kernel" */
    Shape shape;
    bool trainable;
    bool state;              /* moving statistics, optimizer slots, step counters: not a parameter */
    int precision;           /* bits as Larq counts them; 32 without a quantizer; 0: quantizer without a precision */
    bool quantized;          /* has a kernel quantizer (latent weight) */
    Initializer initializer;
    const Graph *constraint; /* a function of the weight (graph_inline): what it becomes behind each update; NULL: none */
    const Graph *regularizer; /* a function of the weight: one number, added to the loss; NULL: none */
    Variable *slot_of;       /* optimizer slots: the variable they belong to */
    int index;               /* position in graph->variables */
    Span span;
    const float *data;       /* loaded weights, else NULL */
    const uint64_t *initial; /* seed of the initial values that stand in place of data, made where they are read; else NULL */
};

typedef struct { Variable *target; Value *value; } Update;

/* Larq's metric flip_ratio takes a look at a kernel: at each call of a layer, one. */
enum { FLIP_LOOKS_MAX = 256 };
typedef struct {
    const char *metric;      /* "flip_ratio/ste_sign": of the quantizer, not of the layer */
    const void *quantizer;   /* which one: those that layers share have one metric, others one each, even under one name */
    const Variable *kernel;
    const Expr *value;       /* of ARG 0, pure: what the quantizer makes of the kernel */
} FlipLook;

/* The full shape of a value as Reduce and Expr reductions count axes: batch first (size -1) when batched. */
typedef struct { int rank; int dim[SHAPE_MAX + 1]; } FullShape;

struct Graph {
    Arena *arena;
    ExprPool *pool;
    Diag *diag;
    VEC(Value *) values;            /* topological order */
    VEC(Variable *) variables;
    VEC(Value *) inputs;            /* OP_INPUT that are not labels */
    VEC(Value *) labels;
    VEC(Value *) outputs;
    VEC(const char *) output_names;
    VEC(Update) updates;            /* TRAIN: assigned after everything has been computed */
    VEC(Value *) extra_losses;      /* activity regularizers, add_loss: scalars added to the training loss */
    Value *loss;                    /* TRAIN: unbatched scalar */
    VEC(Update) gradients;          /* TRAIN with keep_gradients: d loss / d variable; target NULL: d loss / d input (in order) */
    VEC(Value *) metrics;           /* TRAIN: batched scalars, one per sample (1.0 = hit); mean over samples is the metric */
    VEC(const char *) metric_names;
    VEC(FlipLook) flips;            /* in the order of the calls */
    bool training;
    void *notes;                    /* passes/ keeps its notes for the report here */
    Span at_span;                   /* the current place, see graph_at */
    const char *at_name;
    int at_phase;
    VEC(Value *) weights;           /* by variable index: the WEIGHT value of the variable, NULL until used */
};

Graph *graph_new(Arena *arena, ExprPool *pool, Diag *diag);

/* Builders: infer element and shape, append, return. Arguments were checked by the caller (layers give the user's errors); a
 * mismatch here is a BUG. Each takes the span and name from the "current place" set by graph_at. */
void graph_at(Graph *graph, Span span, const char *name);
Value *graph_input(Graph *graph, Element element, Shape shape, bool label);
/* An input of one sample as the caller of generated code hands it over: a C array of so many elements of so many bytes. An input of element
 * LEVEL is -1 or +1 and comes as bits: channel c of a pixel is bit c%32 of its word c/32, set for -1; bits behind the last channel are 0. */
size_t input_elements(const Value *input);
size_t input_element_bytes(const Value *input);
void input_pack(const Value *input, const int32_t *levels, uint32_t *words);
void input_unpack(const Value *input, const uint32_t *words, int32_t *levels);
Value *graph_weight(Graph *graph, Variable *variable);          /* the same variable gives the same Value */
Variable *graph_variable_named(const Graph *graph, const char *name); /* NULL: the graph has none of that name */
Variable *graph_variable(Graph *graph, const char *layer, const char *role, Shape shape, Initializer initializer);
Value *graph_constant_f32(Graph *graph, Shape shape, const float *data);
Value *graph_constant_i32(Graph *graph, Shape shape, const int32_t *data);
Value *graph_constant_level(Graph *graph, Shape shape, const int32_t *data, int lo, int hi, int step); /* element LEVEL */
/* Of old's shape, element and levels; data (float or int32_t) is not copied and must live as long as anyone reads the constant. */
Value *graph_constant_like(Graph *graph, const Value *old, const void *data);
Value *graph_scalar(Graph *graph, float value);
Value *graph_map(Graph *graph, const Expr *expr, int count, Value *const *inputs);   /* integer inputs convert to float32, exactly */
Value *graph_quantize(Graph *graph, const Expr *level, int lo, int hi, int step, int count, Value *const *inputs);
Value *graph_reduce(Graph *graph, ReduceKind kind, Value *x, uint32_t axes, bool keep_dims);
Value *graph_product(Graph *graph, Role role, const Window *window, Value *a, Value *b);
Value *graph_pool(Graph *graph, PoolKind kind, const Window *window, Value *x);
Value *graph_pool_gradient(Graph *graph, PoolKind kind, const Window *window, Value *x, Value *dy);
Value *graph_batchnorm(Graph *graph, Value *x, Value *gamma, Value *beta, Value *mean, Value *variance, float epsilon, float momentum, bool frozen,
                       Value *const *kept); /* NULL, or for renorm: the moving standard deviation, the mean and deviation that training corrects by */
Value *graph_threshold(Graph *graph, Value *x, Value *table);   /* I32 x, I32 table [channels]: level -1 where x < table[c], else +1 */
Value *graph_threshold_levels(Graph *graph, Value *x, Value *table, int lo, int hi); /* the same with levels lo, hi */
Value *graph_copy_updated(Graph *graph, const Value *old, Value *const *inputs); /* same operator and attributes on other inputs */
Value *graph_iterations(Graph *graph);                          /* step counter for graph_random: the state variable "iterations", made at the first call */
Value *graph_random(Graph *graph, Value *step, Shape shape, bool batched, int stream);
Value *graph_count(Graph *graph);                               /* float32 scalar: samples in this batch */
Value *graph_reshape(Graph *graph, Value *x, Shape shape);
Value *graph_transpose(Graph *graph, Value *x, const int *permutation);
Value *graph_pad(Graph *graph, Value *x, const int *before, const int *after, float value);
Value *graph_slice(Graph *graph, Value *x, const int *start, const int *stride, Shape out);
enum { CONCAT_MAX = 16 }; /* inputs of one CONCAT: more become a tree of them */
Value *graph_concat(Graph *graph, int axis, int count, Value *const *inputs); /* one input: itself */
Value *graph_repeat(Graph *graph, Value *x, const int *repeat);
Value *graph_switch(Graph *graph, Value *inference, Value *training); /* dropout, noise, augmentation */
/* Gradient of a slice/concat/pad/repeat/reshape/transpose is made of the same movers and sums. */

/* A variable that passes add (optimizer slots, counters): state, not trainable, shared by the graphs that list it. */
Variable *graph_state(Graph *graph, const char *name, Shape shape, Initializer initializer, Variable *slot_of);

/* Conveniences over MAP */
Value *graph_unary(Graph *graph, ExprOp op, Value *a);
Value *graph_binary(Graph *graph, ExprOp op, Value *a, Value *b);

/* Shape of the forward result of a window. */
Shape window_output_shape(const Window *window);
/* Keras SAME/valid arithmetic for axis i: fills out, before, after from in, kernel, stride, dilation. */
void window_same(Window *window);
void window_valid(Window *window);
/* The pixels from a window's first to its last, along axis i. */
int window_extent(const Window *window, int i);
/* Leaves out the taps that lie outside of the input at every position: for pools, whose taps have no weights. */
void window_trim(Window *window);
int64_t window_macs(const Window *window);

/* The variable whose contents a value is, through reshapes; NULL: it is computed. */
const Variable *graph_variable_read(const Value *value);

/* The initial values; not of a slot that begins as its variable. */
void variable_draw(const Variable *variable, uint64_t seed, float *out);
/* What the variable holds: data, or initial values; false: neither. */
bool variable_values(const Variable *variable, float *out);

/* Rewrites: passes build a new graph and map old values to new ones. */
Graph *graph_rewrite_begin(const Graph *old, Value ***map);        /* map has old->values.count entries, NULL at first */
Value *graph_copy_value(Graph *to, const Value *old, Value *const *map); /* same operator on mapped inputs */
/* A graph with one input and one output is a function: its values for x, made at the current place of `to`. */
Value *graph_inline(Graph *to, const Graph *function, Value *x);
void graph_rewrite_finish(Graph *to, const Graph *old, Value *const *map); /* maps inputs, labels, outputs, updates, loss, metrics */
void graph_remove_dead(Graph **graph);

void graph_verify(const Graph *graph, const char *after_pass);     /* BUG on a broken invariant */
void graph_dump(const Graph *graph, FILE *out);                    /* --dump=graph: one value a line */

/* Reference evaluation: the definition of each operator (graph/ops/OP.c), used by the interpreter and by constant folding. */
typedef struct {
    float *f32;      /* ELEMENT_F32 */
    int32_t *i32;    /* every other element, one integer each */
} Tensor;
typedef struct {
    int batch;                /* samples in this call */
    uint64_t seed;            /* of the run, for RANDOM */
} OpContext;
/* out has room for (batched ? batch : 1) * shape_count elements. in[k] is the tensor of value->input[k]. INPUT, WEIGHT: BUG. */
void op_eval(const Value *value, const OpContext *context, const Tensor *in, Tensor out);
const char *op_name(OpKind op);
const char *element_name(Element element);        /* "f32", "level" */
FullShape value_full_shape(const Value *value);
bool value_is_signs(const Value *value); /* its levels are -1 and +1 */

#endif
